"""The table of stored fields holds together: both stores and the mappings are made from it."""

from indexer.fields import DERIVED, FAMILIES, FIELDS, MONTHLY, NAMED, SEARCHED, searched

TYPES = {"keyword", "text", "date", "integer", "double", "boolean", "ip", "decimal", "json", "vector"}


def test_every_field_has_a_known_type_and_a_path_of_its_own() -> None:
    assert {field.type for field in FIELDS.values()} == TYPES
    assert len({field.path for field in FIELDS.values()}) == len(FIELDS)


def test_no_path_runs_through_a_field() -> None:
    paths = {field.path for field in FIELDS.values()}
    inner = {path[:end] for path in paths for end, sign in enumerate(path) if sign == "."}
    assert inner & paths == set()


def test_no_field_takes_the_place_of_the_search_text() -> None:
    assert [field.name for field in FIELDS.values() if field.path.startswith("nlp.tokens")] == []


def test_every_family_has_what_its_kind_of_writing_needs() -> None:
    for family, fields in FAMILIES.items():
        names = [field.name for field in fields]
        assert len(names) == len(set(names)), family
        assert {"id", "kind"} <= set(names), family
        assert (family in MONTHLY) <= ("planned_at" in names), family
        assert (family in DERIVED) <= ({"sequence", "withdrawn"} <= set(names)), family
    assert set(MONTHLY) & set(DERIVED) == set()
    assert set(MONTHLY) | set(DERIVED) < set(FAMILIES)


def test_every_field_is_used_and_every_searched_one_is_words() -> None:
    used = {field.name for fields in FAMILIES.values() for field in fields}
    assert set(FIELDS) - used == set()
    assert {FIELDS[name].type for name in SEARCHED} == {"text"}
    assert {FIELDS[name].type for name in NAMED} == {"keyword"}


def test_a_search_looks_through_texts_where_there_are_some_and_through_names_elsewhere() -> None:
    assert searched("listing") == ("title", "description")
    assert searched("capture") == ("title", "text")
    assert searched("cluster") == ("members", "label")
    assert [family for family in FAMILIES if not searched(family)] == []
