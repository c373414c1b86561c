"""Leads on the invented market: who gets one, what it holds, and what a refresh keeps."""

from datetime import UTC, datetime

from crawlers.ids import content_id
from indexer.leads import lead_id, refresh_leads
from indexer.store import Document, Value

AT = datetime(2026, 3, 10, 8, tzinfo=UTC)
LATER = datetime(2026, 3, 11, 8, tzinfo=UTC)
CLUSTER = "green-door.example/1"


def refresh(market, at=AT, **more) -> dict[str, Document]:
    return {str(lead["id"]): lead for lead in refresh_leads(market.store, at, market.store.next_sequence(), **more)}


def stored(market, key: str) -> Document:
    lead = market.store.get("lead", key)
    assert lead is not None
    return lead


def edit(market, key: str, **fields: Value) -> None:
    market.put("lead", stored(market, key) | fields)


def test_one_lead_for_a_cluster_and_one_for_a_lone_high_storefront(linked):
    leads = refresh(linked)
    assert set(leads) == {content_id("lea", "cluster", CLUSTER), content_id("lea", "storefront", "lone-lab.example")}
    cluster, lone = leads[lead_id(cluster=CLUSTER)], leads[lead_id(storefront="lone-lab.example")]
    assert cluster["storefronts"] == ["blue-door.example", "green-door.example"]
    assert (cluster["score"], cluster["band"], cluster["tlp"], cluster["status"]) == (0.97, "high", "AMBER", "new")
    assert cluster["title"] == "2 linked storefronts offer 1-boc-4-AP, 1 of them closed"
    assert (cluster["first_seen"], cluster["last_seen"]) == ("2026-03-01T06:00:00Z", "2026-03-10T06:00:00Z")
    assert (lone["storefront"], lone["cluster"], lone["created_at"]) == ("lone-lab.example", None, "2026-03-10T08:00:00Z")
    assert stored(linked, str(cluster["id"])) == cluster


def test_only_ground_that_deserves_it_gets_a_lead(market):
    market.shop("low.example", band="low", score=0.2)
    market.shop("abstained.example", band="abstain")
    market.shop("low-twin.example", band="medium", score=0.6)
    market.cluster("low.example/1", "low.example", "low-twin.example")
    market.put("storefront", {"id": "sto_gone", "storefront": "gone.example", "band": "high", "score": 0.9, "withdrawn": True})
    market.put("cluster", {"id": "x/1", "members": ["gone.example", "low.example"], "size": 2, "withdrawn": True})
    assert refresh(market) == {}


def test_a_cluster_of_one_is_a_storefront(market):
    market.shop("alone.example")
    market.put("cluster", {"id": "alone.example/1", "members": ["alone.example"], "size": 1})
    assert set(refresh(market)) == {lead_id(storefront="alone.example")}


def test_evidence_is_enough_to_print_the_lead(linked):
    lead = refresh(linked)[lead_id(cluster=CLUSTER)]
    evidence = lead["evidence"]
    assert isinstance(evidence, dict)
    reasons = evidence["reasons"]
    assert [(row["id"], row["storefront"], row["quote"]) for row in reasons] == [
        ("controlled_precursor", "blue-door.example", "1-boc-4-AP in stock"),
        ("controlled_precursor", "green-door.example", "1-boc-4-AP"),
        ("customs_promise", "green-door.example", "guarantee customs clearance"),
    ]
    # A finding saw this quote a day after the capture that the storefront's reason names; without a finding the capture's time stands.
    assert reasons[1] | {"says": "", "where": {}} == {
        "id": "controlled_precursor",
        "says": "",
        "points": 2.5,
        "storefront": "green-door.example",
        "where": {},
        "quote": "1-boc-4-AP",
        "before": "we ",
        "after": " worldwide",
        "capture_id": "cap_green-door",
        "url": "https://green-door.example/",
        "first_seen": "2026-03-02T06:00:00Z",
    }
    assert reasons[1]["where"] == {"in": "text", "start": 3, "end": 13}
    assert reasons[2]["first_seen"] == "2026-03-01T06:00:00Z"
    assert [(link["a"], link["b"], link["evidence"][0]["why"]) for link in evidence["links"]] == [
        ("blue-door.example", "green-door.example", "only these 2 storefronts have it")
    ]
    assert [hub["value"] for hub in evidence["hubs"]] == ["192.0.2.7"]
    assert [(listing["title"], listing["price"]) for listing in evidence["listings"]] == [("1-boc-4-AP 1 kg", "1200.50")]
    (contact,) = evidence["contacts"]
    assert (contact["value"], contact["storefronts"]) == ("greendoor24", ["blue-door.example", "green-door.example"])
    assert (contact["first_seen"], contact["last_seen"]) == ("2026-03-02T06:00:00Z", "2026-03-08T06:00:00Z")
    assert [(event["event"], event["successor_of"]) for event in evidence["events"]] == [
        ("seized", None),
        ("appeared", "green-door.example"),
    ]
    assert evidence["captures"]["cap_green-door"]["warc_offset"] == 512


def test_quotes_of_one_rule_come_from_every_storefront_before_any_comes_twice(market):
    places = [{"capture_id": f"cap_{n}", "storefront": "a.example", "in": "text", "quote": f"quote {n}"} for n in range(4)]
    market.shop("a.example", {"id": "customs_promise", "points": 2.0, "places": places})
    market.shop("b.example", {"id": "customs_promise", "points": 2.4, "places": [places[0] | {"storefront": "b.example"}]})
    market.cluster("a.example/1", "a.example", "b.example")
    lead = refresh(market)[lead_id(cluster="a.example/1")]
    assert [(row["storefront"], row["quote"], row["points"]) for row in lead["evidence"]["reasons"]] == [
        ("a.example", "quote 0", 2.4),
        ("b.example", "quote 0", 2.4),
        ("a.example", "quote 1", 2.4),
    ]


def test_a_second_refresh_of_the_same_market_writes_nothing(linked):
    before = refresh(linked)
    assert refresh(linked, LATER) == before


def test_superseded_findings_and_withdrawn_links_are_no_evidence(linked):
    linked.finding("blue-door.example", "contact", "wechat", "old-reading", superseded=True)
    linked.put(
        "link",
        {"id": "lnk_old", "a": "blue-door.example", "b": "green-door.example", "linked": True, "probability": 1.0, "withdrawn": True},
    )
    evidence = refresh(linked)[lead_id(cluster=CLUSTER)]["evidence"]
    assert [contact["value"] for contact in evidence["contacts"]] == ["greendoor24"]
    assert len(evidence["links"]) == 1 and evidence["links"][0]["probability"] == 0.98


def test_links_that_hold_a_cluster_together_are_the_strongest_and_no_more(market):
    names = ["a.example", "b.example", "c.example"]
    for name in names:
        market.shop(name)
    market.cluster("a.example/1", *names)  # a-b and b-c at 0.98
    market.link("a.example", "c.example", "third", probability=0.99)
    evidence = refresh(market)[lead_id(cluster="a.example/1")]["evidence"]
    assert [(link["a"], link["b"]) for link in evidence["links"]] == [("a.example", "c.example"), ("a.example", "b.example")]


def test_what_is_left_out_is_counted(market):
    market.shop("big.example")
    for number in range(43):
        market.offer("big.example", f"offer {number:02}", "10")
    evidence = refresh(market)[lead_id(storefront="big.example")]["evidence"]
    assert len(evidence["listings"]) == 40
    assert evidence["left_out"] == {"listings": 3}


def test_a_refresh_keeps_what_analysts_wrote(linked):
    key = lead_id(cluster=CLUSTER)
    refresh(linked)
    written = {
        "status": "sent",
        "assignee": "kim",
        "notes": ["called the host"],
        "tlp": "RED",
        "sent_to": ["customs"],
        "feedback": "true lead",
    }
    edit(linked, key, **written)
    linked.offer("blue-door.example", "4-AP 500 g", "700")
    lead = refresh(linked, LATER)[key]
    assert {name: lead[name] for name in written} == written
    assert (lead["created_at"], lead["refreshed_at"]) == ("2026-03-10T08:00:00Z", "2026-03-11T08:00:00Z")
    assert len(lead["evidence"]["listings"]) == 2


def test_an_analysts_writing_during_a_refresh_stands(linked):
    key = lead_id(cluster=CLUSTER)
    refresh(linked)
    sequence = linked.store.next_sequence()
    edit(linked, key, status="assigned")  # takes a higher sequence than the refresh that is under way
    refresh_leads(linked.store, LATER, sequence)
    assert stored(linked, key)["status"] == "assigned"


def test_a_lead_without_ground_is_withdrawn_and_stays_readable(linked):
    key = lead_id(storefront="lone-lab.example")
    before = refresh(linked)[key]
    edit(linked, key, notes=["watch"])
    linked.shop("lone-lab.example", band="medium", score=0.6)
    assert key not in refresh(linked, LATER)
    lead = stored(linked, key)
    assert lead["withdrawn"] is True and lead["notes"] == ["watch"]
    assert lead["evidence"]["withdrawn_because"] == "none of its storefronts is rated high any more"
    assert lead["evidence"]["reasons"] == before["evidence"]["reasons"]
    linked.shop("lone-lab.example", {"id": "customs_promise", "points": 2.0, "places": []})
    again = refresh(linked, LATER)[key]
    assert (again["withdrawn"], again["notes"]) == (False, ["watch"])
    assert "withdrawn_because" not in again["evidence"]


def test_a_storefront_lead_is_superseded_by_its_cluster_and_hands_on_what_people_wrote(linked):
    old = lead_id(storefront="lone-lab.example")
    refresh(linked)
    edit(linked, old, status="assigned", assignee="kim", notes=["seen at the fair"], tlp="RED", sent_to=["customs"])
    linked.shop("newcomer.example", score=0.9)
    linked.cluster("lone-lab.example/7", "lone-lab.example", "newcomer.example")
    new = lead_id(cluster="lone-lab.example/7")
    lead = refresh(linked, LATER)[new]
    assert lead["evidence"]["supersedes"] == [old]
    assert (lead["status"], lead["assignee"], lead["notes"], lead["tlp"], lead["sent_to"]) == (
        "new",
        "kim",
        [f"{old}: seen at the fair"],
        "RED",
        ["customs"],
    )
    gone = stored(linked, old)
    assert (gone["withdrawn"], gone["evidence"]["superseded_by"]) == (True, new)
    assert gone["evidence"]["withdrawn_because"] == f"its storefronts are now part of lead {new}"
    # A second refresh says the same and takes nothing over twice.
    again = refresh(linked, LATER)[new]
    assert (again["evidence"]["supersedes"], again["notes"]) == ([old], [f"{old}: seen at the fair"])


def test_a_rebuild_with_the_leads_read_before_gives_them_back_equal(linked):
    key = lead_id(cluster=CLUSTER)
    refresh(linked)
    edit(linked, key, status="sent", notes=["called"])
    before = refresh(linked)
    known = list(linked.store.scan("lead"))
    for lead in known:
        linked.put("lead", {"id": lead["id"], "storefronts": []})  # the family emptied, as far as a reader can tell
    after = refresh(linked, AT, previous=known)
    assert {k: v | {"sequence": 0} for k, v in after.items()} == {k: v | {"sequence": 0} for k, v in before.items()}


def test_a_lead_from_a_simulated_clock_says_so(market):
    market.simulated = True
    market.shop("made-up.example")
    assert [lead["simulated"] for lead in refresh(market).values()] == [True]
