"""Checking an evidence folder against its manifests and its ledger: what was changed, lost, moved, added or never anchored."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from crawlers.errors import EvidenceError
from crawlers.evidence_records import VISIT_TARGET, capture_of, is_capture, target_of, visit_json, visit_of
from crawlers.ledger import LedgerLine, read_ledger
from crawlers.manifest import ARCHIVE_SUFFIX, Entry, Manifest, archive_path, manifest_path, read_manifest, seal_of
from crawlers.timestamp import KIND
from crawlers.verify_ledger import MAX_SKEW_S, Trust, first_stamp, signature_faults, stamp_faults, stamp_time
from crawlers.warc_records import Loss, Record, exact_time, read_records

NOBODY = Trust()


def verify(folder: Path, trust: Trust = NOBODY) -> list[str]:
    """Every problem in people's words, each naming file and record; empty when all evidence is sealed, whole and chained.

    Signatures and time stamps are checked where there are some, and missed where `trust` expects them. Cutting whole lines off the
    ledger's end together with their visits, signatures and stamps cannot be seen from the folder alone.
    """
    if not folder.is_dir():
        return [f"{folder}: no such evidence folder"]
    lines, problems = read_ledger(folder)
    found = list(problems)
    anchored: dict[str, LedgerLine] = {}
    for line in lines:
        if line.kind not in (None, KIND):
            found.append(f"ledger line {line.n}: of a kind that nobody writes: {line.kind[:40]!r}")
        if line.manifest in anchored:
            found.append(f"{line.manifest}: anchored twice, by ledger lines {anchored[line.manifest].n} and {line.n}")
        anchored[line.manifest] = line
    found += signature_faults(folder, lines, trust)
    found += stamp_faults(folder, lines, trust)
    stamps = [line for line in lines if line.kind == KIND]
    for name, line in anchored.items():
        if line.kind is None:
            found += _check_anchored(folder, name, line, stamps)
    for path in sorted(folder.glob("*/*.json")):
        name = f"{path.parent.name}/{path.name}"
        if name not in anchored:
            found.append(f"{name}: not anchored: the ledger has no line for it")
            found += _check_archive(archive_path(path), path)
    for path in sorted(folder.glob(f"*/*{ARCHIVE_SUFFIX}")):
        name = f"{path.parent.name}/{path.name}"
        if not manifest_path(path).exists() and path.stat().st_size and f"{path.parent.name}/{manifest_path(path).name}" not in anchored:
            found.append(f"{name}: not sealed: the visit is still running or was interrupted; crawl its site again to resume it")
    return found


def _check_anchored(folder: Path, name: str, line: LedgerLine, stamps: Sequence[LedgerLine]) -> Iterator[str]:
    if len(PurePosixPath(name).parts) != 2 or ".." in PurePosixPath(name).parts or name.startswith("/"):
        yield f"ledger line {line.n}: {name[:100]!r} is no manifest of this folder"
        return
    path = folder / name
    if not path.exists():
        yield f"{name}: missing manifest: ledger line {line.n} anchors it"
        if archive_path(path).exists():
            yield f"{line.site}/{archive_path(path).name}: not sealed any more; its records cannot be checked"
        return
    if seal_of(path.read_bytes()) != line.seal:
        yield f"{name}: changed manifest: its SHA-256 is not the seal in ledger line {line.n}"
    yield from _check_archive(archive_path(path), path, line, stamps)


def _check_archive(archive: Path, path: Path, line: LedgerLine | None = None, stamps: Sequence[LedgerLine] = ()) -> Iterator[str]:
    name = f"{archive.parent.name}/{archive.name}"
    try:
        manifest = read_manifest(path)
    except EvidenceError as error:
        yield str(error)
        return
    if (manifest.site, manifest.visit_id, manifest.warc) != (archive.parent.name, path.stem, archive.name):
        yield f"{path.parent.name}/{path.name}: the manifest is that of {manifest.site}/{manifest.visit_id}"
    if line and (line.site, line.visit_id, line.planned_at) != (manifest.site, manifest.visit_id, manifest.planned_at):
        yield f"{path.parent.name}/{path.name}: ledger line {line.n} names another visit than the manifest"
    if line:
        yield from _ended_late(line, manifest, stamps)
    if not archive.exists():
        yield f"{name}: missing archive: its manifest lists {len(manifest.records)} records"
        return
    content = archive.read_bytes()
    if len(content) != manifest.warc_bytes or hashlib.sha256(content).hexdigest() != manifest.warc_sha256:
        differences = list(_differences(name, content, manifest))
        yield from differences or [f"{name}: changed: the whole file's SHA-256 differs although each record is as sealed"]
    else:
        yield from _inside(name, content, manifest)


def _ended_late(line: LedgerLine, manifest: Manifest, stamps: Sequence[LedgerLine]) -> Iterator[str]:
    """A visit that says it ended after it was stamped: its clock, or its record, is wrong. A simulated clock says nothing."""
    try:
        visit = visit_of(manifest.visit)
    except EvidenceError as error:
        yield f"{line.manifest}: {error}"
        return
    stamp = first_stamp(line, stamps) if visit.clock == "system" else None
    at = stamp_time(stamp) if stamp is not None else None
    if stamp is not None and at is not None and (visit.done_at - at).total_seconds() > MAX_SKEW_S:
        yield f"{line.manifest}: says it ended at {exact_time(visit.done_at)}, after its stamp of {stamp.planned_at} ({stamp.manifest})"


def _differences(name: str, content: bytes, manifest: Manifest) -> Iterator[str]:
    """Which records differ from the manifest: by id where the record can be read, by place where it cannot."""
    sealed = {entry.record_id: entry for entry in manifest.records}
    there: list[str] = []
    for found in read_records(content, [entry.offset for entry in manifest.records]):
        if isinstance(found, Loss):
            yield from _lost(name, found, manifest)
            continue
        entry = sealed.get(found.record_id)
        digest = hashlib.sha256(content[found.offset : found.offset + found.length]).hexdigest()
        if entry is None or found.record_id in there:
            after = found.offset >= manifest.warc_bytes
            kind = "an unanchored tail" if after else "added" if entry is None else "doubled"
            yield f"{name}: {kind}: {found.type} record {found.record_id} at byte {found.offset} is not in the manifest"
            continue
        there.append(found.record_id)
        if digest != entry.sha256:
            yield f"{name}: changed: {_named(entry)}"
    missing = [entry for entry in manifest.records if entry.record_id not in there]
    yield from (f"{name}: missing: {_named(entry)}" for entry in missing)
    expected = [entry.record_id for entry in manifest.records if entry.record_id in there]
    yield from (
        f"{name}: re-ordered: {_named(sealed[actual])} stands where {wanted} was sealed"
        for wanted, actual in zip(expected, there, strict=True)
        if wanted != actual
    )


def _lost(name: str, loss: Loss, manifest: Manifest) -> Iterator[str]:
    if loss.offset >= manifest.warc_bytes:
        yield f"{name}: an unanchored tail: {loss.length} bytes after the last sealed record, no record"
        return
    inside = next((entry for entry in manifest.records if entry.offset == loss.offset), None)
    kind = "truncated" if loss.torn else "changed"
    yield f"{name}: {kind}: {loss.length} bytes at byte {loss.offset} are no record ({loss.why})" + (
        f": {_named(inside)}" if inside else ""
    )


def _inside(name: str, content: bytes, manifest: Manifest) -> Iterator[str]:
    """An archive that is byte for byte as sealed: does it also hold what its records and the manifest say?"""
    records = [found for found in read_records(content) if isinstance(found, Record)]
    if [(r.record_id, r.offset, r.length) for r in records] != [(e.record_id, e.offset, e.length) for e in manifest.records]:
        yield f"{name}: the manifest's list is not that of the records in the archive"
    for record, entry in zip(records, manifest.records, strict=False):
        if hashlib.sha256(content[entry.offset : entry.offset + entry.length]).hexdigest() != entry.sha256:
            yield f"{name}: changed: {_named(entry)}"
        yield from _digests(name, record)
    last = records[-1] if records else None
    if last is None or not target_of(last).startswith(VISIT_TARGET):
        yield f"{name}: the last record is not the Visit"
    elif visit_json(visit_of(last.block)) != manifest.visit:
        yield f"{name}: the Visit in the manifest is not the one in the archive"


def _digests(name: str, record: Record) -> Iterator[str]:
    """The record's own digests, which a stock reader checks too, and the body digest of its capture."""
    if record.headers.get("warc-block-digest") != f"sha256:{hashlib.sha256(record.block).hexdigest()}":
        yield f"{name}: {record.type} record {record.record_id}: its block digest is wrong"
    if not is_capture(record):
        return
    try:
        capture, body = capture_of(record, name)
    except EvidenceError as error:
        yield f"{name}: {error}"
        return
    digest = hashlib.sha256(body).hexdigest()
    if digest != capture.body_sha256 or record.headers.get("warc-payload-digest") != f"sha256:{digest}":
        yield f"{name}: {capture.capture_id}: its body digest is wrong"


def _named(entry: Entry) -> str:
    of = f" of {entry.capture_id}" if entry.capture_id else ""
    return f"{entry.type} record {entry.record_id}{of} (byte {entry.offset})"
