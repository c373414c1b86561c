"""What people decided: verdicts and outcomes on leads, storefronts, listings and findings, and on pairs of storefronts. Append-only.

A judgement is never changed; a later one on the same thing stands in its place, and all of them are shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from crawlers.errors import ConfigError
from crawlers.ids import content_id, instant
from indexer.explain import find_document
from indexer.store import Document, Store
from indexer.storefronts import storefront_id
from indexer.values import number, text
from indexer.verdicts import ON_ONE, ON_PAIRS

JUDGED = ("lead", "storefront", "listing", "finding")


@dataclass(frozen=True, slots=True)
class Decision:
    """One judgement to keep: on `left` alone, or on the pair of storefronts `left` and `right`."""

    left: str
    verdict: str
    who: str
    why: str
    at: datetime
    right: str | None = None


def keep_judgements(store: Store, decisions: Iterable[Decision]) -> list[Document]:
    """The judgements as kept, in the order given; one that stands already is given back as it stands.

    Raises ConfigError, before anything is written, for a word that is no verdict there, a judgement without who or why, a storefront
    judged against itself, and a thing that the store does not hold.
    """
    kept = [_document(store, one) for one in decisions]
    store.put("judgement", kept, create=True)
    store.settle()
    return [store.get("judgement", text(one, "id")) or one for one in kept]


def _document(store: Store, one: Decision) -> Document:
    allowed = ON_PAIRS if one.right else ON_ONE
    if one.verdict not in allowed:
        raise ConfigError(
            f"{one.verdict!r} is no verdict on {'two storefronts' if one.right else 'one thing'}: {', '.join(allowed)}", key="--verdict"
        )
    if not one.who.strip() or not one.why.strip():
        raise ConfigError("a judgement says who judged and why: give --who (or the setting `analyst`) and --why", key="--who")
    left, right = one.left, one.right
    if right:
        left, right = min(one.left, right), max(one.left, right)
        if left == right:
            raise ConfigError(f"{left} is one storefront; name two", key="ID")
        for key in (left, right):
            if store.get("storefront", storefront_id(key)) is None:
                raise ConfigError(f'no storefront {key!r} in the store; `churnwatch search "" --kind storefront` lists them', key="ID")
        score, band = None, None
    else:
        judged = find_document(store, left)
        if text(judged, "kind") not in JUDGED:
            raise ConfigError(f"{left} is a {text(judged, 'kind')}; verdicts are on a lead, storefront, listing or finding", key="ID")
        left = text(judged, "storefront") if judged["kind"] == "storefront" else left
        score, band = number(judged, "score"), text(judged, "band") or None
    return {
        "id": content_id("jdg", one.verdict, left, right, one.who.strip(), one.why.strip(), instant(one.at)),
        "kind": "judgement",
        "verdict": one.verdict,
        "left": left,
        "right": right,
        "who": one.who.strip(),
        "why": one.why.strip(),
        "at": instant(one.at),
        "score": score,
        "band": band,
    }
