"""Drawings of far more than the demo holds: as much is shown as can be read, and the rest is said."""

import os
import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from indexer.kibana.vega_data import with_answers
from indexer.kibana.visualization import Vega
from tests.kibana.draw import draw, drawing_board, library

Json = dict[str, Any]
SIZES = (40, 25, 16, 14, 13, 12, 9, 8, 7, 5, 4, 3)  # of twelve clusters


@pytest.fixture(scope="module")
def board() -> Iterator[tuple[Page, str]]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on PATH; scripts/chromium installs it as root")
    with drawing_board(chromium) as page:
        yield page, library()


def hits(*sources: Json) -> Json:
    """An answer with these documents."""
    return {"hits": {"hits": [{"_source": one} for one in sources]}}


def shop(cluster: int, number: int) -> str:
    """A long name, as sellers have them."""
    return f"seller-{number:02}-of-cluster-{cluster:02}.example"


def life(key: str, opened: int, ended: int | None = None) -> Json:
    """A storefront with the days of January 2026 on which it opened and ended."""
    day = "2026-01-{:02}T06:00:00Z"
    ends = {"ended_at": day.format(ended)} if ended else {}
    times = {"opened_at": day.format(opened), "last_seen": day.format(28), **ends}
    return {"marketplace": {"storefront": key, "state": "parked" if ended else "live", **times}, "risk": {"calculated_level": "high"}}


@pytest.mark.parametrize("size", [(1180, 620), (780, 520), (600, 400)])
def test_large_clusters_leave_out_names_and_keep_every_dot_and_link(board: tuple[Page, str], size: tuple[int, int]) -> None:
    members = {number: [shop(number, place) for place in range(many)] for number, many in enumerate(SIZES)}
    clusters = hits(*({"event": {"id": f"{keys[0]}~1"}, "marketplace": {"members": keys, "size": len(keys)}} for keys in members.values()))
    pairs = [pair for keys in members.values() for pair in combinations(keys[:4], 2)]
    links = hits(*({"marketplace": {"link": {"a": a, "b": b}, "probability": 0.97}} for a, b in pairs))
    answers = {"clusters": clusters, "storefronts": hits(*(life(key, 1) for keys in members.values() for key in keys)), "links": links}
    seen = draw(*board, with_answers(Vega("cluster_network", "", "").spec("churnwatch"), answers), "Crowd", size)
    if folder := os.environ.get("CHURNWATCH_LOOK"):
        (Path(folder) / f"crowd-{size[0]}.png").write_bytes(seen.picture)
    assert (seen.said, seen.overlapping(), seen.outside()) == ([], [], [])
    assert (seen.marks["symbol"], seen.marks["rule"], seen.marks["rect"]) == (sum(SIZES), 11 * 6 + 3, 12)
    texts = [text for text, _ in seen.texts]
    assert sum(text.startswith(f"{many} store") for many in SIZES for text in texts) == len(SIZES)
    unnamed = ("-of-cluster-00.example", "-of-cluster-01.example")
    assert not [text for text in texts if text.endswith(unnamed)]  # there is no room for 40 or 25 names


def test_the_lives_that_began_last_are_shown_as_many_as_fit(board: tuple[Page, str]) -> None:
    lives = hits(*(life(shop(1, number), 28 - number // 4, 28 if number % 3 else None) for number in range(100)))
    seen = draw(*board, with_answers(Vega("storefront_lives", "", "").spec("churnwatch"), {"lives": lives}), "Crowd", (780, 460))
    assert (seen.said, seen.overlapping(), seen.outside()) == ([], [], [])
    assert 20 <= seen.marks["rect"] <= 30
    assert shop(1, 0) in {text for text, _ in seen.texts}
    assert shop(1, 99) not in {text for text, _ in seen.texts}


def test_the_latest_successions_are_shown_and_the_median_is_of_all(board: tuple[Page, str]) -> None:
    """Forty successions: the new storefront opens `number % 5` days after the old one's end, so the median is 2 days."""
    lives, successions = [], []
    for number in range(40):
        old, new = shop(1, number), shop(2, number)
        lives += [life(old, 1, 10), life(new, 10 + number % 5)]
        successions.append({"marketplace": {"storefront": new, "event": {"successor_of": old}, "probability": 0.9}})
    answers = {"storefronts": hits(*lives), "successions": hits(*successions)}
    seen = draw(*board, with_answers(Vega("reconstitution", "", "").spec("churnwatch"), answers), "Crowd", (780, 300))
    assert (seen.said, seen.overlapping(), seen.outside()) == ([], [], [])
    shown = seen.marks["rect"]
    assert 5 <= shown <= 9
    assert f"Median 2.0 days, 40 successions, the latest {shown} shown" in {text for text, _ in seen.texts}


def test_a_storefront_that_opened_before_the_end_stands_left_of_zero(board: tuple[Page, str]) -> None:
    answers = {
        "storefronts": hits(life("a.example", 1, 10), life("b.example", 7)),
        "successions": hits({"marketplace": {"storefront": "b.example", "event": {"successor_of": "a.example"}, "probability": 0.99}}),
    }
    seen = draw(*board, with_answers(Vega("reconstitution", "", "").spec("churnwatch"), answers), "Backup", (780, 300))
    assert (seen.said, seen.overlapping(), seen.outside()) == ([], [], [])
    assert {"Median −3.0 days, 1 succession", "a.example → b.example: −3.0 days, p 0.99"} <= {text for text, _ in seen.texts}
