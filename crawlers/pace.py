"""Politeness that everybody on this machine shares: how far apart requests to one host are, and when it is left alone.

The rules are pure functions over one host's `Ease`. `MemoryPace` keeps it in one process, `FilePace` in a folder for all processes
of a machine, `crawlers.pace_redis` for all machines. One request at a time goes to a host, whoever asks.
"""

import asyncio
import fcntl
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol

from crawlers.errors import CaptureError

MAX_SLOW_S = 60.0  # between requests to a host that is short of breath; slower would only use up the visit's time
MAX_RETRY_AFTER_S = 24 * 3600.0
BARRIER_S = 15 * 60.0  # after a block or captcha; doubles with each further one
MAX_BARRIER_S = 6 * 3600.0
CALM = 10  # good answers after which the extra distance halves
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Ease:
    """How one host bears us; times are seconds since the epoch. `slow_s` is the distance it has made us keep beyond the site file's."""

    last_at: float = 0.0
    quiet_until: float = 0.0
    slow_s: float = 0.0
    good: int = 0
    barriers: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """What matters for politeness in one answer."""

    status: int
    retry_after_s: float | None = None
    barrier: bool = False


def turn_of(ease: Ease, now: float, delay_s: float) -> float:
    """When the next request may go: a distance after the last one, and not while the host is left alone."""
    return max(now, ease.last_at + max(delay_s, ease.slow_s), ease.quiet_until)


def after(ease: Ease, heard: Heard, now: float, delay_s: float) -> Ease:
    """The ease after an answer: 429 and 503 double the distance and wait as told, barriers leave the host alone, calm comes back slowly."""
    if heard.status in (429, 503):
        slow = min(MAX_SLOW_S, max(2 * ease.slow_s, 2 * delay_s, 1.0))
        told = min(heard.retry_after_s, MAX_RETRY_AFTER_S) if heard.retry_after_s is not None else slow
        ease = replace(ease, slow_s=slow, good=0, quiet_until=max(ease.quiet_until, now + told))
    if heard.barrier and not (heard.status == 429 and heard.retry_after_s is not None):
        pause = min(MAX_BARRIER_S, BARRIER_S * 2.0 ** min(ease.barriers, 10))
        return replace(ease, barriers=ease.barriers + 1, good=0, quiet_until=max(ease.quiet_until, now + pause))
    if heard.status in (429, 503) or heard.status >= 500:
        return replace(ease, good=0)
    good = ease.good + 1
    if good < CALM:
        return replace(ease, good=good, barriers=0)
    return replace(ease, good=0, barriers=0, slow_s=ease.slow_s / 2 if ease.slow_s > 0.5 else 0.0)


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds that a Retry-After header names (RFC 9110 section 10.2.3: seconds or a date), None without one that can be read."""
    text = (value or "").strip()
    if text.isdecimal() and text.isascii():
        return min(float(text[:9]), MAX_RETRY_AFTER_S)
    try:
        return max(0.0, min(parsedate_to_datetime(text).timestamp() - now, MAX_RETRY_AFTER_S))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class Pace(Protocol):
    """Who may ask which host when."""

    def turn(self, host: str, delay_s: float, patience_s: float) -> AbstractAsyncContextManager[float]:
        """Waits for this request's turn and holds it, from the time (seconds since the epoch) that the next one's distance counts from.

        Raises CaptureError `not_run` when the turn comes later than `patience_s`.
        """

    async def hear(self, host: str, heard: Heard, delay_s: float) -> None:
        """Takes in an answer of the host."""


class MemoryPace:
    """The pace of one process."""

    def __init__(self) -> None:
        self._eases: dict[str, Ease] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def turn(self, host: str, delay_s: float, patience_s: float) -> AsyncIterator[float]:
        """See `Pace.turn`."""
        async with self._locks.setdefault(host, asyncio.Lock()):
            now = time.time()
            turn = turn_of(self._eases.get(host, Ease()), now, delay_s)
            check_patience(host, turn, now, patience_s)
            if turn > now:
                await asyncio.sleep(turn - now)
            begun = max(time.time(), turn)  # a sleep may end a hair early
            self._eases[host] = replace(self._eases.get(host, Ease()), last_at=begun)
            yield begun

    async def hear(self, host: str, heard: Heard, delay_s: float) -> None:
        """See `Pace.hear`."""
        self._eases[host] = after(self._eases.get(host, Ease()), heard, time.time(), delay_s)


class FilePace:
    """The pace of all processes of one machine, in a folder: one file a host, locked while a request to it runs.

    A process that dies lets go of its lock. Files are named by digest: a host name may be longer than a file name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @asynccontextmanager
    async def turn(self, host: str, delay_s: float, patience_s: float) -> AsyncIterator[float]:
        """See `Pace.turn`."""
        path = self._path(host)
        begun = time.time()
        with path.with_suffix(".turn").open("ab") as lock:
            while not _taken(lock.fileno()):
                check_patience(host, time.time(), begun, patience_s)
                await asyncio.sleep(_POLL_S)
            now = time.time()
            with _ease(path) as (ease, _):
                turn = turn_of(ease, now, delay_s)
            check_patience(host, turn, begun, patience_s)
            if turn > now:
                await asyncio.sleep(turn - now)
            given = max(time.time(), turn)
            with _ease(path) as (ease, write):
                write(replace(ease, last_at=given))
            yield given

    async def hear(self, host: str, heard: Heard, delay_s: float) -> None:
        """See `Pace.hear`."""
        with _ease(self._path(host)) as (ease, write):
            write(after(ease, heard, time.time(), delay_s))

    def _path(self, host: str) -> Path:
        return self._folder / f"{hashlib.sha256(host.encode()).hexdigest()[:32]}.json"


def check_patience(host: str, turn: float, now: float, patience_s: float) -> None:
    """Raises CaptureError `not_run` for a turn that comes too late: the host is left alone, nothing is known of it."""
    if turn - now > patience_s:
        raise CaptureError("not_run", f"{host} is left alone for {turn - now:.0f} s more (it asked for a pause or blocked us)")


def ease_json(ease: Ease) -> str:
    """An ease as it is kept."""
    return json.dumps(asdict(ease))


def read_ease(text: str | bytes) -> Ease:
    """A kept ease; a torn or foreign text reads as a host we know nothing of."""
    try:
        kept = json.loads(text)
        return Ease(**{name: type(value)(kept[name]) for name, value in asdict(Ease()).items()})
    except (ValueError, TypeError, KeyError):
        return Ease()


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _ease(path: Path) -> Iterator[tuple[Ease, "_Write"]]:
    """The ease in a file, locked, and what writes it back."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield read_ease(os.pread(descriptor, 4096, 0)), _Write(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class _Write:
    descriptor: int

    def __call__(self, ease: Ease) -> None:
        """Written with blanks to one length, so that a reader never sees half of two."""
        os.pwrite(self.descriptor, ease_json(ease).ljust(256).encode(), 0)
