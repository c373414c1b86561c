"""Three real nodes: one killed or paused while documents come, the master killed, and a cluster that has lost its majority."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.elastic_bulk import Patience
from indexer.elastic_store import ElasticStore
from indexer.store import Document, Put
from tests.elastic_tiers.cluster import NAMES, Cluster
from tests.elastic_tiers.place import Place, own_place

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("cluster")]
AT = "2026-11-24T12:00:00Z"
COUNT = 12_000
# A paused node costs one answer's time; with the elections of a killed master all is over in half a minute.
PATIENT = Patience(budget_s=120, answer_s=5, longest_pause_s=2)
SOON = Patience(budget_s=2, first_pause_s=0.1, longest_pause_s=0.5, answer_s=3)


def findings(count: int) -> Iterator[Document]:
    """Findings by number."""
    return ({"id": f"f{n:06}", "planned_at": AT, "text": f"research chemical {n} " + "words " * 40} for n in range(count))


@pytest.fixture
def place(elastic_cluster: Cluster) -> Iterator[Place]:
    """A prefix of its own on a cluster that is whole before and after."""
    elastic_cluster.start()
    with own_place(elastic_cluster.address) as made:
        yield made
        for name in NAMES:
            try:
                elastic_cluster.resume(name)
            except AssertionError:
                continue
        elastic_cluster.start()


def put_while(place: Place, cluster: Cluster, happens: object, spool: Path | None = None) -> tuple[Put, float]:
    """Puts COUNT findings and lets something happen after a third of them; the counts, and the seconds."""
    store = ElasticStore(place.address, patience=PATIENT, spool=spool)
    store.init()
    store.put("finding", findings(1))
    done = threading.Event()

    def document_stream() -> Iterator[Document]:
        for number, one in enumerate(findings(COUNT)):
            if number == COUNT // 3:
                happens()  # type: ignore[operator]
                done.set()
            yield one

    began = time.monotonic()
    counts = store.put("finding", document_stream())
    spent = time.monotonic() - began
    assert done.is_set()
    store.close()
    return counts, spent


def all_there(place: Place) -> None:
    """Every finding once, nothing else, seen by a fresh opening."""
    store = ElasticStore(place.address, patience=PATIENT)
    store.put("finding", findings(1))
    store.settle()
    assert [str(one["id"]) for one in store.scan("finding")] == [f"f{n:06}" for n in range(COUNT)]
    assert {family: count for family, count in store.status().items() if count} == {"finding": COUNT}
    store.close()


def data_node(cluster: Cluster) -> str:
    """A node that is not the master."""
    return next(name for name in NAMES if name != cluster.master())


@pytest.mark.parametrize("role", ["data node", "master"])
def test_a_node_killed_in_mid_bulk_loses_and_doubles_nothing(place: Place, elastic_cluster: Cluster, role: str) -> None:
    victim = elastic_cluster.master() if role == "master" else data_node(elastic_cluster)
    counts, _ = put_while(place, elastic_cluster, lambda: elastic_cluster.kill(victim))
    assert (counts.written + counts.unchanged, counts.dead, counts.spooled) == (COUNT, 0, 0)
    all_there(place)
    elastic_cluster.start()
    all_there(place)


def test_a_paused_node_is_passed_by(place: Place, elastic_cluster: Cluster) -> None:
    victim = data_node(elastic_cluster)
    counts, spent = put_while(place, elastic_cluster, lambda: elastic_cluster.pause(victim))
    assert (counts.written + counts.unchanged, counts.dead, counts.spooled) == (COUNT, 0, 0)
    assert spent < 110
    all_there(place)
    elastic_cluster.resume(victim)
    elastic_cluster.wait(lambda health: health["number_of_nodes"] == 3 and health["status"] == "green", "whole again")
    all_there(place)


def test_without_a_majority_documents_wait_on_disk_and_are_written_when_it_is_back(
    place: Place, elastic_cluster: Cluster, tmp_path: Path
) -> None:
    store = ElasticStore(place.address, patience=SOON, spool=tmp_path)
    store.init()
    assert store.put("finding", findings(1000)) == Put(written=1000)
    store.settle()
    master = elastic_cluster.master()
    lost = [name for name in NAMES if name != master]
    for name in lost:
        elastic_cluster.kill(name)
    counts = store.put("finding", findings(COUNT))
    assert counts.spooled >= COUNT - 1000 and counts.dead == 0
    assert counts.written + counts.unchanged + counts.spooled == COUNT
    store.close()
    elastic_cluster.start()
    again = ElasticStore(place.address, patience=PATIENT, spool=tmp_path)
    again.init()
    assert again.details()["spooled"] == 0
    again.close()
    all_there(place)
