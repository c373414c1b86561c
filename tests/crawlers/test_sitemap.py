"""Sitemaps are read as far as they can be read, bounded, and name pages only."""

import gzip

import pytest

from crawlers.sitemap import MAX_URLS, Sitemap, SitemapPage, read_sitemap

HERE = "https://shop.example/sitemap.xml"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = f"""<?xml version="1.0" encoding="UTF-8"?><urlset {SPACE}>
<url><loc> https://shop.example/p/1?utm_source=x </loc><lastmod>2026-02-01</lastmod></url>
<url><loc>/p/2</loc><priority>0.5</priority></url><url><loc>javascript:alert(1)</loc></url><url><lastmod>2026</lastmod></url></urlset>"""
READ = Sitemap((SitemapPage("https://shop.example/p/1", "2026-02-01"), SitemapPage("https://shop.example/p/2", "")), ())


@pytest.mark.parametrize(
    "body", [PAGES.encode(), gzip.compress(PAGES.encode()), PAGES.replace(SPACE, "").encode(), b"\xef\xbb\xbf" + PAGES.encode()]
)
def test_pages_are_read_with_the_day_they_changed(body: bytes) -> None:
    assert read_sitemap(body, HERE) == READ


def test_a_torn_file_gives_what_it_holds() -> None:
    assert read_sitemap(PAGES.encode()[: PAGES.index("<priority>")], HERE).pages[0].url == "https://shop.example/p/1"


def test_an_index_names_files_and_text_names_pages() -> None:
    index = f"<sitemapindex {SPACE}><sitemap><loc>https://shop.example/s-1.xml.gz</loc></sitemap></sitemapindex>"
    assert read_sitemap(index.encode(), HERE) == Sitemap((), ("https://shop.example/s-1.xml.gz",))
    assert [page.url for page in read_sitemap(b"https://shop.example/a\nnothing\nhttps://shop.example/b\n", HERE).pages] == [
        "https://shop.example/a",
        "https://shop.example/b",
    ]


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    f"<urlset {SPACE}><url><loc>https://shop.example/&b;&c;</loc></url></urlset>"
)


@pytest.mark.parametrize(
    "body", [b"", b"<html>not here</html>", b"\x1f\x8bbroken", b"<urlset>" * 50_000, BOMB.encode(), gzip.compress(b"<url>" * 4_000_000)]
)
def test_hostile_files_give_nothing(body: bytes) -> None:
    found = read_sitemap(body, HERE)
    assert not found.files
    assert all("root:" not in page.url and len(page.url) < 200 for page in found.pages)


def test_the_number_of_pages_is_bounded() -> None:
    body = f"<urlset {SPACE}>" + "".join(f"<url><loc>/p/{number}</loc></url>" for number in range(MAX_URLS + 50)) + "</urlset>"
    assert len(read_sitemap(body.encode(), HERE).pages) == MAX_URLS
