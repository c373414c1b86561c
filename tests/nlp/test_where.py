"""Places as JSON."""

from nlp.where import Where, text_place


def test_text_places_quote_and_remember_their_surroundings() -> None:
    where = text_place("a" * 40 + "quote" + "b" * 40, 40, 45, capture_id="cap_1", storefront="a.example")
    assert where.as_json() == {"in": "text", "start": 40, "end": 45, "quote": "quote", "before": "a" * 32, "after": "b" * 32}


def test_a_long_quote_is_cut_at_its_end() -> None:
    where = text_place("x" * 500, 0, 300)
    assert (where.start, where.end, len(where.quote or "")) == (0, 300, 200)


def test_unused_keys_are_absent() -> None:
    assert Where("header", name="Server").as_json() == {"in": "header", "name": "Server"}
    assert Where("json", path="script", pointer="").as_json() == {"in": "json", "path": "script", "pointer": ""}
