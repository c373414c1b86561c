"""Price strings as shops write them (tests/nlp/data/price_strings.tsv, by hand): exact amount and currency, beside price-parser."""

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from price_parser import Price

from nlp.currencies import currency_of
from nlp.money import find_money

TABLE = Path(__file__).parent.parent / "nlp" / "data" / "price_strings.tsv"


def measure() -> Iterator[str]:
    """Rows with the exact amount, and with amount and currency; rows a second."""
    rows = [row.split("\t") for row in TABLE.read_text("utf-8").splitlines() if row and not row.startswith("#")]
    for name, read in (("find_money", ours), ("price-parser", theirs)):
        begun = time.process_time()
        found = [read(text) for text, *_ in rows]
        spent = time.process_time() - begun
        amounts = [amount == Decimal(wanted) for (amount, _), (_, wanted, _) in zip(found, rows, strict=True)]
        both = [right and (code or "") == wanted for right, (_, code), (_, _, wanted) in zip(amounts, found, rows, strict=True)]
        yield f"{name:<13} amount {sum(amounts)}/{len(rows)}, with currency {sum(both)}/{len(rows)}, {len(rows) / spent:,.0f} strings/s"


def ours(text: str) -> tuple[Decimal | None, str | None]:
    """The first amount of money in the string."""
    found = find_money(text)
    return (found[0].amount, found[0].currency) if found else (None, None)


def theirs(text: str) -> tuple[Decimal | None, str | None]:
    """What price-parser says, its sign as a code where it means one."""
    price = Price.fromstring(text)
    return price.amount, currency_of(price.currency or "")
