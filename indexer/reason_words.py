"""Names of the lexicons in people's words: the rules of a risk score and the substances."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from nlp.lexicon_models import RiskFile, SubstancesFile
from nlp.read_yaml import read_yaml


def reason_words(reason: str) -> str:
    """What a rule of `lexicons/risk.yml` says about an offer; a rule of an older lexicon reads as its id with spaces."""
    return _meanings().get(reason, reason.replace("_", " "))


def substance_words(substance: str) -> str:
    """The shortest name of a substance of `lexicons/substances.yml` (`4-AP`); one that is no longer listed reads as its id."""
    return _names().get(substance, substance)


@cache
def _meanings() -> Mapping[str, str]:
    return {rule.id: rule.meaning for rule in read_yaml(_text("risk.yml"), "risk.yml", RiskFile).rules}


@cache
def _names() -> Mapping[str, str]:
    found = read_yaml(_text("substances.yml"), "substances.yml", SubstancesFile).substances
    return {one.id: min((one.name, *(term.term or term.forms[0] for term in one.terms)), key=len) for one in found}


def _text(name: str) -> str:
    # Two small files, not load_lexicons(): whoever reads a lead needs no matcher.
    return files("lexicons").joinpath(name).read_text("utf-8")
