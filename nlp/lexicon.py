"""The lexicons in memory: read once, checked whole, ready to match. Folder `lexicons/`; the file format is lexicons/README.md."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import ahocorasick

from crawlers.errors import ConfigError
from nlp.cas import is_cas
from nlp.clean import fold_word
from nlp.lexicon_models import ClaimsFile, Entry, LanguageFile, RiskFile, Substance, SubstancesFile, WrongNumber
from nlp.read_yaml import Key, line_of, read_yaml
from nlp.skeleton import Words

LANGUAGE_FILE = re.compile(r"[a-z]{2}\.yml")
WEIGHTS = "promises.npz"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Form:
    """What one string of the automaton stands for: a term (its entry), a context word (its group) or a word of the claims' gate."""

    role: str  # term | group | gate
    name: str  # entry id; group; language and `always` or `chemistry`
    is_prefix: bool = False


@dataclass(frozen=True, eq=False)
class Lexicons:
    """All lexicons of one folder. Equal folders give equal digests; the digest is stored with every analysis."""

    digest: str
    entries: Mapping[str, Entry]
    languages: Mapping[str, str]  # entry id → language of its file, "" for names that belong to no language
    substances: Mapping[str, Substance]
    numbers: Mapping[str, str]  # CAS number, wrong ones in circulation included → substance id
    wrong_numbers: Mapping[str, WrongNumber]
    claims: ClaimsFile
    risk: RiskFile
    words: Words
    automaton: ahocorasick.Automaton
    folder: Traversable  # where they were read from


@dataclass(frozen=True, slots=True)
class _Text:
    name: str
    text: str

    def fault(self, message: str, key: Key) -> ConfigError:
        return ConfigError(message, file=self.name, line=line_of(self.text, key), key=".".join(map(str, key)))


def load_lexicons(folder: Path | None = None) -> Lexicons:
    """The lexicons of the folder, or the shipped ones (loaded once). Raises ConfigError (file, line, key) for an unknown key, a wrong
    check digit, two terms that collide, a name that nothing defines; then nothing is loaded."""
    return _load(folder) if folder else _shipped()


@cache
def _shipped() -> Lexicons:
    return _load(files("lexicons"))


def _load(folder: Traversable) -> Lexicons:
    names = sorted(entry.name for entry in folder.iterdir() if LANGUAGE_FILE.fullmatch(entry.name))
    texts = {name: _Text(name, _read(folder, name)) for name in ["substances.yml", "claims.yml", "risk.yml", *names]}
    substances = read_yaml(texts["substances.yml"].text, "substances.yml", SubstancesFile)
    claims = read_yaml(texts["claims.yml"].text, "claims.yml", ClaimsFile)
    risk = read_yaml(texts["risk.yml"].text, "risk.yml", RiskFile)
    languages = {name: read_yaml(texts[name].text, name, LanguageFile) for name in names}
    placed = [
        *_entries_of(texts["substances.yml"], substances),
        *(
            (texts[name], ("entries", at), file.language, entry)
            for name, file in languages.items()
            for at, entry in enumerate(file.entries)
        ),
    ]
    groups = _groups(languages)
    known = {substance.id for substance in substances.substances}
    _check_entries(placed, groups, known)
    _check_claims(texts["claims.yml"], claims)
    forms = _forms(placed, groups, claims)
    return Lexicons(
        digest=_digest(texts),
        entries={entry.id: entry for *_, entry in placed},
        languages={entry.id: language for _, _, language, entry in placed},
        substances={substance.id: substance for substance in substances.substances},
        numbers=_numbers(texts["substances.yml"], substances),
        wrong_numbers={wrong.number: wrong for wrong in substances.wrong_numbers},
        claims=claims,
        risk=risk,
        words=Words(word for text in forms for word in _WORD.findall(text)),
        automaton=_automaton(forms),
        folder=folder,
    )


def _digest(texts: Mapping[str, _Text]) -> str:
    """SHA-256 over the files of the folder and the shipped promise weights."""
    content = "\0".join(f"{name}\0{texts[name].text}" for name in sorted(texts)).encode()
    return hashlib.sha256(content + files("lexicons").joinpath(WEIGHTS).read_bytes()).hexdigest()


def _read(folder: Traversable, name: str) -> str:
    try:
        return folder.joinpath(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"cannot be read ({error}); the lexicon folder needs substances.yml, claims.yml and risk.yml", file=name
        ) from error


Placed = tuple[_Text, Key, str, Entry]


def _entries_of(text: _Text, file: SubstancesFile) -> Iterator[Placed]:
    for at, substance in enumerate(file.substances):
        for index, entry in enumerate(substance.terms):
            yield text, ("substances", at, "terms", index), "", entry.model_copy(update={"substance": substance.id})


def _groups(languages: Mapping[str, LanguageFile]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for file in languages.values():
        for name, words in file.groups.items():
            groups[name] += words
    return dict(groups)


def _check_entries(placed: list[Placed], groups: Mapping[str, list[str]], substances: set[str]) -> None:
    ids: set[str] = set()
    owners: dict[str, str] = {}
    for text, key, _, entry in placed:
        if entry.id in ids:
            raise text.fault(f"the id {entry.id} stands twice", (*key, "id"))
        ids.add(entry.id)
        if entry.substance and entry.substance not in substances:
            raise text.fault(f"no substance {entry.substance} in substances.yml", (*key, "substance"))
        for which, names in (("near", entry.near), ("not_near", entry.not_near)):
            for at, name in enumerate(names):
                if name not in groups:
                    raise text.fault(f"no word group {name} in any language file", (*key, which, at))
        for at, form in enumerate(entry.forms):
            seen = fold_word(form)
            if owners.setdefault(seen, entry.id) != entry.id:
                raise text.fault(f"{form!r} collides with a form of {owners[seen]}: both read {seen!r}", (*key, "forms", at))


def _check_claims(text: _Text, file: ClaimsFile) -> None:
    known = {slot for slots in file.slots.values() for slot in slots}
    ids = [claim.id for claim in file.claims]
    for at, claim in enumerate(file.claims):
        if ids.index(claim.id) != at:
            raise text.fault(f"the id {claim.id} stands twice", ("claims", at, "id"))
        for index, rule in enumerate(claim.rules):
            for slot in (*rule.need, *rule.unless, *rule.key):
                if slot not in known:
                    raise text.fault(f"no slot {slot} in any language", ("claims", at, "rules", index))
    for at, pair in enumerate(file.pairs):
        for name in pair.claims:
            if name not in ids:
                raise text.fault(f"no claim {name}", ("pairs", at, "claims"))


def _numbers(text: _Text, file: SubstancesFile) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for at, substance in enumerate(file.substances):
        for index, number in enumerate(substance.numbers):
            key = ("substances", at, "numbers", index, "cas")
            if not is_cas(number.cas):
                raise text.fault(f"{number.cas} is no CAS number: its check digit fails", key)
            if number.cas in numbers:
                raise text.fault(f"{number.cas} is given to {numbers[number.cas]} as well", key)
            numbers[number.cas] = substance.id
    for at, wrong in enumerate(file.wrong_numbers):
        if wrong.substance not in {substance.id for substance in file.substances}:
            raise text.fault(f"no substance {wrong.substance}", ("wrong_numbers", at, "substance"))
        numbers.setdefault(wrong.number, wrong.substance)
    return numbers


def _forms(placed: list[Placed], groups: Mapping[str, list[str]], claims: ClaimsFile) -> dict[str, list[Form]]:
    forms: dict[str, list[Form]] = defaultdict(list)
    for *_, entry in placed:
        for form in entry.forms:
            forms[fold_word(form)].append(Form("term", entry.id))
    for name, words in groups.items():
        for word in words:
            forms[fold_word(word.removesuffix("*"))].append(Form("group", name, word.endswith("*")))
    for language, gate in claims.gate.items():
        for name, words in (("always", gate.always), ("chemistry", gate.chemistry)):
            for word in words:
                forms[fold_word(word.removesuffix("*"))].append(Form("gate", f"{language} {name}", word.endswith("*")))
    return dict(forms)


def _automaton(forms: Mapping[str, list[Form]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for text, meanings in forms.items():
        automaton.add_word(text, (len(text), tuple(dict.fromkeys(meanings))))
    automaton.make_automaton()
    return automaton


def load_checked(folder: Path) -> Lexicons:
    """The lexicons of a folder whose every inline example holds. Raises ConfigError like `load_lexicons`, and for the first example that
    fails, with its file and line; then nothing is loaded."""
    from nlp.lexicon_check import faults

    lexicons = load_lexicons(folder)
    for fault in faults(lexicons):
        raise fault
    return lexicons


def check_lexicons(lexicons: Lexicons | None = None) -> list[str]:
    """What is wrong with the inline examples, one sentence each; empty when all hold. Raises ConfigError for files that do not load."""
    from nlp.lexicon_check import problems  # it matches, and matching imports this module

    return list(problems(lexicons or load_lexicons()))
