"""A second opinion on promises, asked for, never default: sentences that the gate lets through and no rule matched, judged by an encoder.

Such a flag carries the claim's id with `-like` behind it, a low score and a weight of its own in risk.yml.
What it adds and what it costs: tests/benchmarks/encoder.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from nlp.context import is_reported
from nlp.encode import Encoder, margins
from nlp.findings import Flag
from nlp.lexicon import Lexicons
from nlp.normalize import normalise
from nlp.read_yaml import read_yaml
from nlp.scan import has_between, scan
from nlp.sentences import sentences
from nlp.where import text_place

if TYPE_CHECKING:
    from nlp.encode import Vectors

SUFFIX = "-like"
CATEGORY = "paraphrase"
# Left-one-out over the seeds of paraphrases.yml, 2026-11-24: above 0.10 stand 46 % of the promises and none of the lawful sentences;
# above 0.05 77 % and 3 %. In text of lawful suppliers 0.05 flags one sentence in eight, 0.10 one in twenty.
MARGIN_MIN = 0.10
SCORE = 0.4
CHEMISTRY_REACH = 600  # as the rules: chemicals are spoken of nearby
SENTENCES_MAX = 200  # of one text


class Seeds(BaseModel):
    """lexicons/paraphrases.yml: sentences by claim, and lawful ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    promises: dict[str, list[str]] = Field(min_length=1)
    benign: list[str] = Field(min_length=10)


@cache
def load_seeds() -> Seeds:
    """The shipped seeds. Raises ConfigError (file, line, key)."""
    return read_yaml(files("lexicons").joinpath("paraphrases.yml").read_text("utf-8"), "paraphrases.yml", Seeds)


@dataclass(frozen=True, slots=True, eq=False)
class _Anchors:
    claims: tuple[str, ...]  # claim id of each promise
    promises: "Vectors"
    benign: "Vectors"


def _anchors(encoder: Encoder) -> _Anchors:
    """The seeds as vectors; the encoder's cache makes the second asking cheap."""
    seeds = load_seeds()
    placed = [(claim, text) for claim, texts in seeds.promises.items() for text in texts]
    return _Anchors(tuple(claim for claim, _ in placed), encoder.encode([text for _, text in placed]), encoder.encode(seeds.benign))


def find_paraphrases(text: str, language: str | None, flags: Sequence[Flag], lexicons: Lexicons, encoder: Encoder) -> list[Flag]:
    """Flags of kind `claim`, id `<claim>-like`, one a sentence, in text order. `flags`: what the rules found; a sentence that holds one of
    their claims is not asked about. Spans are whole sentences, half-open code points of `text`."""
    asked = list(_unanswered(text, language, flags, lexicons))[:SENTENCES_MAX]
    if not asked:
        return []
    anchors = _anchors(encoder)
    vectors = encoder.encode([text[start:end] for start, end in asked])
    nearer = margins(vectors, anchors.promises, anchors.benign)
    nearest = (vectors @ anchors.promises.T).argmax(axis=1)
    known = {claim.id: claim for claim in lexicons.claims.claims}
    found: list[Flag] = []
    for (start, end), margin, seed in zip(asked, nearer, nearest, strict=True):
        claim = known.get(anchors.claims[seed])
        if margin > MARGIN_MIN and claim is not None:
            found.append(Flag("claim", claim.id + SUFFIX, claim.term, CATEGORY, None, text[start:end], SCORE, obfuscated=False,
                              where=text_place(text, start, end)))  # fmt: skip
    return found


def _unanswered(text: str, language: str | None, flags: Sequence[Flag], lexicons: Lexicons) -> Iterator[tuple[int, int]]:
    """Spans of the text that are sentences with a gate word near a listed substance or coded word, reported by nobody, without a claim of
    the rules. In a language without gate words every sentence near such a name is asked about."""
    shown = normalise(text, lexicons)
    seen = scan(shown.skeleton, lexicons)
    claimed = [(flag.where.start or 0, flag.where.end or 0) for flag in flags if flag.kind == "claim"]
    terms = [flag.where.start or 0 for flag in flags if flag.kind == "term" and flag.category != "industrial"]
    has_gate = language is None or language in lexicons.claims.gate
    for first, last in sentences(shown.skeleton):
        start, end = shown.span(first, last)
        if has_gate and not any(has_between(places, first, last) for places in seen.gates.values()):
            continue
        if not any(start - CHEMISTRY_REACH <= place < end + CHEMISTRY_REACH for place in terms):
            continue
        if not is_reported(shown.skeleton, seen, first, last) and not any(a < end and start < b for a, b in claimed):
            yield start, end
