"""Where patterns are looked for on a page: text, attributes, JSON leaves and script source, each match with its `Where`."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from nlp.channels import Channel, Edit, source_span
from nlp.clean import clean, code_text
from nlp.where import CONTEXT, QUOTE_MAX, Where, text_place

VALUE_MAX = 20_000  # code points of one attribute or JSON string that are searched; longer values are pictures and code


@dataclass(frozen=True, slots=True)
class Values:
    """A list of strings, each with a way to name its place."""

    values: Iterable[tuple[str, Callable[[re.Match[str]], Where]]]

    def holding(self, *marks: str) -> "Values":
        """Those strings that hold one of the marks as it is written: a look that costs a hundredth of a pattern's."""
        return Values([(value, place) for value, place in self.values if any(mark in value for mark in marks)])

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[Where, re.Match[str]]]:
        """Every match of the pattern, string by string, with its place."""
        for value, place in self.values:
            for match in pattern.finditer(value):
                yield place(match), match


Place = Callable[[re.Match[str]], Where]


class Outside:
    """The strings of a page outside its text, joined in small letters: one search for a mark finds the few strings that hold it."""

    LINKS, ATTRIBUTES, JSON = range(3)

    def __init__(self, *groups: Sequence[tuple[str, Place]]) -> None:
        """`groups` are links, attributes and JSON strings, each (value, place)."""
        self.entries = [(group, value, place) for group, values in enumerate(groups) for value, place in values]
        lowered = [value.lower() for _, value, _ in self.entries]
        self.text = "\n".join(lowered)
        self.starts = list(itertools.accumulate((len(value) + 1 for value in lowered[:-1]), initial=0)) if lowered else []

    def holding(self, *marks: str, groups: Collection[int] = (LINKS, ATTRIBUTES, JSON)) -> Values:
        """The strings that hold one of the marks (small letters), whatever their case, in document order of their group."""
        found: set[int] = set()
        for mark in marks:
            at = self.text.find(mark)
            while at >= 0:
                entry = bisect_right(self.starts, at) - 1
                found.add(entry)
                at = self.text.find(mark, self.starts[entry + 1]) if entry + 1 < len(self.starts) else -1
        return Values([self.entries[entry][1:] for entry in sorted(found) if self.entries[entry][0] in groups])

    def spots(self, mark: str) -> Iterator[tuple[int, int]]:
        """(number of the entry, offset in it) of every place where the mark (small letters) stands; offsets are those of small letters,
        which in some scripts lie a little off."""
        at = self.text.find(mark)
        while at >= 0:
            entry = bisect_right(self.starts, at) - 1
            yield entry, at - self.starts[entry]
            at = self.text.find(mark, at + 1)


@dataclass(frozen=True, slots=True)
class RunningText:
    """The visible text of one page."""

    text: str
    capture_id: str
    storefront: str

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[Where, re.Match[str]]]:
        """Every match of the pattern in the text, with its span as place."""
        for match in pattern.finditer(self.text):
            yield text_place(self.text, match.start(), match.end(), capture_id=self.capture_id, storefront=self.storefront), match


class PlainText:
    """The visible text as patterns for numbers and handles read it: compatibility forms, ASCII digits and dashes, nothing invisible.

    DESIGN.md section 5, channels (a) and (b). Places are spans of the page's own text.
    """

    def __init__(self, text: str, capture_id: str, storefront: str) -> None:
        self.source, self.capture_id, self.storefront = text, capture_id, storefront
        self.channels = [clean(text)]
        self.text = plain(self.channels[0].text)

    def edited(self, edits: Sequence[Edit]) -> "PlainText":
        """The same text with these edits made (in order, none overlapping); places stay those of the page."""
        found = copy(self)
        found.__dict__.pop("lowered", None)
        if edits:
            found.channels = [*self.channels, Channel(self.text, edits)]
            found.text = found.channels[-1].text
        return found

    @cached_property
    def lowered(self) -> str:
        """The text in small letters, to see at once what it lacks."""
        return self.text.lower()

    def at(self, start: int, end: int) -> Where:
        """The place of the plain text's `[start:end]` (not empty)."""
        first, last = source_span(self.channels, start, end)
        return text_place(self.source, first, last, capture_id=self.capture_id, storefront=self.storefront)

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[Where, re.Match[str]]]:
        """Every match of the pattern in the plain text, with its span in the page's own text as place."""
        for match in pattern.finditer(self.text):
            yield self.at(match.start(), match.end()), match


def plain(cleaned: str) -> str:
    """Cleaned text, code point for code point, with ASCII digits and dashes; a keycap's frame becomes a space."""
    return cleaned if cleaned.isascii() else code_text(cleaned).replace("\u20e3", " ")


class Paths:
    """CSS paths of elements: `html > body > div:nth-of-type(2) > a`; counts are kept per parent, so a page costs linear time."""

    LEVELS = 64  # a path deeper than this names its last levels only

    def __init__(self) -> None:
        self.steps: dict[etree._Element, dict[etree._Element, str]] = {}

    def of(self, element: etree._Element) -> str:
        """The path that `cssselect` of the same tree answers with this element."""
        steps: list[str] = []
        at: etree._Element | None = element
        while at is not None and len(steps) < self.LEVELS:
            parent = at.getparent()
            steps.append(str(at.tag) if parent is None else self.steps_below(parent)[at])
            at = parent
        return " > ".join(reversed(steps))

    def steps_below(self, parent: etree._Element) -> dict[etree._Element, str]:
        """The last step of each child's path; an only child of its name needs no number."""
        known = self.steps.get(parent)
        if known is None:
            counts: dict[str, int] = {}
            known = {}
            for child in parent:
                tag = str(child.tag)
                counts[tag] = counts.get(tag, 0) + 1
                known[child] = f"{tag}:nth-of-type({counts[tag]})"
            known = {child: (str(child.tag) if counts[str(child.tag)] == 1 else step) for child, step in known.items()}
            self.steps[parent] = known
        return known


def quote_of(match: re.Match[str]) -> str:
    """The whole value when it is short, else the match with context on both sides, at most 200 code points."""
    if len(match.string) <= QUOTE_MAX:
        return match.string
    start = max(0, match.start() - CONTEXT)
    return match.string[start : min(match.end() + CONTEXT, start + QUOTE_MAX)]
