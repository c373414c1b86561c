"""How far scores can be believed: Brier score, log loss, expected calibration error, and shares by score band."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The scores of one tenth: how many (by weight), their mean, the share that was right and its 95 % interval (Wilson)."""

    low: float
    high: float
    weight: float
    mean: float
    share: float
    share_low: float
    share_high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Figures of one set of scores against what turned out."""

    brier: float
    log_loss: float
    ece: float
    bins: tuple[Bin, ...]


def reliability(scores: Sequence[float], right: Sequence[bool], weights: Sequence[float] | None = None) -> Reliability:
    """Figures over ten equal bins, empty ones left out; the lower edge belongs to a bin. Raises ValueError without a score."""
    if not scores:
        raise ValueError("no scores, no reliability")
    shares = list(weights) if weights is not None else [1.0] * len(scores)
    rows = list(zip(scores, right, shares, strict=True))
    whole = sum(shares)
    bins = []
    for at in range(BINS):
        inside = [row for row in rows if min(int(row[0] * BINS), BINS - 1) == at]
        held = sum(weight for *_, weight in inside)
        if held:
            mean = sum(score * weight for score, _, weight in inside) / held
            share = sum(weight for _, is_right, weight in inside if is_right) / held
            bins.append(Bin(at / BINS, (at + 1) / BINS, held, mean, share, *wilson(share, held)))
    return Reliability(
        brier=sum(weight * (score - is_right) ** 2 for score, is_right, weight in rows) / whole,
        log_loss=-sum(weight * math.log(min(max(score if is_right else 1 - score, 1e-12), 1)) for score, is_right, weight in rows) / whole,
        ece=sum(one.weight * abs(one.mean - one.share) for one in bins) / whole,
        bins=tuple(bins),
    )


def wilson(share: float, count: float) -> tuple[float, float]:
    """The 95 % interval of a share of so many trials."""
    z = 1.959964
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)
