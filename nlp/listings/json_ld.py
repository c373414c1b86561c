"""Offers in JSON-LD (schema.org Product, Offer, AggregateOffer, ItemList), also inside `@graph`, lists and main entities.

Source: schema.org 29; products named as related, similar, accessory or part of a review are not offers of this page.
"""

import functools
from collections.abc import Iterator

from nlp.draft import Draft
from nlp.parse import ParsedPage
from nlp.product_node import TYPES, drafts_of, types_of
from nlp.script_json import InlineJson, step

SOURCE = "json_ld"
ELSEWHERE = frozenset({
    "isrelatedto", "issimilarto", "isaccessoryorsparepartfor", "isconsumablefor", "review", "reviews", "itemreviewed", "isvariantof",
    "hasvariant", "mentions", "about", "predecessorof", "successorof", "isbasedon",
})  # fmt: skip
MAX_DEPTH = 14
MAX_NODES = 20_000
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
        yield from drafts_of(page, SOURCE, node, role, functools.partial(page.json_where, block.script, pointer))


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
