"""Places found again in a text that changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.explain import anchor
from nlp.where import QUOTE_MAX, Where, text_place

OLD = "Free samples. Order 4-AP today. Ask for 4-AP in bulk. Contact us."


@pytest.mark.parametrize(
    ("new", "state", "span"),
    [
        (OLD, "exact", (40, 44)),
        ("New! " + OLD, "moved", (45, 49)),
        ("Ask for 4-AP in bulk.", "moved", (8, 12)),
        ("Order 4-AP today. Ask for 4-AP in bulk.", "moved", (26, 30)),
        ("Order 4AP today.", "lost", None),
        ("", "lost", None),
    ],
)
def test_a_quote_is_found_by_its_surroundings(new: str, state: str, span: tuple[int, int] | None) -> None:
    found = anchor(text_place(OLD, 40, 44), new)
    assert found.state == state
    assert (found.start, found.end) == (span or (None, None))


def test_a_cut_quote_keeps_the_length_of_its_finding() -> None:
    text = "x" * 10 + "a" * (QUOTE_MAX + 50) + "y"
    where = text_place(text, 10, 10 + QUOTE_MAX + 50)
    assert anchor(where, "12" + text) == ("moved", 12, 12 + QUOTE_MAX + 50)


def test_a_place_without_a_quote_is_lost() -> None:
    assert anchor(Where("body"), OLD).state == "lost"


@given(st.text(max_size=60), st.text(min_size=1, max_size=10), st.text(max_size=60), st.text(max_size=20))
def test_text_before_only_moves_a_place(before: str, quote: str, after: str, more: str) -> None:
    text = before + quote + after
    where = text_place(text, len(before), len(before) + len(quote))
    assert anchor(where, text) == ("exact", len(before), len(before) + len(quote))
    found = anchor(where, more + text)
    assert found.start is not None
    assert (more + text)[found.start : found.end] == quote
