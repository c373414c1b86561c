"""What a projection reads: captures on request are evidence, and no planned looks."""

from datetime import UTC, datetime, timedelta

from crawlers.ids import instant
from indexer.current import Current, coverage, observations
from indexer.project import lives_of
from indexer.store import Document

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHOP = "shop.example"


def look(number: int, site: str, outcome: str) -> tuple[Document, Document]:
    at = instant(START + timedelta(hours=12 * number))
    visit: Document = {"id": f"vis_{number}", "kind": "visit", "site": site, "stop": "done", "canary": True, "clock": "system"}
    return visit, {
        "id": f"lok_{number}", "kind": "look", "site": site, "visit_id": f"vis_{number}", "storefront": SHOP, "outcome": outcome, "at": at,
    }  # fmt: skip


def current(*seen: tuple[str, str]) -> Current:
    pairs = [look(number, site, outcome) for number, (site, outcome) in enumerate(seen)]
    return Current({str(visit["id"]): visit for visit, _ in pairs}, {SHOP: tuple(one for _, one in pairs)}, {}, (), (), ())


def test_captures_on_request_end_and_open_no_life() -> None:
    planned, asked = ("shop", "live"), ("adhoc-shop-example-1a2b3c4d", "not_found")
    dead = [("shop", "not_found")] * 8
    assert [event.event for event in lives_of(current(planned, *[asked] * 8)).events] == ["appeared"]
    assert [event.event for event in lives_of(current(planned, *dead)).events] == ["appeared", "vanished"]
    only = current(("adhoc-shop-example-1a2b3c4d", "live"))
    assert (lives_of(only).events, observations(only)) == ((), [])


def test_a_capture_on_request_never_was_a_whole_look() -> None:
    seen = coverage(current(("shop", "live"), ("adhoc-shop-example-1a2b3c4d", "live")))[SHOP]
    assert [one.complete for one in seen] == [True, False]


def test_a_storefront_stays_with_the_site_that_plans_its_looks() -> None:
    assert current(("shop", "live"), ("adhoc-shop-example-1a2b3c4d", "live")).sites() == {SHOP: "shop"}
    assert current(("adhoc-shop-example-1a2b3c4d", "live")).sites() == {SHOP: "adhoc-shop-example-1a2b3c4d"}
