"""Three nodes on loopback that form one cluster, and what can happen to them."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from elasticsearch import ApiError, Elasticsearch, TransportError

from tests.elastic_tiers.node_script import node_script

NAMES = ("n1", "n2", "n3")
SETTINGS = """\
cluster.name: churnwatch-cluster
node.name: {name}
http.port: {http}
transport.port: {transport}
discovery.seed_hosts: [{seeds}]
cluster.initial_master_nodes: [n1, n2, n3]
xpack.security.enabled: false
"""


@dataclass
class Cluster:
    """The nodes by name; every one may be killed, paused and started again."""

    folder: Path
    port: int
    follow: int | None
    launchers: dict[str, object] = field(default_factory=dict)

    @property
    def urls(self) -> list[str]:
        """URLs of the three nodes, running or not."""
        return [f"http://127.0.0.1:{self.port + number}" for number in range(3)]

    @property
    def address(self) -> str:
        """All three in one store address, without a prefix."""
        return "http://" + ",".join(url.removeprefix("http://") for url in self.urls)

    def start(self) -> None:
        """Starts the nodes that do not run and waits until all three are one green cluster."""
        script = node_script()
        launched = [(name, script.launch(self._node(name), self._shape(name))) for name in NAMES if not script.running(self._node(name))]
        for name, launcher in launched:
            script.wait_ready(self._node(name), launcher, self._shape(name), self.follow)
        self.wait(lambda health: health["number_of_nodes"] == 3 and health["status"] == "green", "three nodes, green")

    def kill(self, name: str) -> None:
        """kill -9 of the server of one node; its launcher ends with it."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        script = node_script()
        end = time.monotonic() + 30
        while script.alive(pid) and time.monotonic() < end:
            time.sleep(0.05)
        for left in ("logs/http.ports", "run/es.pid"):
            (self._node(name) / left).unlink(missing_ok=True)

    def pause(self, name: str) -> None:
        """The node neither answers nor hangs up."""
        os.kill(self.pid(name), signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """It goes on."""
        os.kill(self.pid(name), signal.SIGCONT)

    def pid(self, name: str) -> int:
        """The server's pid."""
        pid = node_script().running(self._node(name))
        assert pid, f"{name} does not run"
        return int(pid)

    def master(self) -> str:
        """The name of the elected master."""
        return str(self._ask(lambda client: client.cat.master(format="json"))[0]["node"])  # type: ignore[index]

    def wait(self, promise: Callable[[dict], bool], what: str, seconds: float = 120) -> dict:  # type: ignore[type-arg]
        """The cluster's health once the promise holds."""
        end = time.monotonic() + seconds
        health: dict = {}  # type: ignore[type-arg]
        while time.monotonic() < end:
            health = dict(self._ask(lambda client: client.cluster.health().body))  # type: ignore[call-overload]
            if promise(health):
                return health
            time.sleep(0.3)
        raise AssertionError(f"not {what} after {seconds:.0f} s: {health}")

    def stop(self) -> None:
        """Stops every node."""
        script = node_script()
        for name in NAMES:
            if pid := script.running(self._node(name)):
                os.kill(pid, signal.SIGCONT)
            script.stop(self._node(name))

    def _ask(self, question: Callable[[Elasticsearch], object]) -> object:
        last: Exception | None = None
        for url in self.urls:
            with Elasticsearch(url, request_timeout=3, max_retries=0) as client:
                try:
                    return question(client)
                except (ApiError, TransportError) as error:
                    last = error
        return {"status": f"no node answers: {last}", "number_of_nodes": 0}

    def _node(self, name: str) -> Path:
        return self.folder / name

    def _shape(self, name: str) -> object:
        number = NAMES.index(name)
        seeds = ", ".join(f'"127.0.0.1:{self.port + 10 + other}"' for other in range(3))
        settings = SETTINGS.format(name=name, http=self.port + number, transport=self.port + 10 + number, seeds=seeds)
        return node_script().Shape(settings=settings)
