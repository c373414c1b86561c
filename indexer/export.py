"""Documents handed to other people's tools: picks them, refuses what only looks real, and writes the file whole or not at all.

A format is one file in `indexer/exports`: `FORMAT` (what `--format` asks for), `MEDIA_TYPE` and
`write(documents, out)`, which writes JSON documents to a binary stream. A document with the key `notice` says it on every row and page.
"""

import importlib
import os
import pkgutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import indexer.exports
from crawlers.errors import ConfigError
from indexer.store import Document, Store
from indexer.values import standing, text, texts

KINDS = ("lead", "storefront", "listing", "finding")
INVENTED = "INVENTED: from a simulated clock; these sellers, goods and contacts do not exist"


class Format(Protocol):
    """What a module of `indexer/exports` is."""

    FORMAT: str
    MEDIA_TYPE: str

    def write(self, documents: Iterable[Document], out: BinaryIO) -> None:
        """Writes the documents in the order given."""


def formats() -> Mapping[str, Format]:
    """The export formats by name, found by looking into the folder."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(indexer.exports.__path__):
        form = cast("Format", importlib.import_module(f"indexer.exports.{module.name}"))
        found[form.FORMAT] = form
    return found


def export_documents(
    store: Store,
    *,
    kind: str = "lead",
    form: str = "jsonl",
    out: Path,
    ids: tuple[str, ...] = (),
    allow_simulated: bool = False,
) -> int:
    """How many documents of a kind were written to `out`, ordered by id: all that stand, or just the `ids`, withdrawn ones included.

    The file is replaced only when the new one is whole. Raises ConfigError for an unknown kind, format or id, for documents from a
    simulated clock unless they are allowed (each then says INVENTED), and when the file cannot be written.
    """
    known = formats()
    if form not in known:
        raise ConfigError(f"unknown format {form!r}: use one of {', '.join(sorted(known))}", key="--format")
    if kind not in KINDS:
        raise ConfigError(f"unknown kind {kind!r}: use one of {', '.join(KINDS)}", key="--kind")
    written = 0

    def counted() -> Iterator[Document]:
        nonlocal written
        for document in _checked(store, kind, ids, allow_simulated=allow_simulated):
            written += 1
            yield document

    try:
        with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as part:
            try:
                known[form].write(counted(), cast("BinaryIO", part))
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).replace(out)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ConfigError(f"cannot write: {error.strerror}; name a file in a folder that exists", file=out, key="--out") from error
    return written


def _checked(store: Store, kind: str, ids: tuple[str, ...], *, allow_simulated: bool) -> Iterator[Document]:
    """The documents, those from a simulated clock refused or marked."""
    clocks = _Clocks(store)
    for document in _picked(store, kind, ids):
        if not clocks.is_simulated(document):
            yield document
        elif allow_simulated:
            yield {"notice": INVENTED, **document}
        else:
            raise ConfigError(
                f"{kind} {document['id']} comes from a simulated clock and would look real; --allow-simulated marks every row INVENTED",
                key="--allow-simulated",
            )


def _picked(store: Store, kind: str, ids: tuple[str, ...]) -> Iterator[Document]:
    if not ids:
        yield from (document for document in store.scan(kind) if standing(document))
        return
    for key in sorted(set(ids)):
        document = store.get(kind, key)
        if document is None:
            raise ConfigError(f'no {kind} has the id {key!r}; `churnwatch search "" --kind {kind}` lists them', key="--id")
        yield document


class _Clocks:
    """Knows which documents rest on a simulated clock: by their own mark, their visit's clock, else their storefronts' mark."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[str, str], bool] = {}

    def is_simulated(self, document: Document) -> bool:
        """True when the document, its visit or one of its storefronts is from a simulated clock."""
        visits = [("visit", key) for key in texts(document, "visit_id")]
        homes = [("storefront", key) for name in ("storefront", "storefronts") for key in texts(document, name)]
        return document.get("simulated") is True or any(self._look_up(*one) for one in [*visits, *homes])

    def _look_up(self, family: str, key: str) -> bool:
        if (family, key) not in self._known:
            if family == "visit":
                visit = self._store.get("visit", key)
                self._known[family, key] = visit is not None and text(visit, "clock") != "system"
            else:
                self._known[family, key] = any(one.get("simulated") is True for one in self._store.scan("storefront", {"storefront": key}))
        return self._known[family, key]
