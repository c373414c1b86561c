"""The product a page's own head describes: OpenGraph (`og:type` product, `product:price:amount`) and its kin.

Sources: ogp.me, the "product" object of Meta's commerce tags, Twitter product cards (`twitter:data1`), Pinterest rich pins.
"""

from collections.abc import Iterator

from crawlers.canonical import canonical
from nlp.currencies import currency_of
from nlp.draft import Draft
from nlp.money import read_price
from nlp.parse import ParsedPage
from nlp.product_node import stock

SOURCE = "open_graph"
# A sale price is what is asked, the plain one then is the old price.
SALE = ("product:sale_price:amount", "og:sale_price:amount")
PRICE = ("product:price:amount", "og:price:amount", "product:price", "og:price", "product:amount", "etsymarketplace:price_value")
WAS = ("product:original_price:amount", "og:price:standard_amount", "product:price:standard_amount", "og:original_price:amount")
CURRENCY = (
    "product:price:currency",
    "og:price:currency",
    "product:sale_price:currency",
    "product:currency",
    "etsymarketplace:currency_code",
)
STOCK = ("product:availability", "og:availability", "og:product:availability")
SKU = ("product:retailer_item_id", "product:sku", "og:sku", "product:retailer_part_no", "product:mfr_part_no", "product:upc", "product:ean")


def read(page: ParsedPage) -> Iterator[Draft]:
    """The page's product, or nothing when its head names neither a product nor a price."""
    if page.root is None:
        return
    kind = (page.meta("og:type") or "").lower()
    asked, sign = read_price(page.meta(*PRICE))
    sale, sale_sign = read_price(page.meta(*SALE))
    if asked is None and sale is None and not (kind.startswith(("product", "og:product")) and page.meta(*STOCK)):
        return
    tag = next((e for e in page.root.iter("meta") if (e.get("property") or "").lower() == "og:title" and e.get("content")), None)
    named = tag if tag is not None else page.first("title")
    title = " ".join((tag.get("content") or "").split()) if tag is not None else page.title
    if not title or named is None:
        return
    price = sale if sale is not None else asked
    olds = [amount for amount in (asked, read_price(page.meta(*WAS))[0]) if amount is not None and price is not None and amount > price]
    yield Draft(
        SOURCE,
        "product",
        title[:500],
        page.attribute_where(named, "content" if tag is not None else "text", title),
        url=canonical(page.meta("og:url") or "", page.base) or "" if page.meta("og:url") else "",
        price=price,
        currency=currency_of(page.meta(*CURRENCY) or "") or sign or sale_sign,
        price_was=max(olds, default=None),
        prices=(price,) if price is not None else (),
        sku=page.meta(*SKU),
        availability=stock(page.meta(*STOCK)),
        description=(page.meta("og:description") or "")[:2000],
        images=tuple(page.absolute(content) for name, content in page.metas if name == "og:image" and content)[:10],
    )
