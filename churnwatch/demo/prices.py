"""Prices that move: on about one day in six a product's price steps down or up, and a cut is shown beside the old price for three days."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from churnwatch.demo.draw import Draw
from churnwatch.demo.model import Product

_STEPS = (88, 92, 95, 104, 107, 112)  # per cent of the price before
_SHOWN_DAYS = 3


@lru_cache(maxsize=100_000)
def price_on(draw: Draw, owner: str, product: Product, day: int) -> Decimal:
    """The price of that day with two places; `owner` is the site, since SKUs are unique inside a site only."""
    if day <= product.first_day:
        return product.base_price.quantize(Decimal("0.01"))
    price = price_on(draw, owner, product, day - 1)
    if draw.number(6, owner, product.sku, "moves", day) == 0:
        price = (price * draw.pick(_STEPS, owner, product.sku, "step", day) / 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return price.quantize(Decimal("0.01"))


def price_before(draw: Draw, owner: str, product: Product, day: int) -> Decimal | None:
    """The struck-through price of that day: the highest of the three days before, when it was higher than today's, else None."""
    today = price_on(draw, owner, product, day)
    earlier = [price_on(draw, owner, product, past) for past in range(max(product.first_day, day - _SHOWN_DAYS), day)]
    return max((price for price in earlier if price > today), default=None)
