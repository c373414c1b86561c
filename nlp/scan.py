"""One pass over the skeleton: where terms, context words and gate words stand. Aho-Corasick, then the edges of words."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlp.glyphs import script
from nlp.lexicon import Lexicons

_EDGELESS = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})  # scripts written without spaces: a word may stand anywhere
_NAME_PART = frozenset("基苄苯代酰甲乙丙丁氧羰氨")  # Han characters that end or begin parts of chemical names


@dataclass(frozen=True, slots=True)
class TermHit:
    """An entry's form in the skeleton, half-open."""

    entry: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What the automaton found in one skeleton: terms (longest wins, no overlap) and the sorted places of group and gate words."""

    terms: tuple[TermHit, ...]
    groups: Mapping[str, Sequence[int]]
    gates: Mapping[str, Sequence[int]]

    def has_near(self, groups: Sequence[str], start: int, end: int, within: int, *, outside: bool = False) -> bool:
        """True when a word of one of the groups begins within so many characters before `start` or after `end`; with `outside`, one
        that begins inside the span itself does not count."""
        for group in groups:
            places = self.groups.get(group, ())
            if outside:
                if has_between(places, start - within, start) or has_between(places, end, end + within):
                    return True
            elif has_between(places, start - within, end + within):
                return True
        return False


def has_between(places: Sequence[int], start: int, end: int) -> bool:
    """True when one of the sorted places lies in `[start, end)`."""
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def scan(skeleton: str, lexicons: Lexicons) -> Scan:
    """All forms that stand as words of their own; terms without their context test. Linear in the text."""
    text = skeleton.replace("\n", " ")
    size = len(text)
    found: list[TermHit] = []
    groups: dict[str, set[int]] = defaultdict(set)
    gates: dict[str, set[int]] = defaultdict(set)
    for last, (length, meanings) in lexicons.automaton.iter(text):
        start, end = last + 1 - length, last + 1
        if start and text[start - 1].isalnum() and not _begins(text, start):  # most hits end here: inside a longer word
            continue
        ends = end == size or not text[end].isalnum() or _begins(text, end)
        for form in meanings:
            if not (ends or form.is_prefix):
                continue
            if form.role == "group":
                groups[form.name].add(start)
            elif form.role == "gate":
                gates[form.name].add(start)
            elif not lexicons.entries[form.name].whole or _is_whole(text, start, end):
                found.append(TermHit(form.name, start, end))
    return Scan(tuple(_longest(found)), _sorted(groups), _sorted(gates))


def _begins(text: str, at: int) -> bool:
    """True when a word edge lies before `text[at]`: not two letters or digits of a script with spaces side by side."""
    if at in (0, len(text)):
        return True
    before, after = text[at - 1], text[at]
    if not (before.isalnum() and after.isalnum()):
        return True
    return not (before.isascii() and after.isascii()) and (script(before) in _EDGELESS or script(after) in _EDGELESS)


def _is_whole(text: str, start: int, end: int) -> bool:
    """False inside a longer systematic name: `N-benzyl-4-piperidone`, `piperidine-4-carboxylic acid`, `1,4-piperidone`."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if len(before) == 2 and _in_name(before[0]) and (before[1] == "-" or (before[1] == "," and text[start].isdigit())):
        return False
    return not (len(after) == 2 and after[0] == "-" and _in_name(after[1]))


def _in_name(char: str) -> bool:
    return char in _NAME_PART or char in ")]'" or (char.isalnum() and script(char) not in _EDGELESS)


def _longest(found: Sequence[TermHit]) -> list[TermHit]:
    kept: list[TermHit] = []
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept


def _sorted(places: Mapping[str, set[int]]) -> dict[str, list[int]]:
    return {name: sorted(starts) for name, starts in places.items()}
