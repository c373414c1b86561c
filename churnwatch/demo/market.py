"""A running market: the child process of `serve.py`, driven by lines."""

import contextlib
import json
import subprocess
import sys
import tempfile
from types import TracebackType
from typing import Self

from churnwatch.demo.world import World


class Market:
    """`with Market(world) as market:` starts the server, `market.day(3)` turns to that day, leaving the block stops it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        world = self._world
        options = ["--seed", str(world.seed), "--days", str(world.days), "--port", str(world.port)]
        command = [sys.executable, "-m", "churnwatch.demo.serve", *options]
        with contextlib.ExitStack() as starting:
            # A file, since a pipe that nobody reads would stop the child once it is full.
            self._complaints = starting.enter_context(tempfile.TemporaryFile("w+"))
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, text=True)  # noqa: S603
            starting.callback(self._stop)
            self._hear()
            self._open = starting.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()

    def day(self, day: int) -> None:
        """Turns the market to that day; every name then answers as it does on it."""
        self._ask(f"day {day}")

    def counts(self) -> dict[str, int]:
        """What was asked so far: `get`, `status_NNN`, and what a passive crawler never causes: the keys of `FAULTS`."""
        return {key: value for key, value in self._ask("counts").items() if isinstance(value, int)}

    def _ask(self, line: str) -> dict[str, object]:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # a child that has gone is told of by `_hear`
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, object]:
        """The next line; raises RuntimeError with the child's own words when it has gone."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(timeout=10)
            self._complaints.seek(0)
            raise RuntimeError(f"the demo market ended: {self._complaints.read().strip()[-500:] or 'no reason given'}")
        answer: dict[str, object] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"the demo market: {answer['error']}")
        return answer

    def _stop(self) -> None:
        """Closes the child's input, which is its ordinary end; one that does not leave is killed."""
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


# Counters that stay zero as long as only pages in scope are read.
FAULTS = ("malformed", "not_get", "unknown_host", "unknown_server_name", "forbidden", "off_scope")
