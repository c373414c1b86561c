"""What the rules of storefront life make of the market's days: the events a perfect observer with one visit a day would report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NAMED_ENDS = ("parked", "seized", "suspended", "moved")
DEAD = ("nxdomain", "not_found", "refused", "tls")
_WEAK_DEAD = ("refused", "tls")  # a run of these alone needs seven days
KINDS = ("appeared", "blocked", "unblocked", "parked", "seized", "suspended", "vanished", "returned")


@dataclass(frozen=True, slots=True)
class Happening:
    """One life-cycle event by days: the change lies in (after, by]; `confirmed` is the day whose look made it certain."""

    kind: str
    after: int | None
    by: int
    confirmed: int


def happenings(outcomes: Sequence[tuple[int, str]]) -> Iterator[Happening]:
    """The events of one storefront from its outcomes by day, in order. Days of our own outage must be left out beforehand."""
    up: int | None = None
    ended = blocked = False
    previous: int | None = None
    for place, (day, outcome) in enumerate(outcomes):
        rest = outcomes[place:]
        if outcome == "live":
            if up is None:
                yield Happening("appeared", previous, day, day)
            elif ended:
                yield Happening("returned", previous, day, day)
            elif blocked:
                yield Happening("unblocked", previous, day, day)
            up, ended, blocked = day, False, False
        elif outcome == "blocked" and not blocked and not ended and up is not None:
            yield Happening("blocked", up, day, day)
            blocked = True
        elif up is not None and not ended and (confirmed := _end(rest)) is not None:
            yield Happening(outcome if outcome in NAMED_ENDS else "vanished", up, day, confirmed)
            ended = True
        previous = day


def _end(rest: Sequence[tuple[int, str]]) -> int | None:
    """The day that confirms an end starting with the first of these looks, None when nothing does."""
    first, outcome = rest[0]
    if outcome in NAMED_ENDS:
        return rest[1][0] if len(rest) > 1 and rest[1][1] == outcome else None
    if outcome not in DEAD:
        return None
    dead: list[tuple[int, str]] = []
    for day, word in rest:
        if word == "live":
            return None
        if word in DEAD:
            dead.append((day, word))
            needed = 7 if all(kind in _WEAK_DEAD for _, kind in dead) else 2
            if len(dead) >= 3 and day - first >= needed:
                return day
    return None
