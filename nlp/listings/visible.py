"""Offers a reader can see: a product with its price, or one card each, from the layout of the page alone.

Which amount is the price: `nlp/page_prices.py`; which parts are cards: `nlp/cards.py`. The site file's `selectors` win over both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cssselect import SelectorError
from lxml import etree

from crawlers.canonical import canonical
from crawlers.errors import ConfigError
from nlp.cards import Card, card_of, find_cards, speaks
from nlp.draft import ASK, BUY, MIN_ORDER, SELLER, SELLER_PATH, SHIPS_FROM, SHIPS_TO, Draft, availability_of, labelled, sku_of
from nlp.money import find_money, read_price
from nlp.page_prices import PagePrice, Surroundings, page_prices
from nlp.parse import ParsedPage
from nlp.where import Where

SOURCE = "visible"
PRODUCT_BODY = re.compile(r"\bproduct\b|single-product|product-(?:page|detail|template)|template-product", re.IGNORECASE)
DESCRIPTION = re.compile(r"(?:^|[-_ ])(?:description|desc|product-?(?:details|text)|details-?text|intro|summary)(?:$|[-_ ])", re.IGNORECASE)
OUT_CLASS = re.compile(r"(?:^|[-_ ])(?:out-?of-?stock|sold-?out|unavailable)(?:$|[-_ ])", re.IGNORECASE)
IN_CLASS = re.compile(r"(?:^|[-_ ])in-?stock(?:$|[-_ ])", re.IGNORECASE)
BUTTON_MAX = 40  # code points on a button; a longer link is a sentence
MARKED_REACH = 1500  # code points from the heading to a price that belongs to it
NEAR = 80  # code points between a price and the old price it replaces
BLOCK_TAGS = frozenset({"main", "article", "body"})


def read(page: ParsedPage, selectors: Mapping[str, str] | None = None) -> Iterator[Draft]:
    """The page's product, else its cards, in document order; nothing on a page that offers nothing."""
    if page.root is None:
        return
    chosen = {field: selected(page, field, css) for field, css in (selectors or {}).items()}
    surroundings = Surroundings(page)
    prices = list(page_prices(page, surroundings))
    cards = [card for block in chosen["card"] if (card := card_of(page, block))] if "card" in chosen else find_cards(page, prices)
    related = [card for card in cards if "related" in surroundings.of(card.block)]
    product = product_of(page, prices, cards, chosen)
    if product is not None:
        yield product
        return
    for card in cards:
        if card not in related:
            inside = [price for price in prices if belongs(page, price, card.block)]
            yield card_draft(page, card, inside)


def selected(page: ParsedPage, field: str, css: str) -> list[etree._Element]:
    """The elements a site file's selector answers with; ConfigError when it is no CSS selector."""
    try:
        return [] if page.root is None else list(page.root.cssselect(css))
    except SelectorError as error:
        raise ConfigError(f"{css!r} is no CSS selector: {error}", key=f"selectors.{field}") from error


def belongs(page: ParsedPage, price: PagePrice, block: etree._Element) -> bool:
    """True when the price stands inside the block."""
    span = page.text_of(block)
    return span is not None and span[0] <= price.money.start and price.money.end <= span[1]


def product_of(
    page: ParsedPage, prices: Sequence[PagePrice], cards: Sequence[Card], chosen: Mapping[str, list[etree._Element]]
) -> Draft | None:
    """The draft of the product a page is about, or None: it needs a heading, a price of its own, and signs of an offer.

    Strong signs: a buy button, a product number, a page that calls itself a product. Weak ones: an amount marked as price near the
    heading, a button to ask. An article that names an amount has neither; an offer without a price (`ask us`) needs more.
    """
    heading = next((e for e in chosen.get("title", []) if page.words_of(e)), None)
    if heading is None:
        heading = heading_of(page, cards)
    if heading is None:
        return None
    own = [price for price in prices if not any(belongs(page, price, card.block) for card in cards)]
    main = [price for price in own if price.role != "was" and price.alone]
    title_at = (page.text_of(heading) or (0, 0))[0]
    first_card = min((span[0] for card in cards if (span := page.text_of(card.block))), default=len(page.text) + 1)
    main = [price for price in main if price.money.start < first_card or price.money.start < title_at or not cards]
    price = best_price(main, title_at)
    block = block_of(heading, price)
    words = block_words(page, block, cards)
    strong = [
        has_button(page, block, BUY, cards),
        sku_of(words) is not None,
        (page.meta("og:type") or "").lower().startswith("product") or PRODUCT_BODY.search(body_names(page)) is not None,
    ]
    marked = price is not None and price.marked and 0 <= price.money.start - title_at < MARKED_REACH
    signs = 2 * sum(strong) + marked + has_button(page, block, ASK, cards)
    enough = signs >= 2 and (len(cards) < 2 or signs >= 3) if price is not None else signs >= 3 and not prices
    if not enough:
        return None
    draft = Draft(SOURCE, "product", page.words_of(heading)[:500], where_of(page, heading), url=own_url(page), block=block)
    seller = seller_link(page, block)
    draft = replace(
        draft,
        core=around(heading, price.owner if price is not None else None, seller[0] if seller else None),
        holes=tuple(card.block for card in cards),
    )
    draft = with_price(draft, price, [other for other in own if other.role == "was"])
    return with_details(page, draft, block, words, chosen)


def has_button(page: ParsedPage, block: etree._Element, pattern: re.Pattern[str], cards: Sequence[Card]) -> bool:
    """True when a button or link in the block says it, and little else; the cards' own buttons do not count."""
    blocks = {card.block for card in cards}
    for button in block.iter("button", "a", "input"):
        if button.tag == "input":
            words = (button.get("value") or "") if button.get("type") in ("submit", "button", "image") else ""
        else:
            words = page.words_of(button)
        if 0 < len(words) < BUTTON_MAX and pattern.search(words) and blocks.isdisjoint(button.iterancestors()):
            return True
    return False


def heading_of(page: ParsedPage, cards: Sequence[Card]) -> etree._Element | None:
    """The page's main heading: the first visible h1 outside menus, else the first h2 before any card."""
    titled = {card.titled for card in cards}
    for tag in ("h1", "h2"):
        for heading in page.root.iter(tag) if page.root is not None else ():
            around = {str(parent.tag) for parent in heading.iterancestors()}
            if not around & {"nav", "footer", "aside"} and heading not in titled and speaks(page.words_of(heading)):
                return heading
    return None


def best_price(prices: Sequence[PagePrice], title_at: int) -> PagePrice | None:
    """The price among a product's amounts: marked first, with tax before without, behind the title before ahead of it."""
    ranked = sorted(prices, key=lambda price: (price.role == "net", not price.marked, price.money.start < title_at, price.money.start))
    return ranked[0] if ranked else None


def block_of(heading: etree._Element, price: PagePrice | None) -> etree._Element:
    """The part of the page about the product: the article, main or body around heading and price."""
    core = around(heading, price.owner if price is not None else None)
    return next((parent for parent in (core, *core.iterancestors()) if parent.tag in BLOCK_TAGS), core)


def around(one: etree._Element, *others: etree._Element | None) -> etree._Element:
    """The smallest element that holds all of these; the first one's parent when it is alone."""
    parent = one.getparent()
    shared = parent if parent is not None else one
    for other in others:
        if other is not None:
            inside = {other, *other.iterancestors()}
            shared = next((outer for outer in (shared, *shared.iterancestors()) if outer in inside), shared)
    return shared


def block_words(page: ParsedPage, block: etree._Element, cards: Sequence[Card]) -> str:
    """The block's words without those of cards, menus and footers in it."""
    span = page.text_of(block)
    if span is None:
        return ""
    holes = [page.text_of(card.block) for card in cards] + [page.text_of(part) for part in block.iter("nav", "footer", "aside")]
    text, at = [], span[0]
    for hole in sorted(hole for hole in holes if hole is not None):
        if hole[0] >= at and hole[1] <= span[1]:
            text.append(page.text[at : hole[0]])
            at = hole[1]
    return "\n".join([*text, page.text[at : span[1]]])


def with_price(draft: Draft, price: PagePrice | None, olds: Sequence[PagePrice]) -> Draft:
    """The draft with its price, the top of its range and the nearest higher old price."""
    if price is None:
        return draft
    money = price.money
    old = next(
        (
            other.money.amount
            for other in sorted(olds, key=lambda other: abs(other.money.start - money.start))
            if other.money.amount > money.amount
        ),
        None,
    )
    return replace(draft, price=money.amount, currency=money.currency or money.sign, price_max=money.upper, price_was=old)


def with_details(page: ParsedPage, draft: Draft, block: etree._Element, words: str, chosen: Mapping[str, list[etree._Element]]) -> Draft:
    """The draft with everything else its block says; the site file's selectors come first."""
    picked = {field: page.words_of(elements[0]) for field, elements in chosen.items() if elements}
    price, currency = read_price(picked.get("price"))
    if price is not None:
        sign = next((money.currency or money.sign for money in find_money(picked["price"])), None)
        draft = replace(draft, price=price, currency=currency or sign or draft.currency)
    seller, seller_url = seller_of(page, block, words)
    number = next((e.get("content") or page.words_of(e) for e in block.iter(etree.Element) if e.get("itemprop") == "sku"), None)
    described = next((e for e in block.iter(etree.Element) if e.get("itemprop") == "description" or DESCRIPTION.search(names(e))), None)
    text = page.words_of(described) if described is not None else ""
    return replace(
        draft,
        sku=picked.get("sku")
        or number
        or sku_of(words)
        or next((e.get("data-sku") for e in block.iter(etree.Element) if e.get("data-sku")), None),
        availability=availability_of(picked.get("availability") or stock_words(block) or words),
        seller=picked.get("seller") or seller,
        seller_url=seller_url,
        description=(picked.get("description") or (text if len(text) > 20 else "") or page.meta("og:description", "description") or "")[
            :2000
        ],
        images=pictures(page, block),
        min_order=labelled(MIN_ORDER, words),
        ships_from=labelled(SHIPS_FROM, words),
        ships_to=labelled(SHIPS_TO, words),
    )


def card_draft(page: ParsedPage, card: Card, prices: Sequence[PagePrice]) -> Draft:
    """The draft of one card."""
    span = page.text_of(card.block)
    words = page.text[span[0] : span[1]] if span else ""
    asked = [price for price in prices if price.role != "was"]
    draft = Draft(
        SOURCE, "card", card.title[:500], where_of(page, card.titled), url=canonical(card.link or "", page.base) or "" if card.link else ""
    )
    draft = with_price(draft, best_price(asked, 0), [price for price in prices if price.role == "was"])
    seller, seller_url = seller_of(page, card.block, words)
    return replace(
        draft,
        block=card.block,
        sku=card.block.get("data-sku") or sku_of(words),
        availability=availability_of(stock_words(card.block) or words),
        seller=seller,
        seller_url=seller_url,
        images=pictures(page, card.block),
        min_order=labelled(MIN_ORDER, words),
        ships_from=labelled(SHIPS_FROM, words),
        ships_to=labelled(SHIPS_TO, words),
    )


def seller_of(page: ParsedPage, block: etree._Element, words: str) -> tuple[str | None, str]:
    """(name, address) of the seller the block names: a link to a seller page, else a labelled name."""
    found = seller_link(page, block)
    if found is None:
        return labelled(SELLER, words), ""
    name = page.words_of(found[0])
    return (labelled(SELLER, name) or name)[:120], found[1]


def seller_link(page: ParsedPage, block: etree._Element) -> tuple[etree._Element, str] | None:
    """The block's first link to a seller page with words on it, and its address; menus and footers do not count."""
    for link in block.iter("a"):
        href = (link.get("href") or "").strip()
        if href and SELLER_PATH.search(href) and page.words_of(link) and (url := canonical(href, page.base)):
            outside = {"nav", "footer"} & {str(parent.tag) for parent in link.iterancestors()}
            if not outside:
                return link, url
    return None


def stock_words(block: etree._Element) -> str:
    """`in stock` or `out of stock` as class names or microdata say it; empty when they do not."""
    for element in block.iter(etree.Element):
        called = names(element)
        value = f"{element.get('href') or ''} {element.get('content') or ''}" if element.get("itemprop") == "availability" else ""
        if OUT_CLASS.search(called) or "OutOfStock" in value:
            return "out of stock"
        if IN_CLASS.search(called) or "InStock" in value:
            return "in stock"
    return ""


def pictures(page: ParsedPage, block: etree._Element) -> tuple[str, ...]:
    """The addresses of the block's first ten pictures, each once."""
    sources = (image.get("src") or image.get("data-src") or "" for image in block.iter("img"))
    return tuple(dict.fromkeys(page.absolute(source) for source in sources if source and not source.startswith("data:")))[:10]


def names(element: etree._Element) -> str:
    """The element's class and id."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def body_names(page: ParsedPage) -> str:
    """Class and id of the body, where themes name the kind of page."""
    body = page.first("body")
    return names(body) if body is not None else ""


def own_url(page: ParsedPage) -> str:
    """The page's own canonical address: what it declares, else where it was fetched."""
    return canonical(page.url) or ""


def where_of(page: ParsedPage, element: etree._Element) -> Where:
    """Where a title stands: the span of its words, or the alt attribute of a picture."""
    span = page.text_of(element)
    return page.text_where(*span) if span else page.attribute_where(element, "alt", element.get("alt") or "")
