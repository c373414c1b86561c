"""RFC 9309: what an answer to /robots.txt allows."""

import pytest

from crawlers.robots import RobotsFile, read_robots

SHOP = "https://shop.example"


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 429, 451])
def test_no_file_allows_everything(status: int) -> None:
    assert read_robots(status, b"User-agent: *\nDisallow: /") == RobotsFile(None)


@pytest.mark.parametrize("status", [100, 500, 502, 503, 599])
def test_a_failed_answer_allows_nothing(status: int) -> None:
    assert read_robots(status, b"") is None


@pytest.mark.parametrize(
    ("file", "path", "allowed"),
    [
        (b"", "/a", True),
        (b"User-agent: *\nDisallow: /", "/a", False),
        (b"User-agent: *\nDisallow: /", "/robots.txt", True),
        (b"User-agent: *\nDisallow:", "/a", True),
        (b"User-agent: *\nDisallow: /private", "/private/x", False),
        (b"User-agent: *\nDisallow: /private", "/public", True),
        (b"User-agent: *\nDisallow: /\nAllow: /shop", "/shop/1", True),
        (b"User-agent: *\nAllow: /shop\nDisallow: /shop", "/shop", True),  # equal length: allow wins (section 2.2.2)
        (b"User-agent: *\nDisallow: /*.php$", "/a.php", False),
        (b"User-agent: *\nDisallow: /*.php$", "/a.php?b", True),
        (b"User-agent: churnwatch\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        (b"User-agent: ChurnWatch\nDisallow: /", "/a", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: churnwatch\nAllow: /", "/a", True),
        (b"User-agent: otherbot\nDisallow: /", "/a", True),
        (b"User-agent: a\nUser-agent: churnwatch\nDisallow: /", "/a", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", "/a", False),
        (b"\xff\xfe broken \x00\nUser-agent: *\r\nDisallow: /a\r\n", "/a", False),
        (b"<html><body>welcome</body></html>", "/a", True),
        (b"User-agent: *\nDisallow: /caf\xc3\xa9", "/caf%C3%A9", False),
    ],
)
def test_the_file_decides(file: bytes, path: str, allowed: bool) -> None:
    read = read_robots(200, file)
    assert read is not None
    assert read.allows(SHOP + path) is allowed


@pytest.mark.parametrize(
    ("file", "delay_s"),
    [
        (b"User-agent: *\nCrawl-delay: 4", 4),
        (b"User-agent: *\nCrawl-delay: 86400", 60),
        (b"User-agent: *\nCrawl-delay: -1", 0),
        (b"User-agent: *\nDisallow: /a", 0),
    ],
)
def test_a_crawl_delay_is_heeded_up_to_a_minute(file: bytes, delay_s: float) -> None:
    read = read_robots(200, file)
    assert read is not None
    assert read.delay_s == delay_s


def test_a_file_of_stars_is_matched_in_linear_time() -> None:
    read = read_robots(200, b"User-agent: *\nDisallow: /" + b"*a" * 200 + b"*b\n")
    assert read is not None
    assert read.allows(SHOP + "/" + "a" * 1900)
