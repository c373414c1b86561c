"""KQL as our panels use it becomes the query that Kibana makes of it."""

from typing import Any

import pytest

from indexer.kibana.kql import KqlError, fields_of_query, to_query

Json = dict[str, Any]


def _is(query: Json) -> Json:
    return {"bool": {"should": [query], "minimum_should_match": 1}}


A, B, C = _is({"match": {"a": "1"}}), _is({"match": {"b": "2"}}), _is({"match": {"c": "3"}})


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", {"match_all": {}}),
        ("a: 1", A),
        ('a: "new york"', _is({"match_phrase": {"a": "new york"}})),
        ('a: "say \\"x\\""', _is({"match_phrase": {"a": 'say "x"'}})),
        ("a: *", _is({"exists": {"field": "a"}})),
        ("a >= 2 and a < 3", {"bool": {"filter": [_is({"range": {"a": {"gte": "2"}}}), _is({"range": {"a": {"lt": "3"}}})]}}),
        ("a: 1 and b: 2 and c: 3", {"bool": {"filter": [A, B, C]}}),
        ("a: 1 or b: 2", {"bool": {"should": [A, B], "minimum_should_match": 1}}),
        ("a: 1 or b: 2 and c: 3", {"bool": {"should": [A, {"bool": {"filter": [B, C]}}], "minimum_should_match": 1}}),
        ("(a: 1 or b: 2) and c: 3", {"bool": {"filter": [{"bool": {"should": [A, B], "minimum_should_match": 1}}, C]}}),
        ("not a: 1 and b: 2", {"bool": {"filter": [{"bool": {"must_not": A}}, B]}}),
        ("not (a: 1 or b: 2)", {"bool": {"must_not": {"bool": {"should": [A, B], "minimum_should_match": 1}}}}),
        ("a: (1 or 2)", {"bool": {"should": [A, _is({"match": {"a": "2"}})], "minimum_should_match": 1}}),
        ("nlp.finding.kind: pair", _is({"match": {"nlp.finding.kind": "pair"}})),
        ("a:1 AND b:2", {"bool": {"filter": [A, B]}}),
        ("android: 1", _is({"match": {"android": "1"}})),
    ],
)
def test_kql_becomes_the_query_that_kibana_makes(text: str, query: Json) -> None:
    assert to_query(text) == query


@pytest.mark.parametrize(
    "text", ["a:", "a", "a: 1 b: 2", "(a: 1", "a: 1)", "and a: 1", "a: 1 or", "a: (1 or", "a: b*", 'a: "x', "a: not", "not"]
)
def test_kql_that_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(KqlError):
        to_query(text)


def test_the_fields_of_a_query_are_found_however_deep() -> None:
    assert fields_of_query(to_query('(a: 1 or not b: "x y") and c >= 3 and d: *')) == {"a", "b", "c", "d"}
