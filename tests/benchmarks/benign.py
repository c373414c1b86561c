"""Lawful text: flags per 1,000 listings of invented chemical suppliers, and per 1,000 real retail pages where they are at hand."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.claims import LANGUAGES, lawful_lines

PAGES = Path(__file__).parents[2].parent / "shared" / "data" / "shop_pages"
TARGET, AIM = 5.0, 2.0
LISTINGS = 500  # per language
BATCHES = (6, 7)  # no rule was tuned on them; the promise model learned from them, but has no say where no listed substance stands
# Names of goods on no list, with what lawful suppliers print beside them.
GOODS = {
    "en": (
        "4-fluoroaniline, CAS 371-40-4, 98 %.",
        "For research use only. Citric acid, food grade.",
        "HPLC-grade acetonitrile, 2.5 L.",
        "Nitrile gloves, box of 100.",
    ),
    "zh": ("4-氟苯胺，CAS 371-40-4，98%。", "仅供科研。柠檬酸，食品级。", "HPLC级乙腈，2.5升。", "丁腈手套，100只装。"),
    "es": (
        "4-fluoroanilina, CAS 371-40-4, 98 %.",
        "Solo para investigación. Ácido cítrico alimentario.",
        "Acetonitrilo HPLC, 2,5 L.",
        "Guantes de nitrilo, 100 unidades.",
    ),
    "ru": (
        "4-фторанилин, CAS 371-40-4, 98 %.",
        "Только для исследований. Лимонная кислота пищевая.",
        "Ацетонитрил для ВЭЖХ, 2,5 л.",
        "Нитриловые перчатки, 100 шт.",
    ),
}


def measure() -> Iterator[str]:
    """Listings with at least one claim, pair or mismatch, per 1,000; lawful lines are those of BATCHES."""
    from nlp.analyse_text import analyse_text
    from nlp.lexicon import load_lexicons

    lexicons, draw = load_lexicons(), random.Random(5)
    for language in LANGUAGES:
        lines = [text for batch in BATCHES for text in lawful_lines(language, batch)]
        flagged = high = 0
        for _ in range(LISTINGS):
            text = "\n".join([draw.choice(GOODS[language]), *draw.sample(lines, 4)])
            seen = analyse_text(text, language, lexicons)
            flagged += any(flag.kind != "term" for flag in seen.flags)
            high += seen.risk.band == "high"
        rate = 1000 * flagged / LISTINGS
        counts = f"{rate:.0f} flagged and {1000 * high / LISTINGS:.0f} high per 1,000"
        yield f"{language}: {LISTINGS} invented lawful listings of five lines, {counts} ({_verdict(rate)})"
    yield from _pages() if PAGES.exists() else ["real shop pages: not measured, none at hand"]


def _pages() -> Iterator[str]:
    from nlp.lexicon import load_lexicons
    from nlp.match import find_flags
    from nlp.parse import ParsedPage

    lexicons = load_lexicons()
    pages = sorted(PAGES.glob("*.html.gz"))
    found = [find_flags(ParsedPage(gzip.decompress(page.read_bytes()), "https://shop.example/").text, None, lexicons) for page in pages]
    flagged = sum(any(flag.kind != "term" for flag in flags) for flags in found)
    terms = sum(any(flag.kind == "term" for flag in flags) for flags in found)
    rate = 1000 * flagged / len(pages)
    counts = f"{flagged} with a claim, pair or mismatch, {terms} with a term"
    yield f"{len(pages)} real shop pages (text): {counts}; {rate:.0f} per 1,000 ({_verdict(rate)})"


def _verdict(rate: float) -> str:
    return f"target {TARGET:.0f}, aim {AIM:.0f}: {'met' if rate <= TARGET else 'MISSED'}"
