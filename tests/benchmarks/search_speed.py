"""Search over a million sightings: p50 and p95 of one search, of facets and of one likeness, on Elasticsearch and on the embedded store."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.elastic_store import ElasticStore
from indexer.sqlite_store import SqliteStore
from indexer.store import Document, Store, Value
from indexer.vectors import DIMENSIONS, pack
from tests.benchmarks.store_load import SEARCHES, node, say, sightings, url_of

COUNT = 1_000_000
VECTORS = 20_000
TIMES = 8  # each question is asked so often
ENOUGH_S = 10  # or until it has taken so long: a question that takes seconds need not be asked eight times


def measure() -> Iterator[str]:
    """Both stores on the same documents and questions."""
    with node() as place:
        store = ElasticStore(f"{url_of(place)}/bench")
        yield from asked("Elasticsearch", store)
        store.close()
    with tempfile.TemporaryDirectory() as folder:
        embedded = SqliteStore(Path(folder) / "bench.db")
        yield from asked("embedded", embedded)
        embedded.close()


def asked(name: str, store: Store) -> Iterator[str]:
    """Fills a store and asks it."""
    store.init()
    began = time.perf_counter()
    store.put("listing_obs", sightings(COUNT, "2010-01"))
    say(f"{name}: filled in {time.perf_counter() - began:.0f} s")
    store.put("listing", offers(VECTORS))
    store.settle()
    questions: dict[str, Callable[[str, dict[str, Value]], object]] = {
        "search, first 20": lambda text, where: store.search("listing_obs", text, where, 20),
        "facets": lambda text, where: store.facets("listing_obs", text, ["currency", "band"], {"storefront": "shop-7.example", **where}),
    }
    for what, ask in questions.items():
        yield f"{name}, {COUNT} documents, {what}: {timed(lambda text, ask=ask: ask(text, {}))}"  # type: ignore[misc]
    drawn = random.Random(2)
    vectors = [[drawn.gauss(0, 1) for _ in range(DIMENSIONS)] for _ in SEARCHES]
    near = timed(lambda text: store.similar(vectors[SEARCHES.index(text)], "bench", limit=10))
    yield f"{name}, {VECTORS} vectors of {DIMENSIONS}, ten nearest: {near}"


def offers(count: int) -> Iterator[Document]:
    """Listings with vectors drawn at random."""
    drawn = random.Random(3)
    for number in range(count):
        vector = pack([drawn.gauss(0, 1) for _ in range(DIMENSIONS)])
        yield {"id": f"l{number}", "kind": "listing", "sequence": 1, "title": f"offer {number}", "vector": vector, "vector_model": "bench"}


def timed(ask: Callable[[str], object]) -> str:
    """p50 and p95 in words, over all questions; the first asking of each warms up."""
    spent = []
    for text in SEARCHES:
        ask(text)
        first = time.perf_counter()
        for _ in range(TIMES):
            began = time.perf_counter()
            ask(text)
            spent.append(1000 * (time.perf_counter() - began))
            if time.perf_counter() - first > ENOUGH_S:
                break
    return f"p50 {statistics.median(spent):.0f} ms, p95 {statistics.quantiles(spent, n=20)[-1]:.0f} ms"
