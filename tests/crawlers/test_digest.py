"""A detail page is asked for again when its card changed or it is fourteen days old; lists are read at every visit."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html

from crawlers.digest import LinkLedger, cards_of
from crawlers.evidence import read_visit, verify, visit_path
from crawlers.manifest import manifest_path, read_manifest
from crawlers.records import LinkDigest, VisitEvidence
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def digests(text: str) -> dict[str, tuple[str, ...]]:
    root = html.document_fromstring(text)
    return {url: cards.digests for url, cards in cards_of((a, a.get("href")) for a in root.iter("a")).items()}


CARD = "<li><a href=/p/{n}><img src=x></a><h3><a href=/p/{n}>Acetone {n}</a></h3><p>{price} EUR</p></li>"


def grid(*prices: int) -> str:
    return f"<ul>{''.join(CARD.format(n=number, price=price) for number, price in enumerate(prices))}</ul>"


def test_a_card_is_the_list_entry_around_its_link_with_all_its_words() -> None:
    before, after = digests(grid(5, 6, 7)), digests(grid(5, 9, 7))
    assert [url for url in before if before[url] != after[url]] == ["/p/1"]
    assert before == digests("<div class=wide>" + grid(5, 6, 7).replace("<h3>", "<h3 class=new>\n ") + "</div>")


def test_a_link_in_two_lists_has_two_cards_and_a_lone_link_has_none() -> None:
    twice = "<div><p><a href=/p/0>best</a></p><p><a href=/p/1>new</a></p></div>" + grid(5, 6)
    assert {url: len(found) for url, found in digests(twice).items()} == {"/p/0": 2, "/p/1": 2}
    assert digests("<div><a href=/p/0>the only one</a> 5 EUR</div>") == {}


def known(url: str, *cards: str, days: float = 1, via: str | None = None) -> LinkDigest:
    return LinkDigest(url, cards, NOW - days * DAY, via)


@pytest.mark.parametrize(
    ("before", "cards", "stands"),
    [
        (known("/p", "a"), ("a",), True),
        (known("/p", "a", "b"), ("b",), True),
        (known("/p", "a"), ("b",), False),
        (known("/p", "a"), ("a", "b"), False),
        (known("/p", "a"), (), False),
        (known("/p", "a", days=13.9), ("a",), True),
        (known("/p", "a", days=14), ("a",), False),
        (known("/p", "a", days=-1), ("a",), False),  # fetched after this visit was planned: a clock is wrong
        (known("/other", "a"), ("a",), False),
    ],
)
def test_a_page_stands_while_its_cards_are_known_and_it_is_young(before: LinkDigest, cards: tuple[str, ...], stands: bool) -> None:
    assert LinkLedger({before.url: before}, NOW).stands("/p", cards, None) is stands


def test_what_only_a_standing_page_led_to_stands_with_it() -> None:
    ledger = LinkLedger(
        {one.url: one for one in (known("/p", "a"), known("/p/reviews", "r", via="/p"), known("/old", "o", via="/p", days=15))}, NOW
    )
    assert ledger.stands("/p", ("a",), None)
    assert ledger.behind("/p") == ("/p/reviews",)
    assert [link.url for link in ledger.kept(complete=True)] == ["/p", "/p/reviews"]


def test_a_whole_visit_forgets_what_it_no_longer_saw_and_a_broken_one_hands_it_on() -> None:
    before = {"/p": known("/p", "a"), "/q": known("/q", "b")}
    for complete, kept in ((True, ["/p"]), (False, ["/p", "/q"])):
        ledger = LinkLedger(before, NOW)
        ledger.stands("/p", ("a",), None)
        assert [link.url for link in ledger.kept(complete=complete)] == kept
    blocked = LinkLedger(before, NOW)
    assert blocked.kept(complete=False) == tuple(before.values())


# --- whole visits ---

MENU = "<nav><a href=/c/all>All goods</a> <a href=/contact>Contact</a></nav>"


def listing(price: int) -> str:
    words = f"<h1>Acetone</h1><p>{price} EUR, in stock.</p><a href=/p/0>our best</a>"
    return f"<html><head><title>Item</title></head><body>{MENU}{words}</body></html>"


def shop(prices: list[int]) -> dict[str, object]:
    entries = "".join(CARD.format(n=number, price=price) for number, price in enumerate(prices))
    text = "Solvents and reagents for laboratories, delivered in two days. " * 3
    pages: dict[str, object] = {f"/p/{number}": listing(price) for number, price in enumerate(prices)}
    return pages | {
        "/": f"<html><body>{MENU}<p>{text}</p></body></html>",
        "/c/all": f"<html><body>{MENU}<h1>All goods</h1><ul>{entries}</ul></body></html>",
        "/contact": f"<html><body>{MENU}<h1>Contact</h1><p>{text}</p></body></html>",
    }


@pytest.fixture
def visits(tmp_path: Path, serve: Callable) -> Callable[..., tuple[list[str], VisitEvidence]]:
    """`visits(day, routes)`: the paths asked for, and the evidence."""
    server = serve({})
    text = f"name: shop\nseeds: ['{server.url('shop.example')}']\ndelay_s: 0\n"

    def make(day: float, routes: dict[str, object]) -> tuple[list[str], VisitEvidence]:
        server.routes = routes
        server.heads.clear()
        options = CrawlOptions(evidence=tmp_path, hosts={"shop.example": "127.0.0.1"}, now=NOW + day * DAY)
        (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], options)
        assert verify(tmp_path) == []
        return [path for path in server.paths if path.startswith("/p/")], read_visit(visit_path(tmp_path, visit))

    return make


def test_only_changed_new_and_old_details_are_asked_for(visits: Callable) -> None:
    every = ["/p/0", "/p/1", "/p/2"]
    assert visits(0, shop([5, 6, 7]))[0] == every
    asked, evidence = visits(1, shop([5, 6, 7]))
    assert (asked, evidence.visit.stop, evidence.visit.pages_got) == ([], "done", 3)
    assert [url.rpartition(":")[2].partition("/")[2] for url in evidence.unchanged()] == ["p/0", "p/1", "p/2"]
    assert visits(2, shop([5, 9, 7]))[0] == ["/p/1"]
    assert visits(3, shop([5, 9, 7, 8]))[0] == ["/p/3"]
    assert visits(13.5, shop([5, 9, 7, 8]))[0] == []
    assert visits(14.5, shop([5, 9, 7, 8]))[0] == ["/p/0", "/p/2"]  # last fetched on day 0
    assert visits(16.5, shop([5, 9, 7]))[0] == ["/p/1"]  # on day 2
    assert visits(17, shop([5, 9, 7, 8]))[0] == ["/p/3"]  # it came back: forgotten by a whole visit


def test_a_block_page_is_no_fetch_and_digests_survive_it(visits: Callable) -> None:
    visits(0, shop([5, 6, 7]))
    _, evidence = visits(1, {"/": (403, [("Content-Type", "text/html")], b"<h1>Access denied</h1>")})
    assert evidence.visit.stop == "blocked"
    assert visits(2, shop([5, 6, 7]))[0] == []
    blocked = shop([5, 6, 8]) | {"/p/2": (403, [("Content-Type", "text/html")], b"<h1>Access denied</h1>")}
    assert visits(3, blocked)[0] == ["/p/2"]
    assert visits(4, shop([5, 6, 8]))[0] == ["/p/2"]


def test_the_manifest_repeats_the_digests_that_the_archive_holds(visits: Callable, tmp_path: Path) -> None:
    _, evidence = visits(0, shop([5, 6]))
    manifest = read_manifest(manifest_path(visit_path(tmp_path, evidence.visit)))
    assert manifest.links == evidence.links
    assert [link.url.rpartition("/")[2] for link in manifest.links] == ["0", "1"]
    assert all(link.fetched_at > NOW and len(link.cards[0]) == 64 for link in manifest.links)


def test_pages_that_only_a_sitemap_names_are_seen_and_stand_by_their_lastmod(visits: Callable) -> None:
    def mapped(day: str) -> dict[str, object]:
        body = f"<urlset><url><loc>/p/hidden</loc><lastmod>{day}</lastmod></url><url><loc>/p/0</loc></url></urlset>"
        return shop([5, 6]) | {"/sitemap.xml": (200, [("Content-Type", "application/xml")], body.encode()), "/p/hidden": listing(3)}

    assert visits(0, mapped("2026-01-01"))[0] == ["/p/0", "/p/1", "/p/hidden"]
    asked, evidence = visits(1, mapped("2026-01-01"))
    assert (asked, [c.role for c in evidence.captures if c.url.endswith("sitemap.xml")]) == ([], ["sitemap"])
    assert visits(2, mapped("2026-02-28"))[0] == ["/p/hidden"]


def test_a_sitemap_that_robots_names_is_asked_for_instead_of_the_usual_one(visits: Callable) -> None:
    routes = shop([5, 6]) | {
        "/robots.txt": (200, [], b"User-agent: *\nAllow: /\nSitemap: /maps/index.xml\nSitemap: https://elsewhere.example/s.xml"),
        "/maps/index.xml": (200, [], b"<sitemapindex><sitemap><loc>/maps/1.xml</loc></sitemap></sitemapindex>"),
        "/maps/1.xml": (200, [], b"<urlset><url><loc>/p/7</loc></url><url><loc>https://elsewhere.example/p/8</loc></url></urlset>"),
        "/p/7": listing(7),
    }
    asked, evidence = visits(0, routes)
    assert asked == ["/p/0", "/p/1", "/p/7"]
    assert [c.url.rpartition("example")[2].partition("/")[2] for c in evidence.captures if c.role == "sitemap"] == [
        "maps/index.xml",
        "maps/1.xml",
    ]
