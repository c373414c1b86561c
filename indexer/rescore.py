"""One visit judged again: what the store says of it against what today's code and lexicons say. Old → new, with lineage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crawlers.ids import parse_instant
from crawlers.records import VisitEvidence
from indexer.observe import analysis_documents
from indexer.store import Document, Store, Value
from indexer.values import text
from nlp.findings import Analysis

Families = Mapping[str, list[Document]]
LINEAGE = ("analysis_id", "lexicon", "code")


@dataclass(frozen=True, slots=True)
class Rescored:
    """One visit old → new. `highs` are its storefronts rated high, with when they were seen: as the store has it, and anew."""

    row: Document
    is_changed: bool
    is_new_version: bool
    highs: tuple[Mapping[str, str], Mapping[str, str]]


def rescored(store: Store, evidence: VisitEvidence, analysis: Analysis) -> Rescored:
    """Compares an analysis with the visit's current one in the store; without one everything is new and `old` is null.

    The row has visit_id, site, planned_at, `old` and `new` (analysis_id, lexicon and code digest), the storefronts whose flags, risk or
    listings differ, and how many other findings (contacts, fingerprints, …) came and went. Keys and lists are in a fixed order.
    """
    visit = evidence.visit
    old, new = _of_store(store, visit.visit_id), dict(analysis_documents(evidence, analysis))
    names = sorted(
        {text(one, "storefront") for side in (old, new) for family in ("look", "finding", "listing_obs") for one in side[family]}
    )
    shops = [shop for name in names if (shop := _storefront(name, old, new))]
    others = _others(old, new)
    before = old["analysis"][0] if old["analysis"] else None
    after = new["analysis"][0]
    row: Document = {
        "visit_id": visit.visit_id,
        "site": visit.site,
        "planned_at": text(after, "planned_at"),
        "old": {name: before.get(name) for name in LINEAGE} if before else None,
        "new": {name: after.get(name) for name in LINEAGE},
        "storefronts": [*shops],
        "unchanged": len(names) - len(shops),
        "others": others,
    }
    is_new = before is None or before["analysis_id"] != after["analysis_id"]
    return Rescored(row, bool(shops or others or before is None), is_new, (_highs(old), _highs(new)))


def earlier_alerts(found: Iterable[Rescored]) -> list[Document]:
    """Storefronts that are rated high at another time than before, first sight against first sight, by key. `days_earlier` is null when one
    of the two never came; a day is 24 hours, rounded down."""
    first: list[dict[str, str]] = [{}, {}]
    for one in found:
        for side, highs in zip(first, one.highs, strict=True):
            for key, at in highs.items():
                side[key] = min(side.get(key, at), at)
    old, new = first
    return [
        {"storefront": key, "old": old.get(key), "new": new.get(key), "days_earlier": _days(new.get(key), old.get(key))}
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]


def _of_store(store: Store, visit_id: str) -> dict[str, list[Document]]:
    where: dict[str, Value] = {"visit_id": visit_id, "superseded": False}
    return {family: list(store.scan(family, where)) for family in ("analysis", "look", "listing_obs", "finding")}


def _storefront(name: str, old: Families, new: Families) -> Document | None:
    """What differs for one storefront, None when nothing does."""
    looks = [next((one for one in side["look"] if text(one, "storefront") == name), None) for side in (old, new)]
    flags = _differences(*(_flags(side["finding"], name) for side in (old, new)))
    listings = _differences(*(_listings(side["listing_obs"], name) for side in (old, new)))
    risks = [_risk(look) for look in looks]
    if risks[0] == risks[1] and not any(flags.values()) and not any(listings.values()):
        return None
    return {"storefront": name, "old": risks[0], "new": risks[1], "flags": flags, "listings": listings}


def _risk(look: Document | None) -> Document | None:
    return {name: look.get(name) for name in ("outcome", "score", "band", "language")} if look else None


def _flags(findings: list[Document], storefront: str) -> dict[str, Document]:
    return {
        f"{text(one, 'finding_kind')}:{text(one, 'term_id')}": {
            "term": one.get("term"),
            "category": one.get("category"),
            "weight": one.get("weight"),
            "capture_id": one.get("capture_id"),
            "text": one.get("value"),
        }
        for one in findings
        if one.get("group") == "flag" and text(one, "storefront") == storefront
    }


def _listings(observed: list[Document], storefront: str) -> dict[str, Document]:
    names = ("title", "price", "currency", "sku", "availability", "score", "band")
    mine = [one for one in observed if text(one, "storefront") == storefront]
    return {f"{text(one, 'listing_id')} {text(one, 'capture_id')}": {name: one.get(name) for name in names} for one in mine}


def _differences(old: Mapping[str, Document], new: Mapping[str, Document]) -> Document:
    """Appeared and vanished entries with what they say; changed ones with both sides of what differs."""
    changed: list[Value] = []
    for key in sorted(old.keys() & new.keys()):
        names = [name for name in new[key] if old[key].get(name) != new[key].get(name)]
        if names:
            sides: Document = {side: {name: held[key].get(name) for name in names} for side, held in (("old", old), ("new", new))}
            changed.append({"id": key, **sides})
    return {
        "appeared": [{"id": key, **new[key]} for key in sorted(new.keys() - old.keys())],
        "vanished": [{"id": key, **old[key]} for key in sorted(old.keys() - new.keys())],
        "changed": changed,
    }


def _others(old: Families, new: Families) -> list[Value]:
    """Findings that are no flags, counted by group and kind: how many came, how many went."""
    sides = [
        {
            (text(one, "group"), text(one, "finding_kind"), text(one, "storefront"), text(one, "value"))
            for one in side["finding"]
            if one.get("group") != "flag"
        }
        for side in (old, new)
    ]
    counts: dict[tuple[str, str], list[int]] = {}
    for at, gone in enumerate((sides[0] - sides[1], sides[1] - sides[0])):
        for group, kind, *_ in gone:
            counts.setdefault((group, kind), [0, 0])[at] += 1
    return [{"group": group, "kind": kind, "vanished": went, "appeared": came} for (group, kind), (went, came) in sorted(counts.items())]


def _highs(side: Families) -> dict[str, str]:
    return {text(look, "storefront"): text(look, "at") for look in side["look"] if look.get("band") == "high"}


def _days(new: str | None, old: str | None) -> int | None:
    if new is None or old is None:
        return None
    apart: datetime = parse_instant(old)
    return (apart - parse_instant(new)).days
