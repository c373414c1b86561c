"""Cards: the repeated parts of a page that each offer one thing (grid cells, list entries, table rows)."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from crawlers.canonical import canonical
from nlp.card_titles import speaks, title_of
from nlp.draft import SELLER_PATH
from nlp.page_prices import PagePrice
from nlp.parse import ParsedPage
from nlp.price_words import PRICE_NOUN
from nlp.quantity import QUANTITY

GENERATED = re.compile(r"([A-Za-z]{4,})[_-]{1,3}\w*\d\w*$")
NAMING = frozenset({"dt", "h2", "h3", "h4", "h5", "h6", "strong", "b"})
NO_PAGE = re.compile(
    r"^(?:#|javascript:|mailto:|tel:|data:)|/(?:basket|cart|checkout|wishlist|compare|account|login|reviews?/add)\b"
    r"|[?&]add[-_]to[-_](?:cart|basket)=",
    re.IGNORECASE,
)
STATE_CLASS = re.compile(
    r"^(?:first|last|odd|even|active|sale|on-?sale|in-?stock|out-?of-?stock|featured|new|hot|alt|selected"
    r"|has-\w+|is-\w+|post-\d+|\w*\d+\w*)$",
    re.IGNORECASE,
)
CAS = re.compile(r"(?<![\d-])\d{2,7}[-–]\d{2}[-–]\d(?![\d-])")
SHORT_PAGE = 2500  # code points: a list of one, not an article that happens to name an amount beside a link
MAX_CLIMB = 20  # a price stands up to 15 elements below its card on real pages (2026-11)


@dataclass(frozen=True, slots=True)
class Card:
    """One card: its element, its title with the element that holds it, and the link to the offer's own page (None when there is none)."""

    block: etree._Element
    title: str
    titled: etree._Element
    link: str | None


def find_cards(page: ParsedPage, prices: Sequence[PagePrice]) -> list[Card]:
    """The page's cards in document order: lowest elements that repeat beside each other, hold a price each and have a title of their own.

    Members of such a group without a price (`ask us`) are cards too.
    """
    cards: dict[etree._Element, Card] = {}
    tried: dict[tuple[etree._Element, str], bool] = {}
    alone = [price for price in prices if price.alone]
    priced = ancestors_with_price(alone)
    for price in alone:
        at: etree._Element | None = price.owner
        for _ in range(MAX_CLIMB):
            parent = at.getparent() if at is not None else None
            if at is None or parent is None or at.tag == "body":
                break
            group = (parent, shape(at))
            if group not in tried:
                members = grouped(page, parent, group[1], priced)
                tried[group] = bool(members)
                cards.update((card.block, card) for card in members)
            if tried[group]:
                break
            at = parent
    cards = outermost(cards)
    order = {element: number for number, element in enumerate(page.elements)}
    return sorted(cards.values(), key=lambda card: order[card.block])


def outermost(cards: dict[etree._Element, Card]) -> dict[etree._Element, Card]:
    """The cards without those that are parts of another card, unless the other is but a section: its parts lead to pages of their own."""
    inside: dict[etree._Element, list[etree._Element]] = {}
    for block in cards:
        outer = next((parent for parent in block.iterancestors() if parent in cards), None)
        if outer is not None:
            inside.setdefault(outer, []).append(block)
    sections = {outer for outer, parts in inside.items() if len({cards[part].link for part in parts} - {None, cards[outer].link}) > 1}
    dropped = {part for outer, parts in inside.items() if outer not in sections for part in parts} | sections
    return {block: card for block, card in cards.items() if block not in dropped}


def lone_card(page: ParsedPage, prices: Sequence[PagePrice]) -> Card | None:
    """The card of a list of one: the first price whose nearest titled block links to a page of its own; never the block of the page's h1.

    The price must be classed as one, or the page be short. The link must be a line or cell of its own, as titles are and words
    in a sentence are not.
    """
    headings = set(page.root.iter("h1")) if page.root is not None else set()
    around = {parent for heading in headings for parent in heading.iterancestors()} | headings
    own = canonical(page.url)
    for price in prices:
        if price.role in ("was", "list", "ask") or not (price.classed or (price.alone and len(page.text) < SHORT_PAGE)):
            continue
        at: etree._Element | None = price.owner
        for _ in range(MAX_CLIMB):
            if at is None or at in around:
                break
            card = card_of(page, at)
            if card is not None and card.link and canonical(card.link, page.base) not in (None, own, canonical("/", page.base)):
                span = page.text_of(card.titled)
                line = page.text[page.text.rfind("\n", 0, span[0]) + 1 :].split("\n", 1)[0].split("\t") if span else []
                return card if any(cell.strip() == card.title for cell in line) else None
            at = at.getparent()
    return None


def ancestors_with_price(prices: Sequence[PagePrice]) -> set[etree._Element]:
    """Every element that holds one of the prices."""
    found: set[etree._Element] = set()
    for price in prices:
        at: etree._Element | None = price.owner
        while at is not None and at not in found:
            found.add(at)
            at = at.getparent()
    return found


def grouped(page: ParsedPage, parent: etree._Element, form: str, priced: set[etree._Element]) -> list[Card]:
    """The cards among the children of one shape; none when fewer than two hold a price and a title, or all name one offer."""
    same = [child for child in parent if shape(child) == form]
    if sum(child in priced for child in same) < 2:
        return []
    if any(child.tag in NAMING for child in parent) and (named := named_before(page, parent, same, priced)):
        return named
    members = [
        card
        for child in same
        if (child in priced or not (names_amount(page, child) or is_head(child))) and (card := card_of(page, child)) is not None
    ]
    with_price = [card for card in members if card.block in priced]
    if len(with_price) < 2 or len({(card.title, card.link) for card in with_price}) < 2 or 2 * len(with_price) < len(members):
        return []
    if not any(card.link for card in members) and not is_price_list(page, parent, with_price) and not are_pictured(with_price):
        return []
    if form.startswith("tr") and sum(child in priced for child in same) > len(with_price):
        return []  # a table of properties or pack sizes in which some rows happen to have words
    if not (form.startswith("tr") or any(card.link for card in with_price) or are_pictured(with_price)):
        return with_price  # of bare lines only those with a price are offers
    return members


def is_head(row: etree._Element) -> bool:
    """True for the first row of a table: without a price it names the columns."""
    return row.tag == "tr" and row.getprevious() is None


def names_amount(page: ParsedPage, block: etree._Element) -> bool:
    """True when an amount stands in the block; where it is no price (`orders over $500 ship free`), the block is no offer either."""
    span = page.text_of(block)
    at = bisect_left(page.amounts, span[0], key=lambda money: money.start) if span else 0
    return span is not None and at < len(page.amounts) and page.amounts[at].start < span[1]


def named_before(page: ParsedPage, parent: etree._Element, same: list[etree._Element], priced: set[etree._Element]) -> list[Card]:
    """Cards of a flat list, where the name stands before the part with the price: `dt` and `dd`, headings and paragraphs."""
    members = set(same)
    found: list[Card] = []
    waiting: etree._Element | None = None
    for child in parent:
        if child in members and child in priced:
            if waiting is None or (waiting.tag != "dt" and title_of(page, child, list(child.iter("a")))[0] is not None):
                return []
            link = next(
                (
                    a.get("href")
                    for a in (*waiting.iter("a"), *child.iter("a"))
                    if a.get("href") and not NO_PAGE.search(a.get("href") or "")
                ),
                None,
            )
            found.append(Card(child, page.words_of(waiting), waiting, link))
            waiting = None
        elif child.tag in NAMING and speaks(page.words_of(child)):
            waiting = child
    return found if len({card.title for card in found}) > 1 else []


def are_pictured(cards: Sequence[Card]) -> bool:
    """True when most of the cards have a picture, a button or a link that a script follows: goods, also without addresses."""
    shown = sum(next(card.block.iter("img", "button", "picture", "a"), None) is not None for card in cards)
    return 2 * shown > len(cards)


def is_price_list(page: ParsedPage, parent: etree._Element, cards: Sequence[Card]) -> bool:
    """True when rows without links are goods for sale: a column is called price, or the titles are of goods (a pack size, a CAS number)."""
    table = next((e for e in (parent, *parent.iterancestors()) if e.tag == "table"), parent)
    head = page.words_of(table)[:200]
    goods = sum(QUANTITY.search(card.title) is not None or CAS.search(card.title) is not None for card in cards)
    return PRICE_NOUN.search(head) is not None or 2 * goods >= len(cards)


def card_of(page: ParsedPage, block: etree._Element) -> Card | None:
    """The card that an element is, or None when it has no title of its own."""
    if block.tag == "tr" and not any(cell.tag == "td" for cell in block):
        return None  # a row of column names
    hrefs = [(link, (link.get("href") or "").strip()) for link in block.iter("a")]
    pages = [(link, href) for link, href in hrefs if href and not NO_PAGE.search(href)]
    links = [(link, href) for link, href in pages if not SELLER_PATH.search(href)] or pages  # `/shop/beaker` is a product's page as well
    if block.tag == "a" and block.get("href"):
        links = [(block, (block.get("href") or "").strip())]
    titled, title = title_of(page, block, [link for link, _ in links])
    if titled is None:
        return None
    inside = [href for link, href in links if link is titled or titled in link.iterancestors() or link in titled.iterancestors()]
    same = [href for link, href in links if not inside and (page.words_of(link) == title or link.find(".//img") is not None)]
    return Card(block, title, titled, next(iter(inside or same or [href for _, href in links]), None))


def shape(element: etree._Element) -> str:
    """Tag and first lasting class: what repeated siblings have in common; of a generated class (`product_UCJ1n`) its first part."""
    for name in (element.get("class") or "").split()[:6]:
        if not STATE_CLASS.match(name):
            return f"{element.tag}.{name}"
        if (generated := GENERATED.match(name)) is not None:
            return f"{element.tag}.{generated[1]}"
    return f"{element.tag}."
