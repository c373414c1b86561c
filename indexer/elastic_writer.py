"""One thread that sends what producers queue: while it waits for the server, they prepare the next documents.

The queue is bounded in documents and in bytes; a full one makes the producer wait, so memory stays flat however fast pages are read.
"""

import threading
from collections import deque
from collections.abc import Sequence

from elasticsearch import ApiError, Elasticsearch

from indexer.elastic_bulk import UNSENT, Action, AwayError, Patience, write
from indexer.store import StoreError

MOST, MOST_BYTES = 500, 5 << 20  # of one request
# Four requests under way keep both sides busy; more only holds memory (measured with tests/benchmarks/ingest.py, 2026-11-24).
QUEUE_DOCUMENTS, QUEUE_BYTES = 4 * MOST, 4 * MOST_BYTES


class Receipt:
    """What becomes of actions that were queued together."""

    def __init__(self, actions: Sequence[Action], patience: Patience) -> None:
        self.actions, self.patience = actions, patience
        self.size_bytes = sum(len(action.body) for action in actions)
        self._done = threading.Event()
        self._outcomes: list[str] = []
        self._error: ApiError | StoreError | None = None

    def outcomes(self) -> list[str]:
        """One word an action, as `elastic_bulk.write` gives them, once all are sent; raises what ended the sending."""
        self._done.wait()
        if self._error is not None:
            raise self._error
        return self._outcomes

    def settle(self, outcomes: list[str], error: ApiError | StoreError | None = None) -> None:
        """Ends the waiting."""
        self._outcomes, self._error = outcomes, error
        self._done.set()


class Writer:
    """The queue and its thread, which starts with the first action and ends with `close`."""

    def __init__(self, client: Elasticsearch, *, documents: int = QUEUE_DOCUMENTS, size_bytes: int = QUEUE_BYTES) -> None:
        self._client, self._most, self._most_bytes = client, documents, size_bytes
        self._queue: deque[Receipt] = deque()
        self._changed = threading.Condition()
        self._documents = self._bytes = 0
        self._thread: threading.Thread | None = None
        self._closed = False

    def send(self, actions: Sequence[Action], patience: Patience) -> Receipt:
        """Queues actions, in order; waits while the queue is full. One call larger than the whole queue is taken when it is empty."""
        receipt = Receipt(actions, patience)
        with self._changed:
            self._changed.wait_for(lambda: self._closed or not self._documents or self._fits(receipt))
            if self._closed:
                raise StoreError("the store was closed while documents were still coming")
            self._queue.append(receipt)
            self._documents += len(actions)
            self._bytes += receipt.size_bytes
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="churnwatch-writer", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return receipt

    def close(self) -> None:
        """Sends what is queued and ends the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _fits(self, receipt: Receipt) -> bool:
        return self._documents + len(receipt.actions) <= self._most and self._bytes + receipt.size_bytes <= self._most_bytes

    def _run(self) -> None:
        while batch := self._next():
            away = self._send([action for receipt in batch for action in receipt.actions], batch)
            with self._changed:
                if away is not None:  # what waits behind has waited as long: it need not wait for a server that is away once more
                    for receipt in self._queue:
                        receipt.settle([], AwayError(str(away), [UNSENT] * len(receipt.actions)))
                    batch += self._queue
                    self._queue.clear()
                self._documents -= sum(len(receipt.actions) for receipt in batch)
                self._bytes -= sum(receipt.size_bytes for receipt in batch)
                self._changed.notify_all()

    def _next(self) -> list[Receipt]:
        """The receipts of the next request: small ones go together. Empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or bool(self._queue))
            batch: list[Receipt] = []
            count = size_bytes = 0
            while self._queue and (not batch or self._joins(batch[0], count, size_bytes)):
                batch.append(self._queue.popleft())
                count, size_bytes = count + len(batch[-1].actions), size_bytes + batch[-1].size_bytes
            return batch

    def _joins(self, first: Receipt, count: int, size_bytes: int) -> bool:
        following = self._queue[0]
        fits = count + len(following.actions) <= MOST and size_bytes + following.size_bytes <= MOST_BYTES
        return fits and following.patience is first.patience

    def _send(self, actions: list[Action], batch: list[Receipt]) -> AwayError | None:
        error: ApiError | StoreError | None = None
        outcomes: list[str] = []
        try:
            outcomes = write(self._client, actions, batch[0].patience, most=MOST, most_bytes=MOST_BYTES)
        except AwayError as away:
            error, outcomes = away, away.outcomes
        except (ApiError, StoreError) as refused:
            error = refused
        start = 0
        for receipt in batch:
            own = outcomes[start : start + len(receipt.actions)]
            start += len(receipt.actions)
            receipt.settle(own, AwayError(str(error), own) if isinstance(error, AwayError) else error)
        return error if isinstance(error, AwayError) else None
