"""One page in the browser: waits until it stands still, reads what it shows, takes its pictures, turns the pages of its lists.

Everything is asked over the DevTools protocol in an isolated world, under a time limit: a page cannot change the functions that read
it, nor keep us waiting. Source: Chrome DevTools Protocol, domains Page, Runtime and Network (stable since 1.3).
"""

import asyncio
import base64
import functools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from playwright.async_api import CDPSession, Error

from crawlers.errors import CaptureError
from crawlers.pager_words import ARROWS, CAROUSEL, MARK, NEVER, NEXT, PLAIN

MAX_ELEMENTS = 150_000  # the largest real shop page seen has 14,000
MAX_HTML = 12_000_000  # UTF-16 code units of the rendered document
CALL_S = 10.0  # for one answer of the page; a hung script answers never
QUIET_MS = 120  # without a change and without a request in flight: the page stands still
SETTLE_S = 6.0  # at most, for a page that never does
RESTLESS_S = 1.0  # with nothing in flight, a page that keeps changing is an animation
WIDTH, HEIGHT = 1280, 900  # of the window
MAX_SHOT = 12_000  # pixels of a full-page picture; what lies below is in the document


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What a page shows at one moment. `html` is the serialised document, open shadow roots in place; `text` what a reader sees."""

    url: str
    html: str
    text: str
    elements: int
    scripts: int
    width: int
    height: int
    storage: Mapping[str, list[str]]  # names only: local, session, databases

    @property
    def lines(self) -> frozenset[str]:
        """The different lines of the visible text."""
        return frozenset(line.strip() for line in self.text.splitlines() if line.strip())


class PageView:
    """A page that has been opened in a browser tab. Raises CaptureError `timeout` when it hangs.

    `idle_s` says how many seconds ago its last request was answered.
    """

    def __init__(self, session: CDPSession, idle_s: Callable[[], float]) -> None:
        self._session, self._idle_s = session, idle_s
        self._world: int | None = None

    async def open_world(self) -> None:
        """Make the isolated world of the document that has just been loaded."""
        tree = await self.call("Page.getFrameTree", {})
        made = await self.call("Page.createIsolatedWorld", {"frameId": _at(tree, "frameTree", "frame", "id"), "worldName": "churnwatch"})
        world = made["executionContextId"]
        assert isinstance(world, int)
        self._world = world

    async def settle(self, limit_s: float = SETTLE_S) -> None:
        """Wait until nothing is on the way and nothing changes any more, `limit_s` at most; a page without scripts stands still at once."""
        began = time.monotonic()
        while (spent := time.monotonic() - began) < limit_s:
            now = await self._ask("page_quiet.js")
            assert isinstance(now, dict)
            idle_s = self._idle_s()
            if idle_s > 0 and now["ready"]:
                still = min(float(now["quiet_ms"]), idle_s * 1000, spent * 1000) >= QUIET_MS
                if now["scripts"] == 0 or still or (spent > RESTLESS_S and idle_s > RESTLESS_S):
                    return
            await asyncio.sleep(0.03)

    async def facts(self) -> Facts:
        """What the page shows now; raises CaptureError `too_large` for a document beyond the limits."""
        found = await self._ask("page_facts.js", MAX_ELEMENTS, MAX_HTML)
        if not isinstance(found, dict):
            raise CaptureError("unknown", "the browser shows no document")
        if not isinstance(found["html"], str):
            raise CaptureError("too_large", f"{found['url'][:300]}: rendered, it has {found['elements']} elements")
        return Facts(**found)

    async def facts_when_done(self, unfinished: Callable[[str], bool], limit_s: float) -> Facts:
        """What the page shows once it stands still; while `unfinished` says so of its HTML, it gets up to `limit_s` more."""
        await self.settle()
        facts = await self.facts()
        began = time.monotonic()
        while facts.scripts and unfinished(facts.html) and time.monotonic() - began < limit_s:
            await asyncio.sleep(0.2)
            await self.settle(1.0)
            facts = await self.facts()
        return facts

    async def turn(self, *, use: bool) -> str | None:
        """The words on the control that shows the next page of a list, used or only looked for; None when there is none."""
        words = {"next": NEXT, "plain": PLAIN, "arrows": ARROWS, "mark": MARK, "carousel": CAROUSEL, "never": NEVER}
        used = await self._ask("page_turn.js", words, use)
        return str(used) if isinstance(used, str) else None

    async def scroll(self) -> bool:
        """Go to the page's end; False when there is nothing below."""
        return bool(await self._ask("page_scroll.js"))

    async def pictures(self, facts: Facts) -> tuple[bytes, bytes | None]:
        """PNG of the window, and of the whole page when it is higher than the window."""
        window = await self._picture(HEIGHT)
        return window, await self._picture(min(facts.height, MAX_SHOT)) if facts.height > HEIGHT else None

    async def _picture(self, height: int) -> bytes:
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
        asked: Mapping[str, object] = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": height > HEIGHT, "clip": clip}
        shot = await self.call("Page.captureScreenshot", asked)
        return base64.b64decode(str(shot["data"]))

    async def _ask(self, script: str, *arguments: object) -> object:
        """What a function of ours returns in the isolated world; the world is made anew when the page replaced its document."""
        asked = {
            "expression": f"({_source(script)})({', '.join(json.dumps(argument) for argument in arguments)})",
            "contextId": self._world,
            "returnByValue": True,
            "awaitPromise": True,
            "timeout": CALL_S * 1000,
        }
        try:
            answer = await self.call("Runtime.evaluate", asked)
        except CaptureError as error:
            if "context with specified id" not in error.detail:
                raise
            await self.open_world()
            answer = await self.call("Runtime.evaluate", asked | {"contextId": self._world})
        if "exceptionDetails" in answer:
            raise CaptureError("unknown", f"reading the page failed: {json.dumps(answer['exceptionDetails'])[:300]}")
        return _at(answer, "result", "value")

    async def call(self, method: str, asked: Mapping[str, object]) -> dict[str, object]:
        """One command and its answer; raises CaptureError `timeout` when there is none in time, `unknown` when the page is gone."""
        try:
            return dict(await asyncio.wait_for(self._session.send(method, dict(asked)), CALL_S))
        except TimeoutError:
            raise CaptureError("timeout", f"the page hangs: no answer to {method} in {CALL_S:.0f} s") from None
        except Error as error:
            raise CaptureError("unknown", f"{method}: {error.message[:300]}") from error


def _at(answer: object, *path: str) -> object:
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


@functools.cache
def _source(script: str) -> str:
    return "\n".join(line for line in files("crawlers").joinpath(script).read_text("utf-8").splitlines() if not line.startswith("//"))
