"""Why: the document behind an id, and why two storefronts are linked or not, from what the store holds."""

from datetime import UTC, datetime

from crawlers.errors import ConfigError
from indexer.current import identifiers, read_current
from indexer.network.churn import of_current_tenancy
from indexer.network.explain import explain_pair
from indexer.project import last_moment, link_all, lives_of
from indexer.store import Document, Store, Value
from indexer.storefronts import storefront_id

# Id tag → family. A storefront is also named by its key, a cluster by its id.
FAMILY_OF = {
    "fnd": "finding", "lst": "listing", "obs": "listing_obs", "sto": "storefront", "evt": "event", "lea": "lead", "alr": "alert",
    "cap": "capture", "vis": "visit", "lok": "look", "ana": "analysis", "suc": "succession", "lnk": "link", "idf": "identifier",
    "hst": "hostfacts", "pln": "plan", "jdg": "judgement",
}  # fmt: skip


def find_document(store: Store, key: str) -> Document:
    """The document with this id, storefront key or cluster id; raises ConfigError when nothing has it."""
    family = FAMILY_OF.get(key.partition("_")[0])
    found = store.get(family, key) if family else None
    found = found or store.get("storefront", storefront_id(key)) or store.get("cluster", key)
    if found is None:
        raise ConfigError(f'nothing has the id {key!r}; `churnwatch search "" --kind finding` lists ids', key="ID")
    return found


def explain_pair_of(store: Store, a: str, b: str) -> dict[str, Value]:
    """Why two storefronts of the store are linked or not: the object of `link --explain`. Raises ConfigError for an unknown storefront."""
    for key in (a, b):
        if store.get("storefront", storefront_id(key)) is None:
            raise ConfigError(f'no storefront {key!r} in the store; `churnwatch search "" --kind storefront` lists them', key="--explain")
    current = read_current(store, last_moment(store) or datetime.now(UTC))
    seen = of_current_tenancy(identifiers(current), lives_of(current).states)
    return explain_pair(link_all(store, seen, current.looks), a, b)


def membership_rows(store: Store) -> list[dict[str, Value]]:
    """Every storefront once with its cluster and its strongest link inside it, as `link --json` prints them."""
    strongest: dict[str, float] = {}
    for link in store.scan("link", {"linked": True, "withdrawn": False}):
        probability = link["probability"]
        assert isinstance(probability, float)
        for side in (str(link["a"]), str(link["b"])):
            strongest[side] = max(strongest.get(side, 0.0), probability)
    storefronts = sorted(store.scan("storefront", {"withdrawn": False}), key=lambda one: str(one["storefront"]))
    return [
        {"site": one["storefront"], "cluster": one["cluster"], "probability": strongest.get(str(one["storefront"]))} for one in storefronts
    ]


def event_rows(store: Store) -> list[dict[str, Value]]:
    """The life-cycle events of the store in time order, as `churn --json` prints them."""
    names = ("storefront", "event", "after", "by", "confirmed_at", "successor_of", "probability", "evidence")
    events = sorted(
        store.scan("event", {"withdrawn": False, "listing_id": None}),
        key=lambda one: (str(one["by"]), str(one["storefront"]), str(one["event"])),
    )
    return [{name: one[name] for name in names if name in ("after", "by", "confirmed_at") or one.get(name) is not None} for one in events]
