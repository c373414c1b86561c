"""Least privilege on a real node with security: each role does its list and is refused the rest, as a user and by key."""

import base64
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from elasticsearch import ApiError, AuthenticationException, Elasticsearch

from indexer.elastic_roles import ROLES, make_key, put_roles, role
from indexer.elastic_store import ElasticStore
from indexer.fields import FAMILIES
from indexer.store import Put, StoreError
from tests.elastic_tiers.place import Place, own_place
from tests.elastic_tiers.secure import Secure

pytestmark = pytest.mark.elastic
AT = "2026-11-24T12:00:00Z"
MONTH = "2026.11"
BODY = {"event": {"id": "n"}}


def new() -> str:
    """An id that nothing has."""
    return os.urandom(8).hex()


# An operation of the bare client, and who may do it. `{}` stands for the prefix.
Do = Callable[[Elasticsearch, str], object]
OPERATIONS: dict[str, tuple[Do, set[str]]] = {
    "health": (lambda c, p: c.cluster.health(), {"writer", "projector", "migrator", "alerter"}),
    "see mappings": (lambda c, p: c.indices.get_mapping(index=f"{p}-finding"), set(ROLES)),
    "create a finding": (
        lambda c, p: c.create(index=f"{p}-finding-v0001-{MONTH}", id=new(), document=BODY),
        {"writer", "projector", "migrator"},
    ),
    "create a plan": (
        lambda c, p: c.create(index=f"{p}-plan-v0001-{MONTH}", id=new(), document=BODY),
        {"writer", "migrator"},
    ),
    "make a month": (lambda c, p: c.indices.create(index=f"{p}-plan-v0001-{new()}"), {"writer", "migrator"}),
    "overwrite a plan": (lambda c, p: c.index(index=f"{p}-plan-v0001-{MONTH}", id="old", document=BODY), {"migrator"}),
    "read a plan": (lambda c, p: c.get(index=f"{p}-plan-v0001-{MONTH}", id="old"), {"projector", "migrator", "analyst"}),
    "search findings": (lambda c, p: c.search(index=f"{p}-finding", size=1), {"projector", "migrator", "alerter", "analyst"}),
    "search captures": (lambda c, p: c.search(index=f"{p}-capture", size=1), {"projector", "migrator", "analyst"}),
    "refresh": (lambda c, p: c.indices.refresh(index=f"{p}-finding"), {"projector", "migrator"}),
    "mark superseded": (
        lambda c, p: c.update(index=f"{p}-finding-v0001-{MONTH}", id="old", doc={"marketplace": {"superseded": True}}),
        {"projector", "migrator"},
    ),
    "write a storefront": (lambda c, p: c.index(index=f"{p}-storefront-v0001", id="n", document=BODY), {"projector", "migrator"}),
    "raise the counter": (
        lambda c, p: c.index(index=f"{p}-counter-v0001", id="sequence", document={"value": 7}),
        {"projector", "migrator"},
    ),
    "create an alert": (
        lambda c, p: c.create(index=f"{p}-alert-v0001", id=new(), document=BODY),
        {"projector", "migrator", "alerter"},
    ),
    "overwrite an alert": (lambda c, p: c.index(index=f"{p}-alert-v0001", id="old", document=BODY), {"migrator", "alerter"}),
    "read an alert": (lambda c, p: c.get(index=f"{p}-alert-v0001", id="old"), {"projector", "migrator", "alerter", "analyst"}),
    "judge": (lambda c, p: c.index(index=f"{p}-judgement-v0001", id="n", document=BODY), {"migrator", "analyst"}),
    "bury a dead letter": (
        lambda c, p: c.create(index=f"{p}-deadletter-v0001", id=new(), document=BODY),
        {"writer", "projector", "migrator"},
    ),
    "delete a document": (lambda c, p: c.delete(index=f"{p}-storefront-v0001", id="gone"), set()),
    "delete an index": (lambda c, p: c.indices.delete(index=f"{p}-link-v0001"), {"migrator"}),
    "close a month": (lambda c, p: c.indices.add_block(index=f"{p}-look-v0001-{MONTH}", block="write"), {"migrator"}),
    "move an alias": (
        lambda c, p: c.indices.update_aliases(actions=[{"add": {"index": f"{p}-lead-v0001", "alias": f"{p}-lead"}}]),
        {"migrator"},
    ),
    "put a template": (
        lambda c, p: c.indices.put_index_template(name=f"{p}-extra", index_patterns=[f"{p}-extra-*"], priority=1),
        {"migrator"},
    ),
    "read another prefix": (lambda c, p: c.search(index="other-finding-v0001-2026.11", size=1), set()),
    "write another prefix": (lambda c, p: c.create(index="other-finding-v0001-2026.11", id="x", document=BODY), set()),
    "see users": (lambda c, p: c.security.get_user(username="elastic"), set()),
    "make a key": (lambda c, p: c.security.create_api_key(name="mine", role_descriptors={}), set()),
    "change cluster settings": (lambda c, p: c.cluster.put_settings(persistent={"action.auto_create_index": "true"}), set()),
}


@pytest.fixture(scope="module")
def place(elastic_secure: Secure) -> Iterator[Place]:
    """A store that is set up, with one old document of some families, and its roles written."""
    with own_place(elastic_secure.url, elastic_secure) as made, made.client() as client:
        store = ElasticStore(made.address, ca=made.ca, user=made.user)
        store.init()
        for family in ("plan", "finding", "look", "capture"):
            store.put(family, [{"id": "old", "planned_at": AT}])
        store.put("alert", [{"id": "old"}])
        store.settle()
        store.close()
        names = put_roles(client, made.prefix)
        assert names == [f"{made.prefix}-{name}" for name in ROLES]
        yield made
        for name in names:
            client.security.delete_role(name=name)


def as_user(place: Place, name: str) -> Elasticsearch:
    """A client of a user with one role."""
    user, password = f"{place.prefix}-{name}", "a password of sixteen"
    with place.client() as client:
        client.security.put_user(username=user, password=password, roles=[f"{place.prefix}-{name}"])
    return Elasticsearch(place.address.rpartition("/")[0], basic_auth=(user, password), ca_certs=place.ca)


def by_key(place: Place, *names: str) -> Elasticsearch:
    """A client with a key of these roles."""
    with place.client() as client:
        return Elasticsearch(
            place.address.rpartition("/")[0], api_key=make_key(client, place.prefix, names, timedelta(hours=2)), ca_certs=place.ca
        )


@pytest.mark.parametrize("way", [as_user, by_key], ids=["user", "key"])
@pytest.mark.parametrize("name", ROLES)
def test_each_role_does_its_list_and_is_refused_the_rest(place: Place, name: str, way: Callable[[Place, str], Elasticsearch]) -> None:
    found = {}
    with way(place, name) as client:
        for what, (do, _) in OPERATIONS.items():
            try:
                do(client, place.prefix)
                found[what] = "done"
            except ApiError as error:
                found[what] = "refused" if error.status_code == 403 else f"{error.status_code} {error.message}"
        with place.client() as superuser:  # what a role was allowed to break is mended for the next
            superuser.indices.put_settings(index=f"{place.prefix}-look-v0001-{MONTH}", settings={"index.blocks.write": None})
            with suppress(ApiError):
                superuser.indices.create(index=f"{place.prefix}-link-v0001")
            superuser.options(ignore_status=404).indices.delete_index_template(name=f"{place.prefix}-extra")
    allowed = {what: "done" if name in who else "refused" for what, (_, who) in OPERATIONS.items()}
    assert found == allowed


def test_nobody_and_an_ended_key_are_sent_away(place: Place, elastic_secure: Secure) -> None:
    with Elasticsearch(elastic_secure.url, ca_certs=elastic_secure.ca) as nobody, pytest.raises(AuthenticationException):
        nobody.search(index=f"{place.prefix}-finding")
    with place.client() as client:
        key = make_key(client, place.prefix, ["analyst"], timedelta(hours=2))
        client.security.invalidate_api_key(ids=[base64.b64decode(key).decode().partition(":")[0]])
    with pytest.raises(StoreError, match="the key was refused: check CHURNWATCH_ES_API_KEY"):
        ElasticStore(place.address, api_key=key, ca=place.ca)


def test_the_store_works_by_the_keys_of_its_stages(place: Place) -> None:
    with place.client() as client:
        keys = {name: make_key(client, place.prefix, [name], timedelta(hours=2)) for name in ROLES}

    def opened(name: str) -> ElasticStore:
        store = ElasticStore(place.address, api_key=keys[name], ca=place.ca)
        store.init()
        return store

    writer, projector, alerter, analyst = (opened(name) for name in ("writer", "projector", "alerter", "analyst"))
    assert writer.put("finding", [{"id": "w", "planned_at": "2027-01-01T00:00:00Z", "visit_id": "v", "analysis_id": "a"}]) == Put(written=1)
    assert writer.put("finding", [{"id": "w", "planned_at": AT, "colour": "red"}]) == Put(dead=1)
    with pytest.raises(StoreError, match="403"):
        list(writer.scan("finding"))
    with pytest.raises(StoreError, match="refuses to write"):
        writer.put("storefront", [{"id": "s", "sequence": 1}])
    projector.supersede("v", "b")
    projector.settle()
    assert [one["id"] for one in analyst.scan("finding", {"superseded": True, "visit_id": "v"})] == ["w"]
    assert projector.put("storefront", [{"id": "s", "sequence": projector.next_sequence()}]) == Put(written=1)
    assert projector.put("alert", [{"id": "a1", "status": "pending"}], create=True) == Put(written=1)
    assert alerter.claim("a1", "w1", AT, expired=AT) is True
    assert analyst.put("judgement", [{"id": "j", "verdict": "same"}]) == Put(written=1)
    with pytest.raises(StoreError, match="refuses to write"):
        analyst.put("alert", [{"id": "a1", "status": "sent"}])
    with pytest.raises(StoreError, match="403"):
        analyst.rebuild()
    for store in (writer, projector, alerter, analyst):
        store.close()


def test_a_service_token_may_run_kibana(elastic_secure: Secure) -> None:
    with Elasticsearch(elastic_secure.url, basic_auth=elastic_secure.user, ca_certs=elastic_secure.ca) as client:
        made = client.security.create_service_token(namespace="elastic", service="kibana", name=f"t{os.urandom(4).hex()}")
    token = made["token"]["value"]
    with Elasticsearch(elastic_secure.url, bearer_auth=token, ca_certs=elastic_secure.ca) as kibana:
        assert kibana.security.authenticate()["username"] == "elastic/kibana"
        with pytest.raises(ApiError, match="security_exception"):
            kibana.search(index="other-finding-v0001-2026.11")


def test_a_role_names_every_family_and_no_other_prefix() -> None:
    named = role("p1", "migrator")["indices"][0]["names"]  # type: ignore[index, call-overload]
    assert len(named) == 2 * (len(FAMILIES) + 1) and {"p1-listing", "p1-listing-v0*", "p1-listing-obs-v0*"} <= set(named)
    with pytest.raises(StoreError, match="no role 'root': one of writer, projector"):
        role("p1", "root")
