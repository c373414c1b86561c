"""Successors: whose place a newcomer takes, from looks that carry identifiers."""

from datetime import UTC, datetime, timedelta

import pytest

from indexer.network.churn import Observation, churn
from indexer.network.rows import successions_of

START = datetime(2026, 3, 1, tzinfo=UTC)


def shop(name: str, opened: int, ended: int | None, identifiers: str, *, word: str = "nxdomain", until: int = 60) -> list[Observation]:
    """Daily looks: live from `opened`, then `word` from `ended` on; a shop opened after day 0 is not looked at before."""
    keys = tuple((part.split("=")[0], part.split("=")[1]) for part in identifiers.split())
    seen = []
    for day in range(opened, until):
        is_up = ended is None or day < ended
        redirect = tuple(key for key in keys if key[0] == "redirect")
        seen.append(
            Observation(
                name,
                START + timedelta(days=day),
                "live" if is_up else word,
                keys if is_up else redirect,
                f"{name} page" if is_up else None,
                True,
            )
        )
    return seen


# Strangers, so that the world is no two-shop world.
OTHERS = [look for n in range(10) for look in shop(f"other{n}", 0, None, f"phone=p{n}", until=3)]

CASES = {
    "the one that ended the day before": ([shop("old", 0, 20, "wallet=w"), shop("new", 21, None, "wallet=w")], {"new": "old"}),
    "one that ended 30 days before": ([shop("old", 0, 20, "wallet=w"), shop("new", 50, None, "wallet=w")], {"new": "old"}),
    "not one that ended 31 days before": ([shop("old", 0, 20, "wallet=w"), shop("new", 51, None, "wallet=w")], {}),
    "one that ends 7 days after": ([shop("old", 0, 28, "wallet=w"), shop("new", 21, None, "wallet=w")], {"new": "old"}),
    "not one that ends 8 days after: backup capacity": ([shop("old", 0, 29, "wallet=w"), shop("new", 21, None, "wallet=w")], {}),
    "not a stranger's end": ([shop("old", 0, 20, "wallet=v"), shop("new", 21, None, "wallet=w")], {}),
    "the nearest end of two": (
        [shop("old", 0, 10, "wallet=w"), shop("older", 0, 18, "wallet=w"), shop("new", 21, None, "wallet=w")],
        {"new": "older"},
    ),
    "nearest counts on both sides": (
        [shop("old", 0, 17, "wallet=w"), shop("late", 0, 23, "wallet=w"), shop("new", 21, None, "wallet=w")],
        {"new": "late"},
    ),
    "the source of a redirect before a nearer end": (
        [shop("old", 0, 10, "redirect=new wallet=w", word="moved"), shop("near", 0, 20, "wallet=w"), shop("new", 21, None, "wallet=w")],
        {"new": "old"},
    ),
    "a redirect alone": ([shop("old", 0, 20, "redirect=new", word="moved"), shop("new", 21, None, "dom_hash=d")], {"new": "old"}),
    "a shop that is up all along has no successor": ([shop("old", 0, None, "wallet=w"), shop("new", 21, None, "wallet=w")], {}),
    "shops that were there on the first day are nobody's newcomers": (
        [shop("old", 0, 3, "wallet=w"), shop("twin", 0, None, "wallet=w")],
        {},
    ),
    "one that opened later is no predecessor": ([shop("new", 21, None, "wallet=w"), shop("later", 22, 25, "wallet=w")], {}),
    "one old shop may have two successors": (
        [shop("old", 0, 20, "wallet=w"), shop("new", 21, None, "wallet=w"), shop("next", 23, None, "wallet=w")],
        {"new": "old", "next": "old"},
    ),
    "a chain of three": (
        [shop("a1", 0, 10, "wallet=w"), shop("a2", 12, 30, "wallet=w telegram=t"), shop("a3", 32, None, "telegram=t")],
        {"a2": "a1", "a3": "a2"},
    ),
    "through a third shop": (
        [shop("old", 0, 20, "wallet=w"), shop("bridge", 0, None, "wallet=w telegram=t"), shop("new", 21, None, "telegram=t")],
        {"new": "old"},
    ),
}


@pytest.mark.parametrize(("shops", "expected"), CASES.values(), ids=CASES)
def test_the_predecessor_is(shops: list[list[Observation]], expected: dict[str, str]) -> None:
    found = successions_of(churn([*OTHERS, *(look for seen in shops for look in seen)]))
    assert {one.storefront: one.successor_of for one in found} == expected


def test_the_probability_is_that_of_the_link_and_the_evidence_its_rows() -> None:
    (direct,) = successions_of(churn([*OTHERS, *shop("old", 0, 20, "wallet=w"), *shop("new", 21, None, "wallet=w")]))
    assert direct.probability == 0.9927  # a wallet on two shops: 15.5 bits against log2(1.5/511)
    assert [(row.type, row.value) for row in direct.evidence] == [("wallet", "w")]
    shops, _ = CASES["through a third shop"]
    (through,) = successions_of(churn([*OTHERS, *(look for seen in shops for look in seen)]))
    assert through.probability == pytest.approx(0.9927 * 0.9897, abs=0.0001)  # a wallet, then a handle: 15 bits
    assert [row.type for row in through.evidence] == ["telegram", "wallet"]


def test_a_re_registered_name_takes_nobodys_place() -> None:
    """`old` comes back under another owner, whose next shop follows `old` in its second tenancy, not in its first."""
    first = shop("old", 0, 5, "wallet=w", until=12)
    second = [
        Observation("old", START + timedelta(days=day), "live" if day < 20 else "nxdomain", (("wallet", "v"),), "other page", True)
        for day in range(12, 30)
    ]
    heir, stranger = shop("heir", 7, None, "wallet=w"), shop("stranger", 22, None, "wallet=v")
    found = successions_of(churn([*OTHERS, *first, *second, *heir, *stranger]))
    assert {one.storefront: one.successor_of for one in found} == {"heir": "old", "stranger": "old"}
    without = successions_of(churn([*OTHERS, *first, *second, *heir, *shop("stranger", 22, None, "wallet=w")]))
    assert {one.storefront: one.successor_of for one in without} == {"heir": "old", "stranger": "old"}
    assert all(row.value == "w" for one in without for row in one.evidence)
