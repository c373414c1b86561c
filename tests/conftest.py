"""What several folders of tests share: the real Elasticsearch node of a run, and a time stamp authority made with OpenSSL."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.elastic_tiers.cluster import Cluster
from tests.elastic_tiers.node_script import node_script
from tests.elastic_tiers.place import own_place
from tests.elastic_tiers.secure import Secure, secure_node

PORT = 22440  # of the cluster's first node; the others follow, transport ten higher
SCRIPT = Path(__file__).parent.parent / "scripts" / "elasticsearch"


def _run_pid() -> int:
    """The pid of the whole run: under xdist a worker's parent."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _node_folder(tier: str = "") -> Path:
    """In memory where there is room: a node writes every change of its cluster state through to the disk, five times as slow."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30
    return (memory if roomy else Path(tempfile.gettempdir())) / f"churnwatch-es-{_run_pid()}{tier and '-'}{tier}"


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
    with own_place(elastic_url) as place:
        yield place.address


@pytest.fixture(scope="module")
def elastic_module_address(elastic_url: str) -> Iterator[str]:
    """The same for a whole module."""
    with own_place(elastic_url) as place:
        yield place.address


@pytest.fixture(scope="session")
def elastic_secure() -> Secure:
    """A real node with TLS, users, roles and API keys: of `CHURNWATCH_ES_SECURE` (folder of a running one), else the one of this run."""
    given = os.environ.get("CHURNWATCH_ES_SECURE")
    if given is None and os.environ.get("CHURNWATCH_TEST_ALL") != "1":
        pytest.skip("needs the security tier of Elasticsearch: `make test` starts it")
    return secure_node(Path(given), None) if given else secure_node(_node_folder("secure"), _run_pid())


@pytest.fixture(scope="session")
def elastic_cluster() -> Cluster:
    """Three real nodes on loopback, started by `make test-cluster` alone: they take 3 GB of memory."""
    given = os.environ.get("CHURNWATCH_ES_CLUSTER")  # folder of running nodes
    if given is None and os.environ.get("CHURNWATCH_TEST_CLUSTER") != "1":
        pytest.skip("needs three nodes: `make test-cluster` starts them")
    cluster = Cluster(Path(given), PORT, None) if given else Cluster(_node_folder("cluster"), PORT, _run_pid())
    cluster.start()
    return cluster


AUTHORITY = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Invented
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[tsa]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa1]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
"""


class TimeStampAuthority:
    """An authority of its own: root, intermediate and signing certificate by OpenSSL, `openssl ts -reply` behind loopback HTTP.

    `chain` is the PEM of root and intermediate, `away` makes it answer 503, `replay` gives an old answer again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.away, self.replay, self.asked = folder, False, b"", 0
        folder.mkdir(parents=True)
        (folder / "t.cnf").write_text(AUTHORITY)
        (folder / "serial").write_text("01\n")
        new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "t.cnf")
        self._openssl(
            *new, "-x509", "-keyout", "root.key", "-out", "root.pem", "-days", "3650", "-subj", "/CN=Invented Root", "-extensions", "ca"
        )
        for name, above, section in (("middle", "root", "ca"), ("tsa", "middle", "tsa")):
            self._openssl(*new, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN=Invented {name}")
            signed_by = ("-CA", f"{above}.pem", "-CAkey", f"{above}.key", "-CAcreateserial", "-days", "3650")
            self._openssl(
                "x509", "-req", "-in", f"{name}.csr", *signed_by, "-extfile", "t.cnf", "-extensions", section, "-out", f"{name}.pem"
            )
        self.chain = folder / "chain.pem"
        self.chain.write_bytes((folder / "root.pem").read_bytes() + (folder / "middle.pem").read_bytes())
        self.certificate = folder / "tsa.pem"
        authority = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                authority.asked += 1
                query = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                answer = b"" if authority.away else authority.replay or authority.reply(query)
                self.send_response(503 if authority.away else 200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self._server = HTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsa"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def reply(self, query: bytes) -> bytes:
        """The answer of `openssl ts -reply`; never with -chain, whose certificates come unsorted."""
        (self.folder / "q").write_bytes(query)
        self._openssl(
            "ts",
            "-reply",
            "-config",
            "t.cnf",
            "-section",
            "tsa1",
            "-queryfile",
            "q",
            "-signer",
            "tsa.pem",
            "-inkey",
            "tsa.key",
            "-out",
            "r",
        )
        return (self.folder / "r").read_bytes()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def _openssl(self, *words: str) -> None:
        done = subprocess.run(["openssl", *words], capture_output=True, text=True, cwd=self.folder, timeout=30)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStampAuthority]:
    """A time stamp authority on loopback; a test that changes it puts it back."""
    made = TimeStampAuthority(tmp_path_factory.mktemp("tsa") / "good")
    yield made
    made.close()


@pytest.fixture
def other_authority(tmp_path: Path) -> Iterator[TimeStampAuthority]:
    """A second one, which nobody trusts."""
    made = TimeStampAuthority(tmp_path / "other-tsa")
    yield made
    made.close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """An operator's Ed25519 key as OpenSSL makes it, readable by its owner only."""
    path = tmp_path / "operator.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True, timeout=30)
    path.chmod(0o600)
    return path


def pytest_sessionfinish() -> None:
    """Stops the nodes, however the run went; under xdist the controller does. A killed run's nodes stop by `--follow`."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    for tier in ("", "secure", "cluster"):
        for folder in [_node_folder(tier), *_node_folder(tier).glob("n[123]")]:
            if folder.exists():
                subprocess.run([sys.executable, str(SCRIPT), "stop", str(folder)], timeout=60)
    for process in node_script().LAUNCHED:  # of the cluster
        process.wait(30)
    for _ in range(2):  # a file that goes while its folder is being removed must not keep the rest
        for left in _node_folder().parent.glob(f"{_node_folder().name}*"):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The Chromium that `scripts/chromium` installed; its absence fails `make test` and skips a bare pytest."""
    found = shutil.which("chromium")
    if found is None:
        told = "no chromium on PATH; scripts/chromium installs it as root"
        pytest.fail(told, pytrace=False) if os.environ.get("CHURNWATCH_TEST_ALL") == "1" else pytest.skip(told)
    return found
