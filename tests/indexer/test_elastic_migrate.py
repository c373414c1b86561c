"""Migrations on a real Elasticsearch: fields added in place, a new schema version copied while the old one's writers go on, and back."""

import threading
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from indexer import elastic_mapping, elastic_migrate
from indexer.documents import fields_of
from indexer.elastic_bulk import Action, Patience, write
from indexer.elastic_migrate import Migrator
from indexer.elastic_store import ElasticStore
from indexer.fields import FAMILIES
from indexer.store import Document, Put, StoreError

pytestmark = pytest.mark.elastic
AT = "2026-11-24T12:00:00Z"


@pytest.fixture
def client(elastic_url: str) -> Iterator[Elasticsearch]:
    """A bare client."""
    with Elasticsearch(elastic_url) as opened:
        yield opened


@pytest.fixture
def prefix(elastic_address: str) -> str:
    """The prefix of a store that is set up by schema version 1."""
    store = ElasticStore(elastic_address)
    store.init()
    store.put("finding", findings(0, 1200))
    store.put("finding", [{"id": "december", "planned_at": "2026-12-01T00:00:00Z", "visit_id": "v9", "analysis_id": "a1"}])
    store.put("storefront", [{"id": "s1", "sequence": store.next_sequence(), "storefront": "shop.example", "language": "en"}])
    store.put("judgement", [{"id": "j1", "verdict": "same"}])
    store.close()
    return elastic_address.rpartition("/")[2]


@pytest.fixture
def version_2(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Today's churnwatch as a newer one that keeps languages in capitals."""
    monkeypatch.setattr(elastic_mapping, "SCHEMA_VERSION", 2)
    monkeypatch.setitem(elastic_migrate.CHANGES, 1, capitals)
    elastic_mapping.mapping.cache_clear()
    yield
    elastic_mapping.mapping.cache_clear()


def capitals(family: str, document: Document) -> Document:
    """What version 2 does to documents of version 1."""
    return document | {"language": str(document["language"]).upper()} if document.get("language") else document


def findings(first: int, last: int) -> list[Document]:
    """Findings by number."""
    return [
        {"id": f"f{n:06}", "planned_at": AT, "visit_id": "v", "analysis_id": "a", "superseded": False, "value": f"v{n}"}
        for n in range(first, last)
    ]


def indices(client: Elasticsearch, prefix: str, family: str) -> list[str]:
    """Names behind a family's alias."""
    return sorted(client.indices.get_alias(name=f"{prefix}-{family}").body)


@pytest.mark.slow
def test_a_new_schema_version_is_copied_while_old_writers_go_on_and_nothing_is_lost(
    prefix: str, client: Elasticsearch, elastic_address: str, version_2: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    acked: list[str] = []
    refusals: list[StoreError] = []
    stop, begun = threading.Event(), threading.Event()

    def old_writer() -> None:
        with Elasticsearch(client.transport.node_pool.get().base_url) as own:
            for number in range(2000, 60_000):
                actions = [action(prefix, one) for one in findings(number, number + 1)]
                actions.append(
                    Action(
                        "update", f"{prefix}-finding-v0001-2026.11", f"f{number % 1000:06}", b'{"doc":{"marketplace":{"superseded":true}}}'
                    )
                )
                try:
                    write(own, actions, Patience())
                except StoreError as error:
                    refusals.append(error)
                    return
                acked.append(f"f{number:06}")
                begun.set()
                if stop.is_set():
                    return

    with pytest.raises(StoreError, match=r"_meta\.schema_version is 1 there and 2 here.*store migrate"):
        ElasticStore(elastic_address)
    thread = threading.Thread(target=old_writer)
    thread.start()
    assert begun.wait(30)
    done = Migrator(client, prefix).migrate()
    stop.set()
    thread.join()
    assert done.moved[f"{prefix}-finding-v0001-2026.11"] == f"{prefix}-finding-v0002-2026.11"
    assert len(refusals) == 1 and "refuses to write" in str(refusals[0])  # the old version is stopped with words when its index is closed
    store = ElasticStore(elastic_address)
    store.init()
    held = {str(one["id"]): one for one in store.scan("finding")}
    assert len(acked) > 3
    assert held.keys() >= {f"f{n:06}" for n in range(1200)} | {"december"} | set(acked)
    assert len(held) <= 1201 + len(acked) + 1  # the one that was under way may have been written
    marked = {key for key, one in held.items() if one.get("superseded")}
    assert marked >= {f"f{int(key[1:]) % 1000:06}" for key in acked}
    assert indices(client, prefix, "finding") == [f"{prefix}-finding-v0002-2026.11", f"{prefix}-finding-v0002-2026.12"]
    assert (store.get("storefront", "s1") or {})["language"] == "EN"
    assert store.next_sequence() == 2  # the counter went along
    assert store.put("finding", [*findings(0, 1), {"id": "new", "planned_at": "2027-01-01T00:00:00Z"}]) == Put(written=1, unchanged=1)
    assert indices(client, prefix, "finding")[-1] == f"{prefix}-finding-v0002-2027.01"
    store.close()

    with pytest.raises(StoreError, match=r"was written since it was made .*--lose"):
        Migrator(client, prefix).rollback()
    assert len(Migrator(client, prefix).finish()) == 2 + len(FAMILIES) - 8 + 1
    with pytest.raises(StoreError, match="no older indices"):
        Migrator(client, prefix).rollback()


def action(prefix: str, one: Document) -> Action:
    """A finding as version 1 writes it."""
    body = b'{"event":{"id":"%b"},"@timestamp":"%b"}' % (str(one["id"]).encode(), AT.encode())
    return Action("create", f"{prefix}-finding-v0001-2026.11", str(one["id"]), body)


def test_a_migration_that_nobody_wrote_after_can_be_taken_back(
    prefix: str, client: Elasticsearch, elastic_address: str, version_2: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = Migrator(client, prefix).migrate().moved
    assert Migrator(client, prefix).migrate().moved == {}  # nothing left to do
    with pytest.MonkeyPatch.context() as older:
        older.setattr(elastic_mapping, "SCHEMA_VERSION", 1)
        with pytest.raises(StoreError, match="has schema version 2, this churnwatch writes 1: use the newer one"):
            Migrator(client, prefix).migrate()
    assert Migrator(client, prefix).rollback() == moved
    assert indices(client, prefix, "storefront") == [f"{prefix}-storefront-v0001"]
    assert not client.indices.exists(index=f"{prefix}-storefront-v0002")
    monkeypatch.setattr(elastic_mapping, "SCHEMA_VERSION", 1)
    elastic_mapping.mapping.cache_clear()
    store = ElasticStore(elastic_address)
    store.init()
    assert (store.get("storefront", "s1") or {})["language"] == "en"
    assert store.put("finding", findings(1199, 1201)) == Put(written=1, unchanged=1)
    store.close()


def test_a_copy_that_differs_stops_the_migration_before_the_switch(
    prefix: str, client: Elasticsearch, elastic_address: str, version_2: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Indices = Migrator(client, prefix)._indices  # noqa: N806
    Indices.put_templates(with_aliases=False)
    client.indices.create(index=f"{prefix}-finding-v0002-2026.11")
    # A document nobody asked for, newer than its source: the copy cannot mend it.
    odd = {"event": {"id": "f000007"}}
    client.index(index=f"{prefix}-finding-v0002-2026.11", id="f000007", document=odd, version=99, version_type="external_gte")
    with pytest.raises(StoreError, match=r"does not hold what .* holds: document f000007 is another; nothing was switched"):
        Migrator(client, prefix).migrate()
    assert indices(client, prefix, "finding") == [f"{prefix}-finding-v0001-2026.11", f"{prefix}-finding-v0001-2026.12"]
    client.create(index=f"{prefix}-finding-v0001-2026.11", id="still", document={"event": {"id": "still"}})  # open for writing again


def test_missing_fields_are_added_in_place(
    prefix: str, client: Elasticsearch, elastic_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = fields_of("judgement")
    monkeypatch.setitem(fields, "tlp", fields_of("lead")["tlp"])
    elastic_mapping.mapping.cache_clear()
    try:
        with pytest.raises(StoreError, match=r"judgement-v0001 was made by another version.*missing there.*store migrate"):
            ElasticStore(elastic_address)
        assert Migrator(client, prefix).migrate().extended == [f"{prefix}-judgement-v0001"]
        assert Migrator(client, prefix).migrate().extended == []
        ElasticStore(elastic_address).close()
    finally:
        monkeypatch.undo()
        elastic_mapping.mapping.cache_clear()


def test_a_field_that_became_another_needs_a_new_schema_version(prefix: str, client: Elasticsearch) -> None:
    client.indices.put_mapping(index=f"{prefix}-lead-v0001", properties={"colour": {"type": "keyword"}})
    with pytest.raises(StoreError, match=r"lead-v0001 cannot be mended in place: properties\.colour is unknown here"):
        Migrator(client, prefix).migrate()
