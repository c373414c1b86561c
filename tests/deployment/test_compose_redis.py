"""The compose file's Redis command on a real Redis, with the password and the address that the secrets script makes."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.exceptions import AuthenticationError

from crawlers.signing import load_signer
from tests.deployment.compose_file import ROOT, compose, services


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Secrets as the script makes them."""
    folder = tmp_path_factory.mktemp("compose-redis")
    subprocess.run([ROOT / "scripts" / "compose" / "secrets", folder], check=True, capture_output=True, timeout=60)
    return folder


@pytest.fixture(scope="module")
def port(place: Path) -> Iterator[int]:
    """The port of a server that the container's own command started, but for its places and its port."""
    if os.environ.get("CHURNWATCH_TEST_ALL") == "1":
        subprocess.run([ROOT / "scripts" / "debian-package", "redis-server", "redis-server"], check=True, timeout=600)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    (text,) = services()["redis"]["command"]
    text = text.replace("$$", "$").replace("/run/secrets", str(place / "secrets")).replace("/tmp/redis.conf", str(place / "redis.conf"))
    text = text.replace(r"dir /data\n", rf"dir {place}\nbind 127.0.0.1\nport {free}\n")
    server = subprocess.Popen([*services()["redis"]["entrypoint"], text], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        for line in server.stdout:
            if "Ready to accept connections" in line:
                break
        yield free
    finally:
        server.terminate()
        server.stdout.close()
        assert server.wait(20) == 0  # the shell handed its place over, so that Redis itself is told to stop


def test_it_asks_for_the_password_that_the_crawler_has(place: Path, port: int) -> None:
    with redis.Redis(port=port) as nobody, pytest.raises(AuthenticationError):
        nobody.ping()
    url = (place / "secrets" / "redis_url").read_text().strip().replace("@redis:6379", f"@127.0.0.1:{port}")
    with redis.Redis.from_url(url) as client:
        assert client.ping()
        read = client.config_get("*")
    assert (read["maxmemory"], read["maxmemory-policy"], read["appendonly"]) == (str(256 << 20), "noeviction", "yes")


def test_the_health_check_sees_it(place: Path, port: int) -> None:
    text = services()["redis"]["healthcheck"]["test"][1].replace("$$", "$").replace("/run/secrets", str(place / "secrets"))
    for number, code in ((port, 0), (1, 1)):
        assert subprocess.run(["sh", "-c", text.replace("redis-cli", f"redis-cli -h 127.0.0.1 -p {number}")], timeout=20).returncode == code


def test_secrets_are_closed_to_others_and_made_once(place: Path) -> None:
    made = {path.name: path.read_bytes() for path in (place / "secrets").iterdir()}
    assert set(made) == set(compose()["secrets"])
    assert {path.stat().st_mode & 0o777 for path in (place / "secrets").iterdir()} == {0o600}
    subprocess.run([ROOT / "scripts" / "compose" / "secrets", place], check=True, capture_output=True, timeout=60)
    assert {path.name: path.read_bytes() for path in (place / "secrets").iterdir()} == made
    words = [made[name] for name in ("elastic_password", "analyst_password", "kibana_seed", "redis_password")]
    assert len(set(words)) == 4 and all(len(word.strip()) == 48 for word in words)


def test_the_signing_key_signs(place: Path) -> None:
    assert len(load_signer(place / "secrets" / "signing_key").sign(b"x")) == 64
