"""The requests of a Vega spec, and the spec with their answers in place: what Kibana does before it draws."""

import copy
from collections.abc import Iterator, Mapping
from typing import cast

from indexer.kibana.saved_object import Json
from indexer.store import Value

_OWN = frozenset({"index", "body", "%context%", "%timefield%"})


def sources_of(spec: Json) -> Iterator[Json]:
    """The data sources of a spec that ask Elasticsearch."""
    for source in cast("list[Json]", spec["data"]):
        if isinstance(source.get("url"), dict):
            yield source


def requests_of(spec: Json, start: str, end: str) -> Iterator[tuple[str, Json, str]]:
    """Index, body and path to the rows of every request, with the time range put in where the spec asks for it.

    Raises ValueError for a macro that is not known here.
    """
    for source in sources_of(spec):
        url = cast("Json", source["url"])
        if unknown := set(url) - _OWN:
            raise ValueError(f"data {source['name']!r}: unknown keys {', '.join(sorted(unknown))} in its url")
        body = copy.deepcopy(cast("Json", url["body"]))
        if url.get("%context%"):
            if "query" in body:
                raise ValueError(f"data {source['name']!r}: %context% and a query of its own exclude each other in Kibana")
            between: Json = {"gte": start, "lte": end, "format": "strict_date_optional_time"}
            body["query"] = {"bool": {"filter": [{"range": {str(url["%timefield%"]): between}}]}}
        yield str(url["index"]), body, str(cast("Json", source["format"])["property"])


def with_answers(spec: Json, answers: Mapping[str, Json]) -> Json:
    """The spec with the answer to each data source (by its name) as `values` in place of its `url`."""
    filled = copy.deepcopy(spec)
    for source in sources_of(filled):
        del source["url"]
        source["values"] = answers[str(source["name"])]
    return filled


def rows_at(answer: Value, path: str) -> Value:
    """What lies under a dotted path of an answer, None when nothing does."""
    for step in path.split("."):
        answer = answer.get(step) if isinstance(answer, dict) else None
    return answer
