"""Earlier alerts by hand: first sight against first sight, whole days rounded down, null where one side never came."""

from indexer.rescore import Rescored, earlier_alerts


def visit(old: dict[str, str], new: dict[str, str]) -> Rescored:
    return Rescored({}, is_changed=True, is_new_version=True, highs=(old, new))


def test_days_between_the_first_high_looks() -> None:
    found = [
        visit({}, {"a.example": "2026-01-05T06:00:00Z", "never-before.example": "2026-01-05T06:00:00Z"}),
        visit({"gone.example": "2026-01-06T06:00:00Z"}, {"a.example": "2026-01-06T06:00:00Z"}),
        visit({"a.example": "2026-01-08T05:00:00Z", "same.example": "2026-01-08T05:00:00Z"}, {"same.example": "2026-01-08T05:00:00Z"}),
        visit({"later.example": "2026-01-08T06:00:00Z"}, {}),
        visit({}, {"later.example": "2026-01-10T06:00:00Z"}),
    ]
    assert earlier_alerts(found) == [
        {"storefront": "a.example", "old": "2026-01-08T05:00:00Z", "new": "2026-01-05T06:00:00Z", "days_earlier": 2},
        {"storefront": "gone.example", "old": "2026-01-06T06:00:00Z", "new": None, "days_earlier": None},
        {"storefront": "later.example", "old": "2026-01-08T06:00:00Z", "new": "2026-01-10T06:00:00Z", "days_earlier": -2},
        {"storefront": "never-before.example", "old": None, "new": "2026-01-05T06:00:00Z", "days_earlier": None},
    ]
    assert earlier_alerts([]) == []
