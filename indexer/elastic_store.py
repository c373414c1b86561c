"""The production store: Elasticsearch 8.19 or 9.x through the official client, server-core features only (reference: README.md here)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import orjson
from elasticsearch import AuthorizationException, ConflictError, NotFoundError

from indexer.documents import fields_of
from indexer.elastic_address import parse_address
from indexer.elastic_bulk import Patience
from indexer.elastic_client import open_client, teller
from indexer.elastic_indices import Indices
from indexer.elastic_intake import Intake
from indexer.elastic_mapping import COUNTER, alias, to_source
from indexer.elastic_query import query
from indexer.elastic_read import PAGE, Reader
from indexer.fields import FAMILIES, MONTHLY
from indexer.filters import conditions, faceted
from indexer.search_text import sought
from indexer.spool import Spool
from indexer.store import Document, Filter, Put, Similar, StoreError, Value, is_claimable
from indexer.vectors import comparable, nearest


def _now() -> datetime:
    return datetime.now(UTC)


class ElasticStore:
    """The Store under one prefix of a cluster. Opening it asks the cluster's health and compares live mappings with ours."""

    def __init__(
        self,
        address: str,
        *,
        api_key: str | None = None,
        ca: str | None = None,
        user: tuple[str, str] | None = None,
        spool: Path | None = None,
        clock: Callable[[], datetime] = _now,
        patience: Patience | None = None,
    ) -> None:
        urls, self._prefix = parse_address(address)
        self._patience = patience or Patience()
        self._client = open_client(urls, api_key=api_key, ca=ca, user=user)
        self._told = teller(urls, self._prefix)
        self._indices = Indices(self._client, self._prefix)
        self._reader = Reader(self._client, self._prefix)
        kept = Spool(spool, self._prefix) if spool else None
        self._intake = Intake(self._client, self._indices, self._prefix, self._told, self._patience, kept, clock)
        try:
            with self._told():
                with suppress(AuthorizationException):  # a key that may only read need not see the cluster
                    self._client.options(request_timeout=10).cluster.health()
                self._indices.check()
        except BaseException:
            self._client.close()
            raise

    def init(self) -> None:
        """Puts templates and makes indices where missing, then writes what waits in the spool."""
        with self._told():
            self._indices.init()
        self._intake.replay()

    def put(self, family: str, documents: Iterable[Document], *, create: bool = False) -> Put:
        """Writes whole documents, up to 500 a request; what was written stays when a later request fails."""
        fields_of(family)
        return self._intake.put(family, documents, create=create)

    def get(self, family: str, key: str) -> Document | None:
        """The document with this id as last written, or None."""
        fields_of(family)
        with self._told():
            if family in MONTHLY:
                return self._reader.monthly(family, key, self._indices.months(family))
            found = self._reader.one(family, key)
            return found[0] if found else None

    def scan(self, family: str, where: Filter | None = None) -> Iterator[Document]:
        """Every document that passes the filter, ordered by id, as the family stood when the first was drawn."""
        return self._drawn(self._reader.pages(family, query(family, conditions(family, where))))

    def search(self, family: str, text: str, where: Filter | None = None, limit: int = 1000) -> list[Document]:
        """The visible documents holding every phrase of `text`, ordered by id."""
        wanted, words = conditions(family, where), sought(text)
        if words is None:
            return []
        return list(islice(self._drawn(self._reader.pages(family, query(family, wanted, words, visible=True), min(limit, PAGE))), limit))

    def facets(
        self, family: str, text: str, names: Sequence[str], where: Filter | None = None, limit: int = 20
    ) -> dict[str, list[tuple[Value, int]]]:
        """The commonest values of each named field among what `search` would find."""
        wanted, words = conditions(family, where), sought(text)
        faceted(family, names)
        if words is None or not names:
            return {name: [] for name in names}
        with self._told():
            return self._reader.facets(family, wanted, words, names, limit)

    def similar(self, vector: Sequence[float], model: str, where: Filter | None = None, limit: int = 10) -> list[Similar]:
        """The visible listings whose vector of the same model lies nearest, nearest first."""
        asked, wanted = comparable(vector), conditions("listing", {**(where or {}), "vector_model": model})
        with self._told():
            return nearest(asked, self._reader.neighbours(asked, wanted, limit), limit)

    def supersede(self, visit_id: str, analysis_id: str) -> None:
        """Makes one analysis of a visit the current one, by partial updates of the documents that say otherwise."""
        self._intake.supersede(visit_id, analysis_id)

    def claim(self, alert_id: str, claimant: str, at: str, *, expired: str) -> bool:
        """True when this caller now owns the alert; the server takes one writer of each state only."""
        with self._told():
            found = self._reader.one("alert", alert_id)
            if not found or not is_claimable(found[0], expired):
                return False
            document, seq_no, term = found
            claimed = to_source("alert", document | {"status": "claimed", "claimed_by": claimant, "claimed_at": at})
            name = alias(self._prefix, "alert")
            try:
                # No silent second try: it would meet its own first writing and call the alert lost.
                answer = self._client.options(max_retries=0).index(
                    index=name, id=alert_id, document=orjson.loads(claimed), if_seq_no=seq_no, if_primary_term=term
                )
            except ConflictError:
                return False
            self._intake.touch([answer["_index"]])
            return True

    def settle(self) -> None:
        """Refreshes the indices written since the last settle."""
        touched = self._intake.touched()
        if touched:
            with self._told():
                self._client.indices.refresh(index=touched, ignore_unavailable=True)

    def next_sequence(self) -> int:
        """A number higher than any handed out before, by any process: a counter that only one writer of each state may raise."""
        self._indices.ensure(())
        name, patience = alias(self._prefix, COUNTER), self._patience
        end = patience.monotonic() + patience.budget_s
        while True:
            with self._told():
                try:
                    last = self._client.get(index=name, id="sequence")
                    number, seq_no, term = int(last["_source"]["value"]) + 1, last["_seq_no"], last["_primary_term"]
                    self._client.index(index=name, id="sequence", document={"value": number}, if_seq_no=seq_no, if_primary_term=term)
                except NotFoundError:
                    with suppress(ConflictError):  # another process was faster
                        self._client.create(index=name, id="sequence", document={"value": 0})
                except ConflictError:
                    if patience.monotonic() >= end:
                        raise
                else:
                    return number
            patience.sleep(0.02 * patience.jitter())

    def status(self) -> dict[str, int]:
        """How many documents each family holds."""
        self.settle()
        with self._told():
            return {
                family: int(self._client.count(index=alias(self._prefix, family), ignore_unavailable=True)["count"]) for family in FAMILIES
            }

    def details(self) -> dict[str, Value]:
        """What an operator asks of this store: the cluster's health, versions of its nodes, schema version, what waits in the spool."""
        spool = self._intake.spool
        with self._told():
            return self._indices.details() | {"spooled": spool.waiting() if spool else 0, "spool": str(spool.path) if spool else None}

    def months(self, family: str) -> dict[str, int]:
        """How many documents each month of an append-only family holds, oldest first."""
        self.settle()
        with self._told():
            return self._indices.month_counts(family)

    def drop_months(self, family: str, before: str, keep: Collection[str] = ()) -> dict[str, int]:
        """Deletes whole monthly indices."""
        if family not in MONTHLY:
            raise StoreError(f"{family} is not kept by month; retention is for {', '.join(MONTHLY)}")
        self.settle()
        with self._told():
            return self._indices.drop_months(family, before, keep)

    def rebuild(self) -> None:
        """Empties the families of `fields.REBUILT`; numbers handed out stay handed out."""
        self._indices.ensure(())
        with self._told():
            self._indices.recreate_derived()

    def close(self) -> None:
        """Sends what is queued and closes the connections."""
        self._intake.close()
        self._client.close()

    def _drawn(self, documents: Iterator[Document]) -> Iterator[Document]:
        """The documents, with the client's errors in words."""
        with self._told():
            yield from documents
