"""Amounts in tables: what a column's head or the cell before makes of them."""

from decimal import Decimal

import pytest

from nlp.agreement import listings_of
from nlp.parse import ParsedPage

HEADED = (
    "<tr><th>Nazwa<th>Cena netto<th>Cena brutto<th>Wysyłka</tr>"
    "<tr><td>Zlewka 1<td>10,00 zł<td>12,30 zł<td>9,00 zł</tr><tr><td>Zlewka 2<td>20,00 zł<td>24,60 zł<td>9,00 zł</tr>"
)
BARE = "<tr><td>Product<td>Code<td>Price, USD</tr><tr><td>Beaker<td>B-1<td>4.20</tr><tr><td>Funnel<td>F-1<td>1,204.50</tr>"
PROPERTIES = "<tr><td>Shipping<td>$5.00</tr><tr><td>Price<td>$12.00</tr><tr><td>Item weight<td>0.1 pounds</tr>"


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (HEADED, [("Zlewka 1", "12.30", "PLN"), ("Zlewka 2", "24.60", "PLN")]),
        (BARE, [("Beaker", "4.20", "USD"), ("Funnel", "1204.50", "USD")]),
    ],
)
def test_each_row_has_the_price_of_its_price_column(rows: str, wanted: list[tuple[str, str, str]]) -> None:
    page = ParsedPage(f"<h1>List</h1><p>Orders over $500.00 ship free</p><table>{rows}</table>", "https://green-door.example/list")
    assert [(one.title, str(one.price), one.currency) for one in listings_of(page, None)] == wanted


def test_in_a_table_of_properties_the_cell_before_says_what_an_amount_is() -> None:
    page = ParsedPage(
        f"<title>Beaker</title><h1>Beaker</h1><table>{PROPERTIES}</table><p>SKU: B-1</p><button>Add to cart</button>",
        "https://green-door.example/products/beaker",
    )
    assert [(one.title, one.price) for one in listings_of(page, None)] == [("Beaker", Decimal("12.00"))]
