"""The page's listings: what the readers of `nlp/listings/` say of each offer, compared, and the fields that win.

A price two readers agree on wins. Where they differ, structured data wins if its price can be seen on the page, else the visible one.
"""

import functools
import importlib
import inspect
import pkgutil
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from types import ModuleType
from urllib.parse import urlsplit

from lxml import etree

import nlp.listings
from crawlers.ids import content_id
from crawlers.site import Site, scope_key, storefront_key
from nlp.cas import find_cas
from nlp.draft import Draft
from nlp.findings import Code, Listing
from nlp.currencies import currency_of, settle
from nlp.parse import ParsedPage
from nlp.quantity import find_quantity

ORDER = ("json_ld", "inline_json", "visible")  # who is asked first where only one answer can stand; unknown readers come last
DECLARED = ("pricecurrency", "og:price:currency", "product:price:currency")
WORD = re.compile(r"\w+")


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
    groups = product_groups(page, read) or card_groups(read)
    offers: dict[str, Offer] = {}
    known = find_cas(page.text) if codes is None and groups else codes or []
    for group in groups:
        offer = agreed(page, site, group, known)
        offers.setdefault(offer.listing.listing_id, offer)
    return list(offers.values())


@functools.cache
def readers() -> tuple[ModuleType, ...]:
    """Every reader, one module each in `nlp/listings/`, in order of trust."""
    found = [importlib.import_module(f"nlp.listings.{module.name}") for module in pkgutil.iter_modules(nlp.listings.__path__)]
    return tuple(sorted(found, key=lambda module: (ORDER.index(module.SOURCE) if module.SOURCE in ORDER else len(ORDER), module.SOURCE)))


def drafts_by(module: ModuleType, page: ParsedPage, site: Site | None) -> Iterable[Draft]:
    """One reader's drafts; a reader that takes selectors gets the site file's."""
    read: Callable[..., Iterable[Draft]] = module.read
    takes_selectors = "selectors" in inspect.signature(read).parameters
    return read(page, site.selectors) if takes_selectors and site is not None else read(page)


def product_groups(page: ParsedPage, read: Mapping[str, list[Draft]]) -> list[list[Draft]]:
    """The drafts of the product the page is about, one group per seller; empty when the page is about none.

    Among several products in structured data, the page's own is the one named by its heading or address.
    """
    visible = next((draft for draft in read.get("visible", ()) if draft.role == "product"), None)
    address = page_address(page.url)
    title = title_key(visible.title) if visible is not None else None
    groups: dict[str, list[Draft]] = {}
    listed = any(len(drafts) > 1 for source, drafts in read.items() if source == "visible")
    for source, drafts in read.items():
        if source == "visible":
            continue
        alone = [draft for draft in drafts if draft.role == "product"] if not listed or source == "json_ld" else []
        own = alone or [draft for draft in drafts if title_key(draft.title) == title or (draft.url and page_address(draft.url) == address)]
        for draft in own if len({title_key(draft.title) for draft in own}) == 1 else own[:1]:
            groups.setdefault(seller_name(draft), []).append(draft)
    if visible is not None:
        for group in list(groups.values()) or [groups.setdefault("", [])]:
            if not group or same_offer(group[0], visible) or not any(draft.price for draft in group):
                group.append(visible)
    return list(groups.values())


def card_groups(read: Mapping[str, list[Draft]]) -> list[list[Draft]]:
    """The cards of a category page, each reader's draft of one offer in one group; visible order, then what only data names."""
    groups: list[list[Draft]] = []
    index: dict[tuple[str, str], list[Draft]] = {}
    for source in sorted(read, key=lambda source: source != "visible"):
        taken: set[int] = set()
        for draft in read[source]:
            keys = [(kind, value) for kind, value in (("url", page_address(draft.url)), ("title", title_key(draft.title))) if value]
            keys = [(f"{kind} {seller_name(draft)}", value) for kind, value in keys]
            group = next((index[key] for key in keys if key in index and id(index[key]) not in taken), None)
            if group is None:
                group = []
                groups.append(group)
            taken.add(id(group))
            group.append(draft)
            for key in keys:
                index.setdefault(key, group)
    return groups


def seller_name(draft: Draft) -> str:
    """The seller's name folded, so that readers can be compared."""
    return title_key(draft.seller or "")


def page_address(url: str) -> str:
    """Host and path, which is what two spellings of a page's address share."""
    parts = urlsplit(url)
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}" if url else ""


def title_key(title: str) -> str:
    """The words of a title, folded: the same offer named by two readers has one key."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", title).casefold()))


def same_offer(one: Draft, other: Draft) -> bool:
    """True when two drafts can be one offer: one title, one contained in the other, or most words shared."""
    left, right = set(title_key(one.title).split()), set(title_key(other.title).split())
    return bool(left and right) and (left <= right or right <= left or 2 * len(left & right) > len(left | right))


def agreed(page: ParsedPage, site: Site | None, group: list[Draft], known: Sequence[Code]) -> Offer:
    """The listing that one offer's drafts make together."""
    group = sorted(group, key=lambda draft: ORDER.index(draft.source) if draft.source in ORDER else len(ORDER))
    winner = price_winner(page, group)
    merged = merge(winner, group)
    seen = next((draft for draft in group if draft.block is not None), None)
    block, holes = (seen.block, seen.holes) if seen is not None else (None, ())
    quantity = find_quantity(merged.title)
    storefront = seller_storefront(page, site, merged)
    key = merged.sku or merged.url or title_key(merged.title)
    listing = Listing(
        content_id("lst", storefront, key),
        storefront,
        page.capture_id,
        merged.url or page.url,
        merged.title,
        replace(merged.where, storefront=storefront),
        merged.source,
        description=merged.description,
        price=merged.price,
        currency=currency(page, merged),
        price_was=merged.price_was,
        price_max=merged.price_max,
        quantity=quantity.amount if quantity else None,
        unit=quantity.unit if quantity else None,
        min_order=merged.min_order,
        sku=merged.sku,
        availability=merged.availability,
        seller=merged.seller,
        ships_from=merged.ships_from,
        ships_to=merged.ships_to,
        codes=tuple(dict.fromkeys(codes_of(page, merged, block, holes, known))),
        images=merged.images,
    )
    return Offer(
        listing, block, merged.role == "product", (seen.core if seen.core is not None else block) if seen is not None else None, holes
    )


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


def price_winner(page: ParsedPage, group: list[Draft]) -> Draft:
    """The draft whose price stands: agreed by two, else the first that can be seen on the page, else the first there is."""
    priced = [draft for draft in group if draft.price is not None]
    if not priced:
        return group[0]
    votes = Counter(draft.price for draft in priced)
    price, count = votes.most_common(1)[0]
    if count > 1:
        return next(draft for draft in priced if draft.price == price)
    seen = shown_amounts(page)
    return next((draft for draft in priced if draft.price in seen), priced[0])


def shown_amounts(page: ParsedPage) -> frozenset[Decimal]:
    """Every amount of money the page shows."""
    return frozenset(money.amount for money in page.amounts)


def merge(winner: Draft, group: list[Draft]) -> Draft:
    """The winner with its gaps filled from the others, most trusted first; the title is the most trusted reader's."""
    values: dict[str, object] = {"title": group[0].title, "where": group[0].where}
    for field in fields(Draft):
        if field.name in ("source", "role", "title", "where", "block", "core", "holes", "price", "price_was", "price_max", "currency"):
            continue
        empty = ("", (), None, "unknown")
        values[field.name] = next(
            (value for draft in (*group, winner) if (value := getattr(draft, field.name)) not in empty), getattr(winner, field.name)
        )
    same = [draft for draft in group if draft.price == winner.price]
    values["currency"] = next((code for draft in (winner, *same) if (code := draft.currency) and currency_of(code)), winner.currency)
    for name in ("price_was", "price_max"):
        values[name] = next((getattr(draft, name) for draft in (winner, *same) if getattr(draft, name) is not None), None)
    return replace(winner, **values)  # type: ignore[arg-type]


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
    """The currency the page shows most often; with `definite` only signs that mean one currency count."""
    found = page.amounts
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
