"""Which fields the searches of panels use and how, and whether a field of some type can serve so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from indexer.elastic_mapping import alias, mapping
from indexer.fields import FAMILIES
from indexer.kibana.kql import fields_of_query
from indexer.kibana.panel_query import Asked
from indexer.store import Value

_NUMBERS = frozenset({"long", "double"})
_GROUPED = _NUMBERS | {"keyword", "date", "boolean", "ip"}
# What an aggregation or a sort may stand on; a query and a shown column take any field that is there.
_FITS = {
    "terms": _GROUPED,
    "cardinality": _GROUPED,
    "sort": _GROUPED,
    "date_histogram": frozenset({"date"}),
    "range": _NUMBERS,
    "avg": _NUMBERS,
    "sum": _NUMBERS,
    "percentiles": _NUMBERS,
    "min": _NUMBERS | {"date"},
    "max": _NUMBERS | {"date"},
}


@dataclass(frozen=True, slots=True)
class Use:
    """One field in one search, and what it serves for: an aggregation's name, `sort`, `query` or `shown`."""

    panel: str
    index: str
    field: str
    how: str

    def problem(self, types: Mapping[str, str]) -> str | None:
        """Why a field cannot serve so, given the types of all fields of the index; None when it can."""
        kind = types.get(self.field)
        if kind is None:
            return f"{self.panel}: {self.index} has no field {self.field}"
        if kind not in _FITS.get(self.how, {kind}):
            return f"{self.panel}: {self.field} is {kind}, which {self.how} cannot use"
        return None


def uses_of(asked: Asked) -> Iterator[Use]:
    """Every field that one search uses."""
    for field, how in _in_body(asked.body):
        yield Use(asked.panel, asked.index, field, how)


def types_of(prefix: str) -> dict[str, dict[str, str]]:
    """Type by field of every read alias, from the mappings that the store is made with."""
    return {alias(prefix, family): dict(_types(mapping(family))) for family in FAMILIES}


def _in_body(body: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    yield from ((name, "query") for name in fields_of_query(body.get("query")))
    sort, shown, source = (body.get(key) for key in ("sort", "fields", "_source"))
    yield from ((name, "sort") for one in (sort if isinstance(sort, list) else ()) if isinstance(one, dict) for name in one)
    yield from ((str(one["field"]), "shown") for one in (shown if isinstance(shown, list) else ()) if isinstance(one, dict))
    yield from ((str(name), "shown") for name in (source if isinstance(source, list) else ()))
    yield from _in_aggregations(body.get("aggs"))


def _in_aggregations(parts: Value) -> Iterator[tuple[str, str]]:
    for part in parts.values() if isinstance(parts, dict) else ():
        for name, inner in part.items() if isinstance(part, dict) else ():
            if name == "aggs":
                yield from _in_aggregations(inner)
            elif name == "filter":
                yield from ((field, "query") for field in fields_of_query(inner))
            elif name == "filters" and isinstance(inner, dict) and isinstance(inner["filters"], dict):
                yield from ((field, "query") for query in inner["filters"].values() for field in fields_of_query(query))
            elif isinstance(inner, dict):
                yield str(inner["field"]), name


def _types(node: Mapping[str, Value], path: str = "") -> Iterator[tuple[str, str]]:
    for key in ("properties", "fields"):
        inner = node.get(key)
        for name, body in inner.items() if isinstance(inner, dict) else ():
            if isinstance(body, dict):
                here = f"{path}{name}"
                if isinstance(body.get("type"), str):
                    yield here, str(body["type"])
                yield from _types(body, f"{here}.")
