"""The one generic spider: looks at a storefront as a patient visitor would, and writes down everything it was answered.

It walks on its own instead of filling Scrapy's scheduler, so that a visit reads from top to bottom and its order is the same every time;
the pace (crawlers/pace.py) keeps the distance between requests to a host. A block or captcha ends
the visit; it is reported, never worked around.
"""

import time
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urljoin

from scrapy import Request, Spider

from crawlers.browsers import Browsers
from crawlers.canonical import canonical, host_and_port
from crawlers.client import Client
from crawlers.digest import LinkLedger
from crawlers.errors import CaptureError
from crawlers.extras import Extras
from crawlers.frontier import Place
from crawlers.gate import Gate, host_facts, judge_robots, robots_verdict
from crawlers.links import page_links
from crawlers.pace import Heard, MemoryPace, Pace, retry_after
from crawlers.planner import Planner
from crawlers.recorder import Answer, Recorder
from crawlers.renderer import Renderer
from crawlers.site import Site
from crawlers.sitemap import MAX_FILES, MAX_URLS, read_sitemap

MAX_HOPS = 10  # redirects in a row; browsers give up at 20
MAX_PAUSES = 3  # a host that asks for more of them in one visit is left alone until the next
MAX_WAIT_S = 120.0  # for the first answer of a host that asked to be left alone; longer than that the visit is not made
MAX_FAILURES = 5  # in a row: the site is going down or does not want us, either way it is left alone
_ALIVE = frozenset({"live", "unknown"})
_BARRIERS = frozenset({"blocked", "captcha"})
_PASSING = frozenset({"timeout", "server_error", "dns_error", "refused", "tls"})  # worth a second attempt at the end of the visit


class StorefrontSpider(Spider):
    """One visit. Afterwards `stop` says how it ended and `frontier` counts its pages."""

    name = "storefront"

    def __init__(
        self,
        site: Site,
        client: Client,
        recorder: Recorder,
        seconds: float,
        browsers: Browsers,
        ledger: LinkLedger | None = None,
        pace: Pace | None = None,
    ) -> None:
        super().__init__()
        self.site, self.client, self.recorder = site, client, recorder
        self.pace, self.ledger = pace or MemoryPace(), ledger or LinkLedger({}, recorder.time())
        self.planner = Planner(site, self.ledger)
        self.frontier = self.planner.frontier
        self.stop: str | None = None
        self._deadline = time.monotonic() + seconds
        self._gates: dict[tuple[str, int], Gate] = {}
        self._sitemaps: tuple[Answer, ...] = ()
        self._delays: dict[str, float] = {}
        self._failures = self._pauses = 0
        self._extras = Extras(site, self._extra, self.planner.open_target)
        self.renderer = Renderer(site, client, recorder, browsers, self._gate, self.planner)

    async def start(self) -> AsyncIterator[Request]:
        """Makes the whole visit; yields nothing, since Scrapy's scheduler is not asked to order the pages."""
        entry = self.frontier.take()
        assert entry is not None
        await self._see_entry(entry)
        await self._see_others()
        await self._see_sitemaps()
        await self._see_others()
        if self.stop is None:
            self.stop = "pages" if self.frontier.exhausted or self.frontier.lost else "done"
        return
        yield

    async def _see_entry(self, place: Place) -> None:
        """The first seed decides: unless it is live the visit ends here with its word."""
        try:
            answer = await self._chain("page", place.url, place.attempt)
        except CaptureError as error:
            self._end(error)
            return
        self.frontier.got += 1
        views = await self._views(answer, place)
        state = self._state(views[0])
        if state not in _ALIVE or answer.capture.role == "redirect":
            self.stop = state
            return
        for view in views:
            await self._read(view, place)
        gate = await self._gate(answer.capture.url)
        self._sitemaps = await self._extras.sitemaps(answer.capture.url, gate.file.sitemaps if gate.file is not None else ())

    async def _see_others(self) -> None:
        """One page at a time: small shops break under more, and the order stays the same whatever the network does."""
        while self.stop is None and (place := self.frontier.take()) is not None:
            await self._see(place)
            if self._left_s() <= 0:
                self.stop = self.stop or "budget"

    async def _see(self, place: Place) -> None:
        try:
            answer = await self._chain("page", place.url, place.attempt)
        except CaptureError as error:
            if error.outcome == "robots_denied":
                self.frontier.deny()
            elif self._left_s() <= 0:
                self.stop = self.stop or "budget"
            else:
                self.logger.info("%s: no page: %s", self.site.name, error)
                self._failed(place, error.outcome)
            return
        views = await self._views(answer, place)
        state = self._state(views[0])
        if state in _BARRIERS:
            if self._may_come_back(answer) and place.attempt == 1:
                self.frontier.retry(place)
                return
            self.stop = self.stop or state
        if state == "server_error":
            self._failed(place, state)
            return
        self.frontier.got += 1
        self._failures = 0
        if state in _ALIVE and answer.capture.role == "page":
            for view in views:
                await self._read(view, place)

    async def _views(self, answer: Answer, place: Place) -> Sequence[Answer]:
        """The page as it is to be read: the states that the browser showed when it needs one, else the answer itself."""
        view = await self.renderer.show(answer, self.frontier.left, self._left_s())
        if view is None:
            return (answer,)
        self.frontier.turned(view.turned)
        for target in view.leads_to:
            self.planner.plan_target(target, place)
        if not view.states:  # asked for and not shown: what it offers is not known
            self.frontier.lost += 1
        return view.states or (answer,)

    def _may_come_back(self, answer: Answer) -> bool:
        """Whether the host itself named a time at which it answers again, within this visit; the pace waits for it. Three times at most."""
        told = retry_after(answer.capture.header("Retry-After"), self.recorder.time().timestamp())
        if answer.capture.status != 429 or told is None or told >= self._left_s() or self._pauses >= MAX_PAUSES:
            return False
        self._pauses += 1
        return True

    def _failed(self, place: Place, outcome: str) -> None:
        """A failure that may pass is asked for once more at the end; too many failures in a row end the visit."""
        self._failures += 1
        if self._failures >= MAX_FAILURES:
            self.stop = self.stop or outcome
        if outcome not in _PASSING or place.attempt > 1:
            self.frontier.lost += 1
        else:
            self.frontier.retry(place)

    def _end(self, error: CaptureError) -> None:
        self.logger.info("%s: the visit ends at its entry: %s", self.site.name, error)
        self.stop = "budget" if self._left_s() <= 0 else error.outcome

    def _state(self, answer: Answer) -> str:
        """The page state that the spider acts on; a redirect it does not follow has moved, unless it is parked."""
        if answer.capture.role != "redirect" or answer.capture.seen_as in ("parked", "seized", "suspended"):
            return answer.capture.seen_as
        target = answer.leads_to
        return "unknown" if target is not None and self.planner.in_scope(target) is not None else "moved"

    async def _read(self, answer: Answer, place: Place) -> None:
        """Plan the page's links, and keep what belongs to the page: icons, pictures."""
        capture = answer.capture
        content_type = capture.header("Content-Type")
        found = page_links(answer.body, content_type, capture.url) if "html" in (content_type or "html").lower() else None
        self.frontier.skip(canonical(capture.url) or capture.url)
        if found is None:
            return
        self.planner.plan(found, place, capture.fetched_at)
        await self._extras.of_page(answer)

    async def _see_sitemaps(self) -> None:
        """Plan what only the sitemaps name, after everything that the pages link to: at most MAX_FILES files and MAX_URLS pages."""
        answers, asked, pages = list(self._sitemaps), self._extras.sitemaps_asked, 0
        while answers and pages < MAX_URLS:
            answer = answers.pop(0)
            if answer.capture.status != 200 or answer.capture.role != "sitemap":
                continue
            found = read_sitemap(answer.body, answer.capture.url)
            for page in found.pages[: MAX_URLS - pages]:
                self.planner.plan_named(page)
            pages += len(found.pages)
            for file in found.files:
                target = self.planner.open_target(file)
                if target is not None and target not in asked and len(asked) < MAX_FILES:
                    asked.add(target)
                    further = await self._extra("sitemap", target)
                    answers += [further] if further is not None else []

    async def _extra(self, role: str, url: str) -> Answer | None:
        """The answer for something that is no page, None when there is none or the visit is over."""
        if self.stop is not None or self._left_s() <= 0:
            return None
        try:
            return await self._chain(role, url, 1)
        except CaptureError as error:
            self.logger.debug("%s: no %s: %s", self.site.name, role, error)
            return None

    async def _chain(self, role: str, asked: str, attempt: int, *, gated: bool = True, known: bool = True) -> Answer:
        """The answer at the end of the redirects inside the storefront; of one that leads out of it the redirect itself.

        Each hop is kept. Raises CaptureError. `known`: whether the evidence of an interrupted visit may answer.
        """
        url, hop = asked, 0
        while True:
            if gated:
                (await self._gate(url)).check(url)
            answer = self.recorder.recall(role, asked, hop, attempt) if known else None
            if answer is None:
                answer = await self._ask(role, asked, url, hop, attempt)
            target = answer.leads_to if answer.capture.role == "redirect" else None
            target = self.planner.in_scope(target) if target is not None else None
            if target is None or hop >= MAX_HOPS or not self.planner.is_open(target):
                return answer
            url, hop = target, hop + 1

    async def _ask(self, role: str, asked: str, url: str, hop: int, attempt: int) -> Answer:
        host, _ = host_and_port(url)
        delay_s = max(self.site.delay_s, self._delays.get(host, 0.0))
        patience_s = self._left_s() if self._gates else min(self._left_s(), MAX_WAIT_S)
        async with self.pace.turn(host, delay_s, patience_s):
            request = Request(url, dont_filter=True, meta={"download_timeout": max(0.1, self._left_s()), "verbatim_url": True})
            # The handler itself: the downloader's slots would keep a second pace and cost as much as the request (0.18 ms, 2026-11-24).
            await self.crawler.engine.downloader.handlers.download_request_async(request)
        answer = self.recorder.keep(request.meta["exchange"], role, asked, hop, attempt)
        told = retry_after(answer.capture.header("Retry-After"), time.time())
        # Only a page's barrier is the host's word on us: a robots file or icon may be forbidden to everybody.
        barrier = answer.capture.seen_as in _BARRIERS and role == "page"
        await self.pace.hear(host, Heard(answer.capture.status, told, barrier=barrier), delay_s)
        return answer

    async def _gate(self, url: str) -> Gate:
        """The gate of a URL's host; its robots file is asked for once a visit."""
        place = host_and_port(url)
        if place not in self._gates:
            self._gates[place] = await self._open_gate(urljoin(url, "/robots.txt"), *place)
        return self._gates[place]

    async def _open_gate(self, url: str, host: str, port: int) -> Gate:
        known = self.recorder.known_host(host, port)
        answer = None
        try:
            answer = await self._chain("robots", url, 1, gated=False, known=known is not None)
            gate = judge_robots(answer)
        except CaptureError as error:
            gate = Gate(None, error)
        obeyed = self.site.robots == "obey"
        if known is None or known.failure is not None:
            here = [seed for seed in self.planner.seeds if host_and_port(seed) == (host, port)] or [urljoin(url, "/")]
            if gate.failure is None or gate.failure.outcome != "dns_error":
                await self.client.describe(host)
            self.recorder.keep_host(host_facts(self.recorder, self.client, url, gate, answer, robots_verdict(gate, here, obeyed=obeyed)))
        if not obeyed and answer is not None:
            return Gate(None)
        if gate.file is not None:
            self._delays[host] = max(gate.file.delay_s, self._delays.get(host, 0.0))
        return gate

    def _left_s(self) -> float:
        return self._deadline - time.monotonic()
