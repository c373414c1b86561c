"""One listing per offer over all pages of a visit: the offer's own page outranks its cards, which fill its gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from nlp.findings import Listing, Risk
from nlp.offer_groups import page_address

FILLED = (
    "description",
    "price",
    "price_was",
    "price_max",
    "quantity",
    "min_order",
    "sku",
    "seller",
    "ships_from",
    "ships_to",
    "codes",
    "images",
    "pack_prices",
    "price_per_kg",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting of a listing: on its own page or as a card, and the risk of what was seen there."""

    listing: Listing
    is_product: bool
    risk: Risk


def merged_listings(seen: Sequence[Seen]) -> tuple[list[Listing], dict[str, Risk]]:
    """The listings in the order first seen, and listing_id → the highest risk among its sightings.

    A card without a product number is the same listing as the page it links to, whatever id it would have alone.
    """
    by_address: dict[str, str] = {}
    for sighting in seen:
        if sighting.is_product:
            by_address.setdefault(page_address(sighting.listing.url), sighting.listing.listing_id)
    groups: dict[str, list[Seen]] = {}
    for sighting in seen:
        own = sighting.listing.listing_id
        key = own if sighting.is_product or not sighting.listing.url else by_address.get(page_address(sighting.listing.url), own)
        groups.setdefault(key, []).append(sighting)
    listings, risks = [], {}
    for key, group in groups.items():
        ranked = sorted(group, key=lambda sighting: not sighting.is_product)
        listings.append(filled(ranked[0].listing, [sighting.listing for sighting in ranked[1:]]))
        risks[key] = max((sighting.risk for sighting in group), key=lambda risk: -1.0 if risk.score is None else risk.score)
    return listings, risks


def filled(listing: Listing, others: Sequence[Listing]) -> Listing:
    """The listing with what it lacks taken from its other sightings; a price brings its currency, a quantity its unit."""
    values: dict[str, object] = {}
    for field in fields(Listing):
        if field.name in FILLED and not getattr(listing, field.name):
            for other in others:
                if getattr(other, field.name):
                    values[field.name] = getattr(other, field.name)
                    partner = {"price": "currency", "quantity": "unit"}.get(field.name)
                    values.update({partner: getattr(other, partner)} if partner else {})
                    break
    if listing.availability == "unknown":
        values["availability"] = next((other.availability for other in others if other.availability != "unknown"), "unknown")
    return replace(listing, **values)  # type: ignore[arg-type]
