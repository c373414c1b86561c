"""Pages that scripts fill are read like pages that were served whole; what cannot be shown has its word and the visit goes on."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers import browser as browser_module
from crawlers import page_view
from crawlers.browser import Browser
from crawlers.browser_guard import Guard
from crawlers.browsers import Browsers
from crawlers.evidence import read_visit, verify, visit_path
from crawlers.page_state import load_rules
from crawlers.records import Visit, VisitEvidence
from crawlers.rendering import Rendering
from crawlers.run import CrawlOptions, run_visits
from crawlers.site import parse_site
from nlp.analyse import analyse
from nlp.lexicon import load_lexicons

pytestmark = pytest.mark.usefixtures("chromium")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTS = {"shop.example": "127.0.0.9", "cdn.example": "127.0.0.9", "other.example": "127.0.0.9"}
GOODS = [(f"Ball valve DN{15 + number}", f"{20 + number}.50", f"BV-{100 + number}") for number in range(12)]
ABOUT = "<p>Ball valves, pumps and bearings for industry, delivered within two days from our own warehouse in the harbour.</p>" * 3
JSON = [("Content-Type", "application/json")]
SCRIPT = [("Content-Type", "text/javascript")]


def card(number: int) -> str:
    title, price, sku = GOODS[number]
    return (
        f"<li class='card'><h3><a href='/goods/{number}'>{title}</a></h3><span class='price'>${price}</span><small>SKU: {sku}</small></li>"
    )


def product(number: int) -> str:
    title, price, sku = GOODS[number]
    return f"<h1>{title}</h1><p>SKU: <span class='sku'>{sku}</span></p><span class='price'>${price}</span><p>In stock</p>{ABOUT}"


def whole(body: str, more: str = "") -> str:
    return f"<!doctype html><html lang='en'><head><title>Valve shop</title></head><body>{body}{more}</body></html>"


def served_shop() -> dict[str, object]:
    home = "<h1>Valves</h1><ul class='products'>" + "".join(map(card, range(6))) + "</ul>" + ABOUT
    return {"/": whole(home)} | {f"/goods/{number}": whole(product(number)) for number in range(6)}


def script_shop() -> dict[str, object]:
    """The same shop as an application: an empty root, one script, its goods by JSON."""
    shell = whole("<div id='root'></div>", "<script src='/app.js'></script>")
    app = """const root = document.getElementById('root'), path = location.pathname;
    fetch('/api' + path).then(r => r.json()).then(d => { root.innerHTML = d.html; });"""
    routes: dict[str, object] = {"/app.js": (200, SCRIPT, app.encode())}
    for path, body in served_shop().items():
        inner = str(body).partition("<body>")[2].partition("</body>")[0]
        routes |= {path: shell, f"/api{path}": (200, JSON, json.dumps({"html": inner}).encode())}
    return routes


def visited(tmp_path: Path, seed: str, more: str = "", **options: object) -> tuple[Visit, VisitEvidence]:
    text = f"name: shop\nseeds: ['{seed}']\ndelay_s: 0\n{more}"
    made = CrawlOptions(evidence=tmp_path, hosts=HOSTS, **({"now": NOW} | options))  # type: ignore[arg-type]
    (visit,) = run_visits([(parse_site(text, "shop.yml"), text)], made)
    assert verify(made.evidence) == []
    return visit, read_visit(visit_path(made.evidence, visit))


def kinds(evidence: VisitEvidence) -> list[tuple[str, str, int]]:
    return [(capture.role, capture.render, capture.hop) for capture in evidence.captures if capture.render != "http"]


def lists(evidence: VisitEvidence) -> list[dict[str, object]]:
    return [json.loads(evidence.bodies[capture.capture_id]) for capture in evidence.captures if capture.role == "resources"]


def fields(evidence: VisitEvidence) -> list[tuple[object, ...]]:
    found = analyse(evidence, load_lexicons(), load_rules())
    return sorted((one.title, str(one.price), one.currency, one.sku, one.availability) for one in found.listings)


def test_the_same_shop_gives_the_same_fields_served_whole_rendered_and_as_an_application(tmp_path: Path, serve: Callable) -> None:
    server, application = serve(served_shop(), "127.0.0.9"), serve(script_shop(), "127.0.0.9")
    _, plain = visited(tmp_path / "1", server.url("shop.example"), "render: http\n")
    _, shown = visited(tmp_path / "2", server.url("shop.example"), "render: browser\n")
    visit, filled = visited(tmp_path / "3", application.url("shop.example"))
    expected = [(title, price, "USD", sku, "in_stock") for title, price, sku in sorted(GOODS[:6])]
    assert fields(plain) == expected
    assert fields(shown) == expected
    assert fields(filled) == expected
    assert (visit.stop, visit.pages_got) == ("done", 7)
    assert application.paths.count("/app.js") == 1  # asked for once a visit
    assert analyse(filled, load_lexicons(), load_rules()).looks[0].outcome == "live"
    _, unseen = visited(tmp_path / "4", application.url("shop.example"), "render: http\n")
    assert fields(unseen) == []


def test_a_rendered_page_leaves_document_text_pictures_and_list(tmp_path: Path, serve: Callable) -> None:
    routes = served_shop()
    routes["/"] = (
        200,
        [("Content-Type", "text/html"), ("Set-Cookie", "sid=secret-1; Path=/; HttpOnly")],
        whole(
            "<h1>Valves</h1><img src='/logo.png'>" + "<p>row</p>" * 200,
            "<script>localStorage.setItem('basket', 'secret-2'); sessionStorage.setItem('tab', '1')</script>",
        ).encode(),
    )
    server = serve(routes, "127.0.0.9")
    _, evidence = visited(tmp_path, server.url("shop.example"), "render: browser\nbudget: {pages: 1}\n")
    assert kinds(evidence) == [
        ("dom", "browser", 0),
        ("text", "browser", 0),
        ("screenshot", "browser", 0),
        ("screenshot", "browser-full", 0),
        ("resources", "browser", 0),
    ]
    bodies = {(c.role, c.render): evidence.bodies[c.capture_id] for c in evidence.captures}
    (told,) = lists(evidence)
    assert told["storage"] == {"local": ["basket"], "session": ["tab"], "databases": []}
    assert told["cookies"] == ["sid (shop.example)"]
    assert b"secret" not in bodies["resources", "browser"]
    assert [(entry["url"].rpartition("/")[2], entry["status"], entry["ip"]) for entry in told["entries"]] == [
        ("logo.png", 404, "127.0.0.9")
    ]
    window, full = bodies["screenshot", "browser"], bodies["screenshot", "browser-full"]
    assert (window[:4], full[:4]) == (b"\x89PNG", b"\x89PNG")
    sizes = [(int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) for png in (window, full)]
    assert sizes[0] == (1280, 900)
    assert sizes[1][0] == 1280 and sizes[1][1] > 5000
    assert bodies["text", "browser"].decode().startswith("Valves\n\nrow")
    dom = next(c for c in evidence.captures if c.role == "dom")
    assert (dom.status, dom.header("Content-Type"), dom.url, dom.seen_as) == (
        200,
        "text/html; charset=utf-8",
        server.url("shop.example"),
        "live",
    )


PAGERS = {
    "next button": "<nav class='pagination'><button aria-label='Next page'>›</button></nav>",
    "numbers": "<ul class='pager'><li class='page-item active'>1</li><li class='page-item'>2</li><li class='page-item'>3</li></ul>",
    "script link": "<div class='pages-nav'><a href='javascript:;' class='next-page'>下一页</a></div>",
    "span": "<div class='paginate'><span role='button'>Далее</span></div>",
}
TURNING = """const all = %s; let page = 0; const list = document.querySelector('.products');
const draw = () => { list.innerHTML = all.slice(page * 4, page * 4 + 4).join(''); };
const go = (to) => { if (to >= all.length / 4) return; fetch('/count?to=' + to).then(() => { page = to; draw();
  document.querySelectorAll('.page-item').forEach((e, i) => e.classList.toggle('active', i === to)); }); };
document.querySelectorAll('.pagination button, .next-page, .paginate span').forEach(e => e.addEventListener('click', () => go(page + 1)));
document.querySelectorAll('.page-item').forEach((e, i) => e.addEventListener('click', () => go(i)));
document.querySelectorAll('.cart, .slide, .agree, form button').forEach(e => e.addEventListener('click', () => fetch('/touched')));
draw();"""
BYSTANDERS = """<div class='cookie-banner' style='position:fixed;inset:0;background:#fff'><p>We use cookies</p>
<button class='agree'>Accept</button><button class='agree'>More</button></div>
<div class='swiper carousel'><button class='slide' aria-label='Next'>›</button></div>
<button class='cart'>Add to cart</button><form action='/touched'><button>Next</button></form><a href='/login'>Log in</a>"""


@pytest.mark.parametrize("pager", list(PAGERS))
def test_a_list_that_only_clicks_turn_is_read_to_its_end(tmp_path: Path, serve: Callable, pager: str) -> None:
    script = TURNING % json.dumps([card(number) for number in range(12)])
    page = whole(f"{BYSTANDERS}<h1>Valves</h1><ul class='products'></ul>{PAGERS[pager]}{ABOUT}", f"<script>{script}</script>")
    server = serve({"/": page}, "127.0.0.9")
    visit, evidence = visited(tmp_path, server.url("shop.example"), "budget: {pages: 3}\n")
    titles = {one.title for one in analyse(evidence, load_lexicons(), load_rules()).listings}
    assert titles == {title for title, _, _ in GOODS}
    assert [path for path in server.paths if path.startswith("/count")] == ["/count?to=1", "/count?to=2"]
    assert "/touched" not in server.paths
    assert visit.pages_got == 3  # a turned page counts as one


@pytest.mark.parametrize("way", ["load more", "scroll"])
def test_a_list_that_grows_is_one_document_with_everything(tmp_path: Path, serve: Callable, way: str) -> None:
    cards = json.dumps([card(number) + "<br>" * 20 for number in range(12)])
    how = {
        "load more": """const b = document.createElement('button'); b.textContent = 'Показать ещё'; document.body.append(b);
            b.onclick = () => { more(); if (at >= 12) b.remove(); };""",
        "scroll": "addEventListener('scroll', () => { if (innerHeight + scrollY >= document.body.scrollHeight - 5) more(); });",
    }[way]
    script = f"""const all = {cards}; let at = 0; const list = document.querySelector('.products');
    const more = () => {{ for (const one of all.slice(at, at + 4)) list.insertAdjacentHTML('beforeend', one); at += 4; }}; more(); {how}"""
    page = whole("<h1>Valves</h1><ul class='products infinite'></ul>", f"<script>{script}</script>")
    _, evidence = visited(tmp_path, serve({"/": page}, "127.0.0.9").url("shop.example"), "budget: {pages: 9}\n")
    assert [kind for kind in kinds(evidence) if kind[0] == "dom"] == [("dom", "browser", 0)]
    assert {one.title for one in analyse(evidence, load_lexicons(), load_rules()).listings} == {title for title, _, _ in GOODS}


def test_auto_uses_the_browser_only_where_it_is_needed(tmp_path: Path, serve: Callable) -> None:
    routes = served_shop()
    routes["/"] = str(routes["/"]).replace(card(3), "<li><a href='/goods/3'>new</a></li>")
    template = "<h1>{{ title }}</h1><span class='price'>{$ price $}</span><p>In stock</p><p>SKU: <b class='sku'>FV-9</b></p>" + ABOUT
    fill = "for (const [at, text] of [['h1', 'Filled valve'], ['.price', '$9.00']]) document.querySelector(at).textContent = text;"
    routes["/goods/3"] = whole(template, f"<script>{fill}</script>")
    _, evidence = visited(tmp_path, serve(routes, "127.0.0.9").url("shop.example"))
    doms = [capture for capture in evidence.captures if capture.role == "dom"]
    assert [dom.url.rpartition("/")[2] for dom in doms[:1]] == ["3"]
    assert ("Filled valve", "9.00") in [row[:2] for row in fields(evidence)]
    assert "{$" not in evidence.bodies[doms[0].capture_id].decode().partition("<script>")[0]


def test_scripts_may_ask_other_hosts_only_when_the_site_file_names_them_and_robots_are_obeyed(tmp_path: Path, serve: Callable) -> None:
    robots, data = (200, [], b"User-agent: *\nDisallow: /secret"), (200, [("Access-Control-Allow-Origin", "*")], b"1")
    server = serve({"/robots.txt": robots, "/data": data}, "127.0.0.9")
    cdn, other = server.url("cdn.example", "/data"), server.url("other.example", "/data")
    script = f"for (const u of ['{cdn}', '{other}', '/secret', '/data']) fetch(u); location.href = '/next'"
    server.routes["/"] = whole(f"{ABOUT}<div id='root'></div><script>{script}</script>")
    server.routes["/next"] = whole("<h1>Next</h1>" + ABOUT)
    more = f"render: browser\nallow_hosts: ['cdn.example:{server.port}']\n"
    visit, evidence = visited(tmp_path, server.url("shop.example"), more)
    first = lists(evidence)[0]
    assert sorted(entry["url"] for entry in first["entries"]) == sorted([cdn, server.url("shop.example", "/data")])
    refused = {entry["url"]: entry["why"] for entry in first["refused"]}
    assert "outside the storefront" in refused[other]
    assert "robots" in refused[server.url("shop.example", "/secret")]
    assert "/secret" not in server.paths
    assert visit.pages_got == 2 and server.paths.count("/next") == 1  # where the script led is planned, not followed
    assert [head for head in server.heads if b"Host: other.example" in head] == []


def test_open_shadow_roots_stand_in_the_document(tmp_path: Path, serve: Callable) -> None:
    script = """customElements.define('shop-card', class extends HTMLElement { connectedCallback() {
      this.attachShadow({mode: 'open'}).innerHTML = '<h3><slot></slot></h3><b class="price">$31.00</b>'; } });"""
    page = whole("<main></main><div><shop-card>Gate valve</shop-card></div>", f"<script>{script}</script>")
    _, evidence = visited(tmp_path, serve({"/": page}, "127.0.0.9").url("shop.example"), "budget: {pages: 1}\n")
    dom = next(evidence.bodies[c.capture_id].decode() for c in evidence.captures if c.role == "dom")
    assert '<h3>Gate valve</h3><b class="price">$31.00</b>' in dom


def test_a_captcha_that_a_script_shows_ends_the_visit(tmp_path: Path, serve: Callable) -> None:
    script = """document.body.innerHTML = '<h1>Checking that you are human</h1><div class="g-recaptcha" data-sitekey="x"></div>';
    document.title = 'Are you a robot?'"""
    server = serve({"/": whole("<div id='root'></div><a href='/next'>next</a>", f"<script>{script}</script>")}, "127.0.0.9")
    visit, _ = visited(tmp_path, server.url("shop.example"))
    assert visit.stop == "captcha"
    assert "/next" not in server.paths


@pytest.mark.parametrize("program", ["/nowhere/chromium", "/bin/false"])
def test_without_a_working_chromium_the_visit_goes_on_and_does_not_count_as_complete(
    tmp_path: Path, serve: Callable, program: str, caplog: pytest.LogCaptureFixture
) -> None:
    routes = served_shop() | {"/goods/3": whole("<div id='root'></div>", "<script src='/a.js'></script>")}
    visit, evidence = visited(tmp_path, serve(routes, "127.0.0.9").url("shop.example"), chromium=program)
    assert (visit.stop, visit.pages_got) == ("pages", 7)
    (told,) = lists(evidence)
    assert told["failure"]["outcome"] == "unknown"
    assert "hromium" in told["failure"]["detail"]
    assert "hromium" in caplog.text
    assert kinds(evidence) == [("resources", "browser", 0)]


HANGS = {
    "at once": "<script>while (true) {}</script>",
    "later": "<script>setTimeout(() => { while (true) {} }, 60)</script>",
    "huge": "<script>document.write('<i></i>'.repeat(200000))</script>",
}


@pytest.mark.slow
@pytest.mark.parametrize(("hang", "word"), [("at once", "timeout"), ("later", "timeout"), ("huge", "too_large")])
def test_a_page_that_cannot_be_shown_has_its_word_and_the_next_is_shown(
    tmp_path: Path, serve: Callable, monkeypatch: pytest.MonkeyPatch, hang: str, word: str
) -> None:
    monkeypatch.setattr(page_view, "CALL_S", 15.0 if hang == "huge" else 2.0)
    monkeypatch.setattr(browser_module, "NAVIGATE_S", 3.0)
    routes = {
        "/": whole(ABOUT + "<a href='/a'>a</a><a href='/b'>b</a>"),
        "/a": whole(HANGS[hang] + ABOUT),
        "/b": whole("<h1>Sound</h1>" + ABOUT),
    }
    visit, evidence = visited(tmp_path, serve(routes, "127.0.0.9").url("shop.example"), "render: browser\n")
    outcomes = [told["failure"] and told["failure"]["outcome"] for told in lists(evidence)]
    assert outcomes == [None, word, None]
    assert (visit.stop, visit.pages_got) == ("pages", 3)


def shows(pages: Sequence[str], between: Callable[[Browser, Browsers], None]) -> list[Rendering]:
    """Several pages in one browser; `between` is called after each."""

    async def nothing(url: str, *_: object) -> str:
        return f"{url} is not asked for"

    async def run() -> list[Rendering]:
        browsers = Browsers()
        browser = Browser(browsers, "churnwatch/0.1", Guard(nothing, nothing))  # type: ignore[arg-type]
        made = []
        try:
            for page in pages:
                shown = browser.show(
                    "http://shop.example/", 200, (), page.encode(), unfinished=lambda _: False, turns=0, pause_s=0, limit_s=30
                )
                made.append(await shown)
                between(browser, browsers)
        finally:
            await browser.close()
            await browsers.close()
        return made

    return asyncio.run(run())


def test_a_browser_that_died_is_started_again() -> None:
    def kill(browser: Browser, _: Browsers) -> None:
        if browser.pid is not None:
            os.kill(browser.pid, signal.SIGKILL)

    made = shows([whole(ABOUT)] * 3, kill)
    assert [rendering.failure for rendering in made] == [None, None, None]


def test_a_driver_that_died_is_started_again() -> None:
    def kill(*_: object) -> None:
        for driver in children(os.getpid(), "run-driver"):
            os.kill(driver, signal.SIGKILL)

    made = shows([whole(ABOUT)] * 3, kill)
    assert made[0].failure is None
    assert sum(rendering.failure is None for rendering in made) >= 2


def children(parent: int, name: str) -> list[int]:
    """Processes that this one started whose command line holds a name."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            above = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if above == parent and name in (folder / "cmdline").read_text():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_a_browser_is_made_anew_after_its_share_of_pages_and_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_module, "PAGES_A_BROWSER", 2)
    pids = []
    made = shows([whole(ABOUT)] * 5, lambda browser, _: pids.append(browser.pid))
    assert all(rendering.failure is None for rendering in made)
    assert len(set(pids)) == 3
    assert children(os.getpid(), "chromium") == children(os.getpid(), "run-driver") == []
    assert not any(Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2] for pid in pids)


def test_chinese_is_drawn_with_its_own_glyphs() -> None:
    """Without a font every character would be the same box, and these two pictures one."""
    pages = [f"<meta charset='utf-8'><p style='font-size:90px'>{text}</p>" for text in ("药店价格", "商铺货单")]
    one, other = shows(pages, lambda *_: None)
    assert one.window != other.window
    assert min(len(one.window), len(other.window)) > 4000


def test_an_interrupted_visit_does_not_show_again_what_its_evidence_holds(
    tmp_path: Path, serve: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crawlers import storefront

    server = serve(script_shop(), "127.0.0.9")
    seed, original = server.url("shop.example"), storefront.page_links

    def broken(*arguments: object) -> object:
        if "/goods/2" in str(arguments[2]):
            raise KeyError("a fault of ours")
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(storefront, "page_links", broken)
    text = f"name: shop\nseeds: ['{seed}']\ndelay_s: 0\n"
    run_visits([(parse_site(text, "shop.yml"), text)], CrawlOptions(tmp_path, HOSTS, NOW))
    before = [path for path in server.paths if path.startswith("/api")]
    monkeypatch.undo()
    visit, evidence = visited(tmp_path, seed)
    after = [path for path in server.paths if path.startswith("/api")][len(before) :]
    assert (visit.stop, visit.pages_got) == ("done", 7)
    assert set(before) & set(after) == set()
    assert len(fields(evidence)) == 6
