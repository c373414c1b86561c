"""The spool on disk: what `append` said is kept survives kill -9, torn lines and damage, and leaves only after it was taken."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer import spool as spool_module
from indexer.spool import Entry, Spool
from indexer.store import StoreError


def entries(first: int, last: int) -> list[Entry]:
    """Findings by number, one of them with a line end inside."""
    return [Entry("finding", {"id": f"f{n}", "text": "zwei\nZeilen, 研究"}, n % 2 == 0) for n in range(first, last)]


def test_entries_come_back_in_order_once_they_were_taken_the_file_is_empty(tmp_path: Path) -> None:
    spool, taken = Spool(tmp_path / "new" / "folder", "p1"), list[Entry]()
    assert (spool.waiting(), spool.replay(taken.extend)) == (0, 0)
    assert (spool.append(entries(0, 700)), spool.append(entries(700, 1201))) == (700, 501)
    assert spool.waiting() == 1201
    sizes: list[int] = []
    assert spool.replay(lambda chunk: (taken.extend(chunk), sizes.append(len(chunk)))[0]) == 1201
    assert taken == entries(0, 1201)
    assert (sizes, spool.waiting(), spool.replay(taken.extend)) == ([500, 500, 201], 0, 0)


def test_what_stops_the_replay_leaves_everything(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "p1")
    spool.append(entries(0, 900))
    calls: list[int] = []

    def take(chunk: list[Entry]) -> None:
        calls.append(len(chunk))
        if len(calls) == 2:
            raise StoreError("away again")

    with pytest.raises(StoreError, match="away again"):
        spool.replay(take)
    assert (calls, spool.waiting()) == ([500, 400], 900)


@pytest.mark.parametrize("torn", [b'0123456789abcdef ["finding",false,{"id":', b"x", b"y" * (3 << 20)])
def test_a_line_that_its_writer_did_not_end_is_cut_and_the_next_one_stands_alone(tmp_path: Path, torn: bytes) -> None:
    spool, taken = Spool(tmp_path, "p1"), list[Entry]()
    spool.append(entries(0, 2))
    with spool.path.open("ab") as file:
        file.write(torn)
    assert spool.waiting() == 2
    spool.append(entries(2, 3))
    assert spool.replay(taken.extend) == 3
    assert taken == entries(0, 3)


def test_a_file_that_is_nothing_but_a_torn_line_is_empty(tmp_path: Path) -> None:
    spool, taken = Spool(tmp_path, "p1"), list[Entry]()
    spool.path.write_bytes(b"half a li")
    assert spool.replay(taken.extend) == 0
    assert (taken, spool.path.stat().st_size) == ([], 0)


def test_a_damaged_line_is_put_aside_and_told_and_the_others_are_taken(tmp_path: Path) -> None:
    spool, taken = Spool(tmp_path, "p1"), list[Entry]()
    spool.append(entries(0, 3))
    lines = spool.path.read_bytes().splitlines(keepends=True)
    spool.path.write_bytes(lines[0] + lines[1].replace(b"f1", b"f9") + lines[2])
    with pytest.raises(StoreError, match=r"1 line\(s\) were damaged .*p1\.damaged.*churnwatch analyse"):
        spool.replay(taken.extend)
    assert [one.document["id"] for one in taken] == ["f0", "f2"]
    assert b"f9" in (tmp_path / "p1.damaged").read_bytes()
    assert spool.waiting() == 0


def test_a_full_spool_and_a_folder_that_cannot_be_made_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "MOST_BYTES", 300)
    spool = Spool(tmp_path, "p1")
    spool.append(entries(0, 2))
    with pytest.raises(StoreError, match=r"p1\.ndjson is full"):
        spool.append(entries(2, 9))
    assert spool.waiting() == 2
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"documents cannot be kept for later.*rights and free space"):
        Spool(tmp_path / "file", "p1").append(entries(0, 1))


WRITER = """
import sys
from pathlib import Path
from indexer.spool import Entry, Spool
spool = Spool(Path(sys.argv[1]), "p1")
for number in range(100_000):
    spool.append([Entry("finding", {"id": f"{sys.argv[2]}-{number}"})])
    print(number, flush=True)
"""


def test_two_writers_killed_in_the_middle_lose_nothing_that_was_said_to_be_kept(tmp_path: Path) -> None:
    writers = {
        name: subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], stdout=subprocess.PIPE, text=True) for name in "ab"
    }
    spool = Spool(tmp_path, "p1")
    try:
        first = {name: writer.stdout.readline() for name, writer in writers.items() if writer.stdout}  # both have begun
        end = time.monotonic() + 60
        while spool.waiting() < 200 and time.monotonic() < end:
            time.sleep(0.01)
    finally:
        for writer in writers.values():
            writer.kill()
        rest = {name: writer.communicate()[0] for name, writer in writers.items()}
    said = {name: int((first[name] + rest[name]).rpartition("\n")[0].rpartition("\n")[2]) for name in writers}  # the last whole line
    taken: list[Entry] = []
    spool.replay(taken.extend)
    found = [str(one.document["id"]) for one in taken]
    assert len(found) == len(set(found)) >= 200
    assert set(found) >= {f"{name}-{number}" for name, last in said.items() for number in range(last + 1)}
