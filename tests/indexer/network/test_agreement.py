"""Agreement scores against values worked out by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.network.agreement import b_cubed, events, pairs


def labels(text: str) -> dict[str, str]:
    """`ab c` → a and b in one cluster, c in another."""
    return {name: part for part in text.split() for name in part}


@pytest.mark.parametrize(
    ("truth", "found", "precision", "recall"),
    [
        ("abc de", "abc de", 1, 1),
        # a, b: 2 of the 2 found with them are right, they reach 2 of 3; c: 1 of 1 and 1 of 3; d, e whole
        ("abc de", "ab c de", 1, (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5),
        # all together: abc are right with 3 of 5, de with 2 of 5
        ("abc de", "abcde", (3 * 3 / 5 + 2 * 2 / 5) / 5, 1),
        ("abc", "a b c", 1, 1 / 3),
        # a storefront the found partition lacks stands alone
        ("ab", "a", 1, 1 / 2),
        # one the truth lacks is left out
        ("ab", "abz", 1, 1),
        ("", "", 1, 1),
    ],
)
def test_b_cubed_equals_the_value_worked_out_by_hand(truth: str, found: str, precision: float, recall: float) -> None:
    score = b_cubed(labels(truth), labels(found))
    assert score.precision == pytest.approx(precision)
    assert score.recall == pytest.approx(recall)
    assert score.f1 == pytest.approx(2 * precision * recall / (precision + recall))


@pytest.mark.parametrize(
    ("truth", "found", "precision", "recall"),
    [
        ("abc de", "abc de", 1, 1),
        ("abc de", "ab c de", 1, 2 / 4),  # ab, de of ab, ac, bc, de
        ("abc de", "abcde", 4 / 10, 1),
        ("abc de", "abd ce", 1 / 4, 1 / 4),  # found ab ad bd ce, of which ab is right
        ("a b", "a b", 1, 1),  # nothing to put together, nothing put together
        ("a b", "ab", 0, 1),
        ("ab", "a b", 1, 0),
    ],
)
def test_pair_scores_equal_the_values_worked_out_by_hand(truth: str, found: str, precision: float, recall: float) -> None:
    score = pairs(labels(truth), labels(found))
    assert (score.precision, score.recall) == (pytest.approx(precision), pytest.approx(recall))


@given(st.lists(st.integers(0, 4), max_size=12), st.lists(st.integers(0, 4), max_size=12))
def test_pair_scores_equal_counting_every_pair(truth: list[int], found: list[int]) -> None:
    count = min(len(truth), len(found))
    real, seen = ({str(n): str(label) for n, label in enumerate(side[:count])} for side in (truth, found))
    both = together = belong = 0
    for a in range(count):
        for b in range(a):
            same, joined = truth[a] == truth[b], found[a] == found[b]
            both, together, belong = both + (same and joined), together + joined, belong + same
    score = pairs(real, seen)
    assert score.precision == (both / together if together else 1)
    assert score.recall == (both / belong if belong else 1)


@dataclass(frozen=True)
class Change:
    storefront: str
    event: str
    after: datetime | None
    by: datetime


def change(text: str) -> Change:
    """`a vanished 3-5` or `a appeared 4` (days; `-5` leaves `after` open)."""
    storefront, event, days = text.split()
    first, _, last = days.rpartition("-")
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return Change(storefront, event, day + timedelta(days=int(first)) if first else None, day + timedelta(days=int(last)))


@pytest.mark.parametrize(
    ("truth", "found", "tolerance", "right"),
    [
        (["a vanished 3-5"], ["a vanished 4-6"], 0, 1),
        (["a vanished 3-5"], ["a vanished 5-6"], 0, 1),  # they touch
        (["a vanished 3-5"], ["a vanished 6-7"], 0, 0),
        (["a vanished 3-5"], ["a vanished 7-8"], 1, 1),  # each is widened by one day
        (["a vanished 3-5"], ["a vanished 8-9"], 1, 0),
        (["a vanished 3-5"], ["b vanished 3-5"], 1, 0),
        (["a vanished 3-5"], ["a parked 3-5"], 1, 0),
        (["a appeared 4"], ["a appeared 4"], 0, 1),  # without `after` an instant
        (["a appeared 4"], ["a appeared 5"], 0, 0),
        (["a changed 1-2", "a changed 3-4"], ["a changed 1-4"], 0, 1),  # one to one
        # the first found fits both, the second only the early one: both can be matched
        (["a changed 1-2", "a changed 4-5"], ["a changed 2-4", "a changed 0-1"], 0, 2),
    ],
)
def test_events_match_one_to_one_within_their_intervals(truth: list[str], found: list[str], tolerance: int, right: int) -> None:
    score = events(map(change, truth), map(change, found), timedelta(days=tolerance))
    assert (score.precision, score.recall) == (right / len(found), right / len(truth))


def test_no_events_on_either_side_is_perfect_and_on_one_side_is_not() -> None:
    assert events([], []).f1 == 1
    assert events([], [change("a vanished 3-5")]).precision == 0
    assert events([change("a vanished 3-5")], []).recall == 0
