"""The optional life-cycle policy: read by the server's own classes, since the tests' distribution answers no request about it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from indexer import elastic_mapping
from tests.elastic_tiers.node_script import ROOT, node_script

pytestmark = pytest.mark.elastic
POLICY = Path(elastic_mapping.__file__).parent / "elastic_ilm.json"


def read_by_server(path: Path) -> subprocess.CompletedProcess[str]:
    """How the server takes the body of `PUT _ilm/policy/NAME`."""
    if os.environ.get("CHURNWATCH_TEST_ALL") != "1":
        pytest.skip("needs the unpacked server: `make test` fetches it")
    version, java = node_script().chosen_java()
    home = node_script().unpacked(version)
    command = [java / "bin" / "java", "-XX:TieredStopAtLevel=1", "-cp", f"{home}/lib/*:{home}/modules/x-pack-core/*"]
    return subprocess.run(
        [*command, ROOT / "tests" / "elastic_tiers" / "ReadPolicy.java", path], capture_output=True, text=True, timeout=120
    )


def test_the_server_takes_the_policy_as_it_stands() -> None:
    done = read_by_server(POLICY)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "phases": {
            "hot": {"min_age": "0ms", "actions": {"set_priority": {"priority": 100}}},
            "warm": {"min_age": "62d", "actions": {"set_priority": {"priority": 50}, "forcemerge": {"max_num_segments": 1}}},
        },
        "_meta": {"owner": "churnwatch", "schema_version": 1},
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda policy: policy["phases"]["warm"]["actions"].update(forcemerg={}), "forcemerg"),
        (lambda policy: policy["phases"]["hot"]["actions"].update(delete={}), "invalid action [delete] defined in phase [hot]"),
    ],
    ids=["action", "place"],
)
def test_the_server_refuses_what_is_wrong_in_it(change: Any, said: str, tmp_path: Path) -> None:
    body = json.loads(POLICY.read_text("utf-8"))
    change(body["policy"])
    (tmp_path / "policy.json").write_text(json.dumps(body))
    done = read_by_server(tmp_path / "policy.json")
    assert done.returncode != 0
    assert said in done.stderr
