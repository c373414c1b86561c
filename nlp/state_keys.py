"""The key names that shop systems use in their JSON state, and what prices and stock stand there.

Keys are compared without case and separators. Known shapes: plain keys, nested price objects, Shopify (whole numbers are cents),
WooCommerce store API (minor units) and variations, commercetools (`centAmount`), GA4 items.
"""

import functools
import re
from collections.abc import Mapping
from decimal import Decimal

from nlp.currencies import currency_of
from nlp.money import read_price
from nlp.product_node import text_of

TITLE = (
    "title", "name", "productname", "producttitle", "goodsname", "itemname", "displayname", "fulltitle", "goodstitle", "名称", "标题",
    "商品名称", "название", "наименование",
)  # fmt: skip
PRICE = (
    "saleprice", "specialprice", "finalprice", "currentprice", "actualprice", "discountedprice", "displayprice", "price", "unitprice",
    "sellingprice", "goodsprice", "shopprice", "retailprice", "priceamount", "pricewithtax", "pricevalue", "prices", "pricerange",
    "minprice",
    "pricefrom", "fromprice", "lowprice", "pricemin", "价格", "售价", "单价", "цена",
)  # fmt: skip
CENTS = ("pricecents", "priceincents", "priceminor", "centamount", "pricecent", "amountcents")
WAS = (
    "compareatprice", "oldprice", "regularprice", "originalprice", "listprice", "marketprice", "pricewas", "msrp", "rrp", "wasprice",
    "displayregularprice", "baseprice", "priceold", "compareatpricemin",
)  # fmt: skip
HIGH = ("pricemax", "maxprice", "highprice")
CURRENCY = ("currency", "currencycode", "pricecurrency", "currencyiso", "cur", "currencyisocode", "货币", "валюта")
SKU = (
    "sku", "goodssn", "productcode", "itemno", "itemnumber", "articlenumber", "reference", "upc", "ean", "gtin", "code", "partnumber",
    "model",
    "货号", "编号", "артикул",
)  # fmt: skip
URL = ("url", "href", "permalink", "link", "producturl", "path", "canonicalurl", "onlinestoreurl", "slug", "handle")
STOCK = (
    "availability", "instock", "available", "stockstatus", "isinstock", "stock", "inventory", "stockquantity", "availableforsale", "onhand",
    "qty", "issoldout", "soldout", "库存", "наличие",
)  # fmt: skip
SELLER = ("seller", "merchant", "shop", "store", "vendor", "sellername", "shopname", "merchantname", "卖家", "продавец")
TEXT = ("description", "shortdescription", "summary", "body", "bodyhtml", "details", "desc", "descriptionhtml", "描述", "описание")
IMAGES = ("images", "image", "photos", "thumbnail", "imageurl", "featuredimage", "img", "picture", "pictures", "图片")
VARIANTS = ("variants", "variations", "skus", "offers", "packs", "packages", "sizes", "options", "prices", "childproducts", "规格")
# Inside a price object: which of its values is asked.
INNER = (
    "price",
    "value",
    "amount",
    "current",
    "finalprice",
    "sale",
    "saleprice",
    "discounted",
    "gross",
    "min",
    "minvariantprice",
    "minimumprice",
    "low",
    "regular",
)
MINOR = ("currencyminorunit", "fractiondigits", "precision", "decimals")
SHOPIFY = ("publictitle", "requiresshipping", "inventorymanagement", "pricevaries", "compareatprice", "compareatpricemin", "publishedat")
IN = frozenset(
    {"instock", "available", "true", "yes", "有货", "现货", "onsale", "limitedavailability", "вналичии", "preorder", "backorder"}
)
OUT = frozenset({"outofstock", "soldout", "unavailable", "false", "no", "缺货", "售罄", "discontinued", "нетвналичии", "oos"})
FOLDED = re.compile(r"[_\-\s.]")


@functools.lru_cache(maxsize=20_000)  # a state of 500 goods has 40 different keys
def fold(key: str) -> str:
    """A key without case and separators: `sale_price` and `salePrice` are one."""
    return FOLDED.sub("", key[:60]).lower()


def first(keys: Mapping[str, object], names: tuple[str, ...]) -> object:
    """The first of these keys that holds something, or None."""
    return next((keys[name] for name in names if keys.get(name)), None)


def in_cents(keys: Mapping[str, object], value: object) -> bool:
    """True when a whole number is meant in cents: Shopify's own objects (its liquid `json` filter writes money so)."""
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return (
        any(name in keys for name in SHOPIFY)
        or ("handle" in keys and "variants" in keys)
        or str(keys.get("gid", "")).startswith("gid://shopify/")
    )


def price_of(keys: Mapping[str, object], *, cents: bool = False) -> tuple[Decimal | None, str | None]:
    """(price, currency): the first price key that holds one; minor units are turned into whole ones."""
    currency = currency_of(text_of(first(keys, CURRENCY)))
    minor = next((amount for name in CENTS if (amount := read_price(keys.get(name))[0]) is not None), None)
    if minor is not None:
        return minor / 10 ** minor_digits(keys, 2), currency
    for name in PRICE:
        value = keys.get(name)
        amount, sign = nested(value) if isinstance(value, dict) else read_price(value)
        if amount is not None:
            whole = (cents and isinstance(value, int)) or in_cents(keys, value)
            return (amount / 100 if whole else amount), currency or sign
    return None, currency


def nested(value: dict[str, object], depth: int = 0) -> tuple[Decimal | None, str | None]:
    """(price, currency) of a price object, also one inside another (`{"value": {"centAmount": 1999}}`)."""
    inner = {fold(key): part for key, part in value.items()}
    currency = currency_of(text_of(first(inner, CURRENCY)))
    minor = next((amount for name in CENTS if (amount := read_price(inner.get(name))[0]) is not None), None)
    if minor is not None:
        return minor / 10 ** minor_digits(inner, 2), currency
    for name in (*PRICE[:8], *INNER):
        part = inner.get(name)
        if isinstance(part, dict) and depth < 3:
            amount, sign = nested(part, depth + 1)
        else:
            amount, sign = read_price(part) if not isinstance(part, dict) else (None, None)
        if amount is not None:
            return amount / 10 ** minor_digits(inner, 0), currency or sign
    return None, currency


def minor_digits(keys: Mapping[str, object], otherwise: int) -> int:
    """How many of a number's digits are decimals, as the object says it."""
    found = next((digits for name in MINOR if isinstance(digits := keys.get(name), int) and not isinstance(digits, bool)), None)
    return found if found is not None and 0 <= found < 5 else otherwise


def amount_of(keys: Mapping[str, object], names: tuple[str, ...], *, cents: bool = False) -> Decimal | None:
    """The first of these keys that holds an amount, in the unit of the price."""
    for name in names:
        value = keys.get(name)
        amount = nested(value)[0] if isinstance(value, dict) else read_price(value)[0]
        if amount is not None:
            return amount / 100 if (cents and isinstance(value, int)) or in_cents(keys, value) else amount
    return None


def stock(keys: Mapping[str, object]) -> str:
    """What the stock keys say: truth, a word or a count."""
    for name in STOCK:
        value = keys.get(name)
        if isinstance(value, dict):
            value = value.get("available", value.get("quantity"))
        if isinstance(value, bool | int | float):
            return "in_stock" if (value > 0) != (name in ("issoldout", "soldout")) else "out_of_stock"
        word = FOLDED.sub("", text_of(value).rsplit("/", 1)[-1]).lower()
        if word in IN:
            return "in_stock"
        if word in OUT:
            return "out_of_stock"
    return "unknown"
