"""Exports: what is picked, what is refused, and what a spreadsheet must not run."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from crawlers.errors import ConfigError
from indexer.export import KINDS, export_documents, formats
from indexer.exports import comma_separated
from indexer.leads import lead_id, refresh_leads

AT = datetime(2026, 3, 10, 8, tzinfo=UTC)
LONE = lead_id(storefront="lone-lab.example")
CLUSTER = lead_id(cluster="green-door.example/1")


@pytest.fixture
def judged(linked):
    refresh_leads(linked.store, AT, linked.store.next_sequence())
    return linked


def csv_rows(path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_every_file_of_the_folder_is_a_format():
    assert set(formats()) == {"csv", "jsonl"}
    assert {form.MEDIA_TYPE for form in formats().values()} == {"text/csv; charset=utf-8", "application/jsonl"}


def test_json_lines_are_the_stored_documents_exactly(judged, tmp_path):
    out = tmp_path / "leads.jsonl"
    assert export_documents(judged.store, out=out) == 2
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert lines == list(judged.store.scan("lead"))
    assert lines[0]["evidence"]["storefronts"][0]["storefront"] in ("blue-door.example", "lone-lab.example")


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize(("kind", "number"), [("lead", 2), ("storefront", 4), ("listing", 1), ("finding", 3)])
def test_every_kind_leaves_in_every_format(judged, tmp_path, kind, number, form):
    assert kind in KINDS
    out = tmp_path / "out"
    assert export_documents(judged.store, kind=kind, form=form, out=out) == number
    assert len(csv_rows(out) if form == "csv" else out.read_text().splitlines()) == number


def test_csv_is_words_for_people(judged, tmp_path):
    out = tmp_path / "leads.csv"
    export_documents(judged.store, form="csv", out=out, ids=(CLUSTER,))
    (lead,) = csv_rows(out)
    assert (lead["id"], lead["notice"], lead["band"], lead["score"], lead["tlp"]) == (CLUSTER, "", "high", "0.97", "AMBER")
    assert lead["storefronts"] == "blue-door[.]example; green-door[.]example"
    assert "“guarantee customs clearance” (capture cap_green-door, 2026-03-01T06:00:00Z)" in lead["evidence"]
    assert "blue-door[.]example and green-door[.]example share telegram greendoor24" in lead["evidence"]
    assert ".example" not in out.read_text("utf-8-sig").replace("[.]example", "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+15550100", "'+15550100"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("\r\n=1+1", "'=1+1"),
        ("  =1+1", "'=1+1"),
        ("\x00=1+1", "�=1+1"),
        ("\u200b=1+1", "[U+200B]=1+1"),
        ("＝1+1", "'＝1+1"),
        ("＠x", "'＠x"),
        ('=HYPERLINK("http://x.example")', '\'=HYPERLINK("hxxp://x[.]example")'),
        (["=a", "b"], "'=a; b"),
        ({"in": "text", "start": 1, "end": 3, "quote": "=x"}, "text 1-3: “=x”"),
        # Near misses: left alone.
        ("1+1=2", "1+1=2"),
        ("a@b", "a[@]b"),
        ("1200.50", "1200.50"),
        (-2.5, -2.5),
        (True, "yes"),
        (None, ""),
    ],
)
def test_no_cell_is_a_formula(value, expected):
    assert comma_separated.cell(value) == expected


def test_a_hostile_title_stays_one_cell(market, tmp_path):
    title = '=cmd|"/c calc"!A1",\r\n"=2+2'
    market.shop("a.example")
    market.offer("a.example", title, "5")
    out = tmp_path / "listings.csv"
    export_documents(market.store, kind="listing", form="csv", out=out)
    (listing,) = csv_rows(out)
    assert listing["title"] == '\'=cmd|"/c calc"!A1", "=2+2'
    assert listing["price"] == "5"


@pytest.mark.parametrize("kind", ["lead", "storefront", "listing", "finding"])
def test_what_rests_on_a_simulated_clock_is_refused_or_marked(market, tmp_path, kind):
    market.simulated = True
    market.shop("made-up.example")
    market.offer("made-up.example", "4-AP", "5")
    market.finding("made-up.example", "contact", "telegram", "greendoor24")
    refresh_leads(market.store, AT, market.store.next_sequence())
    out = tmp_path / "out.csv"
    with pytest.raises(ConfigError, match="--allow-simulated"):
        export_documents(market.store, kind=kind, form="csv", out=out)
    assert list(tmp_path.glob("*out*")) == []
    assert export_documents(market.store, kind=kind, form="csv", out=out, allow_simulated=True) == 1
    assert [row["notice"][:8] for row in csv_rows(out)] == ["INVENTED"]
    export_documents(market.store, kind=kind, form="jsonl", out=out, allow_simulated=True)
    assert [json.loads(line)["notice"][:8] for line in out.read_text().splitlines()] == ["INVENTED"]


def test_a_finding_of_a_simulated_visit_is_refused_before_any_storefront_is_known(market, tmp_path):
    market.put("visit", {"id": "vis_a.example", "site": "a", "planned_at": "2026-03-01T06:00:00Z", "clock": "simulated"})
    market.finding("a.example", "contact", "telegram", "greendoor24")
    with pytest.raises(ConfigError, match="simulated"):
        export_documents(market.store, kind="finding", out=tmp_path / "out")


def test_real_leads_are_not_marked_beside_invented_ones(judged, tmp_path):
    judged.simulated = True
    judged.shop("made-up.example")
    refresh_leads(judged.store, AT, judged.store.next_sequence())
    out = tmp_path / "out"
    export_documents(judged.store, out=out, allow_simulated=True)
    marked = {lead["id"]: "notice" in lead for lead in map(json.loads, out.read_text().splitlines())}
    assert marked == {CLUSTER: False, LONE: False, lead_id(storefront="made-up.example"): True}


def test_withdrawn_documents_leave_only_when_named(judged, tmp_path):
    judged.shop("lone-lab.example", band="low", score=0.1)
    refresh_leads(judged.store, AT, judged.store.next_sequence())
    out = tmp_path / "out"
    assert export_documents(judged.store, out=out) == 1
    assert export_documents(judged.store, out=out, ids=(LONE,)) == 1
    assert json.loads(out.read_text())["withdrawn"] is True


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"form": "xlsx"}, "unknown format 'xlsx': use one of csv, jsonl"),
        ({"kind": "alert"}, "unknown kind 'alert'"),
        ({"ids": ("lea_none",)}, "no lead has the id 'lea_none'"),
    ],
)
def test_bad_input_says_what_next_and_leaves_the_old_file(judged, tmp_path, options, says):
    out = tmp_path / "out"
    out.write_text("old")
    with pytest.raises(ConfigError, match=says):
        export_documents(judged.store, out=out, **options)
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == ["out"]
    assert out.read_text() == "old"


def test_a_folder_that_is_not_there_is_bad_input(judged, tmp_path):
    with pytest.raises(ConfigError, match="name a file in a folder that exists"):
        export_documents(judged.store, out=tmp_path / "none" / "out")
