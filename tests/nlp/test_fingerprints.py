"""Fingerprints: public vectors, near forms under edits, two shops on one theme, hostile input, files and host facts."""

import hashlib
import io
import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import Image, ImageDraw

from crawlers.records import Certificate, DnsAnswer, HostFacts
from indexer.network.identifiers import Identifier
from indexer.network.link import link
from indexer.network.similar import NEAR, groups, number_of, same_values
from nlp.extract import example_source, extract_all
from nlp.extractors.dom_sketch import chains
from nlp.minhash import similarity, sketch
from nlp.own_words import own_text, shingles
from nlp.parse import ParsedPage
from nlp.pictures import dhash, grey_points, pdq

HHHASH = """Content-Type Content-Security-Policy-Report-Only P3P Date Server X-XSS-Protection X-Frame-Options Transfer-Encoding Expires
Cache-Control Set-Cookie Set-Cookie Set-Cookie Alt-Svc"""


def found(source: object, reads: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for one in extract_all(source, reads):  # type: ignore[arg-type]
        values.setdefault(one.kind, []).append(one.value)
    return values


def test_header_order_is_hhhash_of_its_public_banner() -> None:
    headers = tuple((name, "x") for name in HHHASH.split())
    (value,) = found(example_source("capture", ("page", headers, b"")), "capture")["header_order"]
    assert value == "aiohttp:HTTP/1.1:d9576f3e7a381562f7d18a514ab095fa8699e96891d346d0042f83e942373215"


def test_minhash_estimates_jaccard() -> None:
    one, other = {f"w{n}" for n in range(300)}, {f"w{n}" for n in range(100, 400)}
    assert abs(similarity(sketch(one), sketch(other)) - 0.5) < 0.1
    assert similarity(sketch(one), sketch(one)) == 1.0
    assert similarity(sketch(one), sketch({f"x{n}" for n in range(300)})) < 0.03
    assert sketch(one) == sketch(sorted(one, reverse=True)) and len(sketch(one)) == 512


def shop(theme: random.Random, offers: int, words: str = "") -> str:
    """A page of an invented theme: 40 kinds of block with class names drawn from the theme, `offers` cards."""
    names = ["".join(theme.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(120)]
    blocks = "".join(
        f"<div class='{names[3 * k]}'><{('section', 'ul', 'p', 'figure')[k % 4]} class='{names[3 * k + 1]}'>"
        f"<span class='{names[3 * k + 2]}'>x</span></{('section', 'ul', 'p', 'figure')[k % 4]}></div>"
        for k in range(40)
    )
    cards = f"<div class='{names[0]}'><a href=/p><b class='{names[1]}'>Beaker</b></a></div>" * offers
    return f"<html><body><header><nav>menu</nav></header><main>{blocks}{cards}<p>{words}</p></main></body></html>"


def edited(html: str, share: float, seed: int) -> str:
    """The page with that share of its class names renamed."""
    draw = random.Random(seed)
    for name in {part.split("'")[0] for part in html.split("class='")[1:]}:
        if draw.random() < share:
            html = html.replace(f"class='{name}'", f"class='n{name[::-1]}'")
    return html


def test_a_shape_survives_other_offers_and_a_fifth_of_the_template_edited() -> None:
    near = NEAR["dom_sketch"].share
    kept, strangers = 0, []
    for seed in range(40):
        page = shop(random.Random(seed), 5)
        own = sketch(chains(ParsedPage(page)))
        assert similarity(own, sketch(chains(ParsedPage(shop(random.Random(seed), 60))))) == 1.0
        kept += similarity(own, sketch(chains(ParsedPage(edited(page, 0.2, seed))))) >= near
        strangers.append(similarity(own, sketch(chains(ParsedPage(shop(random.Random(1000 + seed), 5))))))
    assert kept >= 36
    assert max(strangers) < near


def words(seed: int, count: int = 120) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices("aeioubcdfglmnprst", k=draw.randint(3, 9))) for _ in range(count)]


@pytest.mark.parametrize("glue", [" ", ""])
def test_words_survive_a_fifth_replaced(glue: str) -> None:
    """With `glue` empty the words are Han characters, read four at a time."""
    near, kept = NEAR["text_sketch"].share, 0
    for seed in range(40):
        draw = random.Random(seed)
        han = ["".join(chr(draw.randint(0x4E00, 0x9FFF)) for _ in range(2)) for _ in range(200)]
        text = words(seed, 200) if glue else han
        # A template edit replaces whole runs of words, as another product name or paragraph does.
        other = [word if (place // 10) % 5 else f"zz{place}" if glue else "甲乙" for place, word in enumerate(text)]
        kept += similarity(sketch(shingles(glue.join(text))), sketch(shingles(glue.join(other)))) >= near
    assert kept >= 36
    assert similarity(sketch(shingles(" ".join(words(1)))), sketch(shingles(" ".join(words(2))))) < near


def test_the_frame_of_a_page_is_not_its_own_words() -> None:
    page = ParsedPage("<header>menu shop</header><main>Glass beaker 250 ml</main><footer>terms</footer>")
    assert own_text(page).split() == ["glass", "beaker", "250", "ml"]


def test_near_values_get_one_name_and_never_chain() -> None:
    base = set(words(3, 300))
    sketches = [sketch(set(sorted(base)[shift:]) | {f"n{shift}{k}" for k in range(shift)}) for shift in (0, 30, 60)]
    renamed = groups(sorted([*sketches, sketch(words(9, 300))]), NEAR["text_sketch"])
    assert len(renamed) == 2 and len(set(renamed.values())) == 1
    assert groups(["theme1", "theme2"], NEAR["dom_sketch"]) == {}  # opaque values are left alone


def test_one_number_under_two_apps_is_one_identity() -> None:
    rows = [
        Identifier("a.example", "phone", "+447700900123"),
        Identifier("b.example", "whatsapp", "+447700900123"),
        Identifier("c.example", "whatsapp", "+447700900456"),
        Identifier("d.example", "wechat", "13900000000"),
        Identifier("e.example", "phone", "+8613900000000"),
    ]
    assert [(row.type, row.value) for row in same_values(rows)] == [
        ("phone", "+447700900123"), ("phone", "+447700900123"), ("whatsapp", "+447700900456"), ("phone", "+8613900000000"),
        ("phone", "+8613900000000"),
    ]  # fmt: skip
    linked = {(one.a, one.b) for one in link(rows).links if one.linked}
    assert linked == {("a.example", "b.example"), ("d.example", "e.example")}
    assert number_of("wechat", "greendoor88") == ""


def test_two_shops_on_one_stock_theme_are_not_linked_by_it() -> None:
    """Thirty shops of thirty owners share a theme; two of them, one owner's, share their own words and an account as well."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    rows = []
    for number in range(30):
        page = ParsedPage(edited(shop(random.Random(1), 5 + number), 0.02, number))
        name, later = f"shop{number:02}.example", when + timedelta(days=number)
        rows.append(Identifier(name, "dom_sketch", sketch(chains(page)), later, later))
        rows.append(Identifier(name, "email", f"desk@shop{number:02}.example", later, later))
        text = words(500, 200) if number < 2 else words(number, 200)
        rows.append(Identifier(name, "text_sketch", sketch(shingles(" ".join(text))), later, later))
    rows += [Identifier(name, "google_analytics", "G-7Q2M4K9PXA", when, when) for name in ("shop00.example", "shop01.example")]
    linkage = link(rows)
    assert [(one.a, one.b) for one in linkage.links if one.linked] == [("shop00.example", "shop01.example")]
    themes = [key for key in linkage.hubs if key[0] == "dom_sketch"]
    assert len(themes) == 1 and linkage.hubs[themes[0]].startswith("on 30 storefronts")


def test_near_texts_are_one_piece_of_evidence() -> None:
    text = words(7, 200)
    other = [word if (place // 10) % 10 else f"zz{place}" for place, word in enumerate(text)]
    rows = [
        Identifier("a.example", "text_sketch", sketch(shingles(" ".join(text)))),
        Identifier("b.example", "text_sketch", sketch(shingles(" ".join(other)))),
        Identifier("a.example", "ip", "8.8.4.4"),
        Identifier("b.example", "ip", "8.8.4.4"),
        *(Identifier(f"s{n}.example", "text_sketch", sketch(shingles(" ".join(words(n, 200))))) for n in range(20, 40)),
    ]
    (pair,) = [one for one in link(rows).links if (one.a, one.b) == ("a.example", "b.example")]
    assert {row.type for row in pair.evidence} == {"text_sketch", "ip"}


def drawing(seed: int, size: int = 400) -> Image.Image:
    draw = random.Random(seed)
    picture = Image.new("RGB", (size, size), tuple(draw.randint(0, 255) for _ in range(3)))
    pen = ImageDraw.Draw(picture)
    for _ in range(30):
        x, y, r = draw.randint(0, size), draw.randint(0, size), draw.randint(10, size // 4)
        pen.ellipse([x - r, y - r, x + r, y + r], fill=tuple(draw.randint(0, 255) for _ in range(3)))
    return picture


def saved(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def apart(one: str | None, other: str | None) -> int:
    assert one is not None and other is not None
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_pictures_survive_scaling_recompression_and_a_banner_and_strangers_stay_away() -> None:
    hashes = []
    for seed in range(12):
        picture = drawing(seed)
        own = pdq(grey_points(saved(picture)))  # type: ignore[arg-type]
        small = picture.resize((230, 230))
        assert apart(own, pdq(grey_points(saved(small, "JPEG", quality=45)))) <= 31  # type: ignore[arg-type]
        hashes.append(own)
    assert min(apart(one, other) for place, one in enumerate(hashes) for other in hashes[:place]) > 62


def test_icons_of_other_sizes_are_one_and_plain_ones_none() -> None:
    icon = drawing(3, 256)
    small, large = (grey_points(saved(icon.resize((side, side)))) for side in (48, 192))
    assert apart(dhash(small), dhash(large)) <= 6  # type: ignore[arg-type]
    assert dhash(np.full((32, 32), 7.0, dtype=np.float32)) is None
    assert pdq(np.full((64, 64), 7.0, dtype=np.float32)) is None


def test_a_picture_bomb_is_never_decoded() -> None:
    import struct
    import zlib

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\x00" * 64
    assert grey_points(bomb) is None
    for broken in (b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff" + b"\x00" * 50, saved(drawing(1))[:500], b"<svg>"):
        assert grey_points(broken) is None


def test_host_facts_give_certificate_and_dns_fingerprints() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    leaf = Certificate(
        b"", "ab" * 32, "cd" * 32, "CN=x", "CN=y", ("green-door.example", "www.copper-leaf.example", "*.green-door.example"), day, day
    )
    answers = (
        DnsAnswer("A", ("8.8.4.4", "104.16.1.1", "10.0.0.1")),
        DnsAnswer("NS", ("A.NS.desk.example.",)),
        DnsAnswer("MX", ("10 mx.desk.example.",)),
    )
    values = found(HostFacts("vis_1", "green-door.example", 443, day, dns=answers, certificates=(leaf,)), "host")
    assert values == {
        "ip": ["8.8.4.4"], "mx": ["mx.desk.example"], "ns": ["a.ns.desk.example"], "tls_leaf": ["ab" * 32], "tls_spki": ["cd" * 32],
        "tls_san": ["copper-leaf.example", "green-door.example"],
    }  # fmt: skip


def test_files_of_the_host_give_their_hashes() -> None:
    script = b"function greenDoor(){return document.querySelector('.gd-basket').dataset.lines.split(',')}"
    headers = (("ETag", 'W/"2a1f6-5f3e9c04b7a80"'), ("Set-Cookie", "gd_visitor=1; Path=/"), ("Set-Cookie", "PHPSESSID=x"))
    assert found(example_source("capture", ("asset", (), script)), "capture") == {"asset_hash": [hashlib.sha256(script).hexdigest()]}
    page = found(example_source("capture", ("page", headers, b"<p>x</p>")), "capture")
    assert (page["etag"], page["cookie_name"]) == (["2a1f6-5f3e9c04b7a80"], ["gd_visitor"])


@pytest.mark.parametrize(
    "html",
    [
        "<div class='" + "a " * 50_000 + "'>" + "<p>x</p>" * 2_000,
        "".join(f"<p class='c{n}'>w{n} x{n} y{n}</p>" for n in range(20_000)),
        "字" * 200_000,
        "<div>" * 5_000 + "x",
    ],
)
def test_hostile_pages_cost_bounded_work(html: str) -> None:
    page = ParsedPage(html, "https://a.example/")
    for one in extract_all(page, "page"):
        assert len(one.value) <= 1024
