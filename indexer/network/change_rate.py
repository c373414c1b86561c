"""How often something changes, from looks that only say whether it changed since the look before.

A look sees that a page changed, never how often in between, so counting changes per day underrates whatever changes fast.
Source: J. Cho, H. Garcia-Molina, "Estimating frequency of change", ACM Transactions on Internet Technology 3(3), 2003, section 5:
for looks at uneven gaps the likeliest rate of a Poisson process solves sum over changed of t / (e^(rt) - 1) = sum over unchanged of t.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

# What is taken for granted before the first look: one change seen in five days (a Gamma prior of shape 2). An assumption: it only decides
# the first few gaps of a new site, and keeps one lucky or unlucky look from setting the pace.
PRIOR_CHANGES, PRIOR_DAYS = 1.0, 5.0
SLOWEST, FASTEST = 1e-4, 1e3  # changes a day
_STEPS = 40  # halvings: exact to a ten-billionth


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between two looks that reached a verdict, and whether the later one saw a change."""

    days: float
    changed: bool


def changes_per_day(gaps: Iterable[Gap]) -> float:
    """The likeliest rate of change under the prior; that of the prior alone without a gap."""
    held = [gap for gap in gaps if gap.days > 0]
    quiet = PRIOR_DAYS + sum(gap.days for gap in held if not gap.changed)
    moved = [gap.days for gap in held if gap.changed]
    low, high = math.log(SLOWEST), math.log(FASTEST)
    for _ in range(_STEPS):  # the slope falls with the rate, so halving finds its only root
        middle = (low + high) / 2
        if _slope(math.exp(middle), moved, quiet) > 0:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)


def _slope(rate: float, moved: list[float], quiet: float) -> float:
    """The slope of the log posterior at a rate."""
    return PRIOR_CHANGES / rate - quiet + sum(days / math.expm1(min(rate * days, 700.0)) for days in moved)
