"""A hostile page reaches nothing but its own storefront by GET: counted where attempts would arrive, and by the names asked for."""

import asyncio
import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from crawlers.browser_guard import ARGUMENTS, handed_headers
from crawlers.evidence import read_visit, visit_path
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site
from tests.crawlers.sinks import Sinks, listening

HOSTS = {"shop.example": "127.0.0.9", "cdn.example": "127.0.0.9", "outside.example": "127.0.0.8"}
# Ways to write this machine, the metadata service and inner networks; {p} is the port of the listeners.
PLACES = (
    "127.0.0.1:{p}", "2130706433:{p}", "0x7f000001:{p}", "0177.0.0.1:{p}", "017700000001:{p}", "127.1:{p}", "127.0.1:{p}", "0x7f.1:{p}",
    "[::1]:{p}", "[::ffff:127.0.0.1]:{p}", "[::ffff:7f00:1]:{p}", "[0:0:0:0:0:0:0:1]:{p}", "localhost:{p}", "LOCALHOST:{p}",
    "shop.localhost:{p}", "0.0.0.0:{p}", "0:{p}", "１２７.０.０.１:{p}", "127。0。0。1:{p}", "127.0.0.8:{p}", "shop.example:{p}",
    "shop.example@127.0.0.1:{p}", "outside.example:{p}", "127.0.0.1.nip.example:{p}", "metadata.google.internal", "169.254.169.254",
    "[fd00:ec2::254]", "10.0.0.1", "192.168.0.1", "172.16.0.1", "100.64.0.1", "224.0.0.1", "[64:ff9b::7f00:1]:{p}", "[2002:7f00:1::]:{p}",
)  # fmt: skip
# The other ways out of a page.
WAYS = (Path(__file__).parent / "pages" / "ways_out.js").read_text("utf-8")


def hostile(port: int, own: str, cdn: str) -> str:
    hosts = json.dumps([place.format(p=port) for place in PLACES])
    return f"""<!doctype html><html><head><title>Shop</title>
<meta http-equiv="refresh" content="0;url=http://127.0.0.1:{port}/refresh"></head>
<body><h1>Valves</h1><a href="/second">More valves</a><div id="root"></div><script>
const P = {port}, A = 'http://127.0.0.1:{port}', O = '{own}', C = '{cdn}'; let tried = 0;
const attempt = (f) => {{ tried++; try {{ const r = f(); if (r && r.catch) r.catch(() => 0); }} catch (e) {{}} }};
const add = (tag, set) => attempt(() => {{ const e = document.createElement(tag); set(e); document.body.append(e); }});
for (const host of {hosts}) {{
  attempt(() => fetch(`http://${{host}}/fetched`, {{mode: 'no-cors'}})); add('img', e => e.src = `http://${{host}}/image`);
}}
{WAYS}
document.getElementById('root').innerHTML = `<p>Tried <b>${{tried}}</b> ways out of this shop for valves, pumps and bearings.</p>`;
</script></body></html>"""


def shop(port: int) -> dict[str, object]:
    to = lambda where: (302, [("Location", where), ("Access-Control-Allow-Origin", "*")], b"")  # noqa: E731
    return {
        "/robots.txt": (200, [("Content-Type", "text/plain")], b"User-agent: *\nDisallow: /private"),
        "/second": "<h1>Second</h1><p>Another page of this shop for valves, pumps and bearings.</p><a href='/'>back</a>",
        "/redirect": to(f"http://127.0.0.1:{port}/redirected"),
        "/redirect-port": to(f"http://shop.example:{port}/redirected"),
        "/redirect-name": to(f"http://outside.example:{port}/redirected"),
        "/redirect-literal": to(f"http://0x7f000001:{port}/redirected"),
        "/sw.js": (200, [("Content-Type", "text/javascript")], f"fetch('http://127.0.0.1:{port}/service')".encode()),
        "/worker.js": (200, [("Content-Type", "text/javascript")], f"fetch('http://127.0.0.1:{port}/shared')".encode()),
        "/preflighted": (200, [("Access-Control-Allow-Origin", "*")], b"x"),
    }


@pytest.fixture
def name_server() -> str | None:
    """A loopback address of this process whose port 53 is free, or None without the right to use it."""
    address = f"127.53.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 53))
        except OSError:
            return None
    return address


def program_asking(name_server: str | None, chromium: str, folder: Path) -> str:
    """A Chromium whose system resolver is our name server, in a mount namespace of its own; the plain one where that is not allowed."""
    if name_server is None or shutil.which("unshare") is None:
        return chromium
    resolver, program = folder / "resolv.conf", folder / "chromium"
    resolver.write_text(f"nameserver {name_server}\noptions timeout:1 attempts:1\n")
    program.write_text(f'#!/bin/sh\nexec unshare -m sh -c \'mount --bind {resolver} /etc/resolv.conf && exec {chromium} "$@"\' sh "$@"\n')
    program.chmod(0o755)
    return str(program)


async def bare_look(program: str, page: str, url: str, port: int) -> None:
    """The same page in a Chromium without the guard: what the sinks must then see."""
    async with async_playwright() as driver:
        rules = f"MAP shop.example 127.0.0.9, MAP cdn.example 127.0.0.9, MAP outside.example:{port} 127.0.0.8"
        browser = await driver.chromium.launch(executable_path=program, args=[f"--host-resolver-rules={rules}", *bare_features()])
        tab = await browser.new_page()
        await tab.goto(url, wait_until="commit")
        await asyncio.sleep(2.5)
        await browser.close()


def bare_features() -> list[str]:
    """Without this switch Chromium lets no page load from this machine, and the listeners would prove nothing."""
    return ["--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets"]


@pytest.mark.slow
def test_a_hostile_page_reaches_nothing_outside_and_sends_nothing_but_get(
    tmp_path: Path, serve: Callable, chromium: str, name_server: str | None
) -> None:
    program = program_asking(name_server, chromium, tmp_path)
    with listening(dns_address=name_server) as sinks:
        server = serve(shop(sinks.port), "127.0.0.9")
        own, cdn = server.url("shop.example", "").rstrip("/"), server.url("cdn.example", "").rstrip("/")
        page = hostile(sinks.port, own, cdn)
        reports = [
            ("Content-Security-Policy", f"img-src 'none'; report-uri {own}/own-report"),
            ("Link", f"<http://127.0.0.1:{sinks.port}/linked>; rel=preload; as=script"),
            ("Refresh", f"0;url={own}/private/refreshed"),
        ]
        server.routes["/"] = (200, [("Content-Type", "text/html"), *reports], page.encode())
        text = f"name: shop\nseeds: ['{own}/']\ndelay_s: 0\nrender: browser\nbudget: {{pages: 2}}\n"
        text += f"allow_hosts: ['cdn.example:{server.port}']\n"
        options = CrawlOptions(tmp_path / "evidence", HOSTS, chromium=program)
        (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], options)
        evidence = read_visit(visit_path(options.evidence, visit))
        assert visit.pages_got == 2
        entry = [capture for capture in evidence.captures if capture.asked_url == f"{own}/"]
        bodies = {capture.role: evidence.bodies[capture.capture_id].decode("utf-8", "replace") for capture in entry}
        listed = json.loads(bodies["resources"])
        assert listed["failure"] is None
        tried = int(bodies["text"].partition("Tried ")[2].split(" ")[0])
        assert tried >= 40
        assert (sinks.hits, sinks.datagrams, sinks.names) == ([], [], [])
        assert [head for head in server.heads if not head.startswith(b"GET ")] == []
        assert [path for path in server.paths if path.startswith("/private") or "own-" in path] == []
        assert [head for head in server.heads if b"upgrade: websocket" in head.lower()] == []
        assert listed["refusals"] >= 40
        assert [entry for entry in listed["entries"] if entry["ip"] not in (None, "127.0.0.9")] == []
        control(program, server, sinks, page)


def control(program: str, server: object, sinks: Sinks, page: str) -> None:
    """Without the guard the listeners are reached by many of the ways: they would have seen them."""
    before = len(server.heads)  # type: ignore[attr-defined]
    asyncio.run(bare_look(program, page, server.url("shop.example"), sinks.port))  # type: ignore[attr-defined]
    after = server.heads[before:]  # type: ignore[attr-defined]
    assert len(sinks.hits) >= 20
    assert {head.split(b" ")[0] for head in after} > {b"GET"}
    assert [head for head in after if b"/private" in head] != []
    if program.endswith("/chromium") and "tmp" in program:
        assert any("nip.example" in name for name in sinks.names)


def test_the_browser_has_no_network() -> None:
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in ARGUMENTS
    assert len([argument for argument in ARGUMENTS if argument.startswith("--disable-features=")]) == 1  # only the last one would hold


def test_what_would_report_or_load_by_itself_is_not_handed_over() -> None:
    names = ("Content-Type", "NEL", "Refresh", "Link", "Content-Encoding", "Report-To", "Content-Security-Policy", "Speculation-Rules")
    sent = [(name, "text/html") for name in names]
    handed = handed_headers([*sent, ("SET-cookie", "a=1"), ("Set-Cookie", "b=2")], document=True)
    assert handed["set-cookie"] == "a=1\nb=2"
    assert set(handed) == {"content-type", "set-cookie", "content-security-policy", "permissions-policy", "referrer-policy"}
