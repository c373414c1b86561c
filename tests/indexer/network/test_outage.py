"""Our own fault comes first: runs in which most storefronts end at once, canaries unknown."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from indexer.network.churn import Observation, churn
from indexer.network.outage import runs

START = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = {"L": "live", "P": "parked", "S": "seized", "X": "nxdomain", "t": "timeout", ".": None}


def market(text: str, canary: bool | None = None) -> list[Observation]:
    """A row a day, a column a storefront: `LLX` = a and b live, c nxdomain; `.` was not looked at. Looks of a row are a minute apart."""
    seen = []
    for day, row in enumerate(text.split()):
        for column, letter in enumerate(row):
            outcome = WORDS[letter]
            if outcome is not None:
                seen.append(Observation("abcdefghijklmnop"[column], START + timedelta(days=day, minutes=column), outcome, canary=canary))
    return seen


def ends(seen: list[Observation]) -> dict[str, str]:
    """Storefronts that ended: `word first-day/day-confirmed`."""
    return {
        event.storefront: f"{event.event} {(event.by - START).days}/{(event.confirmed_at - START).days}"
        for event in churn(seen).events
        if event.event not in ("appeared", "returned")
    }


CASES = {
    "a portal page for three days ends nobody": ("LLLLLLLL PPPPPPPP PPPPPPPP PPPPPPPP LLLLLLLL LLLLLLLL", {}),
    "nor does a resolver that knows no name": ("LLLLLLLL XXXXXXXX XXXXXXXX XXXXXXXX XXXXXXXX LLLLLLLL", {}),
    "an outage that begins and ends within runs ends nobody": ("LLLLLLLL LLLPPPPP PPPPPPPP PPPLLLLL LLLLLLLL", {}),
    "an outage that is still on ends nobody yet": ("LLLLLLLL PPPPPPPP PPPPPPPP", {}),
    "time-outs beside the portal do not hide it": ("LLLLLLLLLLL PPPPPtttttt PPPPPtttttt LLLLLLLLLLL", {}),
    "four of eight are no outage": ("LLLLLLLL PPPPLLLL PPPPLLLL", dict.fromkeys("abcd", "parked 1/2")),
    "five of eleven are no outage": ("LLLLLLLLLLL PPPPPLLLLLL PPPPPLLLLLL", dict.fromkeys("abcde", "parked 1/2")),
    # five of ten are, until the next run sees the others up and these still closed: then the first looks count
    "a takedown of half the market counts once later looks say it is no outage": (
        "LLLLLLLLLL SSSSSLLLLL SSSSSLLLLL",
        dict.fromkeys("abcde", "seized 1/2"),
    ),
    "but not before": ("LLLLLLLLLL SSSSSLLLLL", {}),
    "a seizure seen first in an outage counts from the looks after it": (
        "LLLLLLLL SPPPPPPP SLLLLLLL SLLLLLLL",
        {"a": "seized 2/3"},
    ),
    "one that was down before an outage ends all the same": ("LLLLLLLL XLLLLLLL XPPPPPPP XLLLLLLL XLLLLLLL", {"a": "vanished 1/4"}),
    "one of them seen up again is enough to blame ourselves": ("LLLLLLLLLL PPPPPLLLLL PPPPLLLLLL LLLLLLLLLL", {}),
    "closed storefronts are not counted as changing": (
        "LLLLLLLLLL XXXXLLLLLL XXXXLLLLLL XXXXLLLLLL XXXXXXLLLL XXXXXXLLLL XXXXXXLLLL",
        dict.fromkeys("abcd", "vanished 1/3") | dict.fromkeys("ef", "vanished 4/6"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_runs_with_unknown_canaries(text: str, expected: dict[str, str]) -> None:
    assert ends(market(text)) == expected


def test_known_canaries_decide_alone() -> None:
    text = "LLLLLLLL PPPPPPPP PPPPPPPP"
    assert ends(market(text, canary=True)) == dict.fromkeys("abcdefgh", "parked 1/2")
    assert ends(market(text, canary=False)) == {}


def test_canaries_that_answer_confirm_what_was_held_back() -> None:
    seen = [*market("LLLLLLLL PPPPPPPP"), *market(". . PPPPPPPP", canary=True)]
    assert ends(seen) == dict.fromkeys("abcdefgh", "parked 1/2")


def test_a_run_is_the_looks_within_one_hour_of_its_first() -> None:
    seen = [Observation("a", START + timedelta(minutes=minute), "live") for minute in (0, 30, 60, 61, 121, 122)]
    assert [[(look.at - START).seconds // 60 for look in run] for run in runs(seen)] == [[0, 30, 60], [61, 121], [122]]


def test_an_outage_never_ends_anybody_in_a_living_market() -> None:
    """Sixteen storefronts, a portal page on days 5 to 9 in every run; the three that die for good do so afterwards."""
    rows = ["L" * 16] * 5 + ["P" * 16] * 5 + ["XXX" + "L" * 13] * 4
    assert ends(market(" ".join(rows))) == dict.fromkeys("abc", "vanished 10/12")


@pytest.mark.parametrize("seed", range(8))
def test_outages_of_any_length_end_nobody_and_hide_no_death(seed: int) -> None:
    """Sixty storefronts, seventy days, four outages of ours of 3 to 100 hours, some time-outs."""
    rng = random.Random(seed)
    deaths = {f"s{n:02}": rng.randint(5, 80) for n in range(60) if rng.random() < 0.4}
    words = {name: rng.choice(["parked", "seized", "nxdomain"]) for name in sorted(deaths)}
    outages = []
    for _ in range(4):
        begin = START + timedelta(hours=rng.uniform(48, 1400))
        outages.append((begin, begin + timedelta(hours=rng.choice([3, 20, 30, 60, 100])), rng.choice(["parked", "nxdomain", "soft_404"])))
    seen = []
    for day in range(70):
        for n in range(60):
            name, at = f"s{n:02}", START + timedelta(days=day, seconds=54 * n)
            outcome = words[name] if day >= deaths.get(name, 99) else "live"
            outcome = "timeout" if rng.random() < 0.03 else outcome
            ours = [word for begin, end, word in outages if begin <= at < end]
            seen.append(Observation(name, at, ours[-1] if ours else outcome))
    ended = {event.storefront: (event.by - START).days for event in churn(seen).events if event.event in ("parked", "seized", "vanished")}
    assert all(name in deaths and day >= deaths[name] - 1 for name, day in ended.items())
    assert {name for name, day in deaths.items() if day < 60} <= ended.keys()
