"""Normalisation with an exact way back: what matching sees, and where each character of it stands in the original. DESIGN.md section 5."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from nlp.channels import Channel, source_span
from nlp.clean import clean, folded
from nlp.glyphs import is_invisible, lookalikes
from nlp.lexicon import Lexicons, load_lexicons
from nlp.skeleton import disguises

_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}  # full-width forms are everyday typing in Chinese
_BEYOND_ASCII = re.compile("[^\\x00-\\x7f]+")
_CAPITAL_I = re.compile("I(?<=[a-z]I)")
PASSES = 4  # undoing one disguise may show another (`f.е.n…`); two passes were enough for everything tried


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text and its skeleton. Spans of the skeleton map back to half-open spans of the text."""

    text: str
    skeleton: str
    channels: tuple[Channel, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the skeleton's `[start:end]` (not empty) was read from."""
        return source_span(self.channels, start, end)

    def is_disguised(self, start: int, end: int) -> bool:
        """True when the writing of that skeleton span had to be undone: more than case, accents, width, white space, dashes, quotes."""
        first, last = self.span(start, end)
        return folded(self.text[first:last].translate(_WIDTH)).text != self.skeleton[start:end]

    @property
    def origin(self) -> list[int]:
        """Per skeleton code point, where its source begins in the text."""
        return [self.span(at, at + 1)[0] for at in range(len(self.skeleton))]

    @property
    def origin_end(self) -> list[int]:
        """Per skeleton code point, where its source ends in the text."""
        return [self.span(at, at + 1)[1] for at in range(len(self.skeleton))]


def normalise(text: str, lexicons: Lexicons | None = None) -> Normalised:
    """The skeleton of the text: two writings look alike when their skeletons are equal. The words of the lexicons (the shipped ones
    unless given) decide which disguises are undone."""
    words = (lexicons or load_lexicons()).words
    channels = [cleaned := clean(text), folded(cleaned.text)]
    odd = sorted({channels[1].at(cleaned.at(place)) for place in _odd_places(text)})

    def raw_of(start: int, end: int) -> str:
        first, last = source_span(channels[:2], start, end)
        piece = text[first:last]
        if len(piece) == end - start and (piece.isascii() or piece.casefold() == channels[1].text[start:end]):
            return piece
        return "".join(map(raw_at, range(start, end)))

    def raw_at(at: int) -> str:
        start, end = source_span(channels[:2], at, at + 1)
        return next((char for char in text[start:end] if not is_invisible(char)), " ")

    for turn in range(PASSES):
        shown = channels[-1].text
        edits = disguises(shown, raw_of if turn == 0 else _slice_of(shown), odd if turn == 0 else (), words)
        if not edits:
            break
        channels.append(Channel(shown, edits))
    return Normalised(text, channels[-1].text, tuple(channels))


def _slice_of(shown: str) -> Callable[[int, int], str]:
    return lambda start, end: shown[start:end]


def _odd_places(text: str) -> Iterator[int]:
    yield from (match.start() for match in _CAPITAL_I.finditer(text))
    if not text.isascii():
        for run in _BEYOND_ASCII.finditer(text):
            yield from (run.start() + match.start() for match in _styled().finditer(run[0]))


@cache
def _styled() -> re.Pattern[str]:
    """A styled character whose look (TR39) is not its compatibility form (NFKC)."""
    return re.compile("[" + re.escape("".join(char for char, read in lookalikes().items() if _unlike(char, read))) + "]")


def _unlike(char: str, read: str) -> bool:
    form = unicodedata.normalize("NFKC", char)
    return form != char and form.isascii() and form.casefold() != read
