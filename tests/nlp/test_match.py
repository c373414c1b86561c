"""Terms and numbers in running text: found however written, in context only, never overlapping, with exact places."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.findings import Flag
from nlp.lexicon import load_lexicons
from nlp.match import find_flags

LEXICONS = load_lexicons()


def flags(text: str, kind: str | None = None) -> list[Flag]:
    return [flag for flag in find_flags(text, None, LEXICONS) if kind in (None, flag.kind)]


def terms(text: str) -> list[tuple[str, str]]:
    return [(flag.id, flag.text) for flag in flags(text, "term")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("N-Phenethyl-4-piperidone, white crystals", [("npp-name", "N-Phenethyl-4-piperidone")]),
        ("N‑phenethyl–4−piperidone", [("npp-name", "N‑phenethyl–4−piperidone")]),
        ("n-phen\u200bethyl-4-piperidone", [("npp-name", "n-phen\u200bethyl-4-piperidone")]),
        ("1-BOC-4-AP and 1-Boc-4-piperidone", [("1-boc-4-ap-name", "1-BOC-4-AP"), ("1-boc-4-piperidone-name", "1-Boc-4-piperidone")]),
        ("tert-butyl 4-oxopiperidine-1-carboxylate", [("1-boc-4-piperidone-name", "tert-butyl 4-oxopiperidine-1-carboxylate")]),
        ("4-Piperidone hydrochloride", [("4-piperidone-name", "4-Piperidone")]),
        ("propionic\nanhydride", [("propionic-anhydride-name", "propionic\nanhydride")]),
        ("F 3 N T A N Y L powder", [("fentanyl-name", "F 3 N T A N Y L")]),
        ("fеntаnyl", [("fentanyl-name", "fеntаnyl")]),
        ("carfentanil", [("fentanyl-analogue", "carfentanil")]),
        ("供应4-苯胺基-N-苯乙基哌啶现货", [("zh-anpp", "4-苯胺基-N-苯乙基哌啶")]),
        ("现货Ｎ－苯乙基－4－哌啶酮批发", [("zh-npp", "Ｎ－苯乙基－4－哌啶酮")]),
        ("去甲芬太尼与芬太尼", [("zh-norfentanyl", "去甲芬太尼"), ("zh-fentanyl", "芬太尼")]),
        ("39742-60-4 现货", [("npp-cas", "39742-60-4")]),
        ("buy 4-ANPP (21409–26–7)", [("anpp-name", "4-ANPP"), ("anpp-cas", "21409–26–7")]),
    ],
)
def test_listed_substances_are_named(text: str, found: list[tuple[str, str]]) -> None:
    assert terms(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "1-benzyl-4-piperidone",
        "N-methyl-4-piperidone, 98 %",
        "4-aminopiperidine",
        "piperidine-4-carboxylic acid",
        "2,6-dimethylpiperidine",
        "1-苄基-4-哌啶酮",
        "NPP reactor 3 delivers 900 MW at the price agreed",
        "The NPP met on Monday",
        "net primary production (NPP) of forests, order of magnitude",
        "4-AP (fampridine) for MS patients, price on request",
        "a-AP powder, bulk price",
        "CAS 50-00-0 in stock",
        "China white porcelain, wholesale price",
        "中国白酒 批发价格",
        "Fenty beauty lipstick, order now",
        "piperine from black pepper, kg price",
        "the fen tanyard in stock",
    ],
)
def test_near_misses_are_left_alone(text: str) -> None:
    assert flags(text) == []


def test_an_everyday_short_form_needs_its_context() -> None:
    assert terms("NPP") == []
    assert terms("NPP, kg price, factory stock") == [("npp-short", "NPP")]
    assert terms("4-AP in bulk, price per kg") == [("4-ap-short", "4-AP")]
    assert terms("4-AP, bulk price. Potassium channel blocker.") == []


def test_the_longest_term_wins_and_terms_never_overlap() -> None:
    assert terms("fentanyl precursors and acetyl fentanyl hydrochloride") == [
        ("fentanyl-precursor", "fentanyl precursors"),
        ("fentanyl-analogue", "acetyl fentanyl"),
    ]


def test_a_flag_says_what_was_undone_and_what_it_stands_for() -> None:
    (flag,) = flags("sells n0rfentany1 here", "term")
    assert (flag.term, flag.category, flag.substance, flag.text, flag.obfuscated) == (
        "norfentanyl",
        "precursor",
        "norfentanyl",
        "n0rfentany1",
        True,
    )
    assert (flag.where.start, flag.where.end, flag.where.before, flag.where.after) == (6, 17, "sells ", " here")
    (plain,) = flags("sells Norfentanyl here", "term")
    assert not plain.obfuscated
    assert plain.score == flag.score == 0.9


def test_a_name_deep_in_news_or_a_safety_sheet_means_less() -> None:
    (offer,) = flags("norfentanyl, 1 kg, price on request")
    (news,) = flags("The court sentenced the defendant for trafficking norfentanyl, prosecutors said, after police arrested him.")
    assert news.score == pytest.approx(offer.score * 0.4)


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Norfentanyl CAS 1609-66-5", "norfentanyl-1609-66-5"),
        ("CAS: 1609-66-5, in stock", "norfentanyl-1609-66-5"),
        ("4-piperidone monohydrate hydrochloride, CAS No. 3612-20-2", "4-piperidone-3612-20-2"),
        ("4-piperidone hydrochloride hydrate (41979-39-9)", "4-piperidone-41979-39-9"),
        ("4-anilinopiperidine CAS 79099-07-3", "name-cas-mismatch"),
        ("N-phenethyl-4-piperidone, CAS 21409-26-7", "name-cas-mismatch"),
        ("4-哌啶酮 CAS号 23056-29-3", "name-cas-mismatch"),
        ("4-ANPP CAS 21409-26-6", "cas-check-digit"),
        ("4-anilinopiperidine 99.5% purity, CAS 79099-07-3", "name-cas-mismatch"),
        ("4-anilinopiperidine\nCAS: 79099-07-3", "name-cas-mismatch"),
    ],
)
def test_names_and_numbers_that_disagree_are_flagged(text: str, id_: str) -> None:
    assert [flag.id for flag in flags(text, "mismatch")] == [id_]


@pytest.mark.parametrize(
    "text",
    [
        "Norfentanyl CAS 1609-66-1",
        "1-benzyl-4-piperidone CAS 3612-20-2",
        "4-piperidone hydrochloride CAS 41979-39-9",
        "4-piperidone monohydrate hydrochloride 40064-34-4",
        "NPP 39742-60-4, 4-AP 23056-29-3, 4-ANPP 21409-26-7, bulk price",
        "We sell 4-anilinopiperidine and NPP, CAS 39742-60-4, CAS 23056-29-3, price list",
        "4-piperidone. See also acetone, CAS 67-64-1",
        "23056-29-3 4-anilinopiperidine 79099-07-3 1-boc-4-piperidone",
        # Neighbours on a shelf: the number belongs to the next offer.
        "1-boc-4-AP, 500 g $77.70 CAS 79099-07-3, 250 g $76.00",
        "tert-butyl 4-anilinopiperidine-1-carboxylate, 100 g €39.60\n41661-47-6, 1 kg €271.20",
        "4-anilinopiperidine\n79099-07-3",
        "4-哌啶酮 ¥120 23056-29-3",
    ],
)
def test_names_and_numbers_that_agree_are_not(text: str) -> None:
    assert flags(text, "mismatch") == []


def test_a_title_of_numbers_with_a_delivery_promise_is_a_pair() -> None:
    found = flags("39742-60-4 / 79099-07-3 / 125541-22-2 100% pass customs")
    assert [flag.id for flag in found if flag.kind == "term"] == ["npp-cas", "1-boc-4-piperidone-cas", "1-boc-4-ap-cas"]
    assert {flag.id for flag in found if flag.kind != "term"} == {"customs_pass", "controlled_substance_guarantee"}


NASTY = st.sampled_from(
    [
        "fentanyl ",
        "f e n t ",
        "39742-60-4 ",
        "NPP ",
        "customs ",
        "100% ",
        "pass ",
        "芬太尼",
        "保证",
        "海关",
        "\u200b",
        "е",
        "4-",
        "-",
        "。",
        "? ",
        "\n",
        "kg price ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(NASTY, st.text(max_size=4)), max_size=14).map("".join))
def test_places_are_slices_of_the_text_and_terms_do_not_overlap(text: str) -> None:
    found = flags(text)
    for flag in found:
        assert text[flag.where.start : flag.where.end] == flag.text != ""
        assert 0 <= flag.score <= 1
    spans = [(flag.where.start or 0, flag.where.end or 0) for flag in found if flag.kind == "term"]
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "hostile",
    [
        "NPP kg price ",
        "39742-60-4 ",
        "100% pass customs. ",
        "customs ",
        "保证通关",
        "海关扣",
        "fentanyl",
        "? ",
        "no ",
        "4-",
        "\u200b",
        "芬",
    ],
)
def test_hostile_text_takes_linear_time(hostile: str) -> None:
    def took(size: int) -> float:
        before = time.process_time()
        find_flags(hostile * (size // len(hostile)), None, LEXICONS)
        return time.process_time() - before

    took(2_000)
    assert took(100_000) < 12.0
