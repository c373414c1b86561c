"""Near fingerprints on real shop pages: recall after a fifth of the template is edited, and pages of strangers that come near."""

import gzip
import random
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

from tests.benchmarks.payments import PAGES

NAME = re.compile(rb"class=([\"'])([^\"']{1,400})\1")


def measure() -> Iterator[str]:
    """Recall of near forms at the shares of indexer/network/similar.py, and the share of page pairs of different domains above them."""
    import json

    from indexer.network.similar import NEAR
    from nlp.extractors.dom_sketch import FEWEST, chains
    from nlp.minhash import similarity, sketch
    from nlp.own_words import TOKEN, own_text, shingles
    from nlp.parse import ParsedPage

    files = sorted(PAGES.glob("*.html.gz"))
    if not files:
        yield "not measured, ../shared/data/shop_pages is not there"
        return
    domains = {row["id"]: row["domain"] for row in json.loads((PAGES / "index.json").read_text("utf-8"))}
    shapes: dict[Path, str] = {}
    texts: dict[Path, str] = {}
    kept = {"dom_sketch": [0, 0], "text_sketch": [0, 0], "text_sketch, single words": [0, 0]}
    for file in files:
        body = gzip.decompress(file.read_bytes())
        page = ParsedPage(body, "https://page.example/")
        found = chains(page)
        if len(found) >= FEWEST:
            shapes[file] = sketch(found)
            other = ParsedPage(renamed(body, 0.2), "https://page.example/")
            kept["dom_sketch"][0] += similarity(shapes[file], sketch(chains(other))) >= NEAR["dom_sketch"].share
            kept["dom_sketch"][1] += 1
        text = own_text(page)
        if len(set(shingles(text))) >= 60:
            texts[file] = sketch(shingles(text))
            spots = TOKEN.findall(text)
            for name, run in (("text_sketch", 10), ("text_sketch, single words", 1)):
                draw = random.Random(7)
                fates = [draw.random() < 0.2 for _ in range(len(spots) // run + 1)]
                edited = " ".join(f"zz{place}q" if fates[place // run] else word for place, word in enumerate(spots))
                kept[name][0] += similarity(texts[file], sketch(shingles(edited))) >= NEAR["text_sketch"].share
                kept[name][1] += 1
    for name, (hits, count) in kept.items():
        recall = hits / count
        yield f"{name}: a fifth edited, recall {recall:.3f} on {count} real pages (bar .90: {'within' if recall >= 0.9 else 'MISSED'})"
    for name, sketches in (("dom_sketch", shapes), ("text_sketch", texts)):
        yield strangers(name, sketches, lambda file: domains[file.name[:4]], NEAR[name].share, similarity)


def renamed(body: bytes, share: float) -> bytes:
    """The page with that share of its class lists renamed, each the same way wherever it stands."""
    draw = random.Random(3)
    fates: dict[bytes, bool] = {}

    def edit(match: re.Match[bytes]) -> bytes:
        if match[2] not in fates:
            fates[match[2]] = draw.random() < share
        return b"class=" + match[1] + (b"nn" + match[2][::-1] if fates[match[2]] else match[2]) + match[1]

    return NAME.sub(edit, body)


def strangers(
    name: str, sketches: dict[Path, str], domain: Callable[[Path], str], share: float, similarity: Callable[[str, str], float]
) -> str:
    """How many pairs of pages from different domains come near, and from one domain."""
    near = other = same_near = same = 0
    for one, two in combinations(sketches, 2):
        close = similarity(sketches[one], sketches[two]) >= share
        if domain(one) == domain(two):
            same, same_near = same + 1, same_near + close
        else:
            other, near = other + 1, near + close
    return f"{name}: {near} of {other} pairs of different domains come near ({near / other:.5f}), {same_near} of {same} of one domain"
