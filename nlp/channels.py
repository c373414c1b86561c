"""Rewritten text that remembers where every character came from."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

Edit = tuple[int, int, str]  # source[start:end] is read as this string


class Channel:
    """A text made from a source by edits; every character knows its source span. Identical stretches cost nothing."""

    __slots__ = ("_at", "_end", "_start", "_width", "text")

    def __init__(self, source: str, edits: Iterable[Edit] = ()) -> None:
        """Edits are in source order, non-overlapping and non-empty on the source side; an edit of one character to one keeps offsets."""
        self._at: list[int] = []
        self._width: list[int] = []
        self._start: list[int] = []
        self._end: list[int] = []
        pieces: list[str] = []
        done = length = 0
        for start, end, reading in edits:
            pieces += (source[done:start], reading)
            length += start - done
            if end - start != 1 or len(reading) != 1:
                self._at.append(length)
                self._width.append(len(reading))
                self._start.append(start)
                self._end.append(end)
            length += len(reading)
            done = end
        pieces.append(source[done:])
        self.text = "".join(pieces)

    def span(self, at: int) -> tuple[int, int]:
        """The half-open source span that character `at` was read from."""
        edit = bisect_right(self._at, at) - 1
        if edit < 0:
            return at, at + 1
        beyond = at - self._at[edit] - self._width[edit]
        if beyond < 0:
            return self._start[edit], self._end[edit]
        return self._end[edit] + beyond, self._end[edit] + beyond + 1

    def at(self, place: int) -> int:
        """Where the source character at `place` is read; for one that was dropped, the next character."""
        edit = bisect_right(self._start, place) - 1
        if edit < 0:
            return place
        return self._at[edit] + (self._width[edit] + place - self._end[edit] if place >= self._end[edit] else 0)


def source_span(channels: Sequence[Channel], start: int, end: int) -> tuple[int, int]:
    """The half-open span in the first source of `[start:end]` (not empty) of the last channel."""
    for channel in reversed(channels):
        start, end = channel.span(start)[0], channel.span(end - 1)[1]
    return start, end
