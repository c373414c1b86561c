"""`calibrate` on the command line: exit codes by contract, the plot, the weights, judgements of a store."""

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.lexicon import load_lexicons
from nlp.lexicon_models import RiskFile
from nlp.read_yaml import read_yaml

MODEL = load_lexicons().risk


def judged(path: Path, groups: int, slope: float, base: float) -> Path:
    """Judged storefronts whose worth follows `base` and points times `slope`; seeded."""
    draw, rows = random.Random(5), []
    for group in range(groups):
        for shop in range(3):
            reasons = [{"id": rule.id, "points": min(rule.points, rule.cap)} for rule in MODEL.rules if draw.random() < 0.3]
            total = base + slope * sum(float(reason["points"]) for reason in reasons)  # type: ignore[arg-type]
            verdict = draw.choice(["true", "seized", "taken_down"]) if draw.gauss(total, 1) > 0 else "false"
            rows.append({"storefront": f"{group}-{shop}.example", "cluster": f"g{group}", "verdict": verdict, "reasons": reasons})
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def test_better_weights_are_written_with_a_plot_that_asks_for_nothing(tmp_path: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    judged(tmp_path / "judged.jsonl", 40, 0.6, -5.5)
    words = ("calibrate", "--judgements", "judged.jsonl", "--plot", "plot.html", "--out", "risk.yml")
    done = inside(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for word in ("Brier score", "calibration error (ECE)", "Reliability of new weights, held out", "40 operators"):
        assert word in done.stdout
    page = (tmp_path / "plot.html").read_text("utf-8")
    assert not re.search(r"(?:src|href)\s*=|url\(", page)
    assert page.count("<circle") >= 8
    text = (tmp_path / "risk.yml").read_text("utf-8")
    model = read_yaml(text, "risk.yml", RiskFile)
    assert model.calibration is not None
    assert model.calibration.brier[1] < model.calibration.brier[0]
    assert "120 verdicts" in model.calibrated_on
    (figures,) = [json.loads(line) for line in inside(*words[:3], "--json", cwd=tmp_path).stdout.splitlines()]
    assert figures["digest"] == model.calibration.digest
    assert figures["after"]["brier"] == model.calibration.brier[1]


def as_today_has_it() -> list[dict[str, object]]:
    """Verdicts in just the shares that today's scores promise: 4.8 points are .82 (9 of 11), none .036 (1 of 28)."""
    rows: list[dict[str, object]] = []
    for group in range(20):
        for shop in range(39):
            reasons = [{"id": name, "points": 2.4} for name in ("controlled_precursor", "customs_promise")] if shop < 11 else []
            verdict = "true" if shop < 9 or shop == 38 else "false"
            rows.append({"storefront": f"{group}-{shop}.example", "cluster": f"g{group}", "verdict": verdict, "reasons": reasons})
    return rows


def test_weights_no_better_than_todays_exit_1_and_write_nothing(tmp_path: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    (tmp_path / "judged.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in as_today_has_it()), "utf-8")
    done = inside("calibrate", "--judgements", "judged.jsonl", "--out", "risk.yml", cwd=tmp_path)
    assert done.returncode == 1, done.stdout
    assert "no better than today's" in done.stderr
    assert not (tmp_path / "risk.yml").exists()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"storefront": "a", "verdict": "maybe", "reasons": []}', ["judged.jsonl:1", "verdict", "maybe"]),
        ('{"storefront": "a", "verdict": "true"}', ["judged.jsonl:1", "reasons"]),
        ('{"storefront": "a", "verdict": "true", "reasons": []}', ["1 judged true", "churnwatch judge"]),
        ("{", ["judged.jsonl:1"]),
    ],
)
def test_bad_and_few_judgements_exit_2(line: str, says: list[str], tmp_path: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    (tmp_path / "judged.jsonl").write_text(line + "\n", "utf-8")
    done = inside("calibrate", "--judgements", "judged.jsonl", "--out", "risk.yml", cwd=tmp_path)
    assert done.returncode == 2
    for word in says:
        assert word in done.stderr
    assert not (tmp_path / "risk.yml").exists()


def test_out_and_apply_together_are_refused(tmp_path: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    assert inside("calibrate", "--apply", "--out", "x.yml", cwd=tmp_path).returncode == 2


def test_judgements_of_a_store_become_rows(short_demo, tmp_path: Path, inside: Callable) -> None:  # type: ignore[no-untyped-def, type-arg]
    from indexer.judged_rows import are_invented, judged_rows
    from indexer.store import open_store

    shutil.copy(short_demo.folder / "churnwatch.db", tmp_path / "churnwatch.db")
    said = ("--who", "Ann", "--why", "x")
    leads = [json.loads(line) for line in inside("search", "", "--kind", "lead", "--json", cwd=tmp_path).stdout.splitlines()]
    pair = next(one for one in leads if "northpier-lab.example" in one["storefronts"])
    for words in (
        (pair["id"], "--verdict", "true"),
        ("northpier-lab.example", "--verdict", "false"),
        ("alder-scientific.example", "--verdict", "false"),
    ):
        assert inside("judge", *words, *said, "--later", cwd=tmp_path).returncode == 0
    few = inside("calibrate", cwd=tmp_path)
    assert few.returncode == 2
    assert "at least 20" in few.stderr
    store = open_store(f"sqlite:///{tmp_path / 'churnwatch.db'}")
    rows = {row.storefront: row for row in judged_rows(store, MODEL.calibrated_on)}
    assert are_invented(store, list(rows.values()))
    assert (rows["northpier-lab.example"].worth, rows["northpier-lab.example"].weight) == (False, 1.0)
    mate = next(one for one in pair["storefronts"] if one != "northpier-lab.example")
    assert (rows[mate].worth, rows[mate].weight) == (True, 1 / len(pair["storefronts"]))
    assert rows[mate].group == rows["northpier-lab.example"].group
    shop = next(one for one in store.scan("storefront") if one["storefront"] == mate)
    assert round(1 / (1 + 2.718281828 ** -(MODEL.base + sum(rows[mate].points.values()))), 3) == round(float(str(shop["score"])), 3)
    store.close()
