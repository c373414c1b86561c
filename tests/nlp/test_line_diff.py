"""Line differences: whole, in order, longest where small, and bounded where a page wants to be slow."""

import random
import time

import pytest

from nlp.line_diff import LineDiff, line_diff


def rebuilt(a: list[str], b: list[str], found: LineDiff) -> None:
    """The hunks cover both sides wholly and in order, and what is called the same is the same."""
    at_a = at_b = 0
    for hunk in found.hunks:
        assert (hunk.a[0], hunk.b[0]) == (at_a, at_b)
        at_a, at_b = hunk.a[1], hunk.b[1]
        if hunk.same:
            assert a[slice(*hunk.a)] == b[slice(*hunk.b)] and hunk.a[0] < hunk.a[1]
        else:
            assert hunk.a != (at_a, at_a) or hunk.b != (at_b, at_b)
    assert (at_a, at_b) == (len(a), len(b))


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("", "", 0),
        ("abc", "abc", 3),
        ("", "abc", 0),
        ("abc", "", 0),
        ("abc", "xyz", 0),
        ("abcdef", "abXdef", 5),
        ("abcabba", "cbabac", 4),  # the textbook example: a longest common subsequence has four
        ("aaaa", "aa", 2),
        ("xaby", "xbay", 3),
        ("abcd", "dabc", 3),
    ],
)
def test_small_texts_keep_the_longest_common_part(a: str, b: str, same: int) -> None:
    found = line_diff(list(a), list(b))
    rebuilt(list(a), list(b), found)
    assert sum(hunk.a[1] - hunk.a[0] for hunk in found.hunks if hunk.same) == same
    assert not found.bounded


def test_random_edits_of_long_texts_are_found_again() -> None:
    chance = random.Random(7)
    for size in (50, 700, 5_000):
        a = [f"line {number} {chance.randrange(size)}" for number in range(size)]
        b = [line for line in a if chance.random() > 0.02]
        for _ in range(size // 50):
            b.insert(chance.randrange(len(b)), f"new {chance.random()}")
        found = line_diff(a, b)
        rebuilt(a, b, found)
        kept = sum(hunk.a[1] - hunk.a[0] for hunk in found.hunks if hunk.same)
        assert kept == sum(line in set(a) for line in b) and not found.bounded


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (["x"] * 40_000, ["y"] * 40_000),
        (["x", "y"] * 20_000, ["y", "y", "x"] * 13_000),
        ([str(n % 200) for n in range(30_000)], [str(n * 7 % 200) for n in range(30_000)]),
        ([str(n) for n in range(30_000)], [str(n) for n in range(30_000, 0, -1)]),
        ([f"{n // 2}" for n in range(20_000)], [f"{n // 2}" for n in range(20_000, 0, -1)]),
    ],
    ids=["nothing in common", "two lines", "two hundred lines", "reversed", "pairs reversed"],
)
def test_a_hostile_page_cannot_make_it_slow(a: list[str], b: list[str]) -> None:
    began = time.process_time()
    found = line_diff(a, b)
    assert time.process_time() - began < 10
    rebuilt(a, b, found)
