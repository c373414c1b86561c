"""The embedded store where it differs: files, processes that die, processes that write at once."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.sqlite_schema import statements
from indexer.sqlite_store import SqliteStore
from indexer.store import Put, StoreError, open_store

# Writes batches of 40 findings and 40 listings of all numbers from `first` on, and says each batch that was acknowledged.
WRITER = """
import sys
from indexer.store import open_store
store = open_store(sys.argv[1])
first, last = int(sys.argv[2]), int(sys.argv[3])
for batch in range(first, last):
    numbers = range(batch * 40, batch * 40 + 40)
    store.put("finding", [{"id": f"f{n}", "planned_at": "2026-01-01T00:00:00Z", "text": f"tiger {n}"} for n in numbers])
    store.put("listing", [{"id": f"l{n % 200}", "sequence": store.next_sequence(), "title": f"lion {n}"} for n in numbers])
    print(batch, flush=True)
"""


def writer(store: Path, first: int, last: int) -> "subprocess.Popen[str]":
    """A child process writing the batches `first` to `last`."""
    command = [sys.executable, "-c", WRITER, f"sqlite:///{store}", str(first), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def made(path: Path) -> Path:
    """A store file set up and closed."""
    store = SqliteStore(path)
    store.init()
    store.close()
    return path


def words(path: Path, family: str) -> dict[str, str]:
    """Id and indexed text of every row, read straight from the file after SQLite's own checks of table and full text."""
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.execute(f"INSERT INTO {family}_text ({family}_text) VALUES ('integrity-check')")
    rows = database.execute(f"SELECT f.id, t.* FROM {family} f JOIN {family}_text t ON t.rowid = f.row").fetchall()
    assert database.execute(f"SELECT count(*) FROM {family}_text").fetchone() == (len(rows),)
    database.close()
    return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize("kill_after", [1, 2, 3, 5, 8])
def test_a_writer_killed_in_mid_write_loses_nothing_acknowledged_and_doubles_nothing(tmp_path: Path, kill_after: int) -> None:
    path = made(tmp_path / "store.db")
    child = writer(path, 0, 10_000)
    assert child.stdout is not None
    acknowledged = [int(child.stdout.readline()) for _ in range(kill_after)]
    os.kill(child.pid, signal.SIGKILL)
    acknowledged += [int(line) for line in child.stdout]
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()

    store = open_store(f"sqlite:///{path}")
    kept = {str(one["id"]) for one in store.scan("finding")}
    assert {f"f{n}" for batch in acknowledged for n in range(batch * 40, batch * 40 + 40)} <= kept
    assert len(kept) % 40 == 0  # the batch that was under way is there whole or not at all
    again = writer(path, 0, acknowledged[-1] + 3)
    again.communicate()
    assert again.returncode == 0

    total = (acknowledged[-1] + 3) * 40
    assert store.status()["finding"] == len(store.search("finding", "tiger", limit=10**6)) == total
    assert [one["id"] for one in store.search("finding", "tiger 79")] == ["f79"]
    titles = {str(one["id"]): str(one["title"]) for one in store.scan("listing")}
    store.close()
    assert words(path, "finding") == {f"f{n}": f"tiger {n}" for n in range(total)}
    assert words(path, "listing") == titles
    assert len(titles) == min(200, total)


def test_two_processes_writing_at_once_lose_nothing_and_draw_no_number_twice(tmp_path: Path) -> None:
    path = made(tmp_path / "store.db")
    children = [writer(path, 0, 20), writer(path, 10, 30)]
    for child in children:
        out, _ = child.communicate()
        assert (child.returncode, len(out.split())) == (0, 20)
    store = SqliteStore(path)
    assert store.status()["finding"] == 1200
    assert len(store.search("finding", "tiger", limit=2000)) == 1200
    assert store.next_sequence() == 2 * 20 * 40 + 1
    assert all(one["title"] == store.search("listing", str(one["title"]))[0]["title"] for one in store.scan("listing"))
    store.close()


def test_a_failing_generator_keeps_the_whole_chunks_before_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    store.init()

    def documents():  # type: ignore[no-untyped-def]
        for number in range(1500):
            yield {"id": f"{number:04}", "planned_at": "2026-01-01T00:00:00Z"}
        raise ValueError("page 1500")

    with pytest.raises(ValueError, match="page 1500"):
        store.put("look", documents())
    assert store.status()["look"] == 1000
    assert store.put("look", [{"id": "0000", "planned_at": "2026-01-01T00:00:00Z"}]) == Put(unchanged=1)
    store.close()


def test_an_index_narrows_what_a_filter_reads(tmp_path: Path) -> None:
    database = sqlite3.connect(made(tmp_path / "store.db"))
    query = statements("finding").narrowed("storefront")
    plan = " ".join(str(row[3]) for row in database.execute(f"EXPLAIN QUERY PLAN {query}", ('["one.example"]', "", 10)))
    database.close()
    assert "USING INDEX finding_storefront (storefront=? AND id>?)" in plan


def test_a_missing_folder_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere.*does not exist; make"):
        SqliteStore(tmp_path / "nowhere" / "store.db")


def test_looking_at_a_store_that_is_not_there_makes_no_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "typo.db")
    with pytest.raises(StoreError, match=r"typo\.db does not exist; run `churnwatch store init"):
        list(store.scan("finding"))
    assert list(tmp_path.iterdir()) == []


def test_another_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary " * 100)
    with pytest.raises(StoreError, match=r"notes\.txt: file is not a database; it is no SQLite store"):
        SqliteStore(path)
    assert path.read_text() == "dear diary " * 100


def test_a_store_of_another_schema_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 7")
    database.close()
    with pytest.raises(StoreError, match="schema version 7, this churnwatch writes 1"):
        SqliteStore(path)


def test_names_with_odd_characters_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c %41 ж.db"
    store = open_store(f"sqlite:///{path}")
    store.init()
    store.put("look", [{"id": "x", "planned_at": "2026-01-01T00:00:00Z"}])
    store.close()
    assert path.exists()
    again = SqliteStore(path)
    assert again.get("look", "x") == {"id": "x", "planned_at": "2026-01-01T00:00:00Z"}
    again.close()
