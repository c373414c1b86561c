"""How often a site file wants its site visited: a period (`24h`), a range to choose within (`12h-7d`), or a cron line."""

import re
from datetime import timedelta

PERIOD = r"[1-9]\d{0,4}\s*[mhd]"
EVERY = rf"^\s*(?:{PERIOD}(?:\s*-\s*{PERIOD})?|\S+(?:\s+\S+){{4}})\s*$"
_RANGE = re.compile(rf"\s*({PERIOD})\s*(?:-\s*({PERIOD}))?\s*")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def bounds(every: str) -> tuple[timedelta, timedelta] | None:
    """The least and the most time between two visits, equal for a single period; None for a cron line."""
    match = _RANGE.fullmatch(every)
    if match is None:
        return None
    least = _period(match[1])
    return least, _period(match[2]) if match[2] else least


def _period(text: str) -> timedelta:
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
