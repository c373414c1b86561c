"""The simulated calendar: day 0 is 2026-01-05 06:00 UTC, one visit a day at that hour."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

DAY_ZERO = datetime(2026, 1, 5, 6, tzinfo=UTC)


def day_time(day: int) -> datetime:
    """The moment of that day's visits, UTC; negative days lie before the demo starts."""
    return DAY_ZERO + timedelta(days=day)


def http_date(day: int) -> str:
    """The `Date` header of every answer on that day (RFC 9110, section 5.6.7)."""
    return format_datetime(day_time(day), usegmt=True)
