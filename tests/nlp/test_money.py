"""Amounts of money as shops write them, and numbers that are none."""

from decimal import Decimal

import pytest

from nlp.currencies import settle
from nlp.money import find_money, read_number, read_price
from nlp.quantity import find_quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("€562.44", [("562.44", "EUR")]),
        ("Basket total: €0.00", [("0.00", "EUR")]),
        ("1.234,56 €", [("1234.56", "EUR")]),
        ("€1.299", [("1299", "EUR")]),
        ("USD 1,299.00", [("1299.00", "USD")]),
        ("US$ 80/kg", [("80", "USD")]),
        ("CHF 1'299.50", [("1299.50", "CHF")]),
        ("Rs. 1,25,000", [("125000", "INR")]),
        ("R$ 12,50", [("12.50", "BRL")]),
        ("A$20", [("20", "AUD")]),
        ("12.500,00 zł", [("12500.00", "PLN")]),
        ("1200 руб.", [("1200", "RUB")]),
        ("120元/克", [("120", "CNY")]),
        ("人民币 1200元", [("1200", "CNY")]),
        ("¥100元", [("100", "CNY")]),
        ("$20 USD", [("20", "USD")]),
        ("25,- €", [("25", "EUR")]),
        ("￥９９．５０", [("99.50", None)]),
        ("$25.00 $19.99", [("25.00", None), ("19.99", None)]),
        ("€16.60€18.00", [("16.60", "EUR"), ("18.00", "EUR")]),
        ("pump 1000 €20", [("20", "EUR")]),
        ("€30 500 g", [("30", "EUR")]),
        ("1 kg €30 500 g €20", [("30", "EUR"), ("20", "EUR")]),
        ("$1 299 000,00", [("1299000.00", None)]),
        ("57-13-6 USD 12.00", [("12.00", "USD")]),
        ("US$ 121.30 US$ 115.20", [("121.30", "USD"), ("115.20", "USD")]),
        ("USD 10 USD 20", [("10", "USD"), ("20", "USD")]),
        ("5 US$ 20", [("20", "USD")]),
        ("S$12 A$13", [("12", "SGD"), ("13", "AUD")]),
        # near misses
        ("CAS 504-24-5, 99.5 %, 24.11.2026", []),
        ("SKU 4000000000001, model v1.2", []),
        ("ab12 € sign", []),
        ("500 Kronen-Zeitung, 20 EURObonds", []),
        ("in stock: 50", []),
    ],
)
def test_amounts_in_text(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(str(money.amount), money.currency) for money in find_money(text)] == expected


@pytest.mark.parametrize(
    ("text", "low", "high", "span"),
    [("from €10 – €20 each", "10", "20", "€10 – €20"), ("10-20 €", "10", "20", "10-20 €"), ("$5 to $9", "5", "9", "$5 to $9")],
)
def test_a_range_is_one_amount_with_an_upper_end(text: str, low: str, high: str, span: str) -> None:
    (money,) = find_money(text)
    assert (str(money.amount), str(money.upper), text[money.start : money.end]) == (low, high, span)


def test_a_falling_pair_is_no_range() -> None:
    assert [money.upper for money in find_money("$20 - $10")] == [None, None]


@pytest.mark.parametrize(
    ("text", "machine", "value"),
    [
        ("12.345", True, "12.345"),
        ("12.345", False, "12345"),
        ("0.125", False, "0.125"),
        ("12,345", True, "12345"),
        ("12,50", True, "12.50"),
        ("1.234.567", False, "1234567"),
        ("1,234.567", False, "1234.567"),
    ],
)
def test_the_last_separator_decides(text: str, machine: bool, value: str) -> None:
    assert read_number(text, machine=machine) == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (12.5, ("12.5", None)),
        ("12,50", ("12.50", None)),
        ("1.012,50 €", ("1012.50", "EUR")),
        ("Rp 25.000", ("25000", "IDR")),
        (0, (None, None)),
        ("0.00", (None, None)),
        (-3, (None, None)),
        (True, (None, None)),
        (None, (None, None)),
        (float("nan"), (None, None)),
        (float("inf"), (None, None)),
        ("free", (None, None)),
        ({"a": 1}, (None, None)),
        ("9" * 400, (None, None)),
    ],
)
def test_prices_in_data(raw: object, expected: tuple[str | None, str | None]) -> None:
    amount, currency = read_price(raw)
    assert (None if amount is None else str(amount), currency) == expected


@pytest.mark.parametrize(
    ("sign", "language", "host", "declared", "currency"),
    [
        ("$", "en", "shop.example", None, "USD"),
        ("$", "en", "shop.com.au", None, "AUD"),
        ("$", "en", "shop.example", "CAD", "CAD"),
        ("$", "en", "shop.example", "EUR", "USD"),
        ("¥", "zh-cn", "shop.example", None, "CNY"),
        ("¥", "ja", "shop.example", None, "JPY"),
        ("kr", "sv", "shop.example", None, "SEK"),
        ("kr", "en", "shop.example", None, None),
    ],
)
def test_an_ambiguous_sign_is_settled_by_its_page(sign: str, language: str, host: str, declared: str | None, currency: str | None) -> None:
    assert settle(sign, language, host, declared) == currency


@pytest.mark.parametrize(
    ("title", "amount", "unit"),
    [
        ("Urea, 100 g", "100", "g"),
        ("1kg bag", "1", "kg"),
        ("柠檬酸 500克", "500", "g"),
        ("十斤装 10斤", "5000", "g"),
        ("5 x 20 g", "100", "g"),
        ("2,5 kg", "2.5", "kg"),
        ("Beaker ２５０ ml", "250", "ml"),
    ],
)
def test_quantities_in_titles(title: str, amount: str, unit: str) -> None:
    quantity = find_quantity(title)
    assert quantity is not None
    assert (quantity.amount, quantity.unit) == (Decimal(amount), unit)


@pytest.mark.parametrize("title", ["5 mg/kg", "N-100 g", "XG200", "99% pure", "4-AP", "G 20", "50 gallons"])
def test_what_is_no_quantity(title: str) -> None:
    assert find_quantity(title) is None
