"""What a lexicon file may say. Identification only: names, numbers, legal status, sales wording. See lexicons/README.md."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Weight = Annotated[float, Field(ge=0, le=1)]
Category = Literal["precursor", "industrial", "drug", "coded", "research"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where a fact was read: a published text and its year."""

    name: str = Field(min_length=3)
    year: int = Field(ge=1900, le=2100)


class Found(_Strict):
    """Where a term that `lexicon discover` found was seen, as `text or capture id:start-end`, and who accepted it."""

    who: str = Field(min_length=1)
    at: date
    why: str = ""
    storefronts: int = Field(ge=2)
    spans: list[str] = Field(min_length=3)
    benign: list[str] = []


class Entry(_Strict):
    """One term. `near` and `not_near` name word groups; `near` wants a word of one of them within `within` characters on either side, or,
    when `offered`, a passage around that reads like an offer with a promise (nlp/passage_model.py)."""

    id: Id
    term: str | None = None  # canonical form; the first form unless said
    forms: list[str] = Field(min_length=1)
    category: Category
    weight: Weight
    source: Source
    substance: Id | None = None
    near: list[Id] = []
    not_near: list[Id] = []
    offered: bool = False
    within: int = Field(default=160, ge=10, le=1000)
    whole: bool = False  # a systematic name: no match as part of a longer name joined by dash, comma or bracket
    match: list[str] = Field(min_length=1)
    miss: list[str] = []
    found: Found | None = None


class Number(_Strict):
    """A CAS number of one form of a substance. `verified` is false until number and name were read in one primary text."""

    cas: str
    form: str = "base"
    source: Source
    verified: bool = True


class Control(_Strict):
    """One row of legal status. `decided` and `in_force` differ; either may be unknown, or known only to the year or month."""

    list: str
    category: str
    decided: str | None = Field(default=None, pattern=r"^\d{4}(-\d\d){0,2}$")
    in_force: str | None = Field(default=None, pattern=r"^\d{4}(-\d\d){0,2}$")
    source: str
    verified: bool = True

    @model_validator(mode="before")
    @classmethod
    def _dates_as_text(cls, row: object) -> object:
        if isinstance(row, dict):
            return {
                key: str(value) if key in {"decided", "in_force"} and isinstance(value, date | int) else value for key, value in row.items()
            }
        return row


class Substance(_Strict):
    """A controlled substance: what it is called, its numbers, who controls it since when, and the terms that name it in any language."""

    id: Id
    name: str
    category: Category
    weight: Weight
    near: list[Id] = []  # of wide lawful use: its numbers are flagged only within 160 characters of a word of these groups
    numbers: list[Number]
    control: list[Control]
    terms: list[Entry]


class WrongNumber(_Strict):
    """A number in circulation that is not the substance's: its check digit fails, or it belongs to something else."""

    id: Id
    number: str
    substance: Id
    only_with: list[str] = []  # flagged only beside one of these words; empty: beside any name of the substance
    why: str
    source: Source
    match: list[str] = Field(min_length=1)
    miss: list[str] = []


class SubstancesFile(_Strict):
    """lexicons/substances.yml"""

    substances: list[Substance]
    wrong_numbers: list[WrongNumber] = []


class LanguageFile(_Strict):
    """lexicons/<language>.yml: word groups for context, and terms. A word of a group may end in `*` for any ending."""

    language: str = Field(pattern=r"^[a-z]{2}$")
    groups: dict[Id, list[str]] = {}
    entries: list[Entry] = []


class Rejected(_Strict):
    """A found term that is none of ours."""

    term: str = Field(min_length=1)
    who: str = Field(min_length=1)
    at: date
    why: str = ""


class RejectedFile(_Strict):
    """lexicons/rejected.yml"""

    rejected: list[Rejected] = []


class Rule(_Strict):
    """A promise: one span of every slot in `need` within `within` tokens, none of `unless` in the sentence, `key` not negated."""

    need: list[str] = Field(min_length=1)
    within: int = Field(default=14, ge=1, le=60)
    unless: list[str] = []
    key: list[str] = []
    weight: Weight = 1.0  # of the claim's own: a rule that lawful sellers may meet says less
    apart: bool = False  # the spans share no word: what happens and what follows are two things
    near: Literal["chemistry", "substance", "listed", "research"] | None = None  # what must be spoken of nearby, see lexicons/README.md


class Claim(_Strict):
    """One kind of promise; `rules` are alternatives. `by_model`: no rule reads it, but the promise model from this probability on."""

    id: Id
    term: str
    category: str
    weight: Weight
    source: Source
    rules: list[Rule] = []
    by_model: Weight | None = None
    match: list[str] = Field(min_length=1)
    miss: list[str] = []

    @model_validator(mode="after")
    def _is_read_somehow(self) -> "Claim":
        if not self.rules and self.by_model is None:
            raise ValueError("needs rules, or by_model")
        return self


class Pair(_Strict):
    """Two flags that mean more together: a term of one of `categories` and one of `claims` within `within` characters."""

    id: Id
    term: str
    category: str
    weight: Weight
    source: Source
    categories: list[Category]
    claims: list[Id]
    within: int = Field(default=1500, ge=50, le=10000)
    match: list[str] = Field(min_length=1)
    miss: list[str] = []


class Gate(_Strict):
    """Words without which no sentence is parsed; those under `chemistry` count only near a chemical."""

    always: list[str]
    chemistry: list[str]


class ClaimsFile(_Strict):
    """lexicons/claims.yml: gate and slots (phrases) per language, claims and pairs."""

    gate: dict[str, Gate]
    slots: dict[str, dict[str, list[str]]]
    claims: list[Claim]
    pairs: list[Pair]


class RiskRule(_Strict):
    """Points (log-odds) per flag score, at most `cap` in all. Two reasons of different `aspect` with `counts` are needed for `high`."""

    id: Id
    meaning: str
    aspect: str
    points: float
    cap: float
    kind: Literal["term", "claim", "pair", "mismatch", "disguise", "contact", "payment"]
    categories: list[str] = []
    ids: list[str] = []
    counts: bool = True


class Calibration(_Strict):
    """What `churnwatch calibrate` fitted the points to, and the figures on groups of storefronts that the fit never saw."""

    at: date
    verdicts: int
    storefronts: int
    groups: int
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    brier: list[float] = Field(min_length=2, max_length=2)  # of the weights before, of these
    ece: list[float] = Field(min_length=2, max_length=2)


class RiskFile(_Strict):
    """lexicons/risk.yml"""

    calibrated_on: str = Field(min_length=10, max_length=300)
    calibration: Calibration | None = None
    languages: list[str]
    base: float
    medium: float = Field(gt=0, lt=1)
    high: float = Field(gt=0, lt=1)
    rules: list[RiskRule]
