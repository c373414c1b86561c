"""How a lexicon does on labelled texts of our own, packaged with it: what `churnwatch check` holds against the figures of before.

All texts are invented by the authors, so the figures tell a change for the better from one for the worse; they are no accuracy on shops.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from crawlers.errors import ConfigError
from nlp.cas import find_cas
from nlp.lexicon import Lexicons
from nlp.match import find_flags
from nlp.reliability import reliability
from nlp.risk import assess

LABELLED, BASELINE = "labelled", "baseline.json"
# Score bands whose share of promises is given; the last ends above 1 so that it takes in a score of 1.
BANDS = ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 1.01))
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text and whether it promises to get goods past a control, or to make good when they are stopped."""

    text: str
    promises: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures by language, and the share of promises by score band over all languages, with the digest of the texts."""

    texts: str
    languages: Mapping[str, Figures]
    bands: Mapping[str, tuple[int, float]]


def labelled(folder: Traversable | None = None) -> dict[str, list[Labelled]]:
    """The labelled texts by language: a line `+ text` promises, `- text` does not, `#` is a comment. Raises ConfigError (file, line)."""
    found = {}
    for file in sorted((folder or files("lexicons") / LABELLED).iterdir(), key=lambda one: one.name):
        if file.name.endswith(".txt"):
            found[file.name.removesuffix(".txt")] = list(_read(file))
    return found


def _read(file: Traversable) -> Iterator[Labelled]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line.startswith(("+ ", "- ")):
            yield Labelled(line[2:], line[0] == "+")
        elif line.strip() and not line.startswith("#"):
            raise ConfigError("a labelled text begins with `+ ` or `- `", file=file.name, line=number)


def measured(lexicons: Lexicons, texts: Mapping[str, Sequence[Labelled]]) -> Measured:
    """What the lexicons make of the labelled texts."""
    digest = hashlib.sha256()
    figures: dict[str, Figures] = {}
    scored: list[tuple[float, bool]] = []
    for language, rows in texts.items():
        digest.update(f"{language}\0".encode() + "\0".join(f"{one.promises}{one.text}" for one in rows).encode())
        flagged, scores, bands = [], [], []
        for one in rows:
            flags = find_flags(one.text, language, lexicons)
            risk = assess(flags, find_cas(one.text), (), (), language, model=lexicons.risk)
            flagged.append(any(flag.kind in ("claim", "pair") for flag in flags))
            scores.append(risk.score or 0.0)
            bands.append(risk.band)
        figures[language] = _figures(rows, flagged, scores, bands)
        scored += [(score, one.promises) for score, one in zip(scores, rows, strict=True)]
    return Measured(digest.hexdigest(), figures, dict(_bands(scored)))


def _figures(rows: Sequence[Labelled], flagged: Sequence[bool], scores: Sequence[float], bands: Sequence[str]) -> Figures:
    promises, lawful = (sum(one.promises is wanted for one in rows) for wanted in (True, False))
    right = sum(seen and one.promises for one, seen in zip(rows, flagged, strict=True))
    high = [one.promises for one, band in zip(rows, bands, strict=True) if band == "high"]
    found = reliability(scores, [one.promises for one in rows])
    figures = {
        "recall of promises": right / max(1, promises),
        "precision of promises": right / max(1, sum(flagged)),
        "promises rated high": sum(high) / max(1, promises),
        "lawful rated high": (len(high) - sum(high)) / max(1, lawful),
        "Brier score": found.brier,
        "calibration error": found.ece,
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _bands(scored: Sequence[tuple[float, bool]]) -> Iterator[tuple[str, tuple[int, float]]]:
    for low, high in BANDS:
        inside = [promises for score, promises in scored if low <= score < high]
        yield f"{low:g} to {min(high, 1):g}", (len(inside), round(sum(inside) / max(1, len(inside)), 4))
