"""Clusters: what joins, what the brake cuts, what judgements keep apart, and which id a cluster keeps."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.network.assignments import Assignment, assign_ids, growing
from indexer.network.cluster import clusters
from indexer.network.identifiers import Identifier
from indexer.network.judgements import Judgement, settled
from indexer.network.link import link
from indexer.network.union_find import UnionFind

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def table(text: str) -> list[Identifier]:
    """`w: a b c; p: c d` → wallets w on a, b, c and p on c, d; among forty others."""
    rows = [Identifier(f"lone{n}", "phone", f"own{n}") for n in range(40)]
    for part in text.split(";"):
        value, names = part.split(":")
        rows += [Identifier(name, "wallet", value.strip()) for name in names.split()]
    return rows


def parts(text: str, *judgements: Judgement) -> list[str]:
    """The clusters of two or more, as words."""
    return [" ".join(part) for part in clusters(link(table(text), judgements)) if len(part) > 1]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("v: a b c", ["a b c"]),
        ("v: a b; w: b c; x: c d", ["a b c d"]),  # a chain, but no cut leaves three on both sides
        # b alone shows both values that hold the threes together: it stays with one of them
        ("v: a b c d; w: d e f g", ["a b c", "d e f g"]),
        ("v: a b c d; w: d e f g; x: a g", ["a b c d e f g"]),  # a second way round
        ("v: a b c; w: d e f; x: c d; y: b e", ["a b c d e f"]),  # two values between the threes
        ("v: a b c; w: d e f; x: c d", ["a b c", "d e f"]),
        ("v: a b c; w: d e; x: c d", ["a b c d e"]),  # five: no three on both sides
        ("v: a b c d e f", ["a b c d e f"]),  # one value on six shops is no bridge
    ],
)
def test_one_value_on_one_storefront_never_holds_two_threes_together(rows: str, expected: list[str]) -> None:
    assert parts(rows) == expected


def test_a_judgement_same_holds_what_the_brake_would_cut() -> None:
    rows = "v: a b c d; w: d e f g"
    assert parts(rows, Judgement("a", "g", "same")) == ["a b c d e f g"]


def test_storefronts_judged_different_never_share_a_cluster() -> None:
    assert parts("v: a b; w: b c", Judgement("a", "c", "different")) == ["a b"]
    # judged pairs come before evidence, whatever its strength
    assert parts("v: a b; w: b c", Judgement("a", "c", "different"), Judgement("b", "c", "same")) == ["b c"]


def test_contradicting_judgements_keep_apart_what_is_called_different() -> None:
    same, other = Judgement("a", "b", "same"), Judgement("b", "c", "same")
    rows = "v: z y; q: a; r: b; s: c"
    for order in ([same, other, Judgement("c", "a", "different")], [Judgement("c", "a", "different"), other, same]):
        assert parts(rows, *order) == ["a b", "y z"]


@pytest.mark.parametrize(
    ("judgements", "verdict"),
    [
        ([Judgement("a", "b", "same", DAY), Judgement("b", "a", "different", DAY + timedelta(1))], "different"),
        ([Judgement("b", "a", "different", DAY), Judgement("a", "b", "same", DAY + timedelta(1))], "same"),
        ([Judgement("a", "b", "same", DAY), Judgement("a", "b", "different", DAY)], "different"),
        ([Judgement("a", "b", "same"), Judgement("a", "b", "different")], "different"),
        ([Judgement("a", "b", "different"), Judgement("a", "b", "same", DAY)], "same"),
    ],
)
def test_the_latest_judgement_stands_and_different_wins_a_tie(judgements: list[Judgement], verdict: str) -> None:
    for order in (judgements, judgements[::-1]):
        assert {pair: one.verdict for pair, one in settled(order).items()} == {("a", "b"): verdict}


def test_another_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match="verdict 'maybe' on a and b"):
        settled([Judgement("a", "b", "maybe")])


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=12), st.randoms(use_true_random=False))
def test_sets_do_not_depend_on_the_order_of_unions(joins: list[tuple[str, str]], random: object) -> None:
    def joined(order: list[tuple[str, str]]) -> list[tuple[str, ...]]:
        sets = UnionFind("abcdefgh")
        for one, other in order:
            sets.union(one, other)
        assert all(sets.find(name) == min(sets.members(name)) for name in "abcdefgh")
        return list(sets.partition())

    shuffled = list(joins)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert joined(shuffled) == joined(joins)


def ids(assigned: tuple[Assignment, ...]) -> dict[str, str]:
    return {"".join(one.members): one.cluster for one in assigned}


def grown(*steps: str) -> tuple[dict[str, str], list[Assignment]]:
    """The ids after partitions such as `ab c` came one after another, and every record kept."""
    history: list[Assignment] = []
    assigned: tuple[Assignment, ...] = ()
    for day, step in enumerate(steps):
        assigned = assign_ids([tuple(part) for part in step.split()], history, DAY + timedelta(day))
        history += [one for one in assigned if one not in history]
    return ids(assigned), history


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (["ab c"], {"ab": "a~1", "c": "c~1"}),
        (["bc", "abc"], {"abc": "b~1"}),  # named at birth: a smaller newcomer changes nothing
        (["ab cde", "abcde"], {"abcde": "c~1"}),  # the larger share keeps its id
        (["ab cd", "abcd"], {"abcd": "a~1"}),  # a tie: the smaller id
        (["abcde", "ab cde"], {"ab": "a~2", "cde": "a~1"}),  # the larger part keeps it, the other is born with the next number
        (["abcde", "abcd e", "abcde"], {"abcde": "a~1"}),
        (["abc", "a bc", "abc"], {"abc": "a~1"}),
        (["ab c", "a bc"], {"a": "a~1", "bc": "c~1"}),
        (["ab", "a b", "ab", "a b"], {"a": "a~1", "b": "b~2"}),  # an id is assigned once, never again
    ],
)
def test_a_cluster_keeps_its_id_by_largest_overlap(steps: list[str], expected: dict[str, str]) -> None:
    assert grown(*steps)[0] == expected


def test_records_name_where_members_came_from_and_a_rebuild_adds_none() -> None:
    now, history = grown("ab cde", "abcde")
    assert [(one.cluster, "".join(one.members), one.previous) for one in history] == [
        ("a~1", "ab", ()),
        ("c~1", "cde", ()),
        ("c~1", "abcde", ("a~1",)),
    ]
    again = assign_ids([tuple("abcde")], history[::-1], DAY + timedelta(9))
    assert ids(again) == now
    assert all(one in history for one in again)


def test_growth_is_labelled_and_changes_no_partition() -> None:
    before, history = grown("ab cdef")
    assert before == {"ab": "a~1", "cdef": "c~1"}
    for partition, alarming in (
        ["abxyz cdef", {"a~1"}],
        ["abxy cdef", set()],
        ["ab cdefghij", set()],
        ["ab cdefghijk", {"c~1"}],
        ["ab cdef vwxyz", {"v~1"}],
    ):
        assigned = assign_ids([tuple(part) for part in str(partition).split()], history, DAY + timedelta(3))
        assert growing(assigned, history) == alarming
        assert growing(assigned, [*history, *assigned]) == alarming  # asked again once the records are kept
        assert ["".join(one.members) for one in assigned] == str(partition).split()
    assert growing(assign_ids([tuple("abcdefgh")], [], DAY), []) == frozenset()  # a first run has nothing to grow from
