"""Verdicts and outcomes: kept for good, standing on what they speak of, seen by search, explain, leads, links and mails."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

NORTH = "northpier-lab.example"


@pytest.fixture
def desk(short_demo, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    """A folder with a store of its own."""
    shutil.copy(short_demo.folder / "churnwatch.db", tmp_path / "churnwatch.db")
    return tmp_path


def lines(done) -> list[dict[str, object]]:  # type: ignore[no-untyped-def]
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def lead_of(inside: Callable, desk: Path, storefront: str) -> dict[str, object]:  # type: ignore[type-arg]
    return next(one for one in lines(inside("search", "", "--kind", "lead", "--json", cwd=desk)) if storefront in one["storefronts"])  # type: ignore[operator]


def judged(inside: Callable, desk: Path, *words: str) -> dict[str, object]:  # type: ignore[type-arg]
    (kept,) = lines(inside("judge", *words, "--json", cwd=desk))
    return kept


def test_a_verdict_stands_on_its_storefront_and_in_the_lead(desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    said = ("--who", "Ann", "--why", "promises passage", "--at", "2026-01-08T09:00:00Z")
    kept = judged(inside, desk, NORTH, "--verdict", "true", *said)
    assert (kept["verdict"], kept["left"], kept["right"], kept["who"], kept["why"], kept["at"]) == (
        "true", NORTH, None, "Ann", "promises passage", "2026-01-08T09:00:00Z",
    )  # fmt: skip
    assert kept["band"] == "high"
    (shop,) = lines(inside("search", "", "--kind", "storefront", "--where", "verdict=true", "--json", cwd=desk))
    assert shop["storefront"] == NORTH
    lead = lead_of(inside, desk, NORTH)
    assert lead["verdict"] is None  # the storefront was judged, not the lead
    assert [(one["left"], one["verdict"]) for one in lead["evidence"]["judgements"]] == [(NORTH, "true")]  # type: ignore[index]
    (explained,) = lines(inside("explain", NORTH, "--json", cwd=desk))
    assert [one["why"] for one in explained["judgements"]] == ["promises passage"]  # type: ignore[attr-defined]
    shown = inside("explain", str(lead["id"]), cwd=desk).stdout
    assert "northpier-lab[.]example judged true on 2026-01-08 by Ann: promises passage" in shown


def test_later_words_are_added_and_the_newest_stands(desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    first = judged(
        inside, desk, NORTH, "--verdict", "false", "--who", "Ann", "--why", "a chemist", "--at", "2026-01-08T09:00:00Z", "--later"
    )
    judged(inside, desk, NORTH, "--verdict", "seized", "--who", "Bob", "--why", "banner", "--at", "2026-01-09T09:00:00Z")
    again = judged(inside, desk, NORTH, "--verdict", "false", "--who", "Ann", "--why", "a chemist", "--at", "2026-01-08T09:00:00Z")
    assert again == first
    history = lines(inside("judge", NORTH, "--json", cwd=desk))
    assert [one["verdict"] for one in history] == ["false", "seized"]
    (shop,) = lines(inside("search", "", "--kind", "storefront", "--where", f"storefront={NORTH}", "--json", cwd=desk))
    assert shop["verdict"] == "seized"


def test_a_lead_judged_false_is_not_mailed_and_the_report_of_it_says_why(desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    lead = lead_of(inside, desk, "green-door.example")
    apart = ("green-door.example", "copper-leaf.example", "--verdict", "different", "--who", "Bob", "--why", "two people")
    judged(inside, desk, *apart)
    waiting = inside("alert", "--dry-run", cwd=desk).stdout
    assert "green-door" in waiting
    alone = lead_of(inside, desk, "green-door.example")
    assert alone["id"] != lead["id"]
    judged(inside, desk, str(alone["id"]), "--verdict", "false", "--who", "Bob", "--why", "a licensed dealer")
    assert lead_of(inside, desk, "green-door.example")["verdict"] == "false"
    assert "Subject: New lead: green-door" not in inside("alert", "--dry-run", cwd=desk).stdout


def test_a_pair_judged_different_is_never_linked_again(desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    pair = ("harbor-reagents.example", NORTH)
    assert lines(inside("explain", *pair, "--json", cwd=desk))[0]["linked"] is True
    judged(inside, desk, *pair, "--verdict", "different", "--who", "Ann", "--why", "met both")
    (explained,) = lines(inside("explain", *pair, "--json", cwd=desk))
    assert explained["linked"] is False
    assert [one["why"] for one in explained["judgements"]] == ["met both"]  # type: ignore[attr-defined]
    clusters = {one["storefront"]: one["cluster"] for one in lines(inside("search", "", "--kind", "storefront", "--json", cwd=desk))}
    assert clusters[pair[0]] != clusters[pair[1]]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((NORTH, "--verdict", "maybe", "--who", "a", "--why", "b"), ["maybe", "taken_down"]),
        ((NORTH, "--verdict", "same", "--who", "a", "--why", "b"), ["same", "one thing"]),
        ((NORTH, NORTH, "--verdict", "same", "--who", "a", "--why", "b"), ["one storefront"]),
        ((NORTH, "nobody.example", "--verdict", "same", "--who", "a", "--why", "b"), ["nobody.example"]),
        (("lea_nothing", "--verdict", "true", "--who", "a", "--why", "b"), ["lea_nothing"]),
        ((NORTH, "--verdict", "true", "--why", "b"), ["--who"]),
        ((NORTH, "--verdict", "true", "--who", "a"), ["--why"]),
        ((NORTH, "--verdict", "true", "--who", "a", "--why", "b", "--at", "noon"), ["--at", "noon"]),
        ((NORTH, "--why", "b"), ["--verdict"]),
        (("--verdict", "true", "--who", "a", "--why", "b"), ["ID"]),
        (("--from", "bad.csv"), ["bad.csv:1", "verdict"]),
        (("--from", "late.csv"), ["late.csv:3", "noon"]),
        (("--from", "nowhere.csv"), ["nowhere.csv"]),
        (("--from", "half.csv", "--who", "a"), ["nobody.example"]),
    ],
)
def test_what_does_not_fit_is_refused_whole(words: tuple[str, ...], says: list[str], desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    (desk / "bad.csv").write_text("id,why\n", "utf-8")
    (desk / "late.csv").write_text(f"id,verdict,why,at\n{NORTH},true,x,\n{NORTH},true,x,noon\n", "utf-8")
    (desk / "half.csv").write_text(f"id,verdict,why\n{NORTH},true,x\nnobody.example,true,x\n", "utf-8")
    done = inside("judge", *words, cwd=desk)
    assert done.returncode == 2, done.stdout
    for word in says:
        assert word in done.stderr
    assert lines(inside("judge", "--json", cwd=desk)) == []


def test_many_come_from_a_table(desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    (desk / "said.csv").write_text(
        f"id,other,verdict,who,why,at\n{NORTH},,taken_down,,host took it off,2026-01-09T00:00:00Z\n"
        f"{NORTH},harbor-reagents.example,same,Cem,one phone,\n",
        "utf-8",
    )
    kept = lines(inside("judge", "--from", "said.csv", "--who", "Ann", "--json", cwd=desk))
    assert [(one["verdict"], one["left"], one["right"], one["who"]) for one in kept] == [
        ("taken_down", NORTH, None, "Ann"),
        ("same", "harbor-reagents.example", NORTH, "Cem"),
    ]
    (found,) = lines(inside("search", "", "--kind", "judgement", "--where", "verdict=taken_down", "--json", cwd=desk))
    assert found["why"] == "host took it off"
