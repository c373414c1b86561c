"""The compose file's Elasticsearch on a real node: its settings, our certificates, and the set-up with roles, keys, token and user."""

import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from elasticsearch import ApiError, Elasticsearch

from churnwatch.cli import run as command_line
from indexer.elastic_store import ElasticStore
from indexer.store import Put, StoreError
from tests.deployment.compose_file import ROOT, elasticsearch_settings, services
from tests.deployment.production_page import requests
from tests.elastic_tiers.node_script import node_script
from tests.elastic_tiers.plugin import home_with_plugin

pytestmark = [pytest.mark.elastic, pytest.mark.slow, pytest.mark.xdist_group("compose")]
SCRIPTS = ROOT / "scripts" / "compose"
AT = "2026-11-24T12:00:00Z"
# Of a module that the tests' distribution lacks; every other setting must be known to it.
ABSENT = {"ingest.geoip.downloader.enabled": "ingest-geoip"}
# Where the test's node lies, not what it is.
PLACES = {"path.repo"}
# What the server tells nobody; that TLS works shows every request.
HIDDEN = {"xpack.security.http.ssl.key", "xpack.security.http.ssl.certificate"}


@dataclass(frozen=True)
class Running:
    """The node and the folder with what the scripts made."""

    url: str
    folder: Path

    @property
    def ca(self) -> str:
        """The authority's certificate."""
        return str(self.folder / "trust" / "ca.crt")

    def client(self, **by: Any) -> Elasticsearch:
        """A client, of the superuser unless told otherwise."""
        password = (self.folder / "secrets" / "elastic_password").read_text().strip()
        return Elasticsearch(self.url, ca_certs=self.ca, **(by or {"basic_auth": ("elastic", password)}))

    def setup(self) -> str:
        """Runs the one-shot as the container does; what it said."""
        secret = self.folder / "secrets"
        environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "CHURNWATCH_STORE": f"{self.url}/churnwatch",
            "CHURNWATCH_ES_CA": self.ca,
            "CHURNWATCH_ES_USER": "elastic",
            "CHURNWATCH_ES_PASSWORD_FILE": str(secret / "elastic_password"),
            "CHURNWATCH_ES_ANALYST_PASSWORD_FILE": str(secret / "analyst_password"),
            "CHURNWATCH_SPOOL": str(self.folder / "spool"),
        }
        assert set(environment) - {"PATH"} == set(services()["setup"]["environment"])
        command = [SCRIPTS / "setup", self.folder / "keys", self.folder / "kibana", secret / "kibana_seed"]
        assert len(command) == 1 + len(services()["setup"]["command"])
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout


def start(folder: Path, settings: dict[str, str], *, with_password: bool = True) -> str:
    """A node with these settings in place of the tests' own, and certificates and password as the one-shots made them; its URL."""
    script = node_script()
    password = (folder / "secrets" / "elastic_password").read_text().strip()

    def before(home: Path, node: Path, run: Any) -> None:
        read = yaml.safe_load((node / "config" / "elasticsearch.yml").read_text())
        known = {name: value for name, value in settings.items() if name not in ABSENT.keys() | PLACES}
        lines = {**read, **known, "http.port": 0, "transport.port": 0}
        (node / "config" / "elasticsearch.yml").write_text(yaml.safe_dump(lines))
        shutil.copytree(folder / "server", node / "config" / "certs", dirs_exist_ok=True)
        for path in (node / "config" / "certs").iterdir():
            path.chmod(0o644)
        if with_password:
            run(["elasticsearch-keystore", "create"], b"")
            run(["elasticsearch-keystore", "add", "-x", "bootstrap.password"], password.encode())

    shape = script.Shape(settings="", home=home_with_plugin(), before=before, ca=str(folder / "trust" / "ca.crt"), password=password)
    url: str = script.start(folder / "node", os.getpid(), shape)
    return url


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """What the first one-shots leave: secrets and certificates."""
    if os.environ.get("CHURNWATCH_TEST_ALL") != "1":
        pytest.skip("starts a node of its own: `make test` does")
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30
    place = (memory if roomy else Path("/tmp")) / f"churnwatch-compose-{os.getpid()}"
    for name in ("authority", "server", "trust", "keys", "kibana", "redis"):
        (place / name).mkdir(parents=True)
    subprocess.run([SCRIPTS / "secrets", place], check=True, capture_output=True, timeout=60)
    where = [place / name for name in ("authority", "server", "trust", "redis")]
    subprocess.run([SCRIPTS / "certificates", *where], check=True, capture_output=True, timeout=60)
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    """The node of the compose file, set up once."""
    try:
        made = Running(start(folder, elasticsearch_settings()), folder)
        assert "the worker has a new key" in made.setup()
        yield made
    finally:
        node_script().stop(folder / "node")


def test_a_misspelt_setting_stops_the_node(folder: Path) -> None:
    wrong = {name.replace("http.ssl.enabled", "http.ssl.enabeld"): value for name, value in elasticsearch_settings().items()}
    assert wrong != elasticsearch_settings()
    with pytest.raises(node_script().NodeError, match=r"unknown setting \[xpack\.security\.http\.ssl\.enabeld\]"):
        start(folder, wrong, with_password=False)
    shutil.rmtree(folder / "node")


def test_the_settings_are_in_force(running: Running) -> None:
    with running.client() as client:
        node = next(iter(client.nodes.info(filter_path="nodes.*.settings", flat_settings=True)["nodes"].values()))
        for name, value in elasticsearch_settings().items():
            if name not in ABSENT.keys() | PLACES | HIDDEN:
                assert node["settings"][name] in (value, value.split(",")), name
        with pytest.raises(ApiError, match="no such index"):
            client.index(index="churnwatch-lisitng", document={})
        assert client.index(index="kibana-would-make-this", document={})["result"] == "created"
    with pytest.raises(ApiError, match="missing authentication credentials"):
        running.client(basic_auth=None).cluster.health()


def test_the_health_check_sees_a_healthy_node_and_a_wrong_password(running: Running, tmp_path: Path) -> None:
    text = services()["elasticsearch"]["healthcheck"]["test"][1].replace("$$", "$")
    text = text.replace("https://localhost:9200", running.url).replace("config/certs/ca.crt", running.ca)
    good = running.folder / "secrets" / "elastic_password"
    (tmp_path / "bad").write_text("not the password\n")
    for password, code in ((good, 0), (tmp_path / "bad", 1)):
        assert subprocess.run(["sh", "-c", text.replace("/run/secrets/elastic_password", str(password))], timeout=30).returncode == code


def test_the_worker_works_by_its_key_and_may_no_more(running: Running) -> None:
    path = running.folder / "keys" / "worker"
    assert path.stat().st_mode & 0o777 == 0o600
    key = path.read_text().strip()
    store = ElasticStore(f"{running.url}/churnwatch", api_key=key, ca=running.ca)
    store.init()
    assert store.put("finding", [{"id": "f", "planned_at": AT, "visit_id": "v", "analysis_id": "a"}]) == Put(written=1)
    assert store.put("storefront", [{"id": "s", "sequence": store.next_sequence()}]) == Put(written=1)
    store.settle()
    assert [one["id"] for one in store.scan("finding")] == ["f"]
    with pytest.raises(StoreError, match="403"):
        store.rebuild()
    store.close()
    with running.client(api_key=key) as client, pytest.raises(ApiError, match="unauthorized"):
        client.security.get_user()


def test_people_sign_in_as_the_analyst(running: Running) -> None:
    password = (running.folder / "secrets" / "analyst_password").read_text().strip()
    with running.client(basic_auth=("analyst", password)) as client:
        assert client.search(index="churnwatch-finding", size=0)["hits"]["total"]["value"] >= 0
        with pytest.raises(ApiError, match="unauthorized"):
            client.index(index="churnwatch-storefront-v0001", id="x", document={})
        with pytest.raises(ApiError, match="unauthorized"):
            client.search(index="kibana-would-make-this", size=0)


def test_kibana_gets_a_token_and_keys_of_its_own(running: Running) -> None:
    path = running.folder / "kibana" / "kibana.yml"
    assert path.stat().st_mode & 0o777 == 0o600
    read = yaml.safe_load(path.read_text())
    keys = [read[f"xpack.{name}.encryptionKey"] for name in ("encryptedSavedObjects", "reporting", "security")]
    assert len(set(keys)) == 3 and all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)
    with running.client(bearer_auth=read["elasticsearch.serviceAccountToken"]) as client:
        assert client.security.authenticate()["username"] == "elastic/kibana"
    mounts = dict(one.split(":")[:2] for one in services()["kibana"]["volumes"])
    assert services()["kibana"]["environment"]["KBN_PATH_CONF"] == mounts["kibana"]
    assert read["elasticsearch.ssl.certificateAuthorities"] == [f"{mounts['trust']}/ca.crt"]
    assert read["elasticsearch.hosts"] == ["https://elasticsearch:9200"]
    assert services()["kibana"]["ports"] == [read["server.publicBaseUrl"].removeprefix("http://") + ":5601"]


def test_setting_up_again_changes_nothing_but_an_old_key(running: Running) -> None:
    made = [running.folder / "keys" / "worker", running.folder / "kibana" / "kibana.yml"]
    before = [path.read_text() for path in made]
    assert running.setup() == "the store is ready\n"
    assert [path.read_text() for path in made] == before
    day = 24 * 3600
    old = made[0].stat().st_mtime - 302 * day
    os.utime(made[0], (old, old))
    assert "the worker has a new key" in running.setup()
    assert made[0].read_text() != before[0] and made[1].read_text() == before[1]
    number = base64.b64decode(made[0].read_text()).decode().partition(":")[0]
    with running.client() as client:
        found = client.security.get_api_key(id=number)["api_keys"]
    assert 365 * day <= (found[0]["expiration"] - found[0]["creation"]) / 1000 <= 366 * day


def test_the_commands_of_the_page_do_by_each_one_s_rights(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    def run(service: str, *words: str) -> tuple[int, str, str]:
        with monkeypatch.context() as place:
            for name, value in services()[service]["environment"].items():
                local = value.replace("https://elasticsearch:9200", running.url).replace("/run/secrets", str(running.folder / "secrets"))
                place.setenv(name, local.replace("/trust", str(running.folder / "trust")).replace("/keys", str(running.folder / "keys")))
            code = command_line(words)
        return code, *capfd.readouterr()

    code, said, _ = run("crawler", "store", "status")
    assert code == 0 and re.search(r"^nodes +1$", said, re.MULTILINE)
    assert run("crawler", "store", "retain", "--keep", "pages=13")[0] == 0
    assert run("crawler", "search", "", "--kind", "visit")[0] == 0
    assert run("crawler", "alert", "--dry-run")[:2] == (0, "0 alert(s) wait; nothing was sent\n")
    held = ("--who", "anna", "--why", "case 2026-017")
    assert "403" in run("crawler", "store", "retain", "--hold", "month:2026-03", *held)[2]
    assert "legal holds: month:2026-03" in run("setup", "store", "retain", "--hold", "month:2026-03", *held)[1]
    assert run("setup", "store", "retain", "--keep", "pages=13", "--keep", "findings=25", "--apply")[0] == 0
    assert run("setup", "store", "migrate")[:2] == (0, "nothing to do\n")


def test_the_requests_of_the_production_page_do_what_it_says(running: Running) -> None:
    location = str(running.folder / "node" / "repo")
    done = []
    with running.client() as client:
        for method, path, body in requests():
            if path.startswith("/_ilm") or "lifecycle" in str(body):
                continue  # of a module that the tests' distribution lacks; tests/indexer/test_elastic_ilm.py reads the policy
            if body and "location" in str(body):
                body["settings"]["location"] = location
            answer = client.perform_request(
                method, path, headers={"content-type": "application/json", "accept": "application/json"}, body=body
            )
            assert answer.meta.status == 200
            done.append(path.partition("?")[0])
        assert {"/_snapshot/churnwatch", "/_snapshot/churnwatch/first", "/_snapshot/churnwatch/first/_restore"} <= set(done)
        client.indices.refresh(index="churnwatch-finding")
        assert client.get(index="churnwatch-finding-v0001-2026.11", id="f")["found"]
