"""Over HTTP no address of an inside network is connected to, however it is written, resolved, redirected to or swapped."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rrset
import pytest

from crawlers.client import Client, Limits
from crawlers.errors import CaptureError
from crawlers.evidence import read_visit, visit_path
from crawlers.resolver import CheckedResolver
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
# Written in the URL: what a seller may put into a link or redirect. All of them mean this machine, its network or its cloud.
LITERALS = (
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "10.0.0.1", "100.100.100.200", "169.254.169.254", "172.16.0.1", "192.168.0.1",
    "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "168.63.129.16", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]",
    "[fec0::1]", "[ff02::1]", "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "1", "0",
)  # fmt: skip
# Resolved: a name whose owner points it at an inside address, alone or in front of a public one.
RESOLVED = {
    "loopback.example": ["127.0.0.1"],
    "private.example": ["10.1.2.3"], "metadata.example": ["169.254.169.254"], "zero.example": ["0.0.0.0"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"], "local6.example": ["::1"], "unique.example": ["fd00::1"],
    "sixtofour.example": ["2002:7f00:1::1"], "multicast.example": ["239.1.1.1"],
}  # fmt: skip


class Names:
    """A real DNS server on loopback; `answers` maps a name to the addresses of its next answers, the last one for good."""

    def __init__(self, answers: dict[str, list[list[str]]]) -> None:
        self.answers, self.asked = answers, list[str]()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def resolver(self) -> dns.asyncresolver.Resolver:
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        return resolver

    def close(self) -> None:
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def _run(self) -> None:
        while packet := self._socket.recvfrom(4096):
            if not packet[0]:
                return
            query = dns.message.from_wire(packet[0])
            question = query.question[0]
            name = question.name.to_text().rstrip(".").lower()
            self.asked.append(name)
            reply = dns.message.make_response(query)
            reply.flags |= dns.flags.RA
            rounds = self.answers.get(name, [[]])
            wanted = [one for one in rounds[0] if (":" in one) == (question.rdtype == dns.rdatatype.AAAA)]
            if wanted:
                reply.answer.append(dns.rrset.from_text(question.name, 0, "IN", dns.rdatatype.to_text(question.rdtype), *wanted))
            if len(rounds) > 1 and question.rdtype == dns.rdatatype.AAAA:
                rounds.pop(0)
            self._socket.sendto(reply.to_wire(), packet[1])


@pytest.fixture
def names() -> Iterator[Callable[[dict[str, list[list[str]]]], Names]]:
    started: list[Names] = []

    def start(answers: dict[str, list[list[str]]]) -> Names:
        started.append(Names(answers))
        return started[-1]

    yield start
    for server in started:
        server.close()


def outcome(url: str, resolver: CheckedResolver) -> str:
    async def main() -> str:
        client = Client("churnwatch-test/1", resolver, Limits(total_s=5))
        try:
            await client.fetch(url)
        except CaptureError as error:
            return f"{error.outcome} {'guard' if 'guard' in error.detail else error.detail}"
        finally:
            await client.close()
        return "answered"

    return asyncio.run(main())


def test_there_are_at_least_forty_attempts() -> None:
    assert len(LITERALS) + len(RESOLVED) + 3 >= 40


@pytest.mark.parametrize("host", LITERALS)
def test_an_inside_address_in_the_url_is_refused(serve: Callable, host: str) -> None:
    server = serve({"/": "the inside"})
    assert outcome(f"http://{host}:{server.port}/", CheckedResolver({"shop.example": "127.0.0.9"})) == "refused guard"
    assert server.heads == []


@pytest.mark.parametrize("host", RESOLVED)
def test_a_name_that_points_inside_is_refused(serve: Callable, names: Callable, host: str) -> None:
    server, dns_server = serve({"/": "the inside"}), names({host: [RESOLVED[host]]})
    assert outcome(f"http://{host}:{server.port}/", CheckedResolver(dns=dns_server.resolver())) == "refused guard"
    assert (server.heads, set(dns_server.asked)) == ([], {host})


def test_an_inside_address_beside_a_public_one_is_left_out(names: Callable) -> None:
    resolver = CheckedResolver(dns=names({"mixed.example": [["127.0.0.1", "8.8.8.8", "10.0.0.1"]]}).resolver())
    found = asyncio.run(resolver.resolve("mixed.example", 80))
    assert [result["host"] for result in found] == ["8.8.8.8"]


def test_an_answer_that_changes_meanwhile_changes_nothing(serve: Callable, names: Callable) -> None:
    server, dns_server = serve({"/": "the inside"}), names({"rebind.example": [["192.0.2.1"], ["127.0.0.1"]]})

    async def main() -> list[str]:
        resolver = CheckedResolver(dns=dns_server.resolver())
        client = Client("churnwatch-test/1", resolver, Limits(total_s=5))
        said = []
        for _ in range(3):
            with pytest.raises(CaptureError) as raised:
                await client.fetch(f"http://rebind.example:{server.port}/")
            said.append(raised.value.outcome)
        await client.close()
        return said

    assert asyncio.run(main()) == ["refused"] * 3
    assert server.heads == []


REDIRECTS = (
    "http://127.0.0.2:{port}/inside", "http://localhost:{port}/inside", "http://[::1]:{port}/inside", "http://2130706433:{port}/inside",
    "http://inside.shop.example:{port}/inside", "//169.254.169.254/latest/meta-data/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/x",
    "http://shop.example@127.0.0.2:{port}/inside",
)  # fmt: skip


@pytest.mark.parametrize("target", REDIRECTS)
def test_a_redirect_or_link_to_the_inside_is_not_followed(tmp_path: Path, serve: Callable, target: str) -> None:
    inside = serve({"/inside": "secret", "/robots.txt": "secret"}, address="127.0.0.2")
    target = target.format(port=inside.port)
    front = serve({})
    page = (
        f"<html><body><h1>Shop</h1><p>{'Pumps and valves for industry. ' * 9}</p><a href='{target}'>x</a><a href=/hop>y</a></body></html>"
    )
    front.routes = {"/": page, "/hop": (302, [("Location", target)], b"")}
    text = f"name: shop\nseeds: ['{front.url('shop.example')}']\ndelay_s: 0\n"
    hosts = {"shop.example": "127.0.0.1", "inside.shop.example": "10.0.0.1"}
    (visit,) = run_visits(
        [(parse_site(text, "shop.yml"), text)], CrawlOptions(evidence=tmp_path, hosts={"shop.example": hosts["shop.example"]}, now=NOW)
    )
    assert inside.heads == []
    assert {
        capture.url.partition("/")[2].partition("/")[2].partition(":")[0] for capture in read_visit(visit_path(tmp_path, visit)).captures
    } == {"shop.example"}
    assert "/hop" in front.paths


@pytest.mark.parametrize(("ports", "asked"), [("", False), ("ports: [{port}]\n", True)])
def test_another_port_is_asked_only_when_the_site_file_says_so(tmp_path: Path, serve: Callable, ports: str, asked: bool) -> None:
    other = serve({"/p/1": "<h1>Acetone</h1><p>5 EUR, in stock, delivered in two days</p>"})
    front = serve({"/": f"<h1>Shop</h1><p>{'Pumps and valves. ' * 9}</p><a href='http://shop.example:{other.port}/p/1'>x</a>"})
    front.routes["/to"] = (302, [("Location", f"http://shop.example:{other.port}/p/1")], b"")
    text = f"name: shop\nseeds: ['{front.url('shop.example')}']\ndelay_s: 0\n{ports.format(port=other.port)}"
    run_visits([(parse_site(text, "shop.yml"), text)], CrawlOptions(evidence=tmp_path, hosts={"shop.example": "127.0.0.1"}, now=NOW))
    assert ("/p/1" in other.paths) is asked


def test_the_client_itself_refuses_other_ports(serve: Callable) -> None:
    server = serve({"/": "hi"})

    async def main() -> None:
        client = Client("churnwatch-test/1", CheckedResolver({"shop.example": "127.0.0.1"}), ports={80, 443})
        with pytest.raises(CaptureError, match="port guard"):
            await client.fetch(server.url("shop.example"))
        await client.close()

    asyncio.run(main())
    assert server.heads == []
