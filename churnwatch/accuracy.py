"""What `churnwatch check` says of accuracy: today's figures on our own labelled texts against the committed ones."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from churnwatch.calibrating import write_whole
from crawlers.errors import ConfigError
from nlp.accuracy import BASELINE, Measured, labelled, measured
from nlp.lexicon import Lexicons, load_lexicons


class Baseline(BaseModel):
    """lexicons/baseline.json: figures as they were accepted; `texts` and `lexicon` are digests."""

    model_config = ConfigDict(extra="forbid")
    measured: str
    texts: str
    lexicon: str
    languages: dict[str, dict[str, float]]
    bands: dict[str, tuple[int, float]]


def baseline_path() -> Path:
    """Where the committed figures lie."""
    return Path(str(files("lexicons") / BASELINE))


def read_baseline(path: Path) -> Baseline:
    """The committed figures. Raises ConfigError when they are missing or broken."""
    try:
        return Baseline.model_validate_json(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror}); `churnwatch check --accept-figures` writes it", file=path) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or None
        raise ConfigError(f"{first['msg']}; `churnwatch check --accept-figures` writes it anew", file=path, key=key) from error


def accuracy_lines(path: Path, folder: Path | None = None, *, accept: bool = False) -> Iterator[str]:
    """What changed since the committed figures, a line each, under the lexicons of a folder or those in force.

    With `accept` today's figures become the committed ones.
    """
    lexicons = load_lexicons(folder)
    now = measured(lexicons, labelled())
    count = sum(number for number, _ in now.bands.values())
    if accept and folder is not None:
        raise ConfigError("figures are committed for the lexicons in force; leave --lexicons out", key="--accept-figures")
    if accept:
        write_whole(path, _baseline(now, lexicons))
        yield f"figures of today written to {path.name}"
        return
    before = read_baseline(path)
    if before.texts != now.texts:
        yield f"the labelled texts are others than those of {path.name}: `churnwatch check --accept-figures` measures anew"
    changes = [*_changes(before, now)]
    words = f"accuracy on {count} labelled texts of our own (invented: says what a change does, not how real shops are read)"
    if not changes:
        yield f"{words}: as committed on {before.measured}"
        return
    yield f"{words}, committed on {before.measured} → now"
    yield from changes
    yield "when this is meant: `churnwatch check --accept-figures`, and say why in the commit"


def _changes(before: Baseline, now: Measured) -> Iterator[str]:
    for language, figures in now.languages.items():
        old = before.languages.get(language, {})
        for name, value in figures.items():
            if old.get(name) != value:
                yield f"  {language}  {name:22}  {_shown(old.get(name))} → {value:.3f}{_difference(old.get(name), value)}"
    for band, (count, share) in now.bands.items():
        was = before.bands.get(band)
        if was != (count, share):
            yield f"  score {band}: share of promises {_shown(was[1] if was else None)} of {was[0] if was else 0} → {share:.3f} of {count}"


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _difference(old: float | None, new: float) -> str:
    return "" if old is None else f"  ({new - old:+.3f})"


def _baseline(now: Measured, lexicons: Lexicons) -> str:
    rows = {
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "texts": now.texts,
        "lexicon": lexicons.digest,
        "languages": now.languages,
        "bands": now.bands,
    }
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
