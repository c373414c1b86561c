"""Identifiers of storefronts: the table of types with their weights, and the reader of `site,type,value,first_seen,last_seen` tables."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.errors import ConfigError
from crawlers.ids import parse_instant

if TYPE_CHECKING:
    import _csv

STRONG, MIDDLE, WEAK = 1, 2, 3
COLUMNS = ("site", "type", "value", "first_seen", "last_seen")
VALUE_MAX = 2048  # characters; a longer value is no identifier
ROWS_MAX = 20_000_000


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """One value seen on one storefront; times are None when the source does not say."""

    storefront: str
    type: str
    value: str
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    captures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentifierType:
    """What a type is worth: its evidence family, its tier and its start weight.

    `bits` is log2(m/u) of a value on two of `weights.REFERENCE` storefronts. Strong types (tier 1) are hubs by breadth alone;
    middle and weak ones (2 and 3) by raw frequency too. `parcel` names what comes along in one piece: families of one
    parcel never confirm each other.
    """

    name: str
    family: str
    tier: int
    bits: float
    parcel: str

    @property
    def is_strong(self) -> bool:
        """May one value of this type link two storefronts."""
        return self.tier == STRONG


# family | tier | bits | types. Start weights: reference/linkage.md section 6 (T1 12-16, T2 6-10, T3 1-4 bits).
_ROWS = """
account|1|14.5|google_analytics yandex_metrika meta_pixel baidu_tongji clarity hotjar tiktok_pixel site_verification
account|1|13.5|google_tag cnzz analytics_id
account|2|9|chat_widget captcha_key
contact|1|15|email phone telegram whatsapp wechat wickr threema signal session qq skype
payment|1|15.5|wallet iban
key|1|15.5|pgp_key
address|1|15|redirect
address|1|14|canonical_domain
host|1|13.5|tls_spki tls_leaf
host|1|13|tls_san
page|2|9|favicon_mmh3 favicon_phash asset_hash
page|3|3|dom_hash dom_sketch cookie_name robots_hash
host|2|8|ip
host|3|2|etag ns mx soa registrar
host|3|0.5|asn header_order
text|2|9|text_hash text_sketch
image|2|8.5|image_hash image_phash
name|1|14.5|licence_number
name|2|9|company_name address
"""
# One copied advertisement brings its words and its pictures, one shop builder its theme, its icon and its address.
_PARCEL = {"text": "advertisement", "image": "advertisement", "page": "builder", "host": "builder"}


def _table() -> dict[str, IdentifierType]:
    types = {}
    for row in _ROWS.split("\n")[1:-1]:
        family, tier, bits, names = row.split("|")
        for name in names.split():
            types[name] = IdentifierType(name, family, int(tier), float(bits), _PARCEL.get(family, family))
    return types


TYPES: dict[str, IdentifierType] = _table()
_UNKNOWN_BITS = 0.5


def identifier_type(name: str) -> IdentifierType:
    """The row of the table; a type outside it gets a family of its own in the weakest tier."""
    return TYPES.get(name) or IdentifierType(name, name, WEAK, _UNKNOWN_BITS, name)


def read_identifiers(path: Path | str, *, allow_unknown: bool = False) -> Iterator[Identifier]:
    """The rows of a CSV file with the columns `site,type,value,first_seen,last_seen`, in file order; the two times may be missing or empty.

    Raises ConfigError (file, line, key) for a missing column, an empty cell, an over-long value, a time without a zone, a
    file that is not UTF-8, and, unless `allow_unknown`, for a type that the table lacks.
    """
    file = Path(path)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            yield from _rows(csv.reader(lines, strict=True), file, allow_unknown)
    except UnicodeDecodeError as error:
        raise ConfigError(f"is not UTF-8 text ({error.reason} at byte {error.start}): save it as UTF-8", file=file) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=file) from error


def _rows(reader: "_csv.Reader", file: Path, allow_unknown: bool) -> Iterator[Identifier]:
    try:
        header = next(reader, None)
        if header is None:
            raise ConfigError(f"is empty: the first line must name the columns {','.join(COLUMNS)}", file=file, line=1)
        places = _places([name.strip() for name in header], file)
        for count, cells in enumerate(reader):
            if count >= ROWS_MAX:
                raise ConfigError(f"more than {ROWS_MAX} rows: split the file", file=file, line=reader.line_num)
            if cells:
                yield _row(cells, len(header), places, file, reader.line_num, allow_unknown)
    except csv.Error as error:
        raise ConfigError(f"is not CSV: {error}", file=file, line=reader.line_num) from error


def _places(header: list[str], file: Path) -> dict[str, int]:
    for name in header:
        if name not in COLUMNS:
            raise ConfigError(f"unknown column; the columns are {','.join(COLUMNS)}", file=file, line=1, key=name or "empty name")
        if header.count(name) > 1:
            raise ConfigError("column stands twice", file=file, line=1, key=name)
    for name in COLUMNS[:3]:
        if name not in header:
            raise ConfigError(f"column is missing; the columns are {','.join(COLUMNS)}", file=file, line=1, key=name)
    return {name: header.index(name) for name in header}


def _row(cells: list[str], width: int, places: dict[str, int], file: Path, line: int, allow_unknown: bool) -> Identifier:
    if len(cells) != width:
        raise ConfigError(f"{len(cells)} cells where the header names {width}", file=file, line=line)
    row = {name: cells[place].strip() for name, place in places.items()}
    for name in COLUMNS[:3]:
        if not row[name]:
            raise ConfigError("is empty", file=file, line=line, key=name)
        if len(row[name]) > VALUE_MAX:
            raise ConfigError(f"is longer than {VALUE_MAX} characters", file=file, line=line, key=name)
    if row["type"] not in TYPES and not allow_unknown:
        raise ConfigError(f"unknown identifier type {row['type']!r}: correct it, or allow unknown types", file=file, line=line, key="type")
    first, last = (_time(row.get(name, ""), file, line, name) for name in COLUMNS[3:])
    if first and last and last < first:
        raise ConfigError("lies before first_seen", file=file, line=line, key="last_seen")
    return Identifier(row["site"], row["type"], row["value"], first, last)


def _time(text: str, file: Path, line: int, key: str) -> datetime | None:
    if not text:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no ISO 8601 time with a zone", file=file, line=line, key=key) from error
