"""What `churnwatch lexicon` reads, decides and writes: found terms as JSON Lines, and files of a lexicon folder, all or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict

from churnwatch.calibrating import write_whole
from churnwatch.json_input import read_rows, read_texts
from churnwatch.show import json_lines, say, table
from crawlers.errors import ConfigError
from crawlers.ids import content_id, instant
from nlp.discover import Discovered, Text
from nlp.discover import discover as ranked
from nlp.encode import open_encoder
from nlp.lexicon import load_checked, load_lexicons
from nlp.review import REJECTED, Acceptance, Place, Proposal, accepted, rejected, rejected_terms

AROUND = 80  # code points given on either side of a place
SEEDS = ("precursor", "coded")  # categories whose forms are the seeds when none are named
VERDICTS = ("accepted", "rejected")


class _Span(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)
    id: str
    start: int
    end: int
    storefront: str | None = None
    before: str = ""
    quote: str = ""
    after: str = ""

    def place(self) -> Place:
        return Place(self.id, self.start, self.end, self.storefront or self.id, self.before, self.quote, self.after)


class _Found(BaseModel):
    model_config = ConfigDict(extra="ignore")
    term: str
    score: float
    spans: list[_Span]
    benign_spans: list[_Span] = []


class Decided(BaseModel):
    """One decision on a found term."""

    model_config = ConfigDict(extra="forbid")
    term: str
    verdict: str
    who: str = ""
    why: str = ""
    category: str = "coded"
    weight: float = 0.5
    language: str | None = None
    near: list[str] | None = None


def folder_of(lexicons: Path | None) -> Path:
    """The folder of lexicons in force unless another is named. Raises ConfigError when it is none."""
    folder = lexicons or Path(str(files("lexicons")))
    if not (folder / "risk.yml").exists():
        raise ConfigError("is no folder of lexicons: it has no risk.yml", file=folder, key="--lexicons")
    return folder


def found_terms(
    texts: Path | Sequence[Text], benign: Path | Sequence[Text], seeds: str, encoder: str, lexicons: Path | None, top: int
) -> list[dict[str, object]]:
    """The output lines of `lexicon discover`: terms of no lexicon that nobody rejected, best first, each place with its words."""
    known = load_checked(lexicons) if lexicons else load_lexicons()
    left_out = [form for entry in known.entries.values() for form in entry.forms] + sorted(rejected_terms(folder_of(lexicons)))
    wanted = [seed.strip() for seed in seeds.split(",") if seed.strip()]
    if seeds and not wanted:
        raise ConfigError("--seeds names no term: give known terms, separated by commas")
    wanted = wanted or sorted({form for entry in known.entries.values() if entry.category in SEEDS for form in entry.forms})
    here, there = ([*_read(one)] if isinstance(one, Path) else [*one] for one in (texts, benign))
    by_id = {text.id: text for text in (*there, *here)}
    found = ranked(here, wanted, there, known=left_out, encoder=open_encoder(encoder))[:top] if here else []
    return [_line(one, by_id) for one in found]


def _read(path: Path) -> Iterable[Text]:
    return (Text(row.id, row.text, row.storefront or row.id) for row in read_texts(path))


def _line(found: Discovered, texts: dict[str, Text]) -> dict[str, object]:
    return {
        "term": found.term,
        "score": found.score,
        "spans": [_span(texts[key], start, end) for key, start, end in found.spans],
        "benign_spans": [_span(texts[key], start, end) for key, start, end in found.benign_spans],
    }


def _span(text: Text, start: int, end: int) -> dict[str, object]:
    words = text.text
    around = {"before": words[max(0, start - AROUND) : start], "quote": words[start:end], "after": words[end : end + AROUND]}
    return {"id": text.id, "start": start, "end": end, "storefront": text.storefront, **around}


def show_found(found: Sequence[dict[str, object]]) -> None:
    """Found terms as a table."""
    rows = ((one["term"], one["score"], len(one["spans"]), len(one["benign_spans"])) for one in found)  # type: ignore[arg-type]  # both are lists
    table("New terms", ("term", "score", "spans", "in benign text"), rows)


def read_proposals(path: Path, lexicons: Path | None) -> list[Proposal]:
    """The terms of a file of found terms that are still to be decided, in file order. Raises ConfigError with file and line."""
    known = {form.casefold() for entry in load_lexicons(lexicons).entries.values() for form in entry.forms}
    known |= rejected_terms(folder_of(lexicons))
    read = [
        Proposal(one.term, one.score, tuple(span.place() for span in one.spans), tuple(span.place() for span in one.benign_spans))
        for _, one in read_rows(path, _Found)
    ]
    return [one for one in read if one.is_shown() and one.term.casefold() not in known]


def show_proposals(proposals: Sequence[Proposal], as_json: bool) -> None:
    """Each term with three places of different storefronts where there are as many, and its places in lawful text."""
    if as_json:
        json_lines(
            {"term": one.term, "score": one.score, "spans": [*_rows(one.spans)], "benign_spans": [*_rows(one.benign)]} for one in proposals
        )
        return
    for one in proposals:
        shops = len({place.storefront for place in one.spans})
        say(f"{one.term}  (score {one.score:.2f}, {len(one.spans)} places on {shops} storefronts, {len(one.benign)} in lawful text)")
        for place in _spread(one.spans):
            say(f"    {place.storefront}, {place.id}: {place.excerpt()}")
        for place in _spread(one.benign):
            say(f"    lawful, {place.storefront}: {place.excerpt()}")
    say(f"{len(proposals)} term(s) to decide: --accept TERM, --reject TERM, or --decisions FILE")


def _rows(places: Iterable[Place]) -> Iterable[dict[str, object]]:
    names = ("id", "start", "end", "storefront", "before", "quote", "after")
    return ({name: getattr(place, name) for name in names} for place in places)


def _spread(places: Sequence[Place]) -> list[Place]:
    first = {place.storefront: place for place in reversed(places)}
    return [*first.values(), *(place for place in places if place not in first.values())][:3]


def decided(
    terms: Sequence[str], verdict: str, who: str, why: str, category: str, language: str | None, near: Sequence[str] | None
) -> list[Decided]:
    """One decision a term, alike for all."""
    return [
        Decided(term=term, verdict=verdict, who=who, why=why, category=category, language=language, near=[*near] if near else None)
        for term in terms
    ]


def read_decisions(path: Path | None, who: str, why: str) -> list[Decided]:
    """The decisions of a JSON Lines file; who and why where a line has none. Raises ConfigError with file and line."""
    found = []
    for number, one in read_rows(path, Decided) if path else ():
        if one.verdict not in VERDICTS:
            raise ConfigError(f"{one.verdict!r} is no verdict: {' or '.join(VERDICTS)}", file=path, line=number, key="verdict")
        found.append(one.model_copy(update={"who": one.who or who, "why": one.why or why}))
    return found


@dataclass(frozen=True, slots=True)
class _Change:
    file: str
    text: str


def written(proposals: Sequence[Proposal], chosen: Sequence[Decided], lexicons: Path | None, store: str | None) -> list[dict[str, object]]:
    """Carries the decisions out, one upon the other on a copy of the folder, then writes the files that changed; gives a line for each.

    With a store address the decisions are kept there as judgements too. Raises ConfigError, with nothing written, for a decision without
    who or why, on a term that was not found (or is decided already), twice on one term, or that breaks an example.
    """
    folder, today = folder_of(lexicons), datetime.now(UTC).date()
    by_term = {one.term.casefold(): one for one in proposals}
    terms = [one.term.casefold() for one in chosen]
    for one in chosen:
        if not one.who.strip() or not one.why.strip():
            raise ConfigError(
                f"{one.term!r}: a decision says who decided and why: give --who (or the setting `analyst`) and --why", key="--who"
            )
        if one.term.casefold() not in by_term:
            raise ConfigError(f"{one.term!r} is none of the found terms that are still to be decided", key=f"--{one.verdict[:6]}")
        if terms.count(one.term.casefold()) > 1:
            raise ConfigError(f"{one.term!r} is decided twice", key=f"--{one.verdict[:6]}")
    changes: dict[str, _Change] = {}
    lines: list[dict[str, object]] = []
    with TemporaryDirectory() as made:
        copy = Path(made) / "lexicons"
        copytree(folder, copy, ignore=lambda _, names: [name for name in names if not name.endswith(".yml")])
        for one in chosen:
            change = _change(copy, by_term[one.term.casefold()], one, today)
            (copy / change.file).write_text(change.text, "utf-8")
            changes[change.file] = change
            lines.append({"term": one.term, "verdict": one.verdict, "file": change.file, "who": one.who, "why": one.why})
    for change in changes.values():
        write_whole(folder / change.file, change.text)
    if store:
        _keep(store, chosen)
    return lines


def _change(folder: Path, proposal: Proposal, one: Decided, today: date) -> _Change:
    if one.verdict == "rejected":
        return _Change(REJECTED, rejected(folder, proposal.term, one.who, today, one.why))
    near = tuple(one.near) if one.near is not None else None
    return _Change(*accepted(folder, proposal, Acceptance(one.who, today, one.why, one.category, one.weight, one.language, near)))


def _keep(store: str, chosen: Sequence[Decided]) -> None:
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings

    at = instant(datetime.now(UTC).replace(microsecond=0))
    with open_settings_store(load_settings(), store) as opened:
        kept = [
            {"id": content_id("jdg", one.verdict, one.term, None, one.who, one.why, at), "kind": "judgement", "verdict": one.verdict,
             "left": one.term, "who": one.who, "why": one.why, "at": at}
            for one in chosen
        ]  # fmt: skip
        opened.put("judgement", [{**one} for one in kept], create=True)
        opened.settle()
