"""The spool: documents that a store could not take, kept on disk until it can. One file of JSON lines a store, shared by processes.

A line is kept when `append` returns (fsync) and leaves the file only after everything in it was taken, so a process killed at any
moment loses nothing; what was sent twice is one document, since only writings that may be repeated are spooled.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson

from indexer.store import Document, StoreError

MOST_BYTES = 2 << 30  # a store that is away for days is a matter for people; the evidence holds everything anyway
_READ = 500  # entries handed on at once
_BACK = 1 << 20  # bytes read at once when the last whole line is sought


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation to repeat: a document of a family, or (family `supersede`) `{"visit_id", "analysis_id"}`."""

    family: str
    document: Document
    create: bool = False


class Spool:
    """The file `folder/name.ndjson`, made when it is first needed."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.ndjson"

    def append(self, entries: Iterable[Entry]) -> int:
        """Keeps entries at the end of the file and says how many; raises StoreError when they cannot be kept."""
        lines = [_line(entry) for entry in entries]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked() as file:
                _cut_torn(file)
                if file.seek(0, os.SEEK_END) + sum(map(len, lines)) > MOST_BYTES:
                    raise StoreError(f"{self.path} is full ({MOST_BYTES} bytes): see to the server, then run any command with this --store")
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
            _sync_folder(self.path.parent)
        except OSError as error:
            raise StoreError(
                f"{self.path}: documents cannot be kept for later: {error}; check the folder's rights and free space"
            ) from error
        return len(lines)

    def waiting(self) -> int:
        """How many entries wait."""
        if not self.path.exists():
            return 0
        with self.path.open("rb") as file:
            return sum(line.endswith(b"\n") for line in file)

    def replay(self, take: Callable[[list[Entry]], None]) -> int:
        """Hands all entries to `take`, in order, up to 500 at once; empties the file when all were taken. Says how many there were.

        What `take` raises ends the replay, and everything stays. A line that is damaged is moved to `*.damaged` and told by StoreError.
        """
        if not self.path.exists() or not self.path.stat().st_size:
            return 0
        count, damaged = 0, []
        with self._locked() as file:
            _cut_torn(file)
            file.seek(0)
            chunk: list[Entry] = []
            for line in file:
                entry = _entry(line)
                if entry is None:
                    damaged.append(line)
                    continue
                chunk.append(entry)
                if len(chunk) == _READ:
                    take(chunk)
                    count, chunk = count + len(chunk), []
            if chunk:
                take(chunk)
            count += len(chunk)
            if damaged:
                with self.path.with_suffix(".damaged").open("ab") as aside:
                    aside.writelines(damaged)
                    aside.flush()
                    os.fsync(aside.fileno())
            file.truncate(0)
            os.fsync(file.fileno())
        if damaged:
            raise StoreError(
                f"{self.path}: {len(damaged)} line(s) were damaged on disk and are kept in {self.path.with_suffix('.damaged')}; the others "
                "were written. Run `churnwatch analyse` again, which puts in what is missing"
            )
        return count

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _line(entry: Entry) -> bytes:
    body = orjson.dumps([entry.family, entry.create, entry.document])
    return b"%b %b\n" % (hashlib.sha256(body).hexdigest()[:16].encode(), body)


def _entry(line: bytes) -> Entry | None:
    digest, _, body = line.rstrip(b"\n").partition(b" ")
    if hashlib.sha256(body).hexdigest()[:16].encode() != digest:
        return None
    family, create, document = orjson.loads(body)
    return Entry(family, document, create)


def _cut_torn(file: IO[bytes]) -> None:
    """Cuts a last line without its end: its writer was killed before it could say that the line is kept."""
    position, size = 0, file.seek(0, os.SEEK_END)
    for start in range(max(0, size - _BACK), -_BACK, -_BACK):
        file.seek(max(0, start))
        part = file.read(_BACK)
        if b"\n" in part:
            position = max(0, start) + part.rfind(b"\n") + 1
            break
    if position < size:
        file.truncate(position)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
