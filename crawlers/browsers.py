"""Where browsers come from: one Playwright driver for a run, a few Chromium processes at a time. Loads Playwright at the first use."""

import asyncio
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from crawlers.errors import CaptureError

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
CLOSE_S = 5.0  # for a context or browser to close; then the process is killed


class Browsers:
    """The browsers of one run, `at_once` at a time, over one Playwright driver that starts with the first. `close` it at the end."""

    def __init__(self, program: str | None = None, at_once: int = 2) -> None:
        self._program, self._free = program, asyncio.Semaphore(at_once)
        self._driver: Playwright | None = None
        self._starting = asyncio.Lock()

    async def take(self, wait_s: float) -> None:
        """Wait for a free place; raises CaptureError `timeout` when there is none in time."""
        try:
            await asyncio.wait_for(self._free.acquire(), max(wait_s, 0.0))
        except TimeoutError:
            raise CaptureError("timeout", "no browser was free in the visit's time") from None

    def give_back(self) -> None:
        """Free the place."""
        self._free.release()

    async def launch(self, home: str) -> "Chromium":
        """A Chromium without a network, its files in `home`; raises CaptureError `unknown` when there is none to be had."""
        try:
            from playwright.async_api import Error

            from crawlers.browser_guard import ARGUMENTS
        except ImportError as error:
            raise CaptureError("unknown", "no Playwright; install churnwatch[browser], or write `render: http`") from error
        program = self._program or next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None or shutil.which(program) is None:
            raise CaptureError("unknown", f"no Chromium ({program or ', '.join(PROGRAMS)}); install it, or write `render: http`")
        for last in (False, True):
            try:
                driver = await self._started()
                return await driver.chromium.launch(
                    executable_path=program,
                    headless=True,
                    args=list(ARGUMENTS),
                    chromium_sandbox=os.geteuid() != 0,  # Chromium's sandbox refuses to run as root
                    env={"HOME": home, "PATH": os.defpath, "LANG": "C.UTF-8"},  # nothing of ours reaches a page's process
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                    timeout=30_000,
                )
            except Error as error:
                if last:
                    raise CaptureError("unknown", f"Chromium does not start: {error.message.splitlines()[0][:300]}") from error
                await self._stop()  # the driver may be what died
        raise AssertionError

    async def close(self) -> None:
        """Stop the driver."""
        await self._stop()

    async def _started(self) -> "Playwright":
        from playwright.async_api import async_playwright

        async with self._starting:
            if self._driver is None:
                self._driver = await async_playwright().start()
            return self._driver

    async def _stop(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            from playwright.async_api import Error

            with suppress(Error, TimeoutError):
                await asyncio.wait_for(driver.stop(), CLOSE_S)
