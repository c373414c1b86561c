"""One visit in, everything it says out: outcomes, owners, ids, and what a block page must never give."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from crawlers.page_state import load_rules
from crawlers.records import Capture, Certificate, HostFacts, Visit, VisitEvidence, capture_id, visit_id
from nlp.analyse import analyse, analyse_page, code_digest
from nlp.analyse_text import analyse_text, text_json
from nlp.extractors.favicon_mmh3 import PIXEL, favicon_hash
from nlp.findings import Analysis, Code, Fingerprint, Flag
from nlp.lexicon import load_lexicons
from nlp.report_json import page_json

PAGES = Path(__file__).parent / "pages"
START = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
LEAF = Certificate(b"", "aa" * 32, "bb" * 32, "CN=green-door.example", "CN=ca", (), START, START + timedelta(days=90))
PRODUCT = """<html lang="en"><head><title>{title}</title></head><body><h1>{title}</h1><p class="price">{price}</p>
<p>SKU: {sku}. In stock.</p>
<p>{text}</p><button>Add to cart</button><footer>Mail desk@green-door.example, t.me/green_desk</footer></body></html>"""
HOME = """<html lang="en"><head><title>Green Door</title></head><body><h1>Green Door</h1>
<div><div class="card"><a href="/p/1">{one}</a> <b>{price}</b></div>
<div class="card"><a href="/p/2">Beaker 250 ml</a> <b>$4.00</b></div></div><script>gtag('config', 'G-7Q2M4K9PXA');</script>
<footer>Mail desk@green-door.example</footer></body></html>"""
ONE = "4-piperidone 500 g"


class Visiting:
    """Builds the evidence of one visit, page by page."""

    def __init__(self, site: str = "name: green-door\nseeds: ['https://green-door.example/']\n", stop: str = "done") -> None:
        self.name, self.site_text, self.stop = site.split("\n")[0].removeprefix("name: "), site, stop
        self.visit = visit_id(self.name, START)
        self.captures: list[Capture] = []
        self.bodies: dict[str, bytes] = {}
        self.hosts: list[HostFacts] = []

    def add(
        self, url: str, body: str | bytes, *, role: str = "page", status: int = 200, asked: str = "", hop: int = 0, **headers: str
    ) -> str:
        raw = body.encode() if isinstance(body, str) else body
        key = capture_id(self.visit, role, "http", asked or url, hop, 1)
        sent = (("Server", "nginx"), ("Content-Type", headers.pop("kind", "text/html; charset=utf-8")), *headers.items())
        self.captures.append(
            Capture(
                key, self.visit, role, url, asked or url, hop, 1, status, sent, hashlib.sha256(raw).hexdigest(), len(raw),
                START + timedelta(seconds=len(self.captures) + 1), "127.0.0.9", "HTTP/1.1", warc_file="v.warc.gz",
            )
        )  # fmt: skip
        self.bodies[key] = raw
        return key

    def host(self, name: str = "green-door.example", **facts: object) -> None:
        self.hosts.append(HostFacts(self.visit, name, 443, START + timedelta(seconds=9), **facts))  # type: ignore[arg-type]

    def evidence(self) -> VisitEvidence:
        visit = Visit(self.visit, self.name, START, START, START + timedelta(minutes=1), self.stop, 5, len(self.captures), True)
        return VisitEvidence(visit, self.site_text, tuple(self.captures), self.bodies, tuple(self.hosts))

    def analyse(self) -> Analysis:
        return analyse(self.evidence(), load_lexicons(), load_rules())


def shop(price: str = "$77.70", one: str = ONE) -> Visiting:
    visiting = Visiting()
    visiting.add("https://green-door.example/", HOME.format(one=one, price=price))
    visiting.add(
        "https://green-door.example/p/1",
        PRODUCT.format(title=one, price=price, sku="GD-1", text="We ship again free of charge if customs seize it."),
    )
    visiting.add("https://green-door.example/favicon.ico", PIXEL, role="favicon", kind="image/gif")
    visiting.host(certificates=(LEAF,), robots="absent")
    return visiting


def test_a_live_shop_gives_look_listings_and_findings_with_places() -> None:
    analysis = shop().analyse()
    (look,) = analysis.looks
    assert (look.storefront, look.outcome, look.language) == ("green-door.example", "live", "en")
    assert look.at == START + timedelta(seconds=1)
    assert look.capture_ids[0] == shop().captures[0].capture_id
    assert [(row.title, row.price, row.sku) for row in analysis.listings] == [
        (ONE, Decimal("77.70"), "GD-1"),
        ("Beaker 250 ml", Decimal("4.00"), None),
    ]
    values = {(type(found).__name__, found.kind, "" if isinstance(found, Flag) else found.value) for found in analysis.findings}
    assert {
        ("Contact", "email", "desk@green-door.example"),
        ("Contact", "telegram", "green_desk"),
        ("Fingerprint", "google_analytics", "G-7Q2M4K9PXA"),
        ("Fingerprint", "tls_spki", "bb" * 32),
        ("Fingerprint", "favicon_mmh3", str(favicon_hash(PIXEL))),
    } <= values
    assert all(found.where.storefront == "green-door.example" and found.where.capture_id.startswith("cap_") for found in analysis.findings)
    assert any(isinstance(found, Flag) and found.substance for found in analysis.findings)


def test_a_card_and_its_page_are_one_listing_and_contacts_stand_once() -> None:
    analysis = shop().analyse()
    assert len({listing.listing_id for listing in analysis.listings}) == len(analysis.listings) == 2
    mails = [found for found in analysis.findings if found.kind == "email"]
    assert [mail.where.capture_id for mail in mails] == [shop().captures[0].capture_id]


def test_storefront_risk_is_the_highest_of_its_listings_and_pages() -> None:
    analysis = shop().analyse()
    risks = dict(analysis.risks)
    assert set(risks) == {listing.listing_id for listing in analysis.listings}
    scores = [risk.score for risk in risks.values() if risk.score is not None]
    (look,) = analysis.looks
    assert look.risk.score is not None
    assert look.risk.score >= max(scores)
    harmless = shop(one="Copper wire 500 g").analyse()
    assert risks[analysis.listings[0].listing_id].score > (dict(harmless.risks)[harmless.listings[0].listing_id].score or 0)  # type: ignore[operator]


def test_analysing_again_gives_the_same_analysis() -> None:
    assert shop().analyse() == shop().analyse()


def test_the_analysis_id_follows_visit_site_code_and_lexicons() -> None:
    visiting = shop()
    first = visiting.analyse()
    assert first.code == code_digest()
    other = analyse(replace(visiting.evidence(), site_text=visiting.site_text + "delay_s: 3\n"), load_lexicons(), load_rules())
    assert first.analysis_id != other.analysis_id


def test_content_ignores_prices_and_dates_and_sees_words() -> None:
    def content(price: str, one: str) -> str | None:
        return shop(price, one).analyse().looks[0].content

    assert content("$77.70", ONE) == content("$81.20", ONE)
    assert content("$77.70", ONE) != content("$77.70", "Copper wire 500 g")


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        ((PAGES / "block_page.html").read_text("utf-8"), 403, "blocked"),
        (
            "<title>Domain parked</title><h1>green-door.example is for sale</h1><p>This domain is parked. t.me/park_desk</p>",
            200,
            "parked",
        ),
        ("<title>404 Not Found</title><h1>Not Found</h1>", 404, "not_found"),
        ("<h1>Service Unavailable</h1>", 503, "server_error"),
    ],
)
def test_a_page_that_is_not_the_shops_gives_no_listing_flag_or_fingerprint(body: str, status: int, outcome: str) -> None:
    visiting = Visiting(stop=outcome)
    visiting.add("https://green-door.example/", body, status=status)
    visiting.add("https://green-door.example/favicon.ico", PIXEL, role="favicon", kind="image/gif")
    visiting.host(certificates=(LEAF,))
    analysis = visiting.analyse()
    (look,) = analysis.looks
    assert (look.outcome, look.risk.band) == (outcome, "abstain")
    assert (analysis.listings, analysis.findings) == ((), ())
    assert [page.state for page in analysis.pages] == [outcome]


def test_a_block_page_in_the_middle_of_a_visit_is_left_out() -> None:
    visiting = shop()
    visiting.add("https://green-door.example/p/2", (PAGES / "block_page.html").read_text("utf-8"), status=403)
    analysis = visiting.analyse()
    assert analysis.looks[0].outcome == "live"
    assert [listing.title for listing in analysis.listings] == [ONE, "Beaker 250 ml"]
    assert not [found for found in analysis.findings if "guard" in (found.where.quote or "")]


@pytest.mark.parametrize(
    ("facts", "stop", "outcome"),
    [
        ({"failure": "nxdomain", "detail": "no such name"}, "nxdomain", "nxdomain"),
        ({"failure": "timeout"}, "timeout", "timeout"),
        ({"robots": "denied"}, "robots_denied", "robots_denied"),
        ({}, "refused", "refused"),
        ({}, "budget", "unknown"),
    ],
)
def test_a_visit_without_a_page_ends_in_its_failures_own_word(facts: dict[str, object], stop: str, outcome: str) -> None:
    visiting = Visiting(stop=stop)
    visiting.host(**facts)
    analysis = visiting.analyse()
    (look,) = analysis.looks
    assert (look.outcome, look.content, look.capture_ids, look.risk.score) == (outcome, None, (), None)
    assert look.reason
    assert analysis.findings == ()


@pytest.mark.parametrize(
    ("target", "outcome", "moved_to"),
    [
        ("https://new-door.example/welcome", "moved", "new-door.example"),
        ("https://shop.new-door.co.uk/", "moved", "new-door.co.uk"),
        ("https://www.green-door.example/", "unknown", None),
    ],
)
def test_a_redirect_to_another_storefront_has_moved(target: str, outcome: str, moved_to: str | None) -> None:
    visiting = Visiting(stop="moved")
    visiting.add("https://green-door.example/", "", role="redirect", status=301, Location=target)
    visiting.host(certificates=(LEAF,))
    analysis = visiting.analyse()
    if outcome == "unknown":
        visiting.stop = "pages"
        analysis = visiting.analyse()
    (look,) = analysis.looks
    assert (look.outcome, look.moved_to) == (outcome, moved_to)
    assert analysis.findings == ()


def test_a_redirect_inside_the_storefront_ends_at_its_page() -> None:
    visiting = Visiting()
    visiting.add("https://green-door.example/", "", role="redirect", status=302, Location="/shop")
    last = visiting.add("https://green-door.example/shop", HOME.format(one=ONE, price="$1.00"), asked="https://green-door.example/", hop=1)
    (look,) = visiting.analyse().looks
    assert (look.outcome, look.capture_ids[0]) == ("live", last)


def test_one_page_under_one_address_is_analysed_once() -> None:
    visiting = shop()
    page = HOME.format(one=ONE, price="$77.70")
    visiting.add("https://green-door.example/", page, asked="https://green-door.example/start", hop=1)
    assert len(visiting.analyse().pages) == len(shop().analyse().pages)


SELLER = """<html lang="en"><head><title>Quiet River</title></head><body><header>Bazaar, help@bazaar.example</header>
<main><h1>Quiet River</h1><p>Write t.me/quiet_river1</p></main></body></html>"""
MARKET = "name: bazaar\nseeds: ['https://bazaar.example/offers']\nkind: marketplace\n"


def test_sellers_have_looks_and_the_market_keeps_what_is_its_own() -> None:
    visiting = Visiting(MARKET)
    visiting.add("https://bazaar.example/offers", (PAGES / "market_list.html").read_bytes())
    visiting.add("https://bazaar.example/item/11", (PAGES / "market_product.html").read_bytes())
    visiting.add("https://bazaar.example/seller/quietriver", SELLER)
    visiting.add("https://bazaar.example/favicon.ico", PIXEL, role="favicon", kind="image/gif")
    visiting.host("bazaar.example", certificates=(LEAF,))
    analysis = visiting.analyse()
    assert [look.storefront for look in analysis.looks] == [
        "bazaar.example",
        "bazaar.example#north-desk",
        "bazaar.example#quietriver",
        "bazaar.example#third.hand",
    ]
    assert {look.outcome for look in analysis.looks} == {"live"}
    assert {listing.title: listing.storefront for listing in analysis.listings} == {
        "Glass jar 1 kg": "bazaar.example#north-desk",
        "Tin box 500 g": "bazaar.example#quietriver",
        "Paper bag": "bazaar.example#third.hand",
    }
    owners = {found.value: found.where.storefront for found in analysis.findings if not isinstance(found, Flag | Code)}
    assert owners["quiet_river1"] == "bazaar.example#quietriver"
    assert owners["northdesk_1"] == owners["north_desk1"] == "bazaar.example#north-desk"
    assert owners["help@bazaar.example"] == owners["bazaar_help"] == "bazaar.example"
    assert {found.where.storefront for found in analysis.findings if isinstance(found, Fingerprint)} == {"bazaar.example"}


def test_tenants_of_a_host_do_not_share_its_traces() -> None:
    visiting = Visiting("name: tenant\nseeds: ['https://mall.example/blue/']\ntenant: path\nkind: hosted\n")
    visiting.add("https://mall.example/blue/", HOME.format(one=ONE, price="$1.00"))
    visiting.host("mall.example", certificates=(LEAF,))
    analysis = visiting.analyse()
    assert [look.storefront for look in analysis.looks] == ["mall.example/blue"]
    owners = {type(found).__name__: found.where.storefront for found in analysis.findings}
    assert owners["Fingerprint"] == "mall.example"
    assert owners["Contact"] == "mall.example/blue"


def test_a_layout_that_lost_its_listings_is_said() -> None:
    visiting = shop()
    visiting.site_text += "expect: {listings: [10, 500]}\n"
    assert visiting.analyse().layout_changed == "expected 10 to 500 listings, found 2"
    assert shop().analyse().layout_changed is None


def test_importing_the_stage_loads_no_fetcher_and_no_store() -> None:
    fetchers = {"scrapy", "twisted", "playwright", "aiohttp", "warcio", "elasticsearch"}
    program = f"import sys, nlp.analyse; print(sorted({fetchers!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_page_json_has_the_keys_of_the_contract() -> None:
    page = PRODUCT.format(title=ONE, price="$77.70", sku="GD-1", text="Telegram: @green_desk")
    line = page_json(
        analyse_page(page.encode(), "https://green-door.example/p/1", load_lexicons(), load_rules()), "one.html", with_text=True
    )
    assert list(line) == [
        "file", "url", "page_state", "language", "listings", "flags", "codes", "contacts", "payments", "fingerprints", "risk", "text",
    ]  # fmt: skip
    text = line["text"]
    assert isinstance(text, str)
    assert set(line["listings"][0]) >= {  # type: ignore[index]
        "title", "price", "currency", "price_was", "price_max", "quantity", "unit", "min_order", "sku", "availability", "seller",
        "ships_from", "ships_to", "description", "codes", "images",
    }  # fmt: skip
    for group in ("flags", "codes", "contacts"):
        assert line[group], group
        for row in line[group]:  # type: ignore[attr-defined]
            if row["start"] is not None:
                assert text[row["start"] : row["end"]] == row["where"]["quote"]
                assert row["where"]["in"] == "text"


def test_a_page_without_an_address_is_analysed_too() -> None:
    analysis = analyse_page(PRODUCT.format(title=ONE, price="$77.70", sku="GD-1", text="").encode(), None, load_lexicons(), load_rules())
    assert [(listing.title, listing.price) for listing in analysis.findings.listings] == [(ONE, Decimal("77.70"))]
    blocked = analyse_page((PAGES / "block_page.html").read_bytes(), None, load_lexicons(), load_rules())
    assert (blocked.state.outcome, blocked.findings.listings, blocked.findings.contacts, blocked.risk.band) == (
        "blocked",
        (),
        (),
        "abstain",
    )


def test_text_json_has_exact_spans() -> None:
    text = "Order 4-piperidone, CAS 41661-47-6. Telegram: @green_desk or 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
    line = text_json("t1", analyse_text(text, None, load_lexicons()))
    assert list(line) == ["id", "language", "flags", "codes", "contacts", "payments", "risk"]
    rows = [row for group in ("codes", "contacts", "payments") for row in line[group]]  # type: ignore[attr-defined]
    assert [(row["kind"], row["value"], text[row["start"] : row["end"]]) for row in rows] == [
        ("cas", "41661-47-6", "41661-47-6"),
        ("telegram", "green_desk", "Telegram: @green_desk"),
        ("bitcoin", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ]
    flags = line["flags"]
    assert isinstance(flags, list)
    assert all(text[flag["start"] : flag["end"]] == flag["text"] for flag in flags)
    assert "term" in {flag["kind"] for flag in flags}
