"""Living through the invented market: one simulated day after another through the whole pipeline, in one event loop."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from churnwatch.capture import read_site
from churnwatch.demo.days import day_time
from churnwatch.demo.market import Market
from churnwatch.demo.site_files import write_hosts, write_site_files
from churnwatch.demo.world import World
from churnwatch.pipeline import analyse_visits, judge
from churnwatch.schedule import due_now
from crawlers.canary import Canary
from crawlers.evidence import visit_path
from crawlers.records import Visit, visit_id
from crawlers.run import CrawlOptions, crawl_visits, live_reactor
from crawlers.site import Site
from indexer.alerts import send_alerts
from indexer.mail import FolderMailer
from indexer.observe import plan_document
from indexer.store import Document, Store

JUDGED_AFTER = timedelta(hours=1)  # simulated time between the day's visits and its judging


@dataclass(frozen=True, slots=True)
class Lived:
    """What the days left behind: the leads of the last day, what the market counted, what could not be analysed."""

    leads: tuple[Document, ...]
    counts: dict[str, int]
    damaged: tuple[str, ...]
    visits: int
    seconds: dict[str, float]  # wall time by stage


def live(world: World, folder: Path, store: Store, told: Callable[[int], None] = lambda _: None, *, scheduled: bool = False) -> Lived:
    """Lives the world's days: crawl, analyse, judge, mail to `folder/mail`. `told` hears of each day done.

    With `scheduled` the site files and the plans in the store say which sites are due, as in `churnwatch schedule`; else every site is.
    """
    mailer = FolderMailer(folder / "mail", sender="churnwatch@demo.example", recipients=("analyst@demo.example",))
    damaged: list[str] = []
    spent = {"crawl": 0.0, "analyse": 0.0, "judge": 0.0}
    leads: tuple[Document, ...] = ()
    visits = 0

    async def days(market: Market) -> None:
        nonlocal leads, visits
        for day in range(world.days):
            began = time.monotonic()
            market.day(day)
            jobs = _jobs(world, day, folder)
            jobs = _due(store, jobs, day) if scheduled else jobs
            _plan(store, jobs, day)
            # One visit after another: the ledger chains them in the order they are sealed, and the same seed must give the same bytes.
            seen = await crawl_visits(jobs, _options(world, day, folder), concurrent=1)
            visits += len(seen)
            crawled = time.monotonic()
            damaged.extend(analyse_visits(_paths(folder, seen), store).damaged)
            analysed = time.monotonic()
            at = day_time(day) + JUDGED_AFTER
            leads = judge(store, at).leads
            send_alerts(store, mailer, at, "demo")
            for stage, seconds in (("crawl", crawled - began), ("analyse", analysed - crawled), ("judge", time.monotonic() - analysed)):
                spent[stage] += seconds
            told(day)

    with Market(world) as market:
        live_reactor(lambda: days(market))
        counts = market.counts()
    return Lived(leads, counts, tuple(damaged), visits, spent)


def _jobs(world: World, day: int, folder: Path) -> list[tuple[Site, str]]:
    write_site_files(world, day, folder / "sites")
    write_hosts(world, day, folder / "hosts")
    return [read_site(path) for path in sorted((folder / "sites").glob("*.yml"))]


def _due(store: Store, jobs: list[tuple[Site, str]], day: int) -> list[tuple[Site, str]]:
    store.settle()
    return due_now(store, jobs, day_time(day))


def _plan(store: Store, jobs: list[tuple[Site, str]], day: int) -> None:
    at = day_time(day)
    store.put("plan", [plan_document(site.name, at, visit_id(site.name, at), site.budget.minutes) for site, _ in jobs])


def _options(world: World, day: int, folder: Path) -> CrawlOptions:
    return CrawlOptions(
        evidence=folder / "evidence",
        hosts=world.hosts(day),
        now=day_time(day),
        planned_at=day_time(day),
        canaries=tuple(Canary(f"https://{host}:{world.port}/", phrase) for host, phrase in world.canaries.items()),
        user_agent="churnwatch-demo/0.1 (invented market on loopback)",
    )


def _paths(folder: Path, visits: list[Visit]) -> list[Path]:
    return [visit_path(folder / "evidence", visit) for visit in visits]
