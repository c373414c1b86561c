"""Fits the risk weights to verdicts: scaled points near today's, judged on groups of storefronts that the fit never saw.

Every rule's points get a factor of at least 0, drawn towards one factor that all share, which is drawn towards 1: a few verdicts move the
whole, many move a rule. A convex sum, so the same rows give the same weights.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.lexicon_models import RiskFile

FOLDS = 5
# Below this many storefronts of each verdict, and groups that they come from, a fold is a handful and its figures are noise.
EACH_MIN, GROUPS_MIN = 20, 5
# Standard deviations of what is believed before any verdict: the base (log-odds), the shared factor, a rule's factor around the shared one.
BASE_SD, SHARED_SD, RULE_SD = 3.0, 1.0, 0.35
STEPS, DONE = 100, 1e-10
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """One judged storefront: its group (all of a group lie in one fold), whether it was worth the look, and the points each rule gave
    under today's weights. Rows from one verdict share its weight."""

    storefront: str
    group: str
    worth: bool
    points: Mapping[str, float]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The base and the factor of each rule's points; today's weights are their own base and no factors."""

    base: float
    factors: Mapping[str, float]

    def probability(self, row: Row) -> float:
        """The score of a row under these weights."""
        total = self.base + sum(self.factors.get(rule, 1.0) * points for rule, points in row.points.items())
        return 1 / (1 + math.exp(-max(-35.0, min(35.0, total))))


def today(model: RiskFile) -> Fit:
    """Today's weights as a fit that changes nothing."""
    return Fit(model.base, {})


def fit(rows: Sequence[Row], model: RiskFile) -> Fit:
    """The weights that explain these rows best, given what was believed before them."""
    rules = sorted({rule for row in rows for rule in row.points})
    points = np.array([[row.points.get(rule, 0.0) for rule in rules] for row in rows], dtype=np.float64).reshape(len(rows), len(rules))
    worth = np.array([row.worth for row in rows], dtype=np.float64)
    weights = np.array([row.weight for row in rows], dtype=np.float64)
    # columns: base, shared factor (touches no row, only the rules' belief), one factor a rule
    design = np.hstack([np.ones((len(rows), 1)), np.zeros((len(rows), 1)), points])
    belief = _belief(len(rules))
    start = np.concatenate([[model.base, 1.0], np.ones(len(rules))])
    found = _minimum(design, worth, weights, belief, start)
    return Fit(round(float(found[0]), 4), {rule: round(float(found[2 + at]), 4) for at, rule in enumerate(rules)})


def _belief(rules: int) -> Array:
    """The precision matrix of the belief around `start`."""
    matrix = np.zeros((2 + rules, 2 + rules))
    matrix[0, 0] = 1 / BASE_SD**2
    matrix[1, 1] = 1 / SHARED_SD**2 + rules / RULE_SD**2
    matrix[1, 2:] = matrix[2:, 1] = -1 / RULE_SD**2
    matrix[range(2, 2 + rules), range(2, 2 + rules)] = 1 / RULE_SD**2
    return matrix


def _minimum(design: Array, worth: Array, weights: Array, belief: Array, start: Array) -> Array:
    """Newton's method with the factors held at 0 or above, halving steps that overshoot."""

    def loss(at: Array) -> float:
        total = design @ at
        return float(weights @ (np.logaddexp(0, total) - worth * total) + (at - start) @ belief @ (at - start) / 2)

    at = start.copy()
    bounded = np.arange(len(at)) >= 1
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-(design @ at)))
        slope = design.T @ (weights * (share - worth)) + belief @ (at - start)
        free = ~(bounded & (at <= 0) & (slope > 0))
        curve = design[:, free].T @ (design[:, free] * (weights * share * (1 - share))[:, None]) + belief[np.ix_(free, free)]
        step = np.zeros_like(at)
        step[free] = np.linalg.solve(curve, slope[free])
        size, here = 1.0, loss(at)
        while size > DONE:
            there = np.where(bounded, np.maximum(at - size * step, 0), at - size * step)
            if loss(there) < here - DONE:
                break
            size /= 2
        else:
            return at
        at = there
    return at


def folds(rows: Sequence[Row], count: int = FOLDS) -> list[int]:
    """The fold of each row: whole groups, the largest first, each into the fold that holds least of its kind of verdict."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    held = [[0, 0] for _ in range(count)]
    fold_of: dict[str, int] = {}
    for group in sorted(groups, key=lambda one: (-len(groups[one]), hashlib.sha256(one.encode()).hexdigest())):
        worth = sum(row.worth for row in groups[group])
        kind = worth * 2 >= len(groups[group])
        chosen = min(range(count), key=lambda at: (held[at][kind], sum(held[at]), at))
        fold_of[group] = chosen
        held[chosen][1] += worth
        held[chosen][0] += len(groups[group]) - worth
    return [fold_of[row.group] for row in rows]


def held_out(rows: Sequence[Row], model: RiskFile) -> list[float]:
    """The score of each row under weights fitted to the other folds only."""
    placed = folds(rows)
    scores = [0.0] * len(rows)
    for fold in sorted(set(placed)):
        learned = fit([row for row, at in zip(rows, placed, strict=True) if at != fold], model)
        for number, (row, at) in enumerate(zip(rows, placed, strict=True)):
            if at == fold:
                scores[number] = learned.probability(row)
    return scores


def digest(rows: Sequence[Row]) -> str:
    """SHA-256 over the rows in a canonical order: what the weights were fitted to."""
    listed = sorted([row.storefront, row.group, row.worth, sorted(row.points.items()), row.weight] for row in rows)
    return hashlib.sha256(json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
