"""Names of the lexicons in people's words: the rules of a risk score and the substances."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from nlp.lexicon_models import RiskFile, SubstancesFile
from nlp.read_yaml import read_yaml

SHORT = 12  # letters of a name that needs no shorter one: `4-piperidone` says more than `piperidones`


def reason_words(reason: str) -> str:
    """What a rule of `lexicons/risk.yml` says about an offer; a rule of an older lexicon reads as its id with spaces."""
    return _meanings().get(reason, reason.replace("_", " "))


def substance_words(substance: str) -> str:
    """The name of a substance of `lexicons/substances.yml` if short, else its shortest (`4-AP`); one no longer listed reads as its id."""
    return _names().get(substance, substance)


@cache
def _meanings() -> Mapping[str, str]:
    return {rule.id: rule.meaning for rule in read_yaml(_text("risk.yml"), "risk.yml", RiskFile).rules}


@cache
def _names() -> Mapping[str, str]:
    found = read_yaml(_text("substances.yml"), "substances.yml", SubstancesFile).substances
    return {
        one.id: one.name if len(one.name) <= SHORT else min((one.name, *(term.term or term.forms[0] for term in one.terms)), key=len)
        for one in found
    }


def _text(name: str) -> str:
    # Two small files, not load_lexicons(): whoever reads a lead needs no matcher.
    return files("lexicons").joinpath(name).read_text("utf-8")
