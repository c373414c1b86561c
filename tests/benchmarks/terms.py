"""Terms: every form of the lexicons in an offer of its language and in odd writing; self-consistency of the files, not accuracy."""

import random
from collections.abc import Iterator

from tests.benchmarks.normalisation import oddly

OFFER = {
    "": "{} 1 kg, fentanyl precursor price, factory stock",
    "en": "{} powder 1 kg, fentanyl precursor price, factory stock",
    "zh": "现货供应{} 芬太尼前体 化工 粉末 价格",
    "es": "{} en polvo, precursores de fentanilo, precio",
    "ru": "{} порошок, прекурсоры фентанила, цена",
}


def measure() -> Iterator[str]:
    """Per language of the lexicon: forms found as written, and Latin names of eight letters or more found in odd writing."""
    from nlp.lexicon import load_lexicons
    from nlp.match import find_flags

    lexicons, draw = load_lexicons(), random.Random(2)
    for language in ("", "en", "zh", "es", "ru"):
        forms = [(entry, form) for entry in lexicons.entries.values() if lexicons.languages[entry.id] == language for form in entry.forms]
        found = sum(any(flag.id == entry.id for flag in find_flags(OFFER[language].format(form), None, lexicons)) for entry, form in forms)
        latin = [(entry, form) for entry, form in forms if form.isascii() and form.isalpha() and len(form) >= 8]
        odd = sum(
            any(flag.id == entry.id for flag in find_flags(OFFER[language].format(oddly(draw, form)), None, lexicons))
            for entry, form in latin
        )
        yield f"{language or 'names of substances'}: {found}/{len(forms)} forms found" + (
            f", {odd}/{len(latin)} in odd writing" if latin else ""
        )
