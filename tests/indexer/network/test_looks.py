"""Looks: the JSON Lines reader with its errors, and what a visit of a marketplace says of sellers it did not see."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from indexer.network.churn import churn
from indexer.network.looks import LINE_MAX, Observation, read_visits, seller_looks

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_file_of_looks_is_read_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "looks.jsonl"
    file.write_text(
        '{"storefront":"b.example","at":"2026-03-02T00:00:00Z","outcome":"live","content":"c1","canary":true,"visit_id":"v",'
        '"identifiers":[{"type":"telegram","value":"boss"},{"type":"email","value":"m"},{"type":"email","value":"m"}]}\n'
        "\n"
        '{"storefront":"a.example","at":"2026-03-01T01:00:00+01:00","outcome":"not_run","canary":null}\n'
    )
    assert list(read_visits(file)) == [
        Observation("b.example", DAY + timedelta(1), "live", (("email", "m"), ("telegram", "boss")), "c1", True, "v"),
        Observation("a.example", DAY, "not_run"),
    ]


GOOD = '{"storefront":"a","at":"2026-03-01T00:00:00Z","outcome":"live"'


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ("[]", 1, None, "is no JSON object"),
        (GOOD + "}\n{", 2, None, "is no JSON object"),
        ("[" * 100_000, 1, None, "is no JSON object"),
        (GOOD + ',"colour":1}', 1, "colour", "unknown key"),
        ('{"at":"2026-03-01T00:00:00Z","outcome":"live"}', 1, "storefront", "must be a text"),
        ('{"storefront":"","at":"2026-03-01T00:00:00Z","outcome":"live"}', 1, "storefront", "must be a text"),
        ('{"storefront":"a","at":"2026-03-01T00:00:00","outcome":"live"}', 1, "at", "no ISO 8601 time with a zone"),
        ('{"storefront":"a","at":"2026-03-01T00:00:00Z","outcome":"alive"}', 1, "outcome", "unknown outcome 'alive'"),
        (GOOD + ',"content":3}', 1, "content", "text or null"),
        (GOOD + ',"canary":"yes"}', 1, "canary", "true, false or null"),
        (GOOD + ',"visit_id":3}', 1, "visit_id", "must be a text"),
        (GOOD + ',"identifiers":{}}', 1, "identifiers", "must be a list"),
        (GOOD + ',"identifiers":[{"type":"email"}]}', 1, "identifiers", "must hold objects"),
        (GOOD + ',"identifiers":[{"type":"emial","value":"m"}]}', 1, "identifiers", "unknown identifier type 'emial'"),
    ],
)
def test_a_wrong_look_is_named_with_file_line_and_key(tmp_path: Path, text: str, line: int, key: str | None, says: str) -> None:
    file = tmp_path / "looks.jsonl"
    file.write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        list(read_visits(file))
    assert (caught.value.file, caught.value.line, caught.value.key) == (file, line, key)


def test_a_file_that_is_missing_or_endless_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.jsonl: cannot be read"):
        list(read_visits(tmp_path / "gone.jsonl"))
    file = tmp_path / "looks.jsonl"
    file.write_text(GOOD + ',"content":"' + "x" * LINE_MAX + '"}')
    with pytest.raises(ConfigError, match="longer than 1000000 bytes"):
        list(read_visits(file))


def visit(day: int, market: str, *sellers: str) -> list[Observation]:
    """One visit of `m.example`: its own outcome and the sellers seen live."""
    at, name = DAY + timedelta(days=day), f"v{day}"
    return [
        Observation("m.example", at, market, visit_id=name),
        *(Observation(f"m.example#{one}", at, "live", visit_id=name) for one in sellers),
    ]


def test_a_complete_visit_that_lacks_a_known_seller_says_not_found() -> None:
    seen = [*visit(0, "live", "ann", "bob"), *visit(1, "live", "ann"), *visit(2, "live", "ann")]
    implied = seller_looks(seen, {"v0": "done", "v1": "done", "v2": "budget"})
    assert [(look.storefront, look.outcome, look.visit_id) for look in implied] == [("m.example#bob", "not_found", "v1")]


@pytest.mark.parametrize("outcome", ["seized", "nxdomain", "timeout", "blocked", "not_run"])
def test_a_market_that_is_not_live_gives_its_outcome_to_its_sellers(outcome: str) -> None:
    seen = [*visit(0, "live", "ann"), *visit(1, outcome)]
    implied = seller_looks(seen, {"v0": "done", "v1": outcome})
    assert [(look.storefront, look.outcome) for look in implied] == [("m.example#ann", outcome)]


def test_other_sites_and_unknown_visits_say_nothing_of_a_seller() -> None:
    seen = [*visit(0, "live", "ann"), Observation("other.example", DAY + timedelta(1), "nxdomain", visit_id="w1"), *visit(2, "live")]
    assert seller_looks(seen, {"v0": "done"}) == ()


def test_a_seller_vanishes_by_complete_visits_and_was_absent_before_he_came() -> None:
    seen = [*visit(0, "live"), *visit(1, "live", "ann"), *(look for day in (2, 3, 4) for look in visit(day, "live"))]
    whole = [*seen, *seller_looks(seen, {f"v{day}": "done" for day in range(5)})]
    found = [event for event in churn(whole).events if event.storefront == "m.example#ann"]
    assert [(event.event, event.after, event.by, event.confirmed_at) for event in found] == [
        ("appeared", DAY, DAY + timedelta(1), DAY + timedelta(1)),
        ("vanished", DAY + timedelta(1), DAY + timedelta(2), DAY + timedelta(4)),
    ]
