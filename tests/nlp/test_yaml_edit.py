"""YAML written by people is changed in place: what is not named stays to the byte."""

from textwrap import dedent

import pytest
import yaml

from crawlers.errors import ConfigError
from nlp.yaml_edit import quoted, with_entry, with_values

TEXT = dedent("""\
    # top
    base: -3.3   # set by hand
    名称: "表 # 一"
    rules:
      # the first
      - {id: a, points: 2.4, cap: 2.4}
      - id: b  # second
        points: 1
        list: [x,
          y]
    # behind the rules
    last: 1
    """)


def test_values_change_and_nothing_else() -> None:
    changed = with_values(TEXT, {("base",): "-1", ("rules", 0, "cap"): "3", ("rules", 1, "points"): "7"}, "f.yml")
    assert changed == TEXT.replace("-3.3", "-1").replace("cap: 2.4", "cap: 3").replace("points: 1\n", "points: 7\n")


@pytest.mark.parametrize("key", [("nothing",), ("rules",), ("rules", 5, "cap"), ("rules", 0, "capp")])
def test_a_key_that_is_not_there_is_refused(key: tuple[str | int, ...]) -> None:
    with pytest.raises(ConfigError, match=r"f\.yml"):
        with_values(TEXT, {key: "1"}, "f.yml")


def test_an_entry_comes_behind_the_last_one_and_before_what_follows() -> None:
    added = with_entry(TEXT, "rules", "- id: c\n  points: 5", "f.yml")
    assert added == TEXT.replace("      y]\n", "      y]\n  - id: c\n    points: 5\n")
    assert [rule["id"] for rule in yaml.safe_load(added)["rules"]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("# why\nrejected: []\n", "# why\nrejected:\n  - {term: x}\n"),
        ("# why\n", "# why\nrejected:\n  - {term: x}\n"),
        ("", "rejected:\n  - {term: x}\n"),
        ("rejected: []\nafter: 1\n", "rejected:\n  - {term: x}\nafter: 1\n"),
        ("rejected:\n- {term: a}", "rejected:\n- {term: a}\n- {term: x}\n"),
        ("rejected:\n  - {term: a}\n\n\n# end\n", "rejected:\n  - {term: a}\n  - {term: x}\n\n\n# end\n"),
        ("rejected:\n  - term: a\n    why: >\n      long\n      words\nafter: 1\n", None),
    ],
)
def test_lists_of_every_shape_take_an_entry(text: str, whole: str | None) -> None:
    added = with_entry(text, "rejected", "- {term: x}", "f.yml")
    assert yaml.safe_load(added)["rejected"][-1] == {"term": "x"}
    if whole is not None:
        assert added == whole


def test_a_list_on_one_line_is_left_to_people() -> None:
    with pytest.raises(ConfigError, match="one entry a line"):
        with_entry("rejected: [{term: a}]\n", "rejected", "- {term: x}", "f.yml")


@pytest.mark.parametrize("words", ['a "b" c', "蓝砖", "a: b # c", "back\\slash", "x" * 300, "\u0007", ""])
def test_quoted_words_come_back(words: str) -> None:
    assert "\n" not in quoted(words)
    assert yaml.safe_load(quoted(words)) == words
