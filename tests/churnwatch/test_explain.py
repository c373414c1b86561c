"""Why, on the command line: places re-anchored in the evidence, pairs, pivots."""

import json
from collections.abc import Callable

from churnwatch.explained import sources_of
from indexer.store import Document


def rows(done) -> list[dict[str, object]]:  # type: ignore[no-untyped-def]
    """The JSON lines of a command that ended with 0."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_claim_stands_exactly_where_the_finding_says(short_demo, cli: Callable) -> None:  # type: ignore[no-untyped-def, type-arg]
    store = ("--store", short_demo.store)
    found = rows(cli("search", "", "--kind", "finding", "--where", "finding_kind=claim", "--json", *store, cwd=short_demo.folder))
    assert len(found) > 3
    for finding in found[:3]:
        (explained,) = rows(cli("explain", str(finding["id"]), "--evidence", "evidence", "--json", *store, cwd=short_demo.folder))
        places = explained["places"]
        assert isinstance(places, list)
        assert [(place["state"], place["quote"]) for place in places] == [("exact", str(finding["value"])[:200])]


def test_without_the_evidence_a_place_is_unread_and_says_so(short_demo, cli: Callable) -> None:  # type: ignore[no-untyped-def, type-arg]
    store = ("--store", short_demo.store)
    (finding,) = rows(
        cli("search", "", "--kind", "finding", "--where", "finding_kind=claim", "--limit", "1", "--json", *store, cwd=short_demo.folder)
    )
    (explained,) = rows(cli("explain", str(finding["id"]), "--evidence", "nowhere", "--json", *store, cwd=short_demo.folder))
    assert [place["state"] for place in explained["places"]] == ["unread"]  # type: ignore[attr-defined]


def test_a_pair_says_what_it_shares(short_demo, cli: Callable) -> None:  # type: ignore[no-untyped-def, type-arg]
    store = ("--store", short_demo.store)
    (pair,) = rows(cli("explain", "harbor-reagents.example", "northpier-lab.example", "--json", *store, cwd=short_demo.folder))
    assert pair["linked"] is True
    shared = {(row["family"], row["hub"]) for row in pair["evidence"] if row["bits"] > 0}  # type: ignore[attr-defined]
    assert ("contact", False) in shared
    (apart,) = rows(cli("explain", "alder-scientific.example", "northpier-lab.example", "--json", *store, cwd=short_demo.folder))
    assert apart["linked"] is False


def test_a_pivot_lists_everybody_seen_with_a_value(short_demo, cli: Callable) -> None:  # type: ignore[no-untyped-def, type-arg]
    store = ("--store", short_demo.store)
    found = rows(cli("pivot", "telegram", "northdesk_demo75", "--json", *store, cwd=short_demo.folder))
    assert {row["storefront"] for row in found} == {"harbor-reagents.example", "northpier-lab.example"}
    assert {row["hub"] for row in found} == {False}
    assert all(row["captures"] for row in found)


def test_a_listing_says_which_source_won() -> None:
    listing: Document = {
        "kind": "listing", "source": "visible", "price": "9.00", "currency": "USD", "availability": "in_stock",
        "disagreed": [
            {"field": "price", "source": "json_ld", "value": "7.00 USD"},
            {"field": "availability", "source": "json_ld", "value": "out_of_stock"},
        ],
        "pack_prices": [{"quantity": "100", "unit": "g", "price": "9.00"}],
    }  # fmt: skip
    assert list(sources_of(listing)) == [
        "price 9.00 stands (visible won); json_ld said 7.00 USD",
        "availability in_stock stands (the most trusted source that names one); json_ld said out_of_stock",
        "pack of 100 g: 9.00 USD",
    ]
