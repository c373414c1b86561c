"""Listings over time: what each offer says now, and what happened to it, from the sightings of every visit."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from crawlers.ids import content_id
from indexer.sightings import Coverage, by_listing, carried, last_seen
from indexer.store import Document, Value

KEPT = (
    "listing_id", "storefront", "url", "title", "description", "price", "currency", "price_was", "price_max", "quantity", "unit",
    "min_order", "sku", "availability", "seller", "ships_from", "ships_to", "codes", "images", "source",
    "pack_prices", "price_per_kg", "disagreed",
    "capture_id", "score", "band", "reasons", "calibrated_on",
)  # fmt: skip


def listing_documents(
    sightings: Iterable[Document], coverage: Mapping[str, tuple[Coverage, ...]], sequence: int
) -> tuple[list[Document], list[Document]]:
    """Family `listing` and the listing events, both ordered by id; `coverage` maps a storefront to its up visits in time order."""
    listings: list[Document] = []
    events: list[Document] = []
    for key, found in sorted(by_listing(sightings).items()):
        of_visit: dict[str, list[Document]] = defaultdict(list)
        for sighting in found:
            of_visit[str(sighting["visit_id"])].append(sighting)
        merged = sorted((_merged(group) for group in of_visit.values()), key=lambda one: (str(one["planned_at"]), str(one["seen_at"])))
        visits = coverage.get(str(merged[0]["storefront"]), ())
        seen = list(carried(merged, {visit.visit_id: visit for visit in visits}))
        seen[-1] = seen[-1] | {"listing_id": key, "last_seen": last_seen(seen, visits)}
        removed_at = _removed_at(seen, visits)
        listings.append(_listing(key, seen, removed_at, sequence))
        events.extend(_events(key, seen, visits, removed_at, sequence))
    return listings, sorted(events, key=lambda event: str(event["id"]))


def _merged(group: list[Document]) -> Document:
    """One sighting for a visit that saw a listing on several pages: its own page speaks first, cards fill what it lacks."""
    ordered = sorted(group, key=lambda one: (one.get("source") == "card", len([1 for key in KEPT if one.get(key) is None]), str(one["id"])))
    merged = dict(ordered[0])
    for other in ordered[1:]:
        merged |= {key: other[key] for key in KEPT if merged.get(key) is None and other.get(key) is not None}
    # Prices and their currency belong together: never one from the page and the other from a card.
    if ordered[0].get("price") is None:
        priced = next((one for one in ordered if one.get("price") is not None), ordered[0])
        merged |= {key: priced.get(key) for key in ("price", "currency", "price_was", "price_max")}
    return merged


def _removed_at(seen: list[Document], visits: tuple[Coverage, ...]) -> str | None:
    last = str(seen[-1]["last_seen"])
    return next((visit.at for visit in visits if visit.complete and visit.at > last and visit.visit_id != seen[-1]["visit_id"]), None)


def _listing(key: str, seen: list[Document], removed_at: str | None, sequence: int) -> Document:
    newest = seen[-1]
    listing: Document = {name: newest.get(name) for name in KEPT}
    return listing | {
        "id": key,
        "kind": "listing",
        "sequence": sequence,
        "withdrawn": False,
        "current": removed_at is None,
        "first_seen": seen[0]["seen_at"],
        "last_seen": newest["last_seen"],
        "removed_at": removed_at,
    }


def _events(key: str, seen: list[Document], visits: tuple[Coverage, ...], removed_at: str | None, sequence: int) -> Iterator[Document]:
    first = seen[0]
    earlier = [visit.at for visit in visits if visit.complete and visit.at < str(first["seen_at"]) and visit.visit_id != first["visit_id"]]
    if earlier:  # a listing that stood there on the first look of its storefront did not appear, it was met
        yield event_document("listing_appeared", first, key, earlier[-1], first["seen_at"], sequence)
    for before, now in itertools.pairwise(seen):
        if before.get("price") and now.get("price") and before.get("currency") == now.get("currency") and before["price"] != now["price"]:
            yield event_document("price_changed", now, key, before["seen_at"], now["seen_at"], sequence) | {
                "old": before["price"],
                "new": now["price"],
            }
    if removed_at:
        yield event_document("listing_removed", seen[-1], key, seen[-1]["last_seen"], removed_at, sequence)


def event_document(event: str, sighting: Document, key: str, after: Value, by: Value, sequence: int) -> Document:
    """One listing or finding event, family `event`; `key` is the listing id or the value it speaks of."""
    return {
        "id": content_id("evt", str(sighting["storefront"]), event, str(by), key),
        "kind": "event",
        "sequence": sequence,
        "withdrawn": False,
        "storefront": sighting["storefront"],
        "event": event,
        "after": after,
        "by": by,
        "confirmed_at": by,
        "looks": [str(sighting["visit_id"])],
        "listing_id": sighting.get("listing_id"),
        "evidence": [{"capture_id": sighting.get("capture_id"), "title": sighting.get("title"), "value": sighting.get("value")}],
    }
