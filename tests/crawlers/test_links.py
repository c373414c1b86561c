"""A visit follows what shows something, list pages first, and never what does something."""

import time

import pytest

from crawlers.links import Rank, may_follow, page_links

PAGE = "https://shop.example/catalogue/"

NEVER = (
    "/login", "/accounts/login/", "/account", "/my-account/", "/customer/account/create/", "/register", "/sign-up", "/signin.php",
    "/log_out", "/logout",
    "/cart", "/cart/add/3", "/shopping-cart", "/basket/", "/basket/add/7/", "/checkout/", "/index.php?route=checkout/cart",
    "/index.php?route=account/login",
    "/?add-to-cart=7", "/p/7?add_to_cart=1", "/add-to-basket/7", "/add-to-wishlist/7", "/removefromcart/7", "/wishlist/", "/compare",
    "/p/7/reviews/add/",
    "/orders", "/order", "/buy-now", "/pay", "/i18n/setlang/", "/catalogue/?lang=de", "/catalogue/?currency=EUR",
    "/catalogue/?sort_by=price-asc",
    "/catalogue/?orderby=price", "/catalogue/?order=desc", "/catalogue/?limit=100", "/catalogue/?per_page=96", "/catalogue/?view=grid",
    "/catalogue/?filter_colour=red", "/catalogue/?min_price=3", "/catalogue/?page=2&selected_facets=rating%3A5",
    "/catalogue/?_wpnonce=a", "/p/7?replytocom=4", "/?action=logout",
    "/do.php?act=login",
    "/wp-admin/", "/wp-login.php", "/dashboard/", "/feed/", "/a/b/a/b/a/b/a/b", "/%E8%B4%AD%E7%89%A9%E8%BD%A6", "/sheet.pdf",
    "/p/7.jpg", "/x.zip",
    "/auth/x", "/password-reset/", "/newsletter/subscribe", "/vote/3",
)  # fmt: skip
ALWAYS = (
    "/", "/cartridge-filters/", "/catalogue/cart-wheel_7/", "/accounting-software", "/how-to-order", "/order-guide.html", "/payment",
    "/shipping-policy",
    "/login-lock_8/", "/signal-relay", "/index.php?route=product/product&product_id=7", "/index.php?route=product/category&path=20",
    "/?page=2",
    "/?p=17", "/p/7?variant=3", "/index.php?option=com_virtuemart&view=productdetails&id=7", "/addison-blue", "/compared-prices",
    "/reset-relay_4/",
    "/registered-mail-stamps", "/reports-and-analysis/", "/seller/nova", "/product.asp?id=3", "/p/4-ap.html", "/contact", "/sorting-trays",
)  # fmt: skip


@pytest.mark.parametrize("path", NEVER)
def test_links_that_do_something_are_never_followed(path: str) -> None:
    assert not may_follow("https://shop.example" + path, PAGE)


@pytest.mark.parametrize("path", ALWAYS)
def test_links_that_show_something_are_followed(path: str) -> None:
    assert may_follow("https://shop.example" + path, PAGE)


def test_a_language_that_the_page_is_in_already_is_no_switch() -> None:
    assert may_follow("https://shop.example/p/7?lang=en", "https://shop.example/?lang=en")
    assert not may_follow("https://shop.example/p/7?lang=de", "https://shop.example/?lang=en")


HTML = """<html lang="en"><head><link rel="shortcut icon" href="/static/i.ico"><link rel="next" href="/catalogue/?page=2"></head><body>
<header><a href="/">home</a> <a href="/basket/">basket</a></header>
<nav><a href="/c/pumps_2/">Pumps</a></nav>
<a href="/de/" hreflang="de">Deutsch</a> <a href="/en/all" hreflang="en-GB">English</a>
<article><div><a href="/x/heavy-pump_3/"><img src="p.png"></a></div><h3><a href="/x/heavy-pump_3/">Heavy pump</a></h3></article>
<article><h3><a href="/x/valve_4/?utm_source=home">Valve</a></h3></article>
<a href="/x/heavy-pump_3/reviews/">2 reviews</a> <a href="/contact-us">Contact</a> <a href="/sellers/nova">Nova</a>
<a href="/catalogue/?page=2">2</a> <a href="/list/page/3">3</a> <a href="/n/x">下一页</a> <a href="/hidden" rel="nofollow">x</a>
<a href="mailto:a@shop.example">mail</a> <a href="#top">top</a> <a href="javascript:void(0)">js</a> <a>bare</a>
<a href="https://other.example/">other</a> <a href="/catalogue/">here</a></body></html>"""


def test_links_are_ranked_lists_first_in_page_order() -> None:
    found = page_links(HTML.encode(), "text/html", PAGE)
    assert found.icon == "https://shop.example/static/i.ico"
    assert [(link.url.removeprefix("https://shop.example"), link.rank) for link in found.links] == [
        ("/catalogue/?page=2", Rank.NEXT),
        ("/", Rank.LIST),
        ("/c/pumps_2/", Rank.LIST),
        ("/en/all", Rank.OTHER),
        ("/x/heavy-pump_3/", Rank.LISTING),
        ("/x/valve_4/", Rank.LISTING),
        ("/x/heavy-pump_3/reviews/", Rank.OTHER),
        ("/contact-us", Rank.LIST),
        ("/sellers/nova", Rank.LIST),
        ("/list/page/3", Rank.NEXT),
        ("/n/x", Rank.NEXT),
        ("/hidden", Rank.OTHER),
        ("https://other.example/", Rank.LIST),
    ]


def test_base_and_refresh_are_heeded() -> None:
    html = b'<head><base href="/shop/"><meta http-equiv="Refresh" content="0; URL=\'start\'"></head><body><a href="p/1"><img></a>'
    assert [link.url for link in page_links(html, None, "https://shop.example/").links] == [
        "https://shop.example/shop/start",
        "https://shop.example/shop/p/1",
    ]


def test_other_encodings_are_read() -> None:
    html = '<html><head><meta charset="gbk"></head><body><a href="/n">下一页</a></body></html>'.encode("gbk")
    assert page_links(html, "text/html", PAGE).links[0].rank == Rank.NEXT


@pytest.mark.parametrize("body", [b"", b"\0", b"%PDF-1.7 \xff\xfe", b"<", b"\x89PNG\r\n\x1a\n" * 50])
def test_what_is_no_page_has_no_links(body: bytes) -> None:
    assert page_links(body, None, PAGE).links == ()


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 20_000 + b"<a href=/x>x</a>",
        b"<a href='" + b"/a" * 50_000 + b"'>",
        b"<a href=/" + b"?a=" * 30_000 + b">",
        b"<a href=/x" * 50_000,
        b"<!--" * 50_000,
    ],
)
def test_hostile_markup_is_read_in_bounded_time(body: bytes) -> None:
    start = time.process_time()
    page_links(body, "text/html", PAGE)
    assert time.process_time() - start < 2


def test_a_page_of_endless_links_gives_a_bounded_number() -> None:
    body = b"".join(b"<a href=/p/%d>x</a>" % number for number in range(20_000))
    assert len(page_links(body, "text/html", PAGE).links) <= 5000
