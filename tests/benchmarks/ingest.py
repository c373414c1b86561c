"""Elasticsearch ingest: our whole path beside bare `streaming_bulk` of the same documents; back-pressure, a killed node, memory.

The whole path is: check, lay out, tokenise, hash, queue, send, acknowledged. The bare client gets the documents laid out already
and has to serialise and send them, with the same serializer, chunk and index.
"""

import os
import signal
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer, TransportError
from elasticsearch.helpers import streaming_bulk

from indexer.elastic_bulk import Patience
from indexer.elastic_mapping import to_source
from indexer.elastic_store import ElasticStore
from indexer.sqlite_store import SqliteStore
from indexer.store import Document
from tests.benchmarks.store_load import node, rss_mb, say, sightings, start, url_of
from tests.elastic_tiers.node_script import node_script

COUNT, ROUNDS = 8000, 5
GATE, GOAL = 0.80, 0.90
LARGE = 1_000_000
GROWTH_MB = 50
LIMITED = "thread_pool.write.queue_size: 4\nindexing_pressure.memory.limit: 800kb\n"


def measure() -> Iterator[str]:
    """Ratio to the bare client, back-pressure, a killed node, memory over a million documents, and the embedded store beside it."""
    with node() as place:
        yield from ratio(url_of(place))
    with node(LIMITED) as place:
        yield from under_pressure(url_of(place))
    with node(port=22480) as place:
        yield from killed(place)
    with node() as place:
        yield from memory(url_of(place), LARGE)
    yield from embedded()


def ratio(url: str) -> Iterator[str]:
    """A/B/A/B on fresh indices, median of pairs."""
    store = ElasticStore(f"{url}/bench")
    store.init()
    ours, bare = [], []
    sizes: list[int] = []
    for turn in range(ROUNDS + 1):  # the first warms both up
        store.put("listing_obs", [{"id": f"first {turn}", "planned_at": f"20{10 + turn}-01-01T00:00:00Z"}])  # makes the index
        documents = list(sightings(COUNT, f"20{10 + turn}-01", turn))
        began = time.perf_counter()
        put = store.put("listing_obs", documents)
        spent_ours = time.perf_counter() - began
        assert put.written == COUNT
        bodies = [(str(one["id"]), to_source("listing_obs", one)) for one in sightings(COUNT, f"20{10 + turn}-02", turn)]
        sizes = [len(body) for _, body in bodies]
        sources = [(key, orjson.loads(body)) for key, body in bodies]
        spent_bare = bulk(url, f"bench-listing-obs-v0001-20{10 + turn}.02", sources)
        if turn:
            ours.append(COUNT / spent_ours)
            bare.append(COUNT / spent_bare)
        say(f"round {turn}: ours {COUNT / spent_ours:.0f}/s, bare {COUNT / spent_bare:.0f}/s")
    store.settle()
    with Elasticsearch(url) as client:
        client.indices.refresh(index="bench-listing-obs")
        assert client.count(index="bench-listing-obs")["count"] == (ROUNDS + 1) * (2 * COUNT + 1)
    store.close()
    found = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    verdict = "within the goal" if found >= GOAL else "within the gate" if found >= GATE else "MISSED"
    rates = f"ours {statistics.median(ours):.0f}/s, bare {statistics.median(bare):.0f}/s"
    pairs = ", ".join(f"{a / b:.2f}" for a, b in zip(ours, bare, strict=True))
    yield f"{COUNT} documents of {statistics.mean(sizes):.0f} bytes, {ROUNDS} alternations: {rates}"
    yield f"ratio {found:.2f} (gate {GATE:.2f}, goal {GOAL:.2f}: {verdict}); pairs {pairs}"


def bulk(url: str, index: str, sources: list[tuple[str, object]]) -> float:
    """Seconds of the client's own helper over laid out documents, the index made before."""
    with Elasticsearch(url, serializer=OrjsonSerializer()) as client:
        client.indices.create(index=index)
        actions = ({"_op_type": "create", "_index": index, "_id": key, "_source": source} for key, source in sources)
        began = time.perf_counter()
        done = sum(ok for ok, _ in streaming_bulk(client, actions, chunk_size=500, max_chunk_bytes=5 << 20))
        assert done == len(sources)
        return time.perf_counter() - began


def under_pressure(url: str) -> Iterator[str]:
    """A node with a short write queue and little memory for requests, and sixteen other writers that fill both for a while."""
    pauses: list[float] = []

    def sleep(pause: float) -> None:
        pauses.append(time.perf_counter())
        time.sleep(pause)

    store = ElasticStore(f"{url}/bench", patience=Patience(sleep=sleep))
    store.init()
    began = time.perf_counter()
    store.put("listing_obs", sightings(COUNT, "2010-01"))
    normal = COUNT / (time.perf_counter() - began)
    stop, refused = threading.Event(), [0]
    others = [threading.Thread(target=hammer, args=(url, number, stop, refused)) for number in range(16)]
    for other in others:
        other.start()
    waits = len(pauses)
    pressed = store.put("listing_obs", sightings(COUNT, "2011-01"))
    waited = len(pauses) - waits
    stop.set()
    for other in others:
        other.join()
    lifted, back = time.perf_counter(), None
    stream = sightings(40 * COUNT, "2012-01")
    after = 0
    while back is None and time.perf_counter() - lifted < 60:
        began = time.perf_counter()
        after += store.put("listing_obs", islice(stream, 2000)).written
        if 2000 / (time.perf_counter() - began) >= 0.7 * normal:
            back = time.perf_counter() - lifted
    store.settle()
    held = store.status()["listing_obs"]
    store.close()
    lost = 2 * COUNT + after - held
    yield (
        f"429s forced: {refused[0]} refusals of other writers, {waited} pauses of ours; {pressed.written} written of {COUNT}, "
        f"lost or doubled {lost} (must be 0)"
    )
    verdict = "within" if back is not None and back <= 30 else "MISSED"
    yield f"back to 0.7 of {normal:.0f}/s after {back if back is None else round(back, 1)} s (bar 30 s: {verdict})"


def hammer(url: str, number: int, stop: threading.Event, refused: list[int]) -> None:
    """Writes large requests without any patience until told to stop."""
    lines = [line for n in range(60) for line in (b'{"index":{"_index":"hammer"}}', b'{"x":"%b"}' % (b"y" * 3000))]
    with Elasticsearch(url, max_retries=0, retry_on_status=()) as client:
        client.options(ignore_status=400).indices.create(index="hammer", settings={"number_of_shards": 6, "number_of_replicas": 0})
        while not stop.is_set():
            try:
                answer = client.bulk(operations=lines, filter_path="items.*.status")  # type: ignore[arg-type]
                refused[0] += sum(part["index"]["status"] == 429 for part in answer["items"])
            except ApiError as error:
                refused[0] += 60 if error.status_code == 429 else 0
            except TransportError:
                continue


def killed(place: Path) -> Iterator[str]:
    """kill -9 of the only node under load, and its restart."""
    with tempfile.TemporaryDirectory() as spool:
        store = ElasticStore(f"{url_of(place)}/bench", spool=Path(spool))
        store.init()
        counts, away = 0, 0.0
        back: list[threading.Thread] = []

        def stream() -> Iterator[Document]:
            for number, one in enumerate(sightings(4 * COUNT, "2010-01")):
                if number == COUNT:
                    os.kill(node_script().running(place), signal.SIGKILL)
                    back.append(threading.Thread(target=lambda: start(place, port=22480)))
                    (place / "logs" / "http.ports").unlink(missing_ok=True)
                    back[0].start()
                yield one

        began = time.perf_counter()
        put = store.put("listing_obs", stream())
        away = time.perf_counter() - began
        back[0].join()
        counts = put.written + put.unchanged + put.spooled
        store.init()
        store.settle()
        store.put("listing_obs", sightings(1, "2010-01"))
        store.settle()
        held = store.status()["listing_obs"]
        store.close()
    yield (
        f"node killed and restarted under load: {counts} of {4 * COUNT} accounted for (written {put.written}, again {put.unchanged}, "
        f"spooled {put.spooled}), held {held}, lost {4 * COUNT - held} (must be 0), whole {away:.0f} s"
    )


def memory(url: str, count: int) -> Iterator[str]:
    """Memory of the writing process after the first twentieth and at the end."""
    store = ElasticStore(f"{url}/bench")
    store.init()
    marks: list[float] = []

    def stream() -> Iterator[Document]:
        for number, one in enumerate(sightings(count, "2010-01")):
            if number % (count // 20) == 0:
                marks.append(rss_mb())
                say(f"{number} documents, {marks[-1]:.0f} MB, {time.perf_counter() - began:.0f} s")
            yield one

    began = time.perf_counter()
    put = store.put("listing_obs", stream())
    spent = time.perf_counter() - began
    growth = rss_mb() - marks[1]
    store.settle()
    held = store.status()["listing_obs"]
    store.close()
    verdict = "within" if growth <= GROWTH_MB and held == count == put.written else "MISSED"
    yield (
        f"{count} documents in {spent:.0f} s ({count / spent:.0f}/s): memory grew {growth:.0f} MB after the first twentieth "
        f"(bar {GROWTH_MB} MB), held {held}: {verdict}"
    )


def embedded() -> Iterator[str]:
    """The embedded store on the same work."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "bench.db")
        store.init()
        rates = []
        for turn in range(3):
            documents = list(sightings(COUNT, f"20{10 + turn}-01", turn))
            began = time.perf_counter()
            assert store.put("listing_obs", documents).written == COUNT
            rates.append(COUNT / (time.perf_counter() - began))
        store.close()
    yield f"embedded store beside it: {statistics.median(rates):.0f}/s"
