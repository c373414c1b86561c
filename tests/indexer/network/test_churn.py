"""Churn: each sentence of the state machine as a sequence of looks and the events it must give."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.network.churn import Churn, Observation, churn
from indexer.network.identifiers import Identifier
from indexer.network.tenancy import of_current_tenancy

START = datetime(2026, 3, 1, tzinfo=UTC)
# Looks of the tables below: a letter an outcome, after `~` one from a run whose canaries failed; `@6` hours since the last look, else 24.
WORDS = {
    "L": "live", "E": "empty", "P": "parked", "S": "seized", "U": "suspended", "M": "moved", "X": "nxdomain", "N": "not_found",
    "4": "soft_404", "R": "refused", "T": "tls", "B": "blocked", "C": "captcha", "t": "timeout", "d": "dns_error", "5": "server_error",
    "g": "too_large", "l": "login", "r": "robots_denied", "n": "not_run", "u": "unknown",
}  # fmt: skip


def looks(text: str, storefront: str = "shop", canary: bool | None = True) -> list[Observation]:
    """`L X@48 ~P`: live, 48 hours later nxdomain, 24 hours later parked while the canaries failed; `L=a` has content a."""
    seen, hours = [], 0
    for number, word in enumerate(text.split()):
        word, _, gap = word.partition("@")
        word, _, content = word.partition("=")
        hours += (int(gap) if gap else 24) if number else 0
        outcome = WORDS[word.lstrip("~")]
        answered = False if word.startswith("~") else canary
        seen.append(Observation(storefront, START + timedelta(hours=hours), outcome, (), content or None, answered))
    return seen


def hours(time: datetime | None) -> str:
    return "-" if time is None else f"{(time - START).total_seconds() / 3600:g}"


def told(found: Churn) -> list[str]:
    """The events as `word after by confirmed`, in hours."""
    return [f"{event.event} {hours(event.after)} {hours(event.by)} {hours(event.confirmed_at)}" for event in found.events]


SEQUENCES = [
    # openings
    ("L", ["appeared - 0 0"], "live"),
    ("E", [], "unknown"),  # empty does not open a life
    ("E L", ["appeared - 24 24"], "live"),
    ("X N L", ["appeared 24 48 48"], "live"),  # after: the last look that saw it closed
    ("X t L", ["appeared 0 48 48"], "live"),  # a time-out saw nothing
    ("t L", ["appeared - 24 24"], "live"),
    # nothing ends before a first opening
    ("X X X X X", [], "unknown"),
    ("P P P", [], "parked"),
    ("P P L", ["appeared 24 48 48"], "live"),
    # named ends: `by` is the first such look, certain when one at least 6 h later agrees
    ("L P", ["appeared - 0 0"], "live"),
    ("L P P", ["appeared - 0 0", "parked 0 24 48"], "parked"),
    ("L S S@6", ["appeared - 0 0", "seized 0 24 30"], "seized"),
    ("L S S@5", ["appeared - 0 0"], "live"),
    ("L S S@3 S@3", ["appeared - 0 0", "seized 0 24 30"], "seized"),
    ("L U U", ["appeared - 0 0", "suspended 0 24 48"], "suspended"),
    ("L M M", ["appeared - 0 0", "moved 0 24 48"], "moved"),
    ("L P S", ["appeared - 0 0"], "live"),  # two words do not agree
    ("L P S S", ["appeared - 0 0", "seized 0 48 72"], "seized"),
    ("L P L P", ["appeared - 0 0"], "live"),  # an up look starts anew
    ("L P L P P", ["appeared - 0 0", "parked 48 72 96"], "parked"),
    ("L P t P", ["appeared - 0 0", "parked 0 24 72"], "parked"),
    ("L P X P", ["appeared - 0 0", "parked 0 24 72"], "parked"),
    # dead runs: three looks over at least 48 h, kinds may mix
    ("L X X X", ["appeared - 0 0", "vanished 0 24 72"], "vanished"),
    ("L X N 4", ["appeared - 0 0", "vanished 0 24 72"], "vanished"),
    ("L X X@24 X@23", ["appeared - 0 0"], "live"),
    ("L X X@24 X@23 X@1", ["appeared - 0 0", "vanished 0 24 72"], "vanished"),
    ("L X X@96", ["appeared - 0 0"], "live"),  # two looks are no run
    ("L X X L X X", ["appeared - 0 0"], "live"),  # up resets
    ("L X X E X X X", ["appeared - 0 0", "vanished 72 96 144"], "vanished"),  # so does an empty page of an open life
    # refused and tls alone: seven days
    ("L R R R R", ["appeared - 0 0"], "live"),
    ("L R R R R R R R R", ["appeared - 0 0", "vanished 0 24 192"], "vanished"),
    ("L T R T R T R T R", ["appeared - 0 0", "vanished 0 24 192"], "vanished"),
    ("L R@24 R@84 R@83", ["appeared - 0 0"], "live"),
    ("L R@24 R@84 R@84", ["appeared - 0 0", "vanished 0 24 192"], "vanished"),
    ("L R R X", ["appeared - 0 0", "vanished 0 24 72"], "vanished"),  # with another kind two days do
    # neutral looks neither count nor reset
    *[(f"L X {word} X {word} X", ["appeared - 0 0", "vanished 0 24 120"], "vanished") for word in "td5glrnu"],
    *[(f"L {word} {word} {word} {word} {word}", ["appeared - 0 0"], "live") for word in "td5glrnu"],
    # blocks
    ("L B B L", ["appeared - 0 0", "blocked 0 24 24", "unblocked 48 72 72"], "live"),
    ("L C", ["appeared - 0 0", "blocked 0 24 24"], "blocked"),
    ("L B C B", ["appeared - 0 0", "blocked 0 24 24"], "blocked"),
    ("L l L", ["appeared - 0 0"], "live"),  # a login wall is no block
    ("L B t L", ["appeared - 0 0", "blocked 0 24 24", "unblocked 24 72 72"], "live"),
    ("L B E", ["appeared - 0 0", "blocked 0 24 24", "unblocked 24 48 48"], "live"),
    ("B B", [], "blocked"),
    ("B L", ["appeared - 24 24"], "live"),
    ("L X B X B X", ["appeared - 0 0", "vanished 0 24 120", "blocked 0 48 48"], "vanished"),  # ordered by `by`
    ("L X X X B", ["appeared - 0 0", "vanished 0 24 72"], "vanished"),
    ("L B X X X L", ["appeared - 0 0", "blocked 0 24 24", "vanished 0 48 96", "returned 96 120 120"], "live"),
    # one end per life: later ends change the state and emit nothing
    ("L X X X P P", ["appeared - 0 0", "vanished 0 24 72"], "parked"),
    ("L S S X X X", ["appeared - 0 0", "seized 0 24 48"], "vanished"),
    ("L P P S", ["appeared - 0 0", "parked 0 24 48"], "parked"),
    ("L P P S S", ["appeared - 0 0", "parked 0 24 48"], "seized"),
    ("L X X X P P X", ["appeared - 0 0", "vanished 0 24 72"], "parked"),  # one dead look changes no state
    # a dead run with a named end in it is that end
    ("L X X P P", ["appeared - 0 0", "parked 0 72 96"], "parked"),
    # returned: up after an end; empty does not return
    ("L X X X L", ["appeared - 0 0", "vanished 0 24 72", "returned 72 96 96"], "live"),
    ("L S S S t L", ["appeared - 0 0", "seized 0 24 48", "returned 72 120 120"], "live"),
    ("L X X X E", ["appeared - 0 0", "vanished 0 24 72"], "vanished"),
    ("L X X L", ["appeared - 0 0"], "live"),
    ("L P P L P P", ["appeared - 0 0", "parked 0 24 48", "returned 48 72 72", "parked 72 96 120"], "parked"),
    # `after` is the last up look
    ("L L t X X X", ["appeared - 0 0", "vanished 24 72 120"], "vanished"),
    ("L E X X X", ["appeared - 0 0", "vanished 24 48 96"], "vanished"),
    # changed: other content while up
    ("L=a L=a L=b", ["appeared - 0 0", "changed 24 48 48"], "live"),
    ("L=a t L L=b", ["appeared - 0 0", "changed 0 72 72"], "live"),  # after: the last look that saw the old content
    ("L=a E=b L=a", ["appeared - 0 0"], "live"),  # an empty page is no other content
    ("L=a X X X L=b", ["appeared - 0 0", "vanished 0 24 72", "returned 72 96 96"], "live"),  # a return says it already
    ("L=a P=b L=a", ["appeared - 0 0"], "live"),
    # our own fault: a run whose canaries failed ends, blocks, opens and changes nothing
    ("L ~P ~P ~P", ["appeared - 0 0"], "live"),
    ("L ~X ~X ~X ~X", ["appeared - 0 0"], "live"),
    ("L P ~P", ["appeared - 0 0"], "live"),
    ("L ~P P P", ["appeared - 0 0", "parked 0 48 72"], "parked"),
    ("L X ~X X ~X X", ["appeared - 0 0", "vanished 0 24 120"], "vanished"),
    ("L ~B", ["appeared - 0 0"], "live"),
    ("~L", [], "unknown"),
    ("~L L", ["appeared - 24 24"], "live"),
    ("L=a ~L=portal L=a", ["appeared - 0 0"], "live"),
    ("L X X X ~L X", ["appeared - 0 0", "vanished 0 24 72"], "vanished"),
    ("L X X ~L X", ["appeared - 0 0"], "live"),  # but an up look keeps an open life
]


@pytest.mark.parametrize(("text", "events", "state"), SEQUENCES, ids=[text for text, _, _ in SEQUENCES])
def test_a_sequence_of_looks_gives_its_events_and_state(text: str, events: list[str], state: str) -> None:
    found = churn(looks(text))
    assert told(found) == events
    assert found.states["shop"].state == state


def test_without_known_canaries_one_storefront_is_judged_by_its_looks_alone() -> None:
    assert told(churn(looks("L X X X", canary=None))) == ["appeared - 0 0", "vanished 0 24 72"]


def test_a_state_says_when_the_life_opened_and_ended() -> None:
    state = churn(looks("X L X X X L")).states["shop"]
    assert (hours(state.opened_at), hours(state.ended_at)) == ("120", "-")
    state = churn(looks("X L X X X")).states["shop"]
    assert (hours(state.opened_at), hours(state.ended_at)) == ("24", "48")


def test_an_event_names_the_looks_on_both_sides() -> None:
    vanished = churn(looks("L L X X X")).events[1]
    assert [(look.outcome, hours(look.at)) for look in vanished.looks] == [("live", "24"), ("nxdomain", "48"), ("nxdomain", "96")]


def test_no_looks_give_no_events() -> None:
    assert churn([]) == Churn((), {}, None)


TENANCIES = [
    # identifiers and content before the end, and after the return: are they two tenancies?
    ("telegram=a", "x", "telegram=b", "y", True),
    ("telegram=a", "x", "telegram=b", "x", False),  # the same content
    ("telegram=a wallet=w", "x", "telegram=b wallet=w", "y", False),  # an identifier in common
    ("telegram=a", "x", "", "y", False),  # nothing to compare
    ("", "x", "telegram=b", "y", False),
    ("telegram=a", "", "telegram=b", "y", False),
    ("telegram=a ip=192.0.2.1", "x", "telegram=b ip=192.0.2.1", "y", False),
    ("telegram=a header_order=h ns=n", "x", "telegram=b header_order=h ns=n", "y", True),  # a hoster keeps nobody's address
]


def lived(identifiers: str, content: str, day: int, outcome: str = "live") -> Observation:
    keys = tuple((word.split("=")[0], word.split("=")[1]) for word in identifiers.split())
    return Observation("shop", START + timedelta(days=day), outcome, keys, content or None, True)


@pytest.mark.parametrize(("old", "before", "new", "after", "is_new"), TENANCIES)
def test_a_return_under_other_identifiers_and_content_is_a_new_tenancy(old: str, before: str, new: str, after: str, is_new: bool) -> None:
    seen = [lived(old, before, 0), *(lived("", "", day, "nxdomain") for day in (1, 2, 3)), lived(new, after, 4)]
    found = churn(seen)
    assert [event.event for event in found.events] == ["appeared", "vanished", "returned"]
    assert len(found.states["shop"].tenancies) == (2 if is_new else 1)


def test_a_new_tenancy_needs_an_end_between() -> None:
    seen = [lived("telegram=a", "x", 0), lived("", "", 1, "nxdomain"), lived("telegram=b", "y", 2)]
    assert len(churn(seen).states["shop"].tenancies) == 1


def test_a_parking_page_lends_the_shop_no_identifiers() -> None:
    seen = [lived("telegram=a", "x", 0), lived("google_analytics=UA-parking", "p", 1, "parked")]
    assert churn(seen).states["shop"].tenancies[0].identifiers == {("telegram", "a")}


def test_where_a_shop_moved_to_belongs_to_it_but_only_while_its_life_is_open() -> None:
    seen = [lived("telegram=a", "x", 0), lived("redirect=new", "", 1, "moved"), lived("redirect=new", "", 2, "moved")]
    assert churn(seen).states["shop"].tenancies[0].identifiers == {("telegram", "a"), ("redirect", "new")}
    later = [lived("telegram=a", "x", 0), *(lived("", "", day, "nxdomain") for day in (1, 2, 3)), lived("redirect=other", "", 9, "moved")]
    assert churn(later).states["shop"].tenancies[0].identifiers == {("telegram", "a")}


def test_identifiers_of_a_former_tenancy_are_left_out_of_linking() -> None:
    seen = [lived("telegram=a", "x", 0), *(lived("", "", day, "nxdomain") for day in (1, 2, 3)), lived("telegram=b", "y", 4)]
    held = {name: state.tenancies for name, state in churn(seen).states.items()}
    old = Identifier("shop", "telegram", "a", START, START)
    new = Identifier("shop", "telegram", "b", START + timedelta(4), START + timedelta(4))
    other = Identifier("elsewhere", "telegram", "a", START, START)
    assert of_current_tenancy([old, new, other], held) == [new, other]


@given(
    st.lists(st.tuples(st.sampled_from(sorted(WORDS.values())), st.integers(1, 60), st.sampled_from([True, False, None])), max_size=14),
    st.randoms(use_true_random=False),
)
def test_events_alternate_and_the_order_of_looks_changes_nothing(steps: list[tuple[str, int, bool | None]], random: object) -> None:
    at, seen = START, []
    for outcome, gap, canary in steps:
        at += timedelta(hours=gap)
        seen.append(Observation("shop", at, outcome, canary=canary))
    found = churn(seen)
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert churn(shuffled) == found
    life = [event.event for event in found.events if event.event not in ("blocked", "unblocked", "changed")]
    assert all((word in ("appeared", "returned")) == (place % 2 == 0) for place, word in enumerate(life))
    assert life.count("appeared") == bool(life)
    for event in found.events:
        assert (event.after is None or event.after < event.by) and event.by <= event.confirmed_at
