"""Ids of vendors: one page each with its id and, beside it, placeholders and look-alikes that must not be found."""

import json
from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from nlp.extract import extract_all
from nlp.findings import Fingerprint
from nlp.known import known, parse_known
from nlp.parse import ParsedPage

IDS = Path(__file__).parent / "ids"
EXPECTED: dict[str, list[list[str]]] = json.loads((IDS / "expected.json").read_text("utf-8"))
# Kinds every page has, whoever made it.
SHAPES = ("dom_hash", "dom_sketch", "text_hash", "text_sketch")


def vendor_values(html: str) -> list[tuple[str, str]]:
    page = ParsedPage(html, "https://green-door.example/")
    found = extract_all(page, "page")
    return sorted({(one.kind, one.value) for one in found if isinstance(one, Fingerprint) and one.kind not in SHAPES})


@pytest.mark.parametrize("name", EXPECTED)
def test_a_vendor_s_page_gives_its_ids_and_nothing_of_the_near_misses(name: str) -> None:
    assert vendor_values((IDS / f"{name}.html").read_text("utf-8")) == sorted((kind, value) for kind, value in EXPECTED[name])


def test_there_are_pages_of_at_least_25_vendors() -> None:
    vendors = {value.partition(":")[0] if ":" in value else kind for rows in EXPECTED.values() for kind, value in rows}
    assert len(vendors) >= 25
    assert {path.stem for path in IDS.glob("*.html")} == set(EXPECTED)


def test_ids_in_running_text_are_words_not_ids() -> None:
    for name in EXPECTED:
        words = (IDS / f"{name}.html").read_text("utf-8").replace("<", "&lt;").replace(">", "&gt;")
        assert vendor_values(f"<p>{words}</p>") == []


@pytest.mark.parametrize(
    ("kind", "value", "names_nobody"),
    [
        ("captcha_key", "turnstile:1x00000000000000000000AA", True),
        ("captcha_key", "turnstile:0x4AAAAAAAk7p2Q9xM4nZq8s", False),
        ("email", "you@example.com", True),
        ("email", "sales@green-door.example", False),
        ("phone", "+18005551212", True),
        ("phone", "+12025550143", False),
        ("cookie_name", "PHPSESSID", True),
        ("cookie_name", "gd_visitor", False),
        ("google_tag", "GTM-XXXX", True),
        ("chat_widget", "tawk:5f1a2b3c4d5e6f708192a3b4", False),
        ("no_such_type", "x", False),
    ],
)
def test_known_values_name_nobody(kind: str, value: str, names_nobody: bool) -> None:
    assert (known(kind, value) is not None) == names_nobody


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- {type: email, value: a@b.c, why: x}", "entry 1"),
        ("- {type: email, value: a@b.c, pattern: b, why: x, source: y}", "entry 1"),
        ("- {type: email, pattern: '[', why: x, source: y}", "no regular expression"),
        ("- {type: ip, network: 999.0.0.0/8, why: x, source: y}", "no network"),
        ("a: b", "must be a list"),
        ("- [", "not YAML"),
    ],
)
def test_a_broken_list_of_known_values_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        parse_known(text, "known.yml")
