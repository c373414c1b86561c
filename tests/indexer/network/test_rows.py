"""The JSON of `link --identifiers` and `churn --visits`, exact."""

import json
from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from indexer.network.rows import churn_rows, explain_rows, link_rows

SEEN = "site,type,value,first_seen,last_seen\n" + "".join(
    f"{site},{kind},{value},,\n"
    for site, kind, value in [
        ("b.example", "telegram", "boss"),
        ("a.example", "telegram", "boss"),
        ("a.example", "wallet", "bitcoin:w"),
        ("c.example", "wallet", "bitcoin:w"),
        ("a.example", "google_analytics", "G-XXXXXXXXXX"),
        ("b.example", "google_analytics", "G-XXXXXXXXXX"),
        ("d.example", "phone", "+15550100"),
        ("e.example", "dom_hash", "d"),
    ]
)


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    file = tmp_path / "seen.csv"
    file.write_text(SEEN)
    return file


def test_every_site_has_one_row_with_its_cluster_and_strongest_link(seen: Path) -> None:
    assert link_rows(seen) == [
        {"site": "a.example", "cluster": "a.example~1", "probability": 0.9927},
        {"site": "b.example", "cluster": "a.example~1", "probability": 0.9897},
        {"site": "c.example", "cluster": "a.example~1", "probability": 0.9927},
        {"site": "d.example", "cluster": "d.example~1", "probability": None},
        {"site": "e.example", "cluster": "e.example~1", "probability": None},
    ]


def test_explain_shows_shared_values_hubs_and_why(seen: Path) -> None:
    (row,) = explain_rows(seen, "b.example", "a.example")
    assert (row["a"], row["b"], row["probability"], row["linked"], row["path"]) == (
        "b.example",
        "a.example",
        0.9897,
        True,
        ["b.example", "a.example"],
    )
    assert row["evidence"] == [
        # 15 bits at 512 storefronts are 6.588 bits of odds; the prior of five storefronts is log2(1.5/4) = -1.415
        {"family": "contact", "type": "telegram", "value": "boss", "df": 2, "bits": 8.003, "hub": False, "why": "on 2 storefronts"},
        {
            "family": "account", "type": "google_analytics", "value": "G-XXXXXXXXXX", "df": 2, "bits": 0.0, "hub": True,
            "why": "known hub: placeholder of the analytics snippet",
        },
    ]  # fmt: skip
    assert json.loads(json.dumps(row)) == row


def test_explain_shows_the_path_between_two_that_share_nothing(seen: Path) -> None:
    (row,) = explain_rows(seen, "b.example", "c.example")
    assert (row["linked"], row["evidence"], row["path"]) == (False, [], ["b.example", "a.example", "c.example"])
    (apart,) = explain_rows(seen, "a.example", "d.example")
    assert (apart["linked"], apart["path"]) == (False, [])
    assert apart["probability"] == pytest.approx(0.2727, abs=0.0001)  # the prior alone: odds of 1.5 to 4


def test_explain_of_a_site_the_table_lacks_is_named(seen: Path) -> None:
    with pytest.raises(ConfigError, match=r"seen\.csv \(site\): no row is about 'z\.example'"):
        explain_rows(seen, "a.example", "z.example")


def test_a_wrong_table_is_refused_and_unknown_types_pass_when_allowed(tmp_path: Path) -> None:
    file = tmp_path / "seen.csv"
    file.write_text("site,type,value\na,moon,full\nb,moon,full\n")
    with pytest.raises(ConfigError, match=r"seen\.csv:2 \(type\)"):
        link_rows(file)
    assert [row["probability"] for row in link_rows(file, allow_unknown=True)] == [None, None]


def test_churn_rows_are_exact(tmp_path: Path) -> None:
    file = tmp_path / "looks.jsonl"
    wallet = [{"type": "wallet", "value": "bitcoin:w"}]
    records = [
        {"storefront": "old", "at": "2026-03-01T00:00:00Z", "outcome": "live", "identifiers": wallet, "canary": True},
        {"storefront": "old", "at": "2026-03-09T00:00:00Z", "outcome": "seized", "canary": True},
        {"storefront": "old", "at": "2026-03-10T00:00:00Z", "outcome": "seized", "canary": True, "visit_id": "v10"},
        {"storefront": "new", "at": "2026-03-09T00:00:00Z", "outcome": "nxdomain", "canary": True},
        {"storefront": "new", "at": "2026-03-11T00:00:00Z", "outcome": "live", "identifiers": wallet, "canary": True},
    ]
    file.write_text("\n".join(json.dumps(record) for record in reversed(records)))
    rows = churn_rows(file)
    assert [{name: value for name, value in row.items() if name != "evidence"} for row in rows] == [
        {"storefront": "old", "event": "appeared", "after": None, "by": "2026-03-01T00:00:00Z", "confirmed_at": "2026-03-01T00:00:00Z"},
        {
            "storefront": "old", "event": "seized", "after": "2026-03-01T00:00:00Z", "by": "2026-03-09T00:00:00Z",
            "confirmed_at": "2026-03-10T00:00:00Z",
        },
        {
            "storefront": "new", "event": "appeared", "after": "2026-03-09T00:00:00Z", "by": "2026-03-11T00:00:00Z",
            "confirmed_at": "2026-03-11T00:00:00Z", "successor_of": "old", "probability": 0.9927,
        },
    ]  # fmt: skip
    assert rows[1]["evidence"] == [
        {"kind": "look", "at": "2026-03-01T00:00:00Z", "outcome": "live"},
        {"kind": "look", "at": "2026-03-09T00:00:00Z", "outcome": "seized"},
        {"kind": "look", "at": "2026-03-10T00:00:00Z", "outcome": "seized", "visit_id": "v10"},
    ]
    evidence = rows[2]["evidence"]
    assert isinstance(evidence, list)
    assert [row["type"] for row in evidence if isinstance(row, dict) and row["kind"] == "identifier"] == ["wallet"]


def test_an_empty_file_gives_no_rows(tmp_path: Path) -> None:
    looks, table = tmp_path / "looks.jsonl", tmp_path / "seen.csv"
    looks.write_text("")
    table.write_text("site,type,value,first_seen,last_seen\n")
    assert (churn_rows(looks), link_rows(table)) == ([], [])
