"""The evidence bundle: which kinds of artefact one visit leaves, bounded, and what its records say of how it was made."""

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.evidence import read_info, read_visit, sealed_visits, unsealed_visits, verify, visit_path
from crawlers.extras import MAX_ICONS, MAX_PAGE_PICTURES, MAX_PICTURES, MAX_SITEMAPS, declared_on
from crawlers.profile import Profile
from crawlers.records import Visit, VisitEvidence
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site
from crawlers.visit_writer import software_digest

HOSTS = {"shop.example": "127.0.0.1", "pictures.example": "127.0.0.1", "other.example": "127.0.0.1"}
PICTURE = (200, [("Content-Type", "image/jpeg")], b"\xff\xd8\xff\xe0" + bytes(200))
ICON = (200, [("Content-Type", "image/x-icon")], b"\0\0\1\0" + bytes(40))


def page(head: str = "", body: str = "") -> str:
    return f"<html><head><title>Shop</title>{head}</head><body><h1>Acetone and more</h1><p>Technical solvents.</p>{body}</body></html>"


def visited(folder: Path, url: str, extra: str = "") -> tuple[Visit, VisitEvidence]:
    text = f"name: shop\nseeds: ['{url}']\ndelay_s: 0\nlegal_reason: case 2026-017\n{extra}"
    (visit,) = run_visits(
        [(parse_site(text, "shop.yml"), text)], CrawlOptions(folder, HOSTS, egress="lab", profiles={"lab": Profile("lab")})
    )
    return visit, read_visit(visit_path(folder, visit))


def paths(evidence: VisitEvidence, role: str) -> list[str]:
    return ["/" + capture.url.split("/", 3)[3] for capture in evidence.captures if capture.role == role]


def requests(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return [record.content_stream().read() for record in ArchiveIterator(file, no_record_parse=True) if record.rec_type == "request"]


# kind → the render it needs, and is it in the evidence (its archive's path is given too).
KINDS: dict[str, tuple[str, Callable[[VisitEvidence, Path], bool]]] = {
    "raw response": ("http", lambda e, _: all(e.bodies[c.capture_id] for c in e.captures if c.role == "page")),
    "request as sent": ("http", lambda e, path: len(requests(path)) == len(e.captures)),
    "wire headers": ("http", lambda e, _: any(("X-ODD-Case", "1") in c.headers for c in e.captures)),
    "header order": ("http", lambda e, _: any([n for n, _ in c.headers][:2] == ["X-ODD-Case", "Content-Type"] for c in e.captures)),
    "redirect chain": ("http", lambda e, _: [c.hop for c in e.captures if c.role == "redirect"] == [0, 1]),
    "robots as seen": ("http", lambda e, _: [h.robots for h in e.hosts] == ["allowed"] and len(paths(e, "robots")) == 1),
    "sitemap": ("http", lambda e, _: paths(e, "sitemap") == ["/shop-map.xml"]),
    "favicons": ("http", lambda e, _: paths(e, "favicon") == ["/a.ico", "/touch.png"]),
    "product pictures": ("http", lambda e, _: paths(e, "asset") == ["/p/acetone-800.jpg"]),
    "certificate chain": ("http", lambda e, _: [len(h.certificates) for h in e.hosts] == [2]),
    "DNS answers": ("http", lambda e, _: [[(a.type, a.values) for a in h.dns] for h in e.hosts] == [[("A", ("127.0.0.1",))]]),
    "address": ("http", lambda e, _: {c.ip for c in e.captures} == {"127.0.0.1"}),
    "reason and software": ("http", lambda _, path: {"legal-reason", "software-sha256", "site-file-sha256"} <= read_info(path).keys()),
    "site file": ("http", lambda e, _: e.site_text.startswith("name: shop")),
    "rendered document": ("browser", lambda e, _: b"Filled by a script" in first(e, "dom")),
    "visible text": ("browser", lambda e, _: b"Filled by a script" in first(e, "text") and b"<" not in first(e, "text")),
    "picture of the window": ("browser", lambda e, _: sides(first(e, "screenshot")) == (1280, 900)),
    "picture of the whole page": ("browser", lambda e, _: sides(first(e, "screenshot", "browser-full"))[1] > 900),
    "resource list": ("browser", lambda e, _: loaded(e) >= {("/app.js", 200, "127.0.0.1"), ("/gone.js", 404, "127.0.0.1")}),
    "digests of what it loaded": ("browser", lambda e, _: hashlib.sha256(SCRIPT).hexdigest() in str(told(e)["entries"])),
    "what it was refused": ("browser", lambda e, _: "https://tracker.example/t.js" in str(told(e)["refused"])),
    "cookie names": ("browser", lambda e, _: told(e)["cookies"] == ["sid (shop.example)"]),
    "storage names": ("browser", lambda e, _: told(e)["storage"] == {"local": ["basket"], "session": ["tab"], "databases": []}),
    "browser and why": ("browser", lambda e, _: "Chromium" in str(told(e)["browser"]) and told(e)["sign"] == "site file: render: browser"),
}
SCRIPT = (
    b"localStorage.setItem('basket', 'x'); sessionStorage.setItem('tab', '1');"
    b"addEventListener('load', () => { document.getElementById('root').textContent = 'Filled by a script' })"
)


def first(evidence: VisitEvidence, role: str, render: str = "browser") -> bytes:
    return next((evidence.bodies[c.capture_id] for c in evidence.captures if (c.role, c.render) == (role, render)), b"")


def sides(png: bytes) -> tuple[int, int]:
    """Width and height as a PNG's header says them (ISO/IEC 15948)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def told(evidence: VisitEvidence) -> dict[str, object]:
    return json.loads(first(evidence, "resources"))


def loaded(evidence: VisitEvidence) -> set[tuple[str, int, str]]:
    return {("/" + entry["url"].split("/", 3)[3], entry["status"], entry["ip"]) for entry in told(evidence)["entries"]}  # type: ignore[attr-defined]


def test_a_visit_over_http_leaves_every_kind_of_artefact(tmp_path: Path, serve: Callable, certificates: Callable) -> None:
    context, _ = certificates("shop.example")
    head = '<link rel="shortcut icon" href="/a.ico"><link rel="apple-touch-icon" sizes="180x180" href="/touch.png">'
    images = '<img src="/p/acetone-80.jpg" srcset="/p/acetone-80.jpg 80w, /p/acetone-800.jpg 800w" alt="Acetone">'
    routes = {
        "/": (301, [("Location", "/start")], b""),
        "/start": (302, [("Location", "/shop")], b""),
        "/shop": (200, [("X-ODD-Case", "1"), ("Content-Type", "text/html")], page(head, images).encode()),
        "/robots.txt": (200, [], b"User-agent: *\nDisallow: /admin\nSitemap: /shop-map.xml\n"),
        "/shop-map.xml": (200, [("Content-Type", "application/xml")], b"<urlset/>"),
        "/a.ico": ICON,
        "/touch.png": ICON,
        "/p/acetone-800.jpg": PICTURE,
    }
    server = serve(routes, "127.0.0.1", context)
    visit, evidence = visited(tmp_path, server.url("shop.example"), "images: true\n")
    path = visit_path(tmp_path, visit)
    found = [kind for kind, (render, is_there) in KINDS.items() if render == "http" and is_there(evidence, path)]
    assert found == [kind for kind, (render, _) in KINDS.items() if render == "http"]
    assert len(found) >= 14
    assert verify(tmp_path) == [] and evidence.warnings == ()
    assert {head.split(b" ")[0] for head in server.heads} == {b"GET"}


@pytest.mark.usefixtures("chromium")
def test_a_visit_in_the_browser_leaves_its_own_kinds_besides(tmp_path: Path, serve: Callable, certificates: Callable) -> None:
    context, _ = certificates("shop.example")
    head = '<script src="/app.js"></script><script src="/gone.js"></script><script src="https://tracker.example/t.js"></script>'
    icons = '<link rel="shortcut icon" href="/a.ico"><link rel="apple-touch-icon" sizes="180x180" href="/touch.png">'
    images = '<img src="/p/acetone-80.jpg" srcset="/p/acetone-80.jpg 80w, /p/acetone-800.jpg 800w" alt="Acetone">'
    shop = page(head + icons, '<div id="root"></div>' + images + "<p>row</p>" * 200)
    server = serve(
        {
            "/": (301, [("Location", "/start")], b""),
            "/start": (302, [("Location", "/shop")], b""),
            "/shop": (200, [("X-ODD-Case", "1"), ("Content-Type", "text/html"), ("Set-Cookie", "sid=secret; Path=/")], shop.encode()),
            "/robots.txt": (200, [], b"User-agent: *\nDisallow: /admin\nSitemap: /shop-map.xml\n"),
            "/shop-map.xml": (200, [("Content-Type", "application/xml")], b"<urlset/>"),
            "/app.js": (200, [("Content-Type", "text/javascript")], SCRIPT),
            "/a.ico": ICON,
            "/touch.png": ICON,
            "/p/acetone-80.jpg": PICTURE,
            "/p/acetone-800.jpg": PICTURE,
        },
        "127.0.0.1",
        context,
    )
    visit, evidence = visited(tmp_path, server.url("shop.example"), "images: true\nrender: browser\n")
    path = visit_path(tmp_path, visit)
    missing = [kind for kind, (_, is_there) in KINDS.items() if kind != "request as sent" and not is_there(evidence, path)]
    assert missing == []
    assert len(KINDS) >= 24 and len(requests(path)) == sum(c.render == "http" for c in evidence.captures)
    assert verify(tmp_path) == [] and evidence.warnings == ()
    assert {head.split(b" ")[0] for head in server.heads} == {b"GET"}


def test_the_archive_says_who_why_and_how(tmp_path: Path, serve: Callable) -> None:
    visit, evidence = visited(tmp_path, serve({"/": page()}, "127.0.0.1").url("shop.example"))
    info = read_info(visit_path(tmp_path, visit))
    assert (info["legal-reason"], info["egress"], info["clock"], info["visit"]) == ("case 2026-017", "lab", "system", visit.visit_id)
    assert info["site-file-sha256"] == hashlib.sha256(evidence.site_text.encode()).hexdigest()
    assert info["software-sha256"] == software_digest()


ICONS = [
    ('<link rel="icon" href="x.ico">', ["/x.ico"]),
    ('<link rel="Shortcut Icon" href="/x.ico"><link rel="mask-icon" href="/m.svg">', ["/x.ico", "/m.svg"]),
    ('<link rel="icon" href="/x.ico"><link rel="icon" sizes="32x32" href="/x.ico">', ["/x.ico"]),
    ('<meta name="msapplication-TileImage" content="/tile.png"><link rel="icon" href="/x.ico">', ["/tile.png", "/x.ico"]),
    ('<link rel="icon" href="https://elsewhere.example/x.ico"><link rel="icon" href="/y.ico">', ["/y.ico"]),
    ('<link rel="icon" href="https://elsewhere.example/x.ico">', ["/favicon.ico"]),
    ('<link rel="icon" href="data:image/png;base64,AAAA">', ["/favicon.ico"]),
    ('<link rel="stylesheet" href="/x.css"><link rel="canonical" href="/">', ["/favicon.ico"]),
    ("".join(f'<link rel="icon" sizes="{n}x{n}" href="/{n}.png">' for n in range(40)), [f"/{n}.png" for n in range(MAX_ICONS)]),
]


@pytest.mark.parametrize(("head", "asked"), ICONS)
def test_every_declared_icon_of_the_shop_is_kept(tmp_path: Path, serve: Callable, head: str, asked: list[str]) -> None:
    server = serve({"/": page(head)}, "127.0.0.1")
    _, evidence = visited(tmp_path, server.url("shop.example"))
    assert paths(evidence, "favicon") == asked


@pytest.mark.parametrize(
    ("robots", "asked"),
    [
        ("", ["/sitemap.xml"]),
        ("User-agent: *\nAllow: /\n", ["/sitemap.xml"]),
        ("Sitemap: /a.xml\nSitemap: /b.xml.gz\nSitemap: /a.xml\n", ["/a.xml", "/b.xml.gz"]),
        ("".join(f"Sitemap: /{n}.xml\n" for n in range(9)), [f"/{n}.xml" for n in range(MAX_SITEMAPS)]),
        ("Sitemap: https://other.example/a.xml\n", ["/sitemap.xml"]),
        ("Sitemap: file:///etc/passwd\nSitemap: \n", ["/sitemap.xml"]),
        ("User-agent: *\nDisallow: /*.xml\n", []),
    ],
)
def test_the_sitemaps_that_robots_names_are_kept_else_the_usual_one(tmp_path: Path, serve: Callable, robots: str, asked: list[str]) -> None:
    server = serve({"/": page(), "/robots.txt": (200, [], robots.encode())}, "127.0.0.1")
    _, evidence = visited(tmp_path, server.url("shop.example"))
    assert paths(evidence, "sitemap") == asked
    assert [path for path in server.paths if path.endswith((".xml", ".gz"))] == asked


PICTURES = [
    ('<img src="/p.jpg">', ["/p.jpg"]),
    ('<img src="data:image/gif;base64,R0" data-src="/lazy.jpg">', ["/lazy.jpg"]),
    ('<img src="/small.jpg" srcset="/1.jpg 1x, /2.jpg 2x">', ["/2.jpg"]),
    ('<img src="/small.jpg" srcset="/w,h_320/1.jpg 320w, /w,h_640/2.jpg 640w">', ["/w,h_640/2.jpg"]),
    ('<img src="/p.jpg"><img src="/p.jpg">', ["/p.jpg"]),
    ('<img src="/dot.gif" width="1" height="1"><img src="/flag.png" width="16px">', []),
    ('<header><img src="/banner.jpg"></header><nav><img src="/n.jpg"></nav><footer><img src="/f.jpg"></footer>', []),
    ('<img src="/logo.png"><img src="/img/sprite-1.png"><img src="/x.svg"><img src="/blog-post.jpg">', ["/blog-post.jpg"]),
    ('<img src=""><img><img src="javascript:x">', []),
]


@pytest.mark.parametrize(("body", "named"), PICTURES)
def test_the_pictures_of_things_are_told_from_decoration(body: str, named: list[str]) -> None:
    found = declared_on(page("", body).encode(), "text/html", "https://shop.example/p/1").pictures
    assert [url.removeprefix("https://shop.example") for url in found] == named


def test_the_page_picture_of_a_preview_is_one_too() -> None:
    head = '<meta property="og:image" content="//pictures.example/a.jpg"><base href="https://shop.example/deep/">'
    assert declared_on(page(head, '<img src="b.jpg">').encode(), None, "https://shop.example/p/1").pictures == (
        "https://pictures.example/a.jpg",
        "https://shop.example/deep/b.jpg",
    )


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"not html at all", b"<" * 10_000])
def test_a_page_that_is_none_declares_nothing(body: bytes) -> None:
    declared = declared_on(body, "text/html", "https://shop.example/")
    assert (declared.icons, declared.pictures) == ((), ())


def gallery(pages: int, each: int) -> dict[str, object]:
    links = "".join(f'<a href="/p/{n}">Item {n}</a>' for n in range(pages))
    routes: dict[str, object] = {"/": page("", links)}
    for n in range(pages):
        routes[f"/p/{n}"] = page("", "".join(f'<img src="/i/{n}-{k}.jpg">' for k in range(each)))
        routes |= {f"/i/{n}-{k}.jpg": PICTURE for k in range(each)}
    return routes


def test_pictures_are_kept_only_on_request_and_bounded(tmp_path: Path, serve: Callable) -> None:
    server = serve(gallery(8, 20), "127.0.0.1")
    _, without = visited(tmp_path / "without", server.url("shop.example"))
    assert paths(without, "asset") == []
    _, evidence = visited(tmp_path / "with", server.url("shop.example"), "images: true\n")
    kept = paths(evidence, "asset")
    assert len(kept) == len(set(kept)) == MAX_PICTURES
    assert sum(path.startswith("/i/0-") for path in kept) == MAX_PAGE_PICTURES


def test_a_picture_on_another_host_is_asked_for_only_when_the_site_file_allows_it(tmp_path: Path, serve: Callable) -> None:
    away = serve({"/a.jpg": PICTURE, "/robots.txt": (200, [], b"")}, "127.0.0.1")
    server = serve({"/": page("", f'<img src="{away.url("pictures.example", "/a.jpg")}">')}, "127.0.0.1")
    visited(tmp_path / "no", server.url("shop.example"), "images: true\n")
    assert away.paths == []
    _, evidence = visited(tmp_path / "yes", server.url("shop.example"), f"images: true\nallow_hosts: ['pictures.example:{away.port}']\n")
    assert away.paths == ["/robots.txt", "/a.jpg"] and paths(evidence, "asset") == ["/a.jpg"]


def test_a_host_that_asks_to_slow_down_is_asked_for_no_more_extras(tmp_path: Path, serve: Callable) -> None:
    head = "".join(f'<link rel="icon" href="/{n}.png">' for n in range(4))
    server = serve({"/": page(head), "/1.png": (429, [("Retry-After", "60")], b"slow")}, "127.0.0.1")
    _, evidence = visited(tmp_path, server.url("shop.example"), "images: true\n")
    assert paths(evidence, "favicon") == ["/0.png", "/1.png"]
    assert paths(evidence, "sitemap") == []


def test_a_page_that_is_not_live_brings_no_extras(tmp_path: Path, serve: Callable) -> None:
    server = serve({"/": (404, [("Content-Type", "text/html")], b"<h1>Not found</h1>")}, "127.0.0.1")
    visited(tmp_path, server.url("shop.example"))
    assert server.paths == ["/robots.txt", "/"]


CHILD = """
import json, resource, sys
from pathlib import Path
from crawlers.profile import Profile
from crawlers.run import CrawlOptions, run_visits
from crawlers.errors import ChurnwatchError
from crawlers.site import parse_site
ask = json.loads(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (ask["limit"], resource.RLIM_INFINITY))
try:
    (visit,) = run_visits([(parse_site(ask["text"], "shop.yml"), ask["text"])], CrawlOptions(Path(ask["folder"]), ask["hosts"]))
    print(visit.stop)
except ChurnwatchError as error:
    print(type(error).__name__, error)
"""


def limited(folder: Path, url: str, limit: int) -> str:
    """What a crawl in a process of its own says when no file may grow beyond `limit` bytes."""
    text = f"name: shop\nseeds: ['{url}']\ndelay_s: 0\nbudget: {{minutes: 10}}\n"
    ask = json.dumps({"folder": str(folder), "hosts": HOSTS, "text": text, "limit": limit})
    done = subprocess.run([sys.executable, "-c", CHILD, ask], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_full_disk_is_a_clear_stop_and_the_next_run_loses_nothing(tmp_path: Path, serve: Callable) -> None:
    server = serve(gallery(12, 1), "127.0.0.1")
    whole = tmp_path / "whole"
    assert limited(whole, server.url("shop.example"), resource.RLIM_INFINITY) == "done"
    known = read_visit(sealed_visits(whole)[0])
    size = sealed_visits(whole)[0].stat().st_size
    for limit in (100, size // 2, size - 400):
        folder = tmp_path / str(limit)
        said = limited(folder, server.url("shop.example"), limit)
        assert said.startswith("DiskError") and "free some space" in said, said
        assert sealed_visits(folder) == [] and all(path.stat().st_size <= limit for path in unsealed_visits(folder))
        asked = len(server.heads)
        assert limited(folder, server.url("shop.example"), resource.RLIM_INFINITY) == "done"
        evidence = read_visit(sealed_visits(folder)[0])
        assert verify(folder) == [] and len(sealed_visits(folder)) == 1
        assert [(c.role, c.url, c.body_sha256) for c in evidence.captures] == [(c.role, c.url, c.body_sha256) for c in known.captures]
        assert len(server.heads) - asked <= len(known.captures) - (0 if limit < size // 2 else 4)


def test_a_ledger_that_cannot_grow_is_a_clear_stop_too(serve: Callable, seal_visits: Callable[..., Path]) -> None:
    server, folder = serve({"/": page()}, "127.0.0.1"), seal_visits(30)
    before = (folder / "ledger.jsonl").read_bytes()
    assert limited(folder, server.url("shop.example"), len(before) + 100).startswith("DiskError")
    assert (folder / "ledger.jsonl").read_bytes() == before and len(unsealed_visits(folder)) == 1
    assert limited(folder, server.url("shop.example"), resource.RLIM_INFINITY) == "done"
    assert verify(folder) == [] and len((folder / "ledger.jsonl").read_text().splitlines()) == 31


SMALL_DISK = """
set -e
mount -t tmpfs -o size=24k none "$1"
"$2" -c "$3" "$4" || true
mount -o remount,size=64m "$1"
"$2" -c "$3" "$4"
"$2" -c 'import sys; from pathlib import Path; from crawlers.evidence import read_visit, sealed_visits, verify
folder = Path(sys.argv[1]); (one,) = sealed_visits(folder); print(verify(folder), len(read_visit(one).captures))' "$1"
"""


def test_a_disk_that_is_full_indeed_is_a_clear_stop_too(tmp_path: Path, serve: Callable) -> None:
    """A tmpfs in a mount namespace of the test's own; who may not make one has the test by file size above."""
    own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    if shutil.which("unshare") is None or subprocess.run([*own, "true"], capture_output=True, timeout=30).returncode:
        pytest.skip("no right to a mount namespace here; the limit on file size stands for a full disk")
    server = serve(gallery(40, 1), "127.0.0.1")
    disk = tmp_path / "disk"
    disk.mkdir()
    text = f"name: shop\nseeds: ['{server.url('shop.example')}']\ndelay_s: 0\nbudget: {{minutes: 10}}\n"
    ask = json.dumps({"folder": str(disk), "hosts": HOSTS, "text": text, "limit": resource.RLIM_INFINITY})
    done = subprocess.run(
        [*own, "sh", "-c", SMALL_DISK, "sh", str(disk), sys.executable, CHILD, ask],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, second, told = done.stdout.splitlines()
    assert first.startswith("DiskError") and "free some space" in first
    # Entry and 40 pages, robots file, icon and sitemap: each once, whatever the first run had kept of them.
    assert (second, told) == ("done", "[] 44")
