"""One page, one spelling of its URL; two pages never share one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawlers.canonical import as_asked, ascii_host, canonical, host_and_port

SPELLED = {
    "HTTP://Shop.Example": "http://shop.example/",
    "https://shop.example:443/a": "https://shop.example/a",
    "http://shop.example:80/a": "http://shop.example/a",
    "http://shop.example:443/a": "http://shop.example:443/a",
    "https://shop.example./a": "https://shop.example/a",
    "https://shop.example/a#top": "https://shop.example/a",
    "https://shop.example/a/./b/../c": "https://shop.example/a/c",
    "https://shop.example/../../a": "https://shop.example/a",
    "https://shop.example/a/..": "https://shop.example/",
    "https://shop.example/a//b": "https://shop.example/a//b",
    "https://shop.example/a?b=2&a=1": "https://shop.example/a?a=1&b=2",
    "https://shop.example/a?a=2&a=1": "https://shop.example/a?a=2&a=1",
    "https://shop.example/a?": "https://shop.example/a",
    "https://shop.example/a?&&b=1&": "https://shop.example/a?b=1",
    "https://shop.example/a?b": "https://shop.example/a?b",
    "https://shop.example/a?utm_source=x&id=4&fbclid=y&gclid=z": "https://shop.example/a?id=4",
    "https://shop.example/a?PHPSESSID=1&id=4": "https://shop.example/a?id=4",
    "https://shop.example/a;jsessionid=0F1?id=4": "https://shop.example/a?id=4",
    "https://shop.example/a?utm=1&sid=2": "https://shop.example/a?sid=2&utm=1",
    "https://shop.example/%7Ea%2fb%c3%a9": "https://shop.example/~a%2Fb%C3%A9",
    "https://shop.example/é b": "https://shop.example/%C3%A9%20b",
    "https://shop.example/a?q=é+b%20c": "https://shop.example/a?q=%C3%A9+b%20c",
    "https://shop.example/100%": "https://shop.example/100%25",
    "https://例え.example/": "https://xn--r8jz45g.example/",
    "https://XN--R8JZ45G.example/": "https://xn--r8jz45g.example/",
    "http://127.0.0.1:8101/x": "http://127.0.0.1:8101/x",
    "http://[::1]:8101/x": "http://[::1]:8101/x",
    "  https://shop.example/a\n": "https://shop.example/a",
    "https://shop.example/a\n/b": "https://shop.example/a/b",
}
NO_PAGES = (
    "", "shop.example", "javascript:alert(1)", "mailto:a@shop.example", "ftp://shop.example/", "data:text/html,x",
    "file:///etc/passwd", "http://",
    "https://user:pw@shop.example/", "https://user@shop.example/", "https://shop.example:99999/", "https://shop.example:x/",
    "https://sh op.example/",
    "https://[::1/", "https://-/", "https://shop..example/", "https://shop.example/" + "a" * 2000,
)  # fmt: skip


@pytest.mark.parametrize(("url", "spelled"), SPELLED.items())
def test_a_url_has_one_spelling(url: str, spelled: str) -> None:
    assert canonical(url) == spelled


@pytest.mark.parametrize("url", NO_PAGES)
def test_what_is_no_page_of_the_web_has_none(url: str) -> None:
    assert canonical(url) is None


@pytest.mark.parametrize(
    ("base", "href", "spelled"),
    [
        ("https://shop.example/a/b", "c", "https://shop.example/a/c"),
        ("https://shop.example/a/b", "?page=2", "https://shop.example/a/b?page=2"),
        ("https://shop.example/a/", "//other.example/x", "https://other.example/x"),
        ("https://shop.example/a/", "/x", "https://shop.example/x"),
    ],
)
def test_a_link_is_resolved_where_it_stands(base: str, href: str, spelled: str) -> None:
    assert canonical(href, base) == spelled


def test_a_redirect_target_keeps_the_servers_own_query() -> None:
    assert as_asked("/a?b=2&a=1&utm_source=x#f", "https://shop.example/") == "https://shop.example/a?b=2&a=1&utm_source=x"
    assert as_asked("tg://resolve?domain=x") is None


@given(st.text(alphabet=st.sampled_from('abA0/%2F3?&=#.:;é中 +~|"<>{}'), max_size=40))
def test_spelling_twice_changes_nothing_and_scrapy_sends_what_is_spelled(tail: str) -> None:
    once = canonical("https://shop.example/" + tail)
    assert once is None or (canonical(once) == once and Request(once).url == once)
    asked = as_asked("https://shop.example/" + tail)
    assert asked is None or (as_asked(asked) == asked and Request(asked).url == asked)


def test_hosts_and_ports() -> None:
    assert host_and_port("https://shop.example/") == ("shop.example", 443)
    assert host_and_port("http://[::1]:81/") == ("::1", 81)
    assert ascii_host("ShOp.Example.") == "shop.example"
    assert ascii_host("a b") is None
