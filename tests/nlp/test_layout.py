"""A site that no longer reads as its file expects says so; a share of blocked pages is named."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crawlers.page_state import PageState
from crawlers.records import Capture, Visit, VisitEvidence
from crawlers.site import Site
from nlp.analyse import barred_share, layout_change
from nlp.findings import Listing
from nlp.looks import Entry
from nlp.where import Where

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIVE = Entry("live", "")


def site(expect: dict[str, object] | None) -> Site:
    return Site(name="shop", seeds=("https://shop.example/",), expect=expect)  # type: ignore[arg-type]


def listings(count: int, priced: int | None = None) -> list[Listing]:
    return [
        Listing(
            f"l{number}", "shop.example", "cap", f"https://shop.example/p/{number}", f"Item {number}", Where("text"), "visible",
            price=Decimal(5) if number < (count if priced is None else priced) else None,
        )
        for number in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "found", "said"),
    [
        (None, listings(0), None),
        ({"listings": (3, 5)}, listings(3), None),
        ({"listings": (3, 5)}, listings(5), None),
        ({"listings": (3, 5)}, listings(2), "expected 3 to 5 listings, found 2"),
        ({"listings": (3, 5)}, listings(0), "expected 3 to 5 listings, found 0"),
        ({"listings": (3, 5)}, listings(6), "expected 3 to 5 listings, found 6"),
        ({"fill": {"price": 0.8}}, listings(10, 8), None),
        ({"fill": {"price": 0.8}}, listings(10, 7), "expected price in 80% of the listings, found it in 70% of 10"),
        ({"fill": {"price": 0.8}}, listings(0), "expected price in 80% of the listings, found it in 0% of 0"),
        (
            {"listings": (3, 5), "fill": {"price": 1.0, "sku": 0.5}},
            listings(2, 1),
            (
                "expected 3 to 5 listings, found 2; expected price in 100% of the listings, found it in 50% of 2; "
                "expected sku in 50% of the listings, found it in 0% of 2"
            ),
        ),
    ],
)
def test_a_reading_unlike_the_expected_is_said(expect: dict[str, object] | None, found: list[Listing], said: str | None) -> None:
    assert layout_change(site(expect), LIVE, found) == said


def test_pages_that_stand_unchanged_count_as_their_listings() -> None:
    expected = site({"listings": (3, 5), "fill": {"price": 1.0}})
    standing = [f"https://shop.example/p/{number}" for number in range(4)]
    assert layout_change(expected, LIVE, [], standing) is None
    assert layout_change(expected, LIVE, listings(4, 0), standing) is None
    assert layout_change(expected, LIVE, [], standing[:2]) == "expected 3 to 5 listings, found 0"
    assert layout_change(expected, LIVE, listings(6), standing) == "expected 3 to 5 listings, found 6"


@pytest.mark.parametrize("outcome", ["blocked", "captcha", "parked", "timeout"])
def test_a_visit_that_did_not_reach_the_shop_says_nothing_of_its_layout(outcome: str) -> None:
    assert layout_change(site({"listings": (3, 5)}), Entry(outcome, ""), []) is None


@pytest.mark.parametrize(
    ("outcomes", "share"),
    [([], None), (["live"], 0.0), (["live", "blocked", "captcha", "live"], 0.5), (["blocked"], 1.0), (["soft_404"], 0.0)],
)
def test_a_mixed_visit_says_which_share_was_barred(outcomes: list[str], share: float | None) -> None:
    captures = tuple(
        Capture(f"c{number}", "v", "page", "https://shop.example/", "https://shop.example/", 0, 1, 200, (), "", 0, NOW, None, "HTTP/1.1")
        for number in range(len(outcomes))
    )
    robots = Capture("r", "v", "robots", "https://shop.example/robots.txt", "", 0, 1, 403, (), "", 0, NOW, None, "HTTP/1.1")
    evidence = VisitEvidence(Visit("v", "shop", NOW, NOW, NOW, "done", 1, 1, None), "", (*captures, robots), {}, ())
    judged = {f"c{number}": PageState(outcome, "") for number, outcome in enumerate(outcomes)} | {"r": PageState("blocked", "")}
    assert barred_share(evidence, judged) == share
