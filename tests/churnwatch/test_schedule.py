"""When sites are due."""

from datetime import UTC, datetime, timedelta

import pytest

from churnwatch.schedule import MAX_MISSED, missed, trigger
from crawlers.errors import ConfigError

NOW = datetime(2026, 3, 10, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "last", "due"),
    [
        ("24h", None, ["2026-03-10T12:00:30"]),
        ("24h", "2026-03-10T00:00:00", []),
        ("24h", "2026-03-09T12:00:30", ["2026-03-10T12:00:30"]),
        ("24h", "2026-03-09T12:00:31", []),
        ("24h", "2026-03-07T06:00:00", ["2026-03-08T06:00:00", "2026-03-09T06:00:00", "2026-03-10T06:00:00"]),
        ("30m", "2026-03-10T11:00:00", ["2026-03-10T11:30:00", "2026-03-10T12:00:00"]),
        ("7d", "2026-02-20T00:00:00", ["2026-02-27T00:00:00", "2026-03-06T00:00:00"]),
        ("0 6 * * *", "2026-03-08T06:00:00", ["2026-03-09T06:00:00", "2026-03-10T06:00:00"]),
        ("15 */6 * * *", "2026-03-10T00:15:00", ["2026-03-10T06:15:00"]),
    ],
)
def test_missed_plans_are_counted_from_the_last_one(every: str, last: str | None, due: list[str]) -> None:
    before = datetime.fromisoformat(last).replace(tzinfo=UTC) if last else None
    assert [time.replace(tzinfo=None).isoformat() for time in missed(every, before, NOW)] == due


def test_a_long_sleep_owes_a_bounded_number_of_plans_and_the_newest_is_among_them() -> None:
    planned = missed("1h", NOW - timedelta(days=365), NOW)
    assert len(planned) == MAX_MISSED
    assert planned[-1] == NOW


@pytest.mark.parametrize("every", ["daily", "24", "0h", "* * *", "99 * * * *", ""])
def test_an_unreadable_period_is_a_config_error(every: str) -> None:
    with pytest.raises(ConfigError, match="every"):
        trigger(every, None, NOW)
