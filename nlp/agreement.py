"""The page's listings: what the readers of `nlp/listings/` say of each offer, compared, and the fields that win.

Which drafts speak of one offer: `offer_groups.py`; whose price stands: `price_choice.py`.
"""

import functools
import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from types import ModuleType
from urllib.parse import urlsplit

from lxml import etree

import nlp.listings
from crawlers.canonical import canonical
from crawlers.ids import content_id
from crawlers.site import Site, scope_key, storefront_key
from nlp.cas import find_cas
from nlp.currencies import currency_of, settle
from nlp.draft import Draft
from nlp.findings import Code, Listing
from nlp.offer_groups import card_groups, page_address, product_groups, rank, shared_addresses, title_key
from nlp.packs import price_per_kg
from nlp.page_prices import read_prices
from nlp.parse import ParsedPage
from nlp.price_choice import Choice, choose_price, disagreements
from nlp.quantity import find_quantity

DECLARED = ("pricecurrency", "og:price:currency", "product:price:currency", "product:currency", "currency")
KEPT = ("source", "role", "title", "where", "block", "core", "holes", "price", "price_was", "price_max", "prices", "currency", "sku")


@dataclass(frozen=True, slots=True)
class Offer:
    """One listing and the part of the page that tells of it, without its holes (None when nothing visible does).

    `is_product`: the page is about it. `core` is the part that is surely the seller's: a card, or the smallest part with heading, price
    and seller of a product.
    """

    listing: Listing
    block: etree._Element | None
    is_product: bool
    core: etree._Element | None = None
    holes: tuple[etree._Element, ...] = ()


def listings_of(page: ParsedPage, site: Site | None) -> list[Listing]:
    """The page's listings: a product page's product first, a category page's cards in document order, none on any other page."""
    return [offer.listing for offer in offers_of(page, site)]


def offers_of(page: ParsedPage, site: Site | None, codes: Sequence[Code] | None = None) -> list[Offer]:
    """The page's listings with the blocks they stand in. `site` gives storefront keys and selectors; without it both stay empty.

    `codes` are the CAS numbers of the visible text where the caller has them already.
    """
    read = {module.SOURCE: list(drafts_by(module, page, site)) for module in readers()}
    products = product_groups(page, read)
    groups = products or card_groups(page, read)
    shared = shared_addresses(page, read) if not products else set()
    offers: dict[str, Offer] = {}
    known = find_cas(page.text) if codes is None and groups else codes or []
    for group in groups:
        offer = agreed(page, site, group, known, shared)
        offers.setdefault(offer.listing.listing_id, offer)
    return list(offers.values())


@functools.cache
def readers() -> tuple[ModuleType, ...]:
    """Every reader, one module each in `nlp/listings/`, in order of trust."""
    found = [importlib.import_module(f"nlp.listings.{module.name}") for module in pkgutil.iter_modules(nlp.listings.__path__)]
    return tuple(sorted(found, key=lambda module: (rank(module.SOURCE), module.SOURCE)))


def drafts_by(module: ModuleType, page: ParsedPage, site: Site | None) -> Iterable[Draft]:
    """One reader's drafts; a reader that takes selectors gets the site file's."""
    read: Callable[..., Iterable[Draft]] = module.read
    return read(page, site.selectors) if site is not None and takes_selectors(module) else read(page)


@functools.cache
def takes_selectors(module: ModuleType) -> bool:
    """True when the reader has a place for the site file's selectors."""
    return "selectors" in inspect.signature(module.read).parameters


def agreed(page: ParsedPage, site: Site | None, group: list[Draft], known: Sequence[Code], shared: set[str]) -> Offer:
    """The listing that one offer's drafts make together."""
    group = sorted(group, key=lambda draft: rank(draft.source))
    choice = choose_price(page, group)
    is_product = any(draft.role == "product" for draft in group)
    merged = merge(choice, group)
    seen = next((draft for draft in group if draft.block is not None), None)
    block, holes = (seen.block, seen.holes) if seen is not None else (None, ())
    quantity = find_quantity(merged.title)
    amount, unit = (quantity.amount, quantity.unit) if quantity is not None else (None, None)
    storefront = seller_storefront(page, site, merged)
    url = own_address(page, merged) if is_product or not merged.url else merged.url
    listing = Listing(
        content_id("lst", storefront, natural_key(page, merged, is_product, shared)),
        storefront,
        page.capture_id,
        url,
        merged.title,
        replace(merged.where, storefront=storefront),
        merged.source,
        description=merged.description,
        price=merged.price,
        currency=currency(page, merged),
        price_was=merged.price_was,
        price_max=merged.price_max,
        quantity=amount,
        unit=unit,
        min_order=merged.min_order,
        sku=merged.sku,
        availability=merged.availability,
        seller=merged.seller,
        ships_from=merged.ships_from,
        ships_to=merged.ships_to,
        codes=tuple(dict.fromkeys(codes_of(page, merged, block, holes, known))),
        images=merged.images,
        pack_prices=merged.packs,
        price_per_kg=price_per_kg(amount, unit, merged.price, merged.packs),
        disagreed=disagreements(group, choice, merged.sku, merged.availability),
    )
    core = (seen.core if seen.core is not None else block) if seen is not None else None
    return Offer(listing, block, is_product, core, holes)


def natural_key(page: ParsedPage, draft: Draft, is_product: bool, shared: set[str]) -> str:
    """What names an offer the same way on its card and on its own page: the address of that page, else its number, else its title.

    The address comes first because both views have it, while many shops show the number on one of them only. An address that
    several offers of the page share (a script's link, the page itself) names none.
    """
    address = page_address(own_address(page, draft) if is_product else draft.url)
    if address and (is_product or address not in shared):
        return f"url:{address}"
    return f"sku:{draft.sku}" if draft.sku else f"title:{title_key(draft.title)}"


def own_address(page: ParsedPage, draft: Draft) -> str:
    """The canonical address of the page; without its query when data give the same path without one and the path itself names the offer."""
    own = canonical(page.url) or page.url
    for declared in (draft.url, page.canonical_link):
        if declared and declared != own and page_address(declared).partition("?")[0] == page_address(own).partition("?")[0]:
            last = urlsplit(declared).path.rstrip("/").rpartition("/")[2]
            if not urlsplit(declared).query and ("-" in last or any(map(str.isdigit, last))):
                return declared
    return own


def codes_of(
    page: ParsedPage, draft: Draft, block: etree._Element | None, holes: Sequence[etree._Element], known: Sequence[Code]
) -> Iterator[str]:
    """CAS numbers in the offer's own block, and in its title and description when the page does not show them."""
    for text in (draft.title, draft.description):
        if text and text not in page.text:
            yield from (code.value for code in find_cas(text))
    span = page.text_of(block) if block is not None else (0, len(page.text)) if draft.role == "product" else None
    others = [hole for element in holes if (hole := page.text_of(element))]
    for code in known:
        at = code.where.start
        if span and at is not None and span[0] <= at < span[1] and not any(hole[0] <= at < hole[1] for hole in others):
            yield code.value


def merge(choice: Choice, group: list[Draft]) -> Draft:
    """The winner with its gaps filled from the others, most trusted first; the title is the most trusted reader's."""
    winner = choice.winner
    values: dict[str, object] = {"title": title_of(group), "where": group[0].where, "price": choice.price, "sku": sku_among(group)}
    for field in fields(Draft):
        if field.name not in KEPT:
            empty = ("", (), None, "unknown")
            values[field.name] = next(
                (value for draft in (*group, winner) if (value := getattr(draft, field.name)) not in empty), getattr(winner, field.name)
            )
    same = [winner, *(draft for draft in group if choice.price is not None and choice.price in (draft.price, *draft.prices))]
    values["currency"] = next((code for draft in same if (code := draft.currency) and currency_of(code)), winner.currency)
    olds = [draft.price_was for draft in (*same, *group) if draft.price_was and choice.price is not None and draft.price_was > choice.price]
    tops = [draft.price_max for draft in same if draft.price_max and choice.price is not None and draft.price_max > choice.price]
    values["price_was"] = olds[0] if olds else None
    values["price_max"] = next((top for top in tops if top not in olds), None)
    return replace(winner, **values)  # type: ignore[arg-type]


def title_of(group: Sequence[Draft]) -> str:
    """The most trusted reader's title, without the shop's name behind it where the page shows the title alone."""
    title = group[0].title
    shown = next((draft.title for draft in group if draft.source == "visible"), "")
    rest = title[len(shown) :] if shown and title.startswith(shown) else ""
    return shown if rest[:1] in (" ", "|") and rest.lstrip()[:1] in ("|", "-", "–", "—", "·") else title


def sku_among(group: Sequence[Draft]) -> str | None:
    """The product number: of the most trusted reader that has the product's own; a group's id stands only when nothing else does."""
    return next((draft.sku for draft in group if draft.sku), None) or next(
        (draft.group_id for draft in reversed(group) if draft.group_id), None
    )


def currency(page: ParsedPage, draft: Draft) -> str | None:
    """The ISO 4217 code of the draft's price: its own, an ambiguous sign settled by the page, else what the page declares or shows most."""
    if draft.price is None:
        return None
    declared = currency_of(page.meta(*DECLARED) or "")
    if draft.currency:
        host = urlsplit(page.url).hostname or ""
        return currency_of(draft.currency) or settle(
            draft.currency, page.language_tag, host, declared or shown_currency(page, definite=True)
        )
    return declared or shown_currency(page, definite=False)


def shown_currency(page: ParsedPage, *, definite: bool) -> str | None:
    """The currency of most of the page's prices; with `definite` only signs that mean one currency count."""
    found = [price.money for price in read_prices(page)[1] if price.role != "ask"] or page.amounts
    codes = Counter(money.currency for money in found if money.currency)
    if codes:
        return codes.most_common(1)[0][0]
    signs = Counter(money.sign for money in found)
    return None if definite or not signs else settle(signs.most_common(1)[0][0], page.language_tag, urlsplit(page.url).hostname or "", None)


def seller_storefront(page: ParsedPage, site: Site | None, draft: Draft) -> str:
    """The storefront that offers this: on a marketplace the seller's when the page names one, else the page's own."""
    if site is None:
        return page.storefront
    if draft.seller_url and scope_key(site, draft.seller_url) == scope_key(site, page.url):
        return storefront_key(site, draft.seller_url, draft.seller)
    return storefront_key(site, page.url, draft.seller_id or draft.seller)
