"""A text alone, without page or visit: `analyse --text`."""

from dataclasses import dataclass

from nlp.cas import find_cas
from nlp.encode import Encoder
from nlp.extract import extract_all
from nlp.findings import Code, Contact, Flag, Payment, Risk
from nlp.language import detect_language, is_foreign
from nlp.lexicon import Lexicons
from nlp.match import find_flags
from nlp.paraphrase import find_paraphrases
from nlp.parse import ParsedPage
from nlp.report_json import contact_json, flag_json, risk_json
from nlp.risk import FOREIGN, assess
from nlp.spans import find_drug_terms, without_hidden


@dataclass(frozen=True, slots=True)
class TextAnalysis:
    """What one text says; spans are code points of the text as given."""

    language: str | None
    flags: tuple[Flag, ...]
    codes: tuple[Code, ...]
    contacts: tuple[Contact, ...]
    payments: tuple[Payment, ...]
    risk: Risk


def analyse_text(text: str, lang: str | None, lexicons: Lexicons, encoder: Encoder | None = None) -> TextAnalysis:
    """Flags, codes, contacts, payments and risk of a text; `lang` overrides the detected language. English that reads like a forum gets
    drug-term flags from the trained pipeline beside the lexicon's; with an encoder, sentences like a promise get `<claim>-like` flags."""
    language = lang or detect_language(text)
    named, codes = find_flags(text, language, lexicons), find_cas(text)
    found = list(extract_all(ParsedPage.of_text(text), "page"))
    contacts = tuple(finding for finding in found if isinstance(finding, Contact))
    payments = tuple(finding for finding in found if isinstance(finding, Payment))
    offers = [*named, *(find_paraphrases(text, language, named, lexicons, encoder) if encoder else ())]
    talk = find_drug_terms(text, language, named)
    flags = sorted(
        [*without_hidden(offers, talk), *talk], key=lambda flag: (flag.where.start or 0, flag.where.end or 0, flag.kind, flag.id)
    )
    # Drugs named in talk are no offer: the pipeline's spans weigh nothing in the risk.
    judged_in = language or (FOREIGN if is_foreign(text) else None)
    risk = assess(offers, codes, contacts, payments, judged_in, model=lexicons.risk)
    return TextAnalysis(language, tuple(flags), tuple(codes), contacts, payments, risk)


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
