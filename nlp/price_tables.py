"""Columns of tables: which cells stand below which head."""

from collections.abc import Iterator

from lxml import etree

from nlp.parse import ParsedPage
from nlp.price_words import PRICE_NOUN

HEAD_MAX = 40  # code points of a column's head; more is a cell of words
MAX_ROWS = 2_000


def columns_of(page: ParsedPage, table: etree._Element) -> Iterator[tuple[str, list[etree._Element]]]:
    """(head, cells below it) of each column of a table that names its columns; nothing for any other table.

    The first row of several cells without a number names them.
    """
    rows = list(table.iter("tr"))[:MAX_ROWS]
    first = next((row for row in rows[:3] if len(row) > 1), None)
    if first is None or rows[-1] is first:
        return
    heads = [page.words_of(cell) for cell in first]
    below = rows[rows.index(first) + 1 :]
    for number, head in enumerate(heads):
        if 0 < len(head) <= HEAD_MAX and head.strip("#№").strip():
            yield head, [row[number] for row in below if number < len(row) == len(first)]


def column_heads(page: ParsedPage) -> dict[etree._Element, str]:
    """Cell → head of its column, of every table that names its columns: in a row of `th`, or with a price among them.

    A table of properties (`shipping | 5 €`) does not: there the cell before says what an amount is.
    """
    found: dict[etree._Element, str] = {}
    for table in () if page.root is None else page.root.iter("table"):
        columns = list(columns_of(page, table))
        if len(columns) < 2 or any(letter.isdigit() for head, _ in columns for letter in head):
            continue
        row = next((row for row in table.iter("tr") if len(row) > 1), None)
        named = row is not None and all(cell.tag == "th" for cell in row)
        if named or (len(columns) > 2 and any(PRICE_NOUN.search(head) for head, _ in columns)):
            found.update((cell, head) for head, cells in columns for cell in cells)
    return found
