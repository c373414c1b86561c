"""The bulk loop on a real Elasticsearch behind a line that breaks: nothing lost, nothing doubled, nothing silent."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from elasticsearch import Elasticsearch

from indexer.elastic_bulk import UNCHANGED, WRITTEN, Action, Patience, write
from indexer.elastic_store import ElasticStore
from indexer.store import Put, StoreError
from tests.elastic_tiers.line import line

pytestmark = pytest.mark.elastic
AT = "2026-11-24T12:00:00Z"


class Clock:
    """Time that passes only while the writer sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, pause: float) -> None:
        """Lets a pause pass at once."""
        self.pauses.append(pause)
        self.now += pause

    def patience(self, budget_s: float = 120.0) -> Patience:
        """Patience on this clock, without chance."""
        return Patience(budget_s=budget_s, sleep=self.sleep, jitter=lambda: 0.5, monotonic=lambda: self.now)


def findings(count: int, size: int = 10) -> list[dict]:
    """So many documents."""
    return [{"id": f"f{n:05}", "planned_at": AT, "value": str(n), "text": "x" * size} for n in range(count)]


@pytest.mark.parametrize("how", ["before", "after"])
def test_a_line_that_breaks_now_and_then_loses_and_doubles_nothing(elastic_address: str, elastic_url: str, how: str) -> None:
    clock, prefix = Clock(), elastic_address.rpartition("/")[2]
    with line(elastic_url, lambda number: how if number in {1, 2, 4} else None) as broken:
        store = ElasticStore(f"{broken.url}/{prefix}", patience=clock.patience())
        store.init()
        counts = store.put("finding", findings(1500))
        store.settle()
        assert counts.written + counts.unchanged == 1500
        assert counts.unchanged == (0 if how == "before" else 1000)  # their first writing was done, only its answer was lost
        assert [one["id"] for one in store.scan("finding")] == [f"f{n:05}" for n in range(1500)]
        assert store.status() | {"finding": 0} == dict.fromkeys(store.status(), 0)
        store.close()
    assert broken.requests >= 5
    assert clock.pauses[:2] == [0.25, 0.5]


def test_a_line_that_stays_broken_ends_in_one_clear_error_after_the_budget(elastic_address: str, elastic_url: str) -> None:
    clock, prefix = Clock(), elastic_address.rpartition("/")[2]
    with line(elastic_url, lambda number: "before" if number > 1 else None) as broken:
        store = ElasticStore(f"{broken.url}/{prefix}", patience=clock.patience(budget_s=30))
        store.init()
        with pytest.raises(StoreError, match=r"took none of 500 documents for 30 s: no answer .*evidence is kept.*churnwatch analyse"):
            store.put("finding", findings(1200))
        store.close()
    assert clock.pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    with store_at(elastic_address) as store:
        assert store.put("finding", findings(1200)) == Put(written=700, unchanged=500)


@contextmanager
def store_at(address: str) -> Iterator[ElasticStore]:
    """A store without a broken line."""
    store = ElasticStore(address)
    yield store
    store.close()


def test_what_the_server_finds_wrong_with_a_document_is_said_and_the_others_are_written(elastic_address: str, elastic_url: str) -> None:
    with store_at(elastic_address) as store:
        store.init()
    index = f"{elastic_address.rpartition('/')[2]}-judgement-v0001"
    bodies = [
        b'{"event":{"id":"a"}}',
        b'{"colour":1}',
        b'{"event":{"created":"yesterday"}}',
        b'{"event":{"id":"d"}}',
        b'{"event":{"id":"a"}}',
    ]
    with Elasticsearch(elastic_url) as client:
        outcomes = write(
            client, [Action("create", index, key, body) for key, body in zip("abcda", bodies, strict=True)], Clock().patience()
        )
        assert (outcomes[0], outcomes[3], outcomes[4]) == (WRITTEN, WRITTEN, UNCHANGED)
        assert outcomes[1].startswith("strict_dynamic_mapping_exception: ")
        assert outcomes[2].startswith("document_parsing_exception: ") and "yesterday" in outcomes[2]


@pytest.mark.skipif("CHURNWATCH_ES_URL" in os.environ, reason="changes a setting of the whole cluster, which is not ours")
def test_requests_too_large_for_a_busy_server_are_made_smaller(elastic_address: str, elastic_url: str) -> None:
    clock = Clock()
    narrow = {"network.breaker.inflight_requests.limit": "200kb", "rest.incremental_bulk": False}  # requests are counted whole
    with Elasticsearch(elastic_url) as client, store_at(elastic_address) as healthy:
        healthy.init()
        healthy.put("finding", findings(1))
        store = ElasticStore(elastic_address, patience=clock.patience())
        client.cluster.put_settings(persistent=narrow)
        try:
            counts = store.put("finding", findings(1000, size=2000))  # 500 of them are 2 MB
        finally:
            client.cluster.put_settings(persistent=dict.fromkeys(narrow))
        store.settle()
        assert counts == Put(written=999, unchanged=1)
        assert len(clock.pauses) >= 3  # 429 at 500, 250 and 125 documents
        assert store.status()["finding"] == 1000
        store.close()
