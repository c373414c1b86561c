"""Contacts: clean and hidden writings beside near misses, libphonenumber's public matcher cases, QR codes, words in pictures."""

import base64
import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from nlp import ocr
from nlp.extract import extract_all
from nlp.findings import Contact
from nlp.mailboxes import cloudflare
from nlp.numbers import spelled
from nlp.parse import ParsedPage
from nlp.phone_numbers import numbers_in
from nlp.picture_text import qr_codes, said


def contacts(html: str, url: str = "https://green-door.example/") -> list[tuple[str, str]]:
    return sorted({(one.kind, one.value) for one in extract_all(ParsedPage(html, url), "page") if isinstance(one, Contact)})


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>sales (at) green-door (dot) example</p>", [("email", "sales@green-door.example")]),
        ("<p>sales{at}green-door{dot}example</p>", [("email", "sales@green-door.example")]),
        ("<p>sales @ green-door . example</p><p>E-mail: orders @ green-door.example</p>", [("email", "orders@green-door.example")]),
        ("<p>verkauf (ät) green-door punkt example</p>", [("email", "verkauf@green-door.example")]),
        ("<p>邮箱：sales艾特green-door.example</p><p>sales[艾特]green-door.example</p>", [("email", "sales@green-door.example")]),
        ("<p>salesATgreen-doorDOTexample</p>", [("email", "sales@green-door.example")]),
        ("<p>sales<span style='display:none'>nospam</span>@green-door.example</p>", [("email", "sales@green-door.example")]),
        ("<p>Phone: +44 (0)7700 900123</p>", [("phone", "+447700900123")]),
        ("<p>Tel. 00447700900123</p>", [("phone", "+447700900123")]),
        ("<p>+ 4 4 7 7 0 0 9 0 0 1 2 3</p>", [("phone", "+447700900123")]),
        ("<p>Call: +４４ ７７００ ９００１２３</p>", [("phone", "+447700900123")]),
        ("<p>+44 77OO 9OO123</p>", [("phone", "+447700900123")]),
        ("<p>4️⃣4️⃣ WhatsApp +4️⃣4️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣</p>", [("whatsapp", "+447700900123")]),
        ("<p>WhatsApp/Telegram: +44 7700 900123</p>", [("telegram", "+447700900123"), ("whatsapp", "+447700900123")]),
        ("<p>Ватсап +44 7700 900123, телега @green_door24</p>", [("telegram", "green_door24"), ("whatsapp", "+447700900123")]),
        (
            "<p>薇信 greendoor_88，V信：greendoor-77，微信号:greendoor66</p>",
            [("wechat", "greendoor-77"), ("wechat", "greendoor66"), ("wechat", "greendoor_88")],
        ),
        ("<p>手机/微信同号：13900000000</p>", [("phone", "+8613900000000"), ("wechat", "13900000000")]),
        ("<p>客服Q Q：12345678</p>", [("qq", "12345678")]),
        (
            "<p>Wickr: greendoor, Threema: ABCD1234, Skype: green.door24</p>",
            [("skype", "green.door24"), ("threema", "ABCD1234"), ("wickr", "greendoor")],
        ),
        ("<table><tr><td>Signal</td><td>+44 7700 900123</td></tr></table>", [("signal", "+447700900123")]),
        ("<button data-contact='Telegram: @greendoor24'>x</button>", [("telegram", "greendoor24")]),
        ("<span class=u data-user=sales>&#115;ales&#64;green-door&#46;example</span>", [("email", "sales@green-door.example")]),
    ],
)
def test_contacts_are_read_however_they_are_written(html: str, expected: list[tuple[str, str]]) -> None:
    assert contacts(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<p>look at polka dot dresses at green-door.example</p>",
        "<p>We are at home. Meet us @ stand 5. Sale ends at 5 dot 30.</p>",
        "<p>one two three four five six steps to order</p>",
        "<p>Join our Telegram group, Telegram: coming soon, telegram channel available</p>",
        "<p>Signal: strong. Session expired. Skype available. Wickr: on request</p>",
        "<p>Session id 05aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</p>",
        "<p>QQ群：123456789. mail 12345678@</p>",
        "<p>wx123 vx456abc flowx7 wx_token=abcdef123</p>",
        "<p>Phone case for model 0044 7700, SKU 07700900123, Order no. 020 7946 0018</p>",
        "<p>51.507351, -0.127758; 192.168.10.25; 978-3-16-148410-0; 24.11.2026; 2026-11-24 10:30:00</p>",
        "<p>€ 1 299 000,00 – 20 % – 12-24 V – 100-240 V 50/60 Hz – CAS 99-98-9, EC 207-987-9</p>",
        "<a href='https://t.me/share/url?url=x'>s</a><a href='https://wa.me/?text=x'>s</a><a href='mailto:?subject=x'>s</a>",
        "<a href='https://chat.whatsapp.com/AbC'>g</a><a href='https://t.me/+AbCdEf0123'>g</a><a href='https://signal.group/#x'>g</a>",
        "<input placeholder='+44 7700 900123'><input placeholder='you@green-door.example'>",
        "<p>user@2x.png, swiper@8.4.5, me@localhost, name@example.com, a@b.notatld</p>",
    ],
)
def test_what_only_looks_like_a_contact_is_none(html: str) -> None:
    assert contacts(html) == []


# libphonenumber, PhoneNumberMatcherTest: what must not be found at any strictness, under the library's real metadata.
IMPOSSIBLE = [
    ("12345", "US"), ("23456789", "US"), ("234567890112", "US"), ("650+253+1234", "US"), ("3/10/1984", "CA"), ("03/27/2011", "US"),
    ("31/8/2011", "US"), ("1/12/2011", "US"), ("10/12/82", "DE"), ("650x2531234", "US"), ("2012-01-02 08:00", "US"),
    ("2012/01/02 08:00", "US"), ("20120102 08:00", "US"), ("2014-04-12 04:04 PM", "US"), ("2014-04-12  04:04 PM", "US"),
    ("80.585 [79.964, 81.191]", "US"), ("80.585 ((79.964)", "US"), ("(80).(585) (79).(9)64", "US"),
    ("$415-666-7777", "US"), ("415-666-7777%", "US"), ("£415-666-7777", "US"), ("abc415-666-7777def", "US"),
    ("Random text body - number is 0331 6005, see you there", None),
]  # fmt: skip
# Numbers in exact groups, and the contexts of the same test in which they must still be found.
EXACT = [
    ("415-666-7777", "US", "+14156667777"), ("+1 415-666-7777", None, "+14156667777"), ("(415) 666-7777", "US", "+14156667777"),
    ("+64 3 331 6005", None, "+6433316005"), ("03-331 6005", "NZ", "+6433316005"), ("02 3661 8300", "IT", "+390236618300"),
    ("+1 (650) 333-6000", "NZ", "+16503336000"), ("+52 (449)978-0001", "MX", "+524499780001"),
    ("+54 9 343 555 1212", "AR", "+5493435551212"),
]  # fmt: skip
AROUND = [
    ("", ""), ("     ", "\t"), ("Hello ", ""), ("", " to call me!"), ("Hi there, call ", " to reach me!"),
    ("Hi there, call ", ", or don't"),
    ("It's cheap! Call ", " before 6:30"), ("As I said on 03/10/2011, you may call me at ", ""), ("It's only 9.99! Call ", " to buy"),
    ("Call me on 21.6.1984 at ", ""), ("Call me on 06/21 at ", ""), ("$20 ", ""), ("My number-", ""),
    ("Tel:", "."), ("Tel: ", " on Saturdays."),
    ("我的电话号码是", ""), ("请拨打", "我在明天"), ("", ", 45 days a year"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "region"), IMPOSSIBLE)
def test_libphonenumber_s_impossible_cases_are_no_phones(text: str, region: str | None) -> None:
    assert [seen.number for seen in numbers_in(text, region)] == []


@pytest.mark.parametrize(("written", "region", "number"), EXACT)
def test_libphonenumber_s_numbers_are_found_in_its_contexts(written: str, region: str | None, number: str) -> None:
    for before, after in AROUND:
        found = list(numbers_in(before + written + after, region))
        assert [seen.number for seen in found] == [number], (before, after)
        assert (before + written + after)[found[0].start : found[0].end].strip() in written


def test_digits_in_words() -> None:
    assert spelled("call plus four four seven seven double zero nine zero zero one two three now") == [(5, 72, "+447700900123")]
    assert spelled("加一三九零零零零零零零零吧") == [(1, 12, "13900000000")]
    assert spelled("плюс семь девять один два ноль ноль ноль один два три") == [(0, 53, "+7912000123")]
    assert spelled("one, two, three, go") == spelled("the one seven people want") == []


def test_cloudflare_protection_is_decoded_where_it_is_whole() -> None:
    assert cloudflare("422d26") == "od"
    assert cloudflare("zz") is None
    assert cloudflare("") is None


def test_spans_of_hidden_writings_are_exact() -> None:
    page = ParsedPage.of_text("Write: ｓａｌｅｓ (at) green-door (dot) example! tеlegram: @grееndoor24")
    found = {one.kind: one.where for one in extract_all(page, "page") if isinstance(one, Contact)}
    assert page.text[found["email"].start : found["email"].end] == "ｓａｌｅｓ (at) green-door (dot) example"
    assert page.text[found["telegram"].start : found["telegram"].end].endswith("@grееndoor24")


def picture(words: str) -> bytes:
    """A QR code as PNG."""
    code = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(words, zxingcpp.BarcodeFormat.QRCode), scale=4)
    out = io.BytesIO()
    Image.fromarray(np.array(code)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("words", "kind", "value"),
    [
        ("https://t.me/GreenDoor24", "telegram", "greendoor24"),
        ("https://wa.me/447700900123", "whatsapp", "+447700900123"),
        ("bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4?amount=1", "bitcoin", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        ("MATMSG:TO:sales@green-door.example;;", "email", "sales@green-door.example"),
        ("TEL:+447700900123", "phone", "+447700900123"),
    ],
)
def test_a_qr_code_says_its_contact_with_its_box(words: str, kind: str, value: str) -> None:
    (found,) = said(qr_codes(picture(words)), "cap_1", "green-door.example")
    assert (found.kind, found.value, found.where.inside, found.where.quote) == (kind, value, "image", words)
    assert found.where.box is not None and found.where.box[0] < found.where.box[2] and found.where.box[1] < found.where.box[3]


def test_a_qr_code_inside_the_page_is_read_where_it_stands() -> None:
    from nlp.picture_text import page_pictures

    inside = base64.b64encode(picture("https://t.me/GreenDoor24")).decode()
    page = ParsedPage(f"<main><p>Scan me</p><img src='data:image/png;base64,{inside}'></main>", "https://green-door.example/")
    (found,) = page_pictures(page)
    assert (found.value, found.where.path, found.where.name) == ("greendoor24", "html > body > main > img", "src")


def test_words_in_pictures_are_read_or_the_reason_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    reason = ocr.missing()
    if reason:
        assert "extra `images`" in reason
        assert ocr.read_lines([b"x"]) == [[]]
        pytest.skip(reason)
    from PIL import ImageDraw, ImageFont

    drawn = Image.new("RGB", (600, 120), "white")
    ImageDraw.Draw(drawn).text((20, 30), "Telegram: @GreenDoor24", fill="black", font=ImageFont.load_default(size=32))
    out = io.BytesIO()
    drawn.save(out, "PNG")
    (found,) = said(ocr.read_lines([out.getvalue()])[0], "cap_1", "green-door.example")
    assert (found.kind, found.value) == ("telegram", "greendoor24")
