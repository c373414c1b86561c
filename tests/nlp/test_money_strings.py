"""More than two hundred prices as shops write them, each with its exact amount and currency."""

from decimal import Decimal
from pathlib import Path

import pytest

from nlp.money import find_money

ROWS = [
    row.split("\t")
    for row in (Path(__file__).parent / "data" / "price_strings.tsv").read_text("utf-8").splitlines()
    if row and not row.startswith("#")
]


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 200
    assert len({text for text, *_ in ROWS}) >= 200


@pytest.mark.parametrize(("text", "amount", "currency"), ROWS)
def test_a_price_as_a_shop_writes_it(text: str, amount: str, currency: str) -> None:
    (money,) = find_money(text)
    assert (money.amount, money.currency or "") == (Decimal(amount), currency)
    assert text[money.start : money.end].strip() == text[money.start : money.end]


@pytest.mark.parametrize(
    "text",
    [
        "try 30 days", "6ft long", "6 Ft (1.8 m)", "10 km away", "500 g", "rm 12", "R2032 battery", "12:30 - 13:00", "24.11.2026",
        "2026-11-24",
        "CAS 7647-01-0", "100 %", "v1.2.3", "tel. +44 20 7946 0018", "SKU 4000000000001", "pen 5", "5 pens", "ISBN 978-3-16-148410-0",
        "250 ml",
        "in stock: 50", "lot of 20", "1-boc-4-AP", "all 12", "top 10",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_price(text: str) -> None:
    assert find_money(text) == []
