"""The embedded store: one SQLite file in WAL mode, safe under kill -9 and under several processes writing.

Every write is one transaction per chunk, records and full text together. Families that a run can make again from evidence are
written with `synchronous=NORMAL` (a power cut may take the last commits, never the order); what people wrote, with FULL.
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import orjson

from crawlers.ids import instant
from indexer.documents import dead_letter, encode, fields_of
from indexer.fields import DERIVED, FAMILIES, FIRST_STANDS, MONTHLY, REBUILT
from indexer.filters import Condition, Key, conditions, facet_values, faceted, passes
from indexer.search_text import sought
from indexer.sqlite_schema import SCHEMA_VERSION, Statements, all_tables, statements
from indexer.store import Document, Filter, Put, Similar, StoreError, Value, is_claimable
from indexer.vectors import comparable, nearest

_CHUNK = 1000  # documents a transaction: 1,000 hold the write lock for some 50 ms, and more bring no speed
_BUSY_S = 60.0  # how long a writer waits for another process's transaction


def _now() -> datetime:
    return datetime.now(UTC)


class SqliteStore:
    """The Store in one file; `path` may not exist yet, its folder must. One object may be used by several threads."""

    def __init__(self, path: str | Path, *, clock: Callable[[], datetime] = _now) -> None:
        self._path = Path(path)
        self._clock = clock
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        if not self._path.parent.is_dir():
            raise StoreError(f"{self._path}: its folder does not exist; make {self._path.parent} or name another --store")
        if self._path.exists():
            self._connection = self._open("rw")

    def init(self) -> None:
        """Creates file and tables where missing."""
        if self._connection is None:
            self._connection = self._open("rwc")
        with self._writing("FULL") as connection:
            for sql in all_tables():
                connection.execute(sql)
            connection.execute("INSERT OR IGNORE INTO counter VALUES ('sequence', 0)")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION:d}")

    def put(self, family: str, documents: Iterable[Document], *, create: bool = False) -> Put:
        """Writes whole documents, 1,000 a transaction; a chunk that was written stays when a later one fails."""
        sql = statements(family)
        statement = sql.insert if create or family in FIRST_STANDS else sql.upsert
        written = unchanged = dead = 0
        incoming = iter(documents)
        # The chunk is drawn before the transaction starts: a generator may read and write this store itself.
        while chunk := list(islice(incoming, _CHUNK)):
            bodies = [(document, encode(family, document)) for document in chunk]
            good = [(document, body) for document, body in bodies if isinstance(body, bytes)]
            letters = [dead_letter(family, document, fault, instant(self._clock())) for document, fault in bodies if isinstance(fault, str)]
            with self._writing(_safety(family)) as connection:
                count = sum(_write(connection, sql, statement, document, body) for document, body in good)
            if letters:
                self.put("deadletter", letters, create=True)
            written, unchanged, dead = written + count, unchanged + len(good) - count, dead + len(letters)
        return Put(written, unchanged, dead)

    def get(self, family: str, key: str) -> Document | None:
        """The document with this id, or None."""
        fields_of(family)
        rows = self._read(f'SELECT id, body, hidden FROM "{family}" WHERE id = ?', (key,))  # noqa: S608  # a name of FAMILIES
        return _document(rows[0][1]) if rows else None

    def scan(self, family: str, where: Filter | None = None) -> Iterator[Document]:
        """Every document that passes the filter, ordered by id; read in pages, so other calls may run between two documents."""
        wanted = conditions(family, where)
        return (document for document, _ in self._pages(family, wanted, ()))

    def search(self, family: str, text: str, where: Filter | None = None, limit: int = 1000) -> list[Document]:
        """The visible documents holding every phrase of `text`, ordered by id."""
        wanted, words = conditions(family, where), sought(text)
        return [] if words is None else list(islice(self._visible(family, wanted, words), limit))

    def facets(
        self, family: str, text: str, names: Sequence[str], where: Filter | None = None, limit: int = 20
    ) -> dict[str, list[tuple[Value, int]]]:
        """The commonest values of each named field among what `search` would find."""
        wanted, words = conditions(family, where), sought(text)
        faceted(family, names)
        counts: dict[str, Counter[Key]] = {name: Counter() for name in names}
        for document in self._visible(family, wanted, words) if words is not None else ():
            for name, counter in counts.items():
                counter.update(facet_values(fields_of(family)[name], document))
        return {name: sorted(counter.items(), key=lambda one: (-one[1], one[0]))[:limit] for name, counter in counts.items()}  # type: ignore[misc]

    def similar(self, vector: Sequence[float], model: str, where: Filter | None = None, limit: int = 10) -> list[Similar]:
        """The visible listings whose vector of the same model lies nearest, nearest first."""
        asked, wanted = comparable(vector), conditions("listing", {**(where or {}), "vector_model": model})
        return nearest(asked, self._visible("listing", wanted, ()), limit)

    def supersede(self, visit_id: str, analysis_id: str) -> None:
        """Makes one analysis of a visit the current one, in all families of analyses at once."""
        with self._writing("NORMAL") as connection:
            for family, fields in FAMILIES.items():
                if not any(field.name == "superseded" for field in fields):
                    continue
                rows = connection.execute(f'SELECT row, body FROM "{family}" WHERE visit_id = ?', (visit_id,)).fetchall()  # noqa: S608
                for row, body in rows:
                    document = _document(body)
                    superseded = document.get("analysis_id") != analysis_id
                    if document.get("superseded") is not superseded:
                        document["superseded"] = superseded
                        new = (orjson.dumps(document).decode(), superseded, row)
                        connection.execute(f'UPDATE "{family}" SET body = ?, hidden = ? WHERE row = ?', new)  # noqa: S608

    def claim(self, alert_id: str, claimant: str, at: str, *, expired: str) -> bool:
        """True when this caller now owns the alert."""
        with self._writing("FULL") as connection:
            rows = connection.execute("SELECT body FROM alert WHERE id = ?", (alert_id,)).fetchall()
            alert = _document(rows[0][0]) if rows else {}
            if not is_claimable(alert, expired):
                return False
            alert |= {"status": "claimed", "claimed_by": claimant, "claimed_at": at}
            connection.execute("UPDATE alert SET body = ? WHERE id = ?", (orjson.dumps(alert).decode(), alert_id))
            return True

    def settle(self) -> None:
        """Nothing to do: what is committed is visible."""

    def next_sequence(self) -> int:
        """A number higher than any handed out before, by any process."""
        with self._writing("FULL") as connection:
            rows = connection.execute("UPDATE counter SET value = value + 1 WHERE name = 'sequence' RETURNING value").fetchall()
            return int(rows[0][0])

    def status(self) -> dict[str, int]:
        """How many documents each family holds."""
        return {family: int(self._read(f'SELECT count(*) FROM "{family}"')[0][0]) for family in FAMILIES}  # noqa: S608  # names of FAMILIES

    def details(self) -> dict[str, Value]:
        """What an operator asks of this store: its file and size, and the version of its tables."""
        return {"file": str(self._path), "bytes": self._path.stat().st_size, "schema_version": SCHEMA_VERSION}

    def months(self, family: str) -> dict[str, int]:
        """How many documents each month of an append-only family holds, oldest first."""
        if family not in MONTHLY:
            raise StoreError(f"{family} is not kept by month; retention is for {', '.join(MONTHLY)}")
        month = "substr(json_extract(body, '$.planned_at'), 1, 7)"
        rows = self._read(f"SELECT {month} AS month, '', count(*) FROM \"{family}\" GROUP BY month ORDER BY month")  # noqa: S608
        return {str(row[0]): int(row[2]) for row in rows}

    def drop_months(self, family: str, before: str, keep: Collection[str] = ()) -> dict[str, int]:
        """Deletes the rows of whole months, records and full text together."""
        gone = {month: count for month, count in self.months(family).items() if month < before and month not in keep}
        month = "substr(json_extract(body, '$.planned_at'), 1, 7)"
        held = f'SELECT row FROM "{family}" WHERE {month} = ?'  # noqa: S608
        with self._writing("FULL") as connection:
            for one in gone:
                if statements(family).searched:
                    connection.execute(f'DELETE FROM "{family}_text" WHERE rowid IN ({held})', (one,))  # noqa: S608
                connection.execute(f'DELETE FROM "{family}" WHERE row IN ({held})', (one,))  # noqa: S608
        return gone

    def rebuild(self) -> None:
        """Empties the families of `fields.REBUILT`; numbers handed out stay handed out."""
        with self._writing("FULL") as connection:
            for family in REBUILT:
                connection.execute(f'DELETE FROM "{family}"')  # noqa: S608  # a name of FAMILIES
                if statements(family).searched:
                    connection.execute(f'DELETE FROM "{family}_text"')  # noqa: S608

    def close(self) -> None:
        """Closes the file; a closed store opens it again when it is used again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _visible(self, family: str, wanted: Sequence[Condition], words: Sequence[str]) -> Iterator[Document]:
        return (document for document, hidden in self._pages(family, wanted, words) if not hidden)

    def _pages(self, family: str, wanted: Sequence[Condition], sought: Sequence[str]) -> Iterator[tuple[Document, bool]]:
        """Documents with their `hidden`, ordered by id; SQL narrows by phrases or one indexed column, Python decides."""
        sql = statements(family)
        narrow = next((one for one in wanted if one.field.name in sql.columns and not one.missing), None)
        head: tuple[str, ...]
        if sought:
            query, head = sql.found, (" AND ".join(f'"{phrase}"' for phrase in sought),)
        elif narrow is not None:
            query, head = sql.narrowed(narrow.field.name), (orjson.dumps(sorted(map(str, narrow.wanted))).decode(),)
        else:
            query, head = sql.page, ()
        after = ""
        while rows := self._read(query, (*head, after, _CHUNK)):
            for _, body, hidden in rows:
                document = _document(body)
                if passes(document, wanted):
                    yield document, bool(hidden)
            after = str(rows[-1][0])

    def _open(self, mode: str) -> sqlite3.Connection:
        with self._told():
            uri = f"{self._path.absolute().as_uri()}?mode={mode}"
            connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            try:
                found = int(connection.execute("PRAGMA user_version").fetchone()[0])
                if found not in {0, SCHEMA_VERSION}:
                    raise StoreError(
                        f"{self._path} has schema version {found}, this churnwatch writes {SCHEMA_VERSION}: use the version that wrote it"
                    )
                connection.execute("PRAGMA journal_mode = WAL")
            except BaseException:
                connection.close()
                raise
            return connection

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            if not self._path.exists():
                raise StoreError(
                    f"{self._path} does not exist; run `churnwatch store init --store sqlite:///{self._path}` or name another --store"
                )
            self._connection = self._open("rw")
        return self._connection

    def _read(self, query: str, values: Sequence[object] = ()) -> list[tuple[str, str, int]]:
        with self._lock, self._told():
            return self._connected().execute(query, values).fetchall()

    @contextmanager
    def _writing(self, safety: str) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its start, so that no reader's snapshot can turn stale under it."""
        with self._lock, self._told():
            connection = self._connected()
            connection.execute(f"PRAGMA synchronous = {safety}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors as StoreErrors that say what next."""
        try:
            yield
        except sqlite3.Error as error:
            text = str(error)
            if "no such table" in text:
                advice = f"it is not set up: run `churnwatch store init --store sqlite:///{self._path}`"
            elif "locked" in text or "busy" in text:
                advice = f"another process held it for more than {_BUSY_S:.0f} s: wait for it or stop it, then run this again"
            elif "not a database" in text or "malformed" in text:
                advice = "it is no SQLite store or is damaged: name another --store and run `churnwatch analyse` again over the evidence"
            else:
                advice = "check the folder's rights and free space"
            raise StoreError(f"{self._path}: {text}; {advice}") from error


def _safety(family: str) -> str:
    return "NORMAL" if family in MONTHLY or family in DERIVED else "FULL"


def _write(connection: sqlite3.Connection, sql: Statements, statement: str, document: Document, body: bytes) -> bool:
    rows = connection.execute(statement, sql.row(document, body)).fetchall()
    if rows and sql.searched:
        connection.execute(sql.index_text, (rows[0][0], *sql.texts(document)))
    return bool(rows)


def _document(body: str) -> Document:
    document: Document = orjson.loads(body)
    return document
