"""One listing per offer over all pages of a visit: the offer's own page outranks its cards, which fill its gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from nlp.findings import Listing, Risk
from nlp.offer_groups import page_address, title_key

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

    A card is the same listing as the page it links to; so are two sightings of one storefront with one number and one title, at
    whatever addresses (a product below two categories): the listing keeps the id of its own page, else of its first card.
    """
    by_address: dict[str, dict[str, str]] = {}
    by_number: dict[tuple[str, str, str], str] = {}
    for sighting in sorted(seen, key=lambda sighting: not sighting.is_product):
        listing = sighting.listing
        known = by_number.setdefault(number_of(listing), listing.listing_id) if listing.sku else listing.listing_id
        if sighting.is_product:
            by_address.setdefault(page_address(listing.url), {}).setdefault(listing.storefront, known)
    groups: dict[str, list[Seen]] = {}
    for sighting in seen:
        listing = sighting.listing
        own = by_number[number_of(listing)] if listing.sku else listing.listing_id
        pages = {} if sighting.is_product or not listing.url else by_address.get(page_address(listing.url), {})
        key = pages.get(listing.storefront) or (next(iter(pages.values())) if len(pages) == 1 else own)
        groups.setdefault(key, []).append(sighting)
    listings, risks = [], {}
    for key, group in groups.items():
        ranked = sorted(group, key=lambda sighting: not sighting.is_product)
        listings.append(replace(filled(ranked[0].listing, [sighting.listing for sighting in ranked[1:]]), listing_id=key))
        risks[key] = max((sighting.risk for sighting in group), key=lambda risk: -1.0 if risk.score is None else risk.score)
    return listings, risks


def number_of(listing: Listing) -> tuple[str, str, str]:
    """What two sightings of one offer share when they show its number."""
    return listing.storefront, listing.sku or "", title_key(listing.title)


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
