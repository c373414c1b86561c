"""A run makes every visit, names every failure, loses nothing to a kill, and is the same to the byte when its clock is simulated."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.canary import Canary
from crawlers.client import Limits
from crawlers.errors import ConfigError
from crawlers.evidence import read_visit, sealed_visits, unsealed_visits, verify, visit_path
from crawlers.records import visit_id
from crawlers.run import CrawlOptions, crawl_visits, live_reactor, run_visits
from crawlers.site import Site, parse_site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTS = {f"shop{number}.example": f"127.0.0.{number}" for number in range(1, 7)}
TEXT = "<p>Ball valves, pumps and bearings for industry, delivered within two days from our own warehouse.</p>"


def job(name: str, seed: str, more: str = "delay_s: 0\n") -> tuple[Site, str]:
    text = f"name: {name}\nseeds: ['{seed}']\n{more}"
    return parse_site(text, f"{name}.yml"), text


def shop(listings: int = 12) -> dict[str, object]:
    home = "<h1>Shop</h1>" + TEXT + "".join(f"<h3><a href='/p/{number}'>Part {number}</a></h3>" for number in range(listings))
    return {"/": home} | {f"/p/{number}": f"<h1>Part {number}</h1>{TEXT}<a href='/'>home</a>" for number in range(listings)}


def archive(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "ledger.jsonl"
    }


def test_the_same_simulated_run_writes_the_same_bytes(tmp_path: Path, serve: Callable) -> None:
    servers = [serve(shop(number + 3), f"127.0.0.{number}") for number in range(1, 5)]
    jobs = [job(f"site{number}", server.url(f"shop{number}.example")) for number, server in enumerate(servers, 1)]
    once, twice = tmp_path / "a", tmp_path / "b"
    first = run_visits(jobs, CrawlOptions(once, HOSTS, NOW))
    second = run_visits(jobs[::-1], CrawlOptions(twice, HOSTS, NOW), concurrent=1)
    assert first == second[::-1]
    assert archive(once) == archive(twice)
    assert [visit.site for visit in first] == ["site1", "site2", "site3", "site4"]
    assert [(visit.stop, visit.pages_got, visit.clock) for visit in first] == [("done", number + 4, "simulated") for number in range(1, 5)]
    times = [capture.fetched_at for capture in read_visit(visit_path(once, first[0])).captures]
    assert times == [NOW + timedelta(seconds=number) for number in range(1, len(times) + 1)]


def test_one_sites_failure_is_a_visit_and_the_run_goes_on(tmp_path: Path, serve: Callable) -> None:
    server = serve(shop(), "127.0.0.1")
    jobs = [job("gone", "http://gone.example/", ""), job("shut", "http://shop2.example:9/"), job("up", server.url("shop1.example"))]
    visits = run_visits(jobs, CrawlOptions(tmp_path, HOSTS))
    assert [visit.stop for visit in visits] == ["nxdomain", "refused", "done"]
    assert len(sealed_visits(tmp_path)) == 3
    assert verify(tmp_path) == []


def test_a_fault_of_ours_in_one_visit_leaves_the_others_alone(
    tmp_path: Path, serve: Callable, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve(shop(3), "127.0.0.1")

    def broken(*arguments: object) -> None:
        if "/p/1" in str(arguments[2]):
            raise KeyError("a fault of ours")
        return original(*arguments)

    from crawlers import storefront

    original = storefront.page_links
    monkeypatch.setattr(storefront, "page_links", broken)
    jobs = [
        job("faulty", server.url("shop1.example")),
        job("sound", server.url("shop1.example", "/p/0"), "delay_s: 0\nbudget: {pages: 1}\n"),
    ]
    visits = run_visits(jobs, CrawlOptions(tmp_path, HOSTS, NOW))
    assert [(visit.site, visit.stop) for visit in visits] == [("faulty", "unknown"), ("sound", "pages")]
    assert [path.parent.name for path in unsealed_visits(tmp_path)] == ["faulty"]
    assert "the visit broke off" in caplog.text
    monkeypatch.undo()
    (mended,) = run_visits(jobs[:1], CrawlOptions(tmp_path, HOSTS, NOW))
    assert (mended.visit_id, mended.stop, mended.pages_got) == (visits[0].visit_id, "done", 4)


@pytest.mark.parametrize(
    ("site", "more", "now", "hosts", "said"),
    [
        ("http://shop.example/", "delay_s: 0\n", None, None, r"delay_s"),
        ("http://shop.example/", "delay_s: 0\n", None, {"shop.example": "93.184.216.34"}, r"delay_s"),
        ("http://shop.example/", "", NOW, None, r"--now"),
        ("http://93.184.216.34/", "", NOW, {"other.example": "127.0.0.1"}, r"--now"),
        ("http://127.0.0.2/", "", NOW, {"other.example": "127.0.0.1"}, r"--now"),
        ("http://127.0.0.2/", "delay_s: 0\n", None, {"other.example": "127.0.0.1"}, r"delay_s"),
        ("http://shop.example/", "", NOW, {"shop.example": "127.0.0.1", "far.example": "93.184.216.34"}, r"far\.example"),
    ],
)
def test_what_only_loopback_may_have_is_refused_elsewhere(
    tmp_path: Path, site: str, more: str, now: datetime | None, hosts: dict[str, str] | None, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        run_visits([job("shop", site, more)], CrawlOptions(tmp_path, hosts, now))
    assert list(tmp_path.iterdir()) == []


def test_with_a_hosts_file_an_unlisted_name_does_not_exist_whatever_the_clock(tmp_path: Path) -> None:
    (visit,) = run_visits([job("shop", "http://shop.example/")], CrawlOptions(tmp_path, {"other.example": "127.0.0.1"}, NOW))
    assert (visit.stop, visit.pages_got, visit.started_at, visit.done_at) == ("nxdomain", 0, NOW, NOW)


def test_a_simulated_clock_refuses_a_canary_on_the_open_web(tmp_path: Path) -> None:
    options = CrawlOptions(tmp_path, {"shop.example": "127.0.0.1"}, NOW, canaries=(Canary("https://far.example/", "x"),))
    with pytest.raises(ConfigError, match=r"far\.example"):
        run_visits([job("shop", "http://shop.example/")], options)


@pytest.mark.parametrize(
    ("routes", "phrase", "verdict"),
    [
        ({"/": "<p>The canary sings: tweet-4711</p>"}, "tweet-4711", True),
        ({"/": "<p>Please log in to the hotel network</p>"}, "tweet-4711", False),
        ({"/": (500, [], b"tweet-4711")}, "tweet-4711", False),
        ({"/": (302, [("Location", "/elsewhere")], b""), "/elsewhere": "tweet-4711"}, "tweet-4711", False),
        ({"/": (200, [("Content-Type", "text/html; charset=gbk")], "金丝雀在唱歌".encode("gbk"))}, "金丝雀", True),
    ],
)
def test_a_canary_must_answer_with_its_phrase(
    tmp_path: Path, serve: Callable, routes: dict[str, object], phrase: str, verdict: bool
) -> None:
    canary, server = serve(routes, "127.0.0.5"), serve(shop(1), "127.0.0.1")
    options = CrawlOptions(tmp_path, HOSTS, NOW, canaries=(Canary(canary.url("shop5.example"), phrase),))
    visits = run_visits([job("a", server.url("shop1.example")), job("b", server.url("shop1.example", "/p/0"))], options)
    assert [visit.canary for visit in visits] == [verdict, verdict]
    assert canary.paths == ["/"]  # one GET each a run, however many sites
    assert read_visit(visit_path(tmp_path, visits[0])).visit.canary is verdict


def test_canaries_that_differ_say_no_and_none_say_nothing(tmp_path: Path, serve: Callable) -> None:
    sings, server = serve({"/": "tweet"}, "127.0.0.5"), serve(shop(1), "127.0.0.1")
    one, dead = Canary(sings.url("shop5.example"), "tweet"), Canary("http://shop6.example:9/", "tweet")
    site = job("a", server.url("shop1.example"))
    assert run_visits([site], CrawlOptions(tmp_path / "1", HOSTS, NOW, canaries=(one, dead)))[0].canary is False
    assert run_visits([site], CrawlOptions(tmp_path / "2", HOSTS, NOW, canaries=(one,)))[0].canary is True
    assert run_visits([site], CrawlOptions(tmp_path / "3", HOSTS, NOW))[0].canary is None


def test_a_planned_visit_is_made_once(tmp_path: Path, serve: Callable) -> None:
    server = serve(shop(2), "127.0.0.1")
    site = job("a", server.url("shop1.example"))
    options = CrawlOptions(tmp_path, HOSTS, planned_at=NOW + timedelta(microseconds=5))
    (first,), asked = run_visits([site], options), len(server.paths)
    (second,) = run_visits([site], options)
    assert first == second
    assert (first.planned_at, first.visit_id) == (NOW, visit_id("a", NOW))
    assert len(server.paths) == asked
    assert len(sealed_visits(tmp_path)) == 1


def test_a_visit_without_a_plan_is_a_new_one_each_time(tmp_path: Path, serve: Callable) -> None:
    site = job("a", serve(shop(1), "127.0.0.1").url("shop1.example"))
    made = [run_visits([site], CrawlOptions(tmp_path, HOSTS))[0].visit_id for _ in range(3)]
    assert len(set(made)) == 3
    assert len(sealed_visits(tmp_path)) == 3


def test_many_days_are_lived_in_one_loop(tmp_path: Path, serve: Callable) -> None:
    site = job("a", serve(shop(1), "127.0.0.1").url("shop1.example"))

    async def days() -> list[datetime]:
        made = [await crawl_visits([site], CrawlOptions(tmp_path, HOSTS, NOW + timedelta(days=day))) for day in range(3)]
        return [visit.planned_at for (visit,) in made]

    assert live_reactor(days) == [NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)]


CHILD = """
import json, sys
from datetime import datetime
from pathlib import Path
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site
ask = json.loads(sys.argv[1])
now = datetime.fromisoformat(ask["now"]) if ask["now"] else None
planned = datetime.fromisoformat(ask["planned"]) if ask["planned"] else None
options = CrawlOptions(Path(ask["folder"]), ask["hosts"], now, planned, ask.get("fresh", False))
(visit,) = run_visits([(parse_site(ask["text"], "a.yml"), ask["text"])], options)
print(json.dumps([visit.visit_id, visit.stop, visit.pages_got]))
"""


def child(folder: Path, text: str, *, now: datetime | None, planned: datetime | None = None, fresh: bool = False) -> subprocess.Popen[str]:
    ask = {
        "folder": str(folder),
        "hosts": HOSTS,
        "text": text,
        "now": now and now.isoformat(),
        "planned": planned and planned.isoformat(),
        "fresh": fresh,
    }
    return subprocess.Popen([sys.executable, "-c", CHILD, json.dumps(ask)], stdout=subprocess.PIPE, text=True)


def killed_after(process: subprocess.Popen[str], server: object, requests: int) -> None:
    """Kill -9 once the server has been asked that often."""
    deadline = time.monotonic() + 30
    while len(server.heads) < requests and process.poll() is None and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.001)
    assert process.poll() is None, "the visit ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


KILLS = [1, 2, 3, 9, 40, *(pytest.param(count, marks=pytest.mark.long) for count in range(4, 64, 3))]


@pytest.mark.parametrize("requests", KILLS)
def test_a_visit_that_was_killed_is_resumed_without_loss_or_double(tmp_path: Path, serve: Callable, requests: int) -> None:
    whole, server = serve(shop(60), "127.0.0.1"), serve(shop(60), "127.0.0.1")
    whole.routes = server.routes
    text = f"name: a\nseeds: ['{server.url('shop1.example')}']\ndelay_s: 0\n"
    killed_after(child(tmp_path / "killed", text, now=NOW), server, requests)
    assert len(unsealed_visits(tmp_path / "killed")) <= 1
    asked_before = len(server.heads)
    second = child(tmp_path / "killed", text, now=NOW)
    visit, stop, pages = json.loads(second.communicate(timeout=60)[0])
    assert (second.returncode, stop, pages, visit) == (0, "done", 61, visit_id("a", NOW))
    assert verify(tmp_path / "killed") == []
    (path,) = sealed_visits(tmp_path / "killed")
    evidence = read_visit(path)
    assert evidence.warnings == ()
    ids = [capture.capture_id for capture in evidence.captures]
    assert len(ids) == len(set(ids)) == 64  # with robots, icon, sitemap
    assert len(evidence.hosts) == 1
    asked_again = [path for path in server.paths[:asked_before] if path in server.paths[asked_before:]]
    # The exchange that the kill cut off; besides it the robots file, when the host's facts were not written yet.
    assert len(asked_again) <= (2 if requests < 9 else 1)
    assert requests < 9 or "/robots.txt" not in asked_again
    (straight,) = run_visits([(parse_site(text, "a.yml"), text)], CrawlOptions(tmp_path / "whole", HOSTS, NOW))
    known = read_visit(visit_path(tmp_path / "whole", straight))
    assert (evidence.visit, evidence.captures, evidence.hosts) == (known.visit, known.captures, known.hosts)
    assert evidence.bodies == known.bodies


def test_an_interrupted_visit_is_resumed_while_it_is_young_unless_it_is_to_be_fresh(tmp_path: Path, serve: Callable) -> None:
    server = serve(shop(20), "127.0.0.1")
    text = f"name: a\nseeds: ['{server.url('shop1.example')}']\ndelay_s: 0.02\nbudget: {{minutes: 10}}\n"
    killed_after(child(tmp_path, text, now=None, planned=datetime.now(UTC) - timedelta(minutes=5)), server, 5)
    (interrupted,) = unsealed_visits(tmp_path)
    fresh = json.loads(child(tmp_path, text, now=None, fresh=True).communicate(timeout=60)[0])
    assert fresh[0] not in interrupted.name
    resumed = json.loads(child(tmp_path, text, now=None).communicate(timeout=60)[0])
    assert resumed[0] in interrupted.name
    assert unsealed_visits(tmp_path) == []
    killed_after(child(tmp_path, text, now=None, planned=datetime.now(UTC) - timedelta(minutes=11)), server, len(server.heads) + 5)
    (too_old,) = unsealed_visits(tmp_path)
    another = json.loads(child(tmp_path, text, now=None).communicate(timeout=60)[0])
    assert another[0] not in too_old.name


def test_limits_are_options(tmp_path: Path, serve: Callable) -> None:
    server = serve({"/": "x" * 5000}, "127.0.0.1")
    (visit,) = run_visits([job("a", server.url("shop1.example"))], CrawlOptions(tmp_path, HOSTS, NOW, limits=Limits(body_bytes=4000)))
    assert visit.stop == "too_large"
