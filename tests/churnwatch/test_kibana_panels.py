"""Every panel's search and every drawing, on a real Elasticsearch with the demo's documents: it runs, and it shows something.

What is left for a real Kibana to prove is in `make kibana-smoke`.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from indexer.fields import FAMILIES
from indexer.kibana.bundle import all_dashboards, bundle
from indexer.kibana.client import Access, Kibana
from indexer.kibana.field_use import types_of, uses_of
from indexer.kibana.panel_query import Asked, Span, searches_of
from indexer.kibana.smoke import count_rows, smoke
from indexer.kibana.vega_data import requests_of, rows_at, sources_of, with_answers
from indexer.kibana.visualization import Vega
from indexer.store import Store, open_store
from nlp.lexicon import load_lexicons
from nlp.match import find_flags
from tests.elastic_tiers.place import Place, own_place
from tests.kibana.draw import Drawing, draw, drawing_board, library
from tests.kibana.server import KEY, kibana_server

pytestmark = [pytest.mark.elastic, pytest.mark.slow]
MARCH = Span("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")  # the demo lives from 5 to 24 January


def panels(prefix: str, span: Span = MARCH) -> list[Asked]:
    """All searches of all panels."""
    return list(searches_of([one.as_json() for one in bundle(prefix)], span))


DRAWINGS = [panel for one in all_dashboards() for panel in one.panels if isinstance(panel, Vega)]


@pytest.fixture(scope="module")
def place(full_demo, elastic_url: str) -> Iterator[Place]:  # type: ignore[no-untyped-def]
    """A store with all that the demo left, and two things which the demo never meets: a misnamed substance and a dead letter."""
    with own_place(elastic_url) as there:
        lived, store = open_store(full_demo.store), there.open()
        store.init()
        for family in FAMILIES:
            store.put(family, lived.scan(family))
        add_what_the_demo_lacks(lived, store)
        store.settle()
        yield there
        store.close()
        lived.close()


def add_what_the_demo_lacks(lived: Store, store: Store) -> None:
    """A name beside another substance's CAS number as the matcher finds it, and a document that no store takes."""
    text = "4-anilinopiperidine CAS 79099-07-3"
    flag = next(one for one in find_flags(text, "en", load_lexicons()) if one.kind == "mismatch")
    shown = next(iter(lived.scan("finding", {"group": "flag"})))
    kept = {name: shown[name] for name in ("visit_id", "site", "planned_at", "superseded", "storefront", "capture_id", "seen_at", "group")}
    more = {"finding_kind": flag.kind, "value": flag.text, "term": flag.term, "term_id": flag.id, "category": flag.category}
    store.put("finding", [{"id": "mismatch", "kind": "finding", **kept, **more, "substance": flag.substance, "text": flag.text}])
    assert store.put("link", [{"id": "odd", "kind": "link", "sequence": 1, "a": 3}]).dead == 1
    store.settle()
    letter = next(iter(store.scan("deadletter")))  # it has the clock of the test, which the panels' time range does not reach
    store.put("deadletter", [{**letter, "id": "dead", "at": "2026-01-20T00:00:00Z"}])


@pytest.fixture(scope="module")
def client(place: Place) -> Iterator[Elasticsearch]:
    """A bare client."""
    with place.client() as connected:
        yield connected


def test_the_fields_that_panels_use_are_what_the_server_says_they_are(place: Place, client: Elasticsearch) -> None:
    """The checks without a server read types from our own mappings; here the server's word is held against them."""
    ours, asked = types_of(place.prefix), panels(place.prefix)
    assert len({one.index for one in asked}) >= 14
    for index in {one.index for one in asked}:
        told = client.field_caps(index=index, fields="*", include_unmapped=False).body["fields"]
        used = {use.field: use for one in asked if one.index == index for use in uses_of(one)}
        for field, use in used.items():
            assert list(told[field]) == [ours[index][field]], f"{index} {field}"
            if use.how not in ("query", "shown"):
                assert told[field][ours[index][field]]["aggregatable"], f"{use.panel}: {field}"


@pytest.mark.parametrize("number", range(len(panels("x"))), ids=[f"{one.panel} ({one.index[2:]})" for one in panels("x")])
def test_every_panels_search_runs_and_gives_rows(place: Place, client: Elasticsearch, number: int) -> None:
    asked = panels(place.prefix)[number]
    answer = client.search(index=asked.index, body=asked.body).body
    assert answer["_shards"]["failed"] == 0
    assert not answer["timed_out"]
    assert count_rows(answer, asked.path) > 0, asked.panel
    for name in figures(asked.body.get("aggs")):
        assert any(value is not None for value in values(answer["aggregations"], name)), f"{asked.panel}: {name} is empty everywhere"


def figures(parts: Any) -> Iterator[str]:
    """Names of aggregations that give a figure."""
    for name, part in (parts or {}).items():
        if {"avg", "min", "max", "sum", "cardinality", "percentiles"} & part.keys():
            yield name
        yield from figures(part.get("aggs"))


def values(answer: Any, name: str) -> Iterator[Any]:
    """All values of a figure in an answer, however deep."""
    for key, part in answer.items() if isinstance(answer, dict) else enumerate(answer) if isinstance(answer, list) else ():
        if key == name:
            yield from part["values"].values() if "values" in part else [part["value"]]
        else:
            yield from values(part, name)


def test_figures_are_those_of_the_demo(place: Place, client: Elasticsearch) -> None:
    """Expected by hand from the world of seed 1: 20 storefronts, 4 ended, 5 leads, 13 alerts, 5 clusters of two and more, 2 canary days."""
    shown = {one.panel: one for one in panels(place.prefix)}
    expected = {
        "Storefronts known": 20,
        "Live now": 16,
        "Ended": 4,
        "Leads standing": 5,
        "Alerts sent in the time range": 13,
        "Clusters of 2 and more": 5,
        "Visits while our own line was down": 28,
        "Visits planned": 296,
    }
    for title, number in expected.items():
        asked = shown[title]
        assert count_rows(client.search(index=asked.index, body=asked.body).body, asked.path) == number, title
    asked = shown["Births, ends and returns of storefronts"]
    groups = rows_at(client.search(index=asked.index, body=asked.body).body, asked.path)
    assert {name: group["doc_count"] for name, group in groups.items()} == {"births": 20, "ends": 5, "returns": 1}


def test_a_time_range_without_looks_gives_no_rows(place: Place, client: Elasticsearch) -> None:
    """So the range does cut, in every panel whose data view has a time."""
    later = Span("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z")
    timed = [one for one in panels(place.prefix, later) if "2027" in str(one.body)]
    assert len(timed) > 35
    assert [one.panel for one in timed if count_rows(client.search(index=one.index, body=one.body).body, one.path)] == []


def test_the_smoke_test_is_content_with_these_documents(place: Place, client: Elasticsearch) -> None:
    """Through a server that stands in for Kibana; the searches themselves run on the real node."""
    with kibana_server() as server:
        server.search = lambda index, body: client.search(index=index, body=body).body
        looked = list(smoke(Kibana(Access(server.url, api_key=KEY), 10), bundle(place.prefix), MARCH))
    assert len(looked) == len(panels(place.prefix))
    assert [one for one in looked if one.error or not one.rows] == []


@pytest.fixture(scope="module")
def drawn(place: Place, client: Elasticsearch) -> dict[tuple[str, bool], Drawing]:
    """Every Vega panel, drawn with the demo's documents and with none: name, whether empty → drawing."""
    chromium = shutil.which("chromium")
    assert chromium, "scripts/chromium installs it as root"
    source, made = library(), {}
    with drawing_board(chromium) as page:
        for panel in DRAWINGS:
            spec = panel.spec(place.prefix)
            names = [str(one["name"]) for one in sources_of(spec)]
            for empty in (False, True):
                asked = requests_of(spec, *(("2027-01-01", "2027-02-01") if empty else (MARCH.start, MARCH.end)))
                answers = {name: client.search(index=index, body=body).body for name, (index, body, _) in zip(names, asked, strict=True)}
                for answer in answers.values():
                    answer["hits"]["hits"] = [] if empty else answer["hits"]["hits"]
                title = panel.title
                made[panel.name, empty] = draw(page, source, with_answers(spec, answers), title, SIZES[panel.name])
    return made


# As wide as their places on a dashboard of 1,900 pixels, and as high.
SIZES = {"cluster_network": (1180, 620), "storefront_lives": (780, 460), "reconstitution": (780, 300), "coverage": (780, 320)}
# Counted by hand in the demo's world: marks that stand for something, and words that must be readable.
SHOWN = {
    "cluster_network": ({"symbol": 15, "rule": 15, "rect": 5}, ["5 storefronts: harbor-reagents.example~1", "green-door.example"]),
    "storefront_lives": ({"rect": 20}, ["graywing-bulk.example", "05 Jan 2026", "seized"]),
    "reconstitution": ({"rect": 2}, ["Median 3.5 days, 2 successions", "green-door.example → red-lantern-goods.example: 4.0 days, p 1.00"]),
    "coverage": ({"rect": 40}, ["Coverage 89%: 264 of 296 planned visits reached a verdict"]),
}
NOTHING = {
    "cluster_network": "No two storefronts are linked yet",
    "storefront_lives": "No storefront has been seen open yet",
    "reconstitution": "No operator is known to have come back yet",
    "coverage": "No visit was planned in this time range",
}


@pytest.mark.parametrize("name", [panel.name for panel in DRAWINGS])
def test_a_drawing_shows_what_there_is_and_every_word_can_be_read(drawn: dict[tuple[str, bool], Drawing], name: str) -> None:
    seen, (marks, words) = drawn[name, False], SHOWN[name]
    assert seen.said == []
    assert {kind: seen.marks[kind] for kind in marks} == marks
    assert set(words) <= {text for text, _ in seen.texts}
    assert seen.overlapping() == []
    assert seen.outside() == []
    if folder := os.environ.get("CHURNWATCH_PICTURES"):
        (Path(folder) / f"{name}.png").write_bytes(seen.picture)


@pytest.mark.parametrize("name", [panel.name for panel in DRAWINGS])
def test_a_drawing_of_nothing_says_so(drawn: dict[tuple[str, bool], Drawing], name: str) -> None:
    seen = drawn[name, True]
    assert seen.said == []
    assert NOTHING[name] in [text for text, _ in seen.texts]
    assert not any(seen.marks[kind] for kind in ("symbol", "rule", "rect"))
    assert seen.overlapping() == []
    assert seen.outside() == []


def test_every_drawing_has_a_committed_picture() -> None:
    """Made by `make kibana-pictures` and looked at by a person."""
    folder = Path(__file__).parent.parent.parent / "docs" / "kibana"
    assert {path.stem for path in folder.glob("*.png")} == {panel.name for panel in DRAWINGS} == set(SIZES)
    for path in folder.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size > 8_000
