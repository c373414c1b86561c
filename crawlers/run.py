"""Visits from plan to seal, many at a time in one process. One of two files with a broad `except`: one visit never stops the run."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.reactor import is_reactor_installed

from crawlers.browsers import Browsers
from crawlers.canary import Canary, canaries_answer
from crawlers.canonical import host_and_port
from crawlers.client import DEFAULT_LIMITS, Client, Limits
from crawlers.digest import LinkLedger
from crawlers.errors import ConfigError, DiskError, EvidenceError
from crawlers.evidence import VisitWriter, known_links, read_info, unsealed_visits
from crawlers.evidence_records import visit_of
from crawlers.hosts_file import is_pinned_to_loopback, parse_hosts
from crawlers.ids import instant, parse_instant
from crawlers.manifest import manifest_path, read_manifest
from crawlers.pace import MemoryPace, Pace
from crawlers.page_state import load_rules
from crawlers.planner import open_ports
from crawlers.profile import DIRECT, Profile
from crawlers.recorder import Recorder
from crawlers.records import Visit, visit_id
from crawlers.resolver import CheckedResolver
from crawlers.signing import Signer
from crawlers.site import Site
from crawlers.storefront import StorefrontSpider
from crawlers.timestamp import Authority, stamp_head

__all__ = ["CrawlOptions", "crawl_visit", "crawl_visits", "live_reactor", "parse_hosts", "run_visits"]
USER_AGENT = "churnwatch/0.1"
STAMP_PAUSE_S = 600.0  # between stamps when visits come one by one all day: 5,000 a day would tire any authority
logger = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How visits are made. `hosts`: name → address, and no resolver is asked; `now`: the simulated clock's start, for loopback only.

    `planned_at` names the visit; without it the newest unsealed one is resumed while younger than its budget, unless `fresh`.
    `pace`: shared politeness; without one visits of one call share it, under a simulated clock nobody does. A site with delay 0 (a host
    on this machine) has its own: it is left alone by nobody.
    """

    evidence: Path
    hosts: Mapping[str, str] | None = None
    now: datetime | None = None
    planned_at: datetime | None = None
    fresh: bool = False
    canaries: tuple[Canary, ...] = ()
    user_agent: str = USER_AGENT
    egress: str = DIRECT
    tick_s: int = 1
    limits: Limits = DEFAULT_LIMITS
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    pace: Pace | None = None
    signer: Signer | None = None
    authority: Authority | None = None
    chromium: str | None = None  # the program; None looks for one on PATH

    def profile(self, site: Site | None = None) -> Profile:
        """The egress profile of a site (its file's, else the run's); raises ConfigError for one that the settings do not have."""
        name = (site.egress if site is not None else None) or self.egress
        if name in self.profiles:
            return self.profiles[name]
        if name == DIRECT:
            return Profile()
        known = ", ".join(sorted({*self.profiles, DIRECT}))
        raise ConfigError(f"no egress profile {name!r} in the settings; known are {known}", file=site.name if site else None, key="egress")


def live_reactor(main: Callable[[], Coroutine[object, object, _T]]) -> _T:
    """What the coroutine returns, run on the one asyncio loop that all its visits share.

    Scrapy runs on asyncio alone (its reactorless mode): a Twisted reactor could be started only once a process.
    """
    logging.getLogger("scrapy").setLevel(logging.WARNING)
    return asyncio.run(main())


def run_visits(jobs: Sequence[tuple[Site, str]], options: CrawlOptions, *, concurrent: int = 8) -> list[Visit]:
    """One visit of each job (site, its file's text) in their order; raises ConfigError before anything is fetched."""
    return live_reactor(lambda: crawl_visits(jobs, options, concurrent=concurrent))


async def crawl_visits(jobs: Sequence[tuple[Site, str]], options: CrawlOptions, *, concurrent: int = 8) -> list[Visit]:
    """Like `run_visits`, inside a running loop: one run, whose canaries are asked once."""
    _check(jobs, options)
    options = replace(options, pace=options.pace or (MemoryPace() if options.now is None else None))
    canaries = {name: await _canary(options, profile) for name, profile in _profiles(jobs, options).items()}
    free = asyncio.Semaphore(concurrent)
    browsers = Browsers(options.chromium)

    async def one(site: Site, text: str) -> Visit:
        canary = canaries[options.profile(site).name]
        async with free:
            try:
                return await _visit(site, text, options, canary, browsers)
            except DiskError:
                raise  # no other visit could be kept either
            except Exception:  # a fault of ours in one visit: named, kept out of the others' way, its evidence stays resumable
                logger.exception("%s: the visit broke off; its evidence stays unsealed and the next run resumes it", site.name)
                now = options.now or datetime.now(UTC)
                planned = options.planned_at or now.replace(microsecond=0)
                return Visit(
                    visit_id(site.name, planned),
                    site.name,
                    planned,
                    now,
                    now,
                    "unknown",
                    0,
                    0,
                    canary,
                    options.profile(site).name,
                    _clock(options),
                )

    try:
        visits = list(await asyncio.gather(*(one(site, text) for site, text in jobs)))
    finally:
        await browsers.close()
    await _stamp(options)
    return visits


async def crawl_visit(site: Site, site_text: str, options: CrawlOptions) -> Visit:
    """One visit, sealed, inside a running loop; a target's fault is its `stop`. Raises ConfigError, EvidenceError and OSError."""
    _check([(site, site_text)], options)
    browsers = Browsers(options.chromium)
    try:
        visit = await _visit(site, site_text, options, await _canary(options, options.profile(site)), browsers)
    finally:
        await browsers.close()
    await _stamp(options, STAMP_PAUSE_S)
    return visit


async def _visit(site: Site, site_text: str, options: CrawlOptions, canary: bool | None, browsers: Browsers) -> Visit:
    planned_at = _planned_at(site, options)
    named = visit_id(site.name, planned_at)
    profile = options.profile(site)
    info = {
        "planned-at": instant(planned_at),
        "clock": _clock(options),
        "egress": profile.name,
        "http-header-user-agent": profile.user_agent or options.user_agent,
    }
    with VisitWriter(options.evidence, site, site_text, named, info=info, signer=options.signer) as writer:
        if writer.sealed:  # a second delivery of the same plan
            return visit_of(read_manifest(manifest_path(writer.path)).visit)
        recorder = Recorder(writer, load_rules(), options.now, options.tick_s)
        started_at = options.now or recorder.began() or recorder.time()
        ledger = LinkLedger(known_links(options.evidence, site.name), planned_at)
        spider = await _crawl(site, recorder, options, browsers, ledger)
        visit = Visit(
            visit_id=named,
            site=site.name,
            planned_at=planned_at,
            started_at=started_at,
            done_at=recorder.time(),
            stop=spider.stop or "unknown",
            pages_planned=spider.frontier.planned,
            pages_got=spider.frontier.got,
            canary=canary,
            egress=profile.name,
            clock=_clock(options),
        )
        writer.add_links(spider.ledger.kept(complete=visit.stop == "done"), visit.done_at)
        writer.seal(visit)
        return visit


async def _crawl(site: Site, recorder: Recorder, options: CrawlOptions, browsers: Browsers, ledger: LinkLedger) -> StorefrontSpider:
    """The spider after its crawl; raises what broke it, if something of ours did."""
    crawler = Crawler(StorefrontSpider, _settings())
    faults: list[Exception] = []

    def note(failure: object) -> None:
        fault = getattr(failure, "value", None)
        faults.append(fault if isinstance(fault, Exception) else RuntimeError(str(failure)))

    crawler.signals.connect(note, signals.spider_error)
    resolver = CheckedResolver(options.hosts)
    client = Client(options.user_agent, resolver, options.limits, profile=options.profile(site), ports=open_ports(site))
    try:
        pace = options.pace if site.delay_s else None
        await crawler.crawl_async(site, client, recorder, site.budget.minutes * 60, browsers, ledger, pace)
    finally:
        if isinstance(crawler.spider, StorefrontSpider):
            await crawler.spider.renderer.close()
        await client.close()
    if faults:
        raise faults[0]
    assert isinstance(crawler.spider, StorefrontSpider)
    return crawler.spider


def _settings() -> dict[str, object]:
    """Scrapy with nothing between the spider and our client: no cookies, retries, redirects, coding or delay."""
    handler = "crawlers.client.GetOnlyHandler"
    return {
        "TWISTED_REACTOR_ENABLED": is_reactor_installed(),
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "file": None, "data": None, "ftp": None, "s3": None},
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "DOWNLOAD_DELAY": 0,
    }


def _check(jobs: Sequence[tuple[Site, str]], options: CrawlOptions) -> None:
    """What only the hosts file can tell: who may be asked without a delay, and whether the clock may be simulated."""
    pinned = dict(options.hosts or {})
    for site, _ in jobs:
        options.profile(site)
        for seed in site.seeds:
            host, _ = host_and_port(seed)
            if is_pinned_to_loopback(host, pinned) or _is_nowhere(host, options.hosts):
                continue
            if site.delay_s == 0:
                raise ConfigError(
                    f"0 is only for hosts pinned to loopback, {host} is not; write the seconds between requests",
                    file=site.name,
                    key="delay_s",
                )
            if options.now is not None:
                raise ConfigError(
                    f"a simulated clock needs every host pinned to loopback with --hosts, {host} of site {site.name} is not", key="--now"
                )
    if options.now is not None:
        loose = [name for name in pinned if not is_pinned_to_loopback(name, pinned)]
        loose += [canary.url for canary in options.canaries if not is_pinned_to_loopback(host_and_port(canary.url)[0], pinned)]
        if loose:
            raise ConfigError(f"a simulated clock needs every host pinned to loopback with --hosts, {loose[0]} is not", key="--now")


def _is_nowhere(host: str, hosts: Mapping[str, str] | None) -> bool:
    """Whether a name stands in no line of the hosts file in use: it then counts as not existing, and nothing is sent to it."""
    return hosts is not None and host not in hosts and ":" not in host and not host.replace(".", "").isdigit()


def _profiles(jobs: Sequence[tuple[Site, str]], options: CrawlOptions) -> dict[str, Profile]:
    """The profiles that the jobs leave by, by name."""
    return {profile.name: profile for profile in (options.profile(site) for site, _ in jobs)}


async def _stamp(options: CrawlOptions, pause_s: float = 0.0) -> None:
    """Have the ledger's head stamped; an authority that is away is no fault of the run, the next one asks again."""
    if options.authority is None:
        return
    try:
        await asyncio.to_thread(stamp_head, options.evidence, options.authority, options.signer, pause_s=pause_s)
    except EvidenceError as error:
        logger.warning("%s", error)


async def _canary(options: CrawlOptions, profile: Profile) -> bool | None:
    client = Client(options.user_agent, CheckedResolver(options.hosts), options.limits, profile=profile)
    try:
        return await canaries_answer(options.canaries, client)
    finally:
        await client.close()


def _planned_at(site: Site, options: CrawlOptions) -> datetime:
    """The time in whole seconds that names the visit."""
    if options.planned_at is not None:
        return options.planned_at.astimezone(UTC).replace(microsecond=0)
    now = (options.now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    if options.fresh:
        return _free(site, options, now)
    for path in reversed(unsealed_visits(options.evidence, site.name)):
        planned = read_info(path).get("planned-at")
        if planned and timedelta() <= now - parse_instant(planned) < timedelta(minutes=site.budget.minutes):
            return parse_instant(planned)
    # A simulated now is the same moment every time, so it is the same visit again.
    return now if options.now is not None else _free(site, options, now)


def _free(site: Site, options: CrawlOptions, planned: datetime) -> datetime:
    """The first whole second from `planned` on that no visit of the site has taken."""
    while (options.evidence / site.name / f"{visit_id(site.name, planned)}.warc.gz").exists():
        planned += timedelta(seconds=1)
    return planned


def _clock(options: CrawlOptions) -> str:
    return "simulated" if options.now is not None else "system"
