"""A browser is asked for where the HTTP answer lacks what a reader would see, and for no other page."""

from datetime import UTC, datetime

import pytest

from crawlers.recorder import Answer
from crawlers.records import Capture
from crawlers.render import Decisions, links_on, url_shape
from crawlers.render_signs import Sign, sign_of

WORDS = "<p>Ball valves, pumps and bearings for industry, delivered within two days from our own warehouse in the harbour.</p>" * 4
SCRIPT = "<script src='/static/app.4f1c.js'></script>"


def html(body: str, head: str = "<title>Shop</title>") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}{SCRIPT}</body></html>".encode()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("empty root", "<div id='root'></div>"),
        ("empty root", "<header><a href='/'>Shop</a><a href='/about'>About</a></header><div id='__next'></div><footer>2026</footer>"),
        ("empty root", "<app-root></app-root>"),
        ("empty root", "<div id='shop-app'></div>"),
        ("placeholder", WORDS + "<h1>{{ product.title }}</h1>"),
        ("placeholder", WORDS + "<span class='price'>{$ item.price | currency $}</span>"),
        ("placeholder", WORDS + "<ul><li><a href='/p/1'>{{item.name}}</a> ${item.price}</li></ul>"),
        ("placeholder", WORDS + "<div class='product-price'>[[ price ]]</div>"),
        ("placeholder", WORDS + "<b><%= name %></b>"),
        ("repeater", WORDS + "<div v-for='p in products'><b></b></div>"),
        ("repeater", WORDS + "<li ng-repeat='p in products'></li>"),
        ("repeater", WORDS + "<template x-for='p in items'><li></li></template>"),
        ("price hole", WORDS + "<h1>Valve</h1><span class='price'></span>"),
        ("price hole", WORDS + "<h1>Valve</h1><div class='product_price'>$ --</div>"),
        ("price hole", WORDS + "<p itemprop='price'>Loading...</p>"),
        ("empty list", WORDS + "<ul class='product-list'></ul>"),
        ("empty list", WORDS + "<div id='goods'> </div>"),
        ("empty list", WORDS + "<main></main>"),
        ("waiting", WORDS + "<div class='body'>加载中…</div>"),
        ("waiting", WORDS + "<div class='skeleton'>a</div>" * 4),
        ("noscript", "<p>Welcome to the shop</p><noscript>You need to enable JavaScript to run this app.</noscript>"),
        ("noscript", "<p>商店</p><noscript>请启用 JavaScript 后继续</noscript>"),
        ("thin", "<p>Welcome</p>"),
        ("script pager", WORDS + "<nav class='pagination'><button>1</button><button>2</button></nav>"),
        ("script pager", WORDS + "<button class='btn'>Load more</button>"),
        ("script pager", WORDS + "<a href='#'>下一页</a>"),
        ("script pager", WORDS + "<a href='javascript:void(0)' aria-label='Next page'>&gt;</a>"),
        ("script pager", WORDS + "<div class='pager'><span>1</span><span>2</span></div>"),
        ("script pager", WORDS + "<input type='button' value='Показать ещё'>"),
    ],
)
def test_a_page_that_lacks_its_content_is_told_by_a_sign(name: str, body: str) -> None:
    found = sign_of(html(body), "text/html; charset=utf-8")
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "body",
    [
        WORDS + "<h1>Valve</h1><span class='price'>$12.00</span>",
        WORDS + "<h1>How Vue works</h1><p>Write <code>{{ title }}</code> or:</p><pre>{{ price }}</pre>",
        WORDS + "<div id='root'><p>served whole</p></div>",
        WORDS + "<script type='text/template'><b>{{ name }}</b></script>",
        WORDS + "<span class='price'>Price on request</span>",
        WORDS + "<span class='price'>$12.00</span><span class='old-price'></span>",
        WORDS + "<div class='price-filter'></div>",
        WORDS + "<nav class='pagination'><a href='?page=2'>2</a><a href='?page=2'>Next</a></nav>",
        WORDS + "<button>Next</button>".replace("Next", "Add to cart"),
        WORDS + "<div class='ad-slot'></div>",
        WORDS + "<aside><ul class='product-list'></ul></aside>",
        WORDS + "<noscript>Please enable JavaScript for the best experience.</noscript>",
        WORDS + "<p>Loading and unloading at the harbour takes a day.</p>",
    ],
)
def test_a_page_that_shows_its_content_needs_no_browser(body: str) -> None:
    assert sign_of(html(body), "text/html") is None


def test_a_page_without_scripts_never_needs_a_browser() -> None:
    assert sign_of(b"<html><body><div id='root'></div><h1>{{ title }}</h1></body></html>", "text/html") is None


@pytest.mark.parametrize("body", [b"", b"\0\0\0", b"<script", b"<" * 100_000 + b"<script>", b"\xff\xfe<script>\x80"])
def test_no_body_is_a_fault(body: bytes) -> None:
    sign_of(body, None)


def test_a_sign_is_found_in_the_pages_own_encoding() -> None:
    assert sign_of(html("<p>加载中</p>" + WORDS).decode().encode("gbk"), "text/html; charset=gbk") is not None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://s.example/p/17", "http://s.example/p/4711", True),
        ("http://s.example/catalogue/blue-valve-2/", "http://s.example/catalogue/red-pump/", True),
        ("http://s.example/list?page=2", "http://s.example/list?page=3", True),
        ("http://s.example/list?page=2", "http://s.example/list", False),
        ("http://s.example/p/17", "http://s.example/c/17", False),
        ("http://s.example/a.html", "http://s.example/b.php", False),
        ("http://s.example/", "http://other.example/", False),
    ],
)
def test_urls_of_one_kind_have_one_shape(one: str, other: str, same: bool) -> None:
    assert (url_shape(one) == url_shape(other)) is same


def answer(body: bytes, url: str = "http://s.example/p/1", *, seen_as: str = "live", role: str = "page", kind: str = "text/html") -> Answer:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    headers = (("Content-Type", kind),)
    return Answer(Capture("c", "v", role, url, url, 0, 1, 200, headers, "", len(body), at, None, "HTTP/1.1", seen_as=seen_as), body)


SHELL = html("<div id='root'></div>")


def test_the_site_file_decides_first() -> None:
    assert Decisions("http").sign(answer(SHELL)) is None
    assert Decisions("browser").sign(answer(b"<p>plain</p>")) == Sign("site file", "render: browser", strong=True)
    assert Decisions("auto").sign(answer(SHELL)) is not None


@pytest.mark.parametrize("state", ["blocked", "captcha", "parked", "login", "not_found", "server_error"])
def test_a_page_of_another_state_is_never_rendered(state: str) -> None:
    """A block must not be answered with a browser."""
    assert Decisions("browser").sign(answer(SHELL, seen_as=state)) is None


def test_what_is_no_page_is_never_rendered() -> None:
    assert Decisions("browser").sign(answer(SHELL, role="redirect")) is None
    assert Decisions("browser").sign(answer(b"%PDF-1.7", kind="application/pdf")) is None


def test_a_sign_that_brought_nothing_twice_is_no_longer_followed_for_that_shape_only() -> None:
    thin = html("<p>Welcome, friend of valves, to this page</p>")
    decisions = Decisions("auto")
    for number in range(2):
        sign = decisions.sign(answer(thin, f"http://s.example/about/{number}"))
        assert sign is not None
        decisions.learn(f"http://s.example/about/{number}", sign, gained=False)
    assert decisions.sign(answer(thin, "http://s.example/about/9")) is None
    assert decisions.sign(answer(thin, "http://s.example/p/9")) is not None
    assert decisions.sign(answer(SHELL, "http://s.example/about/9")) is not None


def test_pages_like_one_that_needed_it_are_rendered_until_one_brings_nothing() -> None:
    decisions, full = Decisions("auto"), html(WORDS)
    url = "http://s.example/p/{}"
    sign = decisions.sign(answer(SHELL, url.format(1)))
    assert sign is not None and decisions.sign(answer(full, url.format(2))) is None
    decisions.learn(url.format(1), sign, gained=True)
    like = decisions.sign(answer(full, url.format(2)))
    assert like is not None and like.name == "shape"
    decisions.learn(url.format(2), like, gained=False)
    assert decisions.sign(answer(full, url.format(3))) is None
    decisions.learn(url.format(1), sign, gained=True)
    assert decisions.sign(answer(full, url.format(3))) is None  # this shape has pages of both kinds
    assert decisions.sign(answer(SHELL, url.format(4))) is not None


@pytest.mark.parametrize(
    ("links", "on"),
    [
        ("<a href='?page=2'>2</a>", True),
        ("<a href='/list/page/2/'>2</a>", True),
        ("<a href='/list2.html'>Next</a>", True),
        ("<a href='/p/7'>Valve</a>", False),
        ("<a href='#'>Next</a>", False),
    ],
)
def test_a_list_that_links_to_its_next_page_needs_no_click(links: str, on: bool) -> None:
    assert links_on(html(links), "text/html", "http://s.example/list") is on
