"""A small invented market as the projector leaves it in a real embedded store; tests of leads, alerts, exports and report start from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crawlers.ids import content_id, instant
from indexer.sqlite_store import SqliteStore
from indexer.store import Document, Value

DAY_0 = datetime(2026, 3, 1, 6, tzinfo=UTC)


def day(number: int) -> str:
    """The instant of the visit on simulated day `number`."""
    return instant(DAY_0 + timedelta(days=number))


def reason(rule: str, points: float, storefront: str, quote: str, *, before: str = "we ", after: str = " worldwide") -> Document:
    """A stored reason with one place on the storefront's page."""
    start = len(before)
    place: Document = {
        "capture_id": f"cap_{storefront.partition('.')[0]}",
        "storefront": storefront,
        "in": "text",
        "start": start,
        "end": start + len(quote),
    }
    return {"id": rule, "points": points, "places": [place | {"quote": quote, "before": before, "after": after}]}


@dataclass
class Market:
    """Writes documents of derived and observed families with the least that they need."""

    store: SqliteStore
    simulated: bool = False

    def shop(
        self, key: str, *reasons: Document, band: str = "high", score: float = 0.97, state: str = "live", first: int = 0, last: int = 9
    ) -> None:
        """One storefront with its page's capture; ended on day `last` unless its state is live."""
        capture: Document = {
            "id": f"cap_{key.partition('.')[0]}",
            "kind": "capture",
            "site": key.partition(".")[0],
            "storefront": key,
            "planned_at": day(first),
            "url": f"https://{key}/",
            "fetched_at": day(first),
            "body_sha256": "ab" * 32,
            "warc_file": f"{key.partition('.')[0]}/vis_1.warc.gz",
            "warc_offset": 512,
            "text": "page text",
        }
        self.put("capture", capture)
        document: Document = {
            "id": content_id("sto", key),
            "storefront": key,
            "state": state,
            "score": score,
            "band": band,
            "reasons": [*reasons],
            "first_seen": day(first),
            "last_seen": day(last),
            "opened_at": day(first),
            "listings": 2,
            "language": "en",
            "simulated": self.simulated,
        }
        self.put("storefront", document | ({} if state == "live" else {"ended_at": day(last)}))

    def cluster(self, key: str, *members: str, **more: Value) -> None:
        """A cluster, linked in a chain by one Telegram name."""
        self.put("cluster", {"id": key, "members": [*members], "size": len(members), **more})
        for a, b in pairwise(members):
            self.link(a, b, "greendoor24")

    def link(self, a: str, b: str, value: str, probability: float = 0.98) -> None:
        """A link by a Telegram name, beside a hub that both share."""
        shared: Document = {
            "family": "contact",
            "type": "telegram",
            "value": value,
            "df": 2,
            "bits": 9.5,
            "hub": False,
            "why": "only these 2 storefronts have it",
        }
        hub: Document = {
            "family": "network",
            "type": "ip",
            "value": "192.0.2.7",
            "df": 40,
            "bits": 0.0,
            "hub": True,
            "why": "40 unrelated storefronts share it",
        }
        self.put(
            "link",
            {
                "id": content_id("lnk", a, b),
                "a": a,
                "b": b,
                "probability": probability,
                "linked": True,
                "bits": 9.5,
                "evidence": [shared, hub],
            },
        )

    def finding(self, key: str, group: str, kind: str, value: str, *, on: int = 0, **more: Value) -> None:
        """One finding on the storefront's page."""
        where: Document = {
            "capture_id": f"cap_{key.partition('.')[0]}",
            "storefront": key,
            "in": "text",
            "start": 3,
            "end": 3 + len(value),
            "quote": value,
            "before": "at ",
            "after": "",
        }
        document: Document = {
            "id": content_id("fnd", key, group, kind, value, on),
            "kind": "finding",
            "visit_id": f"vis_{key}",
            "planned_at": day(on),
            "superseded": False,
            "storefront": key,
            "capture_id": f"cap_{key.partition('.')[0]}",
            "seen_at": day(on),
            "group": group,
            "finding_kind": kind,
            "value": value,
            "where": where,
            "text": value,
        }
        self.put("finding", document | more)

    def offer(self, key: str, title: str, price: str, *, band: str = "high") -> None:
        """One current listing."""
        listing: Document = {
            "id": content_id("lst", key, title),
            "listing_id": content_id("lst", key, title),
            "storefront": key,
            "url": f"https://{key}/p",
            "title": title,
            "price": price,
            "currency": "USD",
            "current": True,
            "first_seen": day(0),
            "last_seen": day(9),
            "capture_id": f"cap_{key.partition('.')[0]}",
            "band": band,
        }
        self.put("listing", listing)

    def event(self, key: str, event: str, by: int, **more: Value) -> None:
        """One event that lies between the day before and `by`."""
        self.put(
            "event",
            {"id": content_id("evt", key, event, by), "storefront": key, "event": event, "after": day(by - 1), "by": day(by), **more},
        )

    def put(self, family: str, document: Document) -> None:
        """Writes one document with the next sequence where its family has one."""
        derived = family in ("storefront", "cluster", "link", "event", "listing", "identifier", "succession", "lead")
        self.store.put(
            family,
            [
                {"kind": family, **document}
                | ({"sequence": self.store.next_sequence(), "withdrawn": document.get("withdrawn", False)} if derived else {})
            ],
        )
        assert not list(self.store.scan("deadletter")), list(self.store.scan("deadletter"))


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """An empty market in a store of its own."""
    store = SqliteStore(tmp_path / "market.db")
    store.init()
    yield Market(store)
    store.close()


@pytest.fixture
def linked(market: Market) -> Market:
    """Two high storefronts of one operator, the second after the first's end, an honest shop, and one high storefront alone."""
    market.shop(
        "green-door.example",
        reason("controlled_precursor", 2.5, "green-door.example", "1-boc-4-AP"),
        reason("customs_promise", 2.0, "green-door.example", "guarantee customs clearance"),
        state="seized",
        last=5,
    )
    market.shop("blue-door.example", reason("controlled_precursor", 2.5, "blue-door.example", "1-boc-4-AP in stock"), score=0.93, first=7)
    market.shop(
        "honest-chem.example", reason("benign.safety_sheet", -2.0, "honest-chem.example", "safety data sheet"), band="low", score=0.1
    )
    market.shop("lone-lab.example", reason("customs_promise", 2.1, "lone-lab.example", "free reship if seized"), score=0.91)
    market.cluster("green-door.example/1", "blue-door.example", "green-door.example")
    market.finding("green-door.example", "flag", "term", "1-boc-4-AP", on=1, substance="1-boc-4-AP", term="1-boc-4-ap")
    market.finding("green-door.example", "contact", "telegram", "greendoor24", on=1)
    market.finding("blue-door.example", "contact", "telegram", "greendoor24", on=7)
    market.offer("green-door.example", "1-boc-4-AP 1 kg", "1200.50")
    market.event("green-door.example", "seized", 5)
    market.event("blue-door.example", "appeared", 7, successor_of="green-door.example", probability=0.98)
    return market
