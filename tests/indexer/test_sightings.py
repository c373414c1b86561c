"""A listing stays what its page said while its card stands, is removed only when a whole visit shows neither, and is never doubled."""

import pytest

from indexer.listings import listing_documents
from indexer.sightings import Coverage
from indexer.store import Document

SHOP, URL, HERE = "shop.example", "https://shop.example/p/1", "shop.example/p/1?"


def seen(day: int, **more: object) -> Document:
    """What a card shows on a day: title, price, link; a page adds its number and words."""
    at = f"2026-03-{day:02d}T06:00:00Z"
    card = {
        "id": f"obs-{day}-{more.get('listing_id')}", "listing_id": "by-url", "storefront": SHOP, "visit_id": f"v{day}", "planned_at": at,
        "seen_at": at, "url": URL, "title": "Acetone", "price": "12.00", "currency": "EUR", "sku": None, "description": None,
        "availability": "unknown", "codes": [], "images": [], "score": 0.1, "band": "low", "reasons": [], "capture_id": f"cap-{day}",
    }  # fmt: skip
    return card | more  # type: ignore[return-value]


PAGE = {
    "listing_id": "by-sku",
    "sku": "A-1",
    "description": "Pure.",
    "availability": "in_stock",
    "codes": ["67-64-1"],
    "score": 0.9,
    "band": "high",
}


def visits(*days: int, unchanged: tuple[int, ...] = (), partial: tuple[int, ...] = ()) -> dict[str, tuple[Coverage, ...]]:
    known = frozenset({HERE})
    return {
        SHOP: tuple(
            Coverage(f"v{day}", f"2026-03-{day:02d}T06:00:00Z", day not in partial, known if day in unchanged else frozenset())
            for day in days
        )
    }


def one(sightings: list[Document], coverage: dict[str, tuple[Coverage, ...]]) -> tuple[Document, list[str]]:
    listings, events = listing_documents(sightings, coverage, 7)
    (listing,) = listings
    return listing, [f"{event['event']} {str(event['by'])[8:10]}" for event in events]


def test_an_unchanged_card_keeps_what_its_page_said() -> None:
    listing, events = one([seen(1, **PAGE), seen(2), seen(3)], visits(1, 2, 3, unchanged=(2, 3)))
    assert (listing["id"], listing["current"], listing["last_seen"]) == ("by-sku", True, "2026-03-03T06:00:00Z")
    assert (listing["sku"], listing["description"], listing["availability"], listing["codes"]) == ("A-1", "Pure.", "in_stock", ["67-64-1"])
    assert (listing["score"], listing["band"], events) == (0.9, "high", [])


def test_a_link_that_stands_unchanged_is_a_sighting_even_when_nobody_could_read_its_card() -> None:
    listing, events = one([seen(1, **PAGE)], visits(1, 2, 3, unchanged=(2, 3)))
    assert (listing["current"], listing["last_seen"], events) == (True, "2026-03-03T06:00:00Z", [])
    listing, events = one([seen(1, **PAGE)], visits(1, 2, 3, 4, unchanged=(2, 3)))
    assert (listing["current"], listing["removed_at"], events) == (False, "2026-03-04T06:00:00Z", ["listing_removed 04"])


def test_a_card_of_a_visit_that_read_the_page_anew_takes_over_nothing() -> None:
    listing, _ = one([seen(1, **PAGE), seen(2)], visits(1, 2))
    assert (listing["description"], listing["score"]) == (None, 0.1)


def test_a_price_that_changed_on_the_card_is_an_event_and_the_page_is_no_longer_asked() -> None:
    listing, events = one([seen(1, **PAGE), seen(2, price="9.00")], visits(1, 2))
    assert (listing["price"], events) == ("9.00", ["price_changed 02"])


def test_a_card_without_a_price_keeps_price_and_currency_together() -> None:
    listing, events = one([seen(1, **PAGE), seen(2, price=None, currency=None)], visits(1, 2, unchanged=(2,)))
    assert (listing["price"], listing["currency"], events) == ("12.00", "EUR", [])


def test_an_incomplete_visit_removes_nothing() -> None:
    listing, events = one([seen(1, **PAGE)], visits(1, 2, partial=(2,)))
    assert (listing["current"], events) == (True, [])


def test_a_card_of_an_address_with_two_numbered_listings_is_none_of_them() -> None:
    other = PAGE | {"listing_id": "by-other-sku", "sku": "A-2"}
    listings, _ = listing_documents([seen(1, **PAGE), seen(1, **other), seen(2)], visits(1, 2, unchanged=(2,)), 7)
    assert sorted(str(listing["id"]) for listing in listings) == ["by-other-sku", "by-sku", "by-url"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_the_order_of_sightings_changes_nothing(order: tuple[int, ...]) -> None:
    rows = [seen(1, **PAGE), seen(2), seen(3, price="9.00")]
    expected = listing_documents(rows, visits(1, 2, 3, unchanged=(2,)), 7)
    assert listing_documents([rows[number] for number in order], visits(1, 2, 3, unchanged=(2,)), 7) == expected
