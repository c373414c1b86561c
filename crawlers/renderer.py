"""The browser's part of a visit: shows the pages that need it and writes down what it showed."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.browsers import Browsers
from crawlers.canonical import as_asked, canonical, host_and_port
from crawlers.client import Client, Exchange
from crawlers.errors import CaptureError
from crawlers.gate import Gate
from crawlers.links import may_follow
from crawlers.planner import Planner
from crawlers.recorder import Answer, Recorder
from crawlers.render import Decisions, gained, is_unfinished
from crawlers.render_signs import Sign
from crawlers.rendering import Rendering
from crawlers.site import Site

if TYPE_CHECKING:
    from crawlers.browser import Browser

HTML = "text/html; charset=utf-8"
RESOURCE_S = 15.0  # for one script, picture or answer to a script
PAGE_S = 60.0  # for one page with all its turns, pauses not counted
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """A rendered page: its states as answers of role `dom` (none when it could not be shown), turns made, and the storefront's
    addresses that its scripts wanted to go to."""

    states: tuple[Answer, ...]
    turned: int
    leads_to: tuple[str, ...]


class Renderer:
    """Decides page by page, launches the visit's browser at the first need. `close` it at the visit's end."""

    def __init__(
        self,
        site: Site,
        client: Client,
        recorder: Recorder,
        browsers: Browsers,
        gate: Callable[[str], Awaitable[Gate]],
        planner: Planner,
    ) -> None:
        self.site, self._client, self._recorder, self._browsers = site, client, recorder, browsers
        self._gate, self._in_scope, self._opening = gate, planner.in_scope, asyncio.Lock()
        self.decisions = Decisions(site.render)
        self._browser: Browser | None = None
        self._is_open = planner.is_open
        self._others = frozenset(place for host in site.allow_hosts for place in _places(host))

    async def show(self, answer: Answer, pages_left: int, left_s: float) -> View | None:
        """The page as the browser shows it, written down; None when the answer does for itself."""
        sign = self.decisions.sign(answer)
        if sign is None:
            return None
        known = self._recorder.recall_rendered(answer, "resources")
        if known is not None:
            return self._recalled(answer, known, sign)
        rendering = await self._show(answer, pages_left, left_s)
        useful = bool(rendering.states) and gained(answer, _text(rendering), rendering.states[0].html, len(rendering.turned))
        view = self._keep(answer, rendering, sign, useful=useful)
        if rendering.failure is None:
            self.decisions.learn(answer.capture.url, sign, gained=useful)
        return view

    async def close(self) -> None:
        """End the browser, if there is one."""
        if self._browser is not None:
            await self._browser.close()

    async def _show(self, answer: Answer, pages_left: int, left_s: float) -> Rendering:
        page = answer.capture
        try:
            browser = self._open()
        except CaptureError as error:
            logger.warning("%s: %s: read without a browser: %s", self.site.name, page.url, error)
            return Rendering(page.url, failure=error)
        turns = pages_left
        limit_s = min(PAGE_S + turns * self.site.delay_s, left_s)
        return await browser.show(
            page.url,
            page.status,
            page.headers,
            answer.body,
            unfinished=is_unfinished,
            turns=turns,
            pause_s=self.site.delay_s,
            limit_s=limit_s,
        )

    def _open(self) -> "Browser":
        if self._browser is None:
            try:
                from crawlers.browser import Browser
                from crawlers.browser_guard import Guard
            except ImportError as error:
                raise CaptureError("unknown", "no Playwright; install churnwatch[browser], or write `render: http`") from error
            self._browser = Browser(self._browsers, self._client.user_agent, Guard(self._permit, self._fetch))
        return self._browser

    async def _fetch(self, url: str, headers: Sequence[tuple[str, str]]) -> Exchange:
        return await self._client.fetch(url, RESOURCE_S, headers)

    async def _permit(self, url: str) -> str | None:
        """Why a page's script may not ask for a URL: another host, another port, no address, or the host's robots file."""
        host, port = host_and_port(url)
        if (host, port) not in self._others:
            if self._in_scope(url) != url:
                return "outside the storefront"
            if not self._is_open(url):
                return "another port"
        async with self._opening:  # one robots file at a time, each once
            gate = await self._gate(url)
        gate.check(url)
        return None

    def _keep(self, answer: Answer, shown: Rendering, sign: Sign, *, useful: bool) -> View:
        """Written in this order, the list last: an interrupted visit that holds the list holds the rest."""
        keep = self._recorder.keep_rendered
        doms = []
        for number, state in enumerate(shown.states):
            url = canonical(state.url) or answer.capture.url
            doms.append(keep(answer, "dom", HTML, _bytes(state.html), url=url, hop=number))
            keep(answer, "text", "text/plain; charset=utf-8", _bytes(state.text), url=url, hop=number)
        if shown.window:
            keep(answer, "screenshot", "image/png", shown.window, url=shown.url)
        if shown.full is not None:
            keep(answer, "screenshot", "image/png", shown.full, url=shown.url, render="browser-full")
        keep(answer, "resources", "application/json", shown.listing(f"{sign.name}: {sign.shown}", gained=useful), url=shown.url)
        return View(tuple(doms), len(shown.turned), self._targets(shown.leads_to, answer))

    def _recalled(self, answer: Answer, known: Answer, sign: Sign) -> View:
        told = json.loads(known.body)
        doms = [self._recorder.recall_rendered(answer, "dom", hop=number) for number in range(told["states"])]
        if told["failure"] is None:
            self.decisions.learn(answer.capture.url, sign, gained=told["gained"])
        return View(tuple(dom for dom in doms if dom is not None), len(told["turned"]), self._targets(told["leads_to"], answer))

    def _targets(self, leads_to: Sequence[str], answer: Answer) -> tuple[str, ...]:
        """Where scripts wanted to go, as far as a visit may follow."""
        asked = (as_asked(target, answer.capture.url) for target in leads_to)
        wanted = (self._in_scope(target) for target in map(canonical, filter(None, asked)) if target is not None)
        return tuple(target for target in wanted if target is not None and may_follow(target, answer.capture.url))


def _text(shown: Rendering) -> str:
    return shown.states[0].text


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _places(host: str) -> tuple[tuple[str, int], ...]:
    """Host and ports of an `allow_hosts` line: `cdn.example`, or `cdn.example:8443`."""
    name, _, port = host.lower().rpartition(":")
    return ((name, int(port)),) if name and port.isdigit() else ((host.lower(), 80), (host.lower(), 443))
