"""Where a page sends its readers."""

from nlp.outlinks import outlinks
from nlp.parse import ParsedPage

URL = "https://www.green-door.example/about"


def of(html: str) -> tuple[str, ...]:
    return outlinks(ParsedPage(html, URL, "cap_1", "green-door.example"))


def test_links_and_written_addresses_of_other_storefronts_each_once() -> None:
    html = """<a href="/cart">cart</a> <a href="https://shop.green-door.example/">us</a>
    <a href="//copper-leaf.example/x?utm_source=a">friends</a>
    <a href="http://copper-leaf.example/other">again</a> <a href="mailto:a@mail.example">mail</a> <a href="https://etsy.com/shop/tiny">etsy</a>
    <p>We moved: www.new-door.example, or http://newer-door.example/start. Write to desk@not-a-link.example or see file.www.example</p>"""
    assert of(html) == (
        "https://copper-leaf.example/x",
        "https://etsy.com/shop/tiny",
        "https://www.new-door.example/",
        "http://newer-door.example/start",
    )


def test_addresses_that_nobody_can_read_are_passed_over() -> None:
    assert of('<a href="https://">x</a> <a href="https://[::1/">y</a> <a href="http://user:pw@a.example/">z</a> <p>www. www.-</p>') == ()


def test_a_page_of_nothing_but_links_is_read_up_to_a_bound() -> None:
    assert len(of("".join(f'<a href="https://shop{number}.example/">x</a>' for number in range(500)))) == 200
