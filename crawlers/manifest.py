"""Manifest: the digest of every record of one sealed archive; its own SHA-256 is the seal that the ledger chains."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from crawlers.errors import EvidenceError
from crawlers.records import LinkDigest
from crawlers.warc_records import exact_time

ARCHIVE_SUFFIX = ".warc.gz"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of an archive: where it lies and the SHA-256 of its bytes as stored (compressed)."""

    record_id: str
    type: str
    capture_id: str | None
    offset: int
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything sealed of one visit; `visit` is the canonical JSON of the Visit record."""

    visit_id: str
    site: str
    planned_at: str
    warc: str
    warc_bytes: int
    warc_sha256: str
    site_sha256: str
    visit: str
    records: tuple[Entry, ...]
    version: int = 1
    links: tuple[LinkDigest, ...] = ()


_MANIFESTS = TypeAdapter(Manifest)
_ENCODE = json.JSONEncoder().encode


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest file's exact bytes: JSON with sorted keys, one key a line, so that `sed` can read it (docs/evidence.md)."""
    told = {field.name: _ENCODE(getattr(manifest, field.name)) for field in fields(manifest) if field.name not in ("records", "links")}
    told |= {"records": _list(map(_record, manifest.records), 1), "links": _list(map(_link, manifest.links), 1)}
    return ("{\n" + ",\n".join(f" {_ENCODE(name)}: {told[name]}" for name in sorted(told)) + "\n}\n").encode()


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file; raises EvidenceError when it is none, FileNotFoundError when it is not there."""
    try:
        return _MANIFESTS.validate_json(path.read_bytes())
    except ValidationError as error:
        raise EvidenceError(
            f"{path}: not a readable manifest ({error.error_count()} wrong fields); restore it or seal the visit again"
        ) from error


def seal_of(manifest: bytes) -> str:
    """SHA-256 of a manifest file's bytes, lower-case hex."""
    return hashlib.sha256(manifest).hexdigest()


def manifest_path(archive: Path) -> Path:
    """Where the manifest of an archive stands; a manifest's own path comes back as it is."""
    return archive.with_name(archive.name.removesuffix(ARCHIVE_SUFFIX) + ".json") if archive.name.endswith(ARCHIVE_SUFFIX) else archive


def archive_path(manifest: Path) -> Path:
    """Where the archive of a manifest stands; an archive's own path comes back as it is."""
    return manifest if manifest.name.endswith(ARCHIVE_SUFFIX) else manifest.with_name(manifest.stem + ARCHIVE_SUFFIX)


# Written by hand: the pretty-printer of the standard library takes ten times as long for the records of a long visit (2026-11-24).
def _record(entry: Entry) -> str:
    return (
        f'{{\n   "capture_id": {_ENCODE(entry.capture_id)},\n   "length": {entry.length},\n   "offset": {entry.offset},\n'
        f'   "record_id": {_ENCODE(entry.record_id)},\n   "sha256": {_ENCODE(entry.sha256)},\n   "type": {_ENCODE(entry.type)}\n  }}'
    )


def _link(link: LinkDigest) -> str:
    return (
        f'{{\n   "cards": {_list(map(_ENCODE, link.cards), 3)},\n   "fetched_at": {_ENCODE(exact_time(link.fetched_at))},\n'
        f'   "url": {_ENCODE(link.url)},\n   "via": {_ENCODE(link.via)}\n  }}'
    )


def _list(written: Iterable[str], depth: int) -> str:
    """A JSON list of values that are written already, one a line, `depth` deep."""
    inner = f",\n{' ' * (depth + 1)}".join(written)
    return f"[\n{' ' * (depth + 1)}{inner}\n{' ' * depth}]" if inner else "[]"
