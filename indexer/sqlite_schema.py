"""Tables and statements of the embedded store: per family a table of JSON bodies and, where it has text, a full-text table."""

from dataclasses import dataclass
from functools import cache

from indexer.documents import INDEXED, fields_of
from indexer.fields import DERIVED, FAMILIES, MONTHLY, searched
from indexer.search_text import search_text
from indexer.store import Document, Value

# PRAGMA user_version; raise it when tables change in a way that `CREATE … IF NOT EXISTS` does not bring about.
SCHEMA_VERSION = 1
# `M*` keeps the vowel signs of New Tai Lue: Unicode 6.1, which SQLite follows, still calls them marks, Python calls them letters.
_TOKENIZER = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"


@dataclass(frozen=True, slots=True)
class Statements:
    """The SQL of one family. Family and field names come from `indexer.fields` alone, everything else is a parameter."""

    family: str
    columns: tuple[str, ...]
    searched: tuple[str, ...]
    tables: tuple[str, ...]
    insert: str  # (id, sequence, hidden, body, *columns); gives the row when it was new
    upsert: str  # the same; gives the row when it was new or the older one fell
    index_text: str  # (row, *texts)
    page: str  # (after id, limit)
    found: str  # (phrases, after id, limit)

    def narrowed(self, column: str) -> str:
        """The page statement for rows whose `column` holds one of the values of a JSON array: (array, after id, limit)."""
        return self.page.replace(" WHERE ", f" WHERE {column} IN (SELECT value FROM json_each(?)) AND ", 1)  # noqa: S608

    def row(self, document: Document, body: bytes) -> tuple[Value, ...]:
        """The parameters of `insert` and `upsert`."""
        hidden = bool(document.get("withdrawn") or document.get("superseded"))
        head: tuple[Value, ...] = (document["id"], document.get("sequence") or 0, hidden, body.decode())
        return head + tuple(document.get(column) for column in self.columns)

    def texts(self, document: Document) -> tuple[str, ...]:
        """The parameters of `index_text` after the row."""
        return tuple(tokens_of(document, name) for name in self.searched)


def tokens_of(document: Document, name: str) -> str:
    """The search text of one field of a document, empty when it has none."""
    value = document.get(name)
    if isinstance(value, list):
        return search_text([str(part) for part in value])
    return search_text(str(value)) if value is not None else ""


@cache
def statements(family: str) -> Statements:
    """The SQL of a family; raises StoreError for one that is not in `FAMILIES`."""
    columns = tuple(name for name in INDEXED if name in fields_of(family))
    texts = searched(family)
    names = ", ".join(("id", "sequence", "hidden", "body", *columns))
    insert = f'INSERT INTO "{family}" ({names}) VALUES ({", ".join("?" * (4 + len(columns)))})'  # noqa: S608  # names of ours only
    changes = ", ".join(f"{name} = excluded.{name}" for name in ("sequence", "hidden", "body", *columns))
    # Append-only: the first writing stands. Derived: the higher sequence. Others: the last.
    newer = f' WHERE excluded.sequence > "{family}".sequence' if family in DERIVED else ""
    upsert = "DO NOTHING" if family in MONTHLY else f"DO UPDATE SET {changes}{newer}"
    return Statements(
        family,
        columns,
        texts,
        tuple(_tables(family, columns, texts)),
        insert=f"{insert} ON CONFLICT (id) DO NOTHING RETURNING row",
        upsert=f"{insert} ON CONFLICT (id) {upsert} RETURNING row",
        index_text=f'INSERT OR REPLACE INTO "{family}_text" (rowid, {", ".join(texts)}) VALUES ({", ".join("?" * (1 + len(texts)))})',  # noqa: S608
        page=f'SELECT id, body, hidden FROM "{family}" WHERE id > ? ORDER BY id LIMIT ?',  # noqa: S608
        found=f'SELECT id, body, hidden FROM "{family}" WHERE row IN (SELECT rowid FROM "{family}_text" WHERE "{family}_text" MATCH ?)'  # noqa: S608
        " AND id > ? ORDER BY id LIMIT ?",
    )


def _tables(family: str, columns: tuple[str, ...], texts: tuple[str, ...]) -> list[str]:
    typed = "".join(f", {column} TEXT" for column in columns)
    head = "row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL, hidden INTEGER NOT NULL, body TEXT NOT NULL"
    made = [f'CREATE TABLE IF NOT EXISTS "{family}" ({head}{typed}) STRICT']
    # With id as second column a narrowed page is read in order, without sorting all that the value has.
    made += [f'CREATE INDEX IF NOT EXISTS "{family}_{column}" ON "{family}" ({column}, id)' for column in columns]
    if texts:
        made.append(f'CREATE VIRTUAL TABLE IF NOT EXISTS "{family}_text" USING fts5({", ".join(texts)}, tokenize="{_TOKENIZER}")')
    return made


def all_tables() -> list[str]:
    """Every CREATE statement of the store."""
    counter = "CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT"
    return [counter, *(sql for family in FAMILIES for sql in statements(family).tables)]
