"""The Store protocol: what the embedded and the production store both promise, and the one way to open either.

A document is a JSON object with the names of `indexer.fields`; times are ISO 8601 strings with `Z`, prices decimal strings.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from crawlers.errors import ChurnwatchError, ConfigError
from crawlers.ids import parse_instant

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
Document = dict[str, Value]
# field → value it must equal, or a list of values of which it must hold one. A list field matches when it holds the value;
# None matches a field that is missing, null or an empty list. Times are compared by the millisecond.
Filter = Mapping[str, Value]


# Characters of a search text; more is no search but an accident.
QUERY_MAX = 1000


class StoreError(ChurnwatchError):
    """A store is away, refuses, or has another shape than this version writes. The text says which store and what next."""


class StoreAddressError(ConfigError, StoreError):
    """A store address that no store can have; the operator's to mend (exit 2)."""


@dataclass(frozen=True, slots=True)
class Put:
    """How one `put` ended: documents written, those that stood already in this or a newer version, dead letters kept, and documents
    that wait in the spool since the server is away (they are written at the next start)."""

    written: int = 0
    unchanged: int = 0
    dead: int = 0
    spooled: int = 0


@dataclass(frozen=True, slots=True)
class Similar:
    """A listing worded like another: the cosine of their vectors, -1 to 1."""

    score: float
    document: Document


class Store(Protocol):
    """Both stores keep this; every method may raise StoreError."""

    def init(self) -> None:
        """Creates what is missing (tables, templates, indices); running it again changes nothing."""

    def put(self, family: str, documents: Iterable[Document], *, create: bool = False) -> Put:
        """Writes whole documents by `id`. Append-only families (observations, judgements, interventions, cluster-id assignments): the first
        writing of an id stands. Derived: the higher `sequence`.

        Other families (alert, …): the last writing stands, or with `create` the first. A document with a field that its
        family lacks, or a value of another type, is kept in `deadletter` and counted, never lost. Two writings of one document are one.
        """

    def get(self, family: str, key: str) -> Document | None:
        """The document with this id, or None."""

    def scan(self, family: str, where: Filter | None = None) -> Iterator[Document]:
        """Every document that passes the filter, ordered by id; withdrawn and superseded ones included."""

    def search(self, family: str, text: str, where: Filter | None = None, limit: int = 1000) -> list[Document]:
        """The documents holding every phrase of `text` (tokens of `indexer.search_text`); an empty text lists all.

        Withdrawn and superseded documents are left out. Ordered by id.
        """

    def facets(
        self, family: str, text: str, names: Sequence[str], where: Filter | None = None, limit: int = 20
    ) -> dict[str, list[tuple[Value, int]]]:
        """For each named field its commonest values among all documents that `search` would find, with how many hold each.

        Fields are keywords, decimals or booleans. Ordered by count, then by value; a list counts once for each value in it.
        """

    def similar(self, vector: Sequence[float], model: str, where: Filter | None = None, limit: int = 10) -> list[Similar]:
        """The visible listings whose vector of the same model lies nearest, nearest first, then by id."""

    def supersede(self, visit_id: str, analysis_id: str) -> None:
        """Makes one analysis of a visit the current one: documents of the visit's other analyses get `superseded: true`, its own false."""

    def claim(self, alert_id: str, claimant: str, at: str, *, expired: str) -> bool:
        """True when this caller now owns the alert: it was `pending`, or `claimed` before the time `expired`. Exactly one caller wins."""

    def settle(self) -> None:
        """Makes everything written so far visible to scan and search."""

    def next_sequence(self) -> int:
        """A number higher than any handed out before; taken before reading what a projection uses."""

    def status(self) -> dict[str, int]:
        """How many documents each family holds, by family name."""

    def details(self) -> dict[str, Value]:
        """What an operator asks of this kind of store: place, size, versions, health, documents that wait."""

    def drop_months(self, family: str, before: str, keep: Collection[str] = ()) -> dict[str, int]:
        """Deletes documents of an append-only family planned before the month `before` (`2026-03`), but for months in `keep`.

        Says how many documents each dropped month held. Raises StoreError for a family that is not kept by month.
        """

    def months(self, family: str) -> dict[str, int]:
        """How many documents each month of an append-only family holds, oldest first."""

    def rebuild(self) -> None:
        """Empties the families of `fields.REBUILT`, so that the projector can write them anew."""

    def close(self) -> None:
        """Lets go of files and connections."""


def is_claimable(alert: Document, expired: str) -> bool:
    """May an alert be claimed: it is pending, or its claim is older than `expired`."""
    if alert.get("status") == "pending":
        return True
    claimed = alert.get("claimed_at")
    return alert.get("status") == "claimed" and isinstance(claimed, str) and parse_instant(claimed) < parse_instant(expired)


def open_store(
    url: str, *, api_key: str | None = None, ca: str | None = None, user: tuple[str, str] | None = None, spool: Path | None = None
) -> Store:
    """The store at `sqlite:///path/to/file.db` or `http(s)://host:port/prefix` (prefix `churnwatch` when none is given).

    `api_key`, `user` (name and password, for setting up), `ca` (path of a PEM file) and `spool` (folder for documents while the
    server is away; None: the writer waits and gives up) are for Elasticsearch, whose nodes may be several:
    `https://es1:9200,es2:9200/prefix`. Raises StoreAddressError for another scheme and for plain http to a host that is not
    loopback, StoreError when the store is away.
    """
    if url.startswith("sqlite:///"):
        from indexer.sqlite_store import SqliteStore

        return SqliteStore(url.removeprefix("sqlite:///"))
    if url.startswith(("http://", "https://")):
        from indexer.elastic_store import ElasticStore

        return ElasticStore(url, api_key=api_key, ca=ca, user=user, spool=spool)
    raise StoreAddressError(f"unknown store address {url!r}: use sqlite:///file.db or http(s)://host:port/prefix")
