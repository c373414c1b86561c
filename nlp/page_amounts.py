"""Amounts of money on a page, also those whose digits stand in several elements (`$549<sup>00</sup>`, `€98<b>9% off</b>`)."""

import re
from bisect import bisect_right
from dataclasses import replace

from nlp.money import Money, find_money
from nlp.visible_text import VisibleText

SMALL = frozenset({"sup", "sub", "small"})
CENTS_CLASS = re.compile(
    r"(?:^|[-_ ])(?:cents?|fractions?|fractional|frac|decimals?|minor|pennies|kop(?:eek)?s?)(?:$|[-_ ])", re.IGNORECASE
)
# A whole amount without decimals right before the seam.
WHOLE_AMOUNT = re.compile(r"(?:[€£$₽₹¥₺₴₪฿]\s?|\s|^)\d{1,3}(?:[ ,.']?\d{3})*$")
CUT = "\x1f"  # stands for the seam between two elements; no pattern of money crosses it


def page_amounts(visible: VisibleText) -> list[Money]:
    """Every amount in the visible text, in order; a number never runs from one element on into the next.

    Two digits on their own behind a whole amount are its cents when they are raised, small or called so, or when the amount
    before them carries its sign: `$148` `02` is 148.02.
    """
    seams = list(find_seams(visible))
    if not seams:
        return find_money(visible.text)
    pieces, begun = [], 0
    for at, mark in seams:
        pieces += [visible.text[begun:at], mark]
        begun = at
    pieces.append(visible.text[begun:])
    places = [at + number for number, (at, _) in enumerate(seams)]  # where the marks stand in the joined text
    return [
        replace(money, start=money.start - bisect_right(places, money.start), end=money.end - bisect_right(places, money.end - 1))
        for money in find_money("".join(pieces))
    ]


def find_seams(visible: VisibleText) -> list[tuple[int, str]]:
    """(offset, what stands for it: a decimal dot or a cut) of every place where two elements put digits side by side."""
    text, starts, ends = visible.text, visible.starts, visible.ends
    seams: list[tuple[int, str]] = []
    for number, at in enumerate(starts):
        if number and ends[number - 1] == at and text[at].isdigit() and text[at - 1].isdigit():
            seams.append((at, "." if is_cents(visible, number) else CUT))
    return seams


def is_cents(visible: VisibleText, number: int) -> bool:
    """True when this run of text is two digits that are the decimals of the amount before it."""
    at, end = visible.starts[number], visible.ends[number]
    if end - at != 2 or not visible.text[at:end].isdigit() or visible.text[end : end + 1].isdigit() or visible.text[end : end + 1] == "%":
        return False
    before = visible.text[max(0, at - 16) : at]
    owner = visible.owners[number]
    if owner.tag in SMALL or CENTS_CLASS.search(f"{owner.get('class') or ''}"):
        return WHOLE_AMOUNT.search(before) is not None
    found = WHOLE_AMOUNT.search(before)
    return found is not None and not found[0][0].isspace() and not found[0][0].isdigit()
