"""The bulk loop: every document ends as written, unchanged or refused with words, or the whole call ends in a StoreError; none is silent.

The client's own bulk helpers let connection errors escape and back off in step (tried on 9.2.8: 95 documents lost after 71 s), hence
this loop: pending documents, pauses that double with jitter, smaller requests when the server says that one was too large.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import orjson
from elasticsearch import ApiError, Elasticsearch, TransportError

from indexer.elastic_mapping import Json
from indexer.store import StoreError

Done = TypeVar("Done")
WRITTEN, UNCHANGED, UNSENT = "", "unchanged", "unsent"
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
# These speak of the store, not of the document: no key, no right, no such index.
_STORE_FAULTS = frozenset({401, 403, 404})
_CLOSED = "index_closed_exception"  # comes as 400, like a document that is wrong
_KEPT = "errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason"


@dataclass(frozen=True, slots=True)
class Action:
    """One document to write: `verb` is `create`, `index` or `update`; `version` is external, or external_gte for copies."""

    verb: str
    index: str
    key: str
    body: bytes
    version: int | None = None
    version_type: str = "external"

    def lines(self) -> tuple[bytes, bytes]:
        """The two lines of the bulk request."""
        head: Json = {"_index": self.index, "_id": self.key}
        if self.version is not None:
            head |= {"version": self.version, "version_type": self.version_type}
        if self.verb == "update":
            head["retry_on_conflict"] = 3
        return orjson.dumps({self.verb: head}), self.body


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a write goes on while the server is busy or away: seconds without any progress, and the pauses between two tries."""

    budget_s: float = 120.0
    first_pause_s: float = 0.25
    longest_pause_s: float = 8.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random  # 0 to 1; without it all writers come back at the same moment
    monotonic: Callable[[], float] = time.monotonic
    answer_s: float = 60.0  # how long one request may take; a paused node costs no more

    def once(self) -> "Patience":
        """One try and no more."""
        return replace(self, budget_s=0.0)


class AwayError(StoreError):
    """The server took nothing for as long as the writer waits; `outcomes` says which documents are `UNSENT`."""

    def __init__(self, why: str, outcomes: list[str]) -> None:
        super().__init__(why)
        self.outcomes = outcomes


class _BusyError(Exception):
    """The server did not take a request of this size or at this time; `status` is None when it did not answer."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


def write(client: Elasticsearch, actions: Sequence[Action], patience: Patience, *, most: int = 500, most_bytes: int = 5 << 20) -> list[str]:
    """For each action `WRITTEN`, `UNCHANGED` or what the server finds wrong with the document, in order.

    Raises AwayError when nothing was taken for `patience.budget_s`, and StoreError at once when the store refuses the writer.
    """
    outcomes: list[str] = [WRITTEN] * len(actions)
    pending = deque(range(len(actions)))
    size, pause, progress = most, patience.first_pause_s, patience.monotonic()
    while pending:
        batch = _batch(pending, actions, size, most_bytes)
        try:
            why, again = _send(client, [actions[number] for number in batch], batch, outcomes, patience.answer_s)
            size = min(most, size * 2)
        except _BusyError as busy:
            why, again = str(busy), batch
            if busy.status == 413 and len(batch) == 1:
                outcomes[batch[0]], again = why, []
            # A request above the server's limit for requests under way never passes, however often it is sent.
            size = max(1, len(batch) // 2) if busy.status in {413, 429} else size
        pending.extendleft(reversed(again))
        if len(again) < len(batch):
            pause, progress = patience.first_pause_s, patience.monotonic()
        if again:
            if patience.monotonic() - progress >= patience.budget_s:
                for number in pending:
                    outcomes[number] = UNSENT
                raise AwayError(
                    f"Elasticsearch took none of {len(pending)} documents for {patience.budget_s:.0f} s: {why}. {NEXT}", outcomes
                )
            patience.sleep(pause * (0.5 + patience.jitter()))
            pause = min(patience.longest_pause_s, pause * 2)
    return outcomes


def patiently(call: Callable[[], Done], patience: Patience) -> Done:
    """What the call gives, tried again while the server is busy, without a master or away; AwayError after `patience.budget_s`."""
    pause, began = patience.first_pause_s, patience.monotonic()
    while True:
        try:
            return call()
        except (ApiError, TransportError) as error:
            if isinstance(error, ApiError) and error.status_code not in _BUSY:
                raise
            if patience.monotonic() - began >= patience.budget_s:
                raise AwayError(f"Elasticsearch did not answer for {patience.budget_s:.0f} s: {error.message}. {NEXT}", []) from error
        patience.sleep(pause * (0.5 + patience.jitter()))
        pause = min(patience.longest_pause_s, pause * 2)


NEXT = "The evidence is kept: see to the server, then run `churnwatch analyse` again, which puts in what is missing"


def _batch(pending: deque[int], actions: Sequence[Action], size: int, most_bytes: int) -> list[int]:
    batch = [pending.popleft()]
    length = len(actions[batch[0]].body)
    while pending and len(batch) < size and length + len(actions[pending[0]].body) <= most_bytes:
        batch.append(pending.popleft())
        length += len(actions[batch[-1]].body)
    return batch


def _send(
    client: Elasticsearch, actions: Iterable[Action], batch: Sequence[int], outcomes: list[str], answer_s: float
) -> tuple[str, list[int]]:
    """The last reason to wait, and the numbers that must be sent again; fills in the outcome of the others."""
    lines = [line for action in actions for line in action.lines()]
    try:
        answer = client.options(max_retries=0, request_timeout=answer_s).bulk(operations=lines, filter_path=_KEPT, timeout="30s").body  # type: ignore[arg-type]  # takes bytes as they are
    except ApiError as error:
        if error.status_code in _BUSY or error.status_code == 413:
            raise _BusyError(f"{error.status_code} {error.message}", error.status_code) from error
        raise
    except TransportError as error:
        raise _BusyError(f"no answer ({error.message})") from error
    again, why = [], ""
    for number, parts in zip(batch, answer["items"], strict=True):
        (part,) = parts.values()
        status, fault = int(part["status"]), _words(part.get("error"))
        if status in _BUSY:
            again.append(number)
            why = f"{status} {fault}"
        elif status in _STORE_FAULTS or fault.startswith(_CLOSED):
            raise StoreError(
                f"Elasticsearch refuses to write ({status} {fault}): check the key's rights and that the index is there and open"
            )
        elif status == 409:
            outcomes[number] = UNCHANGED
        elif status >= 400:
            outcomes[number] = fault or f"refused with status {status}"
    return why, again


def _words(error: Json | None) -> str:
    if not error:
        return ""
    cause = error.get("caused_by")
    below = f" ({cause['reason']})" if isinstance(cause, dict) and "reason" in cause else ""
    return f"{error.get('type')}: {error.get('reason')}{below}"
