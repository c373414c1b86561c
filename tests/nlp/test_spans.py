"""Drug terms in free English text: exact places, silence where it is not free English talk, and what the shipped pipeline may hold."""

import json
import subprocess
import sys
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
import spacy

from nlp.analyse_text import analyse_text
from nlp.findings import Flag
from nlp.lexicon import load_lexicons
from nlp.spans import CATEGORY, PIECE, drug_spans, find_drug_terms, model_name, reads_like_a_forum, without_hidden
from nlp.where import text_place

MODEL = Path(str(files("lexicons").joinpath("models", "drug_terms")))


def term(text: str, start: int, end: int) -> Flag:
    """A flag of the lexicon at that place."""
    return Flag("term", "known", "known", "coded", None, text[start:end], 0.5, obfuscated=False, where=text_place(text, start, end))


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("I took some oxycodone and a xanax last night lol", ["oxycodone", "xanax"]),
        ("my doc gave me hydrocodone but I wanted morphine", ["hydrocodone", "morphine"]),
        ("she's been on methadone for years, never touched heroin again", ["methadone", "heroin"]),
        ("I never did any dope before I met him", ["dope"]),
        ("I took my dog to the park and we had a beer garden lunch", []),
        ("lol that movie was so bad, I left after ten minutes", []),
        ("", []),
    ],
)
def test_drugs_are_found_by_how_they_are_spoken_of(text: str, spans: list[str]) -> None:
    found = [text[start:end] for start, end in drug_spans(text, "en")]
    assert [span for span in found if span != "beer"] == spans


def test_places_are_code_points_of_the_text_as_given() -> None:
    text = "😀😀 l\u0308ol\u200b, I took some oxycodone\r\nlast night"
    (flag,) = find_drug_terms(text, "en")
    assert (flag.kind, flag.category, flag.text, flag.term) == ("term", CATEGORY, "oxycodone", "oxycodone")
    assert (flag.where.start, flag.where.end) == (text.index("oxy"), text.index("oxy") + 9)


def test_places_hold_beyond_the_first_piece_and_no_word_is_cut() -> None:
    filler = "I went to the shops and my friend came too, it was fun. "
    text = filler * (3 * PIECE // len(filler)) + "I took some oxycodone. " + filler * 5
    assert [text[start:end] for start, end in drug_spans(text, "en")] == ["oxycodone"]


def test_a_huge_text_is_read_in_bounded_part() -> None:
    text = "I took it. " * 30_000 + " oxycodone"
    assert drug_spans(text[-2_000_000:], None) == []


@pytest.mark.parametrize("language", ["es", "ru", "zh"])
def test_other_languages_are_left_alone(language: str) -> None:
    assert drug_spans("I took some oxycodone last night", language) == []


def test_a_short_text_whose_language_nobody_can_tell_is_read_when_its_letters_are_plain() -> None:
    assert drug_spans("took oxycodone lol", None) == [(5, 14)]
    assert drug_spans("принял oxycodone", None) == []


@pytest.mark.parametrize(
    ("text", "talks"),
    [
        ("I took some oxycodone last night", True),
        ("selling my leftover percs, dm me lol, I need the money", True),
        ("Is lope cardiotoxic!", True),
        ("Naloxone nasal spray. In stock, ships today. Wholesale prices for customers with a licence.", False),
        ("Our products: methadone reference standard, purity by HPLC, COA with every order.", False),
    ],
)
def test_selling_text_is_told_from_talk(text: str, talks: bool) -> None:
    assert reads_like_a_forum(text) is talks
    if not talks:
        assert find_drug_terms(text, "en") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("black tar heroin 20 dollars", True),  # nobody speaks, but heroin is heroin
        ("dope in hartford 20 dollars", True),
        ("HIFIMAN Sundara headphone, THX certified", False),
        ("Brown oak side table STOCKHOLM", False),
    ],
)
def test_where_nobody_speaks_one_term_must_be_a_drug_by_itself(text: str, found: bool) -> None:
    assert bool(drug_spans(text, "en")) is found


def test_the_lexicon_wins_a_tie_and_the_longer_span_wins() -> None:
    text = "I took some oxycodone last night"
    same, longer, shorter, apart = term(text, 12, 21), term(text, 7, 21), term(text, 12, 15), term(text, 22, 26)
    assert find_drug_terms(text, "en", [same]) == []
    assert find_drug_terms(text, "en", [longer]) == []
    found = find_drug_terms(text, "en", [shorter, apart])
    assert [flag.text for flag in found] == ["oxycodone"]
    assert without_hidden([shorter, apart], found) == [apart]


def test_flags_of_kind_term_never_overlap_and_talk_weighs_nothing_in_the_risk() -> None:
    text = "I shot fent with my brother, then some oxycodone, and he gave me heroin lol"
    analysis = analyse_text(text, "en", load_lexicons())
    spans = sorted((flag.where.start or 0, flag.where.end or 0) for flag in analysis.flags if flag.kind == "term")
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert {"oxycodone", "heroin"} <= {flag.text for flag in analysis.flags if flag.category == CATEGORY}
    bare = analyse_text("I took my oxycodone with my brother lol, it was a long day for us", "en", load_lexicons())
    assert bare.risk.band in ("low", "abstain")
    assert bare.risk.reasons == ()


def test_the_shipped_pipeline_is_small_and_holds_no_word_of_the_comments() -> None:
    assert sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file()) <= 8_000_000
    strings = set(json.loads((MODEL / "vocab" / "strings.json").read_text("utf-8")))
    assert strings - set(spacy.blank("en").vocab.strings) <= {"DRUG", "ROOT"}  # the label, and a name of spaCy's own
    assert model_name().startswith("drug_terms-1.")


def test_the_pipeline_and_spacy_are_loaded_only_when_a_text_asks() -> None:
    program = (
        "import sys\nfrom nlp.analyse_text import analyse_text\nfrom nlp.lexicon import load_lexicons\n"
        "analyse_text('Perforated steel sheet, made to measure.', 'es', load_lexicons())\nprint('spacy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "False"
