"""When a site should be looked at again, from what its looks have shown: how often it changes, how risky it is, and takedowns nearby.

The gap at which a look finds a change with probability 1/2 is ln 2 / rate. For changes that come by chance (Poisson) the number seen with
a given number of looks is highest when every site's gap is the same multiple of its own time between changes: the marginal gain of a look,
1 - (1 + x) e^-x with x = rate * gap, must be equal everywhere. Everything here is read from the store; nothing is kept, nothing is drawn.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from crawlers.ids import instant, parse_instant
from indexer.network.change_rate import Gap, changes_per_day
from indexer.network.looks import DEAD, NAMED_ENDS, UP
from indexer.store import Document, Store
from indexer.values import standing, text, texts

HIGH_RISK_GAP = timedelta(hours=24)  # reconstitution is measured in days (reference/mission-anchors.md section 6)
TAKEDOWN_GAP = timedelta(hours=12)
TAKEDOWN_WATCH = timedelta(days=14)
REMEMBERED = 60  # gaps; a shop of last year is no measure of this month's
TAKEN = frozenset({"seized", "suspended"})  # ends that others brought about; any end counts when what ended was high risk
# Blocks are ours, first sights of a term or a code stand beside the change that brought them.
NO_CHANGE = frozenset({"appeared", "blocked", "unblocked", "term_first_seen", "code_first_seen"})
VERDICTS = UP | DEAD | NAMED_ENDS
CLOSED = frozenset({*NAMED_ENDS, "vanished"})


@dataclass(frozen=True, slots=True, order=True)
class Takedown:
    """The end of a storefront, or a takedown on record, that others are watched for: from `known_at` until two weeks after `at`."""

    at: datetime
    known_at: datetime
    storefront: str
    word: str

    @property
    def until(self) -> datetime:
        """When the closer watch ends."""
        return self.at + TAKEDOWN_WATCH


@dataclass(frozen=True, slots=True)
class Habit:
    """What the store knows of one site: its last visit (planned or made), its gaps, the highest band of what is open there."""

    site: str
    last: datetime | None = None
    gaps: tuple[Gap, ...] = ()
    band: str = "abstain"
    takedowns: tuple[Takedown, ...] = ()

    @property
    def changes_per_day(self) -> float:
        """How often it changes, as far as its looks tell."""
        return changes_per_day(self.gaps)


def chosen_gap(habit: Habit, least: timedelta, most: timedelta) -> tuple[timedelta, str]:
    """The time between two visits within these bounds, in whole minutes, and why; high risk sets a bound of its own."""
    if least == most:
        gap, why = most, f"every {spelled(most)} (site file)"
    else:
        rate = habit.changes_per_day
        wanted = timedelta(minutes=round(math.log(2) / rate * 24 * 60))
        gap = min(max(wanted, least), most)
        seen = sum(one.changed for one in habit.gaps)
        why = f"changes every {spelled(timedelta(days=1 / rate))} or so ({seen} of {len(habit.gaps)} looks saw one): every {spelled(gap)}"
        if gap != wanted:
            why += f", the {'least' if gap == least else 'most'} of the site file"
    if habit.band == "high" and gap > HIGH_RISK_GAP:
        return HIGH_RISK_GAP, f"high risk: every {spelled(HIGH_RISK_GAP)}; else {why}"
    return gap, why


def after_takedown(habit: Habit, last: datetime, planned: datetime) -> tuple[datetime, str] | None:
    """An earlier time than `planned` that a takedown nearby asks for, and why; None when none does."""
    for one in sorted(habit.takedowns):
        wanted = max(last + TAKEDOWN_GAP, one.known_at)
        if wanted < min(planned, one.until):
            named = f"{one.storefront} {one.word} {instant(one.at)[:10]}"
            return wanted, f"{named}: every {spelled(TAKEDOWN_GAP)} until {instant(one.until)[:10]}"
    return None


def spelled(gap: timedelta) -> str:
    """A length of time in the largest unit that keeps two digits: `45m`, `36h`, `5.5d`."""
    minutes = gap.total_seconds() / 60
    for size, unit in ((24 * 60, "d"), (60, "h")):
        if minutes >= 2 * size:
            return f"{minutes / size:.1f}".removesuffix(".0") + unit
    return f"{minutes:.0f}m" if minutes < 60 else f"{minutes / 60:.1f}".removesuffix(".0") + "h"


def habits(store: Store) -> dict[str, Habit]:
    """Site → what the store knows of it, for every site that was planned or visited."""
    visits = {text(one, "id"): one for one in store.scan("visit")}
    last: dict[str, datetime] = {}
    for one in [*store.scan("plan"), *visits.values()]:
        planned = parse_instant(text(one, "planned_at"))
        last[text(one, "site")] = max(planned, last.get(text(one, "site"), planned))
    storefronts = [one for one in store.scan("storefront") if standing(one)]
    events = [one for one in store.scan("event") if standing(one)]
    home = {text(one, "storefront"): text(one, "site") for one in storefronts}
    changes: dict[str, list[str]] = defaultdict(list)
    for event in events:
        if text(event, "event") not in NO_CHANGE:
            changes[home.get(text(event, "storefront"), "")].append(text(event, "by"))
    risky = {text(one, "storefront") for one in storefronts if text(one, "band") == "high"}
    ended = [one for one in events if text(one, "event") in (CLOSED if text(one, "storefront") in risky else TAKEN)]
    ends = _takedowns(store, ended, home)
    looked = _looked(store, visits)
    return {
        site: Habit(site, moment, gaps_of(looked.get(site, ()), changes[site]), _band(storefronts, site), tuple(sorted(ends[site])))
        for site, moment in sorted(last.items())
    }


def gaps_of(looked: Collection[str], changes: Iterable[str]) -> tuple[Gap, ...]:
    """The gaps between looks that reached a verdict; a change belongs to the gap in whose (from, to] it was first seen."""
    times = sorted(looked)
    ends = sorted({times[place] for at in changes if (place := bisect_left(times, at)) < len(times)})
    changed = set(ends)
    gaps = [
        Gap((parse_instant(after) - parse_instant(before)).total_seconds() / 86400, after in changed) for before, after in pairwise(times)
    ]
    return tuple(gaps[-REMEMBERED:])


def _looked(store: Store, visits: Mapping[str, Document]) -> dict[str, set[str]]:
    """Site → the ends of its visits that reached a verdict: what a visit saw, it saw by then."""
    found: dict[str, set[str]] = defaultdict(set)
    for look in store.scan("look", {"superseded": False}):
        visit = visits.get(text(look, "visit_id"))
        if visit is not None and text(look, "outcome") in VERDICTS and visit.get("canary") is not False:
            found[text(look, "site")].add(text(visit, "done_at"))
    return found


def _band(storefronts: Sequence[Document], site: str) -> str:
    bands = {text(one, "band") for one in storefronts if text(one, "site") == site and text(one, "state") not in CLOSED}
    return next((band for band in ("high", "medium", "low") if band in bands), "abstain")


def _takedowns(store: Store, events: list[Document], home: Mapping[str, str]) -> dict[str, set[Takedown]]:
    """Site → the takedowns it is watched for: of its own storefronts, and of those linked to them."""
    ends = [
        Takedown(parse_instant(text(one, "by")), parse_instant(text(one, "confirmed_at") or text(one, "by")), *_named(one))
        for one in events
    ]
    for one in store.scan("intervention"):
        at = parse_instant(text(one, "at"))
        ends.append(Takedown(at, at, text(one, "storefront"), text(one, "event") or "taken down"))
    mates = _mates(store) if ends else {}
    found: dict[str, set[Takedown]] = defaultdict(set)
    for end in ends:
        for name in {end.storefront, *mates.get(end.storefront, ())}:
            found[home.get(name, "")].add(end)
    return found


def _named(event: Document) -> tuple[str, str]:
    return text(event, "storefront"), text(event, "event")


def _mates(store: Store) -> dict[str, set[str]]:
    """Storefront → those linked to it or in its cluster."""
    found: dict[str, set[str]] = defaultdict(set)
    for cluster in store.scan("cluster"):
        if standing(cluster):
            for name in texts(cluster, "members"):
                found[name].update(texts(cluster, "members"))
    for link in store.scan("link", {"linked": True}):
        if standing(link):
            found[text(link, "a")].add(text(link, "b"))
            found[text(link, "b")].add(text(link, "a"))
    return found
