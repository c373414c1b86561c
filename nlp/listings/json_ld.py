"""Offers in JSON-LD (schema.org Product, Offer, AggregateOffer, ItemList), also inside `@graph`, lists and main entities.

Source: schema.org 29; products named as related, similar, accessory or part of a review are not offers of this page.
"""

import functools
from collections.abc import Iterator

from nlp.draft import Draft
from nlp.parse import ParsedPage
from nlp.product_node import drafts_of, products
from nlp.script_json import InlineJson

SOURCE = "json_ld"
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
