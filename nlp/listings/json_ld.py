"""Offers in JSON-LD (schema.org Product, Offer, AggregateOffer, ItemList), also inside `@graph`, lists and main entities.

Source: schema.org 29; products named as related, similar, accessory or part of a review are not offers of this page.
"""

from collections.abc import Iterator
from decimal import Decimal

from crawlers.canonical import canonical
from nlp.draft import Draft
from nlp.currencies import currency_of
from nlp.money import read_price
from nlp.parse import ParsedPage
from nlp.script_json import InlineJson, step
from nlp.tree import fragment_text

SOURCE = "json_ld"
TYPES = frozenset({"product", "productgroup", "individualproduct", "productmodel", "someproducts"})
ELSEWHERE = frozenset(
    {
        "isrelatedto",
        "issimilarto",
        "isaccessoryorsparepartfor",
        "isconsumablefor",
        "review",
        "reviews",
        "itemreviewed",
        "isvariantof",
        "hasvariant",
    }
)
IN_STOCK = frozenset({"instock", "limitedavailability", "onlineonly", "instoreonly", "presale", "preorder", "backorder", "madetoorder"})
OUT_OF_STOCK = frozenset({"outofstock", "soldout", "discontinued", "reserved"})
WAS = ("listprice", "strikethroughprice", "srp", "msrp")
MAX_DEPTH = 12
MAX_PRODUCTS = 500


def read(page: ParsedPage) -> Iterator[Draft]:
    """One draft per product (per seller, when its offers name several), in document order."""
    found: list[tuple[InlineJson, str, dict[str, object], bool]] = []
    for block in page.inline_json:
        if block.kind == "ld":
            found.extend((block, pointer, node, listed) for pointer, node, listed in products(block.value))
    alone = sum(1 for *_, listed in found if not listed) == 1
    for block, pointer, node, listed in found[:MAX_PRODUCTS]:
        role = "card" if listed or not alone else "product"
        for offers in by_seller(node):
            draft = draft_of(page, block, pointer, node, offers, role)
            if draft is not None:
                yield draft


def products(value: object) -> Iterator[tuple[str, dict[str, object], bool]]:
    """(JSON pointer, node, stands in a list of products) of every product node that this page offers."""
    stack: list[tuple[str, object, bool, int]] = [("", value, False, 0)]
    while stack:
        pointer, here, listed, depth = stack.pop()
        if depth > MAX_DEPTH:
            continue
        if isinstance(here, list):
            stack.extend((f"{pointer}/{number}", here[number], listed, depth + 1) for number in reversed(range(len(here))))
        elif isinstance(here, dict):
            types = types_of(here)
            if types & TYPES:
                yield pointer, here, listed
                continue
            inside = listed or "itemlist" in types or "offercatalog" in types
            below = [key for key in here if key.lower() not in ELSEWHERE and isinstance(here[key], dict | list)]
            stack.extend((f"{pointer}/{step(key)}", here[key], inside, depth + 1) for key in reversed(below))


def types_of(node: dict[str, object]) -> set[str]:
    """The node's types, lower-case, without a schema.org address in front."""
    return {str(name).rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for name in each(node.get("@type"))}


def by_seller(node: dict[str, object]) -> list[list[dict[str, object]]]:
    """The product's offers, parted by seller name; variants of a group bring theirs. One empty list when there is no offer."""
    offers = [offer for offer in each(node.get("offers")) if isinstance(offer, dict)]
    for variant in each(node.get("hasVariant"))[:100]:
        if isinstance(variant, dict):
            offers += [offer for offer in each(variant.get("offers")) if isinstance(offer, dict)]
    inner = [each(offer.get("offers")) for offer in offers if "lowPrice" not in offer and "price" not in offer]
    offers += [offer for group in inner for offer in group if isinstance(offer, dict)]
    parted: dict[str, list[dict[str, object]]] = {}
    for offer in offers:
        parted.setdefault(name_of(offer.get("seller")) or "", []).append(offer)
    return list(parted.values()) or [[]]


def draft_of(
    page: ParsedPage, block: InlineJson, pointer: str, node: dict[str, object], offers: list[dict[str, object]], role: str
) -> Draft | None:
    """The draft of one product by one seller; None when it has no name."""
    title = fragment_text(text_of(node.get("name")))
    if not title:
        return None
    price, price_max, price_was, currency = prices(offers)
    number = sku(node) or next((found for offer in offers if (found := sku(offer))), None)
    if price is None and number is None and not offers:
        return None  # a rating or a review that calls its subject a product
    url = canonical(text_of(node.get("url")) or next((text_of(offer.get("url")) for offer in offers if offer.get("url")), ""), page.base)
    states = [stock(offer.get("availability")) for offer in offers]
    return Draft(
        SOURCE,
        role,
        title[:500],
        page.json_where(block.script, pointer, title),
        url=url or "",
        price=price,
        currency=currency,
        price_was=price_was,
        price_max=price_max,
        sku=number,
        availability=next((state for state in ("in_stock", "out_of_stock") if state in states), "unknown"),
        seller=next((name for offer in offers if (name := name_of(offer.get("seller")))), None),
        description=fragment_text(text_of(node.get("description")))[:2000],
        images=tuple(page.absolute(image) for image in map(image_of, each(node.get("image"))[:10]) if image),
    )


def prices(offers: list[dict[str, object]]) -> tuple[Decimal | None, Decimal | None, Decimal | None, str | None]:
    """(price, top price, old price, currency) over one seller's offers: the lowest asked, the highest when it differs."""
    asked: list[Decimal] = []
    olds: list[Decimal] = []
    currency: str | None = None
    for offer in offers:
        rows: list[dict[str, object]] = [offer] + [row for row in each(offer.get("priceSpecification")) if isinstance(row, dict)]
        for row in rows:
            kind = text_of(row.get("priceType")).rsplit("/", 1)[-1].lower()
            for key in ("lowPrice", "price", "minPrice", "highPrice", "maxPrice"):
                amount, sign = read_price(row.get(key))
                if amount is not None:
                    (olds if kind in WAS else asked).append(amount)
                currency = currency or currency_of(text_of(row.get("priceCurrency"))) or sign
    low, high = (min(asked), max(asked)) if asked else (None, None)
    old = max(olds) if olds and low is not None and max(olds) > low else None
    return low, high if high != low else None, old, currency


def stock(value: object) -> str:
    """An ItemAvailability as `in_stock`, `out_of_stock` or `unknown`."""
    word = text_of(value).rstrip("/").rsplit("/", 1)[-1].replace(" ", "").replace("_", "").lower()
    return "in_stock" if word in IN_STOCK else "out_of_stock" if word in OUT_OF_STOCK else "unknown"


def sku(node: dict[str, object]) -> str | None:
    """The product number: sku, else a product id or trade number."""
    values = (node.get(key) for key in ("sku", "productID", "gtin13", "gtin", "gtin12", "gtin8", "gtin14", "mpn"))
    return next((str(value).strip()[:80] for value in values if isinstance(value, str | int) and str(value).strip()), None)


def name_of(value: object) -> str | None:
    """The name of an organisation or person node, or the text itself."""
    named = text_of(value.get("name")) if isinstance(value, dict) else text_of(value)
    return named.strip()[:120] or None


def image_of(value: object) -> str:
    """The address of an image given as text or ImageObject."""
    return text_of(value.get("url") or value.get("contentUrl")) if isinstance(value, dict) else text_of(value)


def text_of(value: object) -> str:
    """The text itself, the first of a list, or the @value of a language-tagged one; empty for anything else."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("@id")
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def each(value: object) -> list[object]:
    """The value as a list: itself, its members, or none."""
    return value if isinstance(value, list) else [] if value is None else [value]
