"""A lived demo that several test files look at, made once a session, and the command line as a user runs it."""

import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

CHURNWATCH = Path(sys.executable).parent / "churnwatch"
Cli = Callable[..., subprocess.CompletedProcess[str]]


class Demo(NamedTuple):
    """The JSON a demo printed, the folder it left and the port of its market."""

    figures: dict[str, object]
    folder: Path
    port: int

    @property
    def store(self) -> str:
        """Address of its embedded store."""
        return f"sqlite:///{self.folder / 'churnwatch.db'}"


def run(*words: str | Path, cwd: Path, timeout: int = 900) -> subprocess.CompletedProcess[str]:
    """One command line, as a user would run it."""
    return subprocess.run([CHURNWATCH, *words], capture_output=True, text=True, cwd=cwd, timeout=timeout, stdin=subprocess.DEVNULL)


def live_demo(folder: Path, *words: str, port: int | None = None) -> Demo:
    """A demo in a new folder, on a free port unless one is named; it must end with 0."""
    chosen = port or free_port()
    done = run("demo", "--dir", folder, "--json", "--port", str(chosen), *words, cwd=folder.parent)
    assert done.returncode == 0, done.stderr[-2000:]
    return Demo(json.loads(done.stdout), folder, chosen)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def cli() -> Cli:
    """The console script: `cli(*words, cwd=folder)`."""
    return run


@pytest.fixture(scope="session")
def demo_of() -> Callable[..., Demo]:
    """Lives a demo: `demo_of(folder, *words)`."""
    return live_demo


@pytest.fixture(scope="session")
def full_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Twenty days of seed 1: the run whose figures the README gives. Lived once a run, however many workers look at it."""
    shared = tmp_path_factory.getbasetemp()
    folder = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "full-demo"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder.with_suffix(".json")
        if not kept.exists():
            lived = live_demo(folder, "--seed", "1")
            kept.write_text(json.dumps([lived.figures, lived.port]), "utf-8")
        figures, port = json.loads(kept.read_text("utf-8"))
    return Demo(figures, folder, port)


@pytest.fixture(scope="session")
def short_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Three days of seed 1."""
    return live_demo(tmp_path_factory.mktemp("demo") / "short", "--seed", "1", "--days", "3")


@pytest.fixture
def inside(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Like `cli` in this process: spares a second of imports a call where only the verb itself is looked at."""
    from churnwatch.cli import run as run_verb

    def call(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd)
        capfd.readouterr()
        code = run_verb([str(word) for word in words])
        return subprocess.CompletedProcess(words, code, *capfd.readouterr())

    return call
