"""What `churnwatch calibrate` reads, shows and writes: judged rows, how far scores can be believed, the new weights."""

from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from churnwatch.json_input import read_rows
from churnwatch.show import say, table
from crawlers.errors import ConfigError
from indexer.templating import page
from indexer.verdicts import ON_ONE, WORTH_IT
from nlp.calibrate import Row, digest
from nlp.lexicon_models import RiskFile
from nlp.new_weights import WEIGHTS, Calibrated
from nlp.reliability import Reliability

BAR = 30  # characters of a full bar


class _Reason(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    points: float


class _Judged(BaseModel):
    """One line of --judgements."""

    model_config = ConfigDict(extra="ignore")
    storefront: str
    verdict: str
    reasons: list[_Reason]
    cluster: str | None = None


def read_judged(path: Path) -> list[Row]:
    """Rows from JSON Lines of `{"storefront","verdict","reasons":[{"id","points"}],"cluster"?}`. Raises ConfigError with file and line."""
    rows = []
    for number, judged in read_rows(path, _Judged):
        if judged.verdict not in ON_ONE:
            raise ConfigError(f"{judged.verdict!r} is no verdict: {', '.join(ON_ONE)}", file=path, line=number, key="verdict")
        points = {reason.id: reason.points for reason in judged.reasons}
        rows.append(Row(judged.storefront, judged.cluster or judged.storefront, judged.verdict in WORTH_IT, points))
    return rows


def as_json(found: Calibrated) -> dict[str, object]:
    """The figures and weights as one JSON object."""
    return {
        "rows": len(found.rows),
        "groups": len({row.group for row in found.rows}),
        "worth": sum(row.worth for row in found.rows),
        "digest": digest(found.rows),
        "before": _figures(found.before),
        "after": _figures(found.after),
        "base": found.fit.base,
        "factors": dict(found.fit.factors),
    }


def _figures(one: Reliability) -> dict[str, object]:
    bins = [{"low": b.low, "high": b.high, "n": b.weight, "mean": round(b.mean, 4), "share": round(b.share, 4)} for b in one.bins]
    return {"brier": round(one.brier, 4), "log_loss": round(one.log_loss, 4), "ece": round(one.ece, 4), "bins": bins}


def show(found: Calibrated) -> None:
    """Figures and both reliability plots in the terminal: `#` the share that was worth the look, `|` the mean score."""
    worth, groups = sum(row.worth for row in found.rows), len({row.group for row in found.rows})
    say(f"{len(found.rows)} judged, {worth} of them worth the look, of {groups} operators")
    rows = [("Brier score", "brier"), ("log loss", "log_loss"), ("calibration error (ECE)", "ece")]
    figures = ((words, f"{getattr(found.before, name):.4f}", f"{getattr(found.after, name):.4f}") for words, name in rows)
    table("On storefronts the weights did not see (less is better)", ("", "today", "new"), figures)
    for words, one in (("today's weights", found.before), ("new weights, held out", found.after)):
        say()
        say(f"Reliability of {words}: # share worth the look, | mean score")
        for b in one.bins:
            line = ["#" if at < round(b.share * BAR) else "." for at in range(BAR + 1)]
            line[round(b.mean * BAR)] = "|"
            say(f"  {b.low:.1f} to {b.high:.1f}  {''.join(line)}  {b.share:.2f} ({b.share_low:.2f} to {b.share_high:.2f}) of {b.weight:g}")


def write_plot(path: Path, found: Calibrated, model: RiskFile, words: str) -> None:
    """Writes the reliability plot as one HTML file that asks for nothing. Raises ConfigError when it cannot."""
    write_whole(path, page("reliability.html", found=found, words=words, old=model.calibrated_on))


def shipped_weights() -> Path:
    """Where the weights in force lie."""
    return Path(str(files("lexicons").joinpath(WEIGHTS)))


def write_whole(path: Path, text: str) -> None:
    """Writes a file whole or not at all. Raises ConfigError when it cannot."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as error:
        raise ConfigError(f"cannot be written ({error.strerror}); name a file in a folder that is there", file=path) from error
