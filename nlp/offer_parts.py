"""What the part of a page around an offer says besides its price: number, stock, seller, pictures, description, delivery."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lxml import etree

from crawlers.canonical import canonical
from nlp.card_titles import HEADINGS
from nlp.cards import Card
from nlp.draft import (
    MIN_ORDER,
    SELLER,
    SELLER_PATH,
    SHIPS_FROM,
    SHIPS_TO,
    WEAK_SKU,
    Draft,
    availability_of,
    labelled,
    sku_of,
)
from nlp.money import find_money, read_price
from nlp.pack_tables import packs_in
from nlp.page_prices import PagePrice, asked_among, old_price
from nlp.parse import ParsedPage
from nlp.stock import card_stock, product_stock
from nlp.where import Where
from nlp.xpath import values

DESCRIPTION = re.compile(
    r"(?:^|[-_ ])(?:description|desc|product-?(?:details|text)|details-?text|intro|summary)(?:$|[-_ ])",
    re.IGNORECASE,
)
BELOW_TITLE = 300  # code points behind the title within which an amount needs no mark to be its price
WEAK_REACH = 6000  # code points of the block in which loose labels of numbers are read


def priced(draft: Draft, prices: Sequence[PagePrice], asked: PagePrice | None) -> Draft:
    """The draft with its price, the top of its range and the nearest higher old price."""
    if asked is None:
        return draft
    money = asked.money
    old = old_price(asked, prices)
    return replace(
        draft,
        price=money.amount,
        currency=money.currency or money.sign,
        price_max=money.upper,
        price_was=old.money.amount if old is not None else None,
        prices=(money.amount,),
    )


def best_price(prices: Sequence[PagePrice], title_at: int) -> PagePrice | None:
    """The price among a product's amounts: the best role, marked or right below the title first, behind the title before ahead of it, then
    the nearest. Where only list or struck prices stand, the lowest is what is asked.
    """
    found = asked_among(prices)
    if found and found[0].role in ("list", "was"):
        return min(found, key=lambda price: price.money.amount)

    def place(price: PagePrice) -> tuple[bool, bool, int]:
        behind = price.money.start - title_at
        return not (price.marked or (price.bare and 0 <= behind < BELOW_TITLE)), behind < 0, price.money.start

    return min(found, key=place, default=None)


def with_details(
    page: ParsedPage, draft: Draft, block: etree._Element, words: str, cards: Sequence[Card], chosen: Mapping[str, list[etree._Element]]
) -> Draft:
    """The draft of a page's product with everything else its block says; the site file's selectors come first."""
    picked = {field: page.words_of(elements[0]) for field, elements in chosen.items() if elements}
    price, currency = read_price(picked.get("price"))
    if price is not None:
        sign = next((money.currency or money.sign for money in find_money(picked["price"])), None)
        draft = replace(draft, price=price, currency=currency or sign or draft.currency)
    seller, seller_url = seller_of(page, block, words)
    described = next((e for e in block.iter(etree.Element) if e.get("itemprop") == "description" or DESCRIPTION.search(names(e))), None)
    text = page.words_of(described) if described is not None else ""
    return replace(
        draft,
        sku=picked.get("sku") or sku_of(words) or data_sku(block),
        group_id=sku_of(words[:WEAK_REACH], WEAK_SKU),
        availability=availability_of(picked["availability"]) if picked.get("availability") else product_stock(page, block, words, cards),
        seller=picked.get("seller") or seller,
        seller_url=seller_url,
        description=(picked.get("description") or (text if len(text) > 20 else "") or page.meta("og:description", "description") or "")[
            :2000
        ],
        images=pictures(page, block),
        packs=packs_in(page, block, [card.block for card in cards]),
        min_order=labelled(MIN_ORDER, words),
        ships_from=labelled(SHIPS_FROM, words),
        ships_to=labelled(SHIPS_TO, words),
    )


def card_draft(page: ParsedPage, source: str, card: Card, prices: Sequence[PagePrice]) -> Draft:
    """The draft of one card."""
    span = page.text_of(card.block)
    words = page.text[span[0] : span[1]] if span else ""
    link = canonical(card.link, page.base) or "" if card.link else ""
    draft = Draft(source, "card", card.title[:500], where_of(page, card.titled), url=link)
    draft = priced(draft, prices, best_price(prices, 0))
    seller, seller_url = seller_of(page, card.block, words)
    return replace(
        draft,
        block=card.block,
        sku=card.block.get("data-sku") or sku_of(words),
        availability=card_stock(page, card.block, words),
        seller=seller,
        seller_url=seller_url,
        images=pictures(page, card.block),
        min_order=labelled(MIN_ORDER, words),
        ships_from=labelled(SHIPS_FROM, words),
        ships_to=labelled(SHIPS_TO, words),
    )


def data_sku(block: etree._Element) -> str | None:
    """A product number that only an attribute names."""
    found = (value.split(",")[0].strip() for value, _ in SKU_ATTRIBUTE(block))
    return next((number for number in found if number), None)


SKU_ATTRIBUTE = values("(.//@data-sku | .//@data-product-sku)[position() <= 3]")


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
            around = {str(parent.tag) for parent in link.iterancestors()}
            shows = link.find(".//img") is not None or any(link.find(f".//{tag}") is not None for tag in HEADINGS)
            if not around & {"nav", "footer", *HEADINGS} and not shows:
                return link, url
    return None


def pictures(page: ParsedPage, block: etree._Element) -> tuple[str, ...]:
    """The addresses of the block's first ten pictures, each once."""
    found: dict[str, None] = {}
    for image in block.iter("img"):
        source = image.get("src") or ""
        if not source or source.startswith("data:"):
            source = image.get("data-src") or image.get("data-original") or image.get("data-lazy-src") or ""
        if source and not source.startswith("data:"):
            found.setdefault(page.absolute(source))
        if len(found) == 10:
            break
    return tuple(found)


def names(element: etree._Element) -> str:
    """The element's class and id."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def where_of(page: ParsedPage, element: etree._Element) -> Where:
    """Where a title stands: the span of its words, or the alt attribute of a picture."""
    span = page.text_of(element)
    return page.text_where(*span) if span else page.attribute_where(element, "alt", element.get("alt") or "")
