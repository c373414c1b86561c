"""Re-scoring archived evidence: pages a minute on one core, sealed archives to compared analyses, without the encoder."""

import gzip
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from nlp.lexicon import load_lexicons

TARGET = 5_000
DAYS = 6
SHARED = Path(__file__).parents[3] / "shared" / "data" / "shop_pages"


def measure() -> Iterator[str]:
    """The demo market's evidence against its store, twice; then how long large real pages take, which no archive of ours holds."""
    from churnwatch.demo.outcome import run_demo
    from churnwatch.pipeline import open_settings_store
    from churnwatch.rescoring import replayed, summary
    from churnwatch.settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        run_demo(days=DAYS, seed=1, folder=Path(folder) / "demo", store_url=None, port=18619, quiet=True)
        evidence, said = Path(folder) / "demo" / "evidence", []
        with open_settings_store(load_settings(), f"sqlite:///{folder}/demo/churnwatch.db") as store:
            for _ in range(3):
                began = time.process_time()
                done = replayed(evidence, store, None, 1, lambda _done, _total: None)
                spent = time.process_time() - began
                said.append((json.dumps([*(one.row for one in done.visits), summary(evidence, done)]), done.pages * 60 / spent))
    rate = sorted(rate for _, rate in said)[1]
    verdict = "met" if rate >= TARGET else "MISSED"
    yield f"{done.pages} pages of {len(done.visits)} visits: {rate:.0f} pages a CPU minute (target {TARGET}: {verdict}), middle of three runs"
    yield f"three runs give the same bytes: {'yes' if len({text for text, _ in said}) == 1 else 'NO'}"
    yield from _real_pages()
    yield _encoder()


def _real_pages() -> Iterator[str]:
    """The same reading on real shop pages, which are two hundred times as long as the market's."""
    from crawlers.page_state import load_rules
    from nlp.analyse import analyse_page

    if not SHARED.exists():
        yield "real shop pages: not measured, none at hand"
        return
    lexicons, rules = load_lexicons(), load_rules()
    bodies = [gzip.decompress(path.read_bytes()) for path in sorted(SHARED.glob("*.html.gz"))[::4]]
    began = time.process_time()
    for body in bodies:
        analyse_page(body, "https://shop.example/", lexicons, rules)
    spent = time.process_time() - began
    size = sum(map(len, bodies)) / len(bodies) / 1000
    yield f"{len(bodies)} real shop pages of {size:.0f} kB on average: {len(bodies) * 60 / spent:.0f} pages a CPU minute"


def _encoder() -> str:
    """With the second opinion on promises, which only sentences get that its gate lets through; `rescore` itself never asks it."""
    from nlp.encode import open_encoder
    from nlp.language import detect_language
    from nlp.match import find_flags
    from nlp.paraphrase import find_paraphrases
    from tests.benchmarks.deletion import demo_pages

    lexicons, encoder, texts = load_lexicons(), open_encoder(), demo_pages()
    encoder.encode(["warm up"])
    began = time.process_time()
    for text in texts:
        language = detect_language(text)
        find_paraphrases(text, language, find_flags(text, language, lexicons), lexicons, encoder)
    spent = time.process_time() - began
    return (
        f"flags and second opinion alone, {len(texts)} demo pages: {len(texts) * 60 / spent:.0f} pages a CPU minute (reported, no target)"
    )
