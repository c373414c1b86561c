"""What is wrong with the Kibana assets, without any server: shapes, references, layout, fields, and the committed file."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import cast

from indexer.kibana.bundle import FILE, PREFIX, bundle, committed, ndjson
from indexer.kibana.field_use import types_of, uses_of
from indexer.kibana.kql import KqlError
from indexer.kibana.panel_query import PanelError, Span, searches_of
from indexer.kibana.saved_object import Json
from indexer.kibana.shapes import shape_problems
from indexer.store import Value

# Keys under which a drawing names columns.
_NAMING = frozenset(
    {"columnId", "xAccessor", "yAccessor", "splitAccessor", "accessors", "metricAccessor", "valueAccessor", "primaryGroups", "metrics"}
)


def check_kibana() -> Iterator[str]:
    """Problems of our assets in words; none when all is well."""
    if committed() != ndjson(PREFIX):
        yield f"indexer/kibana/{FILE} differs from its builders: run `churnwatch kibana export --out indexer/kibana/{FILE}`"
    yield from problems([one.as_json() for one in bundle(PREFIX)], PREFIX)


def problems(objects: Sequence[Json], prefix: str) -> Iterator[str]:
    """Problems of a set of saved objects for a store prefix."""
    shaped = [problem for one in objects for problem in shape_problems(one)]
    yield from shaped
    twice = [found for found, times in Counter((one.get("type"), one.get("id")) for one in objects).items() if times > 1]
    yield from (f"{kind} {name} is there twice" for kind, name in twice)
    if shaped:
        return  # what follows reads the shapes that were just refused
    yield from _reference_problems(objects)
    for one in objects:
        if one["type"] == "dashboard":
            yield from _layout_problems(one)
        elif one["type"] == "lens":
            yield from _column_problems(one)
    types = types_of(prefix)
    try:
        for asked in searches_of(objects, Span("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")):
            if asked.index not in types:
                yield f"{asked.panel}: no family has the alias {asked.index}"
                continue
            yield from (found for use in uses_of(asked) if (found := use.problem(types[asked.index])))
    except (PanelError, KqlError) as error:
        yield str(error)


def _reference_problems(objects: Sequence[Json]) -> Iterator[str]:
    """References that lead nowhere, names that nothing uses, and names that are used and missing."""
    there = {(one["type"], one["id"]) for one in objects}
    for one in objects:
        named = f"{one['type']} {one['id']}"
        references = cast("list[Json]", one["references"])
        yield from (f"{named}: {each['name']} leads to nothing" for each in references if (each["type"], each["id"]) not in there)
        names = {str(each["name"]) for each in references}
        if len(names) < len(references):
            yield f"{named}: two references have one name"
        used = set(_used_names(one))
        kept = {name for name in names if not name.startswith("tag-ref-")}
        yield from (f"{named}: the reference {name} is missing" for name in sorted(used - kept))
        yield from (f"{named}: nothing uses the reference {name}" for name in sorted(kept - used))


def _used_names(one: Json) -> Iterator[str]:
    attributes = cast("Json", one["attributes"])
    if one["type"] == "lens":
        yield from (f"indexpattern-datasource-layer-{key}" for key in _layers(one))
    elif one["type"] == "search":
        yield str(json.loads(str(cast("Json", attributes["kibanaSavedObjectMeta"])["searchSourceJSON"]))["indexRefName"])
    elif one["type"] == "dashboard":
        yield from (f"{panel['panelIndex']}:{panel['panelRefName']}" for panel in json.loads(str(attributes["panelsJSON"])))


def _layout_problems(one: Json) -> Iterator[str]:
    """Panels that leave the grid, lie on one another or do not agree with themselves."""
    attributes = cast("Json", one["attributes"])
    panels = json.loads(str(attributes["panelsJSON"]))
    for panel in panels:
        grid = panel["gridData"]
        if grid["x"] + grid["w"] > 48:
            yield f"{attributes['title']}: panel {panel['panelIndex']} leaves the grid on the right"
        if grid["i"] != panel["panelIndex"] or panel["panelRefName"] != f"panel_{panel['panelIndex']}":
            yield f"{attributes['title']}: panel {panel['panelIndex']} is named in two ways"
    for left, right in combinations(panels, 2):
        a, b = left["gridData"], right["gridData"]
        if a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]:
            yield f"{attributes['title']}: panels {left['panelIndex']} and {right['panelIndex']} overlap"


def _column_problems(one: Json) -> Iterator[str]:
    """Columns that the drawing of a Lens panel names and its layers lack, the other way round, and two layers with one name."""
    attributes = cast("Json", one["attributes"])
    made = [name for layer in _layers(one).values() for name in cast("Json", layer["columns"])]
    ordered = [name for layer in _layers(one).values() for name in cast("list[str]", layer["columnOrder"])]
    drawn = sorted(_drawn(cast("Json", attributes["state"])["visualization"]))
    if not sorted(made) == sorted(ordered) == drawn:
        yield f"{attributes['title']}: it has the columns {sorted(made)}, orders {sorted(ordered)} and draws {drawn}"


def _layers(one: Json) -> dict[str, Json]:
    state = cast("Json", cast("Json", one["attributes"])["state"])
    return cast("dict[str, Json]", cast("Json", cast("Json", state["datasourceStates"])["formBased"])["layers"])


def _drawn(look: Value) -> Iterator[str]:
    """Column ids in a drawing, sorting aside."""
    for key, value in look.items() if isinstance(look, dict) else ():
        if key in _NAMING and isinstance(value, str):
            yield value
        elif key in _NAMING and isinstance(value, list):
            yield from (str(name) for name in value)
        elif key in ("layers", "columns") and isinstance(value, list):
            yield from (name for part in value for name in _drawn(part))
