"""The client keeps what went over the wire exactly, from a checked address, and says in one word why there was no answer."""

import asyncio
import hashlib
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.certificate import read_certificate
from crawlers.client import Client, Exchange, GetOnlyHandler, Limits
from crawlers.errors import CaptureError
from crawlers.records import DnsAnswer
from crawlers.resolver import CheckedResolver
from crawlers.storefront import StorefrontSpider

PINNED = {"shop.example": "127.0.0.1", "inside.example": "10.0.0.1", "away.example": "127.0.0.77"}


def fetched(url: str, limits: Limits = Limits(total_s=5), hosts: dict[str, str] | None = None) -> tuple[Exchange, Client]:
    async def main() -> tuple[Exchange, Client]:
        client = Client("churnwatch-test/1", CheckedResolver(PINNED if hosts is None else hosts), limits)
        try:
            return await client.fetch(url), client
        finally:
            await client.close()

    return asyncio.run(main())


def outcome(url: str, limits: Limits = Limits(total_s=5), hosts: dict[str, str] | None = None) -> str:
    with pytest.raises(CaptureError) as raised:
        fetched(url, limits, hosts)
    return raised.value.outcome


def raw(answer: bytes, *, then_wait: bool = False) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        if then_wait:
            await asyncio.sleep(30)

    return write


def test_headers_keep_order_case_and_repeats(serve: Callable) -> None:
    fields = b"X-b: 2\r\nserver: Invented\r\nX-B: 1\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Odd: caf\xe9\r\nContent-Length: 2\r\n"
    wire = b"HTTP/1.1 200 Very Fine\r\n" + fields + b"\r\nhi"
    server = serve({"/": raw(wire)})
    exchange, _ = fetched(server.url("shop.example"))
    assert exchange.headers == (
        ("X-b", "2"),
        ("server", "Invented"),
        ("X-B", "1"),
        ("Set-Cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("X-Odd", "café"),
        ("Content-Length", "2"),
    )
    assert exchange.response_head + exchange.body == wire
    assert (exchange.status, exchange.ip, exchange.protocol) == (200, "127.0.0.1", "HTTP/1.1")


def test_the_request_is_kept_as_it_was_sent(serve: Callable) -> None:
    server = serve({"/a?b=%C3%A9&a=1": b"hi"})
    exchange, _ = fetched(server.url("shop.example", "/a?b=%C3%A9&a=1"))
    assert server.heads == [exchange.request]
    assert exchange.request.startswith(b"GET /a?b=%C3%A9&a=1 HTTP/1.1\r\nHost: shop.example:")
    assert b"User-Agent: churnwatch-test/1\r\n" in exchange.request


def test_a_coded_body_stays_coded_and_chunks_are_joined(serve: Callable) -> None:
    gzip_bytes = bytes.fromhex("1f8b0800000000000003cbc8040000aca8a2d802000000")
    server = serve(
        {
            "/gzip": (200, [("Content-Encoding", "gzip")], gzip_bytes),
            "/chunked": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3\r\n ho\r\n0\r\n\r\n"),
        }
    )
    assert fetched(server.url("shop.example", "/gzip"))[0].body == gzip_bytes
    chunked, _ = fetched(server.url("shop.example", "/chunked"))
    assert (chunked.body, b"Transfer-Encoding: chunked" in chunked.response_head) == (b"hi ho", True)


def test_redirects_are_answers_and_cookies_are_not_sent_back(serve: Callable) -> None:
    server = serve({"/": (302, [("Location", "/next"), ("Set-Cookie", "a=1; Path=/")], b"")})
    for _ in range(2):
        assert fetched(server.url("shop.example"))[0].status == 302
    assert server.paths == ["/", "/"]
    assert b"ookie" not in server.heads[1]


@pytest.mark.parametrize("host", ["shop.example", "wrong-name.example"])
@pytest.mark.parametrize("expired", [False, True])
def test_the_chain_is_recorded_whole_and_a_bad_certificate_is_no_failure(
    serve: Callable, certificates: Callable, host: str, expired: bool
) -> None:
    context, chain = certificates(host, chain=3, expired=expired)
    server = serve({"/": b"hi"}, tls=context)
    exchange, client = fetched(server.url("shop.example"))
    assert exchange.body == b"hi"
    assert client.chains == {("shop.example", server.port): tuple(chain)}
    leaf = read_certificate(chain[0])
    assert leaf is not None
    assert (leaf.subject, leaf.issuer, leaf.sans) == (f"CN={host}", "CN=Invented CA 1", (host, "127.0.0.9"))
    assert leaf.sha256 == hashlib.sha256(chain[0]).hexdigest()


def test_a_broken_certificate_is_none() -> None:
    assert read_certificate(b"") is None
    assert read_certificate(b"\x30\x03\x02\x01\x01") is None


def answer_http_to_tls(server: socket.socket) -> None:
    with server:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_each_failure_has_its_word(serve: Callable) -> None:
    plain = serve(
        {"/cut": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), "/closed": raw(b""), "/odd": raw(b"SSH-2.0-x\r\n\r\n")}
    )
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed_port = unused.getsockname()[1]
    speaking = socket.create_server(("127.0.0.1", 0))
    impatient = speaking.getsockname()[1]
    threading.Thread(target=answer_http_to_tls, args=(speaking,), daemon=True).start()
    said = {
        "nxdomain": f"http://elsewhere.example:{plain.port}/",
        "refused": f"http://shop.example:{closed_port}/",
        "tls": f"https://shop.example:{impatient}/",
        "server_error": plain.url("shop.example", "/cut"),
    }
    assert {word: outcome(url) for word, url in said.items()} == {word: word for word in said}
    assert outcome(plain.url("shop.example", "/closed")) == "server_error"
    assert outcome(plain.url("shop.example", "/odd")) == "server_error"


@pytest.mark.parametrize(
    "host",
    ["inside.example", "10.0.0.1", "169.254.169.254", "127.0.0.2", "[::1]", "2130706433", "127.1", "0x7f.0.0.1", "[::ffff:127.0.0.1]"],
)
def test_addresses_that_are_not_public_are_never_connected_to(serve: Callable, host: str) -> None:
    server = serve({"/": b"hi"}, address="0.0.0.0")
    assert outcome(server.url(host), hosts={"inside.example": "10.0.0.1", "shop.example": "127.0.0.1"}) == "refused"
    assert server.heads == []


def test_a_pinned_address_may_be_written_out(serve: Callable) -> None:
    server = serve({"/": b"hi"})
    assert fetched(server.url("127.0.0.1"))[0].body == b"hi"


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-A: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def informed(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("route", "word"),
    [
        (drip, "timeout"),
        (drip_headers, "timeout"),
        (informed, "timeout"),
        (raw(b"", then_wait=True), "timeout"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", then_wait=True), "timeout"),
        (endless, "too_large"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", then_wait=True), "too_large"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000 + b"\r\n\r\n"), "too_large"),
        (raw(b"HTTP/1.1 200 " + b"a" * 20_000 + b"\r\n\r\n"), "too_large"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 500 + b"\r\n"), "too_large"),
    ],
)
def test_a_hostile_answer_costs_bounded_time_and_space(serve: Callable, route: object, word: str) -> None:
    server = serve({"/": route})
    limits = Limits(body_bytes=200_000, total_s=0.4, header_bytes=16_384, header_lines=200)
    assert outcome(server.url("shop.example"), limits) == word


def test_a_timeout_can_only_be_shortened(serve: Callable) -> None:
    server = serve({"/": raw(b"", then_wait=True)})

    async def main() -> str:
        client = Client("t", CheckedResolver(PINNED), Limits(total_s=0.2))
        try:
            await client.fetch(server.url("shop.example"), timeout_s=60)
        except CaptureError as error:
            return error.outcome
        finally:
            await client.close()
        return "answered"

    assert asyncio.run(main()) == "timeout"


@pytest.mark.parametrize(
    "request_",
    [Request("http://shop.example/", method=method) for method in ("POST", "PUT", "HEAD", "DELETE")]
    + [Request("http://shop.example/", body=b"a=1")],
)
def test_anything_but_a_bare_get_is_refused_before_it_is_sent(serve: Callable, request_: Request) -> None:
    server = serve({"/": b"hi"})
    sent = request_.replace(url=server.url("shop.example"))

    async def main() -> None:
        crawler = Crawler(StorefrontSpider, {"TWISTED_REACTOR_ENABLED": False})
        handler = GetOnlyHandler(crawler)
        client = Client("t", CheckedResolver(PINNED))
        crawler.spider = StorefrontSpider.__new__(StorefrontSpider)
        crawler.spider.client = client
        try:
            assert (await handler.download_request(Request(sent.url))).status == 200
            with pytest.raises(ValueError, match="sends GET"):
                await handler.download_request(sent)
        finally:
            await handler.close()

    asyncio.run(main())
    assert [head.split(b" ")[0] for head in server.heads] == [b"GET"]


ZONE = {
    ("shop.test.", "A"): ["93.184.216.34", "10.0.0.7"],
    ("shop.test.", "AAAA"): ["2606:2800:220::1"],
    ("inside.test.", "A"): ["192.168.0.1", "127.0.0.1"],
    ("six.test.", "AAAA"): ["2606:2800:220::2"],
    ("bare.test.", "MX"): [],
    ("shop.test.", "NS"): ["ns2.host.test.", "NS1.host.test."],
    ("shop.test.", "MX"): ["20 mail2.host.test.", "10 mail.host.test."],
    ("shop.test.", "SOA"): ["ns1.host.test. admin.host.test. 2026010101 7200 3600 1209600 300"],
}


class NameServer(threading.Thread):
    """A DNS server on loopback that answers from ZONE; `broken.test` fails, `silent.test` gets no answer, anything else does not exist."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked: list[str] = []

    def run(self) -> None:
        while True:
            wire, sender = self.socket.recvfrom(4096)
            if wire == b"stop":
                self.socket.close()
                return
            query = dns.message.from_wire(wire)
            name, kind = query.question[0].name.to_text(), dns.rdatatype.to_text(query.question[0].rdtype)
            self.asked.append(f"{name} {kind}")
            answer = dns.message.make_response(query)
            answer.flags |= dns.flags.RA
            if name == "broken.test.":
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif name == "silent.test.":
                continue
            elif name == "alias.test.":
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", "shop.test."))
                if values := ZONE.get(("shop.test.", kind)):
                    answer.answer.append(dns.rrset.from_text("shop.test.", 60, "IN", kind, *values))
            elif values := ZONE.get((name, kind)):
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *values))
            elif not any(known == name for known, _ in ZONE):
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self.socket.sendto(answer.to_wire(), sender)


@pytest.fixture
def name_server() -> Iterator[NameServer]:
    server = NameServer()
    server.start()
    yield server
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closing:
        closing.sendto(b"stop", ("127.0.0.1", server.port))
    server.join(5)


def resolved(server: NameServer, host: str) -> tuple[list[str] | str, tuple[DnsAnswer, ...]]:
    async def main() -> tuple[list[str] | str, tuple[DnsAnswer, ...]]:
        asking = dns.asyncresolver.Resolver(configure=False)
        asking.nameservers, asking.port, asking.timeout = ["127.0.0.1"], server.port, 0.2
        resolver = CheckedResolver(None, asking)
        try:
            first = [result["host"] for result in await resolver.resolve(host, 443)]
            assert [result["host"] for result in await resolver.resolve(host, 443)] == first
        except CaptureError as error:
            return error.outcome, resolver.answers.get(host, ())
        return first, resolver.answers[host]

    return asyncio.run(main())


def test_a_name_gives_its_public_addresses_and_all_its_answers(name_server: NameServer) -> None:
    addresses, answers = resolved(name_server, "shop.test")
    assert addresses == ["93.184.216.34", "2606:2800:220::1"]
    assert answers == (DnsAnswer("A", ("10.0.0.7", "93.184.216.34")), DnsAnswer("AAAA", ("2606:2800:220::1",)))
    assert sorted(name_server.asked) == ["shop.test. A", "shop.test. AAAA"]  # asked once: a second answer cannot differ (rebinding)


def test_an_alias_is_part_of_the_answer(name_server: NameServer) -> None:
    addresses, answers = resolved(name_server, "alias.test")
    assert addresses == ["93.184.216.34", "2606:2800:220::1"]
    assert DnsAnswer("CNAME", ("shop.test",)) in answers


def test_each_dns_failure_has_its_word(name_server: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.resolver.DNS_SECONDS", 0.3)
    said = {host: resolved(name_server, host)[0] for host in ("none.test", "broken.test", "bare.test", "inside.test", "silent.test")}
    assert said == {
        "none.test": "nxdomain",
        "broken.test": "dns_error",
        "bare.test": "dns_error",
        "inside.test": "refused",
        "silent.test": "dns_error",
    }
    assert resolved(name_server, "inside.test")[1] == (DnsAnswer("A", ("127.0.0.1", "192.168.0.1")),)
    assert resolved(name_server, "six.test")[0] == ["2606:2800:220::2"]


def test_with_a_hosts_file_no_resolver_is_asked() -> None:
    async def main() -> None:
        resolver = CheckedResolver({"shop.example": "127.0.0.9"})
        assert [result["host"] for result in await resolver.resolve("shop.example")] == ["127.0.0.9"]
        assert resolver.answers["shop.example"] == (DnsAnswer("A", ("127.0.0.9",), "hosts-file"),)
        with pytest.raises(CaptureError, match="nxdomain"):
            await resolver.resolve("localhost")

    asyncio.run(main())


def test_weak_servers_are_reached_too(serve: Callable, certificates: Callable) -> None:
    context, _ = certificates("shop.example")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert fetched(serve({"/": b"hi"}, tls=context).url("shop.example"))[0].body == b"hi"


def described(server: NameServer, host: str, hosts: dict[str, str] | None = None) -> tuple[DnsAnswer, ...]:
    async def main() -> tuple[DnsAnswer, ...]:
        asking = dns.asyncresolver.Resolver(configure=False)
        asking.nameservers, asking.port, asking.timeout, asking.lifetime = ["127.0.0.1"], server.port, 0.2, 0.4
        client = Client("churnwatch-test/1", CheckedResolver(hosts, asking))
        await client.describe(host)
        return client.answers.get(host, ())

    return asyncio.run(main())


def test_name_servers_mail_hosts_and_zone_are_evidence_too(name_server: NameServer) -> None:
    assert described(name_server, "www.shop.test") == (
        DnsAnswer("NS", ("NS1.host.test.", "ns2.host.test.")),
        DnsAnswer("MX", ("10 mail.host.test.", "20 mail2.host.test.")),
        DnsAnswer("SOA", ("ns1.host.test. admin.host.test. 2026010101 7200 3600 1209600 300",)),
    )
    assert sorted(name_server.asked) == ["shop.test. MX", "shop.test. NS", "shop.test. SOA"]


@pytest.mark.parametrize("host", ["gone.test", "broken.test", "bare.test"])
def test_a_zone_that_does_not_answer_is_no_failure(name_server: NameServer, host: str) -> None:
    assert described(name_server, host) == ()


@pytest.mark.parametrize("host", ["shop.test", "93.184.216.34", "[2606:2800:220::1]"])
def test_with_a_hosts_file_or_an_address_no_resolver_is_asked(name_server: NameServer, host: str) -> None:
    assert described(name_server, host, {"shop.test": "127.0.0.9"}) == ()
    assert name_server.asked == []
