"""Storefront documents: state, risk, cluster and dates of each seller presence, from its looks and listings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from crawlers.ids import content_id, instant
from indexer.current import UP, Current
from indexer.network.churn import State
from indexer.store import Document, Value

KEPT_REASONS = 50  # a hostile page can trip one rule a thousand times; the findings hold every place
KEPT_PLACES = 5


def storefront_id(key: str) -> str:
    """Document id of a storefront key."""
    return content_id("sto", key)


def storefront_documents(
    current: Current, states: Mapping[str, State], cluster_of: Mapping[str, str], listings: Iterable[Document], sequence: int
) -> list[Document]:
    """Family `storefront`, ordered by key. Risk is the highest of its current listings and of the pages of its last look that was up."""
    offers: dict[str, list[Document]] = defaultdict(list)
    for listing in listings:
        if listing["current"]:
            offers[str(listing["storefront"])].append(listing)
    return [
        _storefront(key, looks, offers[key], current, states.get(key), cluster_of.get(key), sequence)
        for key, looks in current.looks.items()
    ]


def _storefront(
    key: str, looks: tuple[Document, ...], offers: list[Document], current: Current, state: State | None, cluster: str | None, sequence: int
) -> Document:
    up = [look for look in looks if look["outcome"] in UP]
    worst = max((*up[-1:], *offers), key=_by_score, default=None)
    newest = looks[-1]
    return {
        "id": storefront_id(key),
        "kind": "storefront",
        "sequence": sequence,
        "withdrawn": False,
        "storefront": key,
        "site": newest["site"],
        "state": state.state if state else "unknown",
        "score": worst["score"] if worst else None,
        "band": worst["band"] if worst else "abstain",
        "reasons": _short(worst["reasons"]) if worst else [],
        "calibrated_on": worst.get("calibrated_on") if worst else None,
        "cluster": cluster,
        "first_seen": looks[0]["at"],
        "last_seen": up[-1]["at"] if up else None,
        "opened_at": instant(state.opened_at) if state and state.opened_at else None,
        "ended_at": instant(state.ended_at) if state and state.ended_at else None,
        "listings": len(offers),
        "language": next((look["language"] for look in reversed(looks) if look.get("language")), None),
        "simulated": any(current.visits.get(str(look["visit_id"]), {}).get("clock") == "simulated" for look in looks),
    }


def _by_score(rated: Document) -> tuple[float, str]:
    """Null scores rank below every number; the id breaks ties, so that a rebuild chooses alike."""
    score = rated.get("score")
    return (float(score) if isinstance(score, int | float) else -1.0, str(rated["id"]))


def _short(reasons: Value) -> list[Value]:
    kept: list[Value] = []
    for reason in reasons[:KEPT_REASONS] if isinstance(reasons, list) else ():
        if isinstance(reason, dict):
            places = reason.get("places")
            kept.append(reason | {"places": places[:KEPT_PLACES] if isinstance(places, list) else []})
    return kept
