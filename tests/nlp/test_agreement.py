# ruff: noqa: E501, ISC004 - pages stand on one line each
"""Which source wins where sources disagree, and that the losers are named."""

from decimal import Decimal

import pytest

from nlp.agreement import listings_of
from nlp.findings import Listing, Said
from nlp.parse import ParsedPage

URL = "https://green-door.example/product/beaker-250"
LD = '<script type="application/ld+json">{"@type":"Product","name":"Beaker","sku":"B1","offers":%s}</script>'
PAGE = '<html lang="en"><body>{head}<h1>Beaker</h1><p class="price">{shown}</p><button>Add to cart</button></body></html>'


def one(html: str, url: str = URL) -> Listing:
    (listing,) = listings_of(ParsedPage(html, url), None)
    return listing


@pytest.mark.parametrize(
    ("offer", "shown", "price", "source"),
    [
        ('{"price":"9.00","priceCurrency":"USD"}', "$9.00", "9.00", "json_ld"),
        ('{"price":"7.00","priceCurrency":"USD"}', "$9.00", "9.00", "visible"),  # nobody sees 7.00
        ('{"price":"7.00","priceCurrency":"USD"}', "<del>$12.00</del> $7.00", "7.00", "json_ld"),
        ('{"price":"12.00","priceCurrency":"USD"}', "<del>$12.00</del> $7.00", "7.00", "visible"),  # data kept the old price
        ('[{"price":"5.00","priceCurrency":"USD"},{"price":"8.00"}]', "$8.00", "8.00", "visible"),  # the variant that is chosen
        ('{"price":"549.56","priceCurrency":"EUR"}', "€132.34 <small>AED 549.56</small>", "132.34", "visible"),  # another currency's amount
        ('{"price":"1.299","priceCurrency":"EUR"}', "1.299,00 €", "1299.00", "visible"),
    ],
)
def test_the_price_that_wins(offer: str, shown: str, price: str, source: str) -> None:
    listing = one(PAGE.format(head=LD % offer, shown=shown))
    assert (listing.price, listing.source) == (Decimal(price), source)


def test_the_losers_are_named() -> None:
    listing = one(PAGE.format(head=LD % '{"price":"7.00","priceCurrency":"USD","availability":"OutOfStock"}', shown="$9.00"))
    assert listing.availability == "out_of_stock"
    assert listing.disagreed == (Said("price", "json_ld", "7.00 USD"), Said("availability", "visible", "in_stock"))


def test_sources_of_one_mind_leave_no_disagreement() -> None:
    listing = one(PAGE.format(head=LD % '{"price":"9.00","priceCurrency":"USD"}', shown="$9.00"))
    assert listing.disagreed == ()


def test_data_about_something_else_give_way_to_the_page() -> None:
    other = '<script type="application/ld+json">{"@type":"Product","name":"Gift card","url":"/p/gift","offers":{"price":"50"}}</script>'
    listing = one(PAGE.format(head=other, shown="$9.00"))
    assert (listing.title, listing.price) == ("Beaker", Decimal("9.00"))


@pytest.mark.parametrize(
    ("body", "price", "old"),
    [
        ("<p class=price><span>$9.00</span> <span>$12.00</span></p>", "9.00", "12.00"),
        ("<p class=price>Regular price $12.00 Sale price $9.00</p>", "9.00", "12.00"),
        ("<p class=price>List price: $12.00</p>", "12.00", None),
        ("<p class=price>RRP £12.00</p><p class=price>Our price £9.00</p>", "9.00", "12.00"),
        ("<p class=price>$9<sup>50</sup></p>", "9.50", None),
        ("<p class=price><span>$</span><span>9</span><span>50</span></p>", "9.50", None),
        ("<p class=price><b>€9</b><s>€12</s><i>25% off</i></p>", "9", "12"),
        ("<style>.a .old{text-decoration:line-through}</style><div class=a><b class=old>$12.00</b></div><p class=price>$9.00</p>", "9.00", "12.00"),
        ("<p>Orders over $50.00 ship free</p><p class=price>$9.00</p>", "9.00", None),
        ("<div class=mini-cart>Total: $3.00</div><p class=price>$9.00</p>", "9.00", None),
        ("<p class=price>$9.00</p><p>or 3 payments of $3.00</p>", "9.00", None),
        ("<p class=price>$9.00</p><p>Save $3.00</p><p>Delivery: $2.00</p>", "9.00", None),
        ("<div class=filter><span class=price>$1.00</span><span class=price>$99.00</span></div><p class=price>$9.00</p>", "9.00", None),
        ("<p class=price>$9.00</p><p>$36.00 per kg</p>", "9.00", None),
        ("<p class=price>from $9.00</p>", "9.00", None),
        ("<p class=price>$9.00 – $12.00</p>", "9.00", None),
        ("<p>Price: 9.00</p><meta property='product:price:currency' content='USD'>", "9.00", None),
    ],
)  # fmt: skip
def test_what_is_no_price(body: str, price: str, old: str | None) -> None:
    listing = one(f"<h1>Beaker</h1>{body}<button>Add to cart</button>")
    assert (listing.price, listing.price_was) == (Decimal(price), None if old is None else Decimal(old))


def test_a_product_page_without_a_button_is_known_by_its_other_signs() -> None:
    html = (
        "<ul class=breadcrumb><li><a href=/>Home</a><li><a href=/c/lab>Lab</a></ul><div><img src=/b.jpg><h1>Beaker</h1><p class=price>€9.00</p></div>"
        "<table><tr><td>Weight</td><td>80 g</td></tr><tr><td>Brand</td><td>Hall</td></tr><tr><td>Type</td><td>low</td></tr></table>"
    )
    assert one(html).price == Decimal("9.00")


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("<h1>How we ship</h1><p>Prices start at <b>€9.00</b> for small things, and orders over €50 ship free.</p>", "https://green-door.example/blog/shipping"),
        ("<h1>Piano lessons</h1><p>Book an hour with Ada.</p><p class=price>$60/hour</p><a href=/contact>Contact</a>", "https://green-door.example/lessons"),
        ("<h1>Hosting plans</h1><div class=plan><h2>Basic</h2><p class=price>$5/month</p></div><div class=plan><h2>Pro</h2><p class=price>$9/month</p></div>",
         "https://green-door.example/plans"),
        ("<h1>Revenue up</h1><p>Sales rose to $15 billion.</p><p>Shares fell to $12.00.</p>", "https://green-door.example/news/revenue"),
        ("<h1>Shop</h1><p>Our goods are on their way.</p>", "https://green-door.example/"),
        ('<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ten beakers"}</script><h1>Ten beakers</h1>'
         "<ul><li><h3><a href=/a>Hall beaker</a></h3><p>$9.00</p></li><li><h3><a href=/b>Low beaker</a></h3><p>$8.00</p></li></ul>", "https://green-door.example/ten"),
    ],
)  # fmt: skip
def test_a_page_that_is_neither_yields_none(html: str, url: str) -> None:
    assert listings_of(ParsedPage(html, url), None) == []


CARDS = {
    "grid": "<div class=g><a href=/p/1><img alt='Urea'></a><h3>Urea</h3><p>€5.00</p></div><div class=g><a href=/p/2><img alt='Acetone'></a><h3>Acetone</h3><p>€7.00</p></div>",
    "no classes": "<div><div><a href=/p/1>Urea</a><br>€5.00</div><div><a href=/p/2>Acetone</a><br>€7.00</div></div>",
    "table": "<table><tr><th>Item<th>Price<tr><td><a href=/p/1>Urea</a><td>€5.00<tr><td><a href=/p/2>Acetone</a><td>€7.00</table>",
    "table without links": "<table><tr><th>Item<th>Price (EUR)<tr><td>Urea<td>5.00<tr><td>Acetone<td>7.00</table>",
    "definition list": "<dl><dt><a href=/p/1>Urea</a><dd>€5.00<dt><a href=/p/2>Acetone</a><dd>€7.00</dl>",
    "flat": "<h3><a href=/p/1>Urea</a></h3><p>€5.00</p><h3><a href=/p/2>Acetone</a></h3><p>€7.00</p>",
    "whole links": "<div><a href=/p/1><img alt='Urea'><span>Urea</span><br>€5.00</a><a href=/p/2><img alt='Acetone'><span>Acetone</span><br>€7.00</a></div>",
    "hashed classes": "<div class=card_x1Y2z><a href=/p/1>Urea</a><b class=price_q1W2>€5.00</b></div><div class=card_x1Y2z><a href=/p/2>Acetone</a><b class=price_q1W2>€7.00</b></div>",
    "woocommerce": "<ul class=products><li class='product shipping-taxable'><a href=/p/1><h2>Urea</h2><span class=price>€5.00</span></a></li><li class='product shipping-taxable'><a href=/p/2><h2>Acetone</h2><span class=price><del>€9.00</del> <ins>€7.00</ins></span></a></li></ul>",
    "shopify dawn": "<div class='facets-vertical'><aside class=facets>€1 €2</aside><ul>" + "".join(f"<li class=grid__item><h3><a href=/p/{n}>{name}</a></h3><div class=price><span>Regular price</span> <span>{price}</span></div></li>" for n, name, price in ((1, "Urea", "€5.00"), (2, "Acetone", "€7.00"))) + "</ul></div>",
    "chinese": "<ul><li><a href=/p/1>Urea</a><em>¥</em><i>5.00</i></li><li><a href=/p/2>Acetone</a><em>¥</em><i>7.00</i></li></ul>",
    "russian": "<div class=tovar><a href=/p/1>Urea</a><span class=cena>5.00 руб.</span></div><div class=tovar><a href=/p/2>Acetone</a><span class=cena>7.00 руб.</span></div>",
    "nested offers": "<div class=card><h3><a href=/p/1>Urea</a></h3><b class=price>€5.00</b><p>Used from €3.00</p><p>Rent from €1.00</p></div><div class=card><h3><a href=/p/2>Acetone</a></h3><b class=price>€7.00</b></div>",
}  # fmt: skip


@pytest.mark.parametrize("name", CARDS)
def test_a_list_page_gives_one_listing_per_card(name: str) -> None:
    found = listings_of(ParsedPage(f"<html><body><h1>Goods</h1>{CARDS[name]}</body></html>", "https://green-door.example/goods"), None)
    assert [(listing.title, listing.price) for listing in found] == [("Urea", Decimal("5.00")), ("Acetone", Decimal("7.00"))]


def test_cards_without_prices_but_on_request_are_offers() -> None:
    cards = "".join(f"<li><a href=/p/{n}>{name}</a><p>Price on request</p></li>" for n, name in ((1, "Urea"), (2, "Acetone")))
    found = listings_of(ParsedPage(f"<ul>{cards}</ul>", "https://green-door.example/goods"), None)
    assert [(listing.title, listing.price) for listing in found] == [("Urea", None), ("Acetone", None)]


@pytest.mark.parametrize(
    "packs",
    [
        "<table><tr><td>100 g</td><td>$20.00</td></tr><tr><td>1 kg</td><td>$120.00</td></tr></table>",
        "<select><option>100 g - $20.00</option><option>1 kg - $120.00</option></select>",
        "<ul><li>100 g: $20.00</li><li>1 kg: $120.00</li></ul>",
        "<table><tr><th>100 g</th><th>1 kg</th></tr><tr><td>$20.00</td><td>$120.00</td></tr></table>",
    ],
)
def test_pack_sizes_have_their_prices_and_a_price_per_kilogram(packs: str) -> None:
    listing = one(f"<h1>Urea</h1>{packs}<button>Add to cart</button>")
    assert [(pack.quantity, pack.unit, pack.price) for pack in listing.pack_prices] == [(100, "g", 20), (1, "kg", 120)]
    assert (listing.price, listing.price_per_kg) == (Decimal("20.00"), Decimal("120.00"))


def test_the_quantity_in_the_title_makes_a_price_per_kilogram() -> None:
    assert one("<h1>Urea 250 g</h1><p class=price>$5.00</p><button>Add to cart</button>").price_per_kg == Decimal("20.00")
