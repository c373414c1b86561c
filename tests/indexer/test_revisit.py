"""When a site is looked at again: bounds, risk, takedowns nearby, and what of a store counts as a change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indexer.network.change_rate import Gap
from indexer.revisit import Habit, Takedown, after_takedown, chosen_gap, gaps_of, habits, spelled
from indexer.sqlite_store import SqliteStore
from indexer.store import Document

DAY = timedelta(days=1)
T0 = datetime(2026, 3, 1, 6, tzinfo=UTC)
SEIZED = Takedown(T0, T0 + timedelta(hours=8), "old.example", "seized")
QUIET = tuple([Gap(5, False)] * 3)  # 1/r = 5 + 15 days
BUSY = tuple([Gap(1, True)] * 40)  # more than two changes a day, so that half of the looks would come within eight hours


@pytest.mark.parametrize(
    ("habit", "least", "most", "hours", "words"),
    [
        (Habit("a"), 24, 24, 24, "every 24h (site file)"),
        (Habit("a", gaps=BUSY), 168, 168, 168, "every 7d (site file)"),  # one period is meant as it stands
        (Habit("a", gaps=QUIET), 12, 24 * 30, round(0.693147 * 20 * 24 * 60) / 60, "changes every 20d or so (0 of 3 looks saw one)"),
        (Habit("a", gaps=QUIET), 12, 168, 168, "the most of the site file"),
        (Habit("a", gaps=BUSY), 12, 168, 12, "the least of the site file"),
        (Habit("a", gaps=QUIET, band="high"), 12, 168, 24, "high risk: every 24h; else changes every 20d"),
        (Habit("a", gaps=QUIET, band="medium"), 12, 168, 168, "the most"),
        (Habit("a", gaps=BUSY, band="high"), 12, 168, 12, "the least"),
        (Habit("a", band="high"), 72, 168, 24, "high risk"),  # also against the site file's least
    ],
)
def test_the_gap_follows_change_within_bounds_and_risk_sets_its_own(habit: Habit, least: int, most: int, hours: float, words: str) -> None:
    gap, why = chosen_gap(habit, timedelta(hours=least), timedelta(hours=most))
    assert gap.total_seconds() / 3600 == pytest.approx(hours, abs=0.02)
    assert words in why


@pytest.mark.parametrize(
    ("last", "planned", "sooner"),
    [
        (T0, T0 + 7 * DAY, T0 + timedelta(hours=12)),
        (T0 - 3 * DAY, T0 + 4 * DAY, T0 + timedelta(hours=8)),  # at once when it is known and twelve hours have long passed
        (T0 + 13 * DAY, T0 + 20 * DAY, T0 + 13.5 * DAY),
        (T0 + 13.5 * DAY, T0 + 20 * DAY, None),  # two weeks are over
        (T0, T0 + timedelta(hours=6), None),  # the site file asks for more
    ],
)
def test_a_takedown_nearby_is_watched_every_twelve_hours_for_two_weeks(last: datetime, planned: datetime, sooner: datetime | None) -> None:
    found = after_takedown(Habit("a", takedowns=(SEIZED,)), last, planned)
    assert (found[0] if found else None) == sooner
    if found:
        assert found[1] == "old.example seized 2026-03-01: every 12h until 2026-03-15"


def test_changes_belong_to_the_gap_in_which_they_were_first_seen() -> None:
    looked = [f"2026-03-0{day}T06:00:00Z" for day in (4, 1, 2, 3)]
    seen = ["2026-02-27T00:00:00Z", "2026-03-02T06:00:00Z", "2026-03-02T05:00:00Z", "2026-03-03T06:00:01Z", "2026-03-09T00:00:00Z"]
    assert gaps_of(looked, seen) == (Gap(1, True), Gap(1, False), Gap(1, True))
    assert gaps_of([], seen) == ()


@pytest.mark.parametrize(("hours", "words"), [(0.75, "45m"), (1.5, "1.5h"), (24, "24h"), (36, "36h"), (48, "2d"), (132, "5.5d")])
def test_lengths_of_time_read_well(hours: float, words: str) -> None:
    assert spelled(timedelta(hours=hours)) == words


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """Two linked shops and a third: a.example was seized on 3 March, b.example is its mate, c.example is nobody's."""
    opened = SqliteStore(str(tmp_path / "s.db"))
    opened.init()
    for name in "abc":
        _visited(opened, name, 4)
        state = "seized" if name == "a" else "live"
        band = "high" if name != "c" else "low"
        opened.put("storefront", [_derived("storefront", f"sto_{name}", storefront=f"{name}.example", site=name, state=state, band=band)])
    opened.put("link", [_derived("link", "lnk_1", a="a.example", b="b.example", probability=0.99, linked=True)])
    opened.put("event", [
        _derived("event", "evt_1", storefront="a.example", event="seized", by=_at(2), confirmed_at=_at(3)),
        _derived("event", "evt_2", storefront="c.example", event="price_changed", by=_at(1)),
        _derived("event", "evt_3", storefront="c.example", event="blocked", by=_at(2)),
    ])  # fmt: skip
    opened.settle()
    yield opened
    opened.close()


def _at(day: int) -> str:
    return f"2026-03-0{1 + day}T06:00:00Z"


def _derived(kind: str, key: str, **fields: str | float | bool) -> Document:
    return {"id": key, "kind": kind, "sequence": 1, "withdrawn": False, **fields}


def _visited(store: SqliteStore, site: str, days: int) -> None:
    for day in range(days):
        key = f"vis_{site}{day}"
        store.put("visit", [{"id": key, "kind": "visit", "site": site, "planned_at": _at(day), "done_at": _at(day), "stop": "done"}])
        outcome = "timeout" if site == "b" and day == 1 else "live"
        look: Document = {"id": f"lok_{site}{day}", "kind": "look", "visit_id": key, "site": site, "storefront": f"{site}.example"}
        store.put("look", [look | {"planned_at": _at(day), "at": _at(day), "outcome": outcome, "superseded": False}])


def test_habits_are_read_from_what_the_store_holds(store: SqliteStore) -> None:
    found = habits(store)
    seized = Takedown(datetime(2026, 3, 3, 6, tzinfo=UTC), datetime(2026, 3, 4, 6, tzinfo=UTC), "a.example", "seized")
    assert found["a"].takedowns == found["b"].takedowns == (seized,)
    assert found["c"].takedowns == ()
    assert [found[name].band for name in "abc"] == ["abstain", "high", "low"]  # what is closed is no risk any more
    assert found["a"].gaps == (Gap(1, False), Gap(1, True), Gap(1, False))
    assert found["b"].gaps == (Gap(2, False), Gap(1, False))  # a time-out says nothing
    assert found["c"].gaps == (Gap(1, True), Gap(1, False), Gap(1, False))  # being blocked is no change of the shop's
    assert {name: one.last for name, one in found.items()} == dict.fromkeys("abc", datetime(2026, 3, 4, 6, tzinfo=UTC))


def test_a_takedown_on_record_counts_too_and_reading_twice_is_equal(store: SqliteStore) -> None:
    taken: Document = {"id": "int_1", "kind": "intervention", "storefront": "c.example", "at": _at(1), "event": "registrar"}
    store.put("intervention", [taken])
    store.settle()
    first = habits(store)
    assert [(one.storefront, one.word) for one in first["c"].takedowns] == [("c.example", "registrar")]
    assert habits(store) == first
