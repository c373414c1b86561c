"""Page states: tables of hand-written pages, the rule file's own checks, and hostile input."""

import time
from pathlib import Path

import pytest
import yaml

from crawlers.errors import ConfigError
from crawlers.page_state import PageState, check_rules, load_rules, page_state
from crawlers.records import OUTCOMES

PAGES = Path(__file__).parent / "pages"
TABLE = yaml.safe_load((PAGES / "states.yml").read_text(encoding="utf-8"))
SHORT = yaml.safe_load((PAGES / "short_states.yml").read_text(encoding="utf-8"))
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def state(html: str | bytes, status: int = 200, headers: tuple[tuple[str, str], ...] = HTML) -> PageState:
    body = html if isinstance(html, bytes) else html.encode()
    return page_state(status, headers, body, "https://shop.example/", load_rules())


@pytest.mark.parametrize("page", TABLE, ids=[page["name"] for page in TABLE])
def test_a_page_has_the_state_a_reader_gave_it(page):
    headers = (("Content-Type", page.get("type", "text/html; charset=utf-8")), *page.get("headers", {}).items())
    found = state(page["html"], page.get("status", 200), headers)
    assert found.outcome == page["expect"], found.reason


@pytest.mark.parametrize(("status", "expected", "html"), SHORT, ids=[str(number) for number in range(len(SHORT))])
def test_a_short_page_has_the_state_a_reader_gave_it(status, expected, html):
    found = state(html, status)
    assert found.outcome == expected, found.reason


@pytest.mark.parametrize("page", [page for page in TABLE if page["expect"] == "live"], ids=lambda page: page["name"])
@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_no_error_status_is_ever_live(page, status):
    assert state(page["html"], status).outcome in {"blocked", "captcha", "not_found", "server_error", "suspended", "login"}


def test_the_rules_hold_their_own_examples_and_use_known_words():
    assert check_rules() == []
    rules = load_rules()
    assert {rule.entry.outcome for rule in rules.rules} <= set(OUTCOMES)
    assert {"en", "zh"} <= {rule.entry.language for rule in rules.rules}
    assert len(rules.digest) == 64


def test_a_dead_rule_and_a_wrong_example_are_named(tmp_path):
    file = tmp_path / "page_states.yml"
    file.write_text(RULE + RULE.replace("first_rule", "second_rule").replace("[x go away]", "[x stay]"))
    assert check_rules(load_rules(file)) == [
        "rule second_rule: match 'x stay' gives empty (6 visible characters and no picture)",
        "rule second_rule: decides none of its own matches; an earlier rule takes them all",
    ]


RULE = """- id: first_rule
  outcome: blocked
  language: en
  why: "because a test needs a rule"
  text: 'go away'
  match: [x go away]
  miss: [x stay]
"""


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("outcome: blocked", "outcome: closed"), r":2 \(outcome\)"),
        (("language: en", "langage: en"), r":3 \(langage\)|:1 \(language\)"),
        (("'go away'", "'go (away'"), r":5 \(text\): pattern"),
        (("'go away'", "'go .*away'"), r":5 \(text\): pattern .* without a bound"),
        (("'go away'", "'(?:go){2,9}'"), r":5 \(text\): pattern .* without a bound"),
        (("miss: [x stay]", "miss: []"), r":7 \(miss\)"),
        (("text: 'go away'", "header: {Server: x}"), r":5 \(header\): header names are written in lower case"),
        (("'go away'", "'go away"), r":8: not valid YAML"),
        (("- id: first_rule", "id: first_rule"), r"not valid YAML|a list of rules is expected"),
        (("miss: [x stay]\n", "miss: [x stay]\n" + RULE), r":8 \(id\): rule 'first_rule' stands there twice"),
    ],
)
def test_a_broken_rule_file_is_refused_with_file_line_and_key(tmp_path, change, place):
    file = tmp_path / "page_states.yml"
    file.write_text(RULE.replace(*change))
    with pytest.raises(ConfigError, match=rf"page_states\.yml{place}" if place.startswith(":") else place):
        load_rules(file)


def test_a_rule_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_rules(tmp_path / "none.yml")


BLOCK_PAGE = "<title>Access Denied</title><h1>Access Denied</h1><p>Your request has been blocked. Incident ID 12-34</p>"


@pytest.mark.parametrize(
    "disguise",
    [
        lambda page: page.encode("utf-16"),
        lambda page: b"\xef\xbb\xbf" + page.encode(),
        lambda page: page.replace("<h1>", "<h1><!-- shop $12 add to cart -->").encode(),
        lambda page: page.replace("</p>", "</p><script>var text = 'add to cart $12 in stock'</script>").encode(),
        lambda page: page.replace("</p>", "</p><div style='display: none'>" + "Acetone $12 add to cart " * 200 + "</div>").encode(),
        lambda page: page.replace("</p>", "</p><style>" + "a{color:red}" * 60_000 + "</style>").encode(),
        lambda page: page.upper().encode(),
        lambda page: page.replace("Access Denied", "Access\n  \u00a0Denied").encode(),
        lambda page: page.encode().replace(b"<p>", b"\0<p>"),
    ],
)
def test_a_block_page_in_disguise_is_still_blocked(disguise):
    assert state(disguise(BLOCK_PAGE), headers=()).outcome == "blocked"


SIMPLIFIED = "<title>提示</title><p>抱歉，您访问的页面不存在，已被删除</p>"
TRADITIONAL = "<title>提示</title><p>抱歉，您訪問的網頁不存在，已被刪除</p>"


@pytest.mark.parametrize(
    ("page", "encoding", "content_type"),
    [
        (SIMPLIFIED, "gbk", "text/html; charset=gbk"),
        (SIMPLIFIED, "gb18030", "text/html; charset=gb2312"),
        (SIMPLIFIED, "gbk", "text/html"),
        (SIMPLIFIED, "utf-8", "text/html"),
        ("<meta charset=gbk>" + SIMPLIFIED, "gbk", "text/html"),
        (TRADITIONAL, "big5", "text/html; charset=big5"),
        (TRADITIONAL, "utf-8", "text/html; charset=utf-8"),
    ],
)
def test_chinese_pages_are_read_in_their_encoding(page, encoding, content_type):
    assert state(page.encode(encoding), headers=(("Content-Type", content_type),)).outcome == "soft_404"


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 20_000,
        b"<div><b><i><a href=x>" * 5_000,
        b"<script>" * 12_000,
        b"<script" * 14_000,
        b"<svg><script>" * 60_000,
        b"<!--" * 25_000,
        b"<title>" + b"404 " * 25_000,
        b"<h1>" + b"access " * 14_000,
        b"<p>" + b"the page you " * 7_500,
        b"<p>" + b"this domain " * 40,
        b"<p>" + "验证".encode() * 700,
        b"<p style='display:none'>" * 4_000,
        b"<a href=" * 12_000,
        b"&#x41;" * 17_000,
        b"\0" * 100_000,
        b"\xff\xfe" * 50_000,
        bytes(range(256)) * 400,
        b"<p>document.cookie" * 5_000,
        b"<script>" + b"document.cookie" * 6_000,
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_hostile_markup_is_judged_in_bounded_time(body):
    begun = time.process_time()
    found = state(body)
    assert found.outcome in OUTCOMES and len(found.reason) < 500
    assert time.process_time() - begun < 1.0  # 100 kB; the slowest measured 0.15 s on 2026-11-24


def test_a_long_page_is_judged_by_what_stands_behind_its_scripts():
    bulk = "<script>" + "var x = 1;" * 200_000 + "</script>"
    assert state(f"<title>Shop</title>{bulk}<h1>Acetone</h1><p>12.00 EUR, in stock</p>").outcome == "live"
    assert state(f"<title>Shop</title>{bulk}<h1>Page not found</h1>").outcome == "soft_404"


def test_the_same_page_gives_the_same_state_and_the_reason_names_the_rule():
    assert state(BLOCK_PAGE) == state(BLOCK_PAGE) == PageState("blocked", "blocked_title: heading 'access denied'")
