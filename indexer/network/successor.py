"""Whose place a newcomer takes: its predecessor among the storefronts it is linked with."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from indexer.network.churn import Churn
from indexer.network.explain import strongest_path
from indexer.network.life import ENDS, Event
from indexer.network.link import Evidence, Link, Linkage

BEFORE, AFTER = timedelta(days=30), timedelta(days=7)
# Storefronts that are live at once in the first day of looks were there before us: nobody's newcomers.
ALREADY_THERE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Succession:
    """`storefront` takes the place of `successor_of`; the probability is that of their link, or of the path that joins them."""

    storefront: str
    successor_of: str
    probability: float
    evidence: tuple[Evidence, ...]


def successions(lives: Churn, linkage: Linkage, clusters: Iterable[tuple[str, ...]]) -> tuple[Succession, ...]:
    """The predecessor of every newcomer that has one, ordered by newcomer.

    Among storefronts of its cluster that opened before it: the source of a redirect to it, else the one whose end lies nearest to its
    first live look, from 30 days before to 7 days after. None means backup capacity or a new operator.
    """
    openings: dict[str, Event] = {}
    ends: dict[str, list[datetime]] = {}
    for event in lives.events:
        if event.event in ("appeared", "returned"):
            openings.setdefault(event.storefront, event)
        elif event.event in ENDS:
            ends.setdefault(event.storefront, []).append(event.by)
    links = {(found.a, found.b): found for found in linkage.links if found.linked}
    found = []
    for cluster in clusters:
        for name in cluster:
            if name in openings and _is_newcomer(openings[name], lives):
                mates = [mate for mate in cluster if mate in openings and openings[mate].by < openings[name].by]
                older = _predecessor(name, openings[name].by, mates, ends, linkage)
                if older is not None:
                    found.append(_succession(name, older, links, linkage))
    return tuple(sorted(found, key=lambda s: s.storefront))


def _is_newcomer(opening: Event, lives: Churn) -> bool:
    was_there = opening.after is None and lives.first_look is not None and opening.by - lives.first_look < ALREADY_THERE
    return opening.event == "appeared" and not was_there


def _predecessor(name: str, opened: datetime, mates: list[str], ends: Mapping[str, list[datetime]], linkage: Linkage) -> str | None:
    sources = [mate for mate in mates if ("redirect", name) in linkage.shown.get(mate, ())]
    near = []
    for mate in sources or mates:
        gaps = [abs(end - opened) for end in ends.get(mate, ()) if opened - BEFORE <= end <= opened + AFTER]
        if gaps or sources:
            near.append((min(gaps, default=timedelta.max), mate))
    return min(near)[1] if near else None


def _succession(name: str, older: str, links: Mapping[tuple[str, str], Link], linkage: Linkage) -> Succession:
    direct = links.get((min(name, older), max(name, older)))
    if direct is not None:
        return Succession(name, older, direct.probability, direct.evidence)
    path = strongest_path(linkage, name, older)
    steps = [links[min(pair), max(pair)] for pair in pairwise(path)]
    evidence = tuple(row for step in steps for row in step.evidence if row.bits > 0 or step.verdict)
    return Succession(name, older, round(math.prod(step.probability for step in steps), 4), evidence)
