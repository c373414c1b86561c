"""Filters and searches as Elasticsearch queries; every part is a filter, since results are ordered by id and never scored."""

from collections.abc import Iterable, Sequence

from indexer.documents import fields_of
from indexer.elastic_mapping import Json, tokens_path
from indexer.fields import searched
from indexer.filters import Condition
from indexer.store import Value


def query(family: str, wanted: Iterable[Condition], sought: Sequence[str] = (), *, visible: bool = False) -> Json:
    """The query of these conditions and phrases; with `visible` withdrawn and superseded documents are left out."""
    filters: list[Value] = [_condition(condition) for condition in wanted]
    filters += [_phrase(family, phrase) for phrase in sought]
    hiding = [fields_of(family)[name].path for name in ("withdrawn", "superseded") if visible and name in fields_of(family)]
    hidden: list[Value] = [{"term": {path: True}} for path in hiding]
    return {"bool": {"filter": filters, "must_not": hidden}}


def facet(path: str, limit: int) -> Json:
    """The aggregation that counts the values of a field, exact up to 50,000 different values in a month."""
    return {"terms": {"field": path, "size": limit, "shard_size": 50_000, "order": [{"_count": "desc"}, {"_key": "asc"}]}}


def superseding(visit_id: str, analysis_id: str) -> Json:
    """Documents of a visit whose `superseded` is not yet what it must be when this analysis is the current one."""
    fields = fields_of("analysis")
    flag = fields["superseded"].path
    own: Json = {"term": {fields["analysis_id"].path: analysis_id}}
    wrong: list[Value] = [
        {"bool": {"filter": [own], "must_not": [{"term": {flag: False}}]}},
        {"bool": {"must_not": [own, {"term": {flag: True}}]}},
    ]
    return {"bool": {"filter": [{"term": {fields["visit_id"].path: visit_id}}], "should": wrong, "minimum_should_match": 1}}


def _condition(condition: Condition) -> Json:
    path = condition.field.path
    keys: list[Value] = [key if isinstance(key, (str, int, float)) else str(key) for key in condition.wanted]
    held: Json = {"terms": {path: keys}}
    if not condition.missing:
        return held
    # A keyword too long to be indexed is there all the same: the server lists its field under `_ignored`.
    absent: Json = {"bool": {"must_not": [{"exists": {"field": path}}, {"term": {"_ignored": path}}]}}
    return {"bool": {"should": [held, absent], "minimum_should_match": 1}}


def _phrase(family: str, phrase: str) -> Json:
    places: list[Value] = [{"match_phrase": {tokens_path(name): phrase}} for name in searched(family)]
    return {"bool": {"should": places, "minimum_should_match": 1}}
