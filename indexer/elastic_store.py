"""The production store: Elasticsearch 8.19 or 9.x through the official client, server-core features only (reference: README.md here)."""

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import islice
from urllib.parse import urlsplit

import orjson
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, AuthorizationException, ConflictError, Elasticsearch, NotFoundError, OrjsonSerializer, TransportError

from crawlers.ids import instant
from indexer.documents import dead_letter, encode, fields_of
from indexer.elastic_bulk import NEXT, UNCHANGED, WRITTEN, Action, Patience, write
from indexer.elastic_indices import Indices
from indexer.elastic_mapping import COUNTER, Json, alias, from_source, index_of, to_source
from indexer.elastic_query import query, superseding
from indexer.fields import DERIVED, FAMILIES, MONTHLY
from indexer.filters import conditions
from indexer.search_text import phrases
from indexer.store import QUERY_MAX, Document, Filter, Put, StoreAddressError, StoreError, Value, is_claimable

_PAGE = 1000  # documents a request read, and drawn from the caller before writing
_KEEP = "10m"  # how long a scan may wait between two pages
_PREFIX = re.compile(r"(?!(?:logs|metrics|traces|synthetics)-)[a-z][a-z0-9-]{0,60}")
_ANALYSED = tuple(family for family, fields in FAMILIES.items() if any(field.name == "superseded" for field in fields))


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
        clock: Callable[[], datetime] = _now,
        patience: Patience | None = None,
    ) -> None:
        self._url, self._prefix = parse_address(address)
        self._clock, self._patience = clock, patience or Patience()
        # The bulk loop does its own retries; the client's come at once and without pause.
        self._client = Elasticsearch(
            self._url,
            api_key=api_key,
            ca_certs=ca if ca and self._url.startswith("https:") else DEFAULT,
            serializer=OrjsonSerializer(),
            request_timeout=60,
            retry_on_status=(),
            max_retries=1,
        )
        self._indices = Indices(self._client, self._prefix)
        self._lock = threading.Lock()
        self._touched: set[str] = set()
        try:
            with self._told():
                with suppress(AuthorizationException):  # a key that may only read need not see the cluster
                    self._client.options(request_timeout=10).cluster.health()
                self._indices.check()
        except BaseException:
            self._client.close()
            raise

    def init(self) -> None:
        """Puts templates and makes indices where missing."""
        with self._told():
            self._indices.init()

    def put(self, family: str, documents: Iterable[Document], *, create: bool = False) -> Put:
        """Writes whole documents, up to 500 a request; what was written stays when a later request fails."""
        fields_of(family)
        written = unchanged = dead = 0
        incoming = iter(documents)
        while chunk := list(islice(incoming, _PAGE)):
            faults = {number: fault for number, document in enumerate(chunk) if isinstance(fault := encode(family, document), str)}
            good = [(number, document) for number, document in enumerate(chunk) if number not in faults]
            outcomes = self._write([self._action(family, document, create=create) for _, document in good])
            faults |= {number: word for (number, _), word in zip(good, outcomes, strict=True) if word not in {WRITTEN, UNCHANGED}}
            if faults:
                if family == "deadletter":
                    raise StoreError(f"{self._url}: a dead letter could not be kept: {next(iter(faults.values()))}")
                at = instant(self._clock())
                self.put("deadletter", [dead_letter(family, chunk[number], word, at) for number, word in faults.items()], create=True)
            written += outcomes.count(WRITTEN)
            unchanged += outcomes.count(UNCHANGED)
            dead += len(faults)
        return Put(written, unchanged, dead)

    def get(self, family: str, key: str) -> Document | None:
        """The document with this id as last written, or None."""
        fields_of(family)
        with self._told():
            if family not in MONTHLY:
                found = self._get(family, key)
                return found[0] if found else None
            places = [{"_index": index, "_id": key} for index in self._indices.months(family)]
            answers = self._client.mget(docs=places)["docs"] if places else []
        return next((from_source(family, one["_source"]) for one in answers if one.get("found")), None)

    def scan(self, family: str, where: Filter | None = None) -> Iterator[Document]:
        """Every document that passes the filter, ordered by id, as the family stood when the scan began."""
        return self._pages(family, query(family, conditions(family, where)), _PAGE)

    def search(self, family: str, text: str, where: Filter | None = None, limit: int = 1000) -> list[Document]:
        """The visible documents holding every phrase of `text`, ordered by id."""
        if len(text) > QUERY_MAX:
            raise StoreError(f"a search of {len(text)} characters is too long; {QUERY_MAX} are allowed")
        wanted, sought = conditions(family, where), phrases(text)
        if text.strip() and not sought:
            return []
        return list(islice(self._pages(family, query(family, wanted, sought, visible=True), min(limit, _PAGE)), limit))

    def supersede(self, visit_id: str, analysis_id: str) -> None:
        """Makes one analysis of a visit the current one, by partial updates of the documents that say otherwise."""
        names = [alias(self._prefix, family) for family in _ANALYSED]
        wrong, fields = superseding(visit_id, analysis_id), [fields_of("analysis")["analysis_id"].path]
        while True:
            with self._told():
                self._client.indices.refresh(index=names, ignore_unavailable=True)
                answer = self._client.search(index=names, ignore_unavailable=True, query=wrong, size=_PAGE, source_includes=fields)
            hits = answer["hits"]["hits"]
            if not hits:
                return
            actions = [Action("update", hit["_index"], hit["_id"], _superseded(hit["_source"], analysis_id)) for hit in hits]
            refused = [word for word in self._write(actions) if word not in {WRITTEN, UNCHANGED}]
            if refused:
                raise StoreError(f"{self._url}: the analyses of {visit_id} could not be marked: {refused[0]}")

    def claim(self, alert_id: str, claimant: str, at: str, *, expired: str) -> bool:
        """True when this caller now owns the alert; the server takes one writer of each state only."""
        with self._told():
            found = self._get("alert", alert_id)
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
            self._touch([answer["_index"]])
            return True

    def settle(self) -> None:
        """Refreshes the indices written since the last settle."""
        with self._lock:
            touched, self._touched = sorted(self._touched), set()
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
                    self._first_sequence(name)
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

    def rebuild(self) -> None:
        """Empties the families of `fields.REBUILT`; numbers handed out stay handed out."""
        self._indices.ensure(())
        with self._told():
            self._indices.recreate_derived()

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _action(self, family: str, document: Document, *, create: bool) -> Action:
        verb = "create" if create or family in MONTHLY else "index"
        version = int(str(document["sequence"])) if family in DERIVED and verb == "index" else None
        return Action(verb, index_of(self._prefix, family, document), str(document["id"]), to_source(family, document), version)

    def _write(self, actions: list[Action]) -> list[str]:
        names = {action.index for action in actions}
        with self._told():
            self._indices.ensure(names)
            outcomes = write(self._client, actions, self._patience)
        self._touch(names)
        return outcomes

    def _touch(self, names: Iterable[str]) -> None:
        with self._lock:
            self._touched.update(names)

    def _get(self, family: str, key: str) -> tuple[Document, int, int] | None:
        try:
            found = self._client.get(index=alias(self._prefix, family), id=key)
        except NotFoundError as error:
            if "found" in error.body:
                return None
            raise  # the index is missing, not the document
        return from_source(family, found["_source"]), int(found["_seq_no"]), int(found["_primary_term"])

    def _first_sequence(self, name: str) -> None:
        try:
            self._client.create(index=name, id="sequence", document={"value": 0})
        except ConflictError:
            return  # another process was faster

    def _pages(self, family: str, asked: Json, size: int) -> Iterator[Document]:
        with self._told():
            opened = self._client.open_point_in_time(index=alias(self._prefix, family), keep_alive=_KEEP, ignore_unavailable=True)
        if not opened["_shards"]["total"]:
            return
        pit, order = opened["id"], [{fields_of(family)["id"].path: "asc"}]
        after: list[Value] | None = None
        try:
            while True:
                with self._told():
                    answer = self._client.search(
                        pit={"id": pit, "keep_alive": _KEEP}, query=asked, sort=order, size=size, search_after=after, track_total_hits=False
                    )
                pit, hits = answer["pit_id"], answer["hits"]["hits"]
                yield from (from_source(family, hit["_source"]) for hit in hits)
                if len(hits) < size:
                    return
                after = hits[-1]["sort"]
        finally:
            with suppress(ApiError, TransportError):  # it would end by itself; an abandoned scan may be collected after close()
                self._client.close_point_in_time(id=pit)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The client's errors as StoreErrors that say what next."""
        try:
            yield
        except ApiError as error:
            advice = {
                401: "the key was refused: check CHURNWATCH_ES_API_KEY",
                403: "the key lacks a right for this: see docs of the roles, or run it with the key of another role",
                404: "something is missing there: run `churnwatch store init`",
            }.get(error.status_code, NEXT)
            raise StoreError(f"{self._url} (prefix {self._prefix}): {error.status_code} {error.message}; {advice}") from error
        except TransportError as error:
            raise StoreError(
                f"{self._url} cannot be reached ({error.message}): start Elasticsearch or name another --store. {NEXT}"
            ) from error


def parse_address(address: str) -> tuple[str, str]:
    """URL of the server and prefix of a store address; raises StoreError for one that cannot be or must not be used."""
    parts = urlsplit(address)
    prefix = parts.path.strip("/") or "churnwatch"
    try:
        port = parts.port
    except ValueError as error:
        raise StoreError(f"{_safe(address)}: {error}; use http(s)://host:port/prefix") from error
    if not parts.hostname or parts.query or parts.fragment or not _PREFIX.fullmatch(prefix):
        raise StoreError(
            f"{_safe(address)}: use http(s)://host:port/prefix, the prefix of a to z, 0 to 9 and -, not starting with logs- or the like"
        )
    if parts.username or parts.password:
        raise StoreError(f"{_safe(address)}: no user or password in the address; put a key into CHURNWATCH_ES_API_KEY")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise StoreAddressError(
            f"{_safe(address)}: plain http is for loopback only; use https:// (and CHURNWATCH_ES_CA for an authority of your own)"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or (443 if parts.scheme == 'https' else 9200)}", prefix


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _safe(address: str) -> str:
    """The address without a password, for messages."""
    return re.sub(r"//[^/@]*@", "//…@", address)


def _superseded(source: Json, analysis_id: str) -> bytes:
    analysis = from_source("analysis", source).get("analysis_id")
    return orjson.dumps({"doc": {"marketplace": {"superseded": analysis != analysis_id}}})
