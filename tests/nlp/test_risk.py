"""Risk: additive, explained, cautious. What is high has two reasons of different kinds."""

import math
import random
from pathlib import Path

import pytest
import yaml

from nlp.accuracy import labelled
from nlp.analyse_text import analyse_text
from nlp.cas import find_cas
from nlp.findings import Code, Contact, Flag, Payment, Risk
from nlp.language import detect_language, is_foreign
from nlp.lexicon import load_lexicons
from nlp.match import find_flags
from nlp.risk import assess
from nlp.where import Where, text_place
from tests.benchmarks.deletion import in_pages, wins

LEXICONS = load_lexicons()
MODEL = LEXICONS.risk
DATA = Path(__file__).parent / "data"
PROMISES = [row["text"] for rows in yaml.safe_load((DATA / "promises.yml").read_text(encoding="utf-8")).values() for row in rows]
BENIGN = [text for rows in yaml.safe_load((DATA / "benign.yml").read_text(encoding="utf-8")).values() for text in rows]


def risk_of(text: str) -> Risk:
    return assess(find_flags(text, None, LEXICONS), find_cas(text), (), (), detect_language(text))


def flag(kind: str, category: str, score: float = 1.0, *, obfuscated: bool = False) -> Flag:
    return Flag(kind, "x", "x", category, "npp" if kind == "term" else None, "x", score, obfuscated, text_place("x", 0, 1))


@pytest.mark.parametrize("text", BENIGN)
def test_lawful_text_is_never_high_nor_medium(text: str) -> None:
    assert risk_of(text).band in {"low", "abstain"}


def test_most_offers_with_a_promise_are_medium_or_high() -> None:
    bands = [risk_of(text).band for text in PROMISES]
    assert bands.count("high") / len(bands) >= 0.85
    assert (bands.count("high") + bands.count("medium")) / len(bands) >= 0.97


def test_an_honest_chemical_shop_is_not_high_even_with_every_precursor_on_its_list() -> None:
    text = (
        "4-ANPP, CAS 21409-26-7. N-phenethyl-4-piperidone, CAS 39742-60-4. 1-Boc-4-piperidone, CAS 79099-07-3. Piperidine, CAS 110-89-4. "
        "Sold to licence holders only; MSDS and COA with every batch, bulk price on request. Duties are paid by the buyer. "
        "Damaged goods are refunded. We ship by licensed carriers; WhatsApp for questions."
    )
    where = text_place(text, 0, 3)
    contacts = [Contact("whatsapp", "15550100", where), Contact("email", "sales@shop.example", where)]
    flags, codes = find_flags(text, "en", LEXICONS), find_cas(text)
    assert assess(flags, codes, (), (), "en").band == "low"
    assert assess(flags, codes, contacts, (), "en").band == "medium"


def test_the_score_is_the_published_sum() -> None:
    risk = assess([flag("term", "precursor", 0.5), flag("claim", "customs", 0.5)], (), (), (), "en")
    assert {reason.id: reason.points for reason in risk.reasons} == {"controlled_precursor": 1.2, "customs_promise": 1.2}
    assert risk.score == pytest.approx(1 / (1 + math.exp(-(-3.3 + 1.2 + 1.2))), abs=1e-4)
    assert risk.band == "low"


def test_a_rule_counts_its_strongest_finding_once_and_names_every_place() -> None:
    one, two = flag("claim", "customs", 0.4), flag("claim", "reship", 0.9)
    (reason,) = assess([one, two], (), (), (), "en").reasons
    assert reason.points == pytest.approx(2.16)
    assert reason.places == (one.where, two.where)


def test_high_needs_two_reasons_of_different_kinds() -> None:
    strong = [flag("term", "precursor"), flag("term", "drug"), flag("pair", "pair")]
    alone = assess(strong, (), (), (), "en")
    assert alone.score is not None
    assert alone.score > MODEL.high
    assert alone.band == "medium"
    assert assess([*strong, flag("claim", "customs")], (), (), (), "en").band == "high"


def test_more_evidence_never_lowers_the_score() -> None:
    flags: list[Flag] = []
    before = 0.0
    for more in [flag("term", "precursor"), flag("claim", "customs"), flag("mismatch", "identity"), flag("term", "coded", obfuscated=True)]:
        flags.append(more)
        score = assess(flags, (), (), (), "en").score
        assert score is not None
        assert score > before
        before = score


@pytest.mark.parametrize(("language", "flags"), [("fr", [flag("term", "precursor")]), (None, []), ("en", [])])
def test_it_abstains_outside_its_languages_and_with_nothing_to_judge(language: str | None, flags: list[Flag]) -> None:
    assert assess(flags, (), (), (), language) == Risk(None, "abstain", ())


@pytest.mark.parametrize(
    "text",
    [
        "Wir liefern N-Phenethyl-4-piperidon, CAS 39742-60-4, in alle Länder. Sie geht garantiert durch den Zoll, sonst noch einmal.",
        "Nous vendons du NPP, CAS 39742-60-4, livraison garantie. Passage en douane assuré, renvoi gratuit en cas de saisie du colis.",
        "NPP、CAS 39742-60-4を販売しています。税関通過を保証し、差し押さえの場合は無料で再送します。全国へ発送いたします。",
    ],
)
def test_a_text_surely_in_another_language_is_flagged_and_not_judged(text: str) -> None:
    found = analyse_text(text, None, LEXICONS)
    assert found.flags
    assert (found.language, found.risk.score, found.risk.band) == (None, None, "abstain")


@pytest.mark.parametrize("language", ["en", "es", "ru", "zh"])
def test_none_of_our_own_texts_counts_as_foreign(language: str) -> None:
    assert [one.text for one in labelled()[language] if is_foreign(one.text)] == []


def test_names_alone_are_no_foreign_language() -> None:
    names = "N-Phenethyl-4-piperidone 1-boc-4-piperidone tert-butyl 4-anilinopiperidine-1-carboxylate norfentanyl 4-anilinopiperidine"
    assert not is_foreign(names)
    assert analyse_text(names, None, LEXICONS).risk.score is not None


@pytest.mark.parametrize("language", ["en", "es", "ru", "zh"])
def test_the_cited_words_matter_more_than_others(language: str) -> None:
    draw = random.Random(3)
    told = [win for text in in_pages(language)[::6] for win in wins(text, language, draw, 2)]
    assert len(told) > 40
    assert sum(told) / len(told) >= 0.95 - 1.96 * math.sqrt(0.95 * 0.05 / len(told))  # a sample of what the benchmark draws
    outside = [win for text in in_pages(language)[::12] for win in wins(text, language, draw, 1, outside=True)]
    assert all(outside)


def test_a_title_of_numbers_is_judged_although_it_has_no_language() -> None:
    risk = assess(find_flags("39742-60-4 100% pass customs", None, LEXICONS), (), (), (), None)
    assert risk.band == "high"


def test_messengers_and_coins_count_and_an_iban_does_not() -> None:
    where = Where("body")
    bare = assess([flag("term", "precursor")], (), (), (), "en").score
    messenger = assess([flag("term", "precursor")], (), [Contact("telegram", "x", where)], (), "en").score
    coin = assess([flag("term", "precursor")], (), (), [Payment("bitcoin", "x", where)], "en").score
    iban = assess([flag("term", "precursor")], (), (), [Payment("iban", "x", where)], "en").score
    assert bare is not None
    assert messenger is not None
    assert coin is not None
    assert iban == bare < messenger < coin


def test_a_score_says_what_it_was_calibrated_on_and_an_abstention_says_nothing() -> None:
    assert assess([flag("term", "precursor")], (), (), (), "en").calibrated_on == MODEL.calibrated_on
    assert assess([flag("term", "precursor")], (), (), (), "fr").calibrated_on == ""
    other = MODEL.model_copy(update={"base": 0.0, "calibrated_on": "three verdicts"})
    assert assess([], [Code("cas", "67-64-1", Where("body"))], (), (), "en", model=other) == Risk(0.5, "medium", (), "three verdicts")


def test_the_file_says_what_it_was_calibrated_on() -> None:
    assert "invented" in MODEL.calibrated_on
    assert all(rule.meaning for rule in MODEL.rules)
