"""Long unbroken words of a page (25 characters and more), where every coin address lies, found in one pass for all payment kinds."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from nlp.where import Where

WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{25,400}(?![A-Za-z0-9])", re.ASCII)
# The base64 of a TON address, which may hold - _ + and /.
TON = re.compile(r"[EU][Qf][\w+/-]{46}(?<![\w+/-]{49})(?![\w+/=-])", re.ASCII)  # looking back last is four times as fast
BEFORE, AFTER = 80, 40  # characters of surroundings kept to judge an address that has no checksum
MAX_WORDS = 5_000  # of one page; a page of keys says nothing more


@dataclass(frozen=True, slots=True)
class LongWord:
    """One word, what stands before and behind it in the same string, and a way to name its place. `shown` means people can see it."""

    text: str
    before: str
    after: str
    shown: bool
    place: Callable[[], Where]


def long_words(values: Iterable[tuple[str, Callable[[re.Match[str]], Where]]], *, shown: bool) -> Iterator[LongWord]:
    """The long words of some strings, in order; `place` of a string names where a match in it stands."""
    for value, place in values:
        if len(value) < 25:
            continue
        for match in itertools.chain(WORD.finditer(value), TON.finditer(value)):
            before = value[max(0, match.start() - BEFORE) : match.start()]
            yield LongWord(match[0], before, value[match.end() : match.end() + AFTER], shown, _later(place, match))


def _later(place: Callable[[re.Match[str]], Where], match: re.Match[str]) -> Callable[[], Where]:
    return lambda: place(match)
