"""The wheel: packages and lexicons, no tests; it runs the demo outside the checkout from an empty environment."""

import json
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = [pytest.mark.wheel, pytest.mark.slow]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built from the checkout."""
    if os.environ.get("CHURNWATCH_TEST_ALL") != "1":
        pytest.skip("the wheel is built and installed by make test")
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT], check=True, capture_output=True, timeout=120
    )
    return next(out.glob("*.whl"))


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_wheel_holds_packages_and_data_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"crawlers", "nlp", "indexer", "churnwatch", "lexicons"}
    for needed in (
        "lexicons/substances.yml",
        "lexicons/page_states.yml",
        "lexicons/public_suffix_list.dat",
        "indexer/templates/report.html",
        "indexer/kibana/churnwatch.ndjson",
        "indexer/kibana/vega/cluster_network.json",
    ):
        assert needed in names
    assert not [name for name in names if "test" in Path(name).name and name.endswith(".py")]


def test_an_empty_environment_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True, timeout=60)
    install = [sys.executable, "-m", "uv", "pip", "install", "-q", "--compile-bytecode", "--python", python]
    lock = ROOT / "requirements" / "base.lock"
    subprocess.run([*install, "--require-hashes", "-r", lock], check=True, capture_output=True, timeout=300)
    subprocess.run([*install, "--no-deps", wheel], check=True, capture_output=True, timeout=60)
    away = tmp_path / "elsewhere"
    away.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CHURNWATCH_", "PYTHONPATH", "VIRTUAL_ENV"))}
    command = [python.parent / "churnwatch", "demo", "--days", "3", "--json", "--port", str(free_port())]
    done = subprocess.run(command, capture_output=True, text=True, cwd=away, timeout=200, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    figures = json.loads(done.stdout)
    assert figures["days"] == 3
    assert figures["leads"] >= 3
    assert (away / figures["report"]).stat().st_size > 10_000
