"""Daily work in one process: APScheduler on the crawl's own event loop, one visit at a time a site, judged after each."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from churnwatch.capture import read_site, visit_row
from churnwatch.pipeline import analyse_visits, judge, open_settings_store
from churnwatch.schedule import next_visits, owed, upcoming
from churnwatch.sending import send_or_say
from churnwatch.settings import Settings
from crawlers.errors import ChurnwatchError, ConfigError
from crawlers.ids import parse_instant
from crawlers.records import visit_id
from crawlers.site import Site
from indexer.observe import plan_document
from indexer.revisit import Habit, habits
from indexer.store import Document, Store

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from crawlers.run import CrawlOptions

RESCAN_S = 60  # how often the folder is read again, so that a new site file needs no restart
ALIVE = "schedule.alive"  # in the state folder, touched as often: what watches over the process sees that its loop still turns


class Daily:
    """The schedule of a folder of site files; `clock` fixes the time for a single simulated pass, None reads the machine's."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        options: "CrawlOptions",
        store_url: str | None,
        *,
        clock: datetime | None = None,
        announce: Callable[[str], None] | None = None,
    ) -> None:
        self.settings, self.folder, self.options, self.store_url = settings, folder, options, store_url
        self.clock, self.announce = clock, announce or (lambda _: None)
        self.rows: list[Document] = []
        self.known: dict[str, tuple[str, str]] = {}  # site → text of its file as scheduled, and when it is next due
        self.habits: dict[str, Habit] = {}  # what the store says of each site's pace; read anew after each judging
        self.running: set[str] = set()  # sites being visited by a job
        self.judging = asyncio.Lock()

    def run_due(self) -> list[Document]:
        """Visits every site that is due now, oldest missed plans recorded, and returns the visits as JSON rows."""
        return self._live(self._pass())

    def run_forever(self) -> list[Document]:
        """Visits sites as they fall due until the process is interrupted or told to end (SIGTERM); returns the visits done."""
        try:
            return self._live(self._forever())
        except (KeyboardInterrupt, asyncio.CancelledError):  # the ordinary end; a visit cut short is resumed by its id
            return self.rows

    def _live(self, work: Coroutine[object, object, None]) -> list[Document]:
        from crawlers.run import live_reactor

        live_reactor(lambda: work)
        return self.rows

    def _now(self) -> datetime:
        return self.clock or datetime.now(UTC)

    def _sites(self) -> list[tuple[Site, str]]:
        found = []
        for path in sorted(self.folder.glob("*.yml")):
            try:
                found.append(read_site(path))
            except ConfigError as error:  # one bad file must not stop the others; check names it too
                self.announce(f"left out: {error}")
        return found

    def upcoming(self) -> list[Document]:
        """When each site is due next and why, soonest first; visits and writes nothing."""
        with open_settings_store(self.settings, self.store_url) as store:
            return next_visits(store, self._sites(), self._now())

    async def _pass(self) -> None:
        sites = self._sites()
        with open_settings_store(self.settings, self.store_url) as store:
            self.habits = habits(store)
            due = [(site, text, planned) for site, text in sites if (planned := self._plan(store, site))]
        await asyncio.gather(*(self._visit(site, text, planned) for site, text, planned in due))

    def _plan(self, store: Store, site: Site) -> datetime | None:
        """Writes a Plan for every time that fell due and gives the newest, or None when nothing is due."""
        habit = self.habits.get(site.name, Habit(site.name))
        planned = owed(site.every, habit, self._now())
        store.put("plan", [plan_document(site.name, time, visit_id(site.name, time), site.budget.minutes) for time in planned])
        store.settle()
        if not planned:
            return None
        self.habits[site.name] = replace(habit, last=planned[-1])
        return planned[-1]

    async def _forever(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        this = asyncio.current_task()
        if this is not None:  # service managers and containers stop a process so; SIGINT is asyncio's own
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
        alive = asyncio.create_task(self._stay_alive())
        await self._pass()
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            self._rescan,
            "interval",
            seconds=RESCAN_S,
            args=[scheduler],
            id="rescan",
            next_run_time=datetime.now(UTC),
            misfire_grace_time=None,  # a busy machine is late by more than a second
        )
        scheduler.start()
        try:
            await asyncio.Event().wait()  # until the process is stopped
        finally:
            alive.cancel()
            scheduler.shutdown(wait=False)

    async def _stay_alive(self) -> None:
        self.settings.state.mkdir(parents=True, exist_ok=True)
        while True:
            (self.settings.state / ALIVE).touch()
            await asyncio.sleep(RESCAN_S)

    def _rescan(self, scheduler: "AsyncIOScheduler") -> None:
        """Brings the scheduler's jobs in line with folder and store: new, changed and newly judged sites get their time, gone ones none."""
        sites = {site.name: (site, text) for site, text in self._sites()}
        for name in self.known.keys() - sites.keys():
            if scheduler.get_job(name):
                scheduler.remove_job(name)
            del self.known[name]
            self.announce(f"{name}: site file is gone, no longer visited")
        for name, (site, text) in sites.items():
            row = upcoming(site, self.habits.get(name, Habit(name)), self._now())
            if self.known.get(name) == (text, row["next"]) or name in self.running:
                continue
            at = parse_instant(str(row["next"]))
            scheduler.add_job(
                self._due, "date", run_date=at, args=[site, text], id=name, replace_existing=True, max_instances=1, misfire_grace_time=None
            )
            self.known[name] = (text, str(row["next"]))
            self.announce(f"{name}: every {site.every}, next {row['next']} ({row['why']})")

    async def _due(self, site: Site, text: str) -> None:
        self.running.add(site.name)
        try:
            while True:
                try:
                    with open_settings_store(self.settings, self.store_url) as store:
                        planned = self._plan(store, site)
                    break
                except ChurnwatchError as error:  # nobody can say what is due; what was missed meanwhile is planned then
                    self.announce(f"{site.name}: waits for the store: {error}")
                    await asyncio.sleep(RESCAN_S)
            if planned:
                await self._visit(site, text, planned)
        finally:
            self.running.discard(site.name)  # the next rescan gives it its next time

    async def _visit(self, site: Site, text: str, planned: datetime) -> None:
        from crawlers.evidence import visit_path
        from crawlers.run import crawl_visit

        visit = await crawl_visit(site, text, replace(self.options, planned_at=planned, fresh=False))
        self.rows.append(visit_row(visit))
        self.announce(f"{site.name}: {visit.stop}, {visit.pages_got} page(s)")
        async with self.judging:
            try:
                await asyncio.to_thread(self._judge, visit_path(self.options.evidence, visit))
            except ChurnwatchError as error:  # the store is away: evidence is kept, `analyse` puts it in later
                self.announce(f"{site.name}: captured but not analysed: {error}")

    def _judge(self, path: Path) -> None:
        with open_settings_store(self.settings, self.store_url) as store:
            for warning in analyse_visits([path], store).warnings():
                self.announce(warning)
            judge(store, self.clock)
            self.habits = self._since(habits(store))
            send_or_say(self.settings, store, self.clock, quiet=self.announce is None)

    def _since(self, read: dict[str, Habit]) -> dict[str, Habit]:
        """The habits just read, but for plans made while they were being read."""
        made = {name: one.last for name, one in self.habits.items() if one.last}
        return {name: replace(one, last=max(filter(None, (one.last, made.get(name))))) for name, one in read.items()}
