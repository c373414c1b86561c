"""scripts/elasticsearch: the node of the tests starts once, stops whole, and says in one line why it cannot be had."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "elasticsearch"


def run(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The script with these arguments, to its end."""
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=1800)


def within(seconds: float, promise: Callable[[], bool]) -> bool:
    """Does the promise come true in time."""
    end = time.monotonic() + seconds
    while not promise():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def processes(folder: Path) -> list[str]:
    """Command lines of all processes that name this folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"{folder}/" in command:
            found.append(command)
    return found


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the node's own user can reach; pytest's are closed to others."""
    with tempfile.TemporaryDirectory(prefix="churnwatch-es-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name) / "node"
        run("stop", Path(name) / "node")


@pytest.mark.elastic
@pytest.mark.long
def test_a_node_starts_once_follows_a_process_and_leaves_nothing_behind(elastic_url: str, folder: Path) -> None:
    if "CHURNWATCH_ES_URL" in os.environ:
        pytest.skip("CHURNWATCH_ES_URL says that no node is to be started here")
    followed = subprocess.Popen(["/bin/sleep", "600"])
    try:
        first = run("start", folder, "--follow", followed.pid)
        assert first.returncode == 0, first.stderr
        assert run("start", folder).stdout == first.stdout != f"{elastic_url}\n"
        with urllib.request.urlopen(f"{first.stdout.strip()}/_cluster/health", timeout=10) as answer:
            assert answer.headers["X-elastic-product"] == "Elasticsearch"
        assert len(processes(folder)) >= 1
    finally:
        followed.kill()
        followed.wait()
    assert within(30, lambda: processes(folder) == [])

    again = run("start", folder)
    assert again.returncode == 0, again.stderr
    assert run("stop", folder).returncode == 0
    assert processes(folder) == []
    assert run("stop", folder).returncode == 0


def test_an_archive_with_another_digest_is_refused_and_removed(tmp_path: Path) -> None:
    archive = tmp_path / "elasticsearch-9.2.8.zip"
    archive.write_bytes(b"PK something else")
    refused = run("fetch", "9.2.8", CHURNWATCH_CACHE=str(tmp_path))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{archive} had the SHA-256" in refused.stderr and "it was removed, run this again" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_missing_jdk_is_said_in_one_line(tmp_path: Path) -> None:
    refused = run("start", tmp_path / "node", ES_JAVA_HOME=str(tmp_path), CHURNWATCH_CACHE=str(tmp_path))
    assert refused.returncode == 1
    assert refused.stderr.startswith("scripts/elasticsearch: no JDK 17 or newer with all its modules was found")
    assert refused.stderr.endswith("set ES_JAVA_HOME, or CHURNWATCH_ES_URL\n") and refused.stderr.count("\n") == 1


def test_usage_errors_exit_with_two(tmp_path: Path) -> None:
    assert [run(*arguments).returncode for arguments in ([], ["start"], ["restart", tmp_path], ["fetch", "1.0"])] == [2, 2, 2, 2]
