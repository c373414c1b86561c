"""The whole chain on the invented market: what a demo finds, leaves behind, and repeats to the byte."""

import email
import email.policy
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.evidence import sealed_visits, verify
from indexer.store import open_store

ROOT = Path(__file__).parent.parent.parent
KEYS = {
    "days", "storefronts", "leads", "listing_recall", "price_exact", "contact_precision", "contact_recall", "flag_precision", "flag_recall",
    "cluster_b_cubed_f1", "event_f1", "seconds", "report",
}  # fmt: skip
# Wall time and the report's path differ from run to run; everything else must not.
REPEATED = KEYS - {"seconds", "report"}


def documents(url: str, family: str) -> dict[str, dict[str, object]]:
    """Every standing document of a family by id, without what counts and dates projections."""
    store = open_store(url)
    try:
        return {
            str(one["id"]): {name: value for name, value in one.items() if name not in ("sequence", "refreshed_at")}
            for one in store.scan(family)
        }
    finally:
        store.close()


def standing(url: str, family: str) -> dict[str, dict[str, object]]:
    """The same without what was withdrawn: an emptied store has nothing left to withdraw."""
    return {key: one for key, one in documents(url, family).items() if not one.get("withdrawn")}


def test_demo_json_has_the_keys_of_the_contract(full_demo) -> None:  # type: ignore[no-untyped-def]
    assert set(full_demo.figures) == KEYS


def test_the_market_is_read_whole(full_demo) -> None:  # type: ignore[no-untyped-def]
    figures = full_demo.figures
    assert (figures["days"], figures["storefronts"]) == (20, 20)
    assert figures["listing_recall"] == figures["price_exact"] == 1.0
    assert figures["contact_precision"] == figures["contact_recall"] == 1.0


def test_operators_and_their_returns_are_found(full_demo) -> None:  # type: ignore[no-untyped-def]
    assert full_demo.figures["cluster_b_cubed_f1"] == 1.0
    assert full_demo.figures["event_f1"] == 1.0
    succeeded = documents(full_demo.store, "succession").values()
    assert {(one["storefront"], one["successor_of"]) for one in succeeded if not one["withdrawn"]} == {
        ("red-lantern-goods.example", "green-door.example"),
        ("pierside-supply.example", "northpier-lab.example"),
    }


def test_honest_shops_and_hubs_raise_no_lead(full_demo) -> None:  # type: ignore[no-untyped-def]
    leads = documents(full_demo.store, "lead").values()
    named = {storefront for lead in leads if not lead["withdrawn"] for storefront in lead["storefronts"]}  # type: ignore[attr-defined]
    assert not named & {"alder-scientific.example", "brightwater-labs.example", "bazaar-nine.example", "bazaar-nine.example#paperlane"}
    truth = json.loads((full_demo.folder / "truth.json").read_text("utf-8"))
    judged = documents(full_demo.store, "identifier").values()
    hubs = {(one["identifier"], one["value"]) for one in judged if one["hub"] and not one["withdrawn"]}
    assert {(hub["type"], hub["value"]) for hub in truth["hubs"] if hub["type"] != "ip"} <= hubs


def test_our_own_outage_ends_nobody(full_demo) -> None:  # type: ignore[no-untyped-def]
    truth = json.loads((full_demo.folder / "truth.json").read_text("utf-8"))
    assert truth["outage_days"] == [5, 6]
    ends = [
        one
        for one in documents(full_demo.store, "event").values()
        if one["event"] in ("parked", "seized", "suspended", "vanished", "moved")
    ]
    assert not [one for one in ends if str(one["by"])[:10] in ("2026-01-10", "2026-01-11")]


def test_every_visit_is_sealed_and_whole(full_demo) -> None:  # type: ignore[no-untyped-def]
    assert verify(full_demo.folder / "evidence") == []
    assert len(sealed_visits(full_demo.folder / "evidence")) == len(documents(full_demo.store, "visit"))


def test_every_lead_was_mailed_once_and_says_where_it_rests(full_demo) -> None:  # type: ignore[no-untyped-def]
    alerts = documents(full_demo.store, "alert")
    assert {one["status"] for one in alerts.values()} == {"sent"}
    mails = sorted((full_demo.folder / "mail").glob("*.eml"))
    assert len(mails) == len(alerts)
    for path in mails:
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "cap_" in text
        assert "https://" not in text, "a live link to a target left in a mail"


def test_the_report_is_one_file_that_asks_for_nothing(full_demo) -> None:  # type: ignore[no-untyped-def]
    page = (full_demo.folder / "report.html").read_text("utf-8")
    assert "<mark" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)
    assert "INVENTED" in page


def test_every_finding_quotes_what_its_page_says(full_demo) -> None:  # type: ignore[no-untyped-def]
    from crawlers.evidence import read_visit
    from nlp.parse import ParsedPage

    findings = list(documents(full_demo.store, "finding").values())
    captures = documents(full_demo.store, "capture")
    checked = 0
    for path in sealed_visits(full_demo.folder / "evidence", "green-door")[:3]:
        evidence = read_visit(path)
        for finding in findings:
            where = finding["where"]
            assert isinstance(where, dict)
            body = evidence.bodies.get(str(where["capture_id"]))
            if where["in"] == "text" and body is not None:
                text = ParsedPage(body, str(captures[str(where["capture_id"])]["url"])).text
                assert text[where["start"] : where["end"]].startswith(where["quote"][:200])
                checked += 1
    assert checked > 20


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_ids(short_demo, demo_of: Callable, tmp_path: Path) -> None:  # type: ignore[no-untyped-def, type-arg]
    again = demo_of(tmp_path / "again", "--seed", "1", "--days", "3", port=short_demo.port)
    assert {key: again.figures[key] for key in REPEATED} == {key: short_demo.figures[key] for key in REPEATED}
    evidence = {
        path.relative_to(short_demo.folder): path.read_bytes() for path in (short_demo.folder / "evidence").rglob("*") if path.is_file()
    }
    assert len(evidence) > 30
    assert {
        path.relative_to(again.folder): path.read_bytes() for path in (again.folder / "evidence").rglob("*") if path.is_file()
    } == evidence
    for family in ("finding", "listing", "storefront", "event", "link", "cluster", "lead", "alert"):
        assert documents(again.store, family) == documents(short_demo.store, family), family


@pytest.mark.slow
def test_the_schedule_of_the_site_files_gives_the_same_market(short_demo, demo_of: Callable, tmp_path: Path) -> None:  # type: ignore[no-untyped-def, type-arg]
    scheduled = demo_of(tmp_path / "scheduled", "--seed", "1", "--days", "3", "--scheduled", port=short_demo.port)
    assert {key: scheduled.figures[key] for key in REPEATED} == {key: short_demo.figures[key] for key in REPEATED}
    assert documents(scheduled.store, "plan") == documents(short_demo.store, "plan")


@pytest.mark.slow
def test_rebuilding_and_judging_again_change_nothing(short_demo, cli: Callable, tmp_path: Path) -> None:  # type: ignore[no-untyped-def, type-arg]
    import shutil

    for name in ("churnwatch.db", "evidence"):
        source = short_demo.folder / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    store = f"sqlite:///{tmp_path / 'churnwatch.db'}"
    derived = (
        "storefront",
        "listing",
        "identifier",
        "cluster",
        "link",
        "event",
        "succession",
        "lead",
        "alert",
        "assignment",
        "finding",
        "look",
    )
    before = {family: standing(store, family) for family in derived}
    for command in (["store", "rebuild"], ["analyse", "--again"]):
        done = cli(*command, "--store", store, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        for family in derived:
            assert standing(store, family) == before[family], f"{family} after {command}"


def test_readme_figures_are_those_of_this_run(full_demo) -> None:  # type: ignore[no-untyped-def]
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in sorted(REPEATED):
        value = full_demo.figures[name]
        shown = f"{value:.3f}" if isinstance(value, float) else str(value)
        assert re.search(rf"^\| {name.replace('_', ' ')} \| {re.escape(shown)} \|$", readme, re.MULTILINE), (
            f"README: {name} should be {shown}"
        )


@pytest.mark.elastic
@pytest.mark.slow
def test_elasticsearch_gives_the_same_figures(full_demo, demo_of: Callable, elastic_address: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def, type-arg]
    there = demo_of(tmp_path / "elastic", "--seed", "1", "--store", elastic_address, port=full_demo.port)
    assert {key: there.figures[key] for key in REPEATED} == {key: full_demo.figures[key] for key in REPEATED}
    for family in ("finding", "listing", "storefront", "event", "link", "cluster", "lead"):
        assert documents(elastic_address, family) == documents(full_demo.store, family), family
