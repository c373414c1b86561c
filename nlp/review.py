"""Found terms into the lexicon: an entry with where it was found, tried out on a copy of all lexicons before any file is touched; or
rejected for good."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from crawlers.errors import ConfigError
from nlp.candidates import SPANS_MIN, STOREFRONTS_MIN
from nlp.language import LANGUAGES, detect_language
from nlp.lexicon import LANGUAGE_FILE, Lexicons, load_lexicons
from nlp.lexicon_check import problems
from nlp.lexicon_models import RejectedFile
from nlp.match import find_flags
from nlp.read_yaml import read_yaml
from nlp.yaml_edit import quoted, with_entry

REJECTED = "rejected.yml"
EXAMPLES = 3  # of each kind written into an entry
EXCERPT = 40  # code points kept on either side of a term in an example: enough for its context, too little to say anything else
# Groups of context words tried in turn until the places found are flagged and the lawful ones are not. Only a product code, which has a
# digit, may stand without: an everyday word never does.
CONTEXTS = ("supply", "chemistry", "precursor-talk", "precursors")
_HAN, _CYRILLIC = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]"), re.compile(r"[\u0400-\u04ff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a term stands: `id` of the text (a capture, when it came from the store), its storefront, and the words around it."""

    id: str
    start: int
    end: int
    storefront: str
    before: str
    quote: str
    after: str

    def excerpt(self) -> str:
        """The term with whole words around it, on one line."""
        before = self.before if len(self.before) <= EXCERPT else self.before[-EXCERPT:].partition(" ")[2] or self.before[-EXCERPT:]
        after = self.after if len(self.after) <= EXCERPT else self.after[:EXCERPT].rpartition(" ")[0] or self.after[:EXCERPT]
        return " ".join("".join(sign if sign.isprintable() else " " for sign in f"{before}{self.quote}{after}").split())


@dataclass(frozen=True, slots=True)
class Proposal:
    """A found term with its places, and its places in lawful text."""

    term: str
    score: float
    spans: tuple[Place, ...]
    benign: tuple[Place, ...]

    def is_shown(self) -> bool:
        """At least 3 places on at least 2 storefronts: less is nothing to judge by."""
        return len(self.spans) >= SPANS_MIN and len({place.storefront for place in self.spans}) >= STOREFRONTS_MIN


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who takes a term in, when and why, and how it is entered; what is None is worked out from the places."""

    who: str
    at: date
    why: str
    category: str = "coded"
    weight: float = 0.5
    language: str | None = None
    near: tuple[str, ...] | None = None


def language_of(proposal: Proposal) -> str:
    """The lexicon a term belongs to: by its script, else by the language that most of its places are written in; English when none says."""
    if _HAN.search(proposal.term):
        return "zh"
    if _CYRILLIC.search(proposal.term):
        return "ru"
    found = Counter(detect_language(f"{place.before}{place.quote}{place.after}") for place in proposal.spans)
    return next((language for language, _ in found.most_common() if language in LANGUAGES and language not in ("zh", "ru")), None) or "en"


def accepted(folder: Path, proposal: Proposal, acceptance: Acceptance) -> tuple[str, str]:
    """The name and the new text of the language file that takes the term in; nothing is written.

    The entry's `match` examples are the term's own places, its `miss` examples the lawful ones. Without `near` the first context that keeps
    them apart is taken. Raises ConfigError when the term has too few places, reads like one that is there, or no context keeps them apart.
    """
    if not proposal.is_shown():
        raise ConfigError(f"{proposal.term!r} has too few places: {SPANS_MIN} on {STOREFRONTS_MIN} storefronts are needed", key="--accept")
    language = acceptance.language or language_of(proposal)
    name, key = f"{language}.yml", entry_id(proposal.term, language)
    text = (folder / name).read_text("utf-8") if (folder / name).exists() else f"language: {language}\n"
    flagged, lawful = ([*dict.fromkeys(place.excerpt() for place in places)] for places in (proposal.spans, proposal.benign))
    with TemporaryDirectory() as copied:
        copy = Path(copied)
        for file in folder.iterdir():
            if LANGUAGE_FILE.fullmatch(file.name) or file.name in ("substances.yml", "claims.yml", "risk.yml"):
                (copy / file.name).write_text(file.read_text("utf-8"), "utf-8")
        bare = _loaded(copy, name, text, _entry(key, proposal, acceptance, (), flagged[:1], []))
        near, told = _told_apart(bare, key, flagged, lawful, proposal, acceptance)
        entry = _entry(key, proposal, acceptance, near, told[:EXAMPLES], lawful[:EXAMPLES])
        if faults := list(problems(_loaded(copy, name, text, entry))):
            raise ConfigError(f"{proposal.term!r} breaks an example: {faults[0]}", file=name)
    return name, with_entry(text, "entries", entry, name)


def _loaded(copy: Path, name: str, text: str, entry: str) -> Lexicons:
    (copy / name).write_text(with_entry(text, "entries", entry, name), "utf-8")
    return load_lexicons(copy)


def _told_apart(
    lexicons: Lexicons, key: str, flagged: Sequence[str], lawful: Sequence[str], proposal: Proposal, acceptance: Acceptance
) -> tuple[tuple[str, ...], list[str]]:
    """The first context in which places are flagged and no lawful one is, and the flagged places. Raises ConfigError when there is none."""
    bare: list[tuple[str, ...]] = [()] if any(sign.isdigit() for sign in proposal.term) else []
    contexts = [acceptance.near] if acceptance.near is not None else [*bare, *((one,) for one in CONTEXTS)]
    faults = []
    for near in contexts:
        entry = lexicons.entries[key].model_copy(update={"near": [*near]})
        tried = replace(lexicons, entries={**lexicons.entries, key: entry})
        told, wrong = (
            [one for one in texts if any(flag.id == key for flag in find_flags(one, None, tried))] for texts in (flagged, lawful)
        )
        if told and not wrong:
            return near, told
        words = f"near {', '.join(near)}" if near else "without context"
        faults.append(f"{words} {len(told)} of its places and {len(wrong)} lawful ones are flagged")
    raise ConfigError(f"{proposal.term!r} cannot be told from lawful use: {'; '.join(faults)}; give --near, or reject it", key="--near")


def entry_id(term: str, language: str) -> str:
    """The id of a found term: readable where it is written in Latin letters, a digest elsewhere."""
    slug = re.sub(r"[^a-z0-9]+", "-", term.casefold()).strip("-") if term.isascii() else ""
    return f"{'' if language == 'en' else language + '-'}found-{slug or hashlib.sha256(term.encode()).hexdigest()[:10]}"


def _entry(key: str, proposal: Proposal, acceptance: Acceptance, near: tuple[str, ...], match: Sequence[str], miss: Sequence[str]) -> str:
    lines = [
        f"- id: {key}",
        f"  forms: [{quoted(proposal.term)}]",
        f"  category: {acceptance.category}",
        f"  weight: {acceptance.weight:g}",
        *([f"  near: [{', '.join(near)}]"] if near else []),
        f"  source: {{name: {quoted('found by lexicon discover, accepted by ' + acceptance.who)}, year: {acceptance.at.year}}}",
        f"  match: [{', '.join(map(quoted, match))}]",
        f"  miss: [{', '.join(map(quoted, miss))}]",
        "  found:",
        f"    who: {quoted(acceptance.who)}",
        f"    at: {acceptance.at.isoformat()}",
        f"    why: {quoted(acceptance.why)}",
        f"    storefronts: {len({place.storefront for place in proposal.spans})}",
        f"    spans: [{', '.join(_cited(proposal.spans))}]",
        f"    benign: [{', '.join(_cited(proposal.benign))}]",
    ]
    return "\n".join(lines)


def _cited(places: Sequence[Place]) -> Iterator[str]:
    return (quoted(f"{place.id}:{place.start}-{place.end}") for place in places[:5])


def rejected_terms(folder: Path) -> frozenset[str]:
    """The terms rejected for good, case-folded; none when there is no such file. Raises ConfigError (file, line) when it is broken."""
    path = folder / REJECTED
    if not path.exists():
        return frozenset()
    return frozenset(one.term.casefold() for one in read_yaml(path.read_text("utf-8"), REJECTED, RejectedFile).rejected)


def rejected(folder: Path, term: str, who: str, at: date, why: str) -> str:
    """The new text of rejected.yml; nothing is written. A term that stands there already changes nothing."""
    path = folder / REJECTED
    text = path.read_text("utf-8") if path.exists() else "# Terms rejected for good: discover never shows them again.\n"
    if term.casefold() in rejected_terms(folder):
        return text
    line = f"- {{term: {quoted(term)}, who: {quoted(who)}, at: {at.isoformat()}, why: {quoted(why)}}}"
    written = with_entry(text, "rejected", line, REJECTED)
    read_yaml(written, REJECTED, RejectedFile)
    return written
