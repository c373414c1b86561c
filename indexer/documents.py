"""What a document must be before either store takes it: one strict reading of `indexer.fields`, and the dead letter of one that fails."""

import json
import math
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from ipaddress import ip_address

import orjson

from crawlers.ids import content_id
from indexer.fields import DERIVED, FAMILIES, MONTHLY, Field
from indexer.store import Document, StoreError, Value
from indexer.vectors import is_packed

# Bytes of an Elasticsearch _id; the embedded store keeps the same bound so that both take the same documents.
ID_MAX = 512
# Bytes of a document as JSON. A node with 512 MB of heap refuses a write above 10 MB for ever (seen on 9.2.8, 2026-11-24), and in
# Elasticsearch a Chinese text with its search text beside it is 2.4 times as long.
DOCUMENT_MAX = 3 << 20
_LETTER_MAX = 100_000  # characters of a document too large or too odd to be kept as it is
# Fields that never hold a list: the embedded store keeps an index on each.
INDEXED = ("visit_id", "storefront", "listing_id", "value")
_LONG = 1 << 63
_DEPTH_MAX = 60  # nesting inside a `json` field: ours needs 4, Elasticsearch and orjson stop at some hundreds
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
_FIELDS = {family: {field.name: field for field in fields} for family, fields in FAMILIES.items()}


def fields_of(family: str) -> dict[str, Field]:
    """The fields of a family by name; raises StoreError for a family that is not in `FAMILIES`."""
    try:
        return _FIELDS[family]
    except KeyError:
        raise StoreError(f"unknown family {family!r}: use one of {', '.join(FAMILIES)}") from None


def encode(family: str, document: Document) -> bytes | str:
    """The document as UTF-8 JSON bytes, or in words (str) what is wrong with it."""
    found = fault(family, document)
    if found:
        return found
    try:
        body = orjson.dumps(document)
    except TypeError as error:  # a lone surrogate in a text
        return f"cannot be written as JSON in UTF-8: {error}"
    return body if len(body) <= DOCUMENT_MAX else f"has {len(body)} bytes, {DOCUMENT_MAX} are allowed"


def fault(family: str, document: Document) -> str | None:
    """What is wrong with the fields of a document, in words, or None."""
    tests = _tests(family)
    key = document.get("id")
    if not isinstance(key, str) or not 0 < len(key) <= ID_MAX or len(key.encode("utf-8", "replace")) > ID_MAX:
        return f"id: must be a text of 1 to {ID_MAX} bytes"
    if document.get("kind", family) != family:
        return f"kind: must be {family!r}"
    for name, value in document.items():
        test = tests.get(name)
        if test is None:
            return f"{name}: {family} has no such field"
        if value is not None and not test(value):
            return f"{name}: is no {_FIELDS[family][name].type}: {_shown(value)}"
    needed = "planned_at" if family in MONTHLY else "sequence" if family in DERIVED else "id"
    if document.get(needed) is None:
        return f"{needed}: missing"
    return "sequence: is negative" if family in DERIVED and int(str(document["sequence"])) < 0 else None


def dead_letter(family: str, document: object, error: str, at: str) -> Document:
    """The `deadletter` document that keeps one which a store could not take; the same document and error give the same id.

    One that is too large, or no JSON in UTF-8, is kept as the first 100,000 characters of its JSON text.
    """
    written = _written(document)
    whole: Value = json.loads(written, parse_constant=str)
    if len(written) > DOCUMENT_MAX // 2 or not _is_json(whole) or not _is_utf8(whole):  # the letter is a document too
        whole = written[:_LETTER_MAX]
    return {
        "id": content_id("ded", family, error, written),
        "kind": "deadletter",
        "family": family,
        "error": error,
        "document": whole,
        "at": at,
    }


def _written(document: object) -> str:
    try:
        return json.dumps(document, ensure_ascii=True, sort_keys=True, default=repr)
    except (TypeError, ValueError, RecursionError) as error:  # keys of several types, a circle, nesting without end
        named = document.get("id") if isinstance(document, dict) else None
        return json.dumps(f"a {type(document).__name__} with the id {str(named)[:ID_MAX]!r} that cannot be written: {error}")


def _is_utf8(value: Value) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True


@cache
def _tests(family: str) -> dict[str, Callable[[Value], bool]]:
    return {
        name: _is_texts if field.type == "keyword" and name not in INDEXED else _TESTS[field.type]
        for name, field in _FIELDS[family].items()
    }


def _is_texts(value: Value) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(part, str) for part in value))


def _is_date(value: Value) -> bool:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_ip(value: Value) -> bool:
    if not isinstance(value, str) or "%" in value:
        return False
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _is_json(value: Value, depth: int = 0) -> bool:
    """False for numbers that JSON lacks, keys that are no text, and nesting without end."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list):
        return depth < _DEPTH_MAX and all(_is_json(part, depth + 1) for part in value)
    if isinstance(value, dict):
        return depth < _DEPTH_MAX and all(isinstance(key, str) and _is_json(part, depth + 1) for key, part in value.items())
    return value is None or isinstance(value, (str, bool)) or _is_long(value)


def _is_long(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_LONG <= value < _LONG


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


_TESTS: dict[str, Callable[[Value], bool]] = {
    "keyword": _is_text,
    "text": _is_text,
    "date": _is_date,
    "integer": _is_long,
    "double": lambda value: _is_long(value) or (isinstance(value, float) and math.isfinite(value)),
    "boolean": lambda value: isinstance(value, bool),
    "ip": _is_ip,
    "decimal": lambda value: isinstance(value, str) and bool(_DECIMAL.fullmatch(value)),
    "json": _is_json,
    "vector": is_packed,
}


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}…"
