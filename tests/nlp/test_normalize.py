"""Normalisation: what is undone, what stays, and the exact way back to the original."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.clean import clean, code_text, folded
from nlp.lexicon import load_lexicons
from nlp.normalize import normalise

LEXICONS = load_lexicons()
# Characters that have broken normalisers: zero-widths, marks, jamo, ligatures, styled and look-alike letters, dashes, signs of leet.
NASTY = "aA1lIо\u200b\u00ad\u0301\u0345\u1161ﬁ㎏①²𝐈Ⅻ‑—|@$*·. -_\n\t芬太尼ſßİΣсеｎ４٣"


@pytest.mark.parametrize(
    ("written", "skeleton"),
    [
        ("FENTANYL", "fentanyl"),
        ("fent\u200bany\u00adl", "fentanyl"),  # zero-width space, soft hyphen
        ("fеntаnyl", "fentanyl"),  # Cyrillic е and а
        ("ƒentanyl", "fentanyl"),
        ("ＦＥＮＴＡＮＹＬ", "fentanyl"),
        ("𝐅𝐄𝐍𝐓𝐀𝐍𝐘𝐋", "fentanyl"),
        ("féntànyl", "fentanyl"),
        ("f3ntany1", "fentanyl"),
        ("fentanyI", "fentanyl"),  # capital I
        ("f*ntanyl", "fentanyl"),
        ("f e n t a n y l", "fentanyl"),
        ("f.e.n.t.a.n.y.l", "fentanyl"),
        ("F - 3 - n - t - a - n - y - 1", "fentanyl"),
        ("fen-ta-nyl", "fentanyl"),
        ("芬 太 尼", "芬太尼"),
        ("芬*太*尼", "芬太尼"),
        ("4‑AP", "4-ap"),  # non-breaking hyphen
        ("4–piperid0ne", "4-piperidone"),
        ("Supp0rt", "support"),
        ("0penai", "openai"),
        ("$tripe", "stripe"),
        ("adm!n", "admin"),
        ("paypa-l", "paypal"),  # one letter torn off
        ("adrnin", "admin"),  # rn draws m
        ("vvholesale", "wholesale"),
        ("custorns", "customs"),
        ("feпtaпyl", "fentanyl"),  # Cyrillic п
        ("𝟏", "l"),
        ("\U0001ccf0", "o"),  # outlined zero, newer than the Unicode of Python 3.11
        ("giΤhub", "github"),
        ("раурal", "paypal"),
        ("fentanyl\r\n\r\n  now", "fentanyl\nnow"),
    ],
)
def test_disguises_read_as_what_people_see(written: str, skeleton: str) -> None:
    assert normalise(written, LEXICONS).skeleton == skeleton


@pytest.mark.parametrize(
    ("written", "skeleton"),
    [
        ("4-AP", "4-ap"),
        ("a-AP", "a-ap"),
        ("1-boc-4-AP", "1-boc-4-ap"),
        ("H2O", "h2o"),
        ("500g", "500g"),
        ("covid19", "covid19"),
        ("mp3", "mp3"),
        ("build-2026", "build-2026"),
        ("a b c d", "a b c d"),
        ("open-source", "open-source"),
        ("modern barn, return", "modern barn, return"),
        ("savvy", "savvy"),
        ("close the clear clip", "close the clear clip"),
        ("t-shirt, x-ray, 4-vitamin-c", "t-shirt, x-ray, 4-vitamin-c"),
        ("1 kg", "1 kg"),
        ("n-boc-e", "n-boc-e"),
        ("орех", "орех"),  # a Russian word, all its letters look Latin
        ("J. P. Morgan", "j. p. morgan"),
        ("info@shop.example", "info@shop.example"),
        ("$100", "$100"),
        ("中国 北京", "中国 北京"),
        ("ガギ", "ガギ"),  # marks stay where they are letters of their own
    ],
)
def test_ordinary_writing_stays(written: str, skeleton: str) -> None:
    assert normalise(written, LEXICONS).skeleton == skeleton


def test_a_digit_behind_a_dash_never_becomes_a_letter() -> None:
    assert normalise("4-AP", LEXICONS).skeleton != normalise("a-AP", LEXICONS).skeleton


def test_spans_name_the_original_characters() -> None:
    written = "buy f\u200b3ntаnyl now"
    shown = normalise(written, LEXICONS)
    start = shown.skeleton.index("fentanyl")
    first, last = shown.span(start, start + len("fentanyl"))
    assert written[first:last] == "f\u200b3ntаnyl"
    assert shown.is_disguised(start, start + 8)
    assert not shown.is_disguised(0, 3)


def test_offsets_of_a_ligature_a_removed_and_a_joined_character() -> None:
    shown = normalise("ﬁ\u200bx", LEXICONS)
    assert (shown.skeleton, shown.origin, shown.origin_end) == ("fix", [0, 0, 2], [1, 1, 3])
    spaced = normalise("f e n t a n y l", LEXICONS)
    assert spaced.origin == [0, 2, 4, 6, 8, 10, 12, 14]


def test_full_width_and_dashes_are_no_disguise_but_look_alikes_are() -> None:
    for written, disguised in [("ＮＰＰ", False), ("4–ap", False), ("NPP", False), ("nрр", True), ("n.p.p", True)]:
        shown = normalise(written, LEXICONS)
        assert shown.is_disguised(0, len(shown.skeleton)) is disguised, written


@pytest.mark.parametrize(
    ("written", "codes"), [("２１４０９－２６－７", "21409-26-7"), ("٢١-٣", "21-3"), ("①②—③", "12-3"), ("❶❷⁻³", "12-3"), ("x²", "x2")]
)
def test_codes_read_digits_and_dashes_of_every_kind(written: str, codes: str) -> None:
    cleaned = clean(written).text
    assert code_text(cleaned).replace("⁻", "-") == codes
    assert len(code_text(cleaned)) == len(cleaned)


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from(NASTY), st.characters()), max_size=60))
def test_every_span_maps_back_in_order(written: str) -> None:
    shown = normalise(written, LEXICONS)
    origin, ends = shown.origin, shown.origin_end
    assert len(origin) == len(ends) == len(shown.skeleton)
    assert all(0 <= start < end <= len(written) for start, end in zip(origin, ends, strict=True))
    assert origin == sorted(origin)
    assert ends == sorted(ends)


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from(NASTY), st.characters()), max_size=60))
def test_a_skeleton_is_its_own_skeleton(written: str) -> None:
    once = normalise(written, LEXICONS).skeleton
    assert normalise(once, LEXICONS).skeleton == once


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=40))
def test_each_character_is_cleaned_and_folded_from_its_own_source(written: str) -> None:
    cleaned = clean(written)
    for at in range(len(cleaned.text)):
        start, end = cleaned.span(at)
        assert cleaned.text[at] in clean(written[start:end]).text
    again = folded(cleaned.text)
    assert folded(again.text).text == again.text


@pytest.mark.parametrize(
    "hostile",
    [
        "a",
        "1a",
        "a1",
        "a ",
        "a.",
        "\u200b",
        "a\u200b",
        "\u0301\u0316",
        "a\u0301\u0316",
        "芬 ",
        "𝐈",
        "о",
        "aо",
        "-",
        "aI",
        "@a",
        "*a",
        "ﷺ",
        "\n",
        "|",
        "1 ",
        "각",
        "\u1161",
    ],
)
def test_hostile_text_takes_linear_time(hostile: str) -> None:
    def took(size: int) -> float:
        text = hostile * (size // len(hostile))
        before = time.process_time()
        normalise(text, LEXICONS)
        return time.process_time() - before

    took(1000)
    assert took(100_000) < 3.0
