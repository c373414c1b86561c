"""The real crawler on the running market: it ends as the truth says, reads every page, and asks for nothing else."""

import json
import socket
from pathlib import Path

import pytest
import yaml
from warcio.archiveiterator import ArchiveIterator

from churnwatch.demo.days import day_time
from churnwatch.demo.market import FAULTS, Market
from churnwatch.demo.pages import routes
from churnwatch.demo.site_files import site_text
from churnwatch.demo.world import World, make_world
from crawlers.canary import Canary
from crawlers.errors import ConfigError
from crawlers.evidence import read_info, read_visit, visit_path
from crawlers.manifest import manifest_path
from crawlers.records import Visit
from crawlers.run import CrawlOptions, crawl_visits, live_reactor
from crawlers.site import Site, parse_site


@pytest.fixture(scope="module")
def world() -> World:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return make_world(1, 20, probe.getsockname()[1])


def jobs(world: World, day: int) -> list[tuple[Site, str]]:
    return [(parse_site(site_text(world, shop), f"{shop.site}.yml"), site_text(world, shop)) for shop in world.open_shops(day)]


def options(world: World, day: int, folder: Path) -> CrawlOptions:
    return CrawlOptions(
        evidence=folder,
        hosts=world.hosts(day),
        now=day_time(day),
        planned_at=day_time(day),
        canaries=tuple(Canary(f"https://{host}:{world.port}/", phrase) for host, phrase in world.canaries.items()),
        user_agent="churnwatch-test",
    )


def crawl(world: World, days: tuple[int, ...], folder: Path) -> tuple[dict[int, list[Visit]], dict[str, int]]:
    seen: dict[int, list[Visit]] = {}
    with Market(world) as market:

        async def live() -> None:
            for day in days:
                market.day(day)
                seen[day] = await crawl_visits(jobs(world, day), options(world, day, folder), concurrent=4)

        live_reactor(live)
        return seen, market.counts()


def test_visits_end_as_the_truth_says_and_read_every_page_once(world, tmp_path):
    seen, counts = crawl(world, (0, 5, 8, 10, 12, 16), tmp_path)
    assert {key: counts.get(key, 0) for key in FAULTS} == dict.fromkeys(FAULTS, 0)
    shops = {shop.site: shop for shop in world.shops}
    for day, visits in seen.items():
        assert len(visits) == len(world.open_shops(day))
        for visit in visits:
            shop = shops[visit.site]
            state = world.state(shop, day)
            assert visit.canary is (state != "portal")
            # The provider's page says `suspended`; only the canaries tell that the fault is ours.
            assert visit.stop == {"live": "done", "portal": "suspended"}.get(state, state), (day, visit.site)
            if state == "live":
                evidence = read_visit(visit_path(tmp_path, visit))
                captures = evidence.captures
                expected = {f"https://{shop.host}:{world.port}{path}" for path in routes(world, shop, day) if not path.startswith("/img/")}
                # What was not asked for again stood unchanged on its list; on the first day there is nothing to compare with.
                assert expected <= {capture.url for capture in captures} | set(evidence.unchanged())
                assert day or not evidence.unchanged()
                assert len({(capture.asked_url, capture.hop) for capture in captures}) == len(captures)


def test_a_name_missing_from_the_hosts_file_needs_no_delay_but_an_unpinned_address_does(world, tmp_path):
    site, text = jobs(world, 0)[0]
    nowhere = CrawlOptions(evidence=tmp_path, hosts={}, now=day_time(0), planned_at=day_time(0), user_agent="churnwatch-test")

    async def look() -> list[Visit]:
        return await crawl_visits([(site, text)], nowhere)

    assert [visit.stop for visit in live_reactor(look)] == ["nxdomain"]
    address = text.replace("northpier-lab.example", "192.0.2.7")
    with pytest.raises(ConfigError, match=r"only for hosts pinned to loopback, 192\.0\.2\.7 is not"):
        live_reactor(lambda: crawl_visits([(parse_site(address, "x"), address)], nowhere))


@pytest.mark.usefixtures("chromium")
def test_a_demo_visit_in_the_browser_leaves_every_kind_of_artefact(world, tmp_path):
    shop = next(shop for shop in world.open_shops(0) if world.state(shop, 0) == "live")
    fields = yaml.safe_load(site_text(world, shop)) | {"render": "browser", "images": True, "budget": {"pages": 3}}
    text = yaml.safe_dump(fields)
    with Market(world) as market:
        market.day(0)
        (visit,) = live_reactor(lambda: crawl_visits([(parse_site(text, f"{shop.site}.yml"), text)], options(world, 0, tmp_path)))
        assert {key: market.counts().get(key, 0) for key in FAULTS} == dict.fromkeys(FAULTS, 0)
    path = visit_path(tmp_path, visit)
    evidence = read_visit(path)
    of = {(one.role, one.render): evidence.bodies[one.capture_id] for one in reversed(evidence.captures)}
    entry = next(one for one in evidence.captures if (one.role, one.render) == ("page", "http"))
    facts, told = evidence.hosts[0], json.loads(of["resources", "browser"])
    with path.open("rb") as file:
        kept = {record.rec_type for record in ArchiveIterator(file, no_record_parse=True)}
    kinds = {
        "response as received": bool(of["page", "http"]),
        "request as sent": "request" in kept,
        "headers in wire order": len(entry.headers) >= 3 and len({name for name, _ in entry.headers}) >= 3,
        "rendered document": b"<html" in of["dom", "browser"].lower(),
        "visible text": len(of["text", "browser"]) > 100 and b"<" not in of["text", "browser"][:50],
        "window picture": of["screenshot", "browser"][:4] == b"\x89PNG",
        "resource list": {"entries", "refused", "sign"} <= told.keys(),
        "cookie and storage names": {"cookies", "storage"} <= told.keys(),
        "robots as seen": ("robots", "http") in of and facts.robots in ("allowed", "absent"),
        "sitemap as seen": ("sitemap", "http") in of,
        "favicon": bool(of["favicon", "http"]),
        "product picture": of["asset", "http"][:4] == b"\x89PNG",
        "certificate chain": len(facts.certificates) >= 1 and len(facts.certificates[0].spki_sha256) == 64,
        "DNS answers": [answer.values for answer in facts.dns] != [],
        "address": entry.ip == shop.address,
        "site file": evidence.site_text == text,
        "reason and software": {"software-sha256", "site-file-sha256"} <= read_info(path).keys(),
        "manifest and seal": manifest_path(path).exists() and (tmp_path / "ledger.jsonl").exists(),
    }
    assert [kind for kind, is_there in kinds.items() if not is_there] == []
    assert len(kinds) >= 14
