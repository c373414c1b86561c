"""How much an offer is for: `100 g`, `1kg`, `500克`, `5 x 20 g` in a title or a pack label."""

import re
from dataclasses import dataclass
from decimal import Decimal

from nlp.money import FOLD, read_number

# Unit as written → (canonical unit, factor). 斤 is half a kilogram (GB 3100).
UNITS = {
    "kg": ("kg", 1), "kgs": ("kg", 1), "kilo": ("kg", 1), "kilos": ("kg", 1), "kilogram": ("kg", 1), "kilograms": ("kg", 1),
    "公斤": ("kg", 1), "千克": ("kg", 1), "кг": ("kg", 1), "斤": ("g", 500), "g": ("g", 1), "gr": ("g", 1), "gm": ("g", 1),
    "gms": ("g", 1), "gram": ("g", 1), "grams": ("g", 1), "gramm": ("g", 1), "克": ("g", 1), "г": ("g", 1), "гр": ("g", 1),
    "mg": ("mg", 1), "毫克": ("mg", 1), "мг": ("mg", 1), "ml": ("ml", 1), "毫升": ("ml", 1), "мл": ("ml", 1), "l": ("l", 1),
    "ltr": ("l", 1), "liter": ("l", 1), "liters": ("l", 1), "litre": ("l", 1), "litres": ("l", 1), "升": ("l", 1), "л": ("l", 1),
    "pcs": ("pcs", 1), "pc": ("pcs", 1), "pieces": ("pcs", 1), "tablets": ("pcs", 1), "pills": ("pcs", 1), "vials": ("pcs", 1),
    "片": ("pcs", 1), "粒": ("pcs", 1), "шт": ("pcs", 1), "ton": ("kg", 1000), "tons": ("kg", 1000), "吨": ("kg", 1000),
}  # fmt: skip
WRITTEN = "|".join(sorted(map(re.escape, UNITS), key=lambda unit: (-len(unit), unit)))
AMOUNT = r"\d{1,6}(?:[.,]\d{1,3})?"
QUANTITY = re.compile(rf"(?<![\w.,%/-])(?:(\d{{1,4}})[ ]?[x×*][ ]?)?({AMOUNT})[ ]?({WRITTEN})(?![A-Za-zА-я0-9])(?!/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of goods in a canonical unit: g, kg, mg, ml, l or pcs."""

    amount: Decimal
    unit: str
    start: int
    end: int


def find_quantity(text: str) -> Quantity | None:
    """The first quantity in the text (`10 x 20 g` is 200 g), or None; a rate (`mg/kg`, `5 g/day`) is no quantity."""
    for match in QUANTITY.finditer(text.translate(FOLD)):
        amount = read_number(match[2], machine=True)
        unit, factor = UNITS[match[3].lower()]
        if amount is not None and amount > 0:
            return Quantity(amount * factor * int(match[1] or 1), unit, match.start(), match.end())
    return None
