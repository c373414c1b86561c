"""Links that people read but cannot click."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.defang import defang, defang_parts
from indexer.plain_text import likely, look_alikes, share, shown, shown_quote, shown_time

TABLE = [
    ("https://shop.example/a?b=http://x.test/c", "hxxps://shop[.]example/a?b=hxxp://x[.]test/c"),
    ("HTTP://SHOP.EXAMPLE", "HXXP://SHOP[.]EXAMPLE"),
    ("write bob.smith@shop.example now", "write bob[.]smith[@]shop[.]example now"),
    ("https://user@192.0.2.4:8080/x", "hxxps://user[@]192[.]0[.]2[.]4:8080/x"),
    ("192.0.2.4", "192[.]0[.]2[.]4"),
    ("http://a.1.b.example", "hxxp://a[.]1[.]b[.]example"),
    ("https://[::1]/", "hxxps://[::1]/"),
    ("tg://resolve?domain=greendoor", "tg[:]//resolve?domain=greendoor"),
    ("t.me/greendoor24", "t[.]me/greendoor24"),
    ("www.shop.example.", "www[.]shop[.]example."),
    ("请联系shop.example吧", "请联系shop[.]example吧"),
    ("商店.中国", "商店[.]中国"),
    ("shop.xn--fiqs8s", "shop[.]xn--fiqs8s"),
    ("shop[.]example and more.example", "shop[.]example and more[.]example"),
    # Near misses: nothing here is an address.
    ("purity 99.5% per 1.5 kg, 1200.50 USD", "purity 99.5% per 1.5 kg, 1200.50 USD"),
    ("CAS 125541-22-2, ask @greendoor24", "CAS 125541-22-2, ask @greendoor24"),
    ("One. Two.", "One. Two."),
    ("at 12:30 // room 4", "at 12:30 // room 4"),
    ("version 1.2.3.4.5", "version 1.2.3.4.5"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_addresses_are_broken_and_nothing_else(text, expected):
    assert defang(text) == expected
    assert defang(expected) == expected


@given(st.text(st.sampled_from("ahtps:/.@[]1-_ \n中%+"), max_size=60))
def test_a_second_pass_changes_nothing_and_no_web_address_is_left(text):
    once = defang(text)
    assert defang(once) == once
    assert not re.search(r"https?://", once)


@pytest.mark.parametrize("size", [200_000])
@pytest.mark.parametrize("unit", ["a", "a.", "a@", "://", "1.", "http", "-", "//"])
def test_long_hostile_text_takes_no_long_time(unit, size):
    # Quadratic matching would take minutes here; the suite has no clock of its own, so a hang is the failure.
    assert len(defang(unit * (size // len(unit)))) >= size - len(unit)


def test_a_host_cut_by_a_highlight_is_broken_all_the_same():
    assert defang_parts("go to shop", ".exam", "ple now") == ("go to shop", "[.]exam", "ple now")
    assert shown_quote("see http", "://sh", "op.example") == ("see hxxp", "://sh", "op[.]example")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\x00c\u2028d", "a b�c d"),
        ("fent\u200banyl", "fent[U+200B]anyl"),
        ("abc\u202egpj.exe", "abc[U+202E]gpj[.]exe"),
        ("\ud800", "[U+D800]"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_shown_text_is_one_line_with_nothing_hidden(text, expected):
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("probability", "words"), [(0.95, "very likely (0.95)"), (0.9, "likely (0.90)"), (0.5, "possible (0.50)"), (0.1, "unlikely (0.10)")]
)
def test_a_probability_reads_as_a_word_and_its_figure(probability, words):
    assert likely(probability) == words
    assert likely(None) == "not judged"


@pytest.mark.parametrize(
    ("part", "words"), [(1, "1.00"), (0.9999, "above 0.99"), (0.995, "above 0.99"), (0.994, "0.99"), (0.5, "0.50"), (0, "0.00"), (None, "")]
)
def test_nothing_short_of_certain_reads_as_certain(part, words):
    assert share(part) == words


@pytest.mark.parametrize(
    ("words", "strange"),
    [
        ("4-рiperidone", "р (U+0440)"),
        ("fеntαnyl е", "е (U+0435), α (U+03B1)"),
        ("4-piperidone", ""),
        ("4-哌啶酮", ""),
        ("пиперидон", ""),  # a Russian word, no disguise
    ],
)
def test_look_alike_letters_are_named(words, strange):
    assert look_alikes(words) == strange


def test_a_time_reads_without_letters_of_the_format():
    assert shown_time("2026-03-01T12:05:00Z") == "2026-03-01 12:05 UTC"
