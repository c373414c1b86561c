"""Pack sizes with their prices (`100 g — $20, 1 kg — $120`) and the price per kilogram they make."""

from collections.abc import Iterable
from decimal import Decimal

from nlp.findings import PackPrice
from nlp.quantity import find_quantity

GRAMS = {"kg": Decimal(1000), "g": Decimal(1), "mg": Decimal("0.001")}
CENT = Decimal("0.01")


def pack_of(label: str, price: Decimal) -> PackPrice | None:
    """The pack that the label names, at this price; None when it names no amount of goods."""
    quantity = find_quantity(label)
    return PackPrice(quantity.amount, quantity.unit, price) if quantity is not None else None


def price_per_kg(quantity: Decimal | None, unit: str | None, price: Decimal | None, packs: Iterable[PackPrice]) -> Decimal | None:
    """The price of a kilogram, of the largest pack when there are several, to the cent; None for what is not sold by weight."""
    sizes = [(GRAMS[pack.unit] * pack.quantity, pack.price) for pack in packs if pack.unit in GRAMS]
    if not sizes and quantity is not None and unit in GRAMS and price is not None:
        sizes = [(GRAMS[unit] * quantity, price)]
    grams, asked = max(sizes, default=(Decimal(0), Decimal(0)))
    return (asked * 1000 / grams).quantize(CENT) if grams > 0 else None
