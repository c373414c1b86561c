"""A schema.org product (as JSON-LD, microdata or RDFa write it) as drafts: one per seller its offers name.

Source: schema.org 29. Which price is asked: an offer's `price` before its `minPrice` and `maxPrice`; list and struck prices are old
ones; a unit price with a reference quantity (per kilogram) is the price only when there is no other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from crawlers.canonical import canonical
from nlp.currencies import currency_of
from nlp.draft import Draft
from nlp.findings import PackPrice
from nlp.money import read_price
from nlp.packs import pack_of
from nlp.parse import ParsedPage
from nlp.script_json import step
from nlp.tree import fragment_text
from nlp.where import Where

TYPES = frozenset({"product", "productgroup", "individualproduct", "productmodel", "someproducts", "vehicle", "book", "drug"})
IN_STOCK = frozenset(
    {"instock", "limitedavailability", "onlineonly", "instoreonly", "presale", "preorder", "backorder", "madetoorder", "available"}
)
OUT_OF_STOCK = frozenset({"outofstock", "soldout", "discontinued", "reserved", "oos"})
WAS = ("listprice", "strikethroughprice", "srp", "msrp", "regularprice")
ELSEWHERE = frozenset({
    "isrelatedto", "issimilarto", "isaccessoryorsparepartfor", "isconsumablefor", "review", "reviews", "itemreviewed", "isvariantof",
    "hasvariant", "mentions", "about", "predecessorof", "successorof", "isbasedon",
})  # fmt: skip
MAX_DEPTH = 14
MAX_NODES = 20_000
MAX_VARIANTS = 200


@dataclass
class Asked:
    """What one seller's offers ask: prices, old prices, currency, and prices per unit of measure."""

    prices: list[Decimal] = field(default_factory=list)
    olds: list[Decimal] = field(default_factory=list)
    per_unit: list[Decimal] = field(default_factory=list)
    currency: str | None = None


def drafts_of(page: ParsedPage, source: str, node: dict[str, object], role: str, place: Callable[[str], Where]) -> Iterator[Draft]:
    """One draft per seller; none when the node has neither a name nor an offer nor a number. `place` names a value's place by its title."""
    title = fragment_text(text_of(node.get("name") or node.get("title")))
    if not title or (types_of(node) & {"book", "drug", "vehicle"} and not node.get("offers")):
        return
    variants = [variant for variant in each(node.get("hasVariant"))[:MAX_VARIANTS] if isinstance(variant, dict)]
    for offers in by_seller(node, variants):
        number = sku(node) or next((found for offer in offers if (found := sku(offer))), None)
        family = text_of(node.get("productGroupID")) or next((found for variant in variants if (found := sku(variant))), None)
        asked = asked_by(offers)
        if not asked.prices and number is None and family is None and not offers:
            continue  # a rating or a review that calls its subject a product
        low, high = (min(asked.prices), max(asked.prices)) if asked.prices else (None, None)
        states = [stock(offer.get("availability")) for offer in offers]
        link = text_of(node.get("url")) or next((text_of(offer.get("url")) for offer in offers if offer.get("url")), "")
        yield Draft(
            source,
            role,
            title[:500],
            place(title),
            url=(canonical(link, page.base) or "") if link else "",
            price=low,
            currency=asked.currency,
            price_was=max(asked.olds) if asked.olds and low is not None and max(asked.olds) > low else None,
            price_max=high if high != low else None,
            prices=tuple(dict.fromkeys(asked.prices)),
            packs=packs_of(variants, offers),
            sku=number,
            group_id=family or None,
            availability=next((state for state in ("in_stock", "out_of_stock") if state in states), "unknown"),
            seller=next((name for offer in offers if (name := name_of(offer.get("seller") or offer.get("offeredBy")))), None),
            description=fragment_text(text_of(node.get("description")))[:2000],
            images=tuple(page.absolute(image) for image in map(image_of, each(node.get("image"))[:10]) if image),
        )


def products(value: object) -> Iterator[tuple[str, dict[str, object], bool]]:
    """(JSON pointer, node, stands in a list of products) of every product node that this page offers."""
    stack: list[tuple[str, object, bool, int]] = [("", value, False, 0)]
    count = 0
    while stack and count < MAX_NODES:
        pointer, here, listed, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH:
            continue
        if isinstance(here, list):
            stack.extend((f"{pointer}/{number}", here[number], listed, depth + 1) for number in reversed(range(len(here))))
        elif isinstance(here, dict):
            types = types_of(here)
            if types & TYPES:
                yield pointer, here, listed
                continue
            offered = here.get("itemOffered")
            if isinstance(offered, dict) and types_of(offered) & TYPES and "offers" not in offered:
                yield f"{pointer}/itemOffered", {**offered, "offers": here}, listed
                continue
            inside = listed or "itemlist" in types or "offercatalog" in types
            below = [key for key in here if key.lower() not in ELSEWHERE and isinstance(here[key], dict | list)]
            stack.extend((f"{pointer}/{step(key)}", here[key], inside, depth + 1) for key in reversed(below))


def by_seller(node: dict[str, object], variants: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """The product's offers, parted by seller name; variants of a group bring theirs. One empty list when there is no offer."""
    offers = [offer for offer in each(node.get("offers")) if isinstance(offer, dict)]
    for variant in variants:
        offers += [offer for offer in each(variant.get("offers")) if isinstance(offer, dict)]
    inner = [each(offer.get("offers")) for offer in offers if "lowPrice" not in offer and "price" not in offer]
    offers += [offer for group in inner for offer in group if isinstance(offer, dict)]
    parted: dict[str, list[dict[str, object]]] = {}
    for offer in offers:
        parted.setdefault(name_of(offer.get("seller") or offer.get("offeredBy")) or "", []).append(offer)
    return list(parted.values()) or [[]]


def asked_by(offers: list[dict[str, object]]) -> Asked:
    """Every price the offers name, by what kind of price it is."""
    found = Asked()
    for offer in offers:
        read_rows(offer, found)
    if not found.prices:
        found.prices = found.per_unit
    return found


def read_rows(offer: dict[str, object], found: Asked) -> None:
    """Adds one offer's prices: its own keys and those of its price specifications."""
    specifications = [row for row in each(offer.get("priceSpecification")) if isinstance(row, dict)]
    own = False
    for row in (offer, *specifications):
        kind = text_of(row.get("priceType")).rsplit("/", 1)[-1].lower()
        exact = read_price(row.get("price"))[0] is not None
        for key in ("price",) if exact else ("lowPrice", "minPrice", "highPrice", "maxPrice"):
            amount, sign = read_price(row.get(key))
            found.currency = found.currency or currency_of(text_of(row.get("priceCurrency") or row.get("currency"))) or sign
            if amount is None:
                continue
            if kind in WAS:
                found.olds.append(amount)
            elif row.get("referenceQuantity"):
                found.per_unit.append(amount)
            elif row is offer or not own:
                found.prices.append(amount)
        own = own or (row is offer and bool(exact))
        found.currency = found.currency or currency_of(text_of(row.get("priceCurrency")))


def packs_of(variants: list[dict[str, object]], offers: list[dict[str, object]]) -> tuple[PackPrice, ...]:
    """The prices of pack sizes that variants or offers name (`500 g`, `1 kg`), smallest first."""
    found: dict[tuple[str, Decimal], PackPrice] = {}
    for part in (*variants, *offers):
        label = " ".join(text_of(part.get(key)) for key in ("size", "name", "weight", "description"))[:300]
        inside = each(part.get("offers")) if part.get("offers") else [part]
        price = next(
            (low for offer in inside if isinstance(offer, dict) and (prices := asked_by([offer]).prices) and (low := min(prices))), None
        )
        pack = pack_of(label, price) if price is not None else None
        if pack is not None:
            found.setdefault((pack.unit, pack.quantity), pack)
    return tuple(found[key] for key in sorted(found)) if len(found) > 1 else ()


def types_of(node: dict[str, object]) -> set[str]:
    """The node's types, lower-case, without a schema.org address in front."""
    return {str(name).rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].rsplit("#", 1)[-1].lower() for name in each(node.get("@type"))}


def stock(value: object) -> str:
    """An ItemAvailability as `in_stock`, `out_of_stock` or `unknown`."""
    word = text_of(value).strip().rstrip("/").rsplit("/", 1)[-1].replace(" ", "").replace("_", "").replace("-", "").lower()
    return "in_stock" if word in IN_STOCK else "out_of_stock" if word in OUT_OF_STOCK else "unknown"


def sku(node: dict[str, object]) -> str | None:
    """The product number: sku, else a product id or trade number; a scheme in front (`sku:`, `mpn:`) is dropped."""
    values = (node.get(key) for key in ("sku", "productID", "gtin13", "gtin", "gtin12", "gtin8", "gtin14", "mpn"))
    for value in values:
        number = " ".join(str(value).split()) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        head, colon, tail = number.partition(":")
        number = tail.strip() if colon and head.lower() in ("sku", "mpn", "isbn", "gtin", "gtin13", "ean") else number
        if number:
            return number[:80]
    return None


def name_of(value: object) -> str | None:
    """The name of an organisation or person node, or the text itself."""
    named = text_of(value.get("name")) if isinstance(value, dict) else text_of(value)
    return fragment_text(named).strip()[:120] or None


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
