"""New risk weights from verdicts: refused when few or no better on operators the fit never saw, written with where they come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crawlers.errors import ChurnwatchError, ConfigError
from nlp.calibrate import EACH_MIN, GROUPS_MIN, Fit, Row, digest, fit, held_out, today
from nlp.lexicon_models import RiskFile
from nlp.read_yaml import read_yaml
from nlp.reliability import Reliability, reliability
from nlp.yaml_edit import quoted, with_values

WEIGHTS = "risk.yml"
GAIN_MIN = 1e-4  # less is chance


@dataclass(frozen=True, slots=True)
class Calibrated:
    """New weights and the figures, on rows that the weights scoring them never saw, of today's and of the new ones."""

    fit: Fit
    rows: tuple[Row, ...]
    before: Reliability
    after: Reliability


class WorseError(ChurnwatchError):
    """The new weights are no better on what they did not see; nothing is written."""


def calibrated(rows: Sequence[Row], model: RiskFile) -> Calibrated:
    """The new weights with figures before and after. Raises ConfigError for too few verdicts or a rule that risk.yml lacks."""
    _refuse_few(rows)
    unknown = sorted({rule for row in rows for rule in row.points} - {rule.id for rule in model.rules})
    if unknown:
        raise ConfigError(f"risk.yml has no rule {unknown[0]}: run `churnwatch rescore --apply` first, so that points are today's")
    worth, weights, old = [row.worth for row in rows], [row.weight for row in rows], today(model)
    before = reliability([old.probability(row) for row in rows], worth, weights)
    after = reliability(held_out(rows, model), worth, weights)
    return Calibrated(fit(rows, model), tuple(rows), before, after)


def _refuse_few(rows: Sequence[Row]) -> None:
    for worth, words in ((True, "true, seized or taken_down"), (False, "false")):
        found = [row for row in rows if row.worth is worth]
        groups = len({row.group for row in found})
        if len(found) < EACH_MIN or groups < GROUPS_MIN:
            raise ConfigError(
                f"{len(found)} judged {words}, of {groups} operator(s); at least {EACH_MIN} of {GROUPS_MIN} are needed to tell better "
                "weights from luck: add verdicts with `churnwatch judge`",
                key="judgements",
            )


def refuse_worse(found: Calibrated) -> None:
    """Raises WorseError unless the held-out Brier score and log loss are both lower than today's, by more than rounding."""
    gains = (found.before.brier - found.after.brier, found.before.log_loss - found.after.log_loss)
    if min(gains) < GAIN_MIN:
        brier = f"Brier {found.before.brier:.4f} → {found.after.brier:.4f}"
        loss = f"log loss {found.before.log_loss:.4f} → {found.after.log_loss:.4f}"
        raise WorseError(
            f"the new weights are no better than today's on operators they did not see ({brier}, {loss}); nothing is written, today's stand"
        )


def provenance(found: Calibrated, at: date, *, invented: bool) -> str:
    """What scores under the new weights will say that they were calibrated on."""
    groups = len({row.group for row in found.rows})
    kind = "INVENTED storefronts of a demonstration: " if invented else ""
    return (
        f"{kind}{len(found.rows)} verdicts of analysts on storefronts of {groups} operators, {at.isoformat()} "
        f"(held out: Brier {found.after.brier:.3f}, ECE {found.after.ece:.3f}; digest {digest(found.rows)[:12]})"
    )


def new_weights(text: str, found: Calibrated, at: date, *, invented: bool) -> str:
    """The text of risk.yml with the new points and where they come from; comments and order are kept. It must read as a risk file again."""
    model = read_yaml(text, WEIGHTS, RiskFile)
    values: dict[tuple[str | int, ...], str] = {
        ("base",): f"{found.fit.base:g}",
        ("calibrated_on",): quoted(provenance(found, at, invented=invented)),
    }
    for number, rule in enumerate(model.rules):
        factor = found.fit.factors.get(rule.id, 1.0)
        if factor != 1.0:
            values["rules", number, "points"] = f"{rule.points * factor:.4g}"
            values["rules", number, "cap"] = f"{rule.cap * factor:.4g}"
    lines = [line for line in with_values(text, values, WEIGHTS).split("\n") if not line.startswith("calibration:")]
    after = next(number for number, line in enumerate(lines) if line.startswith("calibrated_on:")) + 1
    lines.insert(after, _calibration(found, at))
    written = "\n".join(lines)
    read_yaml(written, WEIGHTS, RiskFile)
    return written


def _calibration(found: Calibrated, at: date) -> str:
    groups = len({row.group for row in found.rows})
    figures = f"brier: [{found.before.brier:.4f}, {found.after.brier:.4f}], ece: [{found.before.ece:.4f}, {found.after.ece:.4f}]"
    counts = f"verdicts: {len(found.rows)}, storefronts: {len({row.storefront for row in found.rows})}, groups: {groups}"
    return f'calibration: {{at: {at.isoformat()}, {counts}, digest: "{digest(found.rows)}", {figures}}}'
