"""Promises: found in many wordings, not in lawful text, not when negated, asked, reported or warned of."""

from pathlib import Path

import pytest
import yaml

from nlp.findings import Flag
from nlp.lexicon import load_lexicons
from nlp.match import find_flags

LEXICONS = load_lexicons()
DATA = Path(__file__).parent / "data"
PROMISES = [
    (row["claim"], row["text"]) for rows in yaml.safe_load((DATA / "promises.yml").read_text(encoding="utf-8")).values() for row in rows
]
BENIGN = [text for rows in yaml.safe_load((DATA / "benign.yml").read_text(encoding="utf-8")).values() for text in rows]


def flags(text: str) -> list[Flag]:
    return [flag for flag in find_flags(text, None, LEXICONS) if flag.kind != "term"]


def ids(text: str) -> set[str]:
    return {flag.id for flag in flags(text)}


def test_the_tables_are_as_large_as_promised() -> None:
    assert len(PROMISES) >= 120
    assert len(BENIGN) >= 80
    assert sum(any("\u4e00" <= char <= "\u9fff" for char in text) for _, text in PROMISES) >= 40


@pytest.mark.parametrize(("claim", "text"), PROMISES)
def test_promises_are_found_however_they_are_worded(claim: str, text: str) -> None:
    assert claim in ids(text)


@pytest.mark.parametrize("text", BENIGN)
def test_lawful_text_gives_no_claim_pair_or_mismatch(text: str) -> None:
    assert flags(text) == []


@pytest.mark.parametrize(
    ("promise", "not_a_promise"),
    [
        ("NPP powder. We guarantee customs clearance.", "NPP powder. We do not guarantee customs clearance."),
        ("NPP powder. We guarantee customs clearance.", "NPP powder. Customs clearance is never guaranteed."),
        ("NPP powder. We reship if it is seized.", "NPP powder. We will not reship if it is seized."),
        ("NPP powder. Seized parcels are refunded.", "NPP powder. Seized parcels are not refunded."),
        ("NPP powder. Seized parcels are refunded.", "NPP powder. There is no refund for seized parcels."),
        ("NPP powder. Parcel seized? We reship.", "NPP powder. Do you reship seized parcels? No."),
        ("NPP powder. Do you reship seized parcels? Yes.", "NPP powder. Can you reship seized parcels?"),
        ("NPP powder. What if customs takes it? We send it again.", "NPP powder. What if customs takes it? We do not send it again."),
        ("NPP粉末。被扣怎么办？我们免费补发。", "NPP粉末。被扣会补发吗？不会。"),
        ("NPP powder in stealth packaging.", "NPP powder, never in stealth packaging."),
        ("NPP powder. You have our promise it passes customs.", "Officials said the seller promised that NPP passes customs."),
        ("NPP powder. 100 % customs pass.", "Beware of sellers who offer NPP powder with 100 % customs pass."),
        ("芬太尼前体，保证通关。", "芬太尼前体，无法保证通关。"),
        ("芬太尼前体，被扣补发。", "芬太尼前体，被扣不补发。"),
        ("芬太尼前体，海关查扣全额退款。", "芬太尼前体，海关查扣不予退款。"),
        ("芬太尼前体，包清关。", "警方通报，贩卖芬太尼前体的商家承诺包清关，已被抓获。"),
    ],
)
def test_a_negated_asked_or_reported_promise_is_none(promise: str, not_a_promise: str) -> None:
    assert ids(promise) & {"customs_pass", "reship_if_seized", "refund_if_seized", "stealth_packing"}
    assert flags(not_a_promise) == []


@pytest.mark.parametrize(
    "text", ["customs", "Customs office, opening hours", "discreet packaging", "reship", "海关", "清关", "NPP powder, customs code 2933.39"]
)
def test_nouns_alone_prove_nothing(text: str) -> None:
    assert flags(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "4-piperidone, we gu4rantee that it passes cust0ms",
        "4-piperidone, we guarantее that it pаsses сustoms",
        "4-piperidone, 100% pass c u s t o m s",
        "4-piperidone, 100%\u200b pa\u200bss custo\u00adms",
        "4-piperidone, １００％ ｐａｓｓ ｃｕｓｔｏｍｓ",
    ],
)
def test_disguised_promises_are_read(text: str) -> None:
    (claim, _pair) = sorted(flags(text), key=lambda flag: flag.kind)
    assert claim.id == "customs_pass"
    assert text[claim.where.start : claim.where.end] == claim.text


def test_a_claim_cites_the_promise_not_the_page() -> None:
    text = "NPP powder, kg price. Fast answers. We guarantee that it clears customs. Write us today."
    (claim,) = [flag for flag in flags(text) if flag.kind == "claim"]
    assert claim.text == "guarantee that it clears customs"


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Research chemicals, we guarantee your parcel passes customs.", "research_chemical_guarantee"),
        ("For research use only. Seized parcels are sent again.", "research_chemical_guarantee"),
        ("科研化学品，被海关扣押免费补发。", "research_chemical_guarantee"),
        ("1-boc-4-piperidone. Double customs clearance.", "controlled_substance_guarantee"),
        ("去甲芬太尼，包清关。", "controlled_substance_guarantee"),
    ],
)
def test_substance_and_guarantee_are_one_pair(text: str, pair: str) -> None:
    (found,) = [flag for flag in flags(text) if flag.kind == "pair"]
    assert found.id == pair
    assert found.where.start == 0


def test_a_pair_needs_both_halves_close_together() -> None:
    far = "1-boc-4-piperidone." + " Nothing else." * 200 + " If customs seizes your toys we reship."
    assert [flag.kind for flag in flags(far)] == ["claim"]


@pytest.mark.parametrize(
    ("claim", "promise", "lawful"),
    [
        ("customs_pass", "Garantizamos que pasa la aduana.", "No garantizamos que pase la aduana."),
        ("reship_if_seized", "Si lo incautan, le enviamos otro paquete gratis.", "Si lo incautan, no enviamos otro paquete."),
        ("refund_if_seized", "Reembolso total si la aduana lo decomisa.", "No hay reembolso si la aduana lo decomisa."),
        ("stealth_packing", "Embalaje camuflado, etiquetado como detergente.", "Etiquetado según SGA con el nombre correcto."),
        ("no_questions", "Sin licencia y sin preguntas.", "Se necesita licencia; preguntamos por el uso."),
        ("coins_only", "Solo aceptamos bitcoin.", "No aceptamos bitcoin."),
    ],
)
def test_spanish_promises_and_their_denials(claim: str, promise: str, lawful: str) -> None:
    assert claim in ids(f"4-piperidona, 1 kg. {promise}")
    assert ids(f"4-piperidona, 1 kg. {lawful}") == set()


@pytest.mark.parametrize(
    ("claim", "promise", "lawful"),
    [
        ("customs_pass", "Гарантируем прохождение таможни.", "Прохождение таможни не гарантируем."),
        ("reship_if_seized", "Если изымут, вышлем ещё раз бесплатно.", "Если изымут, повторно не высылаем."),
        ("refund_if_seized", "При изъятии вернём деньги.", "При изъятии деньги не возвращаем."),
        ("stealth_packing", "Маскируем: этикетка стирального порошка.", "Маркировка по СГС с правильным названием."),
        ("no_questions", "Документы не нужны, вопросов не задаём.", "Нужна лицензия, спросим о назначении."),
        ("coins_only", "Принимаем только криптовалюту.", "Криптовалюту не принимаем."),
    ],
)
def test_russian_promises_and_their_denials(claim: str, promise: str, lawful: str) -> None:
    assert claim in ids(f"4-пиперидон, 1 кг. {promise}")
    assert ids(f"4-пиперидон, 1 кг. {lawful}") == set()


def test_a_rule_of_less_weight_gives_a_weaker_flag() -> None:
    text = "NPP powder. Experienced with customs, reliable."
    (weak,) = [flag for flag in flags(text) if flag.kind == "claim"]
    (firm,) = [flag for flag in flags("NPP powder. We guarantee that it clears customs.") if flag.kind == "claim"]
    assert weak.score < firm.score


def test_english_is_not_read_as_spanish() -> None:
    assert flags("1-Boc-4-piperidone. Please note that we take no liability for goods confiscated by the authorities.") == []


def test_the_promise_model_hears_what_no_rule_says_and_needs_a_listed_substance() -> None:
    sentence = "Your parcel walks in untouched, our people see to it."
    (claim,) = [flag for flag in flags(f"NPP powder, 1 kg. {sentence}") if flag.kind == "claim"]
    assert (claim.id, claim.text) == ("worded_promise", sentence)
    assert flags(f"Cotton sweater. {sentence}") == []


def test_research_wording_beside_drums_and_far_destinations() -> None:
    assert "bulk_research" in ids("NPP powder, for research use only. 200 kg drums to Mexico every week.")
    assert "bulk_research" not in ids("NPP powder, for research use only. 10 mg vials to Mexico.")
    assert "bulk_research" not in ids("Citric acid, for research use only. 200 kg drums to Mexico.")
