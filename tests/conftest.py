"""The real Elasticsearch node of a test run: started once, shared by all workers, stopped by pid at the end."""

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "elasticsearch"


def _run_pid() -> int:
    """The pid of the whole run: under xdist a worker's parent."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _node_folder() -> Path:
    return Path(tempfile.gettempdir()) / f"churnwatch-es-{_run_pid()}"


@pytest.fixture(scope="session")
def elastic_url() -> str:
    """http://host:port of a real Elasticsearch: `CHURNWATCH_ES_URL`, else the node of this run."""
    if given := os.environ.get("CHURNWATCH_ES_URL"):
        return given.rstrip("/")
    if os.environ.get("CHURNWATCH_TEST_ALL") != "1":
        pytest.skip("needs Elasticsearch: `make test` starts one, or set CHURNWATCH_ES_URL")
    command = [sys.executable, str(SCRIPT), "start", str(_node_folder()), "--follow", str(_run_pid())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    if done.returncode:
        pytest.fail(f"Elasticsearch cannot be had, so its tests fail: {done.stderr.strip()}", pytrace=False)
    return done.stdout.strip()


@pytest.fixture
def elastic_address(elastic_url: str) -> Iterator[str]:
    """A store address with a prefix of its own, emptied when the test is over."""
    with own_prefix(elastic_url) as address:
        yield address


@pytest.fixture(scope="module")
def elastic_module_address(elastic_url: str) -> Iterator[str]:
    """The same for a whole module."""
    with own_prefix(elastic_url) as address:
        yield address


@contextmanager
def own_prefix(url: str) -> Iterator[str]:
    """Removes all indices and templates of the prefix at the end."""
    from elasticsearch import Elasticsearch

    prefix = f"t{uuid.uuid4().hex[:12]}"
    yield f"{url}/{prefix}"
    with Elasticsearch(url) as connected:
        client = connected.options(ignore_status=404)
        made = list(client.indices.get(index=f"{prefix}-*", features="aliases").body)
        if made:
            client.indices.delete(index=made)
        client.indices.delete_index_template(name=f"{prefix}-*")
        client.cluster.delete_component_template(name=f"{prefix}-*")


def pytest_sessionfinish() -> None:
    """Stops the node, however the run went; under xdist the controller does, after its workers. A killed run's node stops by `--follow`."""
    if "PYTEST_XDIST_WORKER" not in os.environ and _node_folder().exists():
        subprocess.run([sys.executable, str(SCRIPT), "stop", str(_node_folder())], timeout=60)
        shutil.rmtree(_node_folder(), ignore_errors=True)
