"""Everything written into the production store: documents checked and laid out, queued, sent, and spooled when the server is away.

A document ends as written, unchanged, dead letter or spooled, and is counted as one of them; else the call ends in a StoreError.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby, islice

import orjson
from elasticsearch import Elasticsearch

from crawlers.ids import instant
from indexer.documents import DOCUMENT_MAX, dead_letter, encode, fault, fields_of
from indexer.elastic_bulk import UNCHANGED, UNSENT, WRITTEN, Action, AwayError, Patience, patiently
from indexer.elastic_client import Told
from indexer.elastic_indices import Indices
from indexer.elastic_mapping import Json, alias, from_source, index_of, to_source
from indexer.elastic_query import superseding
from indexer.elastic_writer import MOST, Receipt, Writer
from indexer.fields import DERIVED, FAMILIES, FIRST_STANDS
from indexer.spool import Entry, Spool
from indexer.store import Document, Put, StoreError

_AHEAD = 3  # requests prepared while an earlier one is answered
# Documents laid out before the writer thread may have its turn. Left to itself Python hands over every 5 ms, and a request of 1 MB waits
# for that at each of its parts: ours ÷ bare was .73 without, see tests/benchmarks/REPORT.md (2026-11-24).
_TURN = 8
_PAGE = 1000  # documents marked as superseded at once
_SUPERSEDE = "supersede"  # stands in the spool beside the names of families
_ANALYSED = tuple(family for family, fields in FAMILIES.items() if any(field.name == "superseded" for field in fields))
Sent = tuple[list[Document], Receipt]


class Intake:
    """The writing half of `ElasticStore`; several threads may use it."""

    def __init__(
        self,
        client: Elasticsearch,
        indices: Indices,
        prefix: str,
        told: Told,
        patience: Patience,
        spool: Spool | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._client, self._indices, self._prefix, self._told = client, indices, prefix, told
        self._patience, self.spool, self._clock = patience, spool, clock
        self._once = patience.once()
        self._writer = Writer(client)
        self._lock = threading.Lock()
        self._touched: set[str] = set()
        self._away = False

    def put(self, family: str, documents: Iterable[Document], *, create: bool = False) -> Put:
        """As `Store.put`."""
        self._recover()
        return self._put(family, documents, create=create, spool=self.spool if self._repeatable(family, create=create) else None)

    def supersede(self, visit_id: str, analysis_id: str) -> None:
        """As `Store.supersede`; waits in the spool, behind the documents, while the server is away."""
        self._recover()
        try:
            with self._told():
                self._supersede(visit_id, analysis_id)
        except AwayError:
            if self.spool is None:
                raise
            self._away = True
            self.spool.append([Entry(_SUPERSEDE, {"visit_id": visit_id, "analysis_id": analysis_id})])

    def replay(self) -> int:
        """Writes what waits in the spool, and says how much that was; the spool is empty afterwards. Raises StoreError while away."""
        if self.spool is None:
            return 0
        with self._told():
            return self.spool.replay(self._take)

    def touch(self, names: Iterable[str]) -> None:
        """Remembers indices to be refreshed."""
        with self._lock:
            self._touched.update(names)

    def touched(self) -> list[str]:
        """The indices written since this was last asked."""
        with self._lock:
            touched, self._touched = sorted(self._touched), set()
        return touched

    def close(self) -> None:
        """Sends what is queued."""
        self._writer.close()

    def _put(self, family: str, documents: Iterable[Document], *, create: bool, spool: Spool | None) -> Put:
        total, incoming, sent = Put(), iter(documents), deque[Sent]()
        while chunk := list(islice(incoming, MOST)):
            good, actions, faults = self._prepared(family, chunk, create=create)
            total = _sum(total, self._bury(family, faults, spool))
            receipt = None if self._away and spool is not None else self._queued(actions, spool)
            if receipt is None:
                total = _sum(total, self._keep(family, good, spool, create=create))
                continue
            sent.append((good, receipt))
            if len(sent) > _AHEAD:
                total = _sum(total, self._ended(family, *sent.popleft(), create=create, spool=spool))
        for documents_sent, receipt in sent:
            total = _sum(total, self._ended(family, documents_sent, receipt, create=create, spool=spool))
        return total

    def _prepared(
        self, family: str, chunk: list[Document], *, create: bool
    ) -> tuple[list[Document], list[Action], list[tuple[Document, str]]]:
        good: list[Document] = []
        actions: list[Action] = []
        faults: list[tuple[Document, str]] = []
        verb = "create" if create or family in FIRST_STANDS else "index"
        versioned = family in DERIVED and verb == "index"
        for number, document in enumerate(chunk):
            if number % _TURN == 0:
                time.sleep(0)
            made = laid_out(family, document)
            if isinstance(made, str):
                faults.append((document, made))
                continue
            version = int(str(document["sequence"])) if versioned else None
            good.append(document)
            actions.append(Action(verb, index_of(self._prefix, family, document), str(document["id"]), made, version))
        return good, actions, faults

    def _queued(self, actions: list[Action], spool: Spool | None) -> Receipt | None:
        """The receipt of actions under way, or None when their indices cannot be made since the server is away."""
        names = {action.index for action in actions}
        try:
            with self._told():
                patiently(lambda: self._indices.ensure(names), self._now())
        except AwayError:
            if spool is None:
                raise
            return None
        self.touch(names)
        return self._writer.send(actions, self._now())

    def _now(self) -> Patience:
        return self._once if self._away else self._patience

    def _ended(self, family: str, documents: list[Document], receipt: Receipt, *, create: bool, spool: Spool | None) -> Put:
        try:
            with self._told():
                outcomes = receipt.outcomes()
        except AwayError as away:
            if spool is None:
                raise
            outcomes = away.outcomes
        unsent = [document for document, word in zip(documents, outcomes, strict=True) if word == UNSENT]
        refused = [(document, word) for document, word in zip(documents, outcomes, strict=True) if word not in {WRITTEN, UNCHANGED, UNSENT}]
        total = Put(outcomes.count(WRITTEN), outcomes.count(UNCHANGED))
        if unsent:
            total = _sum(total, self._keep(family, unsent, spool, create=create))
        return _sum(total, self._bury(family, refused, spool))

    def _keep(self, family: str, documents: list[Document], spool: Spool | None, *, create: bool) -> Put:
        if spool is None:
            raise StoreError("documents without a spool cannot be kept")
        self._away = True
        return Put(spooled=spool.append(Entry(family, document, create) for document in documents))

    def _bury(self, family: str, faults: list[tuple[Document, str]], spool: Spool | None) -> Put:
        if not faults:
            return Put()
        if family == "deadletter":
            raise StoreError(f"a dead letter could not be kept: {faults[0][1]}")
        at = instant(self._clock())
        letters = [dead_letter(family, document, word, at) for document, word in faults]
        self._put("deadletter", letters, create=True, spool=spool)
        return Put(dead=len(faults))

    def _repeatable(self, family: str, *, create: bool) -> bool:
        """May a writing be repeated later without undoing a newer one: the first stands, or the higher sequence."""
        return create or family in FIRST_STANDS or family in DERIVED

    def _recover(self) -> None:
        """While the server was away: one try to write what waits."""
        if not self._away:
            return
        try:
            self.replay()
        except AwayError:
            return
        self._away = False

    def _take(self, entries: list[Entry]) -> None:
        for (family, create), group in groupby(entries, key=lambda one: (one.family, one.create)):
            if family == _SUPERSEDE:
                for entry in group:
                    self._supersede(str(entry.document["visit_id"]), str(entry.document["analysis_id"]))
            else:
                self._put(family, (entry.document for entry in group), create=create, spool=None)

    def _supersede(self, visit_id: str, analysis_id: str) -> None:
        names = [alias(self._prefix, family) for family in _ANALYSED]
        wrong, fields = superseding(visit_id, analysis_id), [fields_of("analysis")["analysis_id"].path]
        while True:
            patiently(lambda: self._client.indices.refresh(index=names, ignore_unavailable=True), self._now())
            answer = patiently(
                lambda: self._client.search(index=names, ignore_unavailable=True, query=wrong, size=_PAGE, source_includes=fields),
                self._now(),
            )
            hits = answer["hits"]["hits"]
            if not hits:
                return
            actions = [Action("update", hit["_index"], hit["_id"], _superseded(hit["_source"], analysis_id)) for hit in hits]
            self.touch({action.index for action in actions})
            outcomes = self._writer.send(actions, self._now()).outcomes()
            refused = [word for word in outcomes if word not in {WRITTEN, UNCHANGED}]
            if refused:
                raise StoreError(f"the analyses of {visit_id} could not be marked: {refused[0]}")


def laid_out(family: str, document: Document) -> bytes | str:
    """The document as the server stores it, or in words (str) what is wrong with it."""
    found = fault(family, document)
    if found:
        return found
    try:
        body = to_source(family, document)
    except TypeError as error:  # a lone surrogate in a text
        return f"cannot be written as JSON in UTF-8: {error}"
    if len(body) > DOCUMENT_MAX // 2:  # the limit is for the document itself, without its search text
        plain = encode(family, document)
        return plain if isinstance(plain, str) else body
    return body


def _sum(one: Put, other: Put) -> Put:
    return Put(one.written + other.written, one.unchanged + other.unchanged, one.dead + other.dead, one.spooled + other.spooled)


def _superseded(source: Json, analysis_id: str) -> bytes:
    analysis = from_source("analysis", source).get("analysis_id")
    return orjson.dumps({"doc": {"marketplace": {"superseded": analysis != analysis_id}}})
