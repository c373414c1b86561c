"""The invented market, 20 days, seed 1, embedded store: wall time by stage. Bar: 120 s on two cores."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LIMIT_S = 120


def measure() -> Iterator[str]:
    """Seconds of crawl, analysis and judging, requests a second while crawling, and the whole."""
    from churnwatch.demo.outcome import run_demo

    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        outcome = run_demo(days=20, seed=1, folder=Path(folder) / "demo", store_url=None, port=18617, quiet=True)
        whole = time.monotonic() - began
    spent, requests = outcome.lived.seconds, outcome.lived.counts["get"]
    rate = requests / spent["crawl"]
    yield f"{outcome.lived.visits} visits, {requests} requests; crawl {spent['crawl']:.1f} s ({rate:.0f} requests/s with evidence)"
    yield f"analyse {spent['analyse']:.1f} s, judge {spent['judge']:.1f} s"
    yield f"whole demo {whole:.1f} s (bar {LIMIT_S} s: {'within' if whole <= LIMIT_S else 'MISSED'})"
