"""The guard: nothing sent to Elasticsearch uses a name outside the allow-list, which is true of the node without plugins."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from elastic_transport import Transport
from elasticsearch import ApiError, Elasticsearch

from indexer import elastic_mapping
from indexer.elastic_mapping import components, templates
from indexer.elastic_migrate import Migrator
from indexer.elastic_store import ElasticStore
from indexer.fields import FAMILIES, MONTHLY
from indexer.kibana.bundle import committed
from indexer.kibana.panel_query import Span, searches_of
from indexer.vectors import pack
from tests.elastic_tiers.names import allowed, in_lens, in_path, in_search, in_settings, in_template, refused

AT = "2026-11-24T12:00:00Z"


def test_every_template_uses_allowed_names_only() -> None:
    made = [*components("p1"), *templates("p1"), *templates("p1", with_aliases=False)]
    used = [name for template in made for name in in_template(template.body)]
    assert len(used) > 500
    assert refused(used) == []


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """Every request of every client from now on: method, path, body."""
    requests: list[tuple[str, str, Any]] = []
    perform = Transport.perform_request

    def recorded(self: Transport, method: str, target: str, **more: Any) -> Any:
        requests.append((method, target, more.get("body")))
        return perform(self, method, target, **more)

    monkeypatch.setattr(Transport, "perform_request", recorded)
    return requests


@pytest.mark.elastic
def test_every_request_of_the_store_uses_allowed_names_only(
    elastic_address: str, elastic_url: str, sent: list[tuple[str, str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the store and the migrator do is done once, and what went over the line is read."""
    store = ElasticStore(elastic_address)
    store.init()
    for family, fields in FAMILIES.items():
        names = {field.name for field in fields}
        more = {"planned_at": AT} if family in MONTHLY else {"sequence": 1} if "sequence" in names else {}
        store.put(family, [{"id": "x", **more}])
        store.get(family, "x")
        wanted = {name: value for name, value in (("storefront", [None, "s"]), ("superseded", False), ("withdrawn", None)) if name in names}
        list(store.scan(family, wanted))
        store.search(family, 'one "two three"', wanted)
    store.put("listing", [{"id": "y", "sequence": 2, "vector": pack([1.0]), "vector_model": "m", "currency": "USD"}])
    store.facets("listing", "tiger", ["currency", "current"], {"price": "1.00", "first_seen": AT})
    store.similar([1.0], "m", {"currency": "USD"})
    store.put("finding", [{"id": "z", "planned_at": AT, "visit_id": "v", "analysis_id": "a"}])
    store.supersede("v", "b")
    store.put("alert", [{"id": "a", "status": "pending"}])
    assert store.claim("a", "w", AT, expired=AT)
    store.next_sequence()
    store.details()
    store.months("finding")
    store.rebuild()
    store.drop_months("capture", "2027-01")
    store.close()
    with Elasticsearch(elastic_url) as client:
        monkeypatch.setattr(elastic_mapping, "SCHEMA_VERSION", 2)
        elastic_mapping.mapping.cache_clear()
        try:
            migrator = Migrator(client, elastic_address.rpartition("/")[2])
            migrator.migrate()
            migrator.rollback()
        finally:
            monkeypatch.undo()
            elastic_mapping.mapping.cache_clear()
    paths = [path for _, path, _ in sent]
    assert refused([name for path in paths for name in in_path(path)]) == []
    bodies = [body for _, path, body in sent if "/_search" in path]
    assert len(bodies) > 60
    assert refused([name for body in bodies for name in in_search(body)]) == []
    settings = [body for method, path, body in sent if method == "PUT" and path.partition("?")[0].endswith("/_settings")]
    assert settings
    assert refused([name for body in settings for name in in_settings(body)]) == []
    assert not [path for path in paths if "script" in path or "pipeline" in path]


def test_nothing_calls_what_the_core_lacks() -> None:
    folder = Path(elastic_mapping.__file__).parent
    sources = {path.name: path.read_text("utf-8") for path in folder.rglob("elastic*.py")}
    assert len(sources) >= 10
    calls = (
        "client.info(",
        ".ping(",
        "update_by_query",
        "delete_by_query",
        ".reindex(",
        ".esql.",
        ".sql.",
        ".eql.",
        ".ilm.",
        "import helpers",
    )
    assert [(name, call) for name, text in sources.items() for call in calls if call in text] == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"query": {"bool": {"filter": [{"term": {"a": 1}}], "must_not": {"percolate": {}}}}}, ["queries: percolate"]),
        (
            {"query": {"function_score": {"query": {"pinned": {}}, "script_score": {}}}},
            ["queries: pinned", "queries: script"],
        ),
        ({"knn": {"field": "v", "filter": {"rank_feature": {}}}}, ["queries: rank_feature"]),
        ({"aggs": {"a": {"terms": {}, "aggs": {"b": {"bucket_sort": {}}}}}}, ["aggregations: bucket_sort"]),
        ({"aggs": {"a": {"filters": {"filters": {"x": {"geo_shape": {}}}}}}}, ["queries: geo_shape"]),
        ({"aggs": {"a": {"top_metrics": {}}}, "runtime_mappings": {}}, ["aggregations: top_metrics", "search_keys: runtime_mappings"]),
        ({"retriever": {"rrf": {}}}, ["retrievers: rrf"]),
        ({"query": {"match": {"script": "word"}}, "highlight": {"fields": {"x": {"type": "fvh"}}}}, ["highlighters: fvh"]),
        ({"query": {"match_all": {}}, "aggs": {"query": {"terms": {"field": "multi_terms"}}}}, []),
    ],
)
def test_a_search_body_is_read_to_its_depth(body: dict[str, Any], found: list[str]) -> None:
    assert refused(in_search(body)) == found


def test_every_panel_search_and_drawing_of_kibana_uses_allowed_names_only() -> None:
    objects = [orjson.loads(line) for line in committed().splitlines()]
    columns = [used for one in objects if one["type"] == "lens" for used in in_lens(one["attributes"]["state"])]
    assert len(columns) > 100
    assert refused(columns) == []
    asked = list(searches_of(objects, Span("now-30d", "now")))
    assert {type(one.body) for one in asked} == {dict}
    assert {one.panel for one in asked} >= {"New terms and codes", "Coverage: planned visits that reached a verdict, by day"}
    assert refused([used for one in asked for used in in_search(one.body)]) == []


def test_templates_settings_paths_and_panels_are_read_too() -> None:
    mappings = {"properties": {"a": {"type": "wildcard"}, "b": {"properties": {"c": {"type": "text", "analyzer": "english"}}}}}
    analysis = {
        "analyzer": {"y": {"type": "cjk"}, "x": {"tokenizer": "ngram", "filter": ["lowercase", "trim"]}},
        "filter": {"own": {"type": "stemmer"}},
    }
    template = {"mappings": mappings, "settings": {"index": {"lifecycle": {"name": "p"}, "analysis": analysis}}}
    assert refused(in_template(template)) == [
        "analyzers: english",
        "configured_analyzers: cjk",
        "index_settings: lifecycle.name",
        "token_filters: stemmer",
        "token_filters: trim",
        "tokenizers: ngram",
        "types: wildcard",
    ]
    assert [refused(in_path(path)) for path in ("/p-x/_search?size=1", "/_reindex", "/p-x", "/_query")] == [
        [],
        ["endpoints: _reindex"],
        [],
        ["endpoints: _query"],
    ]
    columns = {"a": {"operationType": "terms"}, "b": {"operationType": "last_value"}}
    assert refused(in_lens({"datasourceStates": {"formBased": {"layers": {"l": {"columns": columns}}}}})) == ["lens_operations: last_value"]


@pytest.fixture(scope="module")
def probed(elastic_url: str) -> Iterator[Elasticsearch]:
    """The node without the test plugin, with one index to ask."""
    with Elasticsearch(elastic_url) as client:
        client.options(ignore_status=404).indices.delete(index="probe")
        mapping = {"k": {"type": "keyword"}, "n": {"type": "long"}, "t": {"type": "date"}, "x": {"type": "text"}, "f": {"type": "long"}}
        client.indices.create(index="probe", mappings={"properties": mapping}, settings={"number_of_replicas": 0})
        client.index(index="probe", document={"k": "a", "n": 1, "t": AT, "x": "words"}, refresh=True)
        yield client
        client.indices.delete(index="probe")


def answer(client: Elasticsearch, method: str, path: str, body: object = None) -> str:
    """`yes`, or the status and first words of the refusal."""
    headers = {"accept": "application/json"} | ({"content-type": "application/json"} if body is not None else {})
    try:
        client.perform_request(method, path, headers=headers, body=body)
    except ApiError as error:
        return f"{error.status_code} {str(error.body)[:80]}"
    return "yes"


def create(client: Elasticsearch, **body: object) -> str:
    """The answer to making an index, which is deleted again."""
    client.options(ignore_status=404).indices.delete(index="probe-made")
    made = answer(client, "PUT", "/probe-made", body)
    client.options(ignore_status=404).indices.delete(index="probe-made")
    return made


def analysis(kind: str, name: str) -> dict[str, Any]:
    """Settings of an index whose analyzer is built on a name."""
    of: dict[str, Any] = {"analyzer": {"a": {"type": name}}} if kind == "analyzers" else {}
    of = of or {"analyzer": {"a": {"type": "custom", "tokenizer": name if kind == "tokenizers" else "standard"}}}
    if kind == "token_filters":
        of["analyzer"]["a"]["filter"] = [name]
    return {"analysis": of}


@pytest.mark.elastic
@pytest.mark.long
def test_what_the_allow_list_says_no_to_is_still_refused(probed: Elasticsearch) -> None:
    no, found = allowed()["probes"], {}
    for name in no["types"]:
        found[f"type {name}"] = create(probed, mappings={"properties": {"a": {"type": name}}})
    for kind in ("analyzers", "tokenizers", "token_filters"):
        for name in no[kind]:
            found[f"{kind} {name}"] = create(probed, settings=analysis(kind, name))
    for name, body in no["queries"].items():
        found[f"query {name}"] = answer(probed, "POST", "/probe/_search", {"query": {name: body}})
    for name, body in no["aggregations"].items():
        inner = {"a": {name: body}}
        outer = {"h": {"date_histogram": {"field": "t", "fixed_interval": "1d"}, "aggs": inner}}
        found[f"aggregation {name}"] = answer(probed, "POST", "/probe/_search", {"size": 0, "aggs": outer if name in PIPELINE else inner})
    for request in no["requests"]:
        method, path = request.split(" ")
        found[request] = answer(probed, method, path.replace("IDX", "probe"), {} if method != "GET" else None)
    for name in no["settings"]:
        found[f"setting {name}"] = create(probed, settings={name: "x"})
    assert {name: said for name, said in found.items() if not said.startswith(("400", "405", "404", "500"))} == {}
    assert len(found) > 60


PIPELINE = ("bucket_sort", "derivative", "moving_fn", "bucket_script", "rate")


@pytest.mark.elastic
@pytest.mark.long
def test_what_the_allow_list_says_yes_to_is_there(probed: Elasticsearch) -> None:
    needs = {"alias": {"path": "b"}, "dense_vector": {"dims": 3}, "completion": {}, "passthrough": {"priority": 1}}
    properties = {f"a_{name}": {"type": name, **needs.get(name, {})} for name in allowed()["types"]}
    assert create(probed, mappings={"properties": {"b": {"type": "keyword"}, **properties}}) == "yes"
    found = {name: create(probed, settings=analysis("analyzers", name)) for name in allowed()["configured_analyzers"]}
    for name in allowed()["analyzers"]:
        found[name] = create(probed, mappings={"properties": {"a": {"type": "text", "analyzer": name}}})
    found |= {name: create(probed, settings=analysis("token_filters", name)) for name in allowed()["token_filters"]}
    for name in allowed()["vector_indices"]:
        vector = {"type": "dense_vector", "dims": 64, "index": True, "index_options": {"type": name}}
        found[name] = create(probed, mappings={"properties": {"a": vector}})
    assert {name: said for name, said in found.items() if said != "yes"} == {}


def test_the_lists_do_not_contradict_themselves() -> None:
    names = allowed()
    for kind, no in names["probes"].items():
        assert not set(no) & set(names.get(kind, ())), kind
    assert orjson.dumps(names)
