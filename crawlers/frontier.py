"""The pages a visit still has to ask for, list pages first, each once, within the page budget."""

import heapq
from dataclasses import dataclass

from crawlers.links import Rank

MAX_PLANNED = 50_000  # URLs; a site that links to more is a trap, and the page budget is far below
MAX_DEPTH = 12  # links from a seed; further pages of a list do not count


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One page to ask for; places sort in the order of asking."""

    rank: Rank
    number: int
    url: str
    depth: int
    attempt: int


class Frontier:
    """What is planned and what is next. `planned` and `got` count pages; the same additions in the same order give the same order out."""

    def __init__(self, pages: int) -> None:
        self._budget, self._heap, self._known, self._number = pages, list[Place](), set[str](), 0
        self.planned = self.got = self.lost = 0
        self.exhausted = False  # the budget ended while places were left

    def add(self, url: str, rank: Rank, depth: int = 0) -> bool:
        """Plan a page; False when it is known already, too deep, or one too many."""
        if url in self._known or depth > MAX_DEPTH or len(self._known) >= MAX_PLANNED:
            return False
        self._known.add(url)
        self.planned += 1
        self._push(rank, url, depth, 1)
        return True

    def retry(self, place: Place) -> None:
        """Ask for a page once more, after everything else."""
        self._push(Rank.RETRY, place.url, place.depth, place.attempt + 1)

    def take(self) -> Place | None:
        """The next page, or None when there is none or the budget is used up (`exhausted`)."""
        if not self._heap:
            return None
        if self._budget <= 0:
            self.exhausted = True
            return None
        self._budget -= 1
        return heapq.heappop(self._heap)

    @property
    def left(self) -> int:
        """How many more pages the budget allows."""
        return max(self._budget, 0)

    def turned(self, pages: int) -> None:
        """Further pages of a list were seen without an address of their own; they count like pages asked for."""
        self.planned += pages
        self.got += pages
        self._budget -= pages

    def deny(self) -> None:
        """The page just taken may not be asked for: it is neither planned nor does it use the budget."""
        self.planned -= 1
        self._budget += 1

    def skip(self, url: str) -> bool:
        """A link to this URL plans nothing: it was seen as the end of a redirect, or stands unchanged. False when it was known."""
        if url in self._known:
            return False
        self._known.add(url)
        return True

    def knows(self, url: str) -> bool:
        """Whether the URL was planned or skipped."""
        return url in self._known

    def _push(self, rank: Rank, url: str, depth: int, attempt: int) -> None:
        heapq.heappush(self._heap, Place(rank, self._number, url, depth, attempt))
        self._number += 1
