"""Made-up links are left alone: calendars, facets, sessions, endless lists, copies; a shop's own many pages are not."""

import pytest

from crawlers.traps import Traps

SHOP = "https://shop.example"


def let_through(urls: list[str], traps: Traps | None = None, *, further: bool = False) -> list[str]:
    known = traps or Traps(500)
    return [url for url in urls if known.refuses(SHOP + url, further=further) is None]


PLAIN = {
    "numbered products": [f"/product/{number}" for number in range(400)],
    "products by parameter": [f"/index.php?id={number}&route=product" for number in range(400)],
    "old shops with several kinds of pages": [
        "/index.php?route=home", "/index.php?path=20&route=category", "/index.php?path=20&product_id=4&route=product",
        "/index.php?information_id=2&route=information", "/index.php?manufacturer_id=5&route=manufacturer",
    ],
    "years in names": [f"/p/model-20{number:02d}" for number in range(60)],
    "cas numbers": [f"/cas/{number}-00-2" for number in range(1900, 2000)],
    "nested categories": [f"/c/{one}/{two}" for one in "abcdef" for two in "ghijkl"],
}  # fmt: skip


@pytest.mark.parametrize("urls", PLAIN.values(), ids=PLAIN)
def test_a_shop_of_many_pages_is_no_trap(urls: list[str]) -> None:
    assert let_through(urls) == urls


TRAPS = {
    "calendar in the path": ([f"/events/{year}/{month:02d}" for year in range(2000, 2050) for month in range(1, 13)], 24),
    "calendar by parameter": ([f"/events?month={number}&year=2026" for number in range(1, 200)], 24),
    "calendar by date": ([f"/diary?day=2026-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)], 24),
    "facets of many kinds": ([f"/list?f{number}=1" for number in range(200)], 12),
    "facets of many values": (["/list?a=1&b=1&c=1&d=1&e=1&f=1"], 0),
    "one facet many times": (["/list?colour=red&colour=blue"], 0),
    "facets in the path": (["/list/red/large/wool", "/list/large/red/wool", "/list/wool/large/red"], 1),
}


@pytest.mark.parametrize(("urls", "kept"), TRAPS.values(), ids=TRAPS)
def test_links_made_up_without_end_are_cut_off(urls: list[str], kept: int) -> None:
    assert len(let_through(urls)) == kept


def test_an_endless_list_takes_half_of_the_budget_at_most() -> None:
    assert len(let_through([f"/list?page={number}" for number in range(1000)], Traps(100), further=True)) == 50


def test_a_page_under_another_session_is_the_same_page() -> None:
    traps = Traps(500)
    for session in ("a1b2c3d4e5f60718", "ffee00112233aabb", "0123456789abcdef"):
        urls = [f"/p/{number}?s={session}" for number in range(5)]
        traps.learn(SHOP + url for url in urls)
        assert let_through(urls, traps) == (urls if session.startswith("a1") else [])
    assert let_through(["/p/9?s=00aa11bb22cc33dd"], traps) == ["/p/9?s=00aa11bb22cc33dd"]


def test_a_session_in_the_path_is_seen_through() -> None:
    traps = Traps(500)
    for session in ("(s(k2ab3cd4ef5gh6ij7kl8mn9op))", "(s(zz2ab3cd4ef5gh6ij7kl8mn9x))"):
        session = session.replace("(", "").replace(")", "")
        urls = [f"/{session}/p/{number}" for number in range(5)]
        traps.learn(SHOP + url for url in urls)
        assert len(let_through(urls, traps)) == (5 if "k2ab" in session and session.startswith("sk2") else 0)


def test_ids_that_look_random_are_no_sessions() -> None:
    urls = [f"/item?id={number:016x}aF" for number in range(10**15, 10**15 + 50)]
    traps = Traps(500)
    traps.learn(SHOP + url for url in urls)
    assert let_through(urls, traps) == urls


def test_a_parameter_that_changes_nothing_is_ignored_once_that_is_known() -> None:
    traps = Traps(500)
    for number in range(3):
        assert traps.refuses(f"{SHOP}/p/1?ref={number}") is None
        traps.shown(f"{SHOP}/p/1?ref={number}", "same words")
    assert traps.refuses(f"{SHOP}/p/1?ref=9") is not None
    assert traps.refuses(f"{SHOP}/p/2?ref=9") is None


def test_copies_of_one_form_are_cut_off_and_other_forms_are_not() -> None:
    traps = Traps(500)
    for number in range(27):
        traps.shown(f"{SHOP}/made/{number}", "the very same words")
    assert traps.refuses(f"{SHOP}/made/900") == "pages of this form are copies"
    assert traps.refuses(f"{SHOP}/p/900") is None
