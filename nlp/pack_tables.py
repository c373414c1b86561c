"""Pack sizes with prices on a product's part of the page: rows of a table, list entries, options of a drop-down (`500 g — €12`)."""

import itertools
from collections.abc import Sequence
from decimal import Decimal

from lxml import etree

from nlp.findings import PackPrice
from nlp.money import find_money
from nlp.packs import pack_of
from nlp.parse import ParsedPage

ROWS = ("tr", "li", "option", "label", "dd")
ROW_MAX = 160  # code points of a row about one pack
MAX_ROWS = 2_000
MAX_PACKS = 60


def packs_in(page: ParsedPage, block: etree._Element, holes: Sequence[etree._Element]) -> tuple[PackPrice, ...]:
    """The packs of the block's rows that name one size and one price, smallest first; none when fewer than two sizes are priced.

    `holes` are parts that tell of other offers.
    """
    others = set(holes)
    found: dict[tuple[str, Decimal], PackPrice] = {}
    for count, row in enumerate(block.iter(*ROWS)):
        if count == MAX_ROWS or len(found) == MAX_PACKS:
            break
        span = page.text_of(row)
        if span is None or span[1] - span[0] > ROW_MAX or not others.isdisjoint((row, *row.iterancestors())):
            continue
        words = page.text[span[0] : span[1]]
        amounts = find_money(words)
        if not amounts:
            continue
        pack = pack_of(words[: amounts[0].start] or words, amounts[0].amount) or pack_of(words[amounts[0].end :], amounts[0].amount)
        if pack is not None and amounts[0].amount > 0:
            found.setdefault((pack.unit, pack.quantity), pack)
    if len(found) < 2:
        found = grid(page, block, others)
    return tuple(found[key] for key in sorted(found)) if len(found) > 1 else ()


def grid(page: ParsedPage, block: etree._Element, others: set[etree._Element]) -> dict[tuple[str, Decimal], PackPrice]:
    """Packs of a table whose first row names sizes and whose second row names prices."""
    found: dict[tuple[str, Decimal], PackPrice] = {}
    for table in block.iter("table"):
        rows = list(table.iter("tr"))[:6]
        if not others.isdisjoint((table, *table.iterancestors())):
            continue
        for sizes, prices in itertools.pairwise(rows):
            for size, price in zip(sizes, prices, strict=False):
                amounts = find_money(page.words_of(price)[:60])
                pack = pack_of(page.words_of(size)[:60], amounts[0].amount) if amounts else None
                if pack is not None and not find_money(page.words_of(size)[:60]):
                    found.setdefault((pack.unit, pack.quantity), pack)
    return found
