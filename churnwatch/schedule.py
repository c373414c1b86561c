"""When each site is due: the site files are the schedule, and what was missed while nobody ran is planned all the same."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawlers.errors import ConfigError

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

INTERVAL = re.compile(r"([1-9]\d{0,4})\s*([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
# A machine that slept for a year owes at most this many plans a site; older ones say nothing that these do not.
MAX_MISSED = 400


def interval(every: str) -> timedelta | None:
    """The period of `30m`, `24h` or `7d`; None when it is a cron line instead."""
    match = INTERVAL.fullmatch(every.strip())
    return timedelta(**{UNITS[match[2]]: int(match[1])}) if match else None


def trigger(every: str, last: datetime | None, now: datetime) -> "BaseTrigger":
    """The APScheduler trigger of a site's `every`, counted on from its last planned visit. Raises ConfigError for an unreadable line."""
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    period = interval(every)
    if period is not None:
        return IntervalTrigger(seconds=int(period.total_seconds()), start_date=last or now, timezone="UTC")
    try:
        return CronTrigger.from_crontab(every, timezone="UTC")
    except ValueError as error:
        raise ConfigError(f"{every!r} is neither a period like 24h nor a cron line: {error}", key="every") from error


def missed(every: str, last: datetime | None, now: datetime) -> list[datetime]:
    """Every planned time after the last one up to now, oldest first, in whole seconds UTC; `[now]` for a site never planned.

    The newest is to be run; the older ones are plans that nothing ran, and every rate divides by them too.
    """
    if last is None:
        return [now.replace(microsecond=0)]
    period = interval(every)
    if period is not None:
        count = (now - last) // period
        return [last + period * step for step in range(max(1, count - MAX_MISSED + 1), count + 1)]
    due = last
    planned: list[datetime] = []
    cron = trigger(every, last, now)
    while len(planned) < MAX_MISSED:
        following = cron.get_next_fire_time(due, due + timedelta(seconds=1))
        if following is None or following > now:
            break
        planned.append(following)
        due = following
    return planned
