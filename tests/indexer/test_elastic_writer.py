"""The writer's queue and spool on a real Elasticsearch behind a line that breaks: nothing lost, nothing doubled, nothing silent."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from indexer.elastic_bulk import UNSENT, WRITTEN, Action, AwayError, Patience
from indexer.elastic_store import ElasticStore
from indexer.elastic_writer import Writer
from indexer.store import Document, Put, StoreError
from tests.elastic_tiers.line import line

pytestmark = pytest.mark.elastic
AT = "2026-11-24T12:00:00Z"
SOON = Patience(budget_s=0.6, first_pause_s=0.05, longest_pause_s=0.1, answer_s=5)


def findings(first: int, last: int, size: int = 0) -> Iterator[Document]:
    """Findings by number."""
    return ({"id": f"f{n:06}", "planned_at": AT, "visit_id": "v", "analysis_id": "a", "text": "x" * size} for n in range(first, last))


@pytest.fixture
def prefix(elastic_address: str) -> str:
    """The prefix of a store that is set up."""
    store = ElasticStore(elastic_address)
    store.init()
    store.put("finding", findings(0, 1))
    store.close()
    return elastic_address.rpartition("/")[2]


def ids(address: str) -> list[str]:
    """Ids of all findings, by another connection."""
    store = ElasticStore(address)
    store.put("finding", findings(0, 1))
    store.settle()
    found = [str(one["id"]) for one in store.scan("finding")]
    store.close()
    return found


def test_documents_wait_on_disk_while_the_server_is_away_and_are_written_when_it_is_back(
    prefix: str, elastic_url: str, elastic_address: str, tmp_path: Path
) -> None:
    away = threading.Event()
    with line(elastic_url, lambda number: "before" if away.is_set() else None, everything=True) as broken:
        store = ElasticStore(f"{broken.url}/{prefix}", spool=tmp_path, patience=SOON)
        assert store.put("finding", findings(1, 600)) == Put(written=599)
        away.set()
        began = time.monotonic()
        assert store.put("finding", findings(600, 2600)) == Put(spooled=2000)
        assert time.monotonic() - began < 5  # the budget once, not once a request
        assert store.put("storefront", [{"id": "s", "sequence": 3}]) == Put(spooled=1)
        assert store.put("finding", [{"id": "odd", "planned_at": AT, "colour": "red"}]) == Put(dead=1)  # its letter waits too
        store.supersede("v", "b")
        with pytest.raises(StoreError, match="no answer"):  # the last writing would undo a newer one: not for the spool
            store.put("alert", [{"id": "a", "status": "sent"}])
        away.clear()
        assert store.put("finding", findings(2600, 2601)) == Put(written=1)  # and everything that waited, before it
        assert store.details()["spooled"] == 0
        store.settle()
        assert [one["id"] for one in store.scan("finding")] == [f"f{n:06}" for n in range(2601)]
        assert [one["id"] for one in store.scan("finding", {"superseded": True})] == [f"f{n:06}" for n in range(2600)]
        assert {name: count for name, count in store.status().items() if count} == {"finding": 2601, "storefront": 1, "deadletter": 1}
        store.close()


def test_without_a_spool_the_writer_gives_up_with_words(prefix: str, elastic_url: str) -> None:
    away = threading.Event()
    with line(elastic_url, lambda number: "before" if away.is_set() else None, everything=True) as broken:
        store = ElasticStore(f"{broken.url}/{prefix}", patience=SOON)
        away.set()
        with pytest.raises(StoreError, match="took none of 500 documents"):
            store.put("finding", findings(600, 2600))
        with pytest.raises(StoreError, match="did not answer"):
            store.supersede("v", "b")
        store.close()


def test_the_next_start_writes_what_waits(prefix: str, elastic_url: str, elastic_address: str, tmp_path: Path) -> None:
    away = threading.Event()
    with line(elastic_url, lambda number: "before" if away.is_set() else None, everything=True) as broken:
        store = ElasticStore(f"{broken.url}/{prefix}", spool=tmp_path, patience=SOON)
        away.set()
        assert store.put("finding", findings(1, 300)) == Put(spooled=299)
        store.close()
    assert ids(elastic_address) == ["f000000"]
    again = ElasticStore(elastic_address, spool=tmp_path)
    assert again.details()["spooled"] == 299
    again.init()
    assert again.details()["spooled"] == 0
    again.close()
    assert ids(elastic_address) == [f"f{n:06}" for n in range(300)]


KILLED = """
import sys
from pathlib import Path
from indexer.elastic_bulk import Patience
from indexer.elastic_store import ElasticStore
store = ElasticStore(sys.argv[1], spool=Path(sys.argv[2]), patience=Patience(budget_s=0.2, first_pause_s=0.05))
store.init()
for number in range(1, 100_000):
    put = store.put("finding", [{"id": f"f{number:06}-{part}", "planned_at": "2026-11-24T12:00:00Z"} for part in range(20)])
    assert put.written + put.unchanged + put.spooled == 20, put
    print(number, put.spooled, flush=True)
"""


def test_a_process_killed_while_writing_spooling_and_replaying_loses_and_doubles_nothing(
    prefix: str, elastic_url: str, elastic_address: str, tmp_path: Path
) -> None:
    away, last = threading.Event(), 0
    with line(elastic_url, lambda number: "before" if away.is_set() else None, everything=True) as broken:
        for change in ("away", "back", "away"):
            process = subprocess.Popen(
                [sys.executable, "-c", KILLED, f"{broken.url}/{prefix}", str(tmp_path)], stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            for seen, spoken in enumerate(process.stdout):
                last = max(last, int(spoken.split()[0]))
                if seen == 5 and change == "away":
                    away.set()
                if seen == 12:
                    os.kill(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
            process.stdout.close()
            away.clear()
    store = ElasticStore(elastic_address, spool=tmp_path)
    store.init()
    store.close()
    found = set(ids(elastic_address))
    assert found >= {f"f{number:06}-{part}" for number in range(1, last + 1) for part in range(20)}
    assert last >= 12


def test_a_full_queue_makes_the_producer_wait(prefix: str, elastic_url: str) -> None:
    gate = threading.Event()
    with line(elastic_url, lambda number: gate.wait(30) and None) as slow, Elasticsearch(slow.url) as client:
        writer = Writer(client, documents=100, size_bytes=10_000)
        queued: list[int] = []

        def produce() -> None:
            for number in range(10):
                writer.send([action(prefix, f"q{number}-{part}") for part in range(20)], SOON)
                queued.append(number)

        thread = threading.Thread(target=produce)
        thread.start()
        end = time.monotonic() + 5
        while len(queued) < 5 and time.monotonic() < end:
            time.sleep(0.01)
        thread.join(0.3)
        assert (len(queued), thread.is_alive()) == (5, True)  # 100 documents wait or are under way
        gate.set()
        thread.join(30)
        writer.close()
        assert len(queued) == 10
        with pytest.raises(StoreError, match="was closed"):
            writer.send([action(prefix, "late")], SOON)


def test_bytes_bound_the_queue_too_and_one_larger_than_all_is_taken_alone(prefix: str, elastic_url: str) -> None:
    with Elasticsearch(elastic_url) as client:
        writer = Writer(client, documents=100, size_bytes=500)
        receipts = [writer.send([action(prefix, f"b{number}", b" " * 400)], Patience()) for number in range(6)]
        receipts.append(writer.send([action(prefix, "large", b" " * 5000)], Patience()))
        assert [receipt.outcomes() for receipt in receipts] == [[WRITTEN]] * 7
        writer.close()


def test_what_waits_behind_a_request_that_was_not_taken_is_told_at_once(prefix: str) -> None:
    with Elasticsearch("http://127.0.0.1:9") as nobody:
        writer = Writer(nobody)
        receipts = [writer.send([action(prefix, f"u{number}-{part}") for part in range(500)], SOON) for number in range(4)]
        began = time.monotonic()
        for receipt in receipts:
            with pytest.raises(AwayError) as caught:
                receipt.outcomes()
            assert caught.value.outcomes == [UNSENT] * 500
        assert time.monotonic() - began < 3
        writer.close()


def action(prefix: str, key: str, more: bytes = b"") -> Action:
    """A finding laid out."""
    return Action("create", f"{prefix}-finding-v0001-2026.11", key, b'{"event":{"id":"%b"}%b}' % (key.encode(), more))


def test_a_generator_that_fails_leaves_the_store_usable(prefix: str, elastic_address: str) -> None:
    def broken() -> Iterator[Document]:
        yield from findings(1, 700)
        raise ValueError("the page was odd")

    store = ElasticStore(elastic_address)
    with pytest.raises(ValueError, match="odd"):
        store.put("finding", broken())
    assert store.put("finding", findings(0, 800)).dead == 0
    store.close()
    assert ids(elastic_address) == [f"f{n:06}" for n in range(800)]
