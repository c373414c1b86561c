"""Requests to one host keep their distance whoever sends them, hosts that ask for rest get it, and a dead process holds nobody up."""

import asyncio
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawlers.errors import CaptureError
from crawlers.pace import Ease, FilePace, Heard, MemoryPace, Pace, after, ease_json, read_ease, retry_after, turn_of
from crawlers.pace_redis import RedisPace

ROOT = Path(__file__).parents[2]
HAIR = 1e-6  # what the difference of two floats of 2026 may lose
NOW = 1_772_366_400.0  # 2026-03-01 12:00 UTC


def test_turns_lie_a_delay_apart_counted_from_the_last_request() -> None:
    ease = Ease(last_at=NOW)
    assert [turn_of(ease, NOW + 0.5, 2.0), turn_of(ease, NOW + 9, 2.0)] == [NOW + 2, NOW + 9]
    assert turn_of(ease, NOW + 0.5, 5.0) == NOW + 5  # a robots file asked for more in between


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0), (" 5 ", 5.0), ("0", 0.0), ("99999999999", 86400.0), ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0), ("soon", None), ("-3", None), ("", None), (None, None), ("１２", None),
        ("Sun, 01 Mar 99999 12:00:30 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date_and_bounded(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_a_busy_host_gets_the_rest_it_asks_for_and_double_the_distance() -> None:
    ease = after(Ease(), Heard(429, retry_after_s=30), NOW, 2.0)
    assert (ease.quiet_until, ease.slow_s, turn_of(ease, NOW + 1, 2.0)) == (NOW + 30, 4.0, NOW + 30)
    ease = after(ease, Heard(503), NOW + 40, 2.0)
    assert (ease.slow_s, ease.quiet_until) == (8.0, NOW + 48)
    for _ in range(20):
        ease = after(ease, Heard(503), NOW + 40, 2.0)
    assert ease.slow_s == 60.0


def test_calm_comes_back_slowly() -> None:
    ease = after(Ease(), Heard(503), NOW, 2.0)
    for count in range(1, 41):
        ease = after(ease, Heard(200), NOW + count, 2.0)
        assert ease.slow_s == (4.0 if count < 10 else 2.0 if count < 20 else 1.0 if count < 30 else 0.5 if count < 40 else 0.0)


def test_each_barrier_leaves_the_host_alone_for_twice_as_long_up_to_six_hours() -> None:
    ease, pauses = Ease(), []
    for _ in range(7):
        ease = after(ease, Heard(403, barrier=True), NOW, 2.0)
        pauses.append((ease.quiet_until - NOW) / 60)
    assert pauses == [15, 30, 60, 120, 240, 360, 360]
    assert after(ease, Heard(200), NOW, 2.0).barriers == 0
    assert after(Ease(), Heard(429, retry_after_s=5, barrier=True), NOW, 2.0).barriers == 0  # a named pause is no refusal


def test_what_is_kept_reads_back_and_torn_files_read_as_nothing_known() -> None:
    ease = Ease(NOW, NOW + 1, 4.0, 3, 2)
    assert read_ease(ease_json(ease).ljust(256)) == ease
    for torn in ("", "{", "[]", '{"last_at": 1}', b"\0\0", '{"last_at": "x", "quiet_until": 1, "slow_s": 1, "good": 1, "barriers": 1}'):
        assert read_ease(torn) == Ease()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis on loopback, installed when it is missing, stopped by its pid."""
    folder = tmp_path_factory.mktemp("redis")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(ROOT / "scripts/redis"), "start", str(folder), str(port), str(os.getpid())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.fail(f"Redis cannot be had, so its tests fail: {done.stderr.strip()}", pytrace=False)
    yield done.stdout.strip()
    subprocess.run([str(ROOT / "scripts/redis"), "stop", str(folder)], check=True, timeout=30)


@pytest.fixture(params=["memory", "file", "redis"])
def pace(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Pace]:
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        return lambda: RedisPace(url)
    return MemoryPace if request.param == "memory" else lambda: FilePace(tmp_path / "pace")


def host_of(request: pytest.FixtureRequest) -> str:
    return f"{request.node.name.replace('[', '-').replace(']', '')}.example"


async def closed(pace: Pace) -> None:
    if isinstance(pace, RedisPace):
        await pace.close()


def test_one_request_at_a_time_goes_to_a_host_each_a_delay_after_the_last(pace: Callable[[], Pace], request: pytest.FixtureRequest) -> None:
    begun: list[float] = []
    running = 0

    async def ask(shared: Pace) -> None:
        nonlocal running
        async with shared.turn(host_of(request), 0.05, 10) as given:
            begun.append(given)
            running += 1
            assert running == 1
            await asyncio.sleep(0.01)
            running -= 1

    async def main() -> None:
        shared = pace()
        await asyncio.gather(*(ask(shared) for _ in range(6)))
        await closed(shared)

    asyncio.run(main())
    assert min(later - earlier for earlier, later in itertools.pairwise(begun)) >= 0.05 - HAIR


def test_a_host_that_asked_for_rest_is_not_waited_for_beyond_patience(pace: Callable[[], Pace], request: pytest.FixtureRequest) -> None:
    async def main() -> None:
        shared = pace()
        await shared.hear(host_of(request), Heard(503, retry_after_s=60), 1.0)
        with pytest.raises(CaptureError, match="left alone") as raised:
            async with shared.turn(host_of(request), 0.0, 5):
                pytest.fail("the turn came at once")
        assert raised.value.outcome == "not_run"
        async with shared.turn(f"other-{host_of(request)}", 0.0, 5):  # nobody else has to wait for it
            pass
        await closed(shared)

    asyncio.run(main())


def test_an_error_while_asking_gives_the_turn_back(pace: Callable[[], Pace], request: pytest.FixtureRequest) -> None:
    async def main() -> None:
        shared = pace()
        with pytest.raises(CaptureError):
            async with shared.turn(host_of(request), 0.0, 1):
                raise CaptureError("timeout", "no answer")
        async with shared.turn(host_of(request), 0.0, 1):
            pass
        await closed(shared)

    asyncio.run(main())


CHILD = """
import asyncio, json, sys, time
from pathlib import Path
from crawlers.pace import FilePace
from crawlers.pace_redis import RedisPace
async def main(kind, where, turns):
    pace = FilePace(Path(where)) if kind == "file" else RedisPace(where)
    for _ in range(turns):
        async with pace.turn("shared.example", 0.06, 60) as given:
            begun = time.time()
            await asyncio.sleep(0.01)
            print(json.dumps([given, begun, time.time()]), flush=True)
            if turns == 1:
                await asyncio.sleep(60)
    if kind == "redis":
        await pace.close()
asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.mark.parametrize("kind", ["file", "redis"])
def test_processes_share_one_pace(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    where = str(tmp_path) if kind == "file" else request.getfixturevalue("redis_url")
    children = [subprocess.Popen([sys.executable, "-c", CHILD, kind, where, "5"], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    spans = sorted(tuple(json.loads(line)) for child in children for line in child.communicate(timeout=60)[0].splitlines())
    assert len(spans) == 15
    assert [child.returncode for child in children] == [0, 0, 0]
    for (given, _, ended), (next_given, next_begun, _) in itertools.pairwise(spans):
        assert next_begun >= ended
        assert next_given - given >= 0.06 - HAIR


def test_a_process_that_dies_in_its_turn_holds_nobody_up(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, "file", str(tmp_path), "1"], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    child.stdout.close()

    async def main() -> None:
        async with FilePace(tmp_path).turn("shared.example", 0.0, 5):
            pass

    asyncio.run(main())


def test_without_its_redis_nobody_is_asked() -> None:
    async def main() -> None:
        pace = RedisPace("redis://127.0.0.1:9/0")
        with pytest.raises(CaptureError) as raised:
            async with pace.turn("shop.example", 0.0, 5):
                pytest.fail("a turn was given")
        assert raised.value.outcome == "not_run"
        await pace.close()

    asyncio.run(main())
