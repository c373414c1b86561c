"""Search text: the tokens both stores see."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.search_text import phrases, search_text
from indexer.sqlite_schema import all_tables


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Research CHEMICALS", "research chemicals"),
        ("  a\t\nb\u00a0c ", "a b c"),
        ("4-AP, CAS 79099-07-3.", "4 ap cas 79099 07 3"),
        ("snake_case", "snake case"),
        ("研究化学品", "研 究 化 学 品"),
        ("买ABC酸123g", "买 abc 酸 123g"),
        ("𠀀㐀々〇", "𠀀 㐀 々 〇"),  # outside the main block, and the two signs written like characters
        ("カタカナ", "カタカナ"),
        ("한국어", "한국어"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"),
        ("ﬁne ① ½ ℡", "fine 1 1 2 tel"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("ПРИВЕТ ёлка Йод", "привет елка иод"),
        ("café cafe\u0301", "cafe cafe"),
        ("İstanbul", "istanbul"),
        ("fen\u200btanyl", "fen tanyl"),  # zero width: neither letter nor digit
        ("x²", "x2"),
        ("🐯 tiger 🐯", "tiger"),
        ("…—!", ""),
        ("", ""),
        ("\u0301\u0301", ""),
        ("\ud800a", "a"),
    ],
)
def test_a_text_gives_these_tokens(text: str, tokens: str) -> None:
    assert search_text(text) == tokens


def test_a_token_longer_than_lucene_keeps_whole_is_cut_for_both_stores() -> None:
    assert [len(token) for token in search_text("x" * 300).split()] == [127, 127, 46]


def test_parts_of_a_list_are_kept_apart_by_a_token_no_query_has() -> None:
    assert search_text(["Green door", "", "red"]) == "green door \ue000  \ue000 red"
    assert search_text("\ue000") == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("free Shipping", ("free shipping",)),
        ('"free shipping" 4-AP', ("free shipping", "4 ap")),
        ('a "b c" d e "b c"', ("a", "b c", "d e")),
        ("“研究” «化学»", ("研 究", "化 学")),
        ('open "quote', ("open", "quote")),
        ('"" … ""', ()),
    ],
)
def test_a_query_gives_these_phrases(query: str, expected: tuple[str, ...]) -> None:
    assert phrases(query) == expected


@given(st.text())
def test_search_text_of_search_text_is_itself(text: str) -> None:
    assert search_text(search_text(text)) == search_text(text)


@given(st.text(), st.text())
def test_texts_side_by_side_give_the_tokens_of_both(left: str, right: str) -> None:
    assert search_text(f"{left} {right}").split() == search_text(left).split() + search_text(right).split()


def test_sqlite_keeps_every_token_of_every_character_as_it_is() -> None:
    table = next(sql for sql in all_tables() if '"finding_text"' in sql)
    tokens = sorted({token for number in range(0x110000) for token in search_text(chr(number)).split()} | {"\ue000"})
    database = sqlite3.connect(":memory:")
    database.execute(table)
    database.execute("CREATE VIRTUAL TABLE seen USING fts5vocab('finding_text', 'instance')")
    database.executemany("INSERT INTO finding_text (rowid, text) VALUES (?, ?)", enumerate(tokens))
    seen = database.execute("SELECT doc, term FROM seen ORDER BY doc, offset").fetchall()
    database.close()
    assert len(tokens) > 190_000
    assert [(number, term) for number, term in seen if tokens[number] != term] == []
    assert len(seen) == len(tokens)
