"""Is this page about one product? The signs shops leave: a buy button, a number, the address, breadcrumbs, a table of properties."""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from lxml import etree

from nlp.card_titles import PROPERTY
from nlp.cards import Card
from nlp.draft import ASK, BUY, OUT_OF_STOCK, WEAK_SKU, sku_of
from nlp.page_prices import PagePrice, read_prices
from nlp.parse import ParsedPage
from nlp.product_node import TYPES, products, text_of, types_of
from nlp.tree import fragment_text
from nlp.xpath import elements

PRODUCT_BODY = re.compile(
    r"\bproduct\b|single-product|product-(?:page|detail|template)|template-product|page-product|catalog-product-view", re.IGNORECASE
)
LIST_BODY = re.compile(r"\b(?:archive|category|tax-\w+|search|listing|collection|template-collection)\b", re.IGNORECASE)
PRODUCT_PATH = re.compile(
    r"/(?:products?|catalog|produkte?|produkty?|productos?|produits?|prodotti?|prodotto|producto|produto|tuote|termek|tovar"
    r"|товар|goods|items?|itm|ip|dp|pd|pdp"
    r"|p|pr|sku|prod|art|fiche|scheda|urun|san-pham|produto|articulo|offers?|listings?|artikel|article|catalogue|商品|产品|detail|details|goods_detail|shop/p|buy)[/_-](?:[^/?#]{2,}|\d)"
    r"|[-_/]p-?\d{2,}|/\d{3,}(?:\.html?|/?$)|[-_]\d{4,}\.html?$|(?:goods|product|item|prod|pid|sku|art)[-_]?(?:id"
    r"|no)?=\w+|[?&](?:id|p)=\d+|\.html?$",
    re.IGNORECASE,
)
TEXT_PATH = re.compile(
    r"/(?:blogs?|news|articles?|posts?|press|stories|guides?|help|faq|support|about|contact|wiki|forum|thread|topic"
    r"|jobs?|careers?|terms|policy|privacy"
    r"|category|categories|collections?|tags?|search|cart|checkout|insights?|learn|resources?|magazine|review)(?:/|$|\?"
    r"|[-_])|/20\d\d/\d\d/",
    re.IGNORECASE,
)
TEXT_TYPES = frozenset({
    "article", "newsarticle", "blogposting", "report", "techarticle", "faqpage", "qapage", "jobposting", "recipe", "event", "course",
    "howto", "medicalwebpage", "review", "service", "localbusiness",
})  # fmt: skip
# Articles list goods they speak of; those are not offers of the page.
ARTICLES = frozenset({"article", "newsarticle", "blogposting", "techarticle", "recipe", "howto"})
# Headings of list pages and front doors.
GENERIC = re.compile(
    r"(?:our |all |the |new |online )*(?:shop|store|products?|catalog(?:ue)?|home(?:page)?|welcome.*|sale|arrivals"
    r"|items|search(?: results.*)?|collections?|categories|category"
    r"|price ?list|basket|cart|checkout|产品中心|产品列表|全部商品|商品列表|首页|каталог(?: товаров)?|магазин|товары"
    r"|sortiment|produkte|produits|boutique|tienda|productos)",
    re.IGNORECASE,
)
CRUMBS = elements("//*[contains(@class, 'readcrumb') or contains(@id, 'readcrumb') or contains(@aria-label, 'readcrumb')]")
WORD = re.compile(r"\w+")
BUTTON_MAX = 40  # code points on a button; a longer link is a sentence
MARKED_REACH = 1500  # code points from the heading to a price that belongs to it
MIN_PROPERTIES = 3
STOCK_REACH = 1200  # code points behind the heading
STOCK_LINE = 60
STOCKED = re.compile(
    r"\b(?:in stock|auf lager|en stock|op voorraad|на складе|в наличии|skladem|na stanie|raktáron|i lager)\b|有货|现货"
    r"|库存",
    re.IGNORECASE,
)
LONG_PARAGRAPH = 400
PLAIN_PAGE = 1500  # code points of a page without menus worth speaking of


def strong_signs(page: ParsedPage, heading: etree._Element, block: etree._Element, words: str, cards: Sequence[Card]) -> int:
    """How many signs there are of which one is nearly enough: a buy button, a product number, a page that calls itself a product.

    Data about one product that has the heading's name count twice.
    """
    body = body_names(page)
    kind = (page.meta("og:type") or "").lower().startswith(("product", "og:product"))
    kind = kind or (PRODUCT_BODY.search(body) is not None and LIST_BODY.search(body) is None)
    return has_button(page, block, BUY, cards) + (sku_of(words) is not None) + max(kind, declared(page, page.words_of(heading)))


def declared(page: ParsedPage, title: str) -> int:
    """1 when the page's data or markup hold exactly one product that stands in no list, 2 when it has this title, else 0."""
    told = [node for block in page.inline_json if block.kind == "ld" for _, node, listed in products(block.value) if not listed]
    told = [node for node in told if node.get("offers") or node.get("sku") or node.get("hasVariant")]  # not a rating that names its subject
    if len(told) == 1:
        name, shown = (set(WORD.findall(words.casefold())) for words in (fragment_text(text_of(told[0].get("name"))), title))
        return 2 if name and shown and (name <= shown or shown <= name or 2 * len(name & shown) > len(name | shown)) else 1
    return int(not told and page.item_count("Product") == 1)


def weak_signs(page: ParsedPage, heading: etree._Element, block: etree._Element, price: PagePrice | None, cards: Sequence[Card]) -> int:
    """How many signs there are that count only together."""
    title_at = (page.text_of(heading) or (0, 0))[0]
    near = price is not None and 0 <= price.money.start - title_at < MARKED_REACH
    path = unquote(urlsplit(page.url).path) + ("?" + urlsplit(page.url).query if urlsplit(page.url).query else "")
    return (
        (price is not None and near and price.marked)
        + has_button(page, block, ASK, cards)
        + (PRODUCT_PATH.search(path) is not None and TEXT_PATH.search(path) is None)
        + has_crumbs(page)
        + has_properties(page, block)
        + has_quantity(block)
        + (says_stock(page, title_at, OUT_OF_STOCK) or says_stock(page, title_at, STOCKED))
        + (price is not None and near and has_picture(page, heading, price))
        + (not cards and near and is_plain(page, price))
        + (near and WEAK_SKU.search(page.text, title_at, title_at + STOCK_REACH) is not None)
    )


def speaks_of_text(page: ParsedPage, heading: etree._Element) -> bool:
    """True for a page that says it is an article, an event or a service, or reads like one: long paragraphs under a text's address."""
    if declares(page, TEXT_TYPES) and not declares(page, TYPES):
        return True
    path = urlsplit(page.url).path
    paragraphs = [
        tag
        for tag in (page.root.iter("p") if page.root is not None else ())
        if (span := page.text_of(tag)) and span[1] - span[0] > LONG_PARAGRAPH
    ]
    return (
        page.words_of(heading).rstrip().endswith("?")
        or (len(paragraphs) > 4 and TEXT_PATH.search(path) is not None)
        or len(paragraphs) > 12
    )


def declares(page: ParsedPage, kinds: frozenset[str]) -> bool:
    """True when the page's own data or markup name one of these schema.org types at the top or in a graph."""
    for block in page.inline_json:
        if block.kind == "ld":
            nodes = block.value if isinstance(block.value, list) else [block.value]
            for node in nodes:
                inner = node.get("@graph") if isinstance(node, dict) else None
                if any(isinstance(part, dict) and types_of(part) & kinds for part in (node, *(inner if isinstance(inner, list) else ()))):
                    return True
    return any(types_of({"@type": name.split()}) & kinds for name in page.item_types)


def is_plain(page: ParsedPage, price: PagePrice | None) -> bool:
    """True for a short page that asks one price: it has nothing else to tell."""
    asked = {other.money.amount for other in read_prices(page)[1] if other.role == "price"}
    return len(page.text) < PLAIN_PAGE and price is not None and asked == {price.money.amount}


def has_button(page: ParsedPage, block: etree._Element, pattern: re.Pattern[str], cards: Sequence[Card]) -> bool:
    """True when a button or link in the block says it, and little else; the cards' own buttons do not count."""
    return button_of(page, block, pattern, cards) is not None


def button_of(page: ParsedPage, block: etree._Element, pattern: re.Pattern[str], cards: Sequence[Card]) -> etree._Element | None:
    """The first button or short link in the block that says it; the cards' own buttons do not count."""
    blocks = {card.block for card in cards}
    for button in block.iter("button", "a", "input"):
        if button.tag == "input":
            words = (button.get("value") or "") if button.get("type") in ("submit", "button", "image") else ""
        else:
            span = page.text_of(button)
            if span is not None and span[1] - span[0] > BUTTON_MAX:
                continue
            words = page.words_of(button)
        said = pattern.search(words) if 0 < len(words) < BUTTON_MAX else None
        if said and 2 * len(said[0]) > 0.9 * len(words) and blocks.isdisjoint(button.iterancestors()):
            return button
    return None


def has_crumbs(page: ParsedPage) -> bool:
    """True when a breadcrumb trail of two or more links stands on the page."""
    if "breadcrumblist" in {name.rsplit("/", 1)[-1].lower() for name in page.item_types}:
        return True
    return page.root is not None and any(sum(1 for _ in element.iter("a")) >= 2 for element in CRUMBS(page.root)[:3])


def has_properties(page: ParsedPage, block: etree._Element) -> bool:
    """True when a table or definition list of properties (weight, brand, purity) stands in the block."""
    for table in block.iter("table", "dl"):
        labels = [page.words_of(cell) for cell in table.iter("th", "dt")] or [
            page.words_of(row[0]) for row in table.iter("tr") if len(row) == 2
        ]
        named = sum(1 for label in labels[:40] if len(label) < 40 and PROPERTY.match(label.lower()))
        if named >= MIN_PROPERTIES or (table.tag == "dl" and named >= MIN_PROPERTIES - 1):
            return True
    return False


def has_quantity(block: etree._Element) -> bool:
    """True when the block has a field for how many to order."""
    for field in block.iter("input", "select"):
        name = f"{field.get('name') or ''} {field.get('id') or ''}".lower()
        if (
            any(word in name for word in ("quantity", "qty", "anzahl", "menge", "quantite", "cantidad", "kolichestvo", "amount", "num"))
            and field.get("type") != "hidden"
        ):
            return True
    return False


def says_stock(page: ParsedPage, title_at: int, pattern: re.Pattern[str]) -> bool:
    """True when a short line behind the heading says it: in stock, or sold out."""
    lines = page.text[title_at : title_at + STOCK_REACH].splitlines()
    return any(len(line) < STOCK_LINE and pattern.search(line) for line in lines)


def has_picture(page: ParsedPage, heading: etree._Element, price: PagePrice) -> bool:
    """True when a picture stands in the smallest part with heading and price, or in the part around that."""
    inside = {price.owner, *price.owner.iterancestors()}
    core = next((outer for outer in heading.iterancestors() if outer in inside), None)
    for part in (core, core.getparent() if core is not None else None):
        if part is not None and part.tag not in ("body", "html"):
            span = page.text_of(part)
            if span is not None and span[1] - span[0] < 20_000 and next(part.iter("img", "picture"), None) is not None:
                return True
    return False


def body_names(page: ParsedPage) -> str:
    """Class and id of the body, where themes name the kind of page."""
    body = page.first("body")
    return f"{body.get('class') or ''} {body.get('id') or ''}" if body is not None else ""
