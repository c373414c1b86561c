"""The identifier table: every type of the contract has its weight, and a wrong file is named with line and key."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from indexer.network.identifiers import MIDDLE, STRONG, TYPES, WEAK, Identifier, identifier_type, read_identifiers

# DESIGN.md section 8, word for word.
CONTRACT = """
google_analytics google_tag yandex_metrika meta_pixel baidu_tongji cnzz clarity hotjar tiktok_pixel chat_widget captcha_key
site_verification email phone telegram whatsapp wechat wickr threema signal session qq skype wallet iban pgp_key redirect
canonical_domain tls_spki tls_leaf tls_san favicon_mmh3 favicon_phash ip asn dom_hash dom_sketch header_order etag cookie_name
asset_hash robots_hash ns mx soa registrar text_hash text_sketch image_hash image_phash company_name address licence_number
"""


def test_every_type_of_the_contract_has_a_weight() -> None:
    assert sorted(TYPES) == sorted([*CONTRACT.split(), "analytics_id"])


@pytest.mark.parametrize(
    ("name", "family", "tier"),
    [
        ("google_analytics", "account", STRONG),
        ("telegram", "contact", STRONG),
        ("wallet", "payment", STRONG),
        ("pgp_key", "key", STRONG),
        ("tls_spki", "host", STRONG),
        ("chat_widget", "account", MIDDLE),
        ("favicon_mmh3", "page", MIDDLE),
        ("text_hash", "text", MIDDLE),
        ("company_name", "name", MIDDLE),
        ("dom_hash", "page", WEAK),
        ("header_order", "host", WEAK),
        ("asn", "host", WEAK),
    ],
)
def test_types_stand_in_their_family_and_tier(name: str, family: str, tier: int) -> None:
    assert (TYPES[name].family, TYPES[name].tier) == (family, tier)


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_start_weights_keep_to_the_range_of_their_tier(kind: object) -> None:
    low, high = {STRONG: (12, 16), MIDDLE: (6, 10), WEAK: (0.1, 4)}[kind.tier]  # type: ignore[attr-defined]
    assert low <= kind.bits <= high  # type: ignore[attr-defined]


def test_an_unknown_type_is_weakest_and_confirms_nobody_else() -> None:
    kind = identifier_type("moon_phase")
    assert (kind.family, kind.tier, kind.is_strong) == ("moon_phase", WEAK, False)
    assert kind.bits == min(known.bits for known in TYPES.values())


def test_a_table_is_read_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "seen.csv"
    file.write_text(
        "\ufeffsite,type,value,first_seen,last_seen\n"
        "a.example,telegram,boss,2026-01-01T00:00:00Z,2026-01-02T01:00:00+01:00\n"
        "\n"
        'b.example,company_name,"Green, Door Ltd",,\n',
        encoding="utf-8",
    )
    assert list(read_identifiers(file)) == [
        Identifier("a.example", "telegram", "boss", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
        Identifier("b.example", "company_name", "Green, Door Ltd"),
    ]


def test_times_may_be_left_out_and_columns_stand_in_any_order(tmp_path: Path) -> None:
    file = tmp_path / "seen.csv"
    file.write_text("value,site,type\nboss,a.example,telegram\n")
    assert list(read_identifiers(file)) == [Identifier("a.example", "telegram", "boss")]


HEAD = "site,type,value,first_seen,last_seen\n"
GOOD = "a.example,telegram,boss,,\n"


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ("", 1, None, "is empty"),
        ("site,type\n", 1, "value", "column is missing"),
        ("site,type,value,colour\n", 1, "colour", "unknown column"),
        ("site,type,value,value\n", 1, "value", "stands twice"),
        (HEAD + GOOD + "b.example,telegram\n", 3, None, "2 cells where the header names 5"),
        (HEAD + ",telegram,boss,,\n", 2, "site", "is empty"),
        (HEAD + "a.example,telegram, ,,\n", 2, "value", "is empty"),
        (HEAD + GOOD + "a.example,telegramm,boss,,\n", 3, "type", "unknown identifier type 'telegramm'"),
        (HEAD + "a.example,telegram,boss,yesterday,\n", 2, "first_seen", "no ISO 8601 time"),
        (HEAD + "a.example,telegram,boss,,2026-01-01T00:00:00\n", 2, "last_seen", "no ISO 8601 time with a zone"),
        (HEAD + "a.example,telegram,boss,2026-01-02T00:00:00Z,2026-01-01T00:00:00Z\n", 2, "last_seen", "before first_seen"),
        (HEAD + f"a.example,telegram,{'x' * 2049},,\n", 2, "value", "longer than 2048"),
        (HEAD + 'a.example,telegram,"boss"x,,\n', 2, None, "is not CSV"),
    ],
)
def test_a_wrong_table_is_named_with_file_line_and_key(tmp_path: Path, text: str, line: int, key: str | None, says: str) -> None:
    file = tmp_path / "seen.csv"
    file.write_text(text)
    with pytest.raises(ConfigError, match=says) as caught:
        list(read_identifiers(file))
    assert (caught.value.file, caught.value.line, caught.value.key) == (file, line, key)


def test_a_file_that_is_no_text_or_missing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "seen.csv"
    file.write_bytes(HEAD.encode() + b"a.example,telegram,\xff\xfe,,\n")
    with pytest.raises(ConfigError, match="not UTF-8"):
        list(read_identifiers(file))
    with pytest.raises(ConfigError, match=r"gone\.csv: cannot be read"):
        list(read_identifiers(tmp_path / "gone.csv"))


def test_unknown_types_pass_when_allowed(tmp_path: Path) -> None:
    file = tmp_path / "seen.csv"
    file.write_text(HEAD + "a.example,moon_phase,full,,\n")
    assert list(read_identifiers(file, allow_unknown=True)) == [Identifier("a.example", "moon_phase", "full")]
