"""Contacts and vendor ids: time a page on real shop pages, values found, golden pages of vendors."""

import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.payments import PAGES

IDS = Path(__file__).parents[1] / "nlp" / "ids"


def measure() -> Iterator[str]:
    """Golden pages right; counts by kind and milliseconds a page (CPU) of all page extractors together."""
    from nlp.extract import extract_all
    from nlp.parse import ParsedPage

    expected = json.loads((IDS / "expected.json").read_text("utf-8"))
    right = wrong = missing = 0
    for name, rows in expected.items():
        page = ParsedPage((IDS / f"{name}.html").read_text("utf-8"), "https://green-door.example/")
        kinds = {kind for kind, _ in rows}
        found = {(one.kind, one.value) for one in extract_all(page, "page") if one.kind in kinds}
        wanted = {(kind, value) for kind, value in rows}
        right, wrong, missing = right + len(found & wanted), wrong + len(found - wanted), missing + len(wanted - found)
    yield f"{len(expected)} golden pages with near misses (written by us): {right} ids right, {wrong} wrong, {missing} missing"
    files = sorted(PAGES.glob("*.html.gz"))
    if not files:
        yield "real pages: not measured, ../shared/data/shop_pages is not there"
        return
    kinds: Counter[str] = Counter()
    spent = parsing = 0.0
    for file in files:
        body = gzip.decompress(file.read_bytes())
        began = time.process_time()
        page = ParsedPage(body, "https://page.example/")
        parsing += time.process_time() - began
        began = time.process_time()
        kinds.update(one.kind for one in extract_all(page, "page"))
        spent += time.process_time() - began
    parsed, read = (1000 * seconds / len(files) for seconds in (parsing, spent))
    yield f"{len(files)} real pages: parse {parsed:.0f} ms, all page extractors {read:.0f} ms a page (CPU)"
    yield "found: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    yield "precision and recall on these pages: not measured, no labels; every phone and e-mail was read by us once (REPORT.md)"
