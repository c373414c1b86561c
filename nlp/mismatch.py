"""Names and CAS numbers that disagree: a number in circulation that is wrong, a failing check digit, or another substance's number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.cas import Number
from nlp.lexicon import Lexicons

NAME_REACH = 48  # characters from the end of a name to the number that is given for it
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


Named = tuple[str, int, int]  # substance id, start, end
Numbered = tuple[Number, int, int]


def mismatches(text: str, names: Sequence[Named], numbers: Sequence[Numbered], lexicons: Lexicons) -> Iterator[Mismatch]:
    """Disagreements between the names and numbers of one text, spans in its code points."""
    for number, start, end in numbers:
        name = _name_before(names, numbers, start)
        wrong = lexicons.wrong_numbers.get(number.value)
        if wrong:
            beside = name is not None and name[0] == wrong.substance
            said = text[name[1] : end].lower() if name else ""
            if (beside and (not wrong.only_with or any(word in said for word in wrong.only_with))) or not number.is_valid:
                yield Mismatch(wrong.id, f"{number.value}: {wrong.why}", wrong.substance, name[1] if name and beside else start, end, 0.9)
        elif name and not number.is_valid:
            yield Mismatch("cas-check-digit", f"{number.value}: fails the check digit", name[0], name[1], end, 0.5)
        elif name:
            owner = lexicons.numbers.get(number.value)
            if owner and owner != name[0] and not _explained(owner, name[0], start, end, names, numbers, lexicons):
                yield Mismatch(
                    "name-cas-mismatch", f"{number.value} belongs to {lexicons.substances[owner].name}", name[0], name[1], end, 0.8
                )


def _name_before(names: Sequence[Named], numbers: Sequence[Numbered], start: int) -> Named | None:
    """The nearest name that ends within reach before the number, no other number between."""
    before = [name for name in names if name[2] <= start <= name[2] + NAME_REACH]
    if not before:
        return None
    name = max(before, key=lambda name: name[2])
    return None if any(name[2] <= other < start for _, other, _ in numbers) else name


def _explained(
    owner: str, named: str, start: int, end: int, names: Sequence[Named], numbers: Sequence[Numbered], lexicons: Lexicons
) -> bool:
    """True when the number's owner is named nearby, or the named substance's own number stands nearby."""
    low, high = start - LIST_REACH, end + LIST_REACH
    return any(substance == owner and low <= at < high for substance, at, _ in names) or any(
        lexicons.numbers.get(number.value) == named and low <= at < high for number, at, _ in numbers
    )
