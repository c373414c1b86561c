"""`churnwatch diff`: two captures side by side, exact in JSON, escaped and defanged in HTML."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawlers.evidence import VisitWriter
from crawlers.records import Capture, Certificate, DnsAnswer, HostFacts, Visit, capture_id, visit_id

DAY = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://green-door.example/"
SITE = SimpleNamespace(name="green-door", legal_reason=None)


def shop(*rows: str, contact: str, extra: str = "") -> str:
    card = '<li class="card"><h3><a href="/p/{}">{}</a></h3><p>{}</p></li>'
    cards = "".join(card.format(*row.split(",")) for row in rows)
    words = f"<h1>Green Door</h1><ul>{cards}</ul><p>Write to {contact}</p>{extra}"
    return f"<html><head><title>Green Door</title></head><body>{words}</body></html>"


BEFORE = shop("1,Acetone 1 kg,12.00 USD", "2,Toluene 1 kg,15.00 USD", "3,Hexane 1 kg,20.00 USD", contact="desk@green-door.example")
AFTER = shop(
    "1,Acetone 1 kg,14.50 USD", "3,Hexane 1 kg,20.00 USD", "4,Xylene 1 kg,18.00 USD",
    contact="sales@green-door.example", extra="<p>&lt;script&gt;alert(1)&lt;/script&gt; see https://other.example/x</p>",
)  # fmt: skip


def seal(folder: Path, day: int, html: str, spki: str) -> str:
    """A sealed visit of one page; the page's capture id."""
    planned = DAY + timedelta(days=day)
    named = visit_id("green-door", planned)
    body = html.encode()
    page = Capture(
        capture_id(named, "page", "http", URL, 0, 1), named, "page", URL, URL, 0, 1, 200, (("Content-Type", "text/html; charset=utf-8"),),
        hashlib.sha256(body).hexdigest(), len(body), planned, "127.0.0.9", "HTTP/1.1",
    )  # fmt: skip
    leaf = Certificate(b"0", spki * 64, spki * 64, "CN=green-door.example", "CN=Invented", (), planned, planned + timedelta(days=90))
    with VisitWriter(folder, SITE, f"name: green-door\nseeds: ['{URL}']\n", named, info={}) as archive:
        archive.add_host(HostFacts(named, "green-door.example", 443, planned, (DnsAnswer("A", ("127.0.0.9",)),), (leaf,)))
        archive.add(page, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", body)
        archive.seal(Visit(named, "green-door", planned, planned, planned, "done", 1, 1, None))
    return page.capture_id


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Path, str, str]:
    """A folder with two sealed looks at one shop, and their captures' ids."""
    return tmp_path, seal(tmp_path / "evidence", 0, BEFORE, "a"), seal(tmp_path / "evidence", 1, AFTER, "b")


def test_json_says_exactly_what_came_went_and_changed(desk, inside: Callable) -> None:
    folder, before, after = desk
    done = inside("diff", before, after, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["a"]["capture_id"], found["b"]["capture_id"]) == (before, after)
    assert found["a"]["body_sha256"] == hashlib.sha256(BEFORE.encode()).hexdigest() and found["a"]["as_sealed"] is True
    assert (found["differs"], found["same_body"], found["page_state"]) == (True, False, ["live", "live"])
    listings = found["listings"]
    assert [one["title"] for one in listings["removed"]] == ["Toluene 1 kg"]
    assert [one["title"] for one in listings["added"]] == ["Xylene 1 kg"]
    assert listings["changed"] == [{"title": "Acetone 1 kg", "fields": {"price": ["12.00", "14.50"], "price_per_kg": ["12.00", "14.50"]}}]
    assert listings["same"] == 1
    assert found["contacts"] == {
        "added": [{"kind": "email", "value": "sales@green-door.example"}],
        "removed": [{"kind": "email", "value": "desk@green-door.example"}],
        "same": [],
    }
    prints = found["fingerprints"]
    assert [one for one in prints["removed"] if one["kind"] == "tls_spki"] == [{"kind": "tls_spki", "value": "a" * 64}]
    assert [one for one in prints["added"] if one["kind"] == "tls_spki"] == [{"kind": "tls_spki", "value": "b" * 64}]
    assert any(one["kind"] == "header_order" for one in prints["same"])
    removed = [line for hunk in found["text"]["hunks"] for line in hunk["removed"]]
    added = [line for hunk in found["text"]["hunks"] for line in hunk["added"]]
    assert "Toluene 1 kg" in removed and "Write to sales@green-door.example" in added and "Hexane 1 kg" not in removed + added
    assert 0 < found["text"]["similarity"] < 1 and found["text"]["bounded"] is False


class Shown(HTMLParser):
    """What a browser would make of the page: elements, their attributes, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_is_escaped_defanged_and_asks_nothing_of_the_network(desk, inside: Callable) -> None:
    folder, before, after = desk
    assert inside("diff", before, after, "--out", "d.html", cwd=folder).returncode == 0
    html = (folder / "d.html").read_text("utf-8")
    shown = Shown(html)
    assert {"script", "img", "a", "link", "iframe", "form"}.isdisjoint(shown.tags)
    assert not [name for name, _ in shown.attributes if name in ("href", "src") or name.startswith("on")]
    assert "<script>alert(1)</script>" in shown.words and "default-src 'none'" in html
    assert "hxxps://other[.]example/x" in shown.words and "sales[@]green-door[.]example" in shown.words
    assert "https://" not in html.replace("http-equiv", "") and before in shown.words
    assert "<ins>14.50</ins>" in html or "<ins>14.50" in html


def test_the_entry_pages_of_two_visits_are_named_by_site(desk, inside: Callable) -> None:
    folder, before, after = desk
    found = json.loads(inside("diff", "green-door~1", "green-door", "--json", cwd=folder).stdout)
    assert (found["a"]["capture_id"], found["b"]["capture_id"]) == (before, after)


def test_a_capture_does_not_differ_from_itself(desk, inside: Callable) -> None:
    folder, before, _ = desk
    found = json.loads(inside("diff", before, before, "--json", cwd=folder).stdout)
    assert (found["differs"], found["same_body"], found["text"]) == (False, True, {"similarity": 1.0, "bounded": False, "hunks": []})
    assert "nothing that is compared differs" in inside("diff", before, before, cwd=folder).stdout


def test_captures_of_the_store_are_found_there(desk, inside: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, before, after = desk
    assert inside("analyse", cwd=folder).returncode == 0
    monkeypatch.setattr("churnwatch.compared.find_capture", lambda *_: None)  # so that only the store can tell
    assert json.loads(inside("diff", before, after, "--json", cwd=folder).stdout)["differs"] is True


def test_an_archive_changed_since_it_was_sealed_is_said_to_be(desk, inside: Callable) -> None:
    folder, before, after = desk
    (path, _) = sorted((folder / "evidence" / "green-door").glob("*.warc.gz"))
    path.write_bytes(path.read_bytes() + b"later")
    done = inside("diff", before, after, "--out", "d.html", cwd=folder)
    assert "is not as it was sealed" in done.stdout and "not as it was sealed" in (folder / "d.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("cap_nothing", "no sealed visit in evidence holds this capture"),
        ("other-shop", "0 sealed visit(s)"),
        ("green-door~9", "smaller N"),
        ("green-door~x", "SITE~N"),
    ],
)
def test_what_is_not_there_exits_2(desk, inside: Callable, given: str, says: str) -> None:
    folder, before, _ = desk
    done = inside("diff", before, given, cwd=folder)
    assert done.returncode == 2 and says in done.stderr and "Traceback" not in done.stderr
    assert inside("diff", before, before, "--out", "no/such/folder/d.html", cwd=folder).returncode == 2
