"""Payment addresses on real pages and generated strings that hold none: hits, and the bound they prove (rule of three, 95 %)."""

import gzip
from collections.abc import Iterator
from pathlib import Path

PAGES = Path(__file__).parents[3] / "shared" / "data" / "shop_pages"
STRINGS = 200_000
BATCH = 400


def measure() -> Iterator[str]:
    """False hits on the shared pages and on generated benign strings."""
    from nlp.extract import extract_all
    from nlp.findings import Payment
    from nlp.parse import ParsedPage
    from tests.nlp.test_payments import benign

    def hits(page: ParsedPage) -> list[str]:
        return [f"{one.kind}:{one.value}" for one in extract_all(page, "page") if isinstance(one, Payment)]

    pages = sorted(PAGES.glob("*.html.gz"))
    if pages:
        words, found = 0, []
        for file in pages:
            page = ParsedPage(gzip.decompress(file.read_bytes()), "https://page.example/")
            words += len(page.long_words)
            found += hits(page)
        yield f"{len(pages)} real shop pages, {words} words of 25 characters and more: {len(found)} hits {found[:3]}"
        yield f"  upper bound at 95 %: {3 / len(pages):.4f} a page, {3 / max(words, 1):.6f} a word" if not found else "  MISSED: bar 0"
    else:
        yield "real pages: not measured, ../shared/data/shop_pages is not there"
    texts = list(benign(STRINGS, seed=11))
    found = [hit for start in range(0, STRINGS, BATCH) for hit in hits(ParsedPage.of_text(" lot\n".join(texts[start : start + BATCH])))]
    yield f"{STRINGS} generated strings (16 kinds, seed 11): {len(found)} hits {found[:3]}"
    yield f"  upper bound at 95 %: {3 / STRINGS:.6f} a string" if not found else f"  MISSED: bar 0, rate {len(found) / STRINGS:.6f}"
