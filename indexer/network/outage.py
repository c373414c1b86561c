"""Our own fault comes first: a run in which most storefronts seem to end at once is held back until later looks tell.

A run is all looks within one hour of its first. Only looks whose canaries are unknown are held; where canaries are known they decide.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from indexer.network.looks import DEAD, NAMED_ENDS, UP, Observation

RUN = timedelta(hours=1)
CHANGED_MIN = 5  # storefronts; and at least half of those that were up
CLOSED = NAMED_ENDS | DEAD


def runs(observations: Iterable[Observation]) -> Iterator[list[Observation]]:
    """Looks in time order, cut into runs of one hour."""
    run: list[Observation] = []
    for look in observations:
        if run and look.at - run[0].at > RUN:
            yield run
            run = []
        run.append(look)
    if run:
        yield run


class Outage:
    """Holds the closed looks of suspect runs back.

    They are dropped for good when one of the storefronts they are about is seen up again: then it was us. They count when a later run
    sees other storefronts up and theirs still closed, which an outage of ours cannot explain.
    """

    def __init__(self) -> None:
        self._held: dict[str, list[Observation]] = {}

    def admit(self, run: list[Observation], were_up: frozenset[str]) -> list[Observation]:
        """The looks that count now, in time order: those of this run that are not suspect, and held ones that it confirms."""
        closed, up = _closed(run), {look.storefront for look in run if look.outcome in UP and look.canary is not False}
        if up & self._held.keys():
            self._held.clear()
        proven = {look.storefront for look in run if look.outcome in CLOSED and look.canary}
        admitted = []
        for storefront in sorted(self._held):
            if storefront in proven or (up and storefront in closed):
                admitted += self._held.pop(storefront)
                were_up -= {storefront}
        suspect = self._suspect(run, closed, up, were_up)
        for look in run:
            if look.canary is None and look.outcome in CLOSED and look.storefront in suspect:
                self._held.setdefault(look.storefront, []).append(look)
            else:
                admitted.append(look)
        return sorted(admitted, key=lambda look: (look.at, look.storefront))

    def _suspect(self, run: list[Observation], closed: set[str], up: set[str], were_up: frozenset[str]) -> set[str]:
        if self._held and not up:
            return closed  # the outage goes on: nothing at all is seen up
        known = {look.storefront for look in run if look.canary is not None}
        changed = closed & were_up
        judged = (closed | up) & were_up - known
        return closed if len(changed) >= CHANGED_MIN and 2 * len(changed) >= len(judged) else set()


def _closed(run: list[Observation]) -> set[str]:
    """Storefronts that the run saw closed and never up, canaries unknown."""
    unknown = [look for look in run if look.canary is None]
    up = {look.storefront for look in unknown if look.outcome in UP}
    return {look.storefront for look in unknown if look.outcome in CLOSED} - up
