"""Chromium, one for each visit: it shows the pages that the HTTP client got.

Playwright is driven directly. scrapy-playwright cannot stand here: its handler asks for a Twisted reactor on start
(`verify_installed_reactor`) and is a Twisted HTTP handler, while the crawl runs Scrapy without a reactor, many visits in one asyncio
loop; and it launches one browser for a process, where every visit needs one with the addresses of its own hosts.
"""

import asyncio
import logging
import os
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Dialog, Error, Page

from crawlers.browser_guard import Guard
from crawlers.browsers import CLOSE_S, Browsers
from crawlers.errors import CaptureError
from crawlers.page_view import HEIGHT, WIDTH, PageView
from crawlers.pager import turn_pages
from crawlers.rendering import Rendering, Shown

NAVIGATE_S = 15.0  # until a page has been handed over
MORE_S = 4.0  # for a page that still shows placeholders when it stands still
PAGES_A_BROWSER = 100  # then made anew with its context: long-lived ones grow (scrapy-plugins/scrapy-playwright#126, #171)
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Tab:
    """One context with its one page."""

    context: BrowserContext
    page: Page
    view: PageView


class Browser:
    """The browser of one visit; it starts with the first page and again when it died or is used up."""

    def __init__(self, browsers: Browsers, user_agent: str, guard: Guard) -> None:
        self._browsers, self._user_agent, self._guard = browsers, user_agent, guard
        self._chromium: Chromium | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._tab: _Tab | None = None
        self._shown = 0
        self.pid: int | None = None

    async def show(
        self,
        url: str,
        status: int,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        *,
        unfinished: Callable[[str], bool],
        turns: int,
        pause_s: float,
        limit_s: float,
    ) -> Rendering:
        """The page as Chromium shows this answer (content coding undone). A failure is the rendering's `failure`."""
        until = time.monotonic() + limit_s
        for last in (False, True):
            try:
                tab = await self._ready(limit_s)
                self._guard.expect(url, status, headers, body)
                looking = self._look(tab, url, unfinished, turns, pause_s, until)
                return await asyncio.wait_for(looking, max(until - time.monotonic(), 0.1))
            except TimeoutError:
                return await self._failed(url, CaptureError("timeout", f"{url}: not shown in {limit_s:.0f} s"))
            except CaptureError as error:
                died = self._chromium is not None and not self._chromium.is_connected()
                failed = await self._failed(url, error)
                if last or not died:
                    return failed
        raise AssertionError

    async def close(self) -> None:
        """End the browser and give its place back."""
        if self._home is not None:
            await self._end()
            self._home.cleanup()
            self._home = None
            self._browsers.give_back()

    async def _look(self, tab: _Tab, url: str, unfinished: Callable[[str], bool], turns: int, pause_s: float, until: float) -> Rendering:
        self._shown += 1
        try:
            await tab.page.goto(url, wait_until="commit", timeout=NAVIGATE_S * 1000)
        except Error as error:
            late = "Timeout" in error.message
            raise CaptureError("timeout" if late else "unknown", f"{url}: {error.message.splitlines()[0][:300]}") from error
        await tab.view.open_world()
        facts = await tab.view.facts_when_done(unfinished, MORE_S)
        window, full = await tab.view.pictures(facts)
        states, turned = await turn_pages(tab.view, facts, turns=turns, pause_s=pause_s, until=until)
        cookies = await tab.context.cookies()
        traffic = self._guard.traffic
        assert self._chromium is not None
        return Rendering(
            url=url,
            states=tuple(Shown(state.url, state.html, state.text) for state in states),
            window=window,
            full=full,
            resources=tuple(traffic.entries),
            refused=tuple(traffic.refused),
            refusals=traffic.refusals,
            leads_to=tuple(dict.fromkeys(traffic.leads_to)),
            cookies=tuple(sorted({f"{cookie.get('name', '')} ({cookie.get('domain', '')})" for cookie in cookies})),
            storage=states[-1].storage,
            turned=tuple(turned),
            browser=f"Chromium {self._chromium.version}",
        )

    async def _ready(self, wait_s: float) -> _Tab:
        """A tab that works: of a running browser that knows all places, neither it nor its context used up."""
        if self._home is None:
            await self._browsers.take(wait_s)
            self._home = tempfile.TemporaryDirectory(prefix="churnwatch-browser-", ignore_cleanup_errors=True)
        if self._chromium is not None and (self._shown >= PAGES_A_BROWSER or not self._chromium.is_connected()):
            await self._end()
        if self._chromium is None:
            self._chromium, self._shown = await self._browsers.launch(self._home.name), 0
            self.pid = await _process_of(self._chromium)
        if self._tab is None:
            try:
                self._tab = await asyncio.wait_for(self._open_tab(self._chromium), 2 * CLOSE_S)
            except (Error, TimeoutError) as error:
                raise CaptureError("unknown", f"Chromium opens no page: {error}"[:300]) from error
        return self._tab

    async def _open_tab(self, chromium: Chromium) -> _Tab:
        context = await chromium.new_context(
            accept_downloads=False,
            ignore_https_errors=True,  # a bad certificate is recorded, and is no failure
            service_workers="block",
            user_agent=self._user_agent,
            viewport={"width": WIDTH, "height": HEIGHT},
            reduced_motion="reduce",
            timezone_id="UTC",
        )
        await context.route("**/*", self._guard.on_request)
        await context.route_web_socket("**/*", self._guard.on_socket)
        page = await context.new_page()
        page.on("dialog", _dismiss)
        context.on("page", _shut)
        session = await context.new_cdp_session(page)
        return _Tab(context, page, PageView(session, lambda: self._guard.traffic.idle_s()))

    async def _failed(self, url: str, error: CaptureError) -> Rendering:
        """The rendering of a page that could not be shown; whatever hangs is ended, the next page gets a new browser."""
        logger.warning("%s: not shown by the browser: %s", url, error)
        traffic = self._guard.traffic
        await self._end()
        return Rendering(url, resources=tuple(traffic.entries), refused=tuple(traffic.refused), refusals=traffic.refusals, failure=error)

    async def _end(self) -> None:
        """End tab and browser by killing the process: pages get no chance to delay their end."""
        chromium, self._chromium, self._tab = self._chromium, None, None
        pid, self.pid = self.pid, None
        if chromium is None:
            return
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(Error, TimeoutError):
            await asyncio.wait_for(chromium.close(), CLOSE_S)


async def _process_of(chromium: Chromium) -> int | None:
    """The process id of a browser that we started, so that it and no other can be ended."""
    try:
        session = await chromium.new_browser_cdp_session()
        found = await session.send("SystemInfo.getProcessInfo")
        await session.detach()
    except Error:
        return None
    return next((int(one["id"]) for one in found["processInfo"] if one["type"] == "browser"), None)


async def _dismiss(dialog: Dialog) -> None:
    with suppress(Error):
        await dialog.dismiss()


async def _shut(page: Page) -> None:
    """A window that a page opened: closed, never looked at."""
    with suppress(Error):
        await page.close()
