"""The Kibana assets as they are committed: made by their builders, closed in shape, whole in references."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from churnwatch.cli import run
from indexer.kibana.bundle import FILE, PREFIX, all_dashboards, bundle, committed, ndjson
from indexer.kibana.check import check_kibana, problems
from indexer.kibana.saved_object import object_id

Json = dict[str, Any]


def objects() -> list[Json]:
    """All objects of the committed file."""
    return [json.loads(line) for line in committed().splitlines()]


def test_regenerating_gives_no_difference_and_the_assets_are_sound() -> None:
    assert committed() == ndjson(PREFIX), f"indexer/kibana/{FILE} is not what its builders make"
    assert list(check_kibana()) == []


def test_the_verbs_write_the_file_and_see_that_it_is_old(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["kibana", "export"]) == 0
    assert capfd.readouterr().out.encode() == committed()
    assert run(["kibana", "export", "--out", "k.ndjson", "--prefix", "case-7"]) == 0
    assert (tmp_path / "k.ndjson").read_bytes() == ndjson("case-7")
    assert run(["kibana", "export", "--out", "no/k.ndjson"]) == 2
    assert run(["check", "kibana"]) == 0
    capfd.readouterr()
    monkeypatch.setattr("indexer.kibana.check.committed", lambda: committed()[:-9])
    assert run(["check", "kibana"]) == 2
    assert "differs from its builders: run `churnwatch kibana export --out" in capfd.readouterr().out


def test_another_process_makes_the_same_bytes() -> None:
    program = "import sys; from indexer.kibana.bundle import ndjson; sys.stdout.buffer.write(ndjson('churnwatch'))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONHASHSEED": "7"})
    assert done.stdout == committed()


def test_ids_never_change() -> None:
    """A person's links and own dashboards point to them. Reckoned by hand: UUIDv5 of the name below the namespace in saved_object.py."""
    assert object_id("churnwatch", "dashboard", "language") == "7545fe54-6666-5274-a12a-034bca928f28"
    assert object_id("churnwatch", "index-pattern", "finding") == "21e7663b-84e1-5a5b-a01e-35d61ea90dd5"
    assert not {one["id"] for one in objects()} & {one.id for one in bundle("case-7")}


def test_what_the_issue_asks_for_is_there() -> None:
    titles = {kind: {str(one["attributes"].get("title")) for one in objects() if one["type"] == kind} for kind in ("search", "dashboard")}
    assert titles["dashboard"] == {
        f"churnwatch: {name}"
        for name in ("Storefront churn", "Language", "Infrastructure reuse", "Leads and alerts", "Crawl health", "Prices")
    }
    assert titles["search"] >= {
        "New high-risk storefronts",
        "Research chemical with a shipping guarantee",
        "Name and CAS number disagree",
        "New terms and codes",
        "Dead letters",
    }


def test_every_dashboard_says_what_it_shows_and_what_empty_means() -> None:
    for one in all_dashboards():
        note = one.panels[0]
        assert note.kind == "visualization"
        assert len(getattr(note, "words", "")) > 200, one.title


# Keys of visualizations as Kibana itself exported them, read off packages of elastic/integrations (nginx, nginx_otel) and off panels
# on public dashboards of 8.x (2026-11-24): ours may have no other.
EXPORTED = {
    "lnsXY": {
        "axisTitlesVisibilitySettings", "emphasizeFitting", "fittingFunction", "gridlinesVisibilitySettings", "labelsOrientation", "layers",
        "legend", "preferredSeriesType", "tickLabelsVisibilitySettings", "title", "valueLabels", "valuesInLegend", "yTitle", "yLeftExtent",
    },
    "lnsMetric": {
        "layerId", "layerType", "metricAccessor", "secondaryMetricAccessor", "maxAccessor", "breakdownByAccessor", "color", "showBar",
    },
    "lnsDatatable": {"layerId", "layerType", "columns", "sorting", "paging", "rowHeight", "rowHeightLines", "headerRowHeight"},
    "lnsPie": {"shape", "layers", "palette"},
    "lnsHeatmap": {"layerId", "layerType", "shape", "legend", "gridConfig", "palette", "valueAccessor", "xAccessor", "yAccessor"},
}  # fmt: skip
LAYER = {
    "lnsXY": {"accessors", "layerId", "layerType", "position", "seriesType", "showGridlines", "splitAccessor", "xAccessor", "yConfig"},
    "lnsPie": {
        "categoryDisplay", "emptySizeRatio", "layerId", "layerType", "legendDisplay", "legendPosition", "metrics", "nestedLegend",
        "numberDisplay", "percentDecimals", "primaryGroups", "secondaryGroups", "showValuesInLegend",
    },
}  # fmt: skip


def test_drawings_of_lens_have_no_key_that_kibana_does_not_write() -> None:
    seen = set()
    for one in objects():
        if one["type"] == "lens":
            kind, look = one["attributes"]["visualizationType"], one["attributes"]["state"]["visualization"]
            seen.add(kind)
            assert set(look) <= EXPORTED[kind], one["attributes"]["title"]
            assert set().union(*look.get("layers", [])) <= LAYER.get(kind, set()), one["attributes"]["title"]
    assert seen == set(EXPORTED)


def of(kind: str, title: str = "") -> Callable[[list[Json]], Json]:
    """The first object of a type (with a title)."""
    return lambda all_of_them: next(one for one in all_of_them if one["type"] == kind and title in str(one["attributes"].get("title")))


def inside(one: Json, key: str, change: Callable[[Any], None]) -> None:
    """Changes what an attribute keeps as a JSON text."""
    value = json.loads(one["attributes"][key])
    change(value)
    one["attributes"][key] = json.dumps(value)


def first_column(one: Json) -> Json:
    """A figure of a Lens panel."""
    columns = one["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]["layer0"]["columns"]
    return next(column for column in columns.values() if not column["isBucketed"])  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("whose", "harm", "said"),
    [
        (of("lens"), lambda one: one["attributes"].update(colour="red"), "colour: Extra inputs"),
        (of("search"), lambda one: one["attributes"].pop("columns"), "columns: Field required"),
        (of("dashboard"), lambda one: one.pop("attributes"), "attributes: Field required"),  # elastic/kibana issue 118621
        (of("dashboard"), lambda one: inside(one, "panelsJSON", lambda panels: panels[0].pop("type")), "type: Field required"),  # 93772
        (of("dashboard"), lambda one: one["attributes"].update(panelsJSON="[{"), "Invalid JSON"),  # 92519
        (of("visualization", "Coverage"), lambda one: one["attributes"].update(visState="{}"), "visState"),
        (of("index-pattern"), lambda one: one["attributes"].update(fields="none"), "Invalid JSON"),
        (of("lens"), lambda one: one.update(typeMigrationVersion="10.1.0"), "version 10.1.0, which is not 8.9.0"),
        (of("lens"), lambda one: one.update(coreMigrationVersion="9.0.0"), "coreMigrationVersion"),
        (of("tag"), lambda one: one.update(type="canvas-workpad"), "this type is none of ours"),
        (of("lens"), lambda one: one["references"][0].update(id="gone"), "leads to nothing"),
        (of("lens"), lambda one: one["references"].pop(0), "is missing"),
        (of("lens"), lambda one: one["references"].append(one["references"][0] | {"name": "more"}), "nothing uses the reference more"),
        (of("lens"), lambda one: one["references"].append(one["references"][0]), "two references have one name"),
        (of("dashboard"), lambda one: one["references"].pop(0), "is missing"),
        (
            of("dashboard"),
            lambda one: inside(
                one, "panelsJSON", lambda panels: panels[2]["gridData"].update(panels[1]["gridData"] | {"i": panels[2]["panelIndex"]})
            ),
            "overlap",
        ),
        (of("dashboard"), lambda one: inside(one, "panelsJSON", lambda panels: panels[0]["gridData"].update(x=20)), "leaves the grid"),
        (of("dashboard"), lambda one: inside(one, "panelsJSON", lambda panels: panels[0]["gridData"].update(i="x")), "named in two ways"),
        (
            of("lens", "Spread of prices"),
            lambda one: first_column(one).update(sourceField="marketplace.listing.price"),
            "is keyword, which percentiles",
        ),
        (
            of("lens", "Spread of prices"),
            lambda one: first_column(one).update(sourceField="marketplace.price"),
            "has no field marketplace.price",
        ),
        (of("lens", "Spread of prices"), lambda one: first_column(one).update(operationType="last_value"), "'last_value' cannot be asked"),
        (of("lens", "Spread of prices"), lambda one: one["attributes"]["state"]["query"].update(query="state: live"), "has no field state"),
        (of("lens", "Spread of prices"), lambda one: one["attributes"]["state"]["query"].update(query="a:"), "a field or value is missing"),
        (of("lens", "States now"), lambda one: one["attributes"]["state"]["visualization"]["layers"][0].update(metrics=["other"]), "draws"),
        (of("search", "Leads"), lambda one: one["attributes"].update(sort=[["marketplace.listing.title", "desc"]]), "is text, which sort"),
        (of("search", "Leads"), lambda one: one["attributes"].update(columns=["title"]), "has no field title"),
        (
            of("index-pattern", "churnwatch-listing-obs"),
            lambda one: one["attributes"].update(title="churnwatch-lisitng"),
            "no family has the alias",
        ),
    ],
)
def test_harm_of_every_kind_is_found(whose: Callable[[list[Json]], Json], harm: Callable[[Json], None], said: str) -> None:
    harmed = copy.deepcopy(objects())
    harm(whose(harmed))
    found = list(problems(harmed, PREFIX))
    assert any(said in one for one in found), found[:3]


def test_an_object_that_is_there_twice_is_found() -> None:
    assert any("is there twice" in one for one in problems([*objects(), objects()[0]], PREFIX))
