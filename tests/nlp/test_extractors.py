"""Extractors: each module's own examples, published vectors, and that one file is all an extractor takes."""

import importlib
import pkgutil
import sys
import types
from pathlib import Path

import pytest

import nlp.extractors
from nlp.extract import check_extractors, example_source, extract_all, extractors, pivots
from nlp.extractors.bitcoin import is_base58_address, is_segwit_address
from nlp.extractors.favicon_mmh3 import favicon_hash
from nlp.extractors.phone import e164
from nlp.parse import ParsedPage

STEMS = sorted(module.name for module in pkgutil.iter_modules(nlp.extractors.__path__))


@pytest.mark.parametrize("stem", STEMS)
def test_every_example_of_an_extractor_holds(stem: str) -> None:
    assert check_extractors([importlib.import_module(f"nlp.extractors.{stem}")]) == []


def test_the_issue_s_extractors_are_there() -> None:
    named = {"email", "phone", "telegram", "wechat", "bitcoin", "google_analytics", "favicon_mmh3", "tls_spki", "header_order", "dom_hash"}
    assert named <= {module.KIND for module in extractors()}
    assert pivots()["bitcoin"] == "wallet"


def test_a_wrong_example_is_a_problem() -> None:
    module = types.ModuleType("nlp.extractors.sample")
    for name, value in {"KIND": "sample", "IDENTIFIER": "sample", "PIVOT": False, "READS": "page"}.items():
        setattr(module, name, value)
    module.EXAMPLES = [("found", ["x"]), ("nothing", [])]  # type: ignore[attr-defined]
    module.extract = lambda page: iter(())  # type: ignore[attr-defined]
    (problem,) = check_extractors([module])
    assert "nlp/extractors/sample.py" in problem
    assert "'found' gives [], expected ['x']" in problem


def test_one_file_is_an_extractor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "licence_number.py").write_text(
        "import re\nfrom nlp.findings import Contact\nKIND = IDENTIFIER = 'licence_number'\nPIVOT = True\nREADS = 'page'\n"
        "EXAMPLES = [('Licence L-4711', ['L-4711']), ('L', [])]\nTEXT = re.compile(r'L-\\d{4}')\n"
        "def extract(page):\n    return (Contact(KIND, match[0], where) for where, match in page.running_text().find(TEXT))\n"
    )
    monkeypatch.setattr(nlp.extractors, "__path__", [*nlp.extractors.__path__, str(tmp_path)])
    extractors.cache_clear()
    try:
        assert check_extractors() == []
        assert [found.value for found in extract_all(ParsedPage("Licence L-4711"), "page")] == ["L-4711"]
    finally:
        sys.modules.pop("nlp.extractors.licence_number", None)
        extractors.cache_clear()


def found(html: str, kind: str) -> list[str]:
    return [finding.value for finding in extract_all(ParsedPage(html, "https://green-door.example/"), "page") if finding.kind == kind]


@pytest.mark.parametrize(
    "address",
    [  # BIP-173 and BIP-350, "Test vectors": valid mainnet addresses
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "BC1SW50QGDZ25J",
        "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ],
)
def test_valid_segwit_addresses_pass_and_one_changed_character_fails(address: str) -> None:
    assert is_segwit_address(address)
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    for place in range(3, len(address)):
        other = letters[(letters.index(address[place].lower()) + 1) % 32]
        changed = address[:place] + (other.upper() if address.isupper() else other) + address[place + 1 :]
        assert not is_segwit_address(changed), changed


@pytest.mark.parametrize(
    "address",
    [  # BIP-350, invalid: version and checksum do not fit, mixed case, wrong lengths, wrong padding, other network
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
        "bc1pw5dgrnzv",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
        "bc1gmk9yu",
        "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
        "bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    ],
)
def test_invalid_segwit_addresses_fail(address: str) -> None:
    assert not is_segwit_address(address)
    assert found(f"<p>pay {address} now</p>", "bitcoin") == []


@pytest.mark.parametrize("address", ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"])
def test_valid_legacy_addresses_pass_and_one_changed_character_fails(address: str) -> None:
    assert is_base58_address(address)
    for place in range(1, len(address)):
        other = "2" if address[place] != "2" else "3"
        assert not is_base58_address(address[:place] + other + address[place + 1 :])


def test_a_legacy_address_names_both_its_networks() -> None:
    (payment,) = [found for found in extract_all(ParsedPage("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), "page") if found.kind == "bitcoin"]
    assert payment.networks == ("bitcoin", "bitcoin_cash")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("body", "number"),
    [
        # MurmurHash3_x86_32 of the base64 with its closing newline, worked out with an independent implementation.
        (b"", 0),
        (bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"), -1522510080),
    ],
)
def test_favicon_hash_vectors(body: bytes, number: int) -> None:
    assert favicon_hash(body) == number


def test_murmur_of_nothing() -> None:
    import mmh3

    assert (mmh3.hash(b"", 0), mmh3.hash(b"", 1, signed=False)) == (0, 0x514E28B7)  # published vectors


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("+86 139 0000 0000", None, "+8613900000000"),
        ("07700 900123", "GB", "+447700900123"),
        ("07700 900123", None, None),
        ("+1 202 555 0143", None, "+12025550143"),
        ("+999 123 456 789", None, None),
        ("+44 1", None, None),
    ],
)
def test_phones_are_real_numbers(written: str, region: str | None, number: str | None) -> None:
    assert e164(written, region) == number


NO_CONTACT = """
<p>Opening hours 09:00-18:00, 24/11/2026, 2026-11-24 10:30:00. Part 100-200-300-4000, lot 20261124001.</p>
<p>Price 1 299 000,00 EUR, +15 % since May, $12,345,678.90. Visit us at 51.507351, -0.127758.</p>
<p>ISBN 978-3-16-148410-0, EAN 4006381333931, IMEI 490154203237518, CAS 99-98-9, 504-24-5.</p>
<p>We take WeChat pay and Alipay; follow our official WeChat account. Telegram channel soon. Ask @home.</p>
<a href="https://wa.me/?text=hello">share</a><a href="https://t.me/share/url?url=x">share</a><a href="https://twitter.com/intent/tweet">tweet</a>
<img src="a@2x.png" srcset="b@3x.jpg 3x" alt="user@2x"><script src="/swiper@8.4.5/swiper.min.js"></script>
<p>Serial 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb, hash bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq.</p>
"""


def test_a_page_full_of_near_misses_has_no_contact_and_no_payment() -> None:
    kinds = {"email", "phone", "telegram", "whatsapp", "wechat", "bitcoin", "google_analytics"}
    assert [
        (hit.kind, hit.value) for hit in extract_all(ParsedPage(NO_CONTACT, "https://green-door.example/"), "page") if hit.kind in kinds
    ] == []


def test_examples_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(TypeError, match="reads 'host'"):
        example_source("host", "text")
