"""When sites are due."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from churnwatch.schedule import MAX_MISSED, cron, next_visit, owed, upcoming
from crawlers.errors import ConfigError
from crawlers.site import Site
from indexer.revisit import Habit, Takedown

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
        ("0 6 * * 1", "2026-03-02T06:00:00", ["2026-03-09T06:00:00"]),  # Mondays: cron counts from Sunday
        ("0 6 * * 0,5-7", "2026-03-05T06:00:00", ["2026-03-06T06:00:00", "2026-03-07T06:00:00", "2026-03-08T06:00:00"]),
        ("15 */6 * * *", "2026-03-10T00:15:00", ["2026-03-10T06:15:00"]),
    ],
)
def test_missed_plans_are_counted_from_the_last_one(every: str, last: str | None, due: list[str]) -> None:
    before = datetime.fromisoformat(last).replace(tzinfo=UTC) if last else None
    assert [time.replace(tzinfo=None).isoformat() for time in owed(every, Habit("a", before), NOW)] == due


def test_a_long_sleep_owes_a_bounded_number_of_plans_and_the_newest_is_among_them() -> None:
    planned = owed("1h", Habit("a", NOW - timedelta(days=365)), NOW)
    assert len(planned) == MAX_MISSED
    assert planned[-1] == NOW


@pytest.mark.parametrize("every", ["daily", "24", "0h", "* * *", "99 * * * *", "0 6 * * 8", "0 6 * * 5-2", ""])
def test_an_unreadable_period_is_a_config_error(every: str) -> None:
    with pytest.raises(ConfigError, match="every"):
        cron(every)


def test_a_takedown_doubles_the_plans_that_are_owed_until_two_weeks_are_over() -> None:
    last = NOW - timedelta(days=3)
    taken = Takedown(NOW - timedelta(days=15), NOW - timedelta(days=15), "old.example", "seized")
    planned = owed("24h", Habit("a", last, takedowns=(taken,)), NOW)
    # from day -3 every 12 hours up to day -1 (when the two weeks end), then again every 24
    assert [(NOW - time) / timedelta(hours=12) for time in planned] == [5, 4, 3, 1]


def test_a_cron_line_gives_way_to_risk_and_takedowns() -> None:
    last = datetime(2026, 3, 9, 6, tzinfo=UTC)  # a Monday
    weekly = "0 6 * * 1"
    assert next_visit(weekly, Habit("a"), last).at == datetime(2026, 3, 16, 6, tzinfo=UTC)
    assert next_visit(weekly, Habit("a", band="high"), last).at == last + timedelta(hours=24)
    assert next_visit("0 */6 * * *", Habit("a", band="high"), last).at == last + timedelta(hours=6)


def test_the_next_visit_is_said_with_its_reason() -> None:
    site = Site(name="shop", seeds=("https://shop.example/",), every="12h-7d")
    row = upcoming(site, Habit("shop", NOW - timedelta(days=1)), NOW)
    assert row["next"] == "2026-03-12T23:11:30Z"  # ln 2 / .2 = 3.466 days after the last visit
    assert row["why"] == "changes every 5d or so (0 of 0 looks saw one): every 3.5d"
    assert upcoming(site, Habit("shop"), NOW)["why"] == "never visited"
    late = upcoming(site, Habit("shop", NOW - timedelta(days=30)), NOW)
    assert late["overdue"] is True
    assert late["next"] == "2026-03-10T12:00:30Z"


def test_a_long_sleep_within_a_range_is_counted_at_the_chosen_gap() -> None:
    planned = owed("6h-1d", Habit("shop", NOW - timedelta(days=1000)), NOW)
    assert len(planned) == MAX_MISSED
    assert {after - before for before, after in pairwise(planned)} == {timedelta(days=1)}
    assert planned[-1] == NOW
