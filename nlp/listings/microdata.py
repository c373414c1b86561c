"""Offers in microdata (`itemscope itemtype itemprop`) and RDFa Lite (`typeof property`): schema.org products in the markup itself.

Sources: HTML Living Standard section 5 (microdata values), RDFa Lite 1.1. `itemref` is not followed.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from nlp.draft import Draft
from nlp.parse import ParsedPage
from nlp.product_node import TYPES, drafts_of, types_of
from nlp.where import Where
from nlp.xpath import elements

SOURCE = "microdata"
ELSEWHERE = frozenset({"isrelatedto", "issimilarto", "isaccessoryorsparepartfor", "isconsumablefor", "itemreviewed", "review", "reviews"})
# Attribute that holds the value, by tag (HTML Living Standard 5.2.4); `content` outranks them in practice.
VALUES = {
    "meta": "content",
    "a": "href",
    "area": "href",
    "link": "href",
    "img": "src",
    "source": "src",
    "data": "value",
    "time": "datetime",
}
SPEECH = frozenset({"name", "description", "price", "lowprice", "highprice", "sku", "availability"})  # read as words even from a link
MAX_ITEMS = 2_000
MARKED = elements("//*[@itemprop or @itemscope or @typeof or @property]")


@dataclass
class Item:
    """One item: its element, its node in the shape of JSON-LD, and the property it is of the item around it."""

    element: etree._Element
    node: dict[str, object]
    of: tuple["Item", str] | None


def read(page: ParsedPage) -> Iterator[Draft]:
    """One draft per product (per seller, when its offers name several), in document order; several are cards, one alone is the product."""
    if page.root is None:
        return
    items = items_of(page)
    products = [item for item in items if types_of(item.node) & TYPES and is_offered(item)]
    alone = [item for item in products if not is_listed(item)]
    for item in products:
        role = "product" if len(alone) == 1 and item is alone[0] else "card"
        yield from drafts_of(page, SOURCE, item.node, role, functools.partial(where_of, page, item))


def items_of(page: ParsedPage) -> list[Item]:
    """Every item of the page with its properties, outer before inner."""
    found: list[Item] = []
    around: dict[etree._Element, Item] = {}
    for element in [] if page.root is None else MARKED(page.root):
        attributes = element.attrib
        named = attributes.get("itemprop") or attributes.get("property")
        opens = "itemscope" in attributes or "typeof" in attributes
        if not named and not opens:
            continue
        if element.tag == "meta" and attributes.get("property", "").partition(":")[1]:
            continue  # OpenGraph
        holder = holder_of(element, around)
        if opens and len(found) < MAX_ITEMS:
            item = Item(element, {"@type": (attributes.get("itemtype") or attributes.get("typeof") or "").split()}, None)
            around[element] = item
            found.append(item)
            if named and holder is not None:
                item.of = (holder, str(named))
                for name in str(named).split():
                    add(holder.node, name, item.node)
        elif named and holder is not None:
            for name in str(named).split():
                add(holder.node, name, value_of(page, element, name))
    return found


def holder_of(element: etree._Element, around: dict[etree._Element, Item]) -> Item | None:
    """The item an element's property belongs to: the nearest one around it."""
    if not around:
        return None
    at = element.getparent()
    while at is not None:
        if at in around:
            return around[at]
        at = at.getparent()
    return None


def add(node: dict[str, object], name: str, value: object) -> None:
    """Adds a property's value; a second one makes a list."""
    name = name.rpartition(":")[2] if name.startswith("schema:") else name
    known = node.get(name)
    if known is None:
        node[name] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        node[name] = [known, value]


def value_of(page: ParsedPage, element: etree._Element, name: str) -> str:
    """A property's value: its content attribute, else the attribute its tag keeps values in, else its words."""
    content = element.get("content")
    if content:
        return content
    attribute = VALUES.get(str(element.tag))
    if attribute and (
        name.lower() not in SPEECH or element.tag in ("meta", "link", "data") or (name == "availability" and element.get(attribute))
    ):
        return element.get(attribute) or element.get("data-src") or ""
    return page.words_of(element)


def is_offered(item: Item) -> bool:
    """False for a product inside another product, or named as related to one."""
    at = item.of
    while at is not None:
        holder, name = at
        if name.lower() in ELSEWHERE or types_of(holder.node) & TYPES:
            return False
        at = holder.of
    return True


def is_listed(item: Item) -> bool:
    """True when the product stands in a list of items."""
    at = item.of
    while at is not None:
        if types_of(at[0].node) & {"itemlist", "offercatalog"}:
            return True
        at = at[0].of
    return False


def where_of(page: ParsedPage, item: Item, title: str) -> Where:
    """The place of an item's name: its words when they are shown, else the attribute that holds it."""
    for element in item.element.iter(etree.Element):
        named = (element.get("itemprop") or element.get("property") or "").rpartition(":")[2]
        if named == "name":
            span = page.text_of(element)
            if span:
                return page.text_where(*span)
            if element.get("content"):
                return page.attribute_where(element, "content", element.get("content") or "")
    return page.attribute_where(item.element, "itemtype" if item.element.get("itemtype") else "typeof", title)
