"""Names and CAS numbers that disagree: a number in circulation that is wrong, a failing check digit, or another substance's number."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.cas import Number
from nlp.lexicon import Lexicons

NAME_REACH = 48  # characters from the end of a name to the number that is given for it
PERCENT = re.compile(r"\d+(?:[.,]\d+)?\s*%")
# Between a name and the number given for it stand few words. An amount, a pack size or a new line without a label is the next offer.
OTHER_OFFER = re.compile(r"[\d$€£¥￥₽₹฿₩]|\n(?!\W*(?:cas\b|cas\W*号|登记号|кас\b))", re.IGNORECASE)
LIST_REACH = 200  # within so many, a name and its own number explain each other (lists, tables)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One disagreement; the half-open span runs from the name (or the number alone) to the end of the number."""

    id: str
    term: str
    substance: str
    start: int
    end: int
    score: float


Named = tuple[str, int, int]  # substance id, start, end; in text order, not overlapping
Numbered = tuple[Number, int, int]  # the same


def mismatches(names: Sequence[Named], numbers: Sequence[Numbered], text: str, lexicons: Lexicons) -> Iterator[Mismatch]:
    """Disagreements between the names and numbers of one text, spans in its code points."""
    name_starts, number_starts = [start for _, start, _ in names], [start for _, start, _ in numbers]
    for at, (number, start, end) in enumerate(numbers):
        name = _name_before(names, name_starts, start, text, not_before=numbers[at - 1][2] if at else 0)
        owner = lexicons.numbers.get(number.value)
        if owner and lexicons.substances[owner].near:
            owner = None  # of wide lawful use: a reagent named in passing
        if number.value in lexicons.wrong_numbers:
            yield from _wrong(number, start, end, name, text, lexicons)
        elif name and not number.is_valid:
            yield Mismatch("cas-check-digit", f"{number.value}: fails the check digit", name[0], name[1], end, 0.5)
        elif name and owner and owner != name[0]:
            low, high = start - LIST_REACH, end + LIST_REACH
            near_names = names[bisect_left(name_starts, low) : bisect_left(name_starts, high)]
            near_numbers = numbers[bisect_left(number_starts, low) : bisect_left(number_starts, high)]
            named = any(substance == owner for substance, *_ in near_names)
            numbered = any(lexicons.numbers.get(other.value) == name[0] for other, *_ in near_numbers)
            if not named and not numbered:
                yield Mismatch(
                    "name-cas-mismatch", f"{number.value} belongs to {lexicons.substances[owner].name}", name[0], name[1], end, 0.8
                )


def _wrong(number: Number, start: int, end: int, name: Named | None, text: str, lexicons: Lexicons) -> Iterator[Mismatch]:
    """A number listed as wrong: always when its check digit fails, else beside a name of the substance it is passed off as."""
    wrong = lexicons.wrong_numbers[number.value]
    beside = name is not None and name[0] == wrong.substance
    first = name[1] if name and beside else start
    said = text[first:end].lower()
    if not number.is_valid or (beside and (not wrong.only_with or any(word in said for word in wrong.only_with))):
        yield Mismatch(wrong.id, f"{number.value}: {wrong.why}", wrong.substance, first, end, 0.9)


def _name_before(names: Sequence[Named], starts: Sequence[int], number: int, text: str, not_before: int) -> Named | None:
    """The last name before the number when it ends within reach and neither another number nor another offer stands between."""
    at = bisect_right(starts, number) - 1
    if at < 0 or not names[at][2] <= number <= names[at][2] + NAME_REACH or names[at][2] <= not_before - 1:
        return None
    return None if OTHER_OFFER.search(PERCENT.sub(" ", text[names[at][2] : number])) else names[at]
