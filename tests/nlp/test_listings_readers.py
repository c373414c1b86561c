# ruff: noqa: E501, ISC004 - pages stand on one line each
"""Each reader on its own kind of page: what it says of the offer, and near misses it must stay silent on."""

from decimal import Decimal

import pytest

from nlp.agreement import listings_of
from nlp.findings import Listing
from nlp.framework_state import unflattened
from nlp.json_repair import literal, repaired
from nlp.listings import inline_json, json_ld, microdata, open_graph
from nlp.parse import ParsedPage

URL = "https://green-door.example/p/beaker-250"
LD = '<script type="application/ld+json">%s</script>'


def found(html: str, url: str = URL) -> list[Listing]:
    return listings_of(ParsedPage(html, url), None)


def told(html: str, url: str = URL) -> list[tuple[str, str | None, str | None]]:
    return [(one.title, None if one.price is None else f"{one.price:f}", one.currency) for one in found(html, url)]


@pytest.mark.parametrize(
    ("data", "price", "top", "old", "currency"),
    [
        ('{"@type":"Offer","price":"12,50","priceCurrency":"EUR"}', "12.50", None, None, "EUR"),
        ('{"@type":"Offer","price":"1.299,00 €"}', "1299.00", None, None, "EUR"),
        ('{"@type":"Offer","price":19.90,"priceCurrency":"GBP"}', "19.9", None, None, "GBP"),
        ('{"@type":"Offer","price":"٤٥","priceCurrency":"AED"}', "45", None, None, "AED"),
        ('[null,{"@type":"Offer","price":"8","priceCurrency":"USD"}]', "8", None, None, "USD"),
        ('[{"price":"8","priceCurrency":"USD"},{"price":"9"}]', "8", "9", None, "USD"),
        ('{"@type":"AggregateOffer","lowPrice":"5.00","highPrice":"9.00","priceCurrency":"USD"}', "5.00", "9.00", None, "USD"),
        ('{"@type":"AggregateOffer","offers":[{"price":"5"},{"price":"7"}],"priceCurrency":"USD"}', "5", "7", None, "USD"),
        ('{"priceSpecification":{"price":"4.20","priceCurrency":"GBP"}}', "4.20", None, None, "GBP"),
        (
            '{"priceSpecification":[{"price":"149","priceCurrency":"EUR"},{"price":"249","priceType":"https://schema.org/ListPrice"}]}',
            "149", None, "249", "EUR",
        ),
        ('{"price":"3.00","priceCurrency":"EUR","priceSpecification":{"price":"30.00","referenceQuantity":{"value":1,"unitCode":"KGM"}}}',
         "3.00", None, None, "EUR"),
        ('{"price":"20","minPrice":"20","maxPrice":"35","priceCurrency":"AUD"}', "20", None, None, "AUD"),
        ('{"price":"0","priceCurrency":"USD"}', None, None, None, "USD"),
    ],
)  # fmt: skip
def test_json_ld_offers(data: str, price: str | None, top: str | None, old: str | None, currency: str | None) -> None:
    page = ParsedPage(LD % f'{{"@type":"Product","name":"Beaker","sku":"B1","offers":{data}}}', URL)
    (draft,) = json_ld.read(page)
    expected = [None if amount is None else Decimal(amount) for amount in (price, top, old)]
    assert [draft.price, draft.price_max, draft.price_was] == expected
    assert draft.currency == currency


@pytest.mark.parametrize(
    "data",
    [
        '{"@graph":[{"@type":"WebSite"},{"@type":"Product","name":"Beaker","offers":{"price":"5"}}]}',
        '[{"@type":["Thing","Product"],"name":"Beaker","offers":{"price":"5"}}]',
        '{"@type":"http://schema.org/Product","name":"Beaker","offers":{"price":"5"}}',
        '{"@type":"ItemPage","mainEntity":{"@type":"Product","name":"Beaker","offers":{"price":"5"}}}',
        '{"@type":"ProductGroup","name":"Beaker","hasVariant":[{"@type":"Product","name":"Beaker small","offers":{"price":"5"}}]}',
        '{"@type":"Offer","price":"5","itemOffered":{"@type":"Product","name":"Beaker"}}',
        '{"@type":"Product","name":"Beaker","offers":{"price":"5"},}',
        '{"@type":"Product","name":"Beaker","description":"a 5" rim","offers":{"price":"5"}}',
        '{"@type":"Product","name":"Beaker","description":"line\nbreak","offers":{"price":"5"}}',
        '{"@type":"Product","name":"Beaker","sku": ,"offers":{"price":"5"}}',
        '/* <![CDATA[ */\n{"@type":"Product","name":"Beaker","offers":{"price":"5"}}\n/* ]]> */',
        '{"@type":"Product","name":"Beaker","offers":{"price":"5"}',
    ],
)
def test_json_ld_in_every_wrapping(data: str) -> None:
    assert told(LD % data + "<h1>Beaker</h1>") == [("Beaker", "5", None)]


@pytest.mark.parametrize(
    "data",
    [
        '{"@type":"Review","itemReviewed":{"@type":"Product","name":"Beaker"}}',
        '{"@type":"Product","name":"Beaker","aggregateRating":{"ratingValue":5}}',
        '{"@type":"Article","headline":"Ten beakers","mentions":[{"@type":"Product","name":"Beaker","offers":{"price":"5"}}]}',
        '{"@type":"WebPage","name":"Beaker","offers":',
    ],
)
def test_json_ld_that_offers_nothing(data: str) -> None:
    assert told(LD % data + "<h1>Ten beakers</h1><p>read more</p>") == []


MICRO = """<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Beaker</h1>
<div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta itemprop="priceCurrency" content="EUR">
<span itemprop="price"{content}>12,50</span><link itemprop="availability" href="https://schema.org/{stock}"></div>
<span itemprop="sku">BK-1</span>
<div itemprop="isRelatedTo" itemscope itemtype="https://schema.org/Product"><b itemprop="name">Flask</b><i itemprop="price">3</i></div></div>"""


@pytest.mark.parametrize(
    ("content", "stock", "state"), [("", "OutOfStock", "out_of_stock"), (' content="12.50"', "InStock", "in_stock"), ("", "", "unknown")]
)
def test_microdata_product(content: str, stock: str, state: str) -> None:
    (draft,) = microdata.read(ParsedPage(MICRO.format(content=content, stock=stock), URL))
    assert (draft.title, draft.price, draft.currency, draft.sku, draft.availability, draft.role) == (
        "Beaker", Decimal("12.50"), "EUR", "BK-1", state, "product",
    )  # fmt: skip


def test_rdfa_lite_product() -> None:
    html = (
        '<div vocab="https://schema.org/" typeof="Product"><h2 property="name">Beaker</h2><div property="offers" typeof="Offer">'
        '<span property="priceCurrency" content="EUR">€</span><span property="price">12.50</span></div></div>'
    )
    (draft,) = microdata.read(ParsedPage(html, URL))
    assert (draft.title, draft.price, draft.currency, draft.where.inside) == ("Beaker", Decimal("12.50"), "EUR", "text")


def test_microdata_list_gives_cards() -> None:
    row = '<li itemscope itemtype="https://schema.org/Product"><a itemprop="url" href="/p/{n}"><b itemprop="name">Beaker {n}</b></a><span itemprop="price">{n}</span></li>'
    drafts = list(microdata.read(ParsedPage("<ul>" + "".join(row.format(n=n) for n in (1, 2)) + "</ul>", URL)))
    assert [(draft.role, draft.title, draft.url) for draft in drafts if draft.role == "card"] == []  # a price outside an offer is no offer
    offer = row.replace(
        '<span itemprop="price">{n}</span>',
        '<i itemprop="offers" itemscope itemtype="https://schema.org/Offer"><b itemprop="price">{n}</b></i>',
    )
    drafts = list(microdata.read(ParsedPage("<ul>" + "".join(offer.format(n=n) for n in (1, 2)) + "</ul>", URL)))
    assert [(draft.role, draft.title, draft.price, draft.url) for draft in drafts] == [
        ("card", "Beaker 1", Decimal(1), "https://green-door.example/p/1"),
        ("card", "Beaker 2", Decimal(2), "https://green-door.example/p/2"),
    ]


def test_open_graph_product_with_a_sale() -> None:
    head = {
        "og:type": "product", "og:title": "Beaker", "product:price:amount": "12.00", "product:sale_price:amount": "9.00",
        "product:price:currency": "EUR", "product:availability": "out of stock",
    }  # fmt: skip
    page = ParsedPage("".join(f'<meta property="{name}" content="{value}">' for name, value in head.items()), URL)
    (draft,) = open_graph.read(page)
    assert (draft.price, draft.price_was, draft.currency, draft.availability) == (Decimal("9.00"), Decimal("12.00"), "EUR", "out_of_stock")


def test_open_graph_of_other_pages_says_nothing() -> None:
    assert (
        list(open_graph.read(ParsedPage('<meta property="og:type" content="website"><meta property="og:title" content="Shop">', URL))) == []
    )


@pytest.mark.parametrize(
    ("script", "price", "currency"),
    [
        ('<script id="__NEXT_DATA__" type="application/json">{"props":{"product":{"name":"Beaker","price":{"amount":"12.5","currencyCode":"EUR"}}}}</script>',
         "12.5", "EUR"),
        ('<script>window.__STATE__ = {"product":{"title":"Beaker","price":12.5,"currency":"EUR"}};</script>', "12.5", "EUR"),
        ("<script>var product = {id: 5, name: 'Beaker', price: 12.5, currency: 'EUR',};</script>", "12.5", "EUR"),
        ('<script>var meta = {"product":{"gid":"gid:\\/\\/shopify\\/Product\\/1","variants":[{"id":1,"price":1250,"name":"Beaker - S","public_title":"S"}]}};</script>',
         "12.5", None),
        ('<script type="application/json">{"id":1,"handle":"beaker","title":"Beaker","price":1250,"variants":[{"price":1250,"sku":"B"}]}</script>', "12.5", None),
        ('<script type="application/json">{"name":"Beaker","prices":{"price":"1250","currency_code":"EUR","currency_minor_unit":2}}</script>', "12.5", "EUR"),
        ('<script type="application/json">{"name":"Beaker","price":{"value":{"centAmount":1250,"currencyCode":"EUR","fractionDigits":2}}}</script>',
         "12.5", "EUR"),
        ('<script id="__NUXT_DATA__" type="application/json">[{"product":1},{"name":2,"price":3,"currency":4},"Beaker",12.5,"EUR"]</script>', "12.5", "EUR"),
        ('<script>self.__next_f.push([1,"1:{\\"product\\":{\\"name\\":\\"Bea"])</script>'
         '<script>self.__next_f.push([1,"ker\\",\\"price\\":12.5,\\"currency\\":\\"EUR\\"}}\\n"])</script>', "12.5", "EUR"),
        ('<div data-product="{&quot;name&quot;:&quot;Beaker&quot;,&quot;price&quot;:&quot;12.50&quot;,&quot;currency&quot;:&quot;EUR&quot;}"></div>', "12.50", "EUR"),
        ('<script type="application/json">{"名称":"Beaker","价格":"12.50","currency":"CNY"}</script>', "12.50", "CNY"),
    ],
)  # fmt: skip
def test_state_of_every_shop_system(script: str, price: str, currency: str | None) -> None:
    drafts = list(inline_json.read(ParsedPage(script, URL)))
    assert [(draft.title, draft.price, draft.currency) for draft in drafts] == [("Beaker", Decimal(price), currency)]


@pytest.mark.parametrize(
    "script",
    [
        '<script>window.state = {"cart":{"items":[{"name":"Beaker","price":5}]}};</script>',
        '<script>window.state = {"shipping":[{"name":"Express","price":5}]};</script>',
        '<script>window.state = {"relatedProducts":[{"name":"Flask","price":5}]};</script>',
        '<script>function price(a){return {name: a.name, price: a.price()}}</script>',
        '<script type="application/json">{"menu":[{"title":"Beakers","price":null}]}</script>',
    ],
)  # fmt: skip
def test_state_that_offers_nothing(script: str) -> None:
    assert list(inline_json.read(ParsedPage(script, URL))) == []


def test_variants_make_one_offer_with_its_packs() -> None:
    script = (
        '<script type="application/json">{"title":"Urea","variants":[{"title":"100 g","price":"20.00","available":false},'
        '{"title":"1 kg","price":"120.00","available":true}]}</script>'
    )
    (draft,) = inline_json.read(ParsedPage(script, URL))
    assert (draft.price, draft.price_max, draft.availability) == (Decimal("20.00"), Decimal("120.00"), "in_stock")
    assert [(pack.quantity, pack.unit, pack.price) for pack in draft.packs] == [(100, "g", 20), (1, "kg", 120)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: 1, 'b': [true, !0, undefined,],}", {"a": 1, "b": [True, True, None]}),
        ("{\"a\": 'it\\'s', // note\n b: .5}", {"a": "it's", "b": 0.5}),
        ("{a: `x`}", {"a": "x"}),
        ("{a: f()}", None),
        ("{a: b}", None),
        ("{a: 1", None),
    ],
)
def test_javascript_literals(text: str, value: object) -> None:
    assert literal(text) == value


@pytest.mark.parametrize("text", ["{" * 5000, '{"a":"' + 'x" ' * 5000, "[1," * 3000, "{a:" * 3000, ""])
def test_text_beyond_repair_is_given_up(text: str) -> None:
    assert repaired(text) in (None, [], {})


def test_a_nuxt_state_that_holds_itself_ends() -> None:
    assert unflattened([{"a": 1}, [0, 2], "x"]) == {"a": [None, "x"]}
