"""Where a listing's values stand on its page, as the page is read today: for people who ask why."""

from collections.abc import Iterator
from decimal import Decimal

from nlp.agreement import listings_of
from nlp.parse import ParsedPage
from nlp.where import Where


def listing_places(page: ParsedPage, title: str, price: Decimal | None, sku: str | None) -> Iterator[tuple[str, Where]]:
    """(what it says, place) of the title, the shown amount nearest behind it that is the price, and the product number.

    A value that no visible text shows is left out, but for the title, which may stand in data.
    """
    where = next((found.where for found in listings_of(page, None) if found.title == title), None)
    if where is None:
        return
    yield title, where
    start = where.start if where.start is not None else max(0, page.text.find(title))
    shown = [money for money in page.amounts if price is not None and price in (money.amount, money.upper)]
    if shown:
        nearest = min(shown, key=lambda money: (money.start < start, abs(money.start - start)))
        yield f"price {price}", page.text_where(nearest.start, nearest.end)
    at = page.text.find(sku, start) if sku else -1
    if sku and at >= 0:
        yield f"sku {sku}", page.text_where(at, at + len(sku))
