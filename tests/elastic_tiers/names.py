"""Which names of Elasticsearch a template, search body, path or Lens column uses, held against the allow-list `names.yml`."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Json = Mapping[str, Any]
Used = tuple[str, str]  # (list of names.yml, name)
_CLAUSES = ("filter", "must", "should", "must_not")  # of `bool`; they hold queries
_INNER = ("query", "positive", "negative", "organic")


@cache
def allowed() -> dict[str, Any]:
    """The allow-list."""
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "names.yml").read_text("utf-8"))
    return read


def refused(used: Iterator[Used] | Sequence[Used]) -> list[str]:
    """The used names that the allow-list lacks, as `list: name`, in order and once each."""
    return sorted({f"{kind}: {name}" for kind, name in used if name not in allowed()[kind]})


def in_template(body: Json) -> Iterator[Used]:
    """Names that a component or index template, or a create-index body, uses."""
    yield from in_settings(body.get("settings", {}))
    yield from in_mapping(body.get("mappings", {}))


def in_settings(settings: Json, path: str = "") -> Iterator[Used]:
    """Names of index settings and of what an `analysis` part builds on."""
    for key, value in settings.items():
        name = f"{path}{key}".removeprefix("index.")
        if name == "analysis" or name.startswith("analysis."):
            yield "index_settings", "analysis"
            kinds = {"analyzer": "configured_analyzers", "tokenizer": "tokenizers", "filter": "token_filters", "normalizer": "normalizers"}
            for kind, made in value.items():
                for one in made.values():
                    if one.get("type", "custom") != "custom":
                        yield kinds[kind], one["type"]
                    yield from (("tokenizers", one["tokenizer"]) for _ in range("tokenizer" in one))
                    yield from (("token_filters", each) for each in one.get("filter", ()) if each not in value.get("filter", {}))
        elif isinstance(value, Mapping):
            yield from in_settings(value, f"{path}{key}.")
        else:
            yield "index_settings", name


def in_mapping(mapping: Json) -> Iterator[Used]:
    """Names of field types, their parameters, analyzers and vector indices."""
    for field in (*mapping.get("properties", {}).values(), *mapping.get("fields", {}).values()):
        yield from (("mapping_parameters", key) for key in field)
        if "type" in field:
            yield "types", field["type"]
        yield from (("analyzers", field[key]) for key in ("analyzer", "search_analyzer") if key in field)
        if "normalizer" in field:
            yield "normalizers", field["normalizer"]
        if isinstance(field.get("index_options"), Mapping):
            yield "vector_indices", field["index_options"]["type"]
        yield from in_mapping(field)


def in_search(body: Json) -> Iterator[Used]:
    """Names that a search body uses: its keys, queries, aggregations, highlighters and retrievers, however deep."""
    yield from (("search_keys", key) for key in body)
    for key in ("query", "post_filter"):
        if key in body:
            yield from in_query(body[key])
    for part in body["knn"] if isinstance(body.get("knn"), list) else [body["knn"]] if "knn" in body else ():
        yield from _in_queries(part.get("filter", ()))
    if "retriever" in body:
        for name, part in body["retriever"].items():
            yield "retrievers", name
            yield from in_search({"query": part["query"]}) if "query" in part else ()
            yield from _in_queries(part.get("filter", ()))
    if "highlight" in body:
        parts = [body["highlight"], *body["highlight"].get("fields", {}).values()]
        yield from (("highlighters", part["type"]) for part in parts if "type" in part)
    for key in ("sort", "script_fields", "runtime_mappings"):
        if "script" in str(body.get(key, "")):
            yield "search_keys", "script"
    yield from in_aggregations(body.get("aggs", body.get("aggregations", {})))


def in_query(query: Json) -> Iterator[Used]:
    """Names of queries."""
    for name, part in query.items():
        yield "queries", name
        if name == "bool":
            for clause in _CLAUSES:
                yield from _in_queries(part.get(clause, ()))
        elif isinstance(part, Mapping):
            for key in _INNER:
                if isinstance(part.get(key), Mapping):
                    yield from in_query(part[key])
            if name in {"constant_score", "knn"}:
                yield from _in_queries(part.get("filter", ()))
            if name == "dis_max":
                yield from _in_queries(part["queries"])
            for function in (part, *part.get("functions", ())) if name == "function_score" else ():
                yield from (("queries", "script") for _ in range("script_score" in function))
                yield from _in_queries(function.get("filter", ()))


def _in_queries(queries: Json | Sequence[Json]) -> Iterator[Used]:
    for one in [queries] if isinstance(queries, Mapping) else queries:
        yield from in_query(one)


def in_aggregations(parts: Json) -> Iterator[Used]:
    """Names of aggregations and of the queries inside them."""
    for part in parts.values():
        for name, value in part.items():
            if name in {"aggs", "aggregations"}:
                yield from in_aggregations(value)
            elif name != "meta":
                yield "aggregations", name
                if "script" in value:
                    yield "aggregations", "script"
                if name == "filter":
                    yield from in_query(value)
                if name == "filters":
                    held = value["filters"]
                    yield from _in_queries([*held.values()] if isinstance(held, Mapping) else held)


def in_path(path: str) -> Iterator[Used]:
    """The endpoint of a request."""
    steps = [step for step in path.partition("?")[0].split("/") if step]
    named = next((place for place, step in enumerate(steps) if step.startswith("_")), None)
    if named is None:
        return  # an index by its name: made, deleted or looked at
    pair = "/".join(steps[named : named + 2])
    yield "endpoints", pair if pair in allowed()["endpoints"] else steps[named]


def in_lens(state: Json) -> Iterator[Used]:
    """Operations of the columns of a Lens panel's `state`."""
    for layer in state.get("datasourceStates", {}).get("formBased", {}).get("layers", {}).values():
        yield from (("lens_operations", column["operationType"]) for column in layer.get("columns", {}).values())
