"""Writing one visit: `<folder>/<site>/<visit_id>.warc.gz`, then its manifest beside it and a line in the folder's ledger.

A visit is sealed when its manifest stands there. Until then a kill may cut it off at any byte, and it is resumed.
"""

import fcntl
import functools
import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from crawlers.errors import DiskError, EvidenceError
from crawlers.evidence_records import (
    CAPTURE_ID_LINE,
    HOST_TARGET,
    LINKS_TARGET,
    VISIT_TARGET,
    capture_of,
    exchange_drafts,
    host_draft,
    host_of,
    is_capture,
    links_draft,
    links_of,
    resource_draft,
    site_draft,
    target_of,
    visit_draft,
    visit_json,
    visit_of,
    warcinfo_draft,
)
from crawlers.ledger import anchor
from crawlers.manifest import ARCHIVE_SUFFIX, Manifest, manifest_bytes, manifest_path, seal_of
from crawlers.record_list import RecordList
from crawlers.records import Capture, HostFacts, LinkDigest, Visit
from crawlers.signing import Signer
from crawlers.warc_records import Draft, Loss, Record, exact_time, pack, read_records, unpack


class WatchedSite(Protocol):
    """What evidence needs of a site."""

    @property
    def name(self) -> str: ...
    @property
    def legal_reason(self) -> str | None: ...


class VisitWriter:
    """The archive of one visit, open for writing by one process; opening an interrupted one resumes it.

    Every record reaches the operating system before a call returns, so a kill loses at most the record being written; `seal` syncs to
    the disk. Raises EvidenceError when another process holds the archive or when it is damaged before its end.
    """

    def __init__(
        self, folder: Path, site: WatchedSite, site_text: str, visit_id: str, *, info: Mapping[str, str], signer: Signer | None = None
    ) -> None:
        self._folder, self._site, self._site_text, self.visit_id, self._signer = folder, site, site_text, visit_id, signer
        self._name = f"{site.name}/{visit_id}{ARCHIVE_SUFFIX}"
        self.path = folder / self._name
        self._info = {
            "software": f"churnwatch/{version('churnwatch')}",
            "software-sha256": software_digest(),
            "format": "WARC File Format 1.1",
            "site": site.name,
            "site-file-sha256": hashlib.sha256(site_text.encode("utf-8", "surrogatepass")).hexdigest(),
            "visit": visit_id,
            "legal-reason": site.legal_reason or "",
            **info,
        }
        self._entries = RecordList()
        self._places: dict[str, int] = {}  # capture_id → offset and length of its record, as one number
        self.began: datetime | None = None  # when the first capture was fetched
        self._hosts: dict[tuple[str, int], HostFacts] = {}
        self._links: tuple[LinkDigest, ...] = ()
        self._end, self._whole, self._site_sha256 = 0, hashlib.sha256(), ""
        self._warcinfo: str | None = None
        self.sealed = False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            self._file = undo.enter_context(self.path.open("a+b", buffering=0))
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise EvidenceError(f"{self.path}: another process is writing this visit; wait for it to end") from None
            self._resume()
            undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the archive; it stays resumable until it is sealed. One that holds nothing is no visit, and goes."""
        if not self._file.closed and not self._end and not self.sealed:
            self.path.unlink(missing_ok=True)
        self._file.close()

    def seen(self) -> frozenset[str]:
        """The ids of the captures that the archive holds whole."""
        return frozenset(self._places)

    def captures(self) -> list[Capture]:
        """The captures that the archive holds, in the order written."""
        return [self._read(capture_id)[0] for capture_id in self._places]

    def find(self, capture_id: str) -> tuple[Capture, bytes] | None:
        """A capture of the archive and its body as received, content coding kept; None when it is not there."""
        return self._read(capture_id) if capture_id in self._places else None

    def hosts(self) -> list[HostFacts]:
        """The last facts written of each host and port."""
        return list(self._hosts.values())

    def body(self, capture_id: str) -> bytes:
        """A capture's body as received, content coding kept; raises KeyError for a capture that is not here."""
        return self._read(capture_id)[1]

    def add(self, capture: Capture, request: bytes, response_head: bytes, body: bytes) -> Capture:
        """The capture with its place in the archive; one that is already there is not written again.

        `request` and `response_head` are the bytes of the wire, `body` is de-chunked with its content coding kept.
        """
        if capture.capture_id in self._places:
            return self._read(capture.capture_id)[0]
        self._check_mine(capture)
        asked, answered = exchange_drafts(capture, request, response_head, body, self._begin(capture.fetched_at))
        self._write(asked, capture.capture_id)
        return self._place(capture, answered)

    def add_resource(self, capture: Capture, body: bytes, media_type: str) -> Capture:
        """Like `add`, for a capture without an HTTP head: a rendered document, a screenshot, a list (WARC `resource` record)."""
        if capture.capture_id in self._places:
            return self._read(capture.capture_id)[0]
        self._check_mine(capture)
        return self._place(capture, resource_draft(capture, body, media_type, self._begin(capture.fetched_at)))

    def add_host(self, facts: HostFacts) -> None:
        """Write a host's facts; the same facts twice are one record, later ones stand for the host."""
        self._write(host_draft(facts, self._begin(facts.seen_at)))
        self._hosts[facts.host, facts.port] = facts

    def add_links(self, links: Sequence[LinkDigest], at: datetime) -> None:
        """Write the visit's link digests, which its manifest repeats; none writes nothing."""
        if links and not self.sealed:
            self._write(links_draft(links, self.visit_id, at, self._begin(at)))
        self._links = tuple(links)

    def seal(self, visit: Visit) -> Path:
        """The manifest's path, once the Visit record, ledger line and manifest are on the disk; closes the archive.

        A visit that is sealed already stays as it is.
        """
        if (visit.visit_id, visit.site) != (self.visit_id, self._site.name):
            raise ValueError(f"{visit.visit_id} of {visit.site} cannot seal {self._name}")
        if not self.sealed:
            self._write(visit_draft(visit, self._begin(visit.started_at)))
            self._finish(visit, perhaps_there=False)
        self.close()
        return manifest_path(self.path)

    def _check_mine(self, capture: Capture) -> None:
        if capture.visit_id != self.visit_id:
            raise ValueError(f"{capture.capture_id} belongs to {capture.visit_id}, this archive to {self.visit_id}")

    def _place(self, capture: Capture, draft: Draft) -> Capture:
        offset = self._write(draft, capture.capture_id)
        self._places[capture.capture_id] = offset << 32 | self._end - offset
        self.began = min(self.began or capture.fetched_at, capture.fetched_at)
        return replace(capture, warc_file=self._name, warc_offset=offset)

    def _read(self, capture_id: str) -> tuple[Capture, bytes]:
        offset, length = divmod(self._places[capture_id], 1 << 32)
        record = unpack(os.pread(self._file.fileno(), length, offset))
        if isinstance(record, Loss):
            raise EvidenceError(f"{self.path}: the record of {capture_id} at byte {offset} was damaged since it was written: {record.why}")
        capture, body = capture_of(record, self._name)
        return replace(capture, warc_offset=offset), body

    def _finish(self, visit: Visit, *, perhaps_there: bool) -> None:
        """Sync, ledger line, manifest, in this order: a kill in between leaves an unsealed visit whose last record is its Visit."""
        manifest = Manifest(
            visit_id=self.visit_id,
            site=self._site.name,
            planned_at=exact_time(visit.planned_at),
            warc=self.path.name,
            warc_bytes=self._end,
            warc_sha256=self._whole.hexdigest(),
            site_sha256=self._site_sha256,
            visit=visit_json(visit),
            records=tuple(self._entries),
            links=self._links,
        )
        try:
            self._anchor(manifest, perhaps_there=perhaps_there)
        except OSError as error:
            raise DiskError(self.path, error) from error
        self.sealed = True

    def _anchor(self, manifest: Manifest, *, perhaps_there: bool) -> None:
        os.fsync(self._file.fileno())
        content, path = manifest_bytes(manifest), manifest_path(self.path)
        name = f"{self._site.name}/{path.name}"
        anchor(self._folder, manifest, name, seal_of(content), signer=self._signer, perhaps_there=perhaps_there)
        draft = path.with_suffix(".part")
        try:
            with draft.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)

    def _resume(self) -> None:
        """Take in every whole record, cut a torn last one, finish a seal that was interrupted."""
        self.sealed = manifest_path(self.path).exists()
        archive = self.path.read_bytes()
        record: Record | None = None
        for found in read_records(archive):
            if isinstance(found, Record):
                record = found
                self._take_in(record, archive[record.offset : record.offset + record.length])
            elif self.sealed or not (found.torn or not any(archive[found.offset :])):  # zeros: a file grown before a power cut
                raise EvidenceError(
                    f"{self.path}: damaged at byte {found.offset}: {found.why}; move it away and plan a new visit (--fresh)"
                )
            else:
                self._file.truncate(found.offset)
        if record is not None and not self.sealed and target_of(record).startswith(VISIT_TARGET):
            self._finish(visit_of(record.block), perhaps_there=True)

    def _take_in(self, record: Record, member: bytes) -> None:
        self._note(record.record_id, record.type, record.headers.get(CAPTURE_ID_LINE.lower()), member)
        if is_capture(record):
            capture, _ = capture_of(record, self._name)
            self._places[capture.capture_id] = record.offset << 32 | record.length
            self.began = min(self.began or capture.fetched_at, capture.fetched_at)
        elif record.type == "resource":
            self._site_sha256 = hashlib.sha256(record.block).hexdigest()
        elif target_of(record).startswith(LINKS_TARGET):
            self._links = links_of(record)
        elif target_of(record).startswith(HOST_TARGET):
            facts = host_of(record)
            self._hosts[facts.host, facts.port] = facts

    def _begin(self, at: datetime) -> str:
        """The id of the warcinfo record that later records point to; writes it and the site file when they are not there yet."""
        if self._warcinfo is None:
            info = warcinfo_draft(self.visit_id, at, self._info)
            self._write(info)
            self._write(site_draft(self.visit_id, at, self._site.name, self._site_text, info.record_id))
            self._warcinfo, self._site_sha256 = info.record_id, self._info["site-file-sha256"]
        return self._warcinfo

    def _write(self, draft: Draft, capture_id: str | None = None) -> int:
        """The record's offset (0 for one that is there already); what a full disk cut off is taken back before the error goes on."""
        if self.sealed:
            raise EvidenceError(f"{self.path}: sealed; nothing can be added (plan a new visit with --fresh)")
        if draft.record_id in self._entries:
            return 0
        offset, member = self._end, pack(draft)
        try:
            rest = memoryview(member)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._file.truncate(offset)
            raise DiskError(self.path, error) from error
        self._note(draft.record_id, draft.type, capture_id, member, known=capture_id is None)
        return offset

    def _note(self, record_id: str, record_type: str, capture_id: str | None, member: bytes, *, known: bool = True) -> None:
        self._entries.add(record_id, record_type, capture_id, self._end, len(member), hashlib.sha256(member).digest(), known=known)
        self._whole.update(member)
        self._end += len(member)


@functools.cache
def software_digest() -> str:
    """SHA-256 over this package's sources by name: which code wrote the evidence."""
    whole = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        whole.update(f"{file.name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
