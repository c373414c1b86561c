"""What each shop and seller offers: the shelf table, and how a seller writes a title."""

import re
from collections.abc import Callable
from decimal import Decimal

from churnwatch.demo.draw import Draw
from churnwatch.demo.model import Product, Shop, Substance
from churnwatch.demo.substances import GOODS, SUBSTANCES
from churnwatch.demo.timeline import LAST
from churnwatch.demo.wording import SENTENCES

# site or seller | promises in the product texts (none, some, research, honest) | style:substance; ordinary goods are `plain`.
# `+` before a product: it comes some days after the shop's birth; `-`: it is taken off the shelf some days later.
_SHELVES = """
northpier-lab|some|plain:boc4ap cas:bocpip4 lookalike:pip4 -dash:4ap long:bocpip4 +leet:norf
harbor-reagents|some|cas:4ap long:boc4ap -plain:propan +dash:pip4 plain:isoprop
tidewater-chem|none|plain:pip4 wide:bocpip4 +plain:npp plain:citric
pierside-supply|some|plain:boc4ap cas:bocpip4 lookalike:pip4 spaced:norf
green-door|some|cas:boc4ap spaced:norf lookalike:bocpip4 -plain:4ap +cas:anpp plain:citric
copper-leaf|none|cas:pip4 dash:bocpip4 +lookalike:4ap plain:urea -plain:glycer
red-lantern-goods|some|cas:boc4ap lookalike:bocpip4 wide:norf plain:citric
slate-intermediates|some|plain:npp plain:anpp cas:pip4 -long:boc4ap +plain:propan
graywing-bulk|none|plain:propan long:bocpip4 plain:piper +plain:acetone plain:salt
huibai-yuanliao|some|zh:pip4 zh:bocpip4 cas:4ap zh:citric
qinghe-zhongjianti|some|zh:4ap zh:boc4ap wide:bocpip4 -cas:norf +zh:pip4
lanshan-huagong|some|zh:pip4 cas:boc4ap +zh:propan zh:urea
papaya-research|research|plain:pip4 plain:bocpip4 -cas:4ap plain:citric +long:boc4ap
mango-research|research|plain:4ap lookalike:pip4 plain:glycer
alder-scientific|honest|plain:acetone plain:salt plain:ethanol -plain:epsom plain:beaker plain:gloves +plain:paper plain:goggles
brightwater-labs|honest|plain:piper plain:propan plain:isoprop plain:soda +plain:chalk -plain:citric plain:rack plain:notebook
paperlane|honest|plain:notebook plain:paper plain:labels
orchidoffice|honest|plain:glycer plain:soda -plain:scale plain:rack
tidewater24|some|cas:bocpip4 plain:pip4 +lookalike:4ap
"""
_LOOKALIKES = str.maketrans({"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "A": "А", "P": "Р", "B": "В"})
_LEET = str.maketrans({"a": "4", "e": "3", "o": "0"})
_FULL_WIDTH = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
# What stands in a title for the substance; a style outside PLAIN_STYLES hides the name.
STYLES: dict[str, Callable[[Substance], str]] = {
    "plain": lambda substance: substance.short,
    "long": lambda substance: substance.name,
    "zh": lambda substance: f"{substance.chinese} {substance.cas}",
    "cas": lambda substance: f"CAS {substance.cas}",
    "dash": lambda substance: substance.cas.replace("-", "\u2013"),
    "wide": lambda substance: substance.cas.translate(_FULL_WIDTH),
    "lookalike": lambda substance: substance.short.translate(_LOOKALIKES),
    "spaced": lambda substance: " ".join(substance.short),
    "leet": lambda substance: substance.short.translate(_LEET),
}
PLAIN_STYLES = ("plain", "long", "zh")
_PACKS = (("100 g", 1), ("250 g", 2), ("500 g", 4), ("1 kg", 7))
_PER_CURRENCY = {"USD": 100, "EUR": 92, "GBP": 79, "CNY": 715}
_PURITIES = ("98%", "99%", "99.5%")


def make_products(draw: Draw, shop: Shop) -> tuple[Product, ...]:
    """The whole shelf of one site over all days; a marketplace's are its sellers' in turn."""
    owners = [(seller.seller, seller.first_day, seller.last_day) for seller in shop.sellers] or [(shop.site, shop.born, LAST)]
    shelves = {cells[0]: cells[1:] for cells in (row.split("|") for row in _SHELVES.strip().splitlines())}
    products: list[Product] = []
    for owner, born, last in owners:
        promises, offers = shelves[owner]
        for place, offer in enumerate(offers.split()):
            seller = owner if shop.sellers else None
            products.append(_product(draw, shop, owner, seller, promises, offer, place, born, last))
    return tuple(products)


def _product(
    draw: Draw, shop: Shop, owner: str, seller: str | None, promises: str, offer: str, place: int, born: int, last: int
) -> Product:
    style, key = offer.lstrip("+-").split(":")
    substance = SUBSTANCES.get(key)
    pack, packs = draw.pick(_PACKS, owner, place, "pack") if substance else ("1 pc", 1)
    purity = draw.pick(_PURITIES, owner, place, "purity") if substance else ""
    controlled = substance is not None and substance.controlled
    research = promises == "research" and controlled
    promise = research or (promises == "some" and controlled and place % 2 == 0)
    base = (18 + draw.number(60, owner, place, "price")) * packs * _PER_CURRENCY[shop.currency]
    if promises == "honest" or not controlled:
        base //= 4
    return Product(
        sku=f"{_initials(owner)}-{1000 + place * 37 + draw.number(37, owner, place, 'sku')}",
        title=_title(shop, style, key, substance, pack, purity),
        text=_text(draw, shop.language, (owner, str(place)), substance, style, promises, promise),
        substance=substance,
        coded=style not in PLAIN_STYLES,
        promise=promise,
        research=research,
        base_price=Decimal(base // 50 * 50) / 100,
        currency=shop.currency,
        pack=pack,
        purity=purity,
        in_stock=draw.number(6, owner, place, "stock") != 0,
        first_day=born + (3 + draw.number(2, owner, place, "first") if offer.startswith("+") else 0),
        last_day=born + 8 + draw.number(3, owner, place, "last") if offer.startswith("-") else last,
        seller=seller,
    )


def _initials(owner: str) -> str:
    words: list[str] = re.findall("[a-z]+", owner)
    return (words[0][0] + (words[1][0] if len(words) > 1 else words[0][-1])).upper()


def _title(shop: Shop, style: str, key: str, substance: Substance | None, pack: str, purity: str) -> str:
    if substance is None:
        return GOODS[key]
    name = STYLES[style](substance)
    if style == "plain" and (shop.operator is None or not substance.controlled):
        name = name[0].upper() + name[1:] if name[0].isalpha() and name[0].islower() else name
    forms = {
        "json_ld": f"{name}, {pack}",
        "visible": f"{name} {purity} – {pack}",
        "state": f"{name} {pack}",
        "zh": f"{name} {pack}",
        "market": f"{name} ({pack})",
    }
    return forms[shop.template]


def _text(draw: Draw, language: str, name: tuple[str, str], substance: Substance | None, style: str, promises: str, promise: bool) -> str:
    """The description: what it is, its number when the title does not hide it, then the shop's sentences."""
    sentences = SENTENCES[language]
    parts = []
    if substance is not None and language == "zh":
        parts.append("白色粉末，现货供应。" if substance.controlled else "常用试剂，现货供应。")
    elif substance is not None:
        parts.append(
            "Fine powder, sealed bag." if substance.controlled and promises != "honest" else "Reagent grade, in the maker's bottle."
        )
        if style in PLAIN_STYLES:
            parts.append(f"CAS {substance.cas}.")
    else:
        parts.append("For everyday work in the laboratory.")
    wanted = ["sheet"] if promises == "honest" and substance is not None else []
    if promises == "honest" and substance is not None and substance.controlled:
        wanted.append("declaration")
    if promise and promises == "research":
        wanted += ["research", "guarantee"]
    elif promise:
        wanted.append(draw.pick(("customs", "reship", "refund", "stealth"), *name, "promise"))
    parts += [draw.pick(sentences[key], *name, key) for key in wanted]
    return ("" if language == "zh" else " ").join(parts)
