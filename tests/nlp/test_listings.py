"""Golden pages: every listing, contact and payment of a hand-written page, with values written by hand."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from crawlers.page_state import load_rules, page_state
from crawlers.site import Site, storefront_key
from nlp.agreement import listings_of, readers
from nlp.findings import Listing
from nlp.lexicon import load_lexicons
from nlp.page_findings import PageFindings, read_page
from nlp.parse import ParsedPage
from nlp.report_json import listing_json

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))


def opened(name: str) -> tuple[dict[str, object], ParsedPage, Site]:
    expected = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    site = Site(name="golden", seeds=(expected["url"],), kind=expected.get("kind", "storefront"))
    key = storefront_key(site, expected["url"])
    return expected, ParsedPage((PAGES / f"{name}.html").read_bytes(), expected["url"], "cap_golden", key), site


def found_on(name: str) -> tuple[dict[str, object], ParsedPage, PageFindings]:
    expected, page, site = opened(name)
    return expected, page, read_page(page, site, load_lexicons())


@pytest.mark.parametrize("name", [name for name in NAMES if name != "block_page"])
def test_golden_page_gives_exactly_its_listings(name: str) -> None:
    expected, _, found = found_on(name)
    assert [listing.title for listing in found.listings] == [row["title"] for row in expected["listings"]]  # type: ignore[attr-defined]
    for listing, row in zip(found.listings, expected["listings"], strict=True):  # type: ignore[call-overload]
        shown = listing_json(listing) | {"storefront": listing.storefront}
        assert {key: shown[key] for key in row} == row


@pytest.mark.parametrize("name", [name for name in NAMES if name != "block_page"])
def test_golden_page_gives_exactly_its_contacts_and_payments(name: str) -> None:
    expected, _, found = found_on(name)
    assert sorted([contact.kind, contact.value] for contact in found.contacts) == expected["contacts"]
    assert sorted([payment.kind, payment.value] for payment in found.payments) == expected.get("payments", [])


@pytest.mark.parametrize("name", ["market_list", "market_product"])
def test_what_stands_outside_a_sellers_block_is_the_markets(name: str) -> None:
    expected, _, found = found_on(name)
    owners = {finding.value: finding.where.storefront for finding in (*found.contacts, *found.fingerprints) if finding.kind != "dom_hash"}
    assert owners == expected["owners"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "block_page"])
def test_every_place_on_a_golden_page_shows_what_was_found(name: str) -> None:
    _, page, found = found_on(name)
    wheres = [finding.where for group in (found.flags, found.codes, found.contacts, found.payments) for finding in group]
    wheres += [listing.where for listing in found.listings]
    for where in wheres:
        assert where.capture_id == "cap_golden"
        if where.inside == "text":
            assert page.text[where.start : where.end] == where.quote
        elif where.path is not None:
            assert page.root is not None
            assert len(page.root.cssselect(where.path)) == 1


def test_a_block_page_is_told_by_its_state() -> None:
    expected, page, _ = opened("block_page")
    assert page_state(200, (), (PAGES / "block_page.html").read_bytes(), page.url, load_rules()).outcome == expected["page_state"]


def one(html: str, url: str = "https://green-door.example/p/1") -> Listing | None:
    found = listings_of(ParsedPage(html, url), Site(name="green-door", seeds=(url,)))
    assert len(found) <= 1
    return found[0] if found else None


LINKED = '<script type="application/ld+json">%s</script>'
PRODUCT = '<html><body><h1>Beaker</h1><p class="price">{price}</p><button>Add to cart</button>{rest}</body></html>'


@pytest.mark.parametrize(
    ("price", "rest", "amount", "currency"),
    [
        ("€ 1.299,00", "", "1299.00", "EUR"),
        ("CHF 1'299.50", "", "1299.50", "CHF"),
        ("Rs. 1,25,000.00", "", "125000.00", "INR"),
        ("1 299,90 zł", "", "1299.90", "PLN"),
        ("12 000 ₽", "", "12000", "RUB"),
        ("$5.00", "<p>Prices in AUD</p><meta property='og:price:currency' content='AUD'>", "5.00", "AUD"),
        ("Total $12.00", "<p>Price: $3.00</p>", "3.00", "USD"),
        ("<s>$12.00</s> $9.00", "", "9.00", "USD"),
        ("<span style='text-decoration: line-through'>$12.00</span> $9.00", "", "9.00", "USD"),
        ("was $12.00 now $9.00", "", "9.00", "USD"),
        ("$9.00 <small>+ $4.00 shipping</small>", "", "9.00", "USD"),
        ("$10.00 excl. VAT", "<p>Price incl. VAT: $12.00</p>", "10.00", "USD"),
    ],
)
def test_the_price_is_the_offers_price(price: str, rest: str, amount: str, currency: str) -> None:
    listing = one(PRODUCT.format(price=price, rest=rest))
    assert listing is not None
    assert (listing.price, listing.currency) == (Decimal(amount), currency)


def test_an_offer_keeps_its_id_through_price_and_number() -> None:
    first = one(PRODUCT.format(price="$1.00", rest=""))
    dearer = one(PRODUCT.format(price="$2.00", rest="<p>SKU: AB-1</p>"))
    other = one(PRODUCT.format(price="$1.00", rest=""), "https://green-door.example/p/2")
    assert first is not None
    assert dearer is not None
    assert other is not None
    assert first.listing_id == dearer.listing_id != other.listing_id


def test_structured_price_that_nobody_sees_gives_way_to_the_visible_one() -> None:
    stale = LINKED % '{"@type":"Product","name":"Beaker","sku":"B1","offers":{"price":"7.00","priceCurrency":"USD"}}'
    listing = one(PRODUCT.format(price="$9.00", rest=stale))
    assert listing is not None
    assert (listing.price, listing.source, listing.sku) == (Decimal("9.00"), "visible", "B1")


def test_offers_of_several_sellers_are_one_listing_each() -> None:
    page = ParsedPage(
        LINKED
        % (
            '{"@type":"Product","name":"Beaker","sku":"B1","offers":['
            '{"price":"7.00","priceCurrency":"USD","seller":{"@type":"Organization","name":"North Desk"}},'
            '{"price":"6.50","priceCurrency":"USD","seller":{"name":"Quiet River"}}]}'
        )
        + "<h1>Beaker</h1>",
        "https://bazaar.example/item/1",
    )
    found = listings_of(page, Site(name="bazaar", seeds=("https://bazaar.example/",), kind="marketplace"))
    assert [(listing.storefront, listing.price) for listing in found] == [
        ("bazaar.example#north desk", Decimal("7.00")),
        ("bazaar.example#quiet river", Decimal("6.50")),
    ]


def test_selectors_of_the_site_file_win() -> None:
    html = "<h1>Shop</h1><div id='n'>Odd name</div><div>$3.00</div><div id='p'>11,50 EUR</div><button>Add to cart</button>"
    site = Site(name="green-door", seeds=("https://green-door.example/",), selectors={"title": "#n", "price": "#p"})
    found = listings_of(ParsedPage(html, "https://green-door.example/x"), site)
    assert [(listing.title, listing.price, listing.currency) for listing in found] == [("Odd name", Decimal("11.50"), "EUR")]


def test_readers_are_found_in_their_folder() -> None:
    assert [module.SOURCE for module in readers()] == ["json_ld", "microdata", "open_graph", "inline_json", "visible"]
