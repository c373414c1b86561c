"""Fitting the weights to verdicts: groups stay whole, few and worse are refused, figures by hand, the file keeps its shape."""

import math
import random
import re
from datetime import date
from importlib.resources import files

import pytest
import yaml

from crawlers.errors import ConfigError
from nlp.calibrate import Fit, Row, digest, fit, folds, held_out, today
from nlp.lexicon import load_lexicons
from nlp.lexicon_models import RiskFile
from nlp.new_weights import WorseError, calibrated, new_weights, refuse_worse
from nlp.read_yaml import read_yaml
from nlp.reliability import reliability, wilson

MODEL = load_lexicons().risk
RISK = files("lexicons").joinpath("risk.yml").read_text("utf-8")


def market(truth: Fit, *, groups: int = 60, seed: int = 1) -> list[Row]:
    """Storefronts whose worth follows other weights than today's."""
    draw, rows = random.Random(seed), []
    for group in range(groups):
        for shop in range(draw.randint(1, 5)):
            points = {rule.id: min(rule.points, rule.cap) for rule in MODEL.rules if draw.random() < 0.25}
            row = Row(f"{group}-{shop}.example", f"g{group}", worth=False, points=points)
            rows.append(Row(row.storefront, row.group, draw.random() < truth.probability(row), points))
    return rows


OVERCONFIDENT = Fit(-4.5, {rule.id: 0.5 for rule in MODEL.rules})


def test_a_row_scores_as_the_risk_does() -> None:
    row = Row("a", "a", worth=True, points={"controlled_precursor": 1.2, "customs_promise": 1.2})
    assert today(MODEL).probability(row) == pytest.approx(1 / (1 + math.exp(-(MODEL.base + 2.4))))
    assert Fit(0.0, {"customs_promise": 2.0}).probability(row) == pytest.approx(1 / (1 + math.exp(-3.6)))


def test_without_verdicts_against_them_the_weights_hardly_move() -> None:
    rows = market(today(MODEL), groups=5)
    learned = fit(rows, MODEL)
    assert abs(learned.base - MODEL.base) < 1.5
    assert all(0.3 < factor < 2 for factor in learned.factors.values())


def test_many_verdicts_find_the_weights_behind_them() -> None:
    learned = fit(market(OVERCONFIDENT, groups=1500, seed=2), MODEL)
    assert learned.base == pytest.approx(-4.5, abs=0.5)
    strong = [rule.id for rule in MODEL.rules if min(rule.points, rule.cap) >= 1.2]
    assert [learned.factors[rule] for rule in strong] == pytest.approx([0.5] * len(strong), abs=0.15)


def test_no_factor_is_negative_even_where_a_rule_misleads() -> None:
    rows = [Row(f"a{at}", f"g{at}", worth=at % 2 == 0, points={"coin_address": 0.6 if at % 2 else 0.0}) for at in range(400)]
    assert 0 <= fit(rows, MODEL).factors["coin_address"] < 0.7


def test_a_group_lies_in_one_fold_and_verdicts_spread_over_all() -> None:
    rows = market(OVERCONFIDENT)
    placed = folds(rows)
    for group in {row.group for row in rows}:
        assert len({at for row, at in zip(rows, placed, strict=True) if row.group == group}) == 1
    for fold in range(5):
        kinds = {row.worth for row, at in zip(rows, placed, strict=True) if at == fold}
        assert kinds == {True, False}
    assert folds(list(reversed(rows))) == list(reversed(placed))


def test_a_held_out_score_never_saw_its_group() -> None:
    rows = market(OVERCONFIDENT)
    placed = folds(rows)
    at = 7
    learned = fit([row for row, fold in zip(rows, placed, strict=True) if fold != placed[at]], MODEL)
    assert held_out(rows, MODEL)[at] == learned.probability(rows[at])


def test_better_weights_are_taken_and_say_where_they_come_from() -> None:
    rows = market(OVERCONFIDENT)
    found = calibrated(rows, MODEL)
    refuse_worse(found)
    assert found.after.brier < found.before.brier
    assert found.after.ece < found.before.ece
    text = new_weights(RISK, found, date(2026, 11, 24), invented=False)
    model = read_yaml(text, "risk.yml", RiskFile)
    assert model.base == pytest.approx(found.fit.base, abs=1e-4)
    for old, new in zip(MODEL.rules, model.rules, strict=True):
        factor = found.fit.factors.get(old.id, 1.0)
        assert new.points == pytest.approx(old.points * factor, rel=1e-3)
        assert new.cap == pytest.approx(old.cap * factor, rel=1e-3)
    assert model.calibration is not None
    assert (model.calibration.digest, model.calibration.verdicts, model.calibration.groups) == (digest(rows), len(rows), 60)
    assert str(len(rows)) in model.calibrated_on
    assert [line for line in text.splitlines() if line.startswith("#")] == [line for line in RISK.splitlines() if line.startswith("#")]
    names = [rule["id"] for rule in yaml.safe_load(text)["rules"]]
    assert names == [rule.id for rule in MODEL.rules]
    again = new_weights(text, found, date(2026, 11, 25), invented=True)
    assert len(re.findall("^calibration:", again, re.MULTILINE)) == 1
    assert "INVENTED" in read_yaml(again, "risk.yml", RiskFile).calibrated_on


def test_weights_that_are_no_better_are_refused() -> None:
    found = calibrated(market(today(MODEL), groups=40), MODEL)
    if found.after.brier < found.before.brier:
        pytest.fail("the market of this seed should offer nothing to learn")
    with pytest.raises(WorseError, match="today's stand"):
        refuse_worse(found)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "0 judged true"),
        ([Row(f"a{at}", f"g{at}", worth=True, points={}) for at in range(60)], "0 judged false"),
        ([Row(f"a{at}", f"g{at % 4}", worth=at % 2 == 0, points={}) for at in range(80)], "2 operator"),
        ([Row(f"a{at}", f"g{at}", worth=at % 2 == 0, points={"no_rule": 1.0}) for at in range(80)], "no rule no_rule"),
    ],
)
def test_too_few_verdicts_and_unknown_rules_are_refused(rows: list[Row], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        calibrated(rows, MODEL)


def test_the_digest_names_the_rows_whatever_their_order() -> None:
    rows = market(OVERCONFIDENT)
    assert digest(rows) == digest(list(reversed(rows)))
    assert digest(rows) != digest(rows[1:])


def test_reliability_by_hand() -> None:
    found = reliability([0.95, 0.95, 0.35, 0.3], [True, False, False, True])
    assert found.brier == pytest.approx((0.0025 + 0.9025 + 0.1225 + 0.49) / 4)
    assert found.log_loss == pytest.approx(-(math.log(0.95) + math.log(0.05) + math.log(0.65) + math.log(0.3)) / 4)
    assert [(one.low, one.weight, one.share) for one in found.bins] == [(0.3, 2, 0.5), (0.9, 2, 0.5)]
    assert found.ece == pytest.approx((0.175 * 2 + 0.45 * 2) / 4)
    assert reliability([1.0], [True]).bins[0].low == 0.9


def test_weights_of_rows_count() -> None:
    assert reliability([0.5, 1.0], [True, False], [3, 1]).brier == pytest.approx((3 * 0.25 + 1) / 4)


def test_wilson_by_the_book() -> None:
    # Newcombe 1998, table I: 81 of 263, 0.2553 to 0.3662
    low, high = wilson(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
