"""Offers in a page's own JSON state (`__NEXT_DATA__`, `window.X = {…}`, bare JSON blocks): objects with a name and a price.

Known shapes: plain keys, nested price objects, Shopify product JSON (whole numbers are cents), WooCommerce store API (minor units).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from crawlers.canonical import canonical
from nlp.draft import Draft
from nlp.currencies import currency_of
from nlp.money import read_price
from nlp.parse import ParsedPage
from nlp.product_node import each, image_of, name_of, text_of
from nlp.script_json import InlineJson, step
from nlp.tree import fragment_text

SOURCE = "inline_json"
# Keys without case and separators.
TITLE = ("title", "name", "productname", "producttitle", "goodsname", "itemname", "displayname", "名称", "标题")
PRICE = (
    "saleprice",
    "specialprice",
    "finalprice",
    "currentprice",
    "price",
    "unitprice",
    "sellingprice",
    "goodsprice",
    "shopprice",
    "prices",
    "价格",
)
CENTS = ("pricecents", "priceincents", "priceminor", "centamount")
WAS = ("compareatprice", "oldprice", "regularprice", "originalprice", "listprice", "marketprice", "pricewas", "msrp", "rrp")
HIGH = ("pricemax", "maxprice", "highprice")
CURRENCY = ("currency", "currencycode", "pricecurrency", "currencyiso", "cur")
SKU = ("sku", "goodssn", "productcode", "itemno", "itemnumber", "articlenumber", "upc", "ean", "gtin", "code", "partnumber")
URL = ("url", "href", "permalink", "link", "producturl", "path", "canonicalurl", "slug", "handle")
STOCK = (
    "availability",
    "instock",
    "available",
    "stockstatus",
    "isinstock",
    "stock",
    "inventory",
    "stockquantity",
    "availableforsale",
    "onhand",
    "qty",
)
SELLER = ("seller", "merchant", "shop", "store", "vendor", "sellername", "shopname", "merchantname")
TEXT = ("description", "shortdescription", "summary", "body", "bodyhtml", "details", "desc", "描述")
IMAGES = ("images", "image", "photos", "thumbnail", "imageurl", "featuredimage", "img", "picture")
# Parts of a state that name amounts or goods which the page does not offer.
ELSEWHERE = re.compile(
    r"cart|basket|checkout|shipping|delivery|related|recommend|similar|cross|upsell|coupon|voucher|wishlist|recently|order|payment|filter|facet"
    r"|breadcrumb|menu|navigation|translations|i18n|locale|config|settings|tax"
)
MAX_DEPTH = 25
MAX_NODES = 20_000
MAX_PRODUCTS = 500


@dataclass(frozen=True, slots=True)
class Node:
    """An object that looks like an offer, its keys folded; `listed` when it is a member of a list."""

    block: InlineJson
    pointer: str
    keys: dict[str, object]
    listed: bool


def read(page: ParsedPage) -> Iterator[Draft]:
    """One draft per object with a name and a price, in document order; members of lists are cards, one alone is the product."""
    found = [node for block in page.inline_json if block.kind != "ld" for node in offers(block)]
    for node in found[:MAX_PRODUCTS]:
        draft = draft_of(page, node)
        if draft is not None:
            yield draft


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
            if has_title(keys) and has_price(keys):
                yield Node(block, pointer, keys, listed)
                continue
            below = [key for key in here if isinstance(here[key], dict | list) and not ELSEWHERE.search(fold(key))]
            stack.extend((f"{pointer}/{step(key)}", here[key], False, depth + 1) for key in reversed(below))


def fold(key: str) -> str:
    """A key without case, dashes and underscores: `sale_price` and `salePrice` are one."""
    return key[:60].replace("_", "").replace("-", "").lower()


def has_title(keys: dict[str, object]) -> bool:
    """True when the object has a name that is text with a letter."""
    return any(isinstance(value := keys.get(name), str) and any(map(str.isalpha, value)) for name in TITLE)


def has_price(keys: dict[str, object]) -> bool:
    """True when the object has a price key; an offer may say null there (`ask us`) when it has a number of its own."""
    priced = [name for name in (*PRICE, *CENTS) if name in keys]
    return any(keys[name] is not None for name in priced) or bool(priced and any(keys.get(name) for name in SKU))


def draft_of(page: ParsedPage, node: Node) -> Draft | None:
    """The draft of one offer-like object; None when a name is all it has and it is no offer."""
    keys = node.keys
    title = fragment_text(next(str(keys[name]) for name in TITLE if isinstance(keys.get(name), str) and keys[name]))
    price, currency = price_of(keys)
    old, high = amount_of(keys, WAS), amount_of(keys, HIGH)
    if not title or (price is None and not any(keys.get(name) for name in (*SKU, *TEXT, *STOCK))):
        return None
    seller = first(keys, SELLER)
    link = text_of(first(keys, URL))
    own = canonical(link, page.base) if link and ("/" in link or ("slug" not in keys and "handle" not in keys)) else None
    seller_link = text_of(seller.get("url") or seller.get("href")) if isinstance(seller, dict) else ""
    seller_id = text_of(seller.get("slug") or seller.get("id")) if isinstance(seller, dict) else text_of(keys.get("sellerid"))
    return Draft(
        SOURCE,
        "card" if node.listed else "product",
        title[:500],
        page.json_where(node.block.script, node.pointer, title),
        url=own or "",
        price=price,
        currency=currency,
        price_was=old if old is not None and price is not None and old > price else None,
        price_max=high if high is not None and price is not None and high > price else None,
        sku=next((str(value).strip()[:80] for name in SKU if isinstance(value := keys.get(name), str | int) and str(value).strip()), None),
        availability=stock(keys),
        seller=name_of(seller),
        seller_id=seller_id or None,
        seller_url=canonical(seller_link, page.base) or "" if seller_link else "",
        description=fragment_text(text_of(first(keys, TEXT)))[:2000],
        images=tuple(page.absolute(image) for image in map(image_of, each(first(keys, IMAGES))[:10]) if image),
        min_order=text_of(first(keys, ("minorder", "moq", "minorderquantity", "minimumorder"))) or None,
        ships_from=text_of(first(keys, ("shipsfrom", "shipfrom", "origin", "发货地"))) or None,
        ships_to=text_of(first(keys, ("shipsto", "shipto", "destinations"))) or None,
    )


def price_of(keys: dict[str, object]) -> tuple[Decimal | None, str | None]:
    """(price, currency): the first price key that holds one; minor units are turned into whole ones."""
    currency = currency_of(text_of(first(keys, CURRENCY)))
    minor = next((amount for name in CENTS if (amount := read_price(keys.get(name))[0]) is not None), None)
    if minor is not None:
        return minor / 100, currency
    for name in PRICE:
        value = keys.get(name)
        if isinstance(value, dict):
            inner = {fold(key): part for key, part in value.items()}
            digits = inner.get("currencyminorunit")
            amount, sign = price_of(
                {**inner, "price": inner.get("price", inner.get("value", inner.get("amount", inner.get("current", inner.get("min")))))}
            )
            if amount is not None and isinstance(digits, int) and 0 < digits < 5:
                amount = amount / 10**digits
        else:
            amount, sign = read_price(value)
        if amount is not None:
            whole_cents = isinstance(value, int) and "variants" in keys and ("compareatprice" in keys or "handle" in keys)
            return (amount / 100 if whole_cents else amount), currency or sign
    return None, currency


def amount_of(keys: dict[str, object], names: tuple[str, ...]) -> Decimal | None:
    """The first of these keys that holds an amount, in the unit of the price."""
    amount = next((found for name in names if (found := read_price(keys.get(name))[0]) is not None), None)
    whole_cents = (
        amount is not None and "variants" in keys and ("compareatprice" in keys or "handle" in keys) and isinstance(keys.get("price"), int)
    )
    return amount / 100 if amount is not None and whole_cents else amount


def stock(keys: dict[str, object]) -> str:
    """What the stock keys say: truth, a word or a count."""
    for name in STOCK:
        value = keys.get(name)
        if isinstance(value, dict):
            value = value.get("available", value.get("quantity"))
        if isinstance(value, bool | int | float):
            return "in_stock" if value > 0 else "out_of_stock"
        word = text_of(value).rsplit("/", 1)[-1].replace("_", "").replace("-", "").replace(" ", "").lower()
        if word in ("instock", "available", "true", "yes", "有货", "现货", "onsale", "limitedavailability"):
            return "in_stock"
        if word in ("outofstock", "soldout", "unavailable", "false", "no", "缺货", "售罄", "discontinued"):
            return "out_of_stock"
    return "unknown"


def first(keys: dict[str, object], names: tuple[str, ...]) -> object:
    """The first of these keys that holds something, or None."""
    return next((keys[name] for name in names if keys.get(name)), None)
