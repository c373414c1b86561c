"""Archived evidence judged again: old → new with lineage, the same bytes twice, nothing lost, and applied once only."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from crawlers.evidence import read_visit, sealed_visits
from crawlers.page_state import load_rules
from indexer.observe import keep
from indexer.store import Store, open_store
from nlp.analyse import analyse
from nlp.lexicon import load_lexicons

COUNTED = ("visit", "capture", "hostfacts", "analysis", "look", "listing_obs", "finding")


SITES = ("northpier-lab", "harbor-reagents", "alder-scientific", "qinghe-zhongjianti")
NEW = "1-boc-4-ap"


class Desk(NamedTuple):
    """A folder with evidence, and a store whose analyses are those of the older lexicons."""

    folder: Path
    older: Path


@pytest.fixture(scope="module")
def made(short_demo, tmp_path_factory: pytest.TempPathFactory) -> Desk:  # type: ignore[no-untyped-def]
    """The desk that each test gets a copy of; the ledger is left out, since not all sites are there."""
    folder = tmp_path_factory.mktemp("rescore")
    older = older_lexicons(folder / "older")
    for site in SITES:
        shutil.copytree(short_demo.folder / "evidence" / site, folder / "desk" / "evidence" / site)
    lexicons, rules = load_lexicons(older), load_rules()
    store = open_store(f"sqlite:///{folder / 'desk' / 'churnwatch.db'}")
    store.init()
    for path in sealed_visits(folder / "desk" / "evidence"):
        evidence = read_visit(path)
        keep(store, evidence, analyse(evidence, lexicons, rules), path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    store.settle()
    store.close()
    return Desk(folder / "desk", older)


def older_lexicons(folder: Path) -> Path:
    """Lexicons of an older time, which did not know one substance."""
    folder.mkdir()
    for file in files("lexicons").iterdir():
        if file.name.endswith(".yml"):
            shutil.copy(str(file), folder / file.name)
    text = (folder / "substances.yml").read_text("utf-8")
    before, after = text.split(f"  - id: {NEW}\n", 1)
    (folder / "substances.yml").write_text(f"{before}  - id: " + after.split("\n  - id: ", 1)[1], "utf-8")
    for name in ("en", "es", "ru", "zh"):
        head, _, entries = (folder / f"{name}.yml").read_text("utf-8").partition("entries:\n")
        kept = [row for row in f"\n{entries}".split("\n  - ") if f"substance: {NEW}," not in row]
        (folder / f"{name}.yml").write_text(f"{head}entries:" + "\n  - ".join(kept), "utf-8")
    return folder


@pytest.fixture
def desk(made: Desk, tmp_path: Path) -> Path:
    """A copy of the desk."""
    shutil.copytree(made.folder, tmp_path / "desk")
    return tmp_path / "desk"


def rows(done) -> list[dict[str, object]]:  # type: ignore[no-untyped-def]
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def store(desk: Path) -> Iterator[Store]:
    """The desk's store."""
    opened = open_store(f"sqlite:///{desk / 'churnwatch.db'}")
    yield opened
    opened.close()


def test_the_report_says_what_a_newer_lexicon_sees_and_changes_nothing(desk: Path, store: Store, inside: Callable, made: Desk) -> None:  # type: ignore[type-arg]
    counts = store.status()
    first = inside("rescore", "--json", cwd=desk)
    *visits, last = rows(first)
    summary = last["summary"]
    assert isinstance(summary, dict)
    assert summary["visits"] == len(visits) == len(sealed_visits(desk / "evidence"))
    assert summary["new_version"] == len(visits)
    assert summary["flags"]["appeared"] > 1
    digests = {(visit["old"]["lexicon"], visit["new"]["lexicon"]) for visit in visits}  # type: ignore[index]
    assert digests == {(load_lexicons(made.older).digest, load_lexicons().digest)}
    assert all(visit["old"]["analysis_id"] != visit["new"]["analysis_id"] for visit in visits)  # type: ignore[index]
    shops = {shop["storefront"]: shop for visit in visits for shop in visit["storefronts"]}  # type: ignore[attr-defined]
    north = shops["northpier-lab.example"]
    appeared = {flag["id"]: flag for flag in north["flags"]["appeared"]}
    vanished = {flag["id"] for shop in shops.values() for flag in shop["flags"]["vanished"]}
    assert vanished == {"term:zh-piperidine"}  # read inside the longer name while that was not known
    assert {key for key in appeared if key.startswith("term:")} <= {f"term:{NEW}{end}" for end in ("", "-cas", "-name", "-short")}
    assert f"term:{NEW}-name" in appeared
    assert all(flag["capture_id"] and flag["text"] for flag in appeared.values())
    assert north["new"]["score"] >= north["old"]["score"]
    assert "alder-scientific.example" not in shops
    again = inside("rescore", "--json", "--jobs", "2", cwd=desk)
    assert again.stdout == first.stdout
    assert store.status() == counts
    shown = inside("rescore", cwd=desk).stdout
    assert "nothing was changed" in shown
    assert "calibrated on" in shown


def test_applied_once_the_new_analyses_stand_and_the_old_ones_are_kept(desk: Path, store: Store, inside: Callable) -> None:  # type: ignore[type-arg]
    before = store.status()
    assert "have a new current analysis" in inside("rescore", "--apply", cwd=desk).stdout
    after = store.status()
    assert after["analysis"] == 2 * before["analysis"]
    assert (after["visit"], after["capture"]) == (before["visit"], before["capture"])
    assert all(after[family] >= before[family] for family in COUNTED)
    old = list(store.scan("finding", {"superseded": True}))
    assert len(old) == before["finding"]
    assert after["lead"] > 0
    *visits, last = rows(inside("rescore", "--json", cwd=desk))
    assert {len(visit["storefronts"]) for visit in visits} == {0}  # type: ignore[arg-type]
    assert last["summary"]["new_version"] == last["summary"]["changed"] == 0  # type: ignore[index]
    held = {family: list(store.scan(family)) for family in ("lead", "storefront", "listing", "finding", "analysis", "alert")}
    assert "0 visit(s) have a new current analysis" in inside("rescore", "--apply", cwd=desk).stdout
    assert {family: list(store.scan(family)) for family in held} == held


def test_what_would_have_been_high_earlier_is_said(desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    *visits, last = rows(inside("rescore", "--json", cwd=desk))
    earlier = {row["storefront"]: row for row in last["summary"]["earlier"]}  # type: ignore[index]
    for storefront, row in earlier.items():
        seen = [visit for visit in visits for shop in visit["storefronts"] if shop["storefront"] == storefront]  # type: ignore[attr-defined]
        assert seen
        assert row["old"] != row["new"]
        assert (row["days_earlier"] is None) == (row["old"] is None or row["new"] is None)


def test_visits_that_were_never_analysed_are_all_new_and_damaged_ones_are_named(desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    torn = sealed_visits(desk / "evidence")[0]
    torn.write_bytes(b"\x1f\x8bnothing of a record")
    *visits, last = rows(inside("rescore", "--store", "sqlite:///empty.db", "--json", cwd=desk))
    assert {visit["old"] for visit in visits} == {None}  # type: ignore[misc]
    assert last["summary"]["never_analysed"] == len(visits) == len(sealed_visits(desk / "evidence")) - 1  # type: ignore[index]
    assert len(last["summary"]["damaged"]) == 1  # type: ignore[index]
    assert torn.name in last["summary"]["damaged"][0]  # type: ignore[index]


def test_other_lexicons_may_be_tried_and_their_faults_load_nothing(desk: Path, made: Desk, tmp_path: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    older = Path(shutil.copytree(made.older, tmp_path / "older"))
    *_, last = rows(inside("rescore", "--lexicons", str(older), "--json", cwd=desk))
    assert last["summary"]["new_version"] == 0  # type: ignore[index]
    assert inside("rescore", "--lexicons", str(older), "--apply", cwd=desk).returncode == 2
    path = older / "en.yml"
    path.write_text(path.read_text("utf-8").replace("match: [fent powder in stock kilo price]", "match: [nothing]"), "utf-8")
    done = inside("rescore", "--lexicons", str(older), cwd=desk)
    assert done.returncode == 2
    assert "en.yml:" in done.stderr
    assert "must match 'nothing'" in done.stderr
