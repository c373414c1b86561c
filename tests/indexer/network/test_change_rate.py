"""The rate of change behind looks that only say whether something changed."""

import math

import pytest

from indexer.network.change_rate import Gap, changes_per_day


@pytest.mark.parametrize(
    ("gaps", "rate"),
    [
        ([], 1 / 5),  # the prior alone: one change in five days
        ([Gap(5, False)], 1 / 10),  # one change in ten
        ([Gap(5, False), Gap(10, False)], 1 / 20),
        ([Gap(0, True)], 1 / 5),  # two looks at one moment say nothing
        # at t = ln 2 / r the term t / (e^(rt) - 1) is t itself: ten such changes and 10 t + 1/r - 5 quiet days make r the root
        ([Gap(math.log(2), True)] * 10 + [Gap(10 * math.log(2) - 4, False)], 1.0),
        ([Gap(2 * math.log(2), True)] * 10 + [Gap(20 * math.log(2) - 3, False)], 0.5),
    ],
)
def test_rates_by_hand(gaps: list[Gap], rate: float) -> None:
    assert changes_per_day(gaps) == pytest.approx(rate, rel=1e-9)


def test_the_root_solves_the_equation_of_the_source() -> None:
    gaps = [Gap(1, True), Gap(3, True), Gap(2, False), Gap(7, True), Gap(0.5, False)]
    rate = changes_per_day(gaps)
    assert 1 / rate + sum(gap.days / math.expm1(rate * gap.days) for gap in gaps if gap.changed) == pytest.approx(5 + 2.5)


def test_a_change_at_every_look_says_more_than_one_change_a_look() -> None:
    """Censoring: ten changes in ten daily looks are more than one a day; the plain count would say ten in ten days or fewer."""
    assert changes_per_day([Gap(1, True)] * 20) > 1.0
    assert changes_per_day([Gap(1, True)] * 20) > changes_per_day([Gap(1, True), Gap(1, False)] * 10)
