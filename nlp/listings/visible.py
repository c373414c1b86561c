"""Offers a reader can see: a product with its price, or one card each, from the layout of the page alone.

Which amount is the price: `nlp/page_prices.py`; which parts are cards: `nlp/cards.py`; what makes a product page:
`nlp/product_signs.py`. The site file's `selectors` win over all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cssselect import SelectorError
from lxml import etree

from crawlers.canonical import canonical
from crawlers.errors import ConfigError
from nlp.card_titles import speaks
from nlp.cards import Card, card_of, find_cards, lone_card
from nlp.draft import OUT_OF_STOCK, Draft
from nlp.offer_parts import BELOW_TITLE, best_price, card_draft, priced, seller_link, where_of, with_details
from nlp.pack_tables import packs_in
from nlp.page_prices import PagePrice, read_prices
from nlp.parse import ParsedPage
from nlp.product_signs import ARTICLES, GENERIC, declares, says_stock, speaks_of_text, strong_signs, weak_signs

SOURCE = "visible"
BLOCK_TAGS = frozenset({"main", "article", "body"})
ENOUGH = 2  # signs of a product page with a price (a strong one counts 2); beside two and more cards one more
ENOUGH_WITHOUT_PRICE = 3
MANY = 4  # cards that make a list page
REACH = 3000  # code points between the heading and a price that nothing marks as one
TITLE_REACH = 20_000  # code points of a page in which its title is looked for
FEW = 6  # second headings of a page that may name its product in one


def read(page: ParsedPage, selectors: Mapping[str, str] | None = None) -> Iterator[Draft]:
    """The page's product, else its cards, in document order; nothing on a page that offers nothing."""
    if page.root is None:
        return
    chosen = {field: selected(page, field, css) for field, css in (selectors or {}).items()}
    surroundings, prices = read_prices(page)
    cards = [card for block in chosen["card"] if (card := card_of(page, block))] if "card" in chosen else find_cards(page, prices)
    related = {card.block for card in cards if "related" in surroundings.of(card.block)}
    product = product_of(page, prices, cards, len(cards) - len(related), chosen)
    if product is not None:
        yield product
        return
    if declares(page, ARTICLES):
        return
    if not cards and prices and (lone := lone_card(page, prices)) is not None:
        cards = [lone]
    drafts = [
        card_draft(page, SOURCE, card, [price for price in prices if belongs(page, price, card.block)])
        for card in cards
        if card.block not in related
    ]
    # Themes keep a `sold out` badge in every card and show it by style sheet.
    residue = len(drafts) >= MANY and all(draft.availability == "out_of_stock" for draft in drafts)
    yield from (replace(draft, availability="unknown") if residue else draft for draft in drafts)


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
    page: ParsedPage, prices: Sequence[PagePrice], cards: Sequence[Card], offered: int, chosen: Mapping[str, list[etree._Element]]
) -> Draft | None:
    """The draft of the product a page is about, or None: it needs a heading, a price of its own, and signs of an offer.

    An article that names an amount has few signs; an offer without a price (`ask us`) needs more. `offered` counts the cards that
    are not called related.
    """
    heading = next((e for e in chosen.get("title", []) if page.words_of(e)), None)
    if heading is None:
        heading = heading_of(page, cards)
    if heading is None:
        return None
    own = [price for price in prices if not any(belongs(page, price, card.block) for card in cards)]
    title_at = (page.text_of(heading) or (0, 0))[0]
    starts = sorted(span[0] for card in cards if (span := page.text_of(card.block)))
    first_card = next(iter(starts), len(page.text) + 1)
    below = next((start for start in starts if start >= title_at), len(page.text) + 1)  # cards above the heading stand in a menu
    near = range(title_at, min(below, title_at + BELOW_TITLE))  # where an amount is the heading's own
    main = [p for p in own if p.alone and (p.money.start in near or p.money.start < max(first_card, title_at) or not cards)]
    price = best_price([price for price in main if price.marked or abs(price.money.start - title_at) < REACH], title_at)
    if price is not None and price.money.start in near and price.role == "price":
        offered = min(offered, 1)  # what follows are its likes
    block = block_of(heading, price)
    words = block_words(page, block, cards)
    packs = packs_in(page, block, [card.block for card in cards]) if price is None else ()
    strong = strong_signs(page, heading, block, words, cards)
    refused = price is None and says_stock(page, title_at, OUT_OF_STOCK)
    if strong == 0 and price is None and not packs and not refused:
        return None
    weak = weak_signs(page, heading, block, price, cards)
    if not is_product(strong, weak, price is not None or bool(packs), offered, bool(prices), refused) or (
        strong < 2 and speaks_of_text(page, heading)
    ):
        return None
    if "title" not in chosen and GENERIC.fullmatch(page.words_of(heading)):
        return None
    draft = Draft(SOURCE, "product", page.words_of(heading)[:500], where_of(page, heading), url=canonical(page.url) or "", block=block)
    seller = seller_link(page, block)
    core = around(heading, price.owner if price is not None else None, seller[0] if seller else None)
    draft = priced(replace(draft, core=core, holes=tuple(card.block for card in cards)), own, price)
    draft = with_details(page, draft, block, words, cards, chosen)
    return packed(draft) if price is None and draft.price is None and packs else draft


def packed(draft: Draft) -> Draft:
    """The draft of a product that names prices of its packs only: the lowest is its price, the highest the top of its range."""
    prices = sorted(pack.price for pack in draft.packs)
    return replace(draft, price=prices[0], price_max=prices[-1] if prices[-1] > prices[0] else None, prices=tuple(prices))


def is_product(strong: int, weak: int, has_price: bool, offered: int, priced_elsewhere: bool, refused: bool) -> bool:
    """Whether the signs are enough: with a price one strong one or three weak ones, more beside cards or without a price.

    `refused`: there is no price because it is sold out.
    """
    signs = 2 * strong + weak
    if not has_price:
        if offered >= MANY and strong < 2 and not refused:
            return False
        return (refused and weak >= ENOUGH + 1) or (strong > 0 and signs >= ENOUGH_WITHOUT_PRICE + (2 if priced_elsewhere else 0))
    if offered >= 3 * MANY:
        return strong > 2 or (strong > 0 and weak >= ENOUGH + 3)
    if offered >= MANY:
        return strong > 1 and signs >= ENOUGH + 4
    if offered >= 2:
        return strong > 0 and signs >= ENOUGH + 2
    return strong > 0 or weak >= ENOUGH + 1


def heading_of(page: ParsedPage, cards: Sequence[Card]) -> etree._Element | None:
    """The page's main heading: among the h1s outside menus the one most like the page's title, else a line that is the title.

    Without either, the first h2 before any card, on a page that has few.
    """
    titled = {card.titled for card in cards}
    named = set((page.meta("og:title") or page.title).casefold().split())
    found = [heading for heading in headings(page, "h1")[:6] if heading not in titled]
    if found:
        return max(found, key=lambda heading: 2 * len(named & set(page.words_of(heading).casefold().split())) > len(named))
    line = title_line(page)
    if line is not None and line not in titled:
        return line
    second = [heading for heading in headings(page, "h2") if heading not in titled]
    if page.meta("og:title"):
        second = [heading for heading in second if named & set(page.words_of(heading).casefold().split())]
    return second[0] if 0 < len(second) <= FEW else None


def headings(page: ParsedPage, tag: str) -> list[etree._Element]:
    """The headings of one rank outside menus that can name a product."""
    found = [] if page.root is None else list(page.root.iter(tag))
    frames = ("nav", "footer", "aside")
    return [
        heading
        for heading in found
        if speaks(page.words_of(heading)) and not any(parent.tag in frames for parent in heading.iterancestors())
    ]


def title_line(page: ParsedPage) -> etree._Element | None:
    """The element whose whole line is the page's title, the part of it before the shop's name, or else the most of it."""
    names = [" ".join(name.split()) for name in (page.meta("og:title") or "", *re.split(r"\s[|–—-]\s|\s::?\s", page.title)[:2])]
    text = f"\n{page.text}\n"
    for name in names:
        at = -1 if len(name) < 4 else text.find(f"\n{name}\n")
        if at >= 0:
            owner = page.visible.owner(at)
            return owner if owner is not None and speaks(name) else None
    whole = f" {names[0] or ' '.join(page.title.split())} ".casefold()
    parts = {
        line
        for line in page.text[:TITLE_REACH].splitlines()
        if 0.4 * len(whole) <= len(line) < len(whole) and f" {line.casefold()} " in whole
    }
    longest = max(parts, key=len, default="")
    return page.visible.owner(text.find(f"\n{longest}\n")) if len(longest) >= 4 and speaks(longest) else None


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
