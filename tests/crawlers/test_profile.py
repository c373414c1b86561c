"""Through a proxy nothing is resolved here, its credentials stay between it and us, and its faults are no target's end."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.client import Client, Limits
from crawlers.egress import check_name
from crawlers.errors import CaptureError, ConfigError
from crawlers.evidence import read_visit, verify, visit_path
from crawlers.profile import Profile, Proxy, read_proxy
from crawlers.resolver import CheckedResolver
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site

PAGE = "<html><head><title>Shop</title></head><body><h1>Shop</h1><p>" + "Pumps and valves for industry. " * 9 + "</p></body></html>"
AGENT = "watch/1 (contact: desk@watch.example)"


def crawled(tmp_path: Path, seed: str, port: int, more: str = "egress: away\n") -> tuple[object, object]:
    text = f"name: shop\nseeds: ['{seed}']\ndelay_s: 0.01\n{more}"
    away = Profile("away", AGENT, Proxy(f"http://127.0.0.1:{port}", "agent", "s3cret:word"))
    options = CrawlOptions(evidence=tmp_path, profiles={"away": away}, limits=Limits(total_s=5))
    (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], options)
    return visit, read_visit(visit_path(tmp_path, visit))


@pytest.mark.parametrize("secure", [False, True])
def test_a_visit_leaves_by_its_profile_and_says_so(
    tmp_path: Path, serve: Callable, proxy: Callable, certificates: Callable, secure: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    context, chain = certificates("nowhere.example") if secure else (None, [])
    server, door = serve({"/": PAGE}, tls=context), proxy()
    visit, evidence = crawled(tmp_path, server.url("nowhere.example"), door.port)
    assert (visit.stop, visit.egress) == ("done", "away")
    assert {capture.ip for capture in evidence.captures} == {"via-proxy"}
    assert [facts.dns for facts in evidence.hosts] == [()]
    assert [certificate.der for certificate in evidence.hosts[0].certificates] == chain
    assert b"User-Agent: " + AGENT.encode() in server.heads[0]
    assert all(b"roxy-" not in head for head in server.heads)
    assert all(b"Proxy-Authorization: Basic" in head for head in door.heads)
    assert verify(tmp_path) == []


def test_credentials_stand_in_no_log_message_or_evidence(
    tmp_path: Path, serve: Callable, proxy: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    import base64
    import gzip

    caplog.set_level(logging.DEBUG)
    server = serve({"/": PAGE})
    crawled(tmp_path / "a", server.url("nowhere.example"), proxy().port)
    crawled(
        tmp_path / "b",
        server.url("nowhere.example"),
        proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n").port,
    )
    kept = b"".join(gzip.decompress(path.read_bytes()) for path in tmp_path.rglob("*.warc.gz"))
    kept += b"".join(path.read_bytes() for path in tmp_path.rglob("*.json*")) + caplog.text.encode()
    secret = base64.b64encode(b"agent:s3cret:word")
    assert b"nowhere.example" in kept
    for word in (b"s3cret", secret, b"roxy-Authorization"):
        assert word not in kept
    assert "s3cret" not in repr(Profile("away", None, Proxy("http://127.0.0.1:1", "agent", "s3cret")))


@pytest.mark.parametrize(
    ("scheme", "answer", "stop"),
    [
        ("https", b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "not_run"),
        ("https", b"HTTP/1.1 403 Forbidden\r\n\r\n", "not_run"),
        ("https", b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "server_error"),
        ("https", b"HTTP/1.1 504 Gateway Timeout\r\n\r\n", "timeout"),
        ("http", b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "not_run"),
        ("http", None, "not_run"),  # nobody listens there
    ],
)
def test_a_fault_of_the_proxy_ends_no_target(tmp_path: Path, proxy: Callable, scheme: str, answer: bytes | None, stop: str) -> None:
    port = proxy(answer).port if answer is not None else 9
    visit, evidence = crawled(tmp_path, f"{scheme}://nowhere.example/", port)
    assert (visit.stop, evidence.hosts[0].failure) == (stop, stop)


@pytest.mark.parametrize("host", ["localhost", "router", "nas.local", "metadata.google.internal", "x.lan", "a.home.arpa", "db.localdomain"])
def test_names_of_inside_networks_are_refused_before_a_proxy_hears_them(proxy: Callable, host: str) -> None:
    door = proxy()

    async def main() -> None:
        client = Client("t/1", CheckedResolver(), profile=Profile("away", None, Proxy(f"http://127.0.0.1:{door.port}")))
        for address in (f"http://{host}/", "http://127.0.0.1/", "http://169.254.169.254/", "http://0x7f000001/"):
            with pytest.raises(CaptureError, match="address guard"):
                await client.fetch(address)
        await client.close()

    asyncio.run(main())
    assert door.heads == []
    check_name("shop.example")


SNIFFED = """
import asyncio, json, sys
asked = []
def hook(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.getnameinfo", "socket.gethostbyaddr"):
        asked.append([event, str(args[0])])
    elif event in ("socket.connect", "socket.sendto"):
        asked.append([event, str(args[1])])
sys.addaudithook(hook)
from crawlers.client import Client, Limits
from crawlers.errors import CaptureError
from crawlers.profile import Profile, read_proxy
from crawlers.resolver import CheckedResolver
import dns.asyncresolver
async def main(proxy, dns_port, urls):
    names = dns.asyncresolver.Resolver(configure=False)
    names.nameservers, names.port, names.lifetime = ["127.0.0.1"], dns_port, 2
    profile = Profile("away", None, read_proxy(proxy, "proxy")) if proxy else Profile()
    client = Client("t/1", CheckedResolver(dns=names), Limits(total_s=5), profile=profile)
    for url in urls:
        try:
            await client.fetch(url)
        except CaptureError as error:
            pass
        await client.describe(url.split("/")[2].split(":")[0])
    await client.close()
asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
print(json.dumps(asked))
"""


def sniffed(proxy: str, dns_port: int, *urls: str) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", SNIFFED, proxy, str(dns_port), *urls], capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


def test_no_target_name_leaks_when_a_proxy_is_used(serve: Callable, proxy: Callable, certificates: Callable) -> None:
    import socket

    context, _ = certificates("leak.example")
    plain, secure, door = serve({"/": PAGE}), serve({"/": PAGE}, tls=context), proxy()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sniffer:
        sniffer.bind(("127.0.0.1", 0))
        sniffer.settimeout(0.2)
        dns_port = sniffer.getsockname()[1]
        urls = (plain.url("leak.example"), secure.url("leak.example"), "http://unknown.example:8099/")
        seen = sniffed(f"http://localhost:{door.port}", dns_port, *urls)
        with pytest.raises(TimeoutError):
            sniffer.recv(512)
        assert len({head.split(b" ")[1] for head in door.heads}) == 3
        assert {event for event, _ in seen} == {"socket.getaddrinfo", "socket.connect"}
        assert {name for event, name in seen if event == "socket.getaddrinfo"} == {"localhost"}
        assert all(str(door.port) in address for event, address in seen if event == "socket.connect")
        # The same without a proxy is heard: the sniffer works.
        heard = sniffed("", dns_port, urls[0])
        assert b"leak" in sniffer.recv(512)
        assert [event for event, _ in heard if event == "socket.sendto"] or any("127.0.0.1" in address for _, address in heard)


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("http://10.0.0.5:8080", Proxy("http://10.0.0.5:8080")),
        ("http://proxy.example", Proxy("http://proxy.example:3128")),
        ("http://u%40x:p%3Aw@[::1]:1080/", Proxy("http://[::1]:1080", "u@x", "p:w")),
    ],
)
def test_proxy_addresses_are_read(text: str, proxy: Proxy) -> None:
    assert read_proxy(text, "egress_profiles.x.proxy") == proxy


@pytest.mark.parametrize(
    "text",
    ["socks5://u:s3cret@h:1", "https://u:s3cret@h:1", "h:1", "", "http://:s3cret@:1", "http://u:s3cret@h:99999", "http://u:s3cret@h/x"],
)
def test_a_wrong_proxy_address_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_proxy(text, "egress_profiles.x.proxy")
    assert "s3cret" not in str(raised.value)
    assert "egress_profiles.x.proxy" in str(raised.value)


def test_an_unknown_profile_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    text = "name: shop\nseeds: ['https://shop.example/']\negress: nowhere\n"
    with pytest.raises(ConfigError, match="no egress profile 'nowhere' in the settings; known are away, direct"):
        run_visits([(parse_site(text, "shop.yml"), text)], CrawlOptions(evidence=tmp_path, profiles={"away": Profile("away")}))
    assert list(tmp_path.iterdir()) == []
