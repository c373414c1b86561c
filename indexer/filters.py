"""What a filter means, once for both stores: each value is read by the type of its field."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from indexer.documents import fields_of
from indexer.fields import Field
from indexer.store import Document, Filter, StoreError, Value

# UTF-16 units. Elasticsearch indexes no longer keyword (its bound of a term is 32,766 bytes), so no filter finds one on either store.
KEYWORD_MAX = 8191
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Key = str | int | float | bool | IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Condition:
    """One field of a filter: the values it may hold, as comparable keys; `missing` when a document without the field passes too."""

    field: Field
    wanted: frozenset[Key]
    missing: bool

    def holds(self, document: Document) -> bool:
        """Does the document pass this condition."""
        value = document.get(self.field.name)
        if value is None or value == []:
            return self.missing
        return bool(self.wanted) and any(key in self.wanted for key in _keys(self.field, value if isinstance(value, list) else [value]))


def conditions(family: str, where: Filter | None) -> tuple[Condition, ...]:
    """The filter's conditions, all of which must hold. Raises StoreError for a field that the family lacks or a value of another type."""
    fields_of(family)
    return tuple(_condition(family, name, value) for name, value in (where or {}).items())


def faceted(family: str, names: Sequence[str]) -> None:
    """Raises StoreError for a field whose values cannot be counted."""
    for name in names:
        field = fields_of(family).get(name)
        if field is None or field.type not in {"keyword", "decimal", "boolean"}:
            able = [one.name for one in fields_of(family).values() if one.type in {"keyword", "decimal", "boolean"}]
            raise StoreError(f"values of {name!r} of {family} cannot be counted: use one of {', '.join(able)}")


def facet_values(field: Field, document: Document) -> set[Key]:
    """The values of a field that a facet counts: each once, without those too long to be indexed."""
    value = document.get(field.name)
    if value is None:
        return set()
    return set(_keys(field, value if isinstance(value, list) else [value]))


def passes(document: Document, wanted: Iterable[Condition]) -> bool:
    """Does the document pass every condition."""
    return all(condition.holds(document) for condition in wanted)


def _condition(family: str, name: str, value: Value) -> Condition:
    field = fields_of(family).get(name)
    if field is None:
        raise StoreError(f"{family} has no field {name!r} to filter by; it has: {', '.join(fields_of(family))}")
    if field.type in {"json", "vector"}:
        raise StoreError(f"{name!r} of {family} is kept whole and cannot be filtered")
    asked = value if isinstance(value, list) else [value]
    values = tuple(one for one in asked if one is not None)
    if values and field.type == "text":
        raise StoreError(f"{name!r} of {family} is a text: search it, a filter can only ask whether it is missing (None)")
    try:
        wanted = frozenset(_keys(field, values))
    except (ValueError, TypeError) as error:
        raise StoreError(f"{name!r} of {family} is a {field.type}, it cannot equal {value!r}: {error}") from error
    return Condition(field, wanted, missing=len(values) < len(asked))


def _keys(field: Field, values: Iterable[Value]) -> Iterator[Key]:
    for value in values:
        key = _key(field.type, value)
        if not isinstance(key, str) or len(key.encode("utf-16-le", "surrogatepass")) <= 2 * KEYWORD_MAX:
            yield key


def _key(kind: str, value: Value) -> Key:
    if kind == "date" and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a time needs its zone, write 2026-01-31T12:00:00Z")
        return (moment - _EPOCH) // timedelta(milliseconds=1)  # both stores compare times by the millisecond
    if kind == "ip" and isinstance(value, str):
        return ip_address(value)
    if kind in {"keyword", "decimal"} and isinstance(value, str):
        return value
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind == "double" and isinstance(value, float) and math.isfinite(value):
        return value
    if kind in {"integer", "double"} and isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError(f"{type(value).__name__} is another type")
