"""Which sightings are of one listing, and what a sighting as a mere card takes over from the page that stood unchanged behind it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indexer.store import Document, Value
from nlp.offer_groups import page_address

# What a card may lack although the page behind it still says it. A price is the card's own, with its currency.
CARRIED = (
    "description", "quantity", "unit", "min_order", "sku", "availability", "seller", "ships_from", "ships_to", "codes", "images",
)  # fmt: skip
PRICED = ("price", "currency", "price_was", "price_max")


@dataclass(frozen=True, slots=True)
class Coverage:
    """One visit that saw a storefront up: when, whether it saw the whole of it (stop reason `done`), and the addresses of the detail
    pages that it did not fetch because their cards stood as they were."""

    visit_id: str
    at: str
    complete: bool
    unchanged: frozenset[str] = frozenset()


def by_listing(sightings: Iterable[Document]) -> dict[str, list[Document]]:
    """Listing id → its sightings. A card without a product number is a sighting of the listing that its page was read as.

    Where several numbered listings share one address (variants), a card is none of them and keeps its own id.
    """
    known = list(sightings)
    numbered: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in known:
        if one.get("sku") and one.get("url"):
            numbered[place_of(one)].add(str(one["listing_id"]))
    groups: dict[str, list[Document]] = defaultdict(list)
    for one in known:
        ids = numbered.get(place_of(one), set()) if one.get("url") and not one.get("sku") else set()
        groups[next(iter(ids)) if len(ids) == 1 else str(one["listing_id"])].append(one)
    return groups


def place_of(sighting: Document) -> tuple[str, str]:
    """Storefront and page address of a sighting."""
    return str(sighting["storefront"]), page_address(str(sighting.get("url") or ""))


def carried(seen: Iterable[Document], visits: Mapping[str, Coverage]) -> Iterator[Document]:
    """Each merged sighting in its order, one of an unchanged card with what the page behind it said when it was fetched.

    The risk of an unchanged page stands: a card says less than its page, and less wording is not less risk.
    """
    before: Document | None = None
    for one in seen:
        visit = visits.get(str(one["visit_id"]))
        if before is not None and visit is not None and place_of(one)[1] in visit.unchanged:
            was = before
            one = one | {key: was[key] for key in CARRIED if _is_missing(one.get(key)) and not _is_missing(was.get(key))}
            if one.get("price") is None:
                one |= {key: was.get(key) for key in PRICED}
            if _score(was) > _score(one):
                one |= {key: was.get(key) for key in ("score", "band", "reasons", "calibrated_on")}
        before = one
        yield one


def last_seen(seen: list[Document], visits: Iterable[Coverage]) -> str:
    """When the listing was last seen: as a card or page, or by its link among the unchanged ones of a later visit."""
    address = place_of(seen[-1])[1]
    return max([str(seen[-1]["seen_at"]), *(visit.at for visit in visits if address and address in visit.unchanged)])


def _is_missing(value: Value) -> bool:
    return value is None or value in ("", "unknown") or value == []


def _score(sighting: Document) -> float:
    score = sighting.get("score")
    return float(score) if isinstance(score, int | float) else -1.0
