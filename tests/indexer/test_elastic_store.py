"""The production store where it differs, on a real Elasticsearch: mappings, months, start-up checks, a server that is away."""

import socket
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from elasticsearch import Elasticsearch

from indexer import elastic_mapping
from indexer.elastic_mapping import mapping
from indexer.elastic_store import ElasticStore
from indexer.fields import FAMILIES, MONTHLY
from indexer.store import Put, StoreError

AT = "2026-11-24T12:00:00Z"


@pytest.fixture
def client(elastic_url: str) -> Iterator[Elasticsearch]:
    """A bare client beside the store."""
    with Elasticsearch(elastic_url) as opened:
        yield opened


@pytest.fixture
def store(elastic_address: str) -> Iterator[ElasticStore]:
    """A store that is set up and empty."""
    opened = ElasticStore(elastic_address)
    opened.init()
    yield opened
    opened.close()


@pytest.mark.elastic
def test_the_server_has_exactly_our_mapping_in_every_index(store: ElasticStore, client: Elasticsearch, elastic_address: str) -> None:
    prefix = elastic_address.rpartition("/")[2]
    for family in MONTHLY:
        store.put(family, [{"id": "x", "planned_at": AT}])
    live = client.indices.get_mapping(index=f"{prefix}-*").body
    months = {f"{prefix}-{family.replace('_', '-')}-v0001-2026.11": family for family in MONTHLY}
    singles = {f"{prefix}-{family}-v0001": family for family in (*FAMILIES, "counter") if family not in MONTHLY}
    assert {name: body["mappings"] for name, body in live.items()} == {name: mapping(family) for name, family in (months | singles).items()}


@pytest.mark.elastic
def test_an_observation_written_in_another_month_is_the_same_document(
    store: ElasticStore, client: Elasticsearch, elastic_address: str
) -> None:
    seen = [{"id": key, "planned_at": "2026-10-31T23:59:59Z", "seen_at": at} for key, at in (("a", "2026-10-31T23:59:59Z"), ("b", AT))]
    assert store.put("finding", seen) == Put(written=2)
    again = ElasticStore(elastic_address)
    assert again.put("finding", seen) == Put(unchanged=2)
    again.close()
    assert list(client.indices.get_alias(name=f"{elastic_address.rpartition('/')[2]}-finding").body) == [
        f"{elastic_address.rpartition('/')[2]}-finding-v0001-2026.10"
    ]


@pytest.mark.elastic
def test_prices_are_numbers_beside_their_exact_text(store: ElasticStore, client: Elasticsearch, elastic_address: str) -> None:
    store.put("listing", [{"id": key, "sequence": 1, "price": price} for key, price in (("a", "9.90"), ("b", "10.10"), ("c", "100"))])
    store.settle()
    name, field = f"{elastic_address.rpartition('/')[2]}-listing", "marketplace.listing.price.number"
    answer = client.search(index=name, query={"range": {field: {"gte": 10}}}, aggs={"sum": {"sum": {"field": field}}})
    assert sorted(hit["_id"] for hit in answer["hits"]["hits"]) == ["b", "c"]
    assert answer["aggregations"]["sum"]["value"] == pytest.approx(110.1)


@pytest.mark.elastic
def test_a_mapping_that_is_not_ours_is_refused_at_start(store: ElasticStore, client: Elasticsearch, elastic_address: str) -> None:
    name = f"{elastic_address.rpartition('/')[2]}-lead-v0001"
    client.indices.put_mapping(index=name, properties={"colour": {"type": "keyword"}})
    with pytest.raises(StoreError, match=rf"{name} was made by another version .*properties\.colour is unknown here"):
        ElasticStore(elastic_address)
    with pytest.raises(StoreError, match="another version"):
        store.init()


@pytest.mark.elastic
def test_an_index_of_another_schema_version_is_refused_at_start(store: ElasticStore, client: Elasticsearch, elastic_address: str) -> None:
    name = f"{elastic_address.rpartition('/')[2]}-lead-v0001"
    client.indices.put_mapping(index=name, meta={"schema_version": 2, "owner": "churnwatch"})
    with pytest.raises(StoreError, match=r"_meta\.schema_version is 2 there and 1 here"):
        ElasticStore(elastic_address)


@pytest.mark.elastic
def test_init_mends_a_template_that_was_changed_and_makes_what_was_deleted(client: Elasticsearch, elastic_address: str) -> None:
    prefix = elastic_address.rpartition("/")[2]
    store = ElasticStore(elastic_address)
    store.init()
    client.indices.put_index_template(name=f"{prefix}-finding-v0001", index_patterns=[f"{prefix}-finding-v0001-*"], priority=500)
    client.indices.delete(index=f"{prefix}-lead-v0001")
    store.init()
    store.put("finding", [{"id": "x", "planned_at": AT}])
    assert client.indices.get_mapping(index=f"{prefix}-finding")[f"{prefix}-finding-v0001-2026.11"]["mappings"] == mapping("finding")
    assert store.put("lead", [{"id": "x", "sequence": 1}]) == Put(written=1)
    store.close()


@pytest.mark.elastic
def test_a_closed_month_stops_the_writer_and_makes_no_dead_letters(
    store: ElasticStore, client: Elasticsearch, elastic_address: str
) -> None:
    store.put("finding", [{"id": "a", "planned_at": AT}])
    client.indices.close(index=f"{elastic_address.rpartition('/')[2]}-finding-v0001-2026.11")
    with pytest.raises(StoreError, match=r"index_closed_exception.*there and open"):
        store.put("finding", [{"id": "b", "planned_at": AT}])
    assert store.status()["deadletter"] == 0


@pytest.mark.elastic
def test_an_index_deleted_under_a_writer_stops_it_with_words(store: ElasticStore, client: Elasticsearch, elastic_address: str) -> None:
    client.indices.delete(index=f"{elastic_address.rpartition('/')[2]}-judgement-v0001")
    with pytest.raises(StoreError, match="index_not_found_exception"):
        store.put("judgement", [{"id": "a"}])
    with pytest.raises(StoreError, match="churnwatch store init"):
        store.get("judgement", "a")


@pytest.mark.elastic
def test_two_prefixes_know_nothing_of_each_other(store: ElasticStore, elastic_address: str) -> None:
    other = ElasticStore(f"{elastic_address}-listing")  # its indices begin like those of a family of the first
    other.init()
    store.put("listing", [{"id": "a", "sequence": 1, "title": "tiger"}])
    other.put("listing_obs", [{"id": "b", "planned_at": AT, "title": "tiger"}])
    for one in (store, other):
        one.settle()
    assert [len(one.search(family, "tiger")) for one in (store, other) for family in ("listing", "listing_obs")] == [1, 0, 0, 1]
    other.close()


def test_a_server_that_is_away_is_named_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: nothing else can answer there
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(
            StoreError, match=rf"{address} cannot be reached .*start Elasticsearch or name another --store.*evidence is kept"
        ):
            ElasticStore(f"{address}/p1")


@pytest.mark.elastic
def test_a_snapshot_brings_back_what_was_deleted(store: ElasticStore, client: Elasticsearch, elastic_address: str) -> None:
    prefix = elastic_address.rpartition("/")[2]
    kept = {
        "finding": [{"id": f"f{n}", "planned_at": AT, "text": "研究化学品"} for n in range(20)],
        "judgement": [{"id": "j", "who": "ann"}],
    }
    for family, documents in kept.items():
        assert store.put(family, documents) == Put(written=len(documents))
    store.settle()
    client.snapshot.create_repository(name=prefix, repository={"type": "fs", "settings": {"location": prefix}})
    made = client.snapshot.create(
        repository=prefix, snapshot="one", indices=f"{prefix}-*", include_global_state=False, wait_for_completion=True
    )
    assert made["snapshot"]["state"] == "SUCCESS"
    store.put("judgement", [{"id": "after", "who": "bob"}])
    client.indices.delete(index=list(client.indices.get(index=f"{prefix}-*", features="aliases").body))
    with pytest.raises(StoreError, match="churnwatch store init"):
        store.get("judgement", "j")

    restored = client.snapshot.restore(repository=prefix, snapshot="one", indices=f"{prefix}-*", wait_for_completion=True)
    assert restored["snapshot"]["shards"]["failed"] == 0
    again = ElasticStore(elastic_address)  # the mappings are still ours
    again.init()
    assert [list(again.scan(family)) for family in kept] == list(kept.values())
    assert len(again.search("finding", "化学")) == 20
    assert again.put("finding", kept["finding"]) == Put(unchanged=20)
    again.close()
    client.snapshot.delete(repository=prefix, snapshot="one")
    client.snapshot.delete_repository(name=prefix)


def test_the_optional_policy_never_deletes_and_merges_only_old_months() -> None:
    """Deleting is `store retain`'s, which knows of legal holds; an index made read-only would refuse `superseded`."""
    policy = orjson.loads((Path(elastic_mapping.__file__).parent / "elastic_ilm.json").read_bytes())["policy"]
    assert set(policy["phases"]) == {"hot", "warm"}
    assert {action for phase in policy["phases"].values() for action in phase["actions"]} == {"set_priority", "forcemerge"}
    assert policy["phases"]["warm"]["min_age"] == "62d"
    assert policy["_meta"] == {"owner": "churnwatch", "schema_version": elastic_mapping.SCHEMA_VERSION}
