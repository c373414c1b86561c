"""Where the words of a search stand in a text, as its reader counts; and the wordings of listings as vectors."""

from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from indexer.found import answer, with_highlights
from indexer.highlight import highlights, marks, snippet
from indexer.search_text import phrases
from indexer.sqlite_store import SqliteStore
from indexer.store import Document, StoreError
from indexer.vectors import DIMENSIONS, comparable, is_packed, pack, unpack
from indexer.wordings import with_vectors, worded_like


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Research Chemicals, research chemicals!", "research chemicals", ["Research Chemicals", "research chemicals"]),
        ("stealth-shipping to EU", "stealth shipping", ["stealth-shipping"]),
        ("stealth-shipping to EU", "shipping", ["shipping"]),
        ("研究化学品 供应商，现货", "化学", ["化学"]),
        ("研究化学品 供应商，现货", "供应商 现货", ["供应商，现货"]),
        ("РЕАГЕНТ для, Реагента", "реагент", ["РЕАГЕНТ"]),
        ("объём 5 кг", "объем", ["объём"]),
        ("cafe\u0301s and cafés", "CAFES", ["cafe\u0301s", "cafés"]),
        ("ＦＵＬＬ ｗｉｄｔｈ ①", "full width 1", ["ＦＵＬＬ ｗｉｄｔｈ ①"]),
        ("ﬁne ﬁsh", "fish", ["ﬁsh"]),
        ("4-AP, 4-AP", '"4-AP"', ["4-AP", "4-AP"]),
        ("aba aba aba", "aba aba", ["aba aba aba"]),  # overlapping places are one
        ("silent tiger jumps", '"tiger jumps" "silent"', ["silent", "tiger jumps"]),
        ("a tiger", "lion", []),
        ("", "lion", []),
    ],
)
def test_words_are_marked_where_they_stand(text: str, query: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in marks(text, phrases(query))] == found


def test_letters_that_only_together_make_one_mark_their_whole_run() -> None:
    text = "Preis 한국 xy"  # jamo that NFKC joins across characters
    assert [text[start:end] for start, end in marks(text, phrases("한국"))] == ["한국"]


def test_a_document_is_marked_in_the_fields_that_the_search_looks_through() -> None:
    listing: Document = {"id": "l", "title": "Silent tiger", "description": "no tigers; a Tiger", "url": "https://tiger.example/"}
    assert highlights("listing", listing, phrases("tiger")) == {"title": [(7, 12)], "description": [(13, 18)]}
    marked = with_highlights("listing", listing, "tiger")
    assert (marked["highlights"], marked["found"]) == ({"title": [[7, 12]], "description": [[13, 18]]}, "Silent «tiger»")
    assert with_highlights("listing", listing, "lion")["found"] is None


def test_a_snippet_shows_the_words_around() -> None:
    text = "x" * 100 + " here " + "y" * 100
    assert snippet(text, [(101, 105)]) == "…" + "x" * 39 + " «here» " + "y" * 39 + "…"


def test_vectors_are_kept_as_float_32_and_come_back() -> None:
    assert (pack([1.0, -2.0]), unpack("AACAPwAAAMA=")) == ("AACAPwAAAMA=", (1.0, -2.0))
    assert [is_packed(value) for value in ("AACAPwAAAMA=", "", "AACA", "x y", None, "AAAAAA==", pack([0.0, 1e-30]))] == [
        True,
        False,
        False,
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("vector", [[], [0.0, 0.0], [float("nan")], [float("inf")], [1e39], [1.0] * (DIMENSIONS + 1)])
def test_a_vector_that_has_no_direction_is_refused(vector: list[float]) -> None:
    with pytest.raises(ValueError, match="1 to 512 finite numbers"):
        pack(vector)
    with pytest.raises(StoreError, match="1 to 512 finite numbers"):
        comparable(vector)


class Letters:
    """An encoder of one number a letter; counts what it was asked."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> list[list[float]]:
        """How often a to z stand in each text."""
        self.asked += texts
        return [[float(text.lower().count(letter)) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts]


def test_a_listing_gets_a_vector_once_and_a_new_one_when_its_wording_or_the_model_changes(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    store.init()
    one, two, three = (
        {"id": key, "kind": "listing", "sequence": 1, "withdrawn": False, "title": title}
        for key, title in (("1", "pure tiger"), ("2", "purer tigers"), ("3", "研究"))
    )
    first = Letters("m1")
    made = with_vectors(store, [one, two, three], first)
    assert first.asked == ["pure tiger", "purer tigers", "研究"]
    assert [one.get("vector_model") for one in made] == ["m1", "m1", None]  # no letter at all: no direction
    store.put("listing", made)
    again = Letters("m1")
    kept = with_vectors(store, [one, two | {"title": "lions"}, three], again)
    assert (again.asked, kept[0]["vector"]) == (["lions", "研究"], made[0]["vector"])
    assert [one.get("vector_model") for one in with_vectors(store, [one, two | {"title": "lions"}, three], None)] == ["m1", None, None]
    newer = Letters("m2")
    assert [one.get("vector_model") for one in with_vectors(store, [one], newer)] == ["m2"]

    assert [found.document["id"] for found in worded_like(store, "1")] == ["2"]
    assert [found["id"] for found in answer(store, "listing", "", {}, 5, "2")] == ["1"]
    for key, words in (("3", "has no vector"), ("9", "is not in the store")):
        with pytest.raises(ConfigError, match=words):
            worded_like(store, key)
    store.close()
