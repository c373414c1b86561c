"""CAS registry numbers, written straight or oddly, check digit verified.

Source: CAS, "Check Digit Verification of CAS Registry Numbers".
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from nlp.channels import source_span
from nlp.clean import clean, code_text
from nlp.findings import Code
from nlp.where import text_place

# Any layout: 2 to 7 digits, two, one; some letters may stand for digits; dash, space, dot, slash, underscore, line end or nothing
# between. A pattern begins with one set, its look-behinds come after: twice as fast.
_DIGIT = r"[0-9OolI|SBZ](?:(?<![SBZ])|(?<=[0-9].)|(?=[0-9]))"
_GAP = r"[ \t\n]{0,2}"
_BEFORE = r"(?:(?<![0-9A-Za-z].)|(?<=[Cc][Aa][Ss].))"
_STRAIGHT = re.compile(
    rf"([1-9]{_BEFORE}(?<!\..)[0-9]{{1,6}})({_GAP}-{_GAP})([0-9]{{2}})({_GAP}-{_GAP})([0-9])(?![0-9A-Za-z]|-[0-9])", re.DOTALL
)
_ODD_GAP = rf"(?:{_GAP}[-./_~=:*·•,]{{1,3}}{_GAP}|[ \n]{{1,2}})?"
_IN = r"[ \n]{0,2}"  # between digits: letters spaced out, or a number split over tags
_ODD = re.compile(rf"{_DIGIT}(?:{_IN}{_DIGIT}){{1,6}}{_ODD_GAP}{_DIGIT}{_IN}{_DIGIT}{_ODD_GAP}{_DIGIT}", re.DOTALL)
_FIRST = re.compile(rf"[0-9OolI|SBZ]{_BEFORE}", re.DOTALL)
_LAST = re.compile(r"[0-9OolI|SBZ](?![0-9A-Za-z])")
ODD_MAX = 60  # characters of one oddly written number
_LABEL = re.compile(
    r"(?:\bC\.?A\.?S\.?|登记号|登录号)(?:\s*-?(?:RN|Registry ?Number|number|num|no|nr|号|编号|登记号|登录号))?[\s.:：#№()\[\]-]*$",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(
    r"(?:part|item|model|order|lot|batch|sku|p/?n|ref|tel|phone|fax|mobile|invoice|isbn|serial|电话|型号|货号|批号)"
    r"[\s.]*(?:no|number|nr)?[\s.:#-]*$",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?:[+(/,.]|[0-9][- ]|[$€£¥])$")
_DATE = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-[1-9]")
# Stretches that may hold a number: everything else is passed over by this one cheap pattern.
_STRETCH = re.compile(r"[0-9][-0-9OolI|SBZ \t\n./_~=:*·•,]{4,}")
_DIGIT_LIKE = re.compile(r"[0-9OolI|SBZ]")
_LABEL_WORD = re.compile(r"[Cc]\.?[Aa]\.?[Ss]|登记号|登录号|号")
STRETCH_BEFORE = 12  # letters that stand for the first digits
_AS_DIGITS = str.maketrans("OolI|SBZ", "00111582")
LABEL_REACH = 32  # characters before a number in which its label is looked for


@dataclass(frozen=True, slots=True)
class Number:
    """A number of CAS form in the cleaned text: canonical value, span, and whether its check digit holds."""

    value: str
    start: int
    end: int
    is_valid: bool
    is_labelled: bool


def is_cas(value: str) -> bool:
    """True for `NNNNNNN-NN-N` (2 to 7 leading digits, the first not 0) whose check digit holds."""
    match = re.fullmatch(r"([1-9][0-9]{1,6})-([0-9]{2})-([0-9])", value, re.ASCII)
    if not match:
        return False
    digits = match[1] + match[2]
    return sum(place * int(digit) for place, digit in enumerate(reversed(digits), 1)) % 10 == int(match[3])


def find_cas(text: str, known: Collection[str] | None = None) -> list[Code]:
    """Codes of kind `cas` in text order. Odd layouts count only behind a CAS label or for a number in `known` (default: the shipped
    control table): a page is full of numbers that are something else."""
    cleaned = clean(text)
    found = []
    for number in cas_numbers(cleaned.text, _shipped() if known is None else known):
        if number.is_valid:
            start, end = source_span([cleaned], number.start, number.end)
            found.append(Code("cas", number.value, text_place(text, start, end)))
    return found


def cas_numbers(cleaned: str, known: Collection[str]) -> list[Number]:
    """Numbers of CAS form in a cleaned text, in order; invalid ones only in straight layout behind a label or when in `known`."""
    codes = code_text(cleaned)
    found: dict[int, Number] = {}
    for stretch in _STRETCH.finditer(codes):
        start, end = max(0, stretch.start() - STRETCH_BEFORE), stretch.end() + 1
        straight = _straight(codes, start, end, known) if "-" in stretch[0] else ()
        odd = _odd(codes, start, end, known) if _may_be_odd(codes, start, end) else ()
        for number in (*odd, *straight):
            found[number.start] = number
    kept: list[Number] = []
    for number in sorted(found.values(), key=lambda number: (number.start, -number.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept


def _may_be_odd(codes: str, start: int, end: int) -> bool:
    """False where `_odd` cannot find anything: too few digits for a number without label, and no label."""
    return len(_DIGIT_LIKE.findall(codes, start, end)) >= 8 or bool(_LABEL_WORD.search(codes, max(0, start - LABEL_REACH), end))


def _straight(codes: str, first: int, last: int, known: Collection[str]) -> Iterator[Number]:
    for match in _STRAIGHT.finditer(codes, first, last):
        value = f"{match[1]}-{match[3]}-{match[5]}"
        before = codes[max(0, match.start() - LABEL_REACH) : match.start()]
        labelled, sure = bool(_LABEL.search(before)), value in known
        if not (labelled or sure):
            spaced = len(match[2]) > 1 or len(match[4]) > 1
            if _OTHER_LABEL.search(before) or _GLUED.search(before) or _DATE.fullmatch(value) or (spaced and len(match[1]) < 4):
                continue
        valid = is_cas(value)
        if valid or labelled or sure:
            yield Number(value, match.start(), match.end(), valid, labelled)


def _odd(codes: str, first: int, last: int, known: Collection[str]) -> Iterator[Number]:
    """Numbers between an edge before and an edge behind, cheap tests first: the layout pattern is tried on valid numbers only."""
    digits = [match.start() for match in _DIGIT_LIKE.finditer(codes, first, last)]
    lasts = {match.start() for match in _LAST.finditer(codes, first, last)}
    firsts = {match.start() for match in _FIRST.finditer(codes, first, last)}
    done = 0
    for at, start in enumerate(digits):
        if start < done or start not in firsts:
            continue
        for end in reversed(digits[at + 4 : at + 10]):
            number = _read_odd(codes, start, end + 1, known) if end in lasts and end - start < ODD_MAX else None
            if number:
                yield number
                done = end + 1
                break


def _read_odd(codes: str, start: int, end: int, known: Collection[str]) -> Number | None:
    written = codes[start:end]
    digits = "".join(_DIGIT_LIKE.findall(written)).translate(_AS_DIGITS)
    if not 5 <= len(digits) <= 10 or sum(map(str.isdigit, written)) < 4:
        return None
    value = f"{digits[:-3]}-{digits[-3:-1]}-{digits[-1]}"
    if not is_cas(value) or not _ODD.fullmatch(written):
        return None
    before = codes[max(0, start - LABEL_REACH) : start]
    labelled = bool(_LABEL.search(before))
    if labelled or (value in known and len(digits) >= 8 and not _GLUED.search(before)):
        return Number(value, start, end, is_valid=True, is_labelled=labelled)
    return None


@cache
def _shipped() -> frozenset[str]:
    from nlp.lexicon import load_lexicons  # the lexicon checks its own numbers with this module

    return frozenset(load_lexicons().numbers)
