"""Least privilege in the production store: what each role may do below one prefix, as a role for users and as descriptor of an API key.

The `index` right of the server includes overwriting and partial updates, and every write right lets a mapping grow: strict mappings
and the comparison at start stand against the second, external versions and append-only `create` against the first.
"""

from collections.abc import Iterable
from datetime import timedelta

from elasticsearch import Elasticsearch

from indexer.elastic_mapping import COUNTER, Json, alias
from indexer.fields import DERIVED, FAMILIES, MONTHLY
from indexer.store import StoreError, Value

# role → cluster rights, then (families, rights) for its indices; all of them may see mappings, since opening a store compares them.
_ALL = (*FAMILIES, COUNTER)
_ANALYSED = tuple(family for family, fields in FAMILIES.items() if any(field.name == "superseded" for field in fields))
_PROJECTED = (*DERIVED, "assignment", COUNTER)
ROLES: dict[str, tuple[tuple[str, ...], tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]] = {
    # puts what was observed, reads nothing
    "writer": (("monitor",), ((MONTHLY, ("create_doc", "create_index")), (("deadletter",), ("create_doc",)))),
    # reads and refreshes everything, writes derived documents, the mark `superseded` and new alerts
    "projector": (
        ("monitor",),
        (
            (_ALL, ("read", "maintenance")),
            (_PROJECTED, ("index",)),
            (_ANALYSED, ("index",)),
            (("alert", "deadletter"), ("create_doc",)),
        ),
    ),
    # `store init`, `migrate`, `rebuild` and `retain`
    "migrator": (("monitor", "manage_index_templates"), ((_ALL, ("manage", "read", "index")),)),
    # claims alerts and marks them sent
    "alerter": (("monitor",), ((("storefront", "finding", "lead", "alert"), ("read",)), (("alert",), ("index", "maintenance")))),
    # searches and judges; in Kibana he looks
    "analyst": ((), ((_ALL, ("read",)), (("judgement", "intervention"), ("index", "maintenance")))),
}
_KIBANA: Json = {
    "application": "kibana-.kibana",
    "privileges": [
        "feature_discover_v2.read",
        "feature_dashboard_v2.read",
        "feature_visualize_v2.read",
        "feature_savedObjectsManagement.read",
    ],
    "resources": ["*"],
}


def role(prefix: str, name: str) -> Json:
    """The body of one role, the same for a user's role and for a key's descriptor; raises StoreError for another name."""
    if name not in ROLES:
        raise StoreError(f"no role {name!r}: one of {', '.join(ROLES)}")
    cluster, rights = ROLES[name]
    indices: list[Value] = [{"names": names_of(prefix, _ALL), "privileges": ["view_index_metadata"]}]
    indices += [{"names": names_of(prefix, families), "privileges": [*privileges]} for families, privileges in rights]
    body: Json = {"cluster": [*cluster], "indices": indices}
    return body | ({"applications": [_KIBANA]} if name == "analyst" else {})


def names_of(prefix: str, families: Iterable[str]) -> list[Value]:
    """Aliases and indices of families, of every schema version and month, and no other prefix's."""
    return [name for family in families for name in (alias(prefix, family), f"{alias(prefix, family)}-v0*")]


def put_roles(client: Elasticsearch, prefix: str) -> list[str]:
    """Writes all roles as `<prefix>-<role>` and gives their names; needs the right `manage_security`."""
    for name in ROLES:
        body = role(prefix, name)
        client.security.put_role(
            name=f"{prefix}-{name}",
            cluster=body["cluster"],  # type: ignore[arg-type]
            indices=body["indices"],  # type: ignore[arg-type]
            applications=body.get("applications"),  # type: ignore[arg-type]
            metadata={"owner": "churnwatch"},
        )
    return [f"{prefix}-{name}" for name in ROLES]


def make_key(client: Elasticsearch, prefix: str, names: Iterable[str], life: timedelta) -> str:
    """A new API key with the rights of these roles, as text for `CHURNWATCH_ES_API_KEY`; it ends by itself after `life`."""
    wanted = [*names]
    made = client.security.create_api_key(
        name=f"{prefix}-{'-'.join(wanted)}",
        expiration=f"{int(life.total_seconds() // 3600)}h",
        role_descriptors={name: role(prefix, name) for name in wanted},
        metadata={"owner": "churnwatch", "prefix": prefix, "roles": wanted},
    )
    return str(made["encoded"])


def put_analyst(client: Elasticsearch, prefix: str, name: str, password: str) -> None:
    """Makes or changes a user with the role `analyst`, for signing in to Kibana; needs the right `manage_security` and the roles."""
    client.security.put_user(username=name, password=password, roles=[f"{prefix}-analyst"], metadata={"owner": "churnwatch"})


def make_kibana_token(client: Elasticsearch) -> str:
    """A new token by which Kibana's own server signs in; the one made before ends."""
    name = "churnwatch"
    client.options(ignore_status=404).security.delete_service_token(namespace="elastic", service="kibana", name=name)
    return str(client.security.create_service_token(namespace="elastic", service="kibana", name=name)["token"]["value"])
