"""Names, mappings and templates of the production store, as made from the table of fields; no server needed."""

import hashlib
from collections.abc import Iterator

import pytest

from indexer.documents import fields_of
from indexer.elastic_address import parse_address
from indexer.elastic_mapping import COUNTER, components, difference, from_source, index_of, mapping, templates, to_source
from indexer.fields import FAMILIES
from indexer.store import StoreError

# What the minimal distribution has too (reference: the allow-list of the elasticsearch notes, seen on 9.2.8 on 2026-11-24).
ALLOWED = {"keyword", "text", "date", "long", "double", "boolean", "ip", "object", "dense_vector"}


def leaves(properties: dict, path: str = "") -> Iterator[tuple[str, dict]]:
    """Every field of a mapping with its path, multi-fields included."""
    for name, body in properties.items():
        if "properties" in body:
            yield from leaves(body["properties"], f"{path}{name}.")
        else:
            yield f"{path}{name}", body
            yield from leaves(body.get("fields", {}), f"{path}{name}.")


@pytest.mark.parametrize("family", [*FAMILIES, COUNTER])
def test_a_mapping_is_strict_and_uses_only_types_of_the_server_core(family: str) -> None:
    made = mapping(family)
    found = dict(leaves(made["properties"]))
    assert (made["dynamic"], made["_meta"]["schema_version"]) == ("strict", 1)
    assert {body["type"] for body in found.values()} <= ALLOWED
    assert {body.get("analyzer") for body in found.values()} <= {None, "whitespace"}
    if family != COUNTER:
        assert {field.path for field in fields_of(family).values()} <= found.keys()


def test_fields_are_mapped_by_their_types() -> None:
    found = dict(leaves(mapping("listing_obs")["properties"]))
    assert found["@timestamp"] == {"type": "date"}
    assert found["url.full"] == {"type": "keyword", "ignore_above": 8191}
    assert found["marketplace.listing.price"] == {"type": "keyword", "ignore_above": 8191, "fields": {"number": {"type": "double"}}}
    assert found["marketplace.listing.title"] == {"type": "text"}
    assert found["nlp.tokens.title"] == {"type": "text", "norms": False, "analyzer": "whitespace"}
    assert found["nlp.finding.where"] == {"type": "object", "enabled": False}
    assert found["event.risk_score"] == {"type": "double"}


def test_a_document_lies_in_the_month_of_its_visit() -> None:
    at = {"planned_at": "2026-01-31T23:59:59Z", "seen_at": "2026-02-01T00:00:10Z"}
    assert index_of("p1", "listing_obs", at) == "p1-listing-obs-v0001-2026.01"
    assert index_of("p1", "listing", {"first_seen": "2026-01-01T00:00:00Z"}) == "p1-listing-v0001"


def test_every_index_has_one_template_and_the_settings_of_its_kind() -> None:
    made = {template.name: template for template in templates("p1")}
    assert made["p1-finding-v0001"].patterns == ("p1-finding-v0001-*",)
    assert made["p1-finding-v0001"].composed_of == ("p1-component-monthly", "p1-component-core")
    assert made["p1-finding-v0001"].body["aliases"] == {"p1-finding": {}}
    assert made["p1-lead-v0001"].patterns == ("p1-lead-v0001",)
    assert len(made) == len(FAMILIES) + 1
    assert {name for template in made.values() for name in template.composed_of} == {template.name for template in components("p1")}
    assert made["p1-lead-v0001"].meta["digest"] != templates("p2")[list(made).index("p1-lead-v0001")].meta["digest"]


def test_a_document_is_laid_out_by_its_paths_and_read_back() -> None:
    document = {
        "id": "l1",
        "kind": "listing",
        "sequence": 3,
        "title": "Синий тигр",
        "price": "1.50",
        "codes": [],
        "reasons": [{"a.b": 1}],
        "sku": None,
    }
    source = to_source("listing", document)
    listing = '{"title":"Синий тигр","price":"1.50","codes":[],"sku":null}'
    rest = '"reasons":[{"a.b":1}]},"nlp":{"tokens":{"title":"синии тигр"}}'
    plain = f'{{"event":{{"id":"l1","dataset":"listing"}},"marketplace":{{"sequence":3,"listing":{listing},{rest}'
    assert source.decode() == f'{plain},"event.hash":"{hashlib.sha256(plain.encode() + b"}").hexdigest()}"}}'
    assert from_source("listing", {"event": {"id": "l1"}, "marketplace": {"listing": {"sku": None}}, "other": 1}) == {
        "id": "l1",
        "sku": None,
    }


@pytest.mark.parametrize(
    ("live", "words"),
    [
        ({"dynamic": "strict", "properties": {"a": {"properties": {"b": {"type": "keyword"}}}}}, None),
        ({"dynamic": "true", "properties": {"a": {"properties": {"b": {"type": "keyword"}}}}}, "dynamic is 'true' there and 'strict' here"),
        (
            {"dynamic": "strict", "properties": {"a": {"properties": {"b": {"type": "text"}}}}},
            "properties.a.properties.b.type is 'text' there",
        ),
        ({"dynamic": "strict", "properties": {"a": {"properties": {}}}}, "properties.a.properties.b is missing there"),
        ({"dynamic": "strict", "properties": {"a": {"properties": {"b": {"type": "keyword"}}}, "z": {}}}, "properties.z is unknown here"),
    ],
)
def test_a_difference_between_mappings_is_named(live: dict, words: str | None) -> None:
    ours = {"dynamic": "strict", "properties": {"a": {"properties": {"b": {"type": "keyword"}}}}}
    found = difference(live, ours)
    assert found is None if words is None else words in str(found)


@pytest.mark.parametrize(
    ("address", "server", "prefix"),
    [
        ("http://127.0.0.1:9211/p1", "http://127.0.0.1:9211", "p1"),
        ("http://127.8.8.8", "http://127.8.8.8:9200", "churnwatch"),
        ("http://localhost:9211/", "http://localhost:9211", "churnwatch"),
        ("http://[::1]:9211/p1/", "http://[::1]:9211", "p1"),
        ("https://search.example/case-7", "https://search.example:443", "case-7"),
    ],
)
def test_an_address_names_server_and_prefix(address: str, server: str, prefix: str) -> None:
    assert parse_address(address) == ((server,), prefix)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://search.example:9200/p1", "plain http is for loopback only"),
        ("http://10.0.0.1:9200/p1", "plain http is for loopback only"),
        ("http://127.0.0.1.example:9200/p1", "plain http is for loopback only"),
        ("https://me:secret@search.example/p1", "no user or password"),
        ("https://search.example:99999/p1", "ut of range"),
        ("https://search.example/p1/p2", "use http"),
        ("https://search.example/P1", "use http"),
        ("https://search.example/*", "use http"),
        ("https://search.example/logs-p1", "not starting with logs-"),
        ("https://search.example/p1?pretty", "use http"),
        ("https:///p1", "use http"),
    ],
)
def test_an_address_that_cannot_or_must_not_be_used_is_refused(address: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        parse_address(address)
    assert "secret" not in str(caught.value)
