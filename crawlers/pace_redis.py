"""The pace that several machines share, in Redis: one key a host for its ease, one for whose turn it is."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from crawlers.errors import CaptureError, ConfigError
from crawlers.pace import Ease, Heard, after, check_patience, ease_json, read_ease, turn_of

KEY = "churnwatch:pace:"
KEPT_S = 7 * 24 * 3600  # a host that nobody asked for a week starts afresh
REQUEST_S = 180  # the longest that one request may hold a turn; a worker that dies in it delays others no longer
_POLL_S = 0.1
_TRIES = 20
# Deletes the turn only while it is still ours: a turn that ran out may belong to somebody else by now.
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


class RedisPace:
    """See `crawlers.pace.Pace`. Times are the Redis server's: machines disagree. Raises CaptureError `not_run` when it is away."""

    def __init__(self, url: str) -> None:
        try:
            from redis.asyncio import Redis
        except ImportError as error:
            raise ConfigError("the settings name a Redis; install churnwatch[distributed]", key="redis") from error
        try:
            self._redis = Redis.from_url(url, socket_connect_timeout=5, socket_timeout=10)
        except ValueError as error:
            raise ConfigError("not a Redis address; write redis://host:port/0", key="redis") from error

    @asynccontextmanager
    async def turn(self, host: str, delay_s: float, patience_s: float) -> AsyncIterator[float]:
        """See `Pace.turn`."""
        mine, begun = secrets.token_hex(8), time.monotonic()
        with _Named():
            while not await self._redis.set(f"{KEY}turn:{host}", mine, nx=True, px=int((patience_s + REQUEST_S) * 1000)):
                check_patience(host, time.monotonic(), begun, patience_s)
                await asyncio.sleep(_POLL_S)
        try:
            left_s = patience_s - (time.monotonic() - begun)
            turns: list[tuple[float, float]] = []

            def look(ease: Ease, now: float) -> Ease:
                turn = turn_of(ease, now, delay_s)
                check_patience(host, turn, now, left_s)
                turns.append((turn, now))
                return ease

            def take(ease: Ease, now: float) -> Ease:
                return replace(ease, last_at=max(now, turns[-1][0]))

            await self._change(host, look)
            turn, now = turns[-1]
            if turn > now:
                await asyncio.sleep(turn - now)
            yield (await self._change(host, take)).last_at
        finally:
            with _Named():
                await self._redis.eval(_RELEASE, 1, f"{KEY}turn:{host}", mine)

    async def hear(self, host: str, heard: Heard, delay_s: float) -> None:
        """See `Pace.hear`."""
        await self._change(host, lambda ease, now: after(ease, heard, now, delay_s))

    async def close(self) -> None:
        """Let go of the connection."""
        await self._redis.aclose()

    async def _change(self, host: str, changed: Callable[[Ease, float], Ease]) -> Ease:
        """Read, change and write one host's ease, which comes back; tried again when somebody else was faster."""
        from redis.exceptions import WatchError

        key = f"{KEY}ease:{host}"
        with _Named():
            for _ in range(_TRIES):
                async with self._redis.pipeline() as pipe:
                    await pipe.watch(key)
                    seconds, micros = await pipe.time()
                    fresh = changed(read_ease(await pipe.get(key) or b""), seconds + micros / 1e6)
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.set(key, ease_json(fresh), ex=KEPT_S)
                    with suppress(WatchError):
                        await pipe.execute()
                        return fresh
        raise CaptureError("not_run", f"{host}: its pace in Redis changed {_TRIES} times while it was read")


class _Named:
    """Turns what the Redis client raises into CaptureError `not_run`: without the shared pace nobody may be asked."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from redis.exceptions import RedisError

        if isinstance(error, RedisError | OSError):
            raise CaptureError("not_run", f"the shared pace in Redis is away ({type(error).__name__}); nothing was asked") from error
