"""What a saved object asks Elasticsearch: Lens columns as aggregations, saved searches as hits, Vega specs as they are written.

Works on the JSON of saved objects, not on the builders, so that it says the same of what Kibana gives back.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from indexer.kibana.kql import to_query
from indexer.kibana.saved_object import Json
from indexer.kibana.vega_data import requests_of
from indexer.store import Value

_FIGURES = {"sum": "sum", "average": "avg", "min": "min", "max": "max", "unique_count": "cardinality"}
INTERVAL = "1d"  # Kibana picks one from the range and the width of the panel; any other asks the same of the server


class PanelError(ValueError):
    """A panel uses something that cannot be asked here; says which and what."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One search that a panel sends; `path` leads to the rows in the answer: hits, buckets or a single figure."""

    panel: str
    index: str
    body: Json
    path: str


@dataclass(frozen=True, slots=True)
class Span:
    """The time range of a dashboard, ISO 8601."""

    start: str
    end: str


def searches_of(objects: Iterable[Json], span: Span) -> Iterator[Asked]:
    """Every search that the panels and saved searches among these saved objects send."""
    known = {(str(one["type"]), str(one["id"])): one for one in objects}
    for (kind, _), one in known.items():
        if kind == "lens":
            yield from _of_lens(one, known, span)
        elif kind == "search":
            yield _of_search(one, known, span)
        elif kind == "visualization":
            attributes = cast("Json", one["attributes"])
            state = json.loads(str(attributes["visState"]))
            if state["type"] == "vega":
                for index, body, path in requests_of(json.loads(state["params"]["spec"]), span.start, span.end):
                    yield Asked(str(attributes["title"]), index, body, path)


def _of_lens(one: Json, known: Mapping[tuple[str, str], Json], span: Span) -> Iterator[Asked]:
    attributes = cast("Json", one["attributes"])
    state = cast("Json", attributes["state"])
    whole = str(cast("Json", state["query"])["query"])
    layers = cast("dict[str, Json]", cast("Json", cast("Json", state["datasourceStates"])["formBased"])["layers"])
    for key, layer in layers.items():
        view = _target(one, f"indexpattern-datasource-layer-{key}", known)
        columns = cast("dict[str, Json]", layer["columns"])
        order = [str(name) for name in cast("list[Value]", layer["columnOrder"])]
        made = _aggregations(str(attributes["title"]), order, columns)
        body: Json = {"size": 0, "track_total_hits": True, "query": _within(view, whole, span), "aggs": made}
        path = (
            "hits.total.value"
            if not made
            else f"aggregations.{order[0]}.buckets"
            if columns[order[0]]["isBucketed"]
            else f"aggregations.{order[0]}"
        )
        yield Asked(str(attributes["title"]), str(view["title"]), body, path)


def _aggregations(title: str, order: list[str], columns: Mapping[str, Json]) -> Json:
    """Aggregations of a layer: groups inside one another in column order, figures in the innermost."""
    groups = [name for name in order if columns[name]["isBucketed"]]
    asked = {name: _figure(title, columns[name]) for name in order if name not in groups}
    figures: Json = {name: body for name, body in asked.items() if body}  # a plain count is the number that comes with every group
    made = figures
    for name in reversed(groups):
        # Terms are ordered by a figure, which must stand beside the groups that it orders: so figures are asked at every level.
        made = {name: _group(title, columns[name], columns) | ({"aggs": made | figures} if made else {})}
    return made


def _group(title: str, column: Json, columns: Mapping[str, Json]) -> Json:
    params, field = cast("Json", column["params"]), column.get("sourceField")
    match column["operationType"]:
        case "terms":
            by = cast("Json", params["orderBy"])
            order: Json = {_order(str(by.get("columnId", "")), columns): params["orderDirection"]}
            return {"terms": {"field": field, "size": params["size"], "order": order}}
        case "date_histogram":
            return {"date_histogram": {"field": field, "fixed_interval": INTERVAL, "min_doc_count": 0}}
        case "range":
            steps = cast("list[Json]", params["ranges"])
            between: list[Value] = [{name: one[name] for name in ("from", "to") if one[name] is not None} for one in steps]
            return {"range": {"field": field, "ranges": between}}
        case "filters":
            groups = cast("list[Json]", params["filters"])
            return {"filters": {"filters": {str(one["label"]): to_query(str(cast("Json", one["input"])["query"])) for one in groups}}}
    raise PanelError(f"{title}: the operation {column['operationType']!r} cannot be asked")


def _order(column: str, columns: Mapping[str, Json]) -> str:
    """What terms are ordered by: a figure by its name, the number of documents, or the alphabet."""
    if not column:
        return "_key"
    figure = columns[column]
    if figure["operationType"] == "count":
        return column if "filter" in figure else "_count"
    percent = {"median": 50, "percentile": cast("Json", figure["params"]).get("percentile")}.get(str(figure["operationType"]))
    return column if percent is None else f"{column}[{percent}]"


def _figure(title: str, column: Json) -> Json:
    """The aggregation of a figure, empty for a plain count."""
    kind, field = str(column["operationType"]), column.get("sourceField")
    made: Json = {}
    if kind == "percentile":
        made = {"percentiles": {"field": field, "percents": [cast("Json", column["params"])["percentile"]]}}
    elif kind == "median":
        made = {"percentiles": {"field": field, "percents": [50]}}
    elif kind in _FIGURES:
        made = {_FIGURES[kind]: {"field": field}}
    elif kind != "count":
        raise PanelError(f"{title}: the operation {kind!r} cannot be asked")
    if "filter" not in column:
        return made
    held: Json = {"filter": to_query(str(cast("Json", column["filter"])["query"]))}
    if made:
        held["aggs"] = {"held": made}
    return held


def _of_search(one: Json, known: Mapping[tuple[str, str], Json], span: Span) -> Asked:
    attributes = cast("Json", one["attributes"])
    source = json.loads(str(cast("Json", attributes["kibanaSavedObjectMeta"])["searchSourceJSON"]))
    view = _target(one, source["indexRefName"], known)
    sort: list[Value] = [
        {field: {"order": order, "unmapped_type": "boolean"}} for field, order in cast("list[list[str]]", attributes["sort"])
    ]
    columns: list[Value] = [{"field": name} for name in cast("list[Value]", attributes["columns"])]
    body: Json = {"size": 50, "sort": sort, "fields": columns, "query": _within(view, source["query"]["query"], span)}
    return Asked(str(attributes["title"]), str(view["title"]), body, "hits.hits")


def _target(one: Json, name: str, known: Mapping[tuple[str, str], Json]) -> Json:
    """Attributes of the object that a reference points to."""
    for reference in cast("list[Json]", one["references"]):
        if reference["name"] == name:
            found = known.get((str(reference["type"]), str(reference["id"])))
            if found is None:
                raise PanelError(f"{one['type']} {one['id']}: {name} points to {reference['id']}, which is not there")
            return cast("Json", found["attributes"])
    raise PanelError(f"{one['type']} {one['id']}: the reference {name!r} is missing")


def _within(view: Json, query: str, span: Span) -> Json:
    """The query of a panel, and the time range when its data view has a time."""
    clauses = [to_query(query)] if query.strip() else []
    if time := view.get("timeFieldName"):
        clauses.append({"range": {str(time): {"gte": span.start, "lte": span.end, "format": "strict_date_optional_time"}}})
    return {"bool": {"filter": [*clauses]}}
