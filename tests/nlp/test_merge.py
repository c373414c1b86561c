"""One listing per offer over a visit, and the same id whether its card, its page or both were seen."""

from decimal import Decimal

import pytest

from crawlers.site import Site
from nlp.agreement import offers_of
from nlp.findings import Listing, Risk
from nlp.merge import Seen, merged_listings
from nlp.parse import ParsedPage

SITE = Site(name="green-door", seeds=("https://green-door.example/",))
CARD = '<li><a href="{href}"><h3>{title}</h3></a><b class="price">{price}</b>{more}</li>'
PAGE = '<h1>{title}</h1><p class="price">{price}</p>{more}<button>Add to cart</button>'


def seen(html: str, url: str, site: Site = SITE) -> list[Seen]:
    return [Seen(offer.listing, offer.is_product, Risk(None, "abstain")) for offer in offers_of(ParsedPage(html, url), site)]


def cards(*rows: tuple[str, str, str, str]) -> list[Seen]:
    listed = "".join(CARD.format(href=href, title=title, price=price, more=more) for href, title, price, more in rows)
    return seen(f"<ul>{listed}</ul>", "https://green-door.example/goods")


def page(path: str, title: str, price: str, more: str = "", head: str = "") -> list[Seen]:
    return seen(head + PAGE.format(title=title, price=price, more=more), f"https://green-door.example{path}")


def merged(sightings: list[Seen]) -> list[Listing]:
    return merged_listings(sightings)[0]


OTHER = ("/p/flask", "Flask", "€3.00", "")


@pytest.mark.parametrize(
    ("href", "path", "more", "head"),
    [
        ("/p/beaker-250", "/p/beaker-250", "", ""),
        ("/p/beaker-250", "/p/beaker-250", "<p>SKU: BK-250</p>", ""),  # the number stands on the page only
        ("https://www.green-door.example/p/beaker-250/", "/p/beaker-250", "", ""),
        ("/p/beaker-250", "/p/beaker-250?utm_source=mail", "", ""),
        ("/collections/lab/products/beaker-250", "/products/beaker-250", "<p>SKU: BK-250</p>", ""),
        ("/p/beaker-250", "/p/beaker-250?session=7", "", '<link rel="canonical" href="/p/beaker-250">'),
        ("/index.php?id=7", "/index.php?id=7", "", ""),
    ],
)
def test_card_and_page_have_one_id(href: str, path: str, more: str, head: str) -> None:
    from_card = cards((href, "Beaker", "€5.00", ""), OTHER)[0].listing
    (from_page,) = page(path, "Beaker", "€5.00", more, head)
    assert from_card.listing_id == from_page.listing.listing_id


def test_two_products_never_share_an_id() -> None:
    by_query = [page(f"/index.php?id={n}", "Beaker", "€5.00")[0].listing.listing_id for n in (7, 8)]
    by_script = [one.listing.listing_id for one in cards(("#a", "Beaker", "€5.00", ""), ("#b", "Flask", "€3.00", ""))]
    by_number = [
        one.listing.listing_id for one in cards(("/view", "Beaker", "€5.00", "SKU: B-1"), ("/view", "Beaker", "€6.00", "SKU: B-2"))
    ]
    assert len({*by_query, *by_script, *by_number}) == 2 + 2 + len(set(by_number))


def test_a_visit_lists_an_offer_once_and_its_page_speaks_first() -> None:
    (listing, _) = merged(
        [*cards(("/p/beaker", "Beaker", "€4.00", ""), OTHER), *page("/p/beaker", "Beaker 250 ml", "€5.00", "<p>SKU: B-1</p>")]
    )
    assert (listing.title, listing.price, listing.sku) == ("Beaker 250 ml", Decimal("5.00"), "B-1")


def test_one_product_below_two_categories_is_one_listing_when_its_number_shows() -> None:
    number = "<p>SKU: B-1</p>"
    found = merged([*page("/lab/beaker-1", "Beaker", "€5.00", number), *page("/glass/beaker-1", "Beaker", "€5.00", number)])
    assert len(found) == 1
    other = merged([*page("/lab/beaker-1", "Beaker", "€5.00", number), *page("/glass/flask-1", "Flask", "€5.00", number)])
    assert len(other) == 2


def test_a_card_fills_what_the_page_lacks() -> None:
    (listing, _) = merged(
        [
            *cards(("/p/beaker", "Beaker", "€5.00", "<p>Sold out</p>"), OTHER),
            *seen(PAGE.format(title="Beaker", price="", more="<p>SKU: B-1</p>"), "https://green-door.example/p/beaker"),
        ]
    )
    assert (listing.price, listing.currency, listing.sku) == (Decimal("5.00"), "EUR", "B-1")


def test_sellers_of_one_market_keep_their_own_listings() -> None:
    market = Site(name="bazaar", seeds=("https://bazaar.example/",), kind="marketplace")
    html = (
        "<ul>"
        + "".join(
            f'<li><h3><a href="/item/{n}">Urea</a></h3><b class="price">€{n}.00</b><a href="/seller/{name}">{name}</a></li>'
            for n, name in ((5, "north"), (6, "quiet"))
        )
        + "</ul>"
    )
    found = merged(seen(html, "https://bazaar.example/", market))
    assert [(one.storefront, one.price) for one in found] == [("bazaar.example#north", Decimal(5)), ("bazaar.example#quiet", Decimal(6))]
