"""A text alone, without page or visit: `analyse --text`."""

from dataclasses import dataclass

from nlp.cas import find_cas
from nlp.extract import extract_all
from nlp.findings import Code, Contact, Flag, Payment, Risk
from nlp.language import detect_language
from nlp.lexicon import Lexicons
from nlp.match import find_flags
from nlp.parse import ParsedPage
from nlp.report_json import contact_json, flag_json, risk_json
from nlp.risk import assess


@dataclass(frozen=True, slots=True)
class TextAnalysis:
    """What one text says; spans are code points of the text as given."""

    language: str | None
    flags: tuple[Flag, ...]
    codes: tuple[Code, ...]
    contacts: tuple[Contact, ...]
    payments: tuple[Payment, ...]
    risk: Risk


def analyse_text(text: str, lang: str | None, lexicons: Lexicons) -> TextAnalysis:
    """Flags, codes, contacts, payments and risk of a text; `lang` overrides the detected language."""
    language = lang or detect_language(text)
    flags, codes = find_flags(text, language, lexicons), find_cas(text)
    found = list(extract_all(ParsedPage.of_text(text), "page"))
    contacts = tuple(finding for finding in found if isinstance(finding, Contact))
    payments = tuple(finding for finding in found if isinstance(finding, Payment))
    return TextAnalysis(language, tuple(flags), tuple(codes), contacts, payments, assess(flags, codes, contacts, payments, language))


def text_json(key: object, analysis: TextAnalysis) -> dict[str, object]:
    """The output line of `analyse --text` for the text with this id."""
    return {
        "id": key,
        "language": analysis.language,
        "flags": [flag_json(flag) for flag in analysis.flags],
        "codes": [contact_json(code) for code in analysis.codes],
        "contacts": [contact_json(contact) for contact in analysis.contacts],
        "payments": [contact_json(payment) for payment in analysis.payments],
        "risk": risk_json(analysis.risk),
    }
