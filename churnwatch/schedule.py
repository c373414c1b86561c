"""When each site is due: the site files are the schedule, and what was missed while nobody ran is planned all the same."""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawlers.errors import ConfigError
from crawlers.every import bounds
from crawlers.ids import instant
from crawlers.site import Site
from indexer.revisit import Habit, after_takedown, chosen_gap, habits
from indexer.store import Document, Store

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger

# A machine that slept for a year owes at most this many plans a site; older ones say nothing that these do not.
MAX_MISSED = 400
_WEEKDAY = re.compile(r"(?<![/\w])(\d)(?:-(\d))?(?!\w)")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@dataclass(frozen=True, slots=True)
class Due:
    """A site's next visit: when, and why then."""

    at: datetime
    why: str


def cron(every: str) -> "CronTrigger":
    """The APScheduler trigger of a cron line in UTC; raises ConfigError for a line that is none."""
    from apscheduler.triggers.cron import CronTrigger

    try:
        minute, hour, day, month, weekday = every.split()
        return CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=_WEEKDAY.sub(_named, weekday.lower()), timezone="UTC"
        )
    except ValueError as error:
        raise ConfigError(f"{every!r} is neither a period like 24h, a range like 12h-7d nor a cron line: {error}", key="every") from error


def _named(days: re.Match[str]) -> str:
    """Days of the week by number as cron counts them, by name: APScheduler takes 0 for Monday, cron for Sunday."""
    first, last = int(days[1]), int(days[2] or days[1])
    if first > last or last > 7:
        raise ValueError(f"no days of the week: {days[0]}")
    return ",".join(_DAYS[day % 7] for day in range(first, last + 1))


def next_visit(every: str, habit: Habit, last: datetime) -> Due:
    """The visit that follows one planned at `last`: by the site file, by what the store knows of the site, and never before `last`."""
    allowed = bounds(every)
    if allowed is not None:
        gap, why = chosen_gap(habit, *allowed)
        planned = last + gap
    else:
        following = cron(every).get_next_fire_time(last, last + timedelta(seconds=1))
        planned, why = following or last + timedelta(days=366), f"{every} (site file)"
        gap, stricter = chosen_gap(habit, planned - last, planned - last)
        planned, why = (last + gap, stricter) if gap < planned - last else (planned, why)
    sooner = after_takedown(habit, last, planned)
    return Due(*sooner) if sooner else Due(planned, why)


def owed(every: str, habit: Habit, now: datetime) -> list[datetime]:
    """Every planned time after the site's last one up to now, oldest first, in whole seconds UTC; `[now]` for a site never planned.

    The newest is to be run; the older ones are plans that nothing ran, and every rate divides by them too.
    """
    if habit.last is None:
        return [now.replace(microsecond=0)]
    last = habit.last
    allowed = bounds(every)
    if allowed is not None:  # after a long sleep only the newest plans are counted out one by one
        gap = chosen_gap(habit, *allowed)[0]
        last += gap * max(0, (now - last) // gap - MAX_MISSED)
    planned: deque[datetime] = deque(maxlen=MAX_MISSED)
    while (last := next_visit(every, habit, last).at) <= now:
        planned.append(last)
    return list(planned)


def upcoming(site: Site, habit: Habit, now: datetime) -> Document:
    """A site's row of `schedule --plan`: `next` is `now` when it was never visited or a visit is overdue."""
    if habit.last is None:
        due = Due(now.replace(microsecond=0), "never visited")
    else:
        due = next_visit(site.every, habit, habit.last)
    return {
        "site": site.name,
        "every": site.every,
        "last": instant(habit.last) if habit.last else None,
        "next": instant(max(due.at, now)),
        "overdue": due.at < now and habit.last is not None,
        "why": due.why,
        "band": habit.band,
        "changes_per_day": round(habit.changes_per_day, 4),
        "gaps": len(habit.gaps),
    }


def next_visits(store: Store, jobs: Iterable[tuple[Site, str]], now: datetime | None = None) -> list[Document]:
    """The rows of these sites, soonest first; `now` is the machine's clock when None."""
    known, moment = habits(store), now or datetime.now(UTC)
    rows = [upcoming(site, known.get(site.name, Habit(site.name)), moment) for site, _ in jobs]
    return sorted(rows, key=lambda row: (str(row["next"]), str(row["site"])))


def due_now(store: Store, jobs: Iterable[tuple[Site, str]], now: datetime | None = None) -> list[tuple[Site, str]]:
    """The jobs whose site was never visited or whose next visit has come."""
    known, moment = habits(store), now or datetime.now(UTC)
    return [(site, text) for site, text in jobs if owed(site.every, known.get(site.name, Habit(site.name)), moment)]
