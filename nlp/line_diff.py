"""What changed between two sequences of lines or words, in time that a hostile page cannot blow up.

Lines that occur once on either side are the anchors (patience diff, Bram Cohen); what lies between is compared exactly while it is small.
What is neither anchored nor small stands as one replaced block, and the comparison says that it was bounded.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_CELLS = 250_000  # of one exact comparison: 0.1 s (measured 2026-11-24)
MAX_ALL_CELLS = 5_000_000  # of one call


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of both sides, half-open: `equal`, or `replace` when either side has something of its own there."""

    same: bool
    a: tuple[int, int]
    b: tuple[int, int]


@dataclass(frozen=True, slots=True)
class LineDiff:
    """The hunks in order, covering both sides wholly; `bounded` when some block was too large to be compared line by line."""

    hunks: tuple[Hunk, ...]
    bounded: bool


def line_diff(a: Sequence[str], b: Sequence[str]) -> LineDiff:
    """The differences of two sequences; equal items are those that are the same string."""
    work = _Work(a, b)
    pairs = list(work.pairs(0, len(a), 0, len(b)))
    return LineDiff(tuple(_hunks(pairs, len(a), len(b))), work.bounded)


class _Work:
    def __init__(self, a: Sequence[str], b: Sequence[str]) -> None:
        self.a, self.b, self.cells, self.bounded = a, b, 0, False

    def pairs(self, a0: int, a1: int, b0: int, b1: int) -> Iterator[tuple[int, int]]:
        """The matched places of a[a0:a1] and b[b0:b1], in order. The stack holds ranges and single pairs; nothing recurses."""
        stack = [(a0, a1, b0, b1)]
        while stack:
            a0, a1, b0, b1 = stack.pop()
            while a0 < a1 and b0 < b1 and self.a[a0] == self.b[b0]:
                yield a0, b0
                a0, b0 = a0 + 1, b0 + 1
            end = 0
            while a0 < a1 - end and b0 < b1 - end and self.a[a1 - end - 1] == self.b[b1 - end - 1]:
                end += 1
            stack += [(a1 - back, a1 - back + 1, b1 - back, b1 - back + 1) for back in range(1, end + 1)]
            a1, b1 = a1 - end, b1 - end
            if a0 == a1 or b0 == b1:
                continue
            if (a1 - a0) * (b1 - b0) <= MAX_CELLS and self.cells <= MAX_ALL_CELLS:
                self.cells += (a1 - a0) * (b1 - b0)
                yield from self._exact(a0, a1, b0, b1)
                continue
            self.cells += 8 * (a1 - a0 + b1 - b0)  # what looking for anchors costs, in cells
            anchors = self._anchors(a0, a1, b0, b1) if self.cells <= 2 * MAX_ALL_CELLS else []
            self.bounded = self.bounded or not anchors
            edges = [(a0 - 1, b0 - 1), *anchors, (a1, b1)] if anchors else []
            parts: list[tuple[int, int, int, int]] = []
            for (left_a, left_b), (right_a, right_b) in pairwise(edges):
                parts.append((left_a + 1, right_a, left_b + 1, right_b))
                if right_a < a1:
                    parts.append((right_a, right_a + 1, right_b, right_b + 1))
            stack += reversed(parts)

    def _anchors(self, a0: int, a1: int, b0: int, b1: int) -> list[tuple[int, int]]:
        """The longest rising run of lines that stand once on each side."""
        counts_a, counts_b = Counter(self.a[a0:a1]), Counter(self.b[b0:b1])
        places = {self.b[at]: at for at in range(b0, b1) if counts_b[self.b[at]] == 1}
        unique = [(at, places[self.a[at]]) for at in range(a0, a1) if counts_a[self.a[at]] == 1 and self.a[at] in places]
        tails: list[int] = []  # smallest end in b of a run of each length
        ends: list[int] = []  # its index in `unique`
        before: list[int | None] = []
        for number, (_, at) in enumerate(unique):
            length = bisect_left(tails, at)
            before.append(ends[length - 1] if length else None)
            tails[length : length + 1] = [at]
            ends[length : length + 1] = [number]
        run: list[tuple[int, int]] = []
        last = ends[-1] if ends else None
        while last is not None:
            run.append(unique[last])
            last = before[last]
        return run[::-1]

    def _exact(self, a0: int, a1: int, b0: int, b1: int) -> Iterator[tuple[int, int]]:
        """A longest common subsequence, by dynamic programming."""
        width = b1 - b0
        table = [[0] * (width + 1)]
        for at in range(a1 - 1, a0 - 1, -1):
            below, row = table[-1], [0] * (width + 1)
            line = self.a[at]
            for other in range(width - 1, -1, -1):
                row[other] = below[other + 1] + 1 if line == self.b[b0 + other] else max(below[other], row[other + 1])
            table.append(row)
        table.reverse()
        i, j = 0, 0
        while i < a1 - a0 and j < width:
            if self.a[a0 + i] == self.b[b0 + j]:
                yield a0 + i, b0 + j
                i, j = i + 1, j + 1
            elif table[i + 1][j] >= table[i][j + 1]:
                i += 1
            else:
                j += 1


def _hunks(pairs: Sequence[tuple[int, int]], a_end: int, b_end: int) -> Iterator[Hunk]:
    a, b, at = 0, 0, 0
    while at < len(pairs):
        start_a, start_b = pairs[at]
        if (a, b) != (start_a, start_b):
            yield Hunk(False, (a, start_a), (b, start_b))
        length = 1
        while at + length < len(pairs) and pairs[at + length] == (start_a + length, start_b + length):
            length += 1
        a, b, at = start_a + length, start_b + length, at + length
        yield Hunk(True, (start_a, a), (start_b, b))
    if (a, b) != (a_end, b_end):
        yield Hunk(False, (a, a_end), (b, b_end))
