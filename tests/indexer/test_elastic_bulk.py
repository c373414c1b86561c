"""The bulk loop on a real Elasticsearch behind a line that breaks: nothing lost, nothing doubled, nothing silent."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from indexer.elastic_bulk import UNCHANGED, WRITTEN, Action, Patience, write
from indexer.elastic_store import ElasticStore
from indexer.store import Put, StoreError

pytestmark = pytest.mark.elastic
AT = "2026-11-24T12:00:00Z"


class Line:
    """A loopback port that passes bytes on to the server; `breaks(n)` says how the n-th bulk request is cut: `before`, `after`, None."""

    def __init__(self, url: str, breaks: Callable[[int], str | None]) -> None:
        parts = urlsplit(url)
        self._server, self._breaks = (parts.hostname, parts.port), breaks
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.requests = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Takes no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(self._server) as server:
            swallow = threading.Event()
            threading.Thread(target=answers, args=(server, caller, swallow), daemon=True).start()
            while request := read_request(caller):
                how = None
                if b"/_bulk" in request.partition(b"\r\n")[0]:
                    self.requests += 1
                    how = self._breaks(self.requests)
                if how == "before":
                    caller.shutdown(socket.SHUT_RDWR)
                    return
                if how == "after":
                    swallow.set()
                server.sendall(request)


def answers(server: socket.socket, caller: socket.socket, swallow: threading.Event) -> None:
    """Passes the server's bytes on; with `swallow` it hangs up at the next ones instead."""
    with suppress(OSError):
        while part := server.recv(65536):
            if swallow.is_set():
                caller.shutdown(socket.SHUT_RDWR)
                return
            caller.sendall(part)


def read_request(line: socket.socket) -> bytes:
    """One HTTP request with its body, or nothing at the end of the line."""
    with suppress(OSError):
        received = b""
        while b"\r\n\r\n" not in received:
            more = line.recv(65536)
            if not more:
                return b""
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        length = next((int(one.split(b":")[1]) for one in head.split(b"\r\n") if one.lower().startswith(b"content-length:")), 0)
        while len(body) < length:
            body += line.recv(65536)
        return head + b"\r\n\r\n" + body
    return b""


@contextmanager
def line(url: str, breaks: Callable[[int], str | None]) -> Iterator[Line]:
    """A line for one test."""
    opened = Line(url, breaks)
    try:
        yield opened
    finally:
        opened.close()


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
