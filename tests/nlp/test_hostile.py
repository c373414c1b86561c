"""Pages written to break the reader: bounded in work, and what is left of the page is read."""

import cProfile
import pstats
import re
from collections.abc import Callable

import pytest

from crawlers.page_state import load_rules
from nlp.agreement import listings_of
from nlp.analyse import analyse_page
from nlp.lexicon import load_lexicons
from nlp.parse import ParsedPage
from nlp.tree import MAX_CHARS

TAIL = "<h1>Beaker</h1><p class='price'>$5.00</p><p>SKU: B-1</p><button>Add to cart</button>"


def calls(work: Callable[[], object]) -> int:
    """How many Python and C functions the work calls: a count of operations that no busy machine changes."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


BOMBS: dict[str, Callable[[int], str]] = {
    "nested blocks": lambda n: "<div>" * n + "x" + "</div>" * n,
    "nested inline": lambda n: "<b><i>" * n + "x",
    "unclosed tags": lambda n: "<p><table><tr><td><a href=x>" * n,
    "siblings": lambda n: "<a href='https://t.me/desk_{}'>x</a>".replace("{}", "ab") * n,
    "prices": lambda n: "<div class=c><a href=/p>Some name</a> $1.00</div>" * n,
    "price text": lambda n: "1,234." * n + " €" + " 12 " * n,
    "digits": lambda n: "+1 2" * n + "1234567890" * n,
    "at signs": lambda n: "a@" * n + "a." * n,
    "empty json": lambda n: "<script type='application/ld+json'>" + '{"a":[' * n + "</script>",
    "json list": lambda n: "<script type='application/json'>[" + '{"name": "Some name", "price": 1},' * n + "0]</script>",
    "state": lambda n: "<script>" + "window.x = {a:" * n + "</script>",
    "attributes": lambda n: "<p " + " ".join(f"data-a{k}='t.me/desk_ab'" for k in range(n)) + ">x</p>",
    "one huge attribute": lambda n: f"<p title='{'@a. ' * n}'>x</p>",
    "style": lambda n: "<style>" + ".a{" * n + "line-through</style>",
    "entities": lambda n: "&#65;&amp;&bogus;" * n,
    "one line": lambda n: "total " * n + "$5.00",
    "price table": lambda n: "<table><tr><th>Name<th>Price, USD" + "<tr><td>Some name<td>1.00" * n + "</table>",
    "nested tables": lambda n: "<table><tr><th>Name<th>Price<tr><td>" * n + "1.00",
    "buttons": lambda n: "<button disabled>Sold out</button><a href=/b>Notify me</a>" * n,
    "assignments": lambda n: "<script>" + "window.a=[" * n + "var b={" * n + "</script>",
    "spaces before values": lambda n: "<script>x " + "= " * n + "\n" * n + "={</script>",
    "labels": lambda n: "<p>Code: A-1 price " + "price: " * n + "</p>",
    "comments": lambda n: "<!--" * n,
}


@pytest.mark.parametrize("name", BOMBS)
def test_twice_the_bomb_is_no_more_than_about_twice_the_work(name: str) -> None:
    lexicons, rules = load_lexicons(), load_rules()

    def work(count: int) -> Callable[[], object]:
        return lambda: analyse_page((TAIL + BOMBS[name](count)).encode(), "https://a.example/", lexicons, rules)

    work(10)()
    once, twice = calls(work(700)), calls(work(1400))
    assert twice < 3 * once + 20_000


@pytest.mark.parametrize("name", BOMBS)
def test_what_stands_before_a_bomb_is_read(name: str) -> None:
    page = ParsedPage(TAIL + BOMBS[name](1500), "https://a.example/")
    assert page.text.startswith("Beaker\n$5.00\nSKU: B-1\nAdd to cart")


def test_what_stands_behind_100_kb_of_nested_markup_is_read() -> None:
    page = ParsedPage("<div>" * 20_000 + "<b>deep</b>" + "</div>" * 20_000 + TAIL + "<p>the end</p>", "https://a.example/")
    assert page.text == "deep\nBeaker\n$5.00\nSKU: B-1\nAdd to cart\nthe end"
    assert max(sum(1 for _ in element.iterancestors()) for element in page.elements) <= 201
    assert [listing.title for listing in listings_of(ParsedPage("<div>" * 20_000 + TAIL, "https://a.example/"), None)] == ["Beaker"]


def test_a_page_beyond_the_limit_is_cut_and_says_so() -> None:
    page = ParsedPage("<p>start</p>" + " " * MAX_CHARS + "<p>end</p>")
    assert page.text == "start"
    assert page.losses == (f"page of {MAX_CHARS + 22} characters cut at {MAX_CHARS}",)


def test_script_in_a_title_stays_words() -> None:
    page = ParsedPage("<title>Shop<script>alert(1)</script></title><h1>&lt;script&gt;alert(2)&lt;/script&gt;</h1>")
    assert page.title == "Shop<script>alert(1)</script>"
    assert page.text == "<script>alert(2)</script>"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 1000,
        b"\xff\xfe" + b"\x00\xd8" * 500,
        bytes(range(256)) * 20,
        b"<" * 5000,
        b"<!DOCTYPE html>",
        b"<html",
        b"<?xml version='1.0' encoding='utf-16'?><p>x</p>",
        "<p>\ud800</p>".encode("utf-8", "surrogatepass"),
        b"<meta charset='utf-7'><p>+AFw-</p>",
        b"<base href='http://[bad'><a href='http://[also'>x</a><img src='//[::'>" + TAIL.encode(),
        b'<script type=\'application/ld+json\'>{"@type":"Product","name":[[[]]],"offers":{"price":{},"seller":[1]}}</script>',
        b'<script type=\'application/ld+json\'>{"@type":{"a":1},"@graph":[null,1,"x",{"@type":["Product"]}]}</script>',
        b'<script type=\'application/json\'>{"name":"x","price":{"price":{"price":{"amount":[]}}},"seller":[],"images":{"a":1}}</script>',
        b'<script type=\'application/json\'>{"name":"x","price":1e999,"stock":NaN,"sku":true}</script>',
        "<h1>价</h1>".encode("utf-16-be"),
        b"<svg onload=alert(1)><foreignobject><p>x",
        b"<a:b c:d='e'><x-y.z>t</x-y.z></a:b>" + b"<div>" * 300,
    ],
)
def test_no_bytes_break_the_reader(body: bytes) -> None:
    analysis = analyse_page(body, "https://a.example/", load_lexicons(), load_rules())
    assert "\x00" not in analysis.page.text
    assert not re.search("[\ud800-\udfff]", analysis.page.text)
    analyse_page(body, None, load_lexicons(), load_rules())


def test_a_product_beside_five_megabytes_of_json_ld_is_read() -> None:
    entry = '{"@type": "Thing", "name": "Some name", "url": "https://a.example/1"},'
    block = '<script type="application/ld+json">[' + entry * (5_000_000 // len(entry)) + "0]</script>"
    found = listings_of(ParsedPage(TAIL + block, "https://a.example/products/beaker"), None)
    assert [(one.title, str(one.price)) for one in found] == [("Beaker", "5.00")]


def test_a_hundred_thousand_nested_tags_leave_what_stands_before_them() -> None:
    found = listings_of(ParsedPage(TAIL + "<div>" * 100_000 + "x", "https://a.example/products/beaker"), None)
    assert [(one.title, str(one.price)) for one in found] == [("Beaker", "5.00")]
