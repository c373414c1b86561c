"""A visit sees every list and listing of a shop within its budget, obeys robots, stops at barriers and never leaves the storefront."""

import asyncio
import gzip
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.client import Limits
from crawlers.evidence import read_visit, verify, visit_path
from crawlers.pace import MemoryPace
from crawlers.records import Visit, VisitEvidence
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTS = {"shop.example": "127.0.0.1", "www.shop.example": "127.0.0.1", "other.example": "127.0.0.1"}
Redirect = tuple[int, list[tuple[str, str]], bytes]


def page(title: str, *links: str) -> str:
    shown = "".join(f'<li><h3><a href="{link}">Item {number} of the list</a></h3></li>' for number, link in enumerate(links))
    text = "Ball valves, pumps and bearings for industry, delivered within two days from our own warehouse. " * 3
    return f"<html lang='en'><head><title>{title}</title></head><body><h1>{title}</h1><ul>{shown}</ul><p>{text}</p></body></html>"


def to(target: str, status: int = 302) -> Redirect:
    return status, [("Location", target)], b""


def visited(tmp_path: Path, seed: str, more: str = "", **options: object) -> tuple[Visit, VisitEvidence]:
    text = f"name: shop\nseeds: ['{seed}']\ndelay_s: 0\n{more}"
    made = CrawlOptions(evidence=tmp_path / "evidence", hosts=HOSTS, **({"now": NOW} | options))  # type: ignore[arg-type]
    (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], made)
    assert verify(made.evidence) == []
    return visit, read_visit(visit_path(made.evidence, visit))


def roles(evidence: VisitEvidence, role: str) -> list[str]:
    return [capture.url.partition("example")[2].partition("/")[2] for capture in evidence.captures if capture.role == role]


def shop(pages: int = 3, listings: int = 4) -> dict[str, object]:
    """A catalogue of `pages` list pages with `listings` listings each, entered through a redirect, as django-oscar does it."""
    routes: dict[str, object] = {"/": to("/catalogue/"), "/favicon.ico": (200, [("Content-Type", "image/x-icon")], b"icon")}
    for number in range(1, pages + 1):
        here = [f"/catalogue/part-{number}-{count}/" for count in range(listings)]
        following = [f"/catalogue/?page={number + 1}"] if number < pages else []
        routes["/catalogue/" if number == 1 else f"/catalogue/?page={number}"] = page(
            f"List {number}", *here, *following, "/basket/", "/accounts/login/"
        )
        routes |= {url: page(url, "/catalogue/", f"{url}reviews/") for url in here} | {
            f"{url}reviews/": page("Reviews", url) for url in here
        }
    return routes


def test_every_list_and_listing_is_seen_lists_first_and_nothing_is_touched(tmp_path: Path, serve: Callable) -> None:
    server = serve(shop())
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    lists = ["catalogue/", "catalogue/?page=2", "catalogue/?page=3"]
    listings = [f"catalogue/part-{number}-{count}/" for number in (1, 2, 3) for count in range(4)]
    assert roles(evidence, "page") == lists + listings + [f"{url}reviews/" for url in listings]
    assert (visit.stop, visit.pages_planned, visit.pages_got) == ("done", 27, 27)
    assert roles(evidence, "redirect") == [""]
    assert roles(evidence, "robots") == ["robots.txt"]
    assert roles(evidence, "favicon") == ["favicon.ico"]
    assert len(server.paths) == len(set(server.paths)) == len(evidence.captures)
    assert {head.split(b" ")[0] for head in server.heads} == {b"GET"}
    assert not [path for path in server.paths if "basket" in path or "login" in path]


def test_a_redirect_is_kept_hop_by_hop(tmp_path: Path, serve: Callable) -> None:
    server = serve({"/": to("/a", 301), "/a": to("/b?z=1&a=2", 307), "/b?z=1&a=2": page("Shop")})
    _, evidence = visited(tmp_path, server.url("shop.example"))
    chain = [(c.role, c.hop, c.status, c.url.rpartition("/")[2]) for c in evidence.captures if c.asked_url == server.url("shop.example")]
    assert chain == [("redirect", 0, 301, ""), ("redirect", 1, 307, "a"), ("page", 2, 200, "b?z=1&a=2")]


def test_captures_hold_what_was_seen(tmp_path: Path, serve: Callable) -> None:
    server = serve({"/": (200, [("X-Shop", "1"), ("Content-Type", "text/html")], page("Shop").encode())})
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    entry = next(capture for capture in evidence.captures if capture.role == "page")
    assert (entry.ip, entry.protocol, entry.seen_as, entry.headers[0], entry.fetched_at) == (
        "127.0.0.1",
        "HTTP/1.1",
        "live",
        ("X-Shop", "1"),
        NOW.replace(second=2),
    )
    assert evidence.bodies[entry.capture_id].decode() == page("Shop")
    assert (visit.started_at, visit.done_at, visit.clock) == (NOW, NOW.replace(second=4), "simulated")  # robots, page, icon, sitemap


def test_cookies_are_kept_as_evidence_and_never_sent_back(tmp_path: Path, serve: Callable) -> None:
    server = serve(
        {"/": (200, [("Set-Cookie", "a=1; Path=/"), ("Content-Type", "text/html")], page("Shop", "/p/1").encode()), "/p/1": page("A")}
    )
    _, evidence = visited(tmp_path, server.url("shop.example"))
    assert evidence.captures[1].header("Set-Cookie") == "a=1; Path=/"
    assert [head for head in server.heads if b"\nCookie:" in head] == []
    assert server.paths[-2:] == ["/sitemap.xml", "/p/1"]


def test_the_page_budget_ends_the_visit(tmp_path: Path, serve: Callable) -> None:
    visit, evidence = visited(tmp_path, serve(shop(pages=5)).url("shop.example"), "budget: {pages: 7}\n")
    assert (visit.stop, visit.pages_got) == ("pages", 7)
    assert roles(evidence, "page")[:5] == ["catalogue/", *(f"catalogue/?page={number}" for number in (2, 3, 4, 5))]


async def slow(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.3)
    body = page("Slow").encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


def test_the_time_budget_ends_the_visit(tmp_path: Path, serve: Callable) -> None:
    routes = {"/": page("Shop", *(f"/p/{number}" for number in range(50)))} | {f"/p/{number}": slow for number in range(50)}
    visit, _ = visited(tmp_path, serve(routes).url("shop.example"), "budget: {minutes: 0.01}\n")
    assert visit.stop == "budget"
    assert visit.pages_got < 10


ROBOTS = [
    ((404, [], b""), "obey", "done", "absent"),
    ((403, [], b"no"), "obey", "done", "absent"),
    ((200, [], b""), "obey", "done", "allowed"),
    ((200, [], b"User-agent: *\nDisallow: /admin"), "obey", "done", "allowed"),
    ((200, [], b"User-agent: *\nDisallow: /"), "obey", "robots_denied", "denied"),
    ((200, [], b"User-agent: churnwatch\nDisallow: /"), "obey", "robots_denied", "denied"),
    ((200, [], b"User-agent: *\nDisallow: /"), "record", "done", "recorded"),
    ((200, [], b"User-agent: *\nAllow: /"), "record", "done", "allowed"),
    ((500, [], b"oops"), "obey", "server_error", "failed"),
    ((503, [("Retry-After", "1")], b"User-agent: *\nAllow: /"), "obey", "server_error", "failed"),
    ((500, [], b"oops"), "record", "done", "failed"),
    (to("/static/robots"), "obey", "robots_denied", "denied"),
    (to("https://other.example/robots.txt"), "obey", "done", "absent"),
    (to("/robots.txt"), "obey", "done", "absent"),
    ((200, [("Content-Encoding", "gzip")], gzip.compress(b"User-agent: *\nDisallow: /")), "obey", "robots_denied", "denied"),
    ((200, [("Content-Type", "text/html")], page("Shop").encode()), "obey", "done", "allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("robots", "mode", "stop", "verdict"), ROBOTS)
def test_the_robots_file_decides_and_is_kept(tmp_path: Path, serve: Callable, robots: Redirect, mode: str, stop: str, verdict: str) -> None:
    server = serve({"/robots.txt": robots, "/static/robots": (200, [], b"User-agent: *\nDisallow: /"), "/": page("Shop")})
    visit, evidence = visited(tmp_path, server.url("shop.example"), f"legal_reason: case 1\nrobots: {mode}\n")
    (facts,) = evidence.hosts
    assert (visit.stop, facts.robots, facts.host, facts.port) == (stop, verdict, "shop.example", server.port)
    assert (facts.failure == stop) is (stop == "server_error")
    assert ("/" in server.paths) is (stop == "done")
    assert server.paths.count("/robots.txt") == (1 if robots != to("/robots.txt") else 11)
    kept = {capture.capture_id: capture for capture in evidence.captures}
    assert kept[facts.robots_capture_id or ""].asked_url.endswith("/robots.txt")


CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body><form id='challenge-form' action='/cdn-cgi/challenge-platform/h'>"
    b"Checking your browser</form></body></html>"
)
SEIZED = (
    b"<html><head><title>Domain seized</title></head><body><h1>This domain has been seized</h1>"
    b"<p>by law enforcement under a court order.</p></body></html>"
)


def test_a_challenge_in_place_of_robots_stops_the_visit(tmp_path: Path, serve: Callable) -> None:
    server = serve({"/robots.txt": (503, [("Content-Type", "text/html"), ("Server", "cloudflare")], CHALLENGE), "/": page("Shop")})
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    assert visit.stop in ("captcha", "blocked")
    assert (server.paths, evidence.hosts[0].failure) == (["/robots.txt"], visit.stop)


def test_pages_that_robots_forbids_are_skipped_and_not_planned(tmp_path: Path, serve: Callable) -> None:
    server = serve(
        {
            "/robots.txt": (200, [], b"User-agent: *\nDisallow: /private\nDisallow: /favicon.ico"),
            "/": page("Shop", "/private/1", "/open/1"),
            "/open/1": page("A"),
        }
    )
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    assert (roles(evidence, "page"), visit.stop, visit.pages_planned, visit.pages_got) == (["", "open/1"], "done", 2, 2)
    assert "/private/1" not in server.paths
    assert "/favicon.ico" not in server.paths


@pytest.mark.parametrize(("host", "stop"), [("unlisted.example", "nxdomain"), ("shop.example", "refused")])
def test_a_host_that_cannot_be_reached_leaves_a_visit_with_its_word(tmp_path: Path, serve: Callable, host: str, stop: str) -> None:
    server = serve({})
    seed = server.url(host) if stop == "nxdomain" else "http://shop.example:9/"
    text = f"name: shop\nseeds: ['{seed}']\n"
    options = CrawlOptions(evidence=tmp_path, hosts=HOSTS)
    (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], options)
    evidence = read_visit(visit_path(tmp_path, visit))
    assert (visit.stop, evidence.captures, evidence.hosts[0].failure) == (stop, (), stop)
    assert [answer.source for answer in evidence.hosts[0].dns] == ([] if stop == "nxdomain" else ["hosts-file"])
    assert evidence.hosts[0].detail


def test_the_chain_is_part_of_the_host_facts_even_when_it_is_bad(tmp_path: Path, serve: Callable, certificates: Callable) -> None:
    context, chain = certificates("wrong.example", expired=True)
    visit, evidence = visited(tmp_path, serve({"/": page("Shop")}, tls=context).url("shop.example"))
    (facts,) = evidence.hosts
    assert visit.stop == "done"
    assert tuple(certificate.der for certificate in facts.certificates) == tuple(chain)
    assert facts.certificates[0].subject == "CN=wrong.example"
    assert facts.certificates[0].not_after.isoformat() == "2020-01-02T00:00:00+00:00"
    assert (facts.dns[0].values, facts.dns[0].source, facts.seen_at) == (("127.0.0.1",), "hosts-file", NOW.replace(second=1))


def test_a_redirect_to_another_storefront_is_recorded_and_not_followed(tmp_path: Path, serve: Callable) -> None:
    server = serve({})
    server.routes |= {"/": to(server.url("other.example", "/new")), "/new": page("New shop")}
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    assert (visit.stop, server.paths) == ("moved", ["/robots.txt", "/"])
    assert evidence.captures[-1].header("Location") == server.url("other.example", "/new")


def test_a_redirect_within_the_storefront_is_followed_to_another_host_and_its_robots(tmp_path: Path, serve: Callable) -> None:
    server = serve({})
    server.routes |= {"/": to(server.url("www.shop.example", "/start")), "/start": page("Shop")}
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    assert visit.stop == "done"
    assert {facts.host for facts in evidence.hosts} == {"shop.example", "www.shop.example"}
    assert server.paths.count("/robots.txt") == 2


def test_endless_redirects_end(tmp_path: Path, serve: Callable) -> None:
    server = serve({f"/{number}": to(f"/{number + 1}") for number in range(100)} | {"/": to("/0")})
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    assert (visit.stop, len(roles(evidence, "redirect"))) == ("unknown", 11)


@pytest.mark.parametrize(
    ("status", "body", "stop"),
    [
        (403, b"Forbidden", "blocked"),
        (429, b"Too many requests", "blocked"),
        (404, b"Not found", "not_found"),
        (500, b"Oops", "server_error"),
        (200, b"", "empty"),
        (
            200,
            SEIZED,
            "seized",
        ),
    ],
)
def test_an_entry_that_is_not_live_ends_the_visit_with_its_word(
    tmp_path: Path, serve: Callable, status: int, body: bytes, stop: str
) -> None:
    server = serve({"/": (status, [("Content-Type", "text/html")], body + b"<a href=/p/1>x</a>" * (status != 200)), "/p/1": page("A")})
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    assert (visit.stop, server.paths) == (stop, ["/robots.txt", "/"])
    assert evidence.captures[-1].seen_as == stop


def test_a_block_in_the_middle_stops_the_visit_at_once(tmp_path: Path, serve: Callable) -> None:
    routes: dict[str, object] = {"/": page("Shop", *(f"/p/{number}" for number in range(9)))}
    routes |= {f"/p/{number}": page("A") if number < 3 else (403, [("Content-Type", "text/html")], b"Access denied") for number in range(9)}
    server = serve(routes)
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    assert (visit.stop, visit.pages_planned, visit.pages_got) == ("blocked", 10, 5)
    assert roles(evidence, "page")[-1] == "p/3"
    assert "/p/4" not in server.paths


def test_a_page_that_fails_is_asked_for_once_more_and_an_incomplete_visit_is_not_done(tmp_path: Path, serve: Callable) -> None:
    server = serve({"/": page("Shop", "/bad", "/good"), "/bad": (500, [], b"oops"), "/good": page("A")})
    visit, evidence = visited(tmp_path, server.url("shop.example"))
    assert [path for path in server.paths if path in ("/bad", "/good")] == ["/bad", "/good", "/bad"]
    assert [(c.url[-4:], c.attempt) for c in evidence.captures if c.url.endswith("/bad")] == [("/bad", 1), ("/bad", 2)]
    assert (visit.stop, visit.pages_planned, visit.pages_got) == ("pages", 3, 2)


def test_a_site_that_goes_down_is_left_alone(tmp_path: Path, serve: Callable) -> None:
    routes: dict[str, object] = {"/": page("Shop", *(f"/p/{number}" for number in range(20)))}
    server = serve(routes | {f"/p/{number}": (502, [], b"Bad gateway") for number in range(20)})
    visit, _ = visited(tmp_path, server.url("shop.example"))
    assert (visit.stop, len([path for path in server.paths if path.startswith("/p/")])) == ("server_error", 5)


def test_a_bomb_is_kept_small_and_its_visit_goes_on(tmp_path: Path, serve: Callable) -> None:
    bomb = gzip.compress(b"<a href=/x>x</a>" * 4_000_000)
    routes = {
        "/": page("Shop", "/bomb", "/good"),
        "/bomb": (200, [("Content-Type", "text/html"), ("Content-Encoding", "gzip")], bomb),
        "/good": page("A"),
    }
    visit, evidence = visited(tmp_path, serve(routes).url("shop.example"))
    kept = next(capture for capture in evidence.captures if capture.url.endswith("/bomb"))
    assert (visit.stop, visit.pages_got, kept.body_bytes, evidence.bodies[kept.capture_id]) == ("done", 3, len(bomb), b"")


def test_a_page_that_drips_is_given_up(tmp_path: Path, serve: Callable) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    routes = {"/": page("Shop", "/drip", "/good"), "/drip": drip, "/good": page("A")}
    visit, evidence = visited(tmp_path, serve(routes).url("shop.example"), limits=Limits(total_s=0.3))
    assert (visit.stop, visit.pages_got, roles(evidence, "page")) == ("pages", 2, ["", "good"])


def test_an_endless_list_leaves_the_budget_to_the_listings(tmp_path: Path, serve: Callable) -> None:
    routes: dict[str, object] = {f"/list?page={number}": page("List", f"/list?page={number + 1}") for number in range(2, 400)}
    routes |= {"/": page("Shop", "/list?page=2", *(f"/p/{number}" for number in range(20)))} | {
        f"/p/{number}": page("A") for number in range(20)
    }
    visit, evidence = visited(tmp_path, serve(routes).url("shop.example"), "budget: {pages: 60}\n")
    assert visit.stop == "done"
    assert len([url for url in roles(evidence, "page") if url.startswith("p/")]) == 20


def test_links_out_of_the_storefront_are_not_followed(tmp_path: Path, serve: Callable) -> None:
    server = serve({})
    server.routes |= {
        "/": page("Shop", server.url("other.example", "/x"), server.url("www.shop.example", "/y"), "/z#top", "/z?utm_source=a"),
        "/x": page("X"),
    }
    server.routes |= {"/y": page("Y"), "/z": page("Z")}
    _, evidence = visited(tmp_path, server.url("shop.example"))
    assert {capture.url for capture in evidence.captures if capture.role == "page"} == {
        server.url("shop.example", "/"),
        server.url("shop.example", "/z"),
        server.url("www.shop.example", "/y"),
    }


def test_this_machines_other_names_are_one_shop(tmp_path: Path, serve: Callable) -> None:
    server = serve({})
    server.routes |= {
        "/": to(server.url("localhost", "/start")),
        "/start": page("Shop", server.url("localhost", "/p/1")),
        "/p/1": page("A"),
    }
    text = f"name: shop\nseeds: ['{server.url('127.0.0.1')}']\ndelay_s: 0\n"
    options = CrawlOptions(evidence=tmp_path, hosts={"loopback.example": "127.0.0.1"}, now=NOW)
    (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], options)
    assert (visit.stop, visit.pages_got) == ("done", 2)
    assert {capture.url for capture in read_visit(visit_path(tmp_path, visit)).captures} == {
        server.url("127.0.0.1", path) for path in ("/robots.txt", "/", "/start", "/p/1", "/favicon.ico", "/sitemap.xml")
    }


def test_a_market_is_one_visit_with_all_its_sellers(tmp_path: Path, serve: Callable) -> None:
    routes = {
        "/": page("Market", "/seller/nova", "/seller/acme?page=1"),
        "/seller/nova": page("Nova", "/item/1"),
        "/seller/acme?page=1": page("Acme"),
        "/item/1": page("Item"),
    }
    visit, _ = visited(tmp_path, serve(routes).url("shop.example"), "kind: marketplace\n")
    assert (visit.stop, visit.pages_got) == ("done", 4)


def test_the_icon_that_the_page_names_is_fetched_once(tmp_path: Path, serve: Callable) -> None:
    home = page("Shop", "/p/1").replace("</head>", '<link rel="icon" href="/static/logo.svg"></head>')
    server = serve({"/": home, "/p/1": page("A"), "/static/logo.svg": (200, [("Content-Type", "image/svg+xml")], b"<svg/>")})
    _, evidence = visited(tmp_path, server.url("shop.example"))
    assert roles(evidence, "favicon") == ["static/logo.svg"]
    assert "/favicon.ico" not in server.paths


class NotedPace(MemoryPace):
    """The real pace, with the times at which it gave turns."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[float] = []

    @asynccontextmanager
    async def turn(self, host: str, delay_s: float, patience_s: float) -> AsyncIterator[float]:
        async with super().turn(host, delay_s, patience_s) as given:
            self.given.append(given)
            yield given


@pytest.mark.parametrize(("delay_s", "robots", "kept_s"), [(0.2, "", 0.2), (0.05, "User-agent: *\nCrawl-delay: 0.25", 0.25)])
def test_requests_to_a_host_keep_their_distance(tmp_path: Path, serve: Callable, delay_s: float, robots: str, kept_s: float) -> None:
    """The first distance is the site file's, since the robots file comes with its answer."""
    server, pace = serve({"/robots.txt": (200, [], robots.encode()), "/": page("Shop", "/p/1"), "/p/1": page("A")}), NotedPace()
    text = f"name: shop\nseeds: ['{server.url('shop.example')}']\ndelay_s: {delay_s}\n"
    (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], CrawlOptions(evidence=tmp_path, hosts=HOSTS, pace=pace))
    assert visit.stop == "done"
    assert len(pace.given) == len(read_visit(visit_path(tmp_path, visit)).captures) == 5
    apart = [later - earlier for earlier, later in itertools.pairwise(pace.given)]
    assert apart[0] >= delay_s - 1e-6 and min(apart[1:]) >= kept_s - 1e-6


def test_a_sitemap_that_failed_is_not_asked_for_again_by_the_index_that_names_it(tmp_path: Path, serve: Callable) -> None:
    index = (
        "<sitemapindex>" + "".join(f"<sitemap><loc>/{name}.xml</loc></sitemap>" for name in ("huge", "index", "more")) + "</sitemapindex>"
    )
    routes = {
        "/": page("Shop", "/p/1"),
        "/p/1": page("A"),
        "/p/2": page("B"),
        "/robots.txt": (200, [], b"Sitemap: /huge.xml\nSitemap: /index.xml\n"),
        "/huge.xml": (200, [("Content-Length", "99999999999")], b"<urlset>"),
        "/index.xml": (200, [("Content-Type", "application/xml")], index.encode()),
        "/more.xml": (200, [("Content-Type", "application/xml")], b"<urlset><url><loc>/p/2</loc></url></urlset>"),
    }
    server = serve(routes)
    visit, _ = visited(tmp_path, server.url("shop.example"))
    asked = [path for path in server.paths if path.endswith(".xml")]
    assert asked == ["/huge.xml", "/index.xml", "/more.xml"]
    assert "/p/2" in server.paths and visit.stop == "done"


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_2_gb_is_cut_off_named_and_the_visit_goes_on(
    tmp_path: Path, serve: Callable, caplog: pytest.LogCaptureFixture, announced: bool
) -> None:
    sent = 0

    async def huge(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        length = b"Content-Length: 2147483648\r\n" if announced else b""
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + length + b"\r\n")
        for _ in range(2048):
            writer.write(b" " * 1_048_576)
            await writer.drain()
            sent += 1_048_576

    server = serve({"/": page("Shop", "/huge", "/good"), "/huge": huge, "/good": page("Good")})
    visit, evidence = visited(tmp_path, server.url("shop.example"), limits=Limits(body_bytes=4_000_000))
    assert (visit.stop, visit.pages_got) == ("pages", 2)  # never `done`: one page was not seen
    assert {capture.url.rpartition("/")[2] for capture in evidence.captures if capture.role == "page"} == {"", "good"}
    assert sent <= 64 * 1_048_576  # what socket buffers and one read ahead may hold besides
    assert server.paths.count("/huge") == 1  # not asked for a second time in one visit
