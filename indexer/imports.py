"""Lists that others keep, read for names that share something with watched storefronts: CSV exports with a header line.

| list | columns needed | columns read when there |
|---|---|---|
| certificates | `names` (DNS names, split by blanks, commas or semicolons) | `sha256`, `spki_sha256` (hex) |
| passive DNS | `name`, `type` (A, AAAA, NS, MX), `value` | |
| registrations | `domain` | `email`, `phone` (E.164), `nameserver` |

Other columns are ignored. A row that cannot be read is named with file and line, and the rest is read all the same.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crawlers.canonical import ascii_host
from crawlers.errors import ConfigError
from crawlers.site import registrable_domain
from indexer.mentions import Known, is_common, mention
from indexer.network.discovery import Mention

NAMES_MAX = 10  # domains on one certificate; more is a host's, not an owner's (as in nlp/extractors/tls_san.py)
CELL_MAX = 20_000  # characters
ROWS_MAX = 50_000_000
RECORDS = {"A": "ip", "AAAA": "ip", "NS": "ns", "MX": "mx"}
_HEX = re.compile(r"[0-9a-f]{64}")
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{3,250}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(slots=True)
class Imported:
    """What lists gave: mentions, rows that could not be read (`file:line: why`), and how many rows say nothing of what is watched."""

    mentions: list[Mention] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    rows: int = 0
    silent: int = 0


Cells = Mapping[str, str]
Reader = Callable[[Cells, Known, str], Iterator[Mention]]


def read_certificates(path: Path, known: Known, into: Imported) -> None:
    """A certificate log export: rows that name a watched storefront or carry its key or certificate tell of their other names."""
    _read(path, ("names",), _certificate, known, into)


def read_passive_dns(path: Path, known: Known, into: Imported) -> None:
    """A passive DNS export: names at an address or servers that a watched storefront has."""
    _read(path, ("name", "type", "value"), _record, known, into)


def read_registrations(path: Path, known: Known, into: Imported) -> None:
    """A registration export: domains whose registrant is reached by a watched storefront's contact, or by that of a watched domain."""
    owners: dict[tuple[str, str], dict[str, str]] = {}

    def watched(cells: Cells, known_of: Known, place: str) -> Iterator[Mention]:
        domain = registrable_domain(_host(cells["domain"]))
        for key in _registrant(cells):
            if domain in known_of.watched and not is_common(*key):
                owners.setdefault(key, {})[domain] = place
        return iter(())

    def others(cells: Cells, known_of: Known, place: str) -> Iterator[Mention]:
        for kind, value in _registrant(cells):
            sources = {**known_of.holders.get((kind, value), {}), **owners.get((kind, value), {})}
            for source in sources:
                yield from _found(cells["domain"], "passive_dns" if kind == "ns" else "registration", source, f"{kind} {value}", place)

    _read(path, ("domain",), watched, known, Imported())
    _read(path, ("domain",), others, known, into)


def _certificate(cells: Cells, known: Known, place: str) -> Iterator[Mention]:
    names = {_host(name.removeprefix("*.")) for name in re.split(r"[\s,;]+", cells["names"]) if name}
    domains = sorted({registrable_domain(name) for name in names})
    if not domains:
        raise ValueError("names no host")
    shared = {domain: f"tls_san {domain}" for domain in domains if domain in known.watched}
    for column, kind in (("spki_sha256", "tls_spki"), ("sha256", "tls_leaf")):
        value = cells.get(column, "").lower()
        if value and not _HEX.fullmatch(value):
            raise ValueError(f"{column} is no SHA-256 in hex: {value[:80]!r}")
        shared |= dict.fromkeys(known.holders.get((kind, value), ()), f"{kind} {value}")
    for source, value in sorted(shared.items()) if len(domains) <= NAMES_MAX else ():
        for domain in domains:
            yield from _found(domain, "certificate", source, value, place)


def _record(cells: Cells, known: Known, place: str) -> Iterator[Mention]:
    kind = RECORDS.get(cells["type"].upper())
    if kind is None:
        raise ValueError(f"type is none of {', '.join(RECORDS)}: {cells['type'][:20]!r}")
    _host(cells["name"])
    value = cells["value"].rstrip(".").lower()
    for source in known.holders.get((kind, value), ()):
        yield from _found(cells["name"], "passive_dns", source, f"{kind} {value}", place)


def _registrant(cells: Cells) -> Iterator[tuple[str, str]]:
    for column, kind, pattern in (("email", "email", _ADDRESS), ("phone", "phone", _NUMBER)):
        value = cells.get(column, "").lower()
        if value and not pattern.fullmatch(value):
            raise ValueError(f"{column} is none: {value[:80]!r}")
        if value:
            yield kind, value
    if cells.get("nameserver"):
        yield "ns", _host(cells["nameserver"])


def _found(name: str, kind: str, source: str, value: str, place: str) -> Iterator[Mention]:
    found = mention(_host(name.removeprefix("*.")), kind, source, value, place)
    if found and found.target != source:
        yield found


def _host(name: str) -> str:
    host = ascii_host(name.strip())
    if not host or "." not in host:
        raise ValueError(f"no host name: {name[:80]!r}")
    return host


def _read(path: Path, needed: tuple[str, ...], reader: Reader, known: Known, into: Imported) -> None:
    """Feeds every row to the reader; raises ConfigError for a file that cannot be read at all or lacks a column."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            table = csv.reader(lines)
            header = [name.strip().lower() for name in next(table, [])]
            for name in needed:
                if header.count(name) != 1:
                    raise ConfigError(f"needs one column of this name; columns are {', '.join(needed)}", file=path, line=1, key=name)
            while True:
                try:
                    cells = next(table, None)
                    if cells is None:
                        return
                    if cells:
                        _take(cells, header, reader, known, into, f"{path}:{table.line_num}")
                except (csv.Error, ValueError) as error:
                    into.bad.append(f"{path}:{table.line_num}: {error}".encode("utf-8", "replace").decode())
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=path) from error


def _take(cells: list[str], header: list[str], reader: Reader, known: Known, into: Imported, place: str) -> None:
    into.rows += 1
    if into.rows > ROWS_MAX:
        raise ConfigError(f"more than {ROWS_MAX} rows: split the file", file=place)
    if len(cells) != len(header):
        raise ValueError(f"{len(cells)} cells where the header names {len(header)}")
    if any(len(cell) > CELL_MAX for cell in cells):
        raise ValueError(f"a cell of more than {CELL_MAX} characters")
    if not all(cell.isprintable() or cell.isascii() for cell in cells):
        raise ValueError("not UTF-8 text")
    found = list(reader({name: cell.strip() for name, cell in zip(header, cells, strict=True)}, known, place))
    into.mentions += found
    into.silent += not found
