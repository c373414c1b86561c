"""Pages in the browser leave by the site's egress profile like everything else, and no target's name is asked for on the way."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.evidence import read_visit, sealed_visits, verify

pytestmark = pytest.mark.usefixtures("chromium")
ROWS = "<p>Pumps and valves for industry, from our own stock.</p>" * 12
FILL = "fetch('/goods.json').then(a => a.json()).then(g => { document.getElementById('root').textContent = g.words })"
ROUTES = {
    "/": f"<html><head><title>Shop</title><script src='/app.js'></script></head><body><div id='root'></div>{ROWS}"
    "<img src='/logo.png'><a href='/p/1'>Pump</a></body></html>",
    "/p/1": f"<html><head><title>Pump</title></head><body><h1>Pump</h1>{ROWS}</body></html>",
    "/app.js": (200, [("Content-Type", "text/javascript")], f"addEventListener('load', () => {{ {FILL} }})".encode()),
    "/goods.json": (200, [("Content-Type", "application/json")], b'{"words": "Filled by a script"}'),
    "/logo.png": (200, [("Content-Type", "image/png")], b"\x89PNG"),
}
PROGRAM = """
import json, sys
asked = []
def hook(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        asked.append(str(args[0]))
    elif event in ("socket.connect", "socket.sendto"):
        asked.append(str(args[1]))
sys.addaudithook(hook)
from pathlib import Path
from crawlers.profile import Profile, read_proxy
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site
folder, proxy, text = sys.argv[1:]
away = Profile("away", "watch/1 (contact: desk@watch.example)", read_proxy(proxy, "proxy"))
(visit,) = run_visits([(parse_site(text, "shop.yml"), text)], CrawlOptions(Path(folder), profiles={"away": away}))
print(json.dumps([visit.stop, visit.egress, asked]))
"""


def test_a_page_in_the_browser_and_all_its_parts_leave_by_the_profiles_proxy(tmp_path: Path, serve: Callable, proxy: Callable) -> None:
    server, door = serve(ROUTES), proxy()
    text = f"name: shop\nseeds: ['{server.url('leak.example')}']\ndelay_s: 0.01\nrender: browser\negress: away\n"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), f"http://agent:s3cret@127.0.0.1:{door.port}", text],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stop, egress, asked = json.loads(done.stdout.splitlines()[-1])
    assert (stop, egress) == ("done", "away")
    # Every request that the shop saw came through the proxy, the page's script and what it asked for among them.
    through = ["/" + head.split(b" ")[1].decode().split("/", 3)[3] for head in door.heads]
    assert sorted(through) == sorted(server.paths)
    assert {"/app.js", "/goods.json", "/logo.png", "/p/1"} <= set(through)
    assert all(b"watch/1" in head for head in door.heads)
    # Nobody was asked for the target's name, and nothing but the proxy was connected to (local sockets of the driver aside).
    assert [one for one in asked if "leak" in one] == []
    assert {one for one in asked if one.startswith("('")} == {f"('127.0.0.1', {door.port})"}
    evidence = read_visit(sealed_visits(tmp_path)[0])
    assert {capture.ip for capture in evidence.captures} == {"via-proxy"}
    assert [facts.dns for facts in evidence.hosts] == [()]
    told = [json.loads(evidence.bodies[capture.capture_id]) for capture in evidence.captures if capture.role == "resources"]
    assert {entry["ip"] for one in told for entry in one["entries"]} == {"via-proxy"}
    assert any(b"Filled by a script" in evidence.bodies[one.capture_id] for one in evidence.captures if one.role == "dom")
    assert b"s3cret" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*.json*"))
    assert verify(tmp_path) == []
