"""Page states on pages that were written before the rules were tuned, and on real shop pages; what one decision costs.

Half of `held/page_states.txt` (SHA-256 of the line odd) was looked at while the rules were made, the other half was not. Each further
batch was written before it was judged, judged once, and tuned on after that: its first figure stands in REPORT.md.
"""

import gzip
import hashlib
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crawlers.page_state import PageState, load_rules, page_state

HELD = Path(__file__).parent / "held" / "page_states.txt"
SHOPS = next((folder / "shared" / "data" / "shop_pages" for folder in Path(__file__).parents if (folder / "shared").is_dir()), HELD)
FLOOR = 0.95
FURTHER = {2: 0.831, 3: 0.820, 4: 0.977}  # batch → macro-F1 before anything was tuned on it (2026-11-24)
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def measure() -> Iterator[str]:
    """Macro-F1 of both halves, the real pages that are not `live`, and milliseconds a page."""
    for name, sealed in (("seen while tuning", False), ("kept back, first .993", True)):
        rows = held(sealed=sealed)
        f1, wrong = macro_f1([(expected, judge(html, int(status)).outcome) for status, expected, _, html in rows])
        yield f"macro-F1, {name:<22} {f1:.3f}  ({len(rows)} pages, {wrong} wrong; floor {FLOOR}: {'within' if f1 >= FLOOR else 'MISSED'})"
        for language in ("en", "zh", "es", "ru"):
            own = [(expected, judge(html, int(status)).outcome) for status, expected, spoken, html in rows if spoken == language]
            yield f"  right in {language}          {sum(a == b for a, b in own)} of {len(own)}"
    for number, first in FURTHER.items():
        rows = rows_of(HELD.with_name(f"page_states_{number}.txt").read_text("utf-8").splitlines())
        f1, wrong = macro_f1([(expected, judge(html, int(status)).outcome) for status, expected, _, html in rows])
        yield f"macro-F1, batch {number}                {f1:.3f}  ({len(rows)} pages, {wrong} wrong; tuned on, at first look {first:.3f})"
    pages = shop_pages()
    if not pages:
        yield "real shop pages: not here (../shared/data/shop_pages)"
        return
    states = [judge(page).outcome for page in pages]
    yield f"real shop pages live     {states.count('live')} of {len(pages)} {dict(Counter(states) - Counter(live=len(pages)))}"
    yield from costs(pages)


def held(*, sealed: bool) -> list[list[str]]:
    """Rows (status, expected, language, page) of one half."""
    lines = [line for line in HELD.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    half = [line for line in lines if (hashlib.sha256(line.encode()).digest()[-1] % 2 == 1) == sealed]
    return rows_of(half)


def rows_of(lines: list[str]) -> list[list[str]]:
    """Rows (status, expected, language, page) of a file's lines."""
    return [[part.strip() for part in line.split(" | ", 3)] for line in lines if line and not line.startswith("#")]


def judge(page: str | bytes, status: int = 200) -> PageState:
    """The state of a page as a shop's address would have answered it."""
    body = page if isinstance(page, bytes) else page.encode()
    return page_state(status, HTML, body, "https://shop.example/", load_rules())


def macro_f1(pairs: list[tuple[str, str]]) -> tuple[float, int]:
    """The mean F1 over the outcomes that occur among the expected ones, and how many pages are wrong."""
    scores = []
    for outcome in sorted({expected for expected, _ in pairs}):
        right = sum(a == b == outcome for a, b in pairs)
        said, meant = sum(b == outcome for _, b in pairs), sum(a == outcome for a, _ in pairs)
        scores.append(2 * right / (said + meant))
    return statistics.mean(scores), sum(a != b for a, b in pairs)


def shop_pages() -> list[bytes]:
    """The real pages, when they are here."""
    if not SHOPS.is_dir():
        return []
    return [gzip.decompress(path.read_bytes()) for path in sorted(SHOPS.glob("*.html.gz"))]


def costs(pages: list[bytes]) -> Iterator[str]:
    """Milliseconds of CPU a page, best of three, by size."""
    timed = []
    for page in pages:
        spent = []
        for _ in range(3):
            begun = time.process_time()
            judge(page)
            spent.append((time.process_time() - begun) * 1000)
        timed.append((len(page), min(spent)))
    for low, high in ((0, 50_000), (50_000, 150_000), (150_000, 500_000), (500_000, 10**9)):
        own = [spent for size, spent in timed if low <= size < high]
        if own:
            span = f"{low // 1000:>3} to {min(high, 9_999_000) // 1000:>4} kB"
            yield f"cost, {span}   median {statistics.median(own):.2f} ms, most {max(own):.2f} ms ({len(own)} pages)"
    typical = [judge_cost(html, int(status)) for status, _, _, html in held(sealed=False)]
    yield f"cost, a notice page       median {statistics.median(typical):.2f} ms, most {max(typical):.2f} ms"


def judge_cost(page: str, status: int) -> float:
    """Milliseconds of CPU of one decision, best of three."""
    spent = []
    for _ in range(3):
        begun = time.process_time()
        judge(page, status)
        spent.append((time.process_time() - begun) * 1000)
    return min(spent)


if __name__ == "__main__":
    for line in held(sealed=False):
        found = judge(line[3], int(line[0]))
        if found.outcome != line[1]:
            print(json.dumps([*line[:3], found.outcome, found.reason, line[3][:300]], ensure_ascii=False))
