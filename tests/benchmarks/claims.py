"""Promises on fresh wording, four languages: recall and precision of claims, recall of the risk score at precision .95. Invented text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

WORDING = Path(__file__).parent / "wording"
LANGUAGES = ("en", "zh", "es", "ru")
PRECISION = 0.95
TARGET, GAP = 0.85, 0.10
UNSEEN = (12, 16)  # batches that nothing was tuned or trained on
PASSAGES = (11, 13, 14)  # whole texts by other hands, on which the passage model mostly stands
# What stands before each sentence, promise or not: the same lines for both, so only the sentence can tell them apart.
FRAMES = {
    "en": (
        "N-phenethyl-4-piperidone, 1 kg, in stock.",
        "1-Boc-4-piperidone, CAS 79099-07-3, white powder.",
        "Research chemicals: 4-anilinopiperidine.",
    ),
    "zh": ("N-苯乙基-4-哌啶酮，一公斤起，现货。", "1-Boc-4-哌啶酮，CAS 79099-07-3，白色粉末。", "科研化学品：4-苯胺基哌啶。"),
    "es": (
        "N-fenetil-4-piperidona, 1 kg, disponible.",
        "1-Boc-4-piperidona, CAS 79099-07-3, polvo blanco.",
        "Químicos de investigación: 4-anilinopiperidina.",
    ),
    "ru": (
        "N-фенетил-4-пиперидон, 1 кг, в наличии.",
        "1-Boc-4-пиперидон, CAS 79099-07-3, белый порошок.",
        "Химикаты для исследований: 4-анилинопиперидин.",
    ),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One text and whether it promises anything."""

    text: str
    promises: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Recall and precision of claims, recall of the risk score at precision .95, and the texts on the wrong side."""

    recall: float
    precision: float
    ranked: float
    missed: tuple[str, ...]
    false: tuple[str, ...]


def samples(language: str, batch: int) -> list[Sample]:
    """The batch's texts: a line `+ …` promises, `- …` does not, `~ - …` stands alone, without a substance before it."""
    rows = []
    for number, (alone, promises, words) in enumerate(_lines(language, batch)):
        frame = FRAMES[language][number % len(FRAMES[language])]
        rows.append(Sample(words if alone else f"{frame} {words}", promises == "+"))
    return rows


def cores(language: str, batch: int) -> list[tuple[str, bool]]:
    """The batch's lines without a substance before them, and whether they promise."""
    return [(words, promises == "+") for _, promises, words in _lines(language, batch)]


def lawful_lines(language: str, batch: int) -> list[str]:
    """The batch's lines that a lawful supplier writes: no promise, and not of another world (news, retail)."""
    return [words for alone, promises, words in _lines(language, batch) if promises == "-" and not alone]


def _lines(language: str, batch: int) -> Iterator[tuple[str, ...]]:
    for line in (WORDING / f"{language}_{batch}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield re.fullmatch(r"(~ )?([+-]) (.+)", line).groups("")  # type: ignore[union-attr]


def score(rows: Sequence[Sample], language: str) -> Score:
    """Every text through `analyse_text`, as the command line does it."""
    from nlp.analyse_text import analyse_text
    from nlp.lexicon import load_lexicons

    lexicons = load_lexicons()
    found = [(row, analyse_text(row.text, language, lexicons)) for row in rows]
    claimed = [row for row, seen in found if any(flag.kind in ("claim", "pair") for flag in seen.flags)]
    right = [row for row in claimed if row.promises]
    promises = [row for row in rows if row.promises]
    return Score(
        len(right) / len(promises),
        len(right) / len(claimed) if claimed else 0.0,
        _ranked([(seen.risk.score or 0.0, row.promises) for row, seen in found]),
        tuple(row.text for row in promises if row not in claimed),
        tuple(row.text for row in claimed if not row.promises),
    )


def _ranked(scored: Sequence[tuple[float, bool]]) -> float:
    """The largest recall of any threshold on the score that keeps precision at .95."""
    whole, best = sum(promises for _, promises in scored), 0.0
    for threshold in {value for value, _ in scored}:
        above = [promises for value, promises in scored if value >= threshold]
        if sum(above) / len(above) >= PRECISION:
            best = max(best, sum(above) / whole)
    return best


def batches(language: str) -> list[int]:
    """Numbers of the language's batches."""
    return sorted(int(path.stem.split("_")[1]) for path in WORDING.glob(f"{language}_*.txt"))


def measure() -> Iterator[str]:
    """A line per language and batch; those of UNSEEN were never tuned on."""
    unseen: dict[str, float] = {}
    for language in LANGUAGES:
        numbers = batches(language)
        for batch in numbers:
            rows = samples(language, batch)
            found = score(rows, language)
            kept = "unseen" if batch in UNSEEN else "tuned on"
            yield (
                f"{language} batch {batch} ({kept}, {len(rows)} texts): claims recall {found.recall:.3f} precision {found.precision:.3f};"
                f" score recall at precision .95 {found.ranked:.3f}"
            )
        together = [row for batch in UNSEEN for row in samples(language, batch)]
        unseen[language] = score(together, language).ranked
    gap = max(unseen.values()) - min(unseen.values())
    verdict = "met" if min(unseen.values()) >= TARGET and gap <= GAP else "MISSED"
    figures = ", ".join(f"{language} {recall:.3f}" for language, recall in unseen.items())
    yield f"unseen batches, score recall at precision .95: {figures}; gap {gap:.3f} (target {TARGET}, gap {GAP}: {verdict})"
