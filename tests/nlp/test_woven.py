"""Contacts that no single string shows: put together by scripts, turned, hidden, pulled apart; and text written to break patterns."""

import json
import time

import pytest

from nlp.extract import extract_all
from nlp.findings import Contact
from nlp.parse import ParsedPage
from nlp.phone_numbers import numbers_in
from nlp.picture_text import page_pictures


def contacts(html: str) -> set[str]:
    found = extract_all(ParsedPage(html, "https://green-door.example/"), "page")
    return {f"{one.kind}:{one.value}" for one in found if isinstance(one, Contact)}


MAIL = "email:sales@green-door.example"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<script>x.href = 'mailto:' + 'sales' + '@' + 'green-door.example'</script>", {MAIL}),
        ("<script>var u = 'sales', h = 'green-door.example'; w(u + '@' + h)</script>", {MAIL}),
        ("<script>const u='sales', h='green-door.example'; w(`mailto:${u}@${h}`)</script>", {MAIL}),
        ("<script>w(['sales', 'green-door.example'].join('@'))</script>", {MAIL}),
        ("<script>w(atob('c2FsZXNAZ3JlZW4tZG9vci5leGFtcGxl'))</script>", {MAIL}),
        ("<script>load('x', [{\"label\":\"Desk\",\"mailto\":\"sales@green-door.example\",\"fax\":\"+44 7700 900123\"}])</script>",
         {MAIL, "phone:+447700900123"}),
        ("<a data-user='sales' data-domain='green-door.example'>mail</a>", {MAIL}),
        ("<bdo dir='rtl'>elpmaxe.rood-neerg@selas</bdo>", {MAIL}),
        ("<div style='display:none'>write to sales@green-door.example</div>", {MAIL}),
        ("<my-item href='mailto:sales@green-door.example'>mail</my-item>", {MAIL}),
        ("<button onclick=\"go('https://wa.me/' + '447700900123')\">chat</button>", {"whatsapp:+447700900123"}),
        ("<script type='application/json'>{\"weixin\": \"green_door_88\", \"qq\": \"12345678\"}</script>",
         {"wechat:green_door_88", "qq:12345678"}),
        ("<p>W h a t s A p p: +44 7700 900123, т е л е г р а м : @green_door24</p>",
         {"whatsapp:+447700900123", "telegram:green_door24"}),
        ("<p>t (dot) me (slash) greendoor24</p>", {"telegram:greendoor24"}),
        ("<p>Cell: +44 7700 900123 | Telegram: @greendoor24</p>", {"phone:+447700900123", "telegram:greendoor24"}),
    ],
)  # fmt: skip
def test_what_the_finished_page_says_is_read(html: str, expected: set[str]) -> None:
    assert contacts(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<script>throw Error('render' + '@' + 'https://www.green-door.example/app.js')</script>",
        "<script>var wx={weixin:'wxd930ea5d5a258f4f'}, x={telegram:'icon-telegram', skype:'enabled'}</script>",
        '<script>var f={"phoneMask":"+99 999 999 9999","mobileBreakpoint":"1024768"}</script>',
        "<script>w('a' + b + '@media')</script>",
        "<div hidden>see @media and +1 more</div>",
        "<p>Call ASAP, A B C D E F, 1 2 3 4 5 6 7 8 9 10 | next</p>",
    ],
)
def test_code_and_hidden_words_that_only_look_like_contacts_are_none(html: str) -> None:
    assert contacts(html) == set()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Call 1-202-555-0143 (8am to 5pm)", "+12025550143"),
        ("Springfield 18034 202-555-0143", "+12025550143"),
        ("free line +44 8081 570 192", "+448081570192"),
        ("bureau +33 1 99 00 12 34", "+33199001234"),
        ("mobile +61 491 570 156", "+61491570156"),
        ("Büro +49 30 23125 044", "+493023125044"),
    ],
)
def test_numbers_without_a_known_country_and_numbers_for_fiction_are_read(text: str, number: str) -> None:
    assert [seen.number for seen in numbers_in(text)] == [number]


@pytest.mark.parametrize(
    "unit",
    [
        "a b ",
        "t . ",
        "a (at) b ",
        "one two ",
        "telegram your us ",
        "аa",
        "a.b.",
        "+1 (2",
        "'a'+",
        "phone:'1",
        "a{dot}b",
        "sales艾特b点",
        "e\u0301\u0332",
    ],
)
@pytest.mark.parametrize("frame", ["<p>{}</p>", "<script>var a={}</script>"])
def test_text_written_to_break_patterns_costs_bounded_time(unit: str, frame: str) -> None:
    """60 kB of it; a pattern that goes back over what it read would take minutes."""
    page = ParsedPage(frame.format(unit * (60_000 // len(unit))), "https://green-door.example/")
    began = time.process_time()
    list(extract_all(page, "page"))
    assert time.process_time() - began < 15


def test_the_rest_of_a_page_with_five_megabytes_of_json_and_a_picture_bomb_is_read() -> None:
    import base64
    import struct
    import zlib

    chunk = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\x00" * 64
    data = json.dumps({"@graph": [{"@type": "Thing", "name": f"n{number}", "text": "x" * 400} for number in range(12_000)]})
    assert len(data) > 5_000_000
    page = ParsedPage(
        f"<script type='application/ld+json'>{data}</script><img src='data:image/png;base64,{base64.b64encode(bomb).decode()}'>"
        "<p>sales@green-door.example</p>",
        "https://green-door.example/",
    )
    began = time.process_time()
    assert contacts_of(page) == {MAIL}
    assert list(page_pictures(page)) == []
    assert time.process_time() - began < 30


def contacts_of(page: ParsedPage) -> set[str]:
    return {f"{one.kind}:{one.value}" for one in extract_all(page, "page") if isinstance(one, Contact)}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<meta charset='utf-16'><p>почта: sales@green-door.example</p>".encode(), "text/html; charset=utf-16"),
        ("<meta charset='gbk'><p>邮箱 sales@green-door.example</p>".encode(), "text/html; charset=gbk"),
        (b"<p>\xff\xfe\xc3(sales@green-door.example\x80 \xed\xa0\x80</p>", "text/html; charset=utf-8"),
    ],
)
def test_contacts_survive_a_lying_charset_and_broken_bytes(body: bytes, content_type: str) -> None:
    assert MAIL in contacts_of(ParsedPage(body, "https://green-door.example/", content_type=content_type))
