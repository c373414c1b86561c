"""`sites propose|accept|reject|add` on a small web on loopback: what points to a shop, one look, a file; and what is never proposed."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawlers.evidence import read_visit, sealed_visits
from crawlers.site import load_site

OFFER = (
    "<h1>4-Piperidone hydrochloride</h1><p>CAS 40064-34-4. Price: 120.00 USD per kg. "
    "Customs clearance guaranteed, free reshipment if seized.</p>"
)
TEA = (
    "<h1>Green tea</h1><p>Price: 4.50 EUR</p><button>Add to basket</button>"
    "<p>Leaves of last spring, dried in shade. Brew at eighty degrees.</p>"
)


def page(title: str, body: str, *links: str) -> str:
    """One small page."""
    anchors = "".join(f'<a href="{link}">{link}</a> ' for link in links)
    return f"<html lang=en><head><title>{title}</title></head><body>{body * 3}<p>{anchors}</p></body></html>"


@pytest.fixture
def web() -> Iterator[ThreadingHTTPServer]:
    """Hosts by the Host header; `asked` is every request, `pages` what they show."""

    class Answering(BaseHTTPRequestHandler):
        def answer(self) -> None:
            host = (self.headers["Host"] or "").partition(":")[0]
            self.server.asked.append((self.command, host, self.path))  # type: ignore[attr-defined]
            robots = self.server.robots.get(host, "")  # type: ignore[attr-defined]
            body = robots if self.path == "/robots.txt" else self.server.pages.get(host, "") if self.path == "/" else ""  # type: ignore[attr-defined]
            if body.startswith("->"):
                self.send_response(302)
                self.send_header("Location", body[2:])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST = do_HEAD = do_PUT = answer  # noqa: N815 - http.server calls by these names

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    port = server.server_port
    server.asked, server.robots = [], {}  # type: ignore[attr-defined]
    server.pages = {  # type: ignore[attr-defined]
        "old-gate.example": page(
            "Old Gate", OFFER, f"http://new-gate.example:{port}/shop", "https://www.facebook.com/oldgate", "http://10.0.0.7/"
        ),
        "tea-house.example": page("Tea House", TEA, f"http://lone-hill.example:{port}/", "http://router.local/"),
        "gone-gate.example": f"->http://next-gate.example:{port}/",
        "new-gate.example": page('New "Gate"\n# x: &a [', OFFER),
        "next-gate.example": page("Next Gate", OFFER),
        "lone-hill.example": page("Lone Hill", TEA),
        "shut-gate.example": page("Shut Gate", OFFER),
    }
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def files(tmp_path: Path, web: ThreadingHTTPServer) -> Path:
    """Three site files and a hosts file; nothing was visited."""
    (tmp_path / "sites").mkdir()
    for name in ("old-gate", "tea-house", "gone-gate"):
        text = f'name: {name}\nseeds: ["http://{name}.example:{web.server_port}/"]\nlegal_reason: case 1\ndelay_s: 0\n'
        (tmp_path / "sites" / f"{name}.yml").write_text(text)
    hosts = [f"127.0.0.1 {name}" for name in web.pages]  # type: ignore[attr-defined]
    (tmp_path / "hosts").write_text("\n".join(hosts) + "\n")
    return tmp_path


@pytest.fixture
def desk(files: Path, web: ThreadingHTTPServer, inside: Callable) -> Path:
    """Three watched shops, visited once: one high risk, one tea house, one that leads to another address."""
    done = inside("run", "old-gate", "tea-house", "gone-gate", "--hosts", "hosts", "--json", cwd=files)
    assert done.returncode == 0, done.stderr
    web.asked.clear()  # type: ignore[attr-defined]
    return files


def lines(text: str) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in text.splitlines()]


def proposals(desk: Path) -> dict[str, dict]:  # type: ignore[type-arg]
    return {one["storefront"]: one for one in lines((desk / "sites" / "proposals.jsonl").read_text())}


def test_what_shops_point_to_is_proposed_with_reasons_and_nothing_is_fetched(
    desk: Path, web: ThreadingHTTPServer, inside: Callable
) -> None:
    done = inside("sites", "propose", "--json", cwd=desk)
    assert done.returncode == 0, done.stderr
    *shown, summary = lines(done.stdout)
    assert web.asked == []  # type: ignore[attr-defined]
    # a link from a high-risk shop before a redirect of an address nothing is known of, before a link from a tea house
    assert [one["storefront"] for one in shown] == ["new-gate.example", "next-gate.example", "lone-hill.example"]
    assert [[why["kind"] for why in one["reasons"]] for one in shown] == [["outlink"], ["redirect"], ["outlink"]]
    assert shown[0]["reasons"][0]["source"] == "old-gate.example"
    capture = inside("search", "", "--kind", "capture", "--where", f"id={shown[0]['reasons'][0]['place']}", "--json", cwd=desk)
    assert lines(capture.stdout)[0]["url"] == f"http://old-gate.example:{web.server_port}/"
    left_out = summary["left_out"]
    assert left_out["social network"] == 1
    assert sum(count for why, count in left_out.items() if "10.0.0.7 is private" in why) == 1
    assert sum(count for why, count in left_out.items() if "inside network" in why) == 1
    before = (desk / "sites" / "proposals.jsonl").read_bytes()
    inside("sites", "propose", cwd=desk)
    assert (desk / "sites" / "proposals.jsonl").read_bytes() == before


def test_accepting_looks_once_and_writes_a_sound_site_file(desk: Path, web: ThreadingHTTPServer, inside: Callable) -> None:
    inside("sites", "propose", cwd=desk)
    done = inside("sites", "accept", "new-gate.example", "--reason", 'case "2"', "--hosts", "hosts", "--json", cwd=desk)
    assert done.returncode == 0, done.stderr
    (row,) = lines(done.stdout)
    assert (row["site"], row["outcome"], row["band"]) == ("new-gate", "live", "high")
    assert {(verb, host) for verb, host, _ in web.asked} == {("GET", "new-gate.example")}  # type: ignore[attr-defined]
    assert [path for _, _, path in web.asked][:2] == ["/robots.txt", "/"]  # type: ignore[attr-defined]
    site = load_site(desk / "sites" / "new-gate.yml")
    assert (site.legal_reason, site.every, site.robots) == ('case "2"', "12h-1d", "obey")
    (archive,) = sealed_visits(desk / "evidence", "new-gate")
    assert read_visit(archive).visit.visit_id == row["visit_id"]
    assert proposals(desk)["new-gate.example"]["status"] == "accepted"
    inside("run", "new-gate", "--hosts", "hosts", "--json", cwd=desk)
    (*_, summary) = lines(inside("sites", "propose", "--json", cwd=desk).stdout)
    assert (summary["proposed"], summary["accepted"]) == (2, 1)


def test_what_was_rejected_is_never_proposed_again(desk: Path, inside: Callable) -> None:
    inside("sites", "propose", cwd=desk)
    assert inside("sites", "reject", "lone-hill.example", "--why", "a tea shop", cwd=desk).returncode == 0
    shown = lines(inside("sites", "propose", "--json", cwd=desk).stdout)[:-1]
    assert "lone-hill.example" not in [one["storefront"] for one in shown]
    line = proposals(desk)["lone-hill.example"]
    assert (line["status"], line["why"]) == ("rejected", "a tea shop")
    assert inside("sites", "accept", "lone-hill.example", "--reason", "case", "--hosts", "hosts", cwd=desk).returncode == 2


def test_robots_and_closed_doors_write_no_file(files: Path, web: ThreadingHTTPServer, inside: Callable) -> None:
    web.robots["shut-gate.example"] = "User-agent: *\nDisallow: /\n"  # type: ignore[attr-defined]
    shut = f"http://shut-gate.example:{web.server_port}/"
    done = inside("sites", "add", shut, "--reason", "case", "--hosts", "hosts", "--json", cwd=files)
    assert (done.returncode, lines(done.stdout)[0]["outcome"]) == (1, "robots_denied")
    assert web.asked == [("GET", "shut-gate.example", "/robots.txt")]  # type: ignore[attr-defined]
    assert not (files / "sites" / "shut-gate.yml").exists()
    assert sealed_visits(files / "evidence", "shut-gate")  # the look itself is kept
    moved = inside("sites", "add", "http://never-there.example/", "--reason", "case", "--hosts", "hosts", "--json", cwd=files)
    assert (moved.returncode, lines(moved.stdout)[0]["outcome"]) == (1, "nxdomain")
    watched = inside("sites", "add", "http://never-there.example/", "--reason", "case", "--hosts", "hosts", "--even-if-closed", cwd=files)
    assert watched.returncode == 0, watched.stderr
    assert load_site(files / "sites" / "never-there.yml").every == "12h-7d"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://old-gate.example/other", "watched already by old-gate.yml"),
        ("https://www.instagram.com/somebody", "never watched: social network"),
        ("http://192.168.1.1/", "192.168.1.1 is private"),
        ("http://0x7f.1/", "odd notation"),
        ("http://printer.local/", "inside network"),
        ("http://abcdefghijklmnop.onion/", "no part of the open web"),
        ("https://canary.example/", "never watched: a canary"),
        ("ftp://new-gate.example/", "not an http or https address"),
    ],
)
def test_what_is_never_watched_is_refused_before_anything_is_asked(
    files: Path, web: ThreadingHTTPServer, inside: Callable, address: str, words: str
) -> None:
    (files / "churnwatch.toml").write_text('canaries = [{url = "https://canary.example/", phrase = "here"}]\n')
    done = inside("sites", "add", address, "--reason", "case", "--hosts", "hosts", cwd=files)
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr
    assert web.asked == []  # type: ignore[attr-defined]


def test_no_site_file_is_overwritten(files: Path, web: ThreadingHTTPServer, inside: Callable) -> None:
    before = (files / "sites" / "tea-house.yml").read_bytes()
    address = f"http://new-gate.example:{web.server_port}/"
    done = inside("sites", "add", address, "--reason", "case", "--name", "tea-house", "--hosts", "hosts", cwd=files)
    assert done.returncode == 2
    assert "not overwritten" in done.stderr
    assert (files / "sites" / "tea-house.yml").read_bytes() == before
    assert web.asked == []  # type: ignore[attr-defined]


@pytest.mark.long
def test_a_sample_of_the_link_graph_is_harvested_by_real_looks(tmp_path: Path, web: ThreadingHTTPServer, inside: Callable) -> None:
    """Eight looks by proposals find at least as many sellers as eight looks in the order of the links; figures: `discovery_harvest`."""
    from tests.benchmarks.discovery_harvest import breadth_first, start_of
    from tests.benchmarks.link_graph import make_graph

    graph = make_graph(5, 120)
    seeds = start_of(graph, 5)[:2]
    for one in graph.values():
        links = [f"http://{name}:{web.server_port}/" for name in one.links]
        shown = page(one.name, OFFER if one.kind == "seller" else TEA, *links)
        web.pages[one.name] = f"->http://{one.moved_to}:{web.server_port}/" if one.moved_to else shown  # type: ignore[attr-defined]
    (tmp_path / "hosts").write_text("".join(f"127.0.0.1 {name}\n" for name in graph))
    platforms = [one.name for one in graph.values() if one.kind == "platform"]
    canaries = ", ".join(f'{{url = "http://{name}:{web.server_port}/", phrase = "{name}"}}' for name in platforms)
    registrations = "".join(f"{one.name},{one.registrant}\n" for one in graph.values() if one.listed)
    (tmp_path / "reg.csv").write_text("domain,email\n" + registrations)
    for name in seeds:
        done = inside("sites", "add", f"http://{name}:{web.server_port}/", "--reason", "case", "--hosts", "hosts", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    (tmp_path / "churnwatch.toml").write_text(f"canaries = [{canaries}]\n")  # what is on no list of platforms, kept out all the same
    found: list[str] = []
    for _ in range(4):
        names = [path.stem for path in sorted((tmp_path / "sites").glob("*.yml"))]
        assert inside("run", *names, "--hosts", "hosts", "--json", cwd=tmp_path).returncode == 0
        done = inside("sites", "propose", "--registrations", "reg.csv", "--top", "2", "--json", cwd=tmp_path)
        chosen = [one["storefront"] for one in lines(done.stdout)[:-1]]
        inside("sites", "accept", *chosen, "--reason", "case", "--hosts", "hosts", "--even-if-closed", cwd=tmp_path)
        found += chosen
    assert len(set(found)) == len(found) == 8
    assert not set(found) & set(platforms)
    sellers = sum(graph[name].kind == "seller" for name in found)
    assert sellers >= max(1, breadth_first(graph, seeds, 8))
    assert {verb for verb, _, _ in web.asked} == {"GET"}  # type: ignore[attr-defined]
