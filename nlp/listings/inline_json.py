"""Offers in a page's JSON state (`__NEXT_DATA__`, `window.X = {…}`, JSON blocks and attributes): objects with a name and a price.

Which keys mean what: `nlp/state_keys.py`. The variants of a product (sizes, packs) make one offer with its lowest price.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from crawlers.canonical import canonical
from nlp.draft import Draft
from nlp.findings import PackPrice
from nlp.json_repair import repaired
from nlp.packs import pack_of
from nlp.parse import ParsedPage
from nlp.product_node import each, image_of, name_of, text_of
from nlp.script_json import InlineJson, step
from nlp.state_keys import (
    CENTS,
    HIGH,
    IMAGES,
    PRICE,
    SELLER,
    SKU,
    STOCK,
    TEXT,
    TITLE,
    URL,
    VARIANTS,
    WAS,
    amount_of,
    first,
    fold,
    in_cents,
    price_of,
    stock,
)
from nlp.tree import fragment_text
from nlp.xpath import values

SOURCE = "inline_json"
# Parts of a state that name amounts or goods which the page does not offer.
ELSEWHERE = re.compile(
    r"cart|basket|checkout|shipping|delivery|related|recommend|similar|cross|upsell|coupon|voucher|wishlist|recently"
    r"|order|payment|filter|facet"
    r"|breadcrumb|menu|navigation|translations|i18n|locale|config|settings|tax|bestseller|featured|promo|gift|addon"
)
IN_ATTRIBUTES = values("//@*[(starts-with(., '{') or starts-with(., '[')) and contains(., 'rice')]")
COUNTS = frozenset({"productcount", "productscount", "totalproducts", "numberofproducts", "showproducts"})
SHELF = COUNTS | {"products", "productlist", "productitems", "goodslist", "listings", "subcategories", "childcategories"}
PRICE_MARKS = ("rice", "RICE", "cent", "Cent", "CENT", "价", "цена", "Цена", "\\u4ef7", "\\u0446\\u0435")
MAX_ATTRIBUTES = 200
MAX_ATTRIBUTE = 300_000  # code points
MAX_DEPTH = 25
MAX_NODES = 20_000
MAX_PRODUCTS = 500
MAX_VARIANTS = 200


@dataclass(frozen=True, slots=True)
class Node:
    """An object that looks like an offer, its keys folded; `listed` when it is a member of a list; `variants` its priced versions."""

    block: InlineJson
    pointer: str
    keys: dict[str, object]
    listed: bool
    variants: tuple[dict[str, object], ...] = ()


def read(page: ParsedPage) -> Iterator[Draft]:
    """One draft per object with a name and a price, in document order; members of lists are cards, one alone is the product."""
    blocks = [*(block for block in page.inline_json if block.kind != "ld"), *in_attributes(page)]
    found = [node for block in blocks if speaks_of_prices(block) for node in offers(block)]
    for node in found[:MAX_PRODUCTS]:
        draft = draft_of(page, node)
        if draft is not None:
            yield draft


def speaks_of_prices(block: InlineJson) -> bool:
    """False when no key of a price can be in the script; a state pushed in pieces is read anyway."""
    source = block.script.text or ""
    return block.kind == "attribute" or "__next_f" in source or any(mark in source for mark in PRICE_MARKS)


def in_attributes(page: ParsedPage) -> Iterator[InlineJson]:
    """JSON that stands in attributes (`data-product`, `data-product_variations`) and speaks of prices."""
    for text, element in ([] if page.root is None else IN_ATTRIBUTES(page.root))[:MAX_ATTRIBUTES]:
        value = repaired(text) if len(text) <= MAX_ATTRIBUTE else None
        if isinstance(value, dict | list):
            yield InlineJson(element, "attribute", value)


def offers(block: InlineJson) -> Iterator[Node]:
    """Every offer-like object of the JSON, outermost only, bounded in number and depth."""
    stack: list[tuple[str, object, bool, int]] = [("", block.value, False, 0)]
    count = 0
    while stack and count < MAX_NODES:
        pointer, here, listed, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH:
            continue
        if isinstance(here, list):
            stack.extend((f"{pointer}/{number}", here[number], True, depth + 1) for number in reversed(range(min(len(here), MAX_NODES))))
        elif isinstance(here, dict):
            keys = {fold(key): value for key, value in here.items()}
            shelf = is_shelf(keys)  # a category with a name and a price range: its goods are the offers
            variants = () if shelf else variants_of(keys)
            if (not shelf and has_title(keys) and (has_price(keys) or variants)) or (variants and common_title(variants)):
                yield Node(block, pointer, keys, listed, variants)
                continue
            below = [key for key in here if isinstance(here[key], dict | list) and not ELSEWHERE.search(fold(key))]
            stack.extend((f"{pointer}/{step(key)}", here[key], False, depth + 1) for key in reversed(below))


def is_shelf(keys: dict[str, object]) -> bool:
    """True when the object holds a list of products, or counts the ones it has: a category, not an offer."""
    if SHELF.isdisjoint(keys):
        return False
    return not COUNTS.isdisjoint(keys) or any(isinstance(keys.get(name), list | dict) for name in SHELF)


def has_title(keys: dict[str, object]) -> bool:
    """True when the object has a name that is text with a letter."""
    return any(isinstance(value := keys.get(name), str) and any(map(str.isalpha, value)) for name in TITLE)


def has_price(keys: dict[str, object]) -> bool:
    """True when the object has a price key; an offer may say null there (`ask us`) when it has a number of its own."""
    priced = [name for name in (*PRICE, *CENTS) if name in keys]
    return any(keys[name] is not None for name in priced) or bool(priced and any(keys.get(name) for name in SKU))


def variants_of(keys: dict[str, object]) -> tuple[dict[str, object], ...]:
    """The versions of a product, each with a price of its own, keys folded; lists in the form of `nodes` and `edges` are opened."""
    for name in VARIANTS:
        value = keys.get(name)
        if isinstance(value, dict):
            value = value.get("nodes") or [edge.get("node") for edge in each(value.get("edges")) if isinstance(edge, dict)]
        members = [{fold(key): part for key, part in member.items()} for member in each(value)[:MAX_VARIANTS] if isinstance(member, dict)]
        priced = tuple(member for member in members if price_of(member)[0] is not None)
        if priced and 2 * len(priced) >= len(members):
            return priced
    return ()


def common_title(variants: tuple[dict[str, object], ...]) -> str:
    """The name that all variants begin with, without what tells them apart; empty when they share none."""
    titles = [fragment_text(text_of(first(variant, TITLE))) for variant in variants]
    tails = [fragment_text(text_of(variant.get("publictitle"))) for variant in variants]
    if titles and tails[0] and titles[0].endswith(tails[0]):
        return titles[0][: -len(tails[0])].rstrip(" -–—|/")
    alike = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*titles, strict=False))
    shared = "".join(letters[0] for letters in alike).rstrip(" -–—|/,(") if len(titles) > 1 else ""
    return shared if len(shared) >= 4 else ""


def draft_of(page: ParsedPage, node: Node) -> Draft | None:
    """The draft of one offer-like object; None when a name is all it has and it is no offer."""
    keys, variants = node.keys, node.variants
    title = fragment_text(next((str(keys[name]) for name in TITLE if isinstance(keys.get(name), str) and keys[name]), "")) or common_title(
        variants
    )
    shopify = bool(variants) and any(in_cents(part, part.get("price")) for part in (keys, *variants))
    price, currency = price_of(keys, cents=shopify)
    asked = [amount for variant in variants if (amount := price_of(variant, cents=shopify)[0]) is not None]
    if price is None and asked:
        price, currency = min(asked), currency or next((code for variant in variants if (code := price_of(variant)[1])), None)
    old, high = amount_of(keys, WAS, cents=shopify), amount_of(keys, HIGH, cents=shopify) or max(asked, default=None)
    if not title or (price is None and not any(keys.get(name) for name in (*SKU, *TEXT, *STOCK))):
        return None
    brand = shopify or "handle" in keys  # Shopify calls the maker `vendor`
    seller = first({name: value for name, value in keys.items() if name != "vendor"} if brand else keys, SELLER)
    seller_link = text_of(seller.get("url") or seller.get("href")) if isinstance(seller, dict) else ""
    seller_id = text_of(seller.get("slug") or seller.get("id")) if isinstance(seller, dict) else text_of(keys.get("sellerid"))
    return Draft(
        SOURCE,
        "card" if node.listed else "product",
        title[:500],
        page.json_where(node.block.script, node.pointer, title),
        url=address_of(page, keys),
        price=price,
        currency=currency,
        price_was=old if old is not None and price is not None and old > price else None,
        price_max=high if high is not None and price is not None and high > price else None,
        prices=tuple(dict.fromkeys([*([price] if price is not None else []), *asked])),
        packs=packs_of(variants, shopify),
        sku=number_of(keys) or (number_of(variants[0]) if len(variants) == 1 else None),
        group_id=number_of(variants[0]) if variants else None,
        availability=availability_of(keys, variants),
        seller=name_of(seller),
        seller_id=seller_id or None,
        seller_url=canonical(seller_link, page.base) or "" if seller_link else "",
        description=fragment_text(text_of(first(keys, TEXT)))[:2000],
        images=tuple(page.absolute(image) for image in map(image_of, each(first(keys, IMAGES))[:10]) if image),
        min_order=text_of(first(keys, ("minorder", "moq", "minorderquantity", "minimumorder", "起订量"))) or None,
        ships_from=text_of(first(keys, ("shipsfrom", "shipfrom", "origin", "发货地"))) or None,
        ships_to=text_of(first(keys, ("shipsto", "shipto", "destinations"))) or None,
    )


def address_of(page: ParsedPage, keys: dict[str, object]) -> str:
    """The address of the offer's own page; empty when the object names a bare slug or none."""
    link = text_of(first(keys, URL))
    if not link or ("/" not in link and ("slug" in keys or "handle" in keys)):
        return ""
    return canonical(link, page.base) or ""


def number_of(keys: dict[str, object]) -> str | None:
    """The product number of an object."""
    values = (keys.get(name) for name in SKU)
    return next(
        (
            str(value).strip()[:80]
            for value in values
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip()
        ),
        None,
    )


def availability_of(keys: dict[str, object], variants: tuple[dict[str, object], ...]) -> str:
    """What the object says of stock, else what its variants say: in stock when one of them is."""
    own = stock(keys)
    said = [stock(variant) for variant in variants]
    return own if own != "unknown" else next((state for state in ("in_stock", "out_of_stock") if state in said), "unknown")


def packs_of(variants: tuple[dict[str, object], ...], cents: bool) -> tuple[PackPrice, ...]:
    """The prices of the pack sizes that variants name, smallest first."""
    found: dict[tuple[str, Decimal], PackPrice] = {}
    for variant in variants:
        words = [text_of(variant.get(name)) for name in ("publictitle", "title", "name", "option1", "size", "weight", "label", "规格")]
        attributes = variant.get("attributes")
        words += [text_of(value) for value in attributes.values()] if isinstance(attributes, dict) else []
        price = price_of(variant, cents=cents)[0]
        pack = pack_of(" ".join(words)[:300], price) if price is not None else None
        if pack is not None:
            found.setdefault((pack.unit, pack.quantity), pack)
    return tuple(found[key] for key in sorted(found)) if len(found) > 1 else ()
