"""The report: what it shows, and that nothing a page said can run, load or be clicked."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from lxml import html

from crawlers.errors import ConfigError
from indexer.leads import refresh_leads
from indexer.report import report_data, write_report

AT = datetime(2026, 3, 10, 8, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=https://evil.example/x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "</style><style>@import url(//evil.example)</style>",
    "</title><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "<!--",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "]]><base href=https://evil.example/>",
]


@pytest.fixture
def page(tmp_path):
    """Writes the report of a market and gives its text and its tree."""

    def write(market, truth=None):
        refresh_leads(market.store, AT, market.store.next_sequence())
        path = write_report(tmp_path / "report.html", report_data(market.store, "Report of a test", AT, truth))
        text = path.read_text("utf-8")
        return text, html.document_fromstring(text)

    return write


def words(node) -> str:
    """The text below a node, one space between any two pieces."""
    return " ".join(" ".join(node.itertext()).split())


def test_a_report_shows_leads_groups_events_prices_and_hubs(linked, page):
    linked.put(
        "event",
        {
            "id": "evt_price",
            "storefront": "green-door.example",
            "event": "price_changed",
            "listing_id": "lst_1",
            "by": "2026-03-02T06:00:00Z",
        },
    )
    for number, price in enumerate(("1500", "1400.00", "1200.50")):
        linked.put(
            "listing_obs",
            {
                "id": f"obs_{number}",
                "visit_id": f"vis_{number}",
                "storefront": "green-door.example",
                "listing_id": "lst_1",
                "planned_at": f"2026-03-0{number + 1}T06:00:00Z",
                "seen_at": f"2026-03-0{number + 1}T06:00:00Z",
                "title": "1-boc-4-AP 1 kg",
                "price": price,
                "currency": "USD",
                "superseded": False,
            },
        )
    linked.put(
        "identifier",
        {"id": "idf_1", "identifier": "ip", "value": "192.0.2.7", "size": 40, "hub": True, "reason": "a shared cache of web pages"},
    )
    _, tree = page(linked)
    figures = {words(node.find("span")): words(node.find("b")) for node in tree.cssselect(".figures div")}
    assert figures == {
        "leads": "2",
        "storefronts watched": "4",
        "open now": "3",
        "closed or moved": "1",
        "groups of one operator": "1",
        "offers": "1",
        "visits made": "0",
        "pages and files sealed": "4",
    }
    assert [words(node) for node in tree.cssselect(".lead h3")] == [
        "1. 2 linked storefronts offer 1-boc-4-AP, 1 of them closed",
        "2. lone-lab[.]example: promises passage, resending or refund past customs",
    ]
    first = tree.cssselect(".lead")[0]
    assert [words(node) for node in first.cssselect("blockquote")] == [
        "…we 1-boc-4-AP in stock worldwide…",
        "…we 1-boc-4-AP worldwide…",
        "…we guarantee customs clearance worldwide…",
    ]
    assert [words(node) for node in first.cssselect("blockquote mark")] == [
        "1-boc-4-AP in stock",
        "1-boc-4-AP",
        "guarantee customs clearance",
    ]
    assert "blue-door[.]example seems to continue green-door[.]example, very likely (0.98)" in words(first)
    group = words(tree.cssselect("#G1")[0])
    assert "share the Telegram name greendoor24 only these 2 storefronts have it 2 9.5" in group
    assert "also share the network address 192[.]0[.]2[.]7 40 unrelated storefronts share it 40 none" in group
    body = words(tree)
    assert "2026-03-05 06:00 UTC 2026-03-06 06:00 UTC green-door[.]example seized by an authority" in body
    assert "1-boc-4-AP 1 kg green-door[.]example 1500 USD 1200.50 USD -20.0 %" in body
    assert (
        "network address 192[.]0[.]2[.]7 40 a shared cache of web pages" in body
        and "INVENTED" not in body
        and "Compared with what is true" not in body
    )


def test_lives_are_drawn_to_scale(linked, page):
    _, tree = page(linked)
    bars = {
        words(life.cssselect(".name")[0]): life.cssselect(".bar")[0].get("style")
        for life in tree.cssselect(".lives .life:not(:first-child)")
    }
    # 9 days in all: green-door from day 0 to 5, blue-door from day 7 to 9.
    assert bars["G1 green-door[.]example"] == "left:0.0%;width:55.56%"
    assert bars["G1 blue-door[.]example"] == "left:77.78%;width:22.22%"


def test_a_storefront_that_came_back_has_a_bar_for_each_time_it_was_open(linked, page):
    linked.shop("twice-open.example", first=6, last=9)
    linked.event("twice-open.example", "appeared", 0)
    linked.event("twice-open.example", "parked", 3)
    linked.event("twice-open.example", "returned", 6)
    _, tree = page(linked)
    (row,) = (life for life in tree.cssselect(".life") if "twice-open" in words(life))
    # 9 days in all: open from day 0, closed by day 3, open again from day 6 to the end.
    assert [(bar.get("class"), bar.get("style")) for bar in row.cssselect(".bar")] == [
        ("bar ended", "left:0.0%;width:33.33%"),
        ("bar", "left:66.67%;width:33.33%"),
    ]


def test_what_speaks_against_a_lead_is_shown_apart(market, page):
    places = [{"capture_id": "cap_a", "storefront": "a.example", "in": "text", "quote": "safety data sheet"}]
    market.shop(
        "a.example", {"id": "controlled_precursor", "points": 3.0, "places": []}, {"id": "benign.sheet", "points": -1.0, "places": places}
    )
    _, tree = page(market)
    assert [words(node) for node in tree.cssselect(".reason.against blockquote")] == ["safety data sheet"]
    assert "What speaks against it" in words(tree)


def test_a_quiet_market_has_a_report_too(market, page):
    _, tree = page(market)
    assert "No storefront is rated high." in words(tree)


class Tags(HTMLParser):
    """Every tag with its attributes, as a browser's tokenizer would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("evil", HOSTILE)
def test_nothing_that_a_page_said_runs_loads_or_is_a_link(market, page, evil):
    key = f"shop.example#{evil}"
    place = {"capture_id": evil, "storefront": key, "in": evil, "quote": evil, "before": evil, "after": evil, "pointer": evil}
    market.shop(key, {"id": evil, "points": 3.0, "places": [place]}, {"id": "against", "points": -1.0, "places": [place]})
    market.shop("other.example", band="low", score=0.1)
    market.cluster(evil, key, "other.example", label="growing fast, to be reviewed")
    market.link(key, "other.example", evil)
    market.finding(key, "contact", evil, evil)
    market.finding(key, "flag", "term", "x", substance=evil)
    market.offer(key, evil, "5")
    market.event(key, "appeared", 1, successor_of=evil, probability=0.9)
    market.put("lead", {"id": "lea_old", "title": evil, "storefronts": [key], "status": evil, "tlp": evil, "band": "high", "evidence": {}})
    text, tree = page(market, {evil: 0.5})
    tags = Tags()
    tags.feed(text)
    names = {tag for tag, _ in tags.found}
    assert names.isdisjoint(
        {"script", "img", "iframe", "object", "embed", "link", "base", "form", "input", "foreignobject", "image", "audio", "video"}
    )
    for tag, attributes in tags.found:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert "src" not in attributes and "srcset" not in attributes and "xlink:href" not in attributes
        if "href" in attributes:
            assert tag == "a" and re.fullmatch(r"#(lead-\d+|G\d+)", attributes["href"] or ""), attributes
        if "style" in attributes:
            assert re.fullmatch(r"[a-z-]+:[\w.%()-]+(;[a-z-]+:[\w.%()-]+)*", attributes["style"] or ""), attributes
    assert text.count("<style>") == text.count("</style>") == 1
    assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in text
    # What names a host is broken; the text of a style that was quoted is text.
    assert not re.search(r"https?://|evil\.example", text)
    visible = evil.replace("https://evil.example", "hxxps://evil[.]example").replace("//evil.example", "//evil[.]example")
    assert " ".join(visible.split()) in words(tree)


def test_no_address_in_the_report_can_be_clicked(linked, page):
    text, _ = page(linked)
    assert re.findall(r"\w\.example", text) == []
    assert [urlsplit(found).netloc for found in re.findall(r"https?://\S+", text)] == []


def test_invented_markets_say_so_on_top_and_at_the_end(market, page):
    market.simulated = True
    market.shop("made-up.example")
    text, tree = page(market, {"days": 20, "listing_recall": 0.95, "event_f1": 1, "report": "x.html", "ok": True})
    assert words(tree.cssselect(".invented")[0]).startswith("INVENTED: this report comes from a demonstration")
    assert words(tree.cssselect("footer")[0]).endswith("INVENTED: nothing in this report is real.")
    body = words(tree)
    assert (
        "days 20" in body and "Offers that were found 0.950" in body and "Openings and endings (F1) 1.000" in body and "x.html" not in body
    )
    assert 'style="width:95.0%"' in text
    assert "They do not say how well it works on real sellers." in body


def test_what_has_no_room_is_counted(market, page):
    for number in range(63):
        market.shop(f"shop-{number:02}.example")
    _, tree = page(market)
    assert len(tree.cssselect(".lead")) == 60
    assert "Not printed here: 3 more leads." in words(tree)


def test_a_report_that_cannot_be_written_says_where(market, tmp_path):
    with pytest.raises(ConfigError, match="name a file in a folder that exists"):
        write_report(tmp_path / "none" / "report.html", report_data(market.store, "x", AT))
