"""What only a real Kibana can prove: it takes the objects, finds every reference, and runs each panel's search itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from indexer.kibana.client import Kibana, KibanaError
from indexer.kibana.importing import import_objects, read_back
from indexer.kibana.panel_query import Asked, Span, searches_of
from indexer.kibana.saved_object import Json, SavedObject
from indexer.kibana.vega_data import rows_at
from indexer.store import Value


@dataclass(frozen=True, slots=True)
class Looked:
    """What a panel's search gave through Kibana: how many rows, or why it failed."""

    panel: str
    index: str
    rows: int
    error: str = ""


def smoke(kibana: Kibana, objects: Sequence[SavedObject], span: Span) -> Iterator[Looked]:
    """Imports, reads every dashboard back with all that it refers to, and runs each panel's search; raises KibanaError."""
    import_objects(kibana, objects, overwrite=True)
    held = read_back(kibana, [one for one in objects if one.type == "dashboard"])
    lost = [one for one in objects if one.type == "dashboard" and (one.type, one.id) not in held]
    if lost:
        raise KibanaError(f"{kibana.access.url}: not there after the import: {', '.join(str(one.attributes['title']) for one in lost)}")
    for asked in searches_of([one.as_json() for one in objects], span):
        yield _look(kibana, asked)


def count_rows(answer: Value, path: str) -> int:
    """How many documents stand in the rows under a path of an answer: hits, buckets or a single figure."""
    rows = rows_at(answer, path)
    if isinstance(rows, dict) and path.endswith(".buckets"):
        rows = [*rows.values()]
    if isinstance(rows, list):
        counted = (one.get("doc_count", 1) if isinstance(one, dict) else 1 for one in rows)
        return sum(number for number in counted if isinstance(number, int))
    if isinstance(rows, dict):
        rows = rows.get("value", rows.get("doc_count"))
    return int(rows) if isinstance(rows, int | float) else 0


def _look(kibana: Kibana, asked: Asked) -> Looked:
    """One search by the way that Kibana's own panels take."""
    params: Json = {"index": asked.index, "body": asked.body, "wait_for_completion_timeout": "30s"}
    try:
        answer = kibana.json("POST", "/internal/search/ese", {"params": params}, {"elastic-api-version": "1"})
    except KibanaError as error:
        return Looked(asked.panel, asked.index, 0, str(error))
    raw = cast("Json", answer.get("rawResponse") or {})
    if answer.get("isRunning") or not raw:
        return Looked(asked.panel, asked.index, 0, "no answer within 30 s")
    return Looked(asked.panel, asked.index, count_rows(raw, asked.path))
