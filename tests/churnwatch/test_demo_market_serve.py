"""The market as a running web server: TLS by name, answers in each owner's form, and a count of what a passive reader never asks."""

import contextlib
import datetime
import gzip
import hashlib
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.verification import PolicyBuilder, Store

from churnwatch.demo.certificates import authority, certificate, leaf_of
from churnwatch.demo.days import day_time
from churnwatch.demo.market import FAULTS, Market
from churnwatch.demo.pages import render
from churnwatch.demo.truth import truth
from churnwatch.demo.wire import answer
from churnwatch.demo.world import World, make_world


@pytest.fixture(scope="module")
def world() -> World:
    with socket.socket() as probe:  # a port nobody uses at the moment; the market wants it on its own addresses
        probe.bind(("127.0.0.1", 0))
        return make_world(1, 20, probe.getsockname()[1])


@pytest.fixture
def market(world) -> Iterator[Market]:
    with Market(world) as running:
        yield running


@contextlib.contextmanager
def connection(world: World, host: str, address: str) -> Iterator[ssl.SSLSocket]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # dates are simulated; the chain is checked by its own test
    with socket.create_connection((address, world.port), timeout=10) as plain, context.wrap_socket(plain, server_hostname=host) as secure:
        yield secure


def ask(
    world: World, host: str, target: str = "/", *, day: int = 0, method: str = "GET", more: str = "", address: str | None = None
) -> bytes:
    """Everything the server says to one request, after which it is told to close."""
    with connection(world, host, address or world.hosts(day)[host]) as secure:
        secure.sendall(f"{method} {target} HTTP/1.1\r\nHost: {host}:{world.port}\r\n{more}Connection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: secure.recv(65536), b""))


def faults(market: Market) -> dict[str, int]:
    return {key: value for key, value in market.counts().items() if key in FAULTS and value}


def test_pages_come_over_tls_as_the_world_says(world, market):
    hosts = ("northpier-lab.example", "qinghe-zhongjianti.example", "alder-scientific.example", "brightwater-labs.example")
    for host in hosts:
        head, _, body = ask(world, host).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert body == render(world, host, "/", 0).body
    phrase = world.canaries["canary-south.example"]
    assert phrase.encode() in ask(world, "canary-south.example")
    assert faults(market) == {}
    assert market.counts()["get"] == 5


def test_headers_keep_each_owners_order_and_case_on_the_wire(world, market):
    def names(host: str) -> list[str]:
        return [line.split(b":")[0].decode() for line in ask(world, host).partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]]

    assert names("slate-intermediates.example") == [
        "Content-Type", "Content-Length", "X-Shop-Engine", "Cache-Control", "Date", "Server", "Set-Cookie", "Set-Cookie", "Connection",
    ]  # fmt: skip
    assert names("green-door.example")[:4] == ["date", "server", "content-type", "transfer-encoding"]
    assert names("harbor-reagents.example") == names("copper-leaf.example") == names("brightwater-labs.example")
    assert names("harbor-reagents.example") != names("northpier-lab.example")
    assert b"Date: Mon, 05 Jan 2026 06:00:00 GMT" in ask(world, "alder-scientific.example")


def test_chunked_and_gzipped_bodies_undo_to_the_page(world, market):
    chunked = ask(world, "green-door.example").partition(b"\r\n\r\n")[2]
    body = b""
    while (size := int(chunked.partition(b"\r\n")[0], 16)) > 0:
        chunked = chunked.partition(b"\r\n")[2]
        body, chunked = body + chunked[:size], chunked[size + 2 :]
    assert body == render(world, "green-door.example", "/", 0).body
    packed = ask(world, "papaya-research.example", more="Accept-Encoding: gzip, deflate\r\n")
    assert b"Content-Encoding: gzip" in packed
    assert gzip.decompress(packed.partition(b"\r\n\r\n")[2]) == render(world, "papaya-research.example", "/", 0).body
    assert b"Content-Encoding" not in ask(world, "papaya-research.example")


def test_one_connection_serves_many_requests(world, market):
    host = "northpier-lab.example"
    with connection(world, host, world.hosts(0)[host]) as secure:
        request = f"GET {{}} HTTP/1.1\r\nHost: {host}:{world.port}\r\n\r\n"
        secure.sendall((request.format("/catalog") + request.format("/robots.txt")).encode())
        expected = [
            answer(render(world, host, target, 0), "kestrel", 0, gzipped=False, close=False) for target in ("/catalog", "/robots.txt")
        ]
        received = b""
        while len(received) < sum(map(len, expected)):
            received += secure.recv(65536)
    assert received == b"".join(expected)
    assert market.counts()["get"] == 2


@pytest.mark.parametrize(
    ("request_line", "counted", "status"),
    [
        ({"method": "POST", "target": "/cart"}, {"not_get": 1}, 405),
        ({"method": "HEAD"}, {"not_get": 1}, 405),
        ({"target": "/cart"}, {"forbidden": 1, "off_scope": 1}, 404),
        ({"target": "/no-such-page"}, {"off_scope": 1}, 404),
        ({"target": "/sitemap.xml"}, {}, 404),
        ({"host": "pierside-supply.example", "address": "127.8.8.1"}, {"unknown_server_name": 1, "unknown_host": 1}, 421),
    ],
)
def test_what_a_passive_reader_never_asks_is_counted(world, market, request_line, counted, status):
    said = ask(world, request_line.pop("host", "alder-scientific.example"), **request_line)
    assert said.startswith(f"HTTP/1.1 {status} ".encode())
    expected = {key: value for key, value in counted.items() if key != "off_scope" or "forbidden" not in counted}
    assert faults(market) == expected


def test_days_turn_names_addresses_and_pages(world, market):
    market.day(12)
    assert "northpier-lab.example" not in world.hosts(12)
    with pytest.raises(ConnectionRefusedError):
        ask(world, "lanshan-huagong.example", day=12)
    market.day(13)
    assert ask(world, "lanshan-huagong.example", day=13).startswith(b"HTTP/1.1 200")
    assert b"This domain is parked" in ask(world, "mango-research.example", day=13)
    market.day(5)
    assert world.canaries["canary-north.example"].encode() not in ask(world, "canary-north.example", day=5)


def test_a_day_that_turns_ends_open_connections(world, market):
    host = "bazaar-nine.example"
    request = f"GET /robots.txt HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    with connection(world, host, world.hosts(0)[host]) as secure:
        secure.sendall(request)
        assert secure.recv(65536).startswith(b"HTTP/1.1 200")
        market.day(1)
        with contextlib.suppress(ConnectionResetError, BrokenPipeError, ssl.SSLError):
            secure.sendall(request)
            assert secure.recv(10) == b""
    assert market.counts()["get"] == 1


def shown_certificate(world: World, host: str, day: int) -> x509.Certificate:
    with connection(world, host, world.hosts(day)[host]) as secure:
        return x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")


def test_certificates_verify_against_the_demo_authority_in_simulated_time(world, market):
    store = Store([authority(world.draw)])
    for host in ("northpier-lab.example", "copper-leaf.example", "bazaar-nine.example"):
        shown = shown_certificate(world, host, 0)
        assert shown == certificate(world, leaf_of(world, host, 0))
        verifier = PolicyBuilder().store(store).time(day_time(0)).build_server_verifier(x509.DNSName(host))
        assert [link.subject for link in verifier.verify(shown, [])] == [shown.subject, authority(world.draw).subject]
        assert shown.not_valid_before_utc <= day_time(-14)
        assert shown.not_valid_after_utc - shown.not_valid_before_utc == datetime.timedelta(days=90)


def test_keys_link_what_they_should_and_new_holders_show_their_own(world, market):
    market.day(4)

    def key(host: str, day: int = 4) -> str:
        public = shown_certificate(world, host, day).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(public).hexdigest()

    assert key("northpier-lab.example") == key("tidewater-chem.example") != key("green-door.example")
    hub = next(hub["value"] for hub in truth(world)["hubs"] if hub["type"] == "tls_spki")
    assert key("harbor-reagents.example") == key("brightwater-labs.example") == key("mango-research.example") == hub
    before = shown_certificate(world, "slate-intermediates.example", 4)
    market.day(9)
    after = shown_certificate(world, "slate-intermediates.example", 9)
    assert before != after
    assert before.public_key() == after.public_key()
    assert after.not_valid_before_utc == day_time(9)
    graywing = shown_certificate(world, "graywing-bulk.example", 9)
    market.day(16)
    assert shown_certificate(world, "graywing-bulk.example", 16).public_key() != graywing.public_key()


def test_a_birth_is_shortly_after_its_certificate(world):
    for shop in world.shops:
        start = certificate(world, leaf_of(world, shop.host, shop.born)).not_valid_before_utc
        early = (day_time(shop.born) - start).days
        assert 1 <= early <= 3 if shop.born else 14 <= early <= 60


def start(world: World, port: int | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "churnwatch.demo.serve", "--seed", "1", "--days", "20", "--port", str(port or world.port)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_child_dies_when_its_input_ends(world):
    child = start(world)
    assert child.stdout is not None
    assert json.loads(child.stdout.readline()) == {"ready": True, "port": world.port, "day": 0, "hosts": 12}
    began = time.monotonic()
    said, complained = child.communicate(timeout=10)
    assert (child.returncode, said, complained) == (0, "", "")
    assert time.monotonic() - began < 5


def test_a_line_that_is_not_understood_is_said_and_the_child_lives_on(world):
    child = start(world)
    said, _ = child.communicate("day tomorrow\ncounts\n", timeout=10)
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines[1]["error"].startswith("not understood: 'day tomorrow'")
    assert lines[2] == {}


def test_a_port_in_use_ends_with_a_sentence(world):
    with socket.socket() as taken:
        taken.bind((world.hosts(0)["northpier-lab.example"], 0))
        taken.listen()
        with (
            pytest.raises(RuntimeError, match=r"cannot listen on port \d+: .*choose another with --port"),
            Market(make_world(1, 20, taken.getsockname()[1])),
        ):
            pass
