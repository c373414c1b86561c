"""Evidence of visits read back: what analysis may look at, and which visits of a folder are sealed.

Writing is `crawlers.visit_writer`, checking `crawlers.verify`; both have their door here.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from crawlers.content_coding import undo_coding
from crawlers.errors import EvidenceError
from crawlers.evidence_records import (
    HOST_TARGET,
    LINKS_TARGET,
    VISIT_TARGET,
    capture_of,
    host_of,
    is_capture,
    links_of,
    target_of,
    visit_of,
)
from crawlers.ids import parse_instant
from crawlers.manifest import ARCHIVE_SUFFIX, Manifest, archive_path, manifest_path, read_manifest
from crawlers.records import Capture, HostFacts, LinkDigest, Visit, VisitEvidence
from crawlers.verify import verify
from crawlers.visit_writer import VisitWriter
from crawlers.warc_records import Loss, Record, read_records, unpack

__all__ = ["VisitWriter", "read_info", "read_visit", "sealed_visits", "unsealed_visits", "verify", "visit_path"]
_LAST = datetime.max.replace(tzinfo=UTC)


def visit_path(folder: Path, visit: Visit) -> Path:
    """Where a visit's archive stands in an evidence folder."""
    return folder / visit.site / f"{visit.visit_id}{ARCHIVE_SUFFIX}"


def sealed_visits(folder: Path, site: str | None = None) -> list[Path]:
    """Archives whose manifest stands beside them, of one site or of all, in planned_at order (unreadable manifests last)."""
    found = [path for path in _archives(folder, site) if manifest_path(path).exists()]
    return [path for _, path in sorted((_planned_at(path), path) for path in found)]


def unsealed_visits(folder: Path, site: str | None = None) -> list[Path]:
    """Archives without a manifest that hold something (being written, or interrupted), by their warcinfo's `planned-at`, else by name."""
    found = [path for path in _archives(folder, site) if not manifest_path(path).exists() and path.stat().st_size]
    return [path for _, path in sorted((_planned_at(path), path) for path in found)]


def known_links(folder: Path, site: str) -> dict[str, LinkDigest]:
    """URL → digest as the site's last sealed visit kept them; empty without one, or when its manifest cannot be read."""
    for path in reversed(sealed_visits(folder, site)):
        manifest, _ = _manifest(path)
        return {link.url: link for link in manifest.links} if manifest else {}
    return {}


def read_info(path: Path) -> dict[str, str]:
    """The warcinfo fields of an archive, sealed or not; empty when not even its first record is whole."""
    with archive_path(path).open("rb") as file:
        first = unpack(file.read(64 * 1024))  # the first record is a page of text; more would be read for nothing
    if isinstance(first, Loss) or first.type != "warcinfo":
        return {}
    rows = (row.partition(":") for row in first.block.decode("utf-8", "replace").split("\r\n") if row)
    return {name: value.strip() for name, _, value in rows}


def read_visit(path: Path) -> VisitEvidence:
    """Everything whole in one archive (its path or its manifest's): captures in the order fetched, bodies with content coding undone.

    What is lost (torn or damaged records, bodies that cannot be unpacked) stands in `warnings`; a lost Visit record is replaced from
    the manifest, else from the captures with stop `unknown`. Digests are not checked here: that is `verify`. Raises EvidenceError when
    not even the opening records can be read, FileNotFoundError when there is no archive.
    """
    archive = archive_path(path)
    name = f"{archive.parent.name}/{archive.name}"
    manifest, warnings = _manifest(archive)
    reader = _Reader(name, warnings)
    for found in read_records(archive.read_bytes(), [entry.offset for entry in manifest.records] if manifest else ()):
        if isinstance(found, Loss):
            warnings.append(f"{name}: {found.length} bytes at byte {found.offset} are lost: {found.why}")
        else:
            reader.take(found)
    if manifest:
        warnings += [
            f"{name}: {e.type} record {e.record_id} at byte {e.offset} is lost" for e in manifest.records if e.record_id not in reader.ids
        ]
    if reader.site_text is None:
        raise EvidenceError(f"{archive}: the site file's record cannot be read, so nothing in it can be analysed; run `churnwatch verify`")
    captures = sorted(reader.captures.values(), key=lambda capture: (capture.fetched_at, capture.warc_offset))
    visit = reader.visit or _visit_otherwise(archive, manifest, captures, warnings)
    return VisitEvidence(
        visit, reader.site_text, tuple(captures), reader.bodies, tuple(reader.hosts.values()), tuple(warnings), reader.links
    )


class _Reader:
    """Sorts records into what they hold; a record that cannot be understood becomes a warning."""

    def __init__(self, name: str, warnings: list[str]) -> None:
        self.name, self.warnings = name, warnings
        self.ids: set[str] = set()
        self.captures: dict[str, Capture] = {}
        self.bodies: dict[str, bytes] = {}
        self.hosts: dict[tuple[str, int], HostFacts] = {}
        self.visit: Visit | None = None
        self.site_text: str | None = None
        self.links: tuple[LinkDigest, ...] = ()

    def take(self, record: Record) -> None:
        self.ids.add(record.record_id)
        try:
            if is_capture(record):
                self._take_capture(record)
            elif record.type == "resource":
                self.site_text = record.block.decode("utf-8", "surrogatepass")
            elif target_of(record).startswith(HOST_TARGET):
                facts = host_of(record)
                self.hosts[facts.host, facts.port] = facts
            elif target_of(record).startswith(LINKS_TARGET):
                self.links = links_of(record)
            elif target_of(record).startswith(VISIT_TARGET):
                self.visit = visit_of(record.block)
        except (EvidenceError, UnicodeDecodeError) as error:
            self.warnings.append(f"{self.name}: {error}")

    def _take_capture(self, record: Record) -> None:
        capture, body = capture_of(record, self.name)
        if capture.capture_id in self.captures:
            self.warnings.append(f"{self.name}: {capture.capture_id} stands there twice; the record at byte {record.offset} is left out")
            return
        self.captures[capture.capture_id] = capture
        self.bodies[capture.capture_id], problem = undo_coding(capture.headers, body)
        if problem:
            self.warnings.append(f"{self.name}: {capture.capture_id} ({capture.url}): {problem}")


def _visit_otherwise(archive: Path, manifest: Manifest | None, captures: Sequence[Capture], warnings: list[str]) -> Visit:
    """The Visit of an archive that lost its last record; says in `warnings` where it comes from."""
    if manifest:
        warnings.append(f"{archive.parent.name}/{archive.name}: the Visit record is lost; taken from the manifest")
        return visit_of(manifest.visit)
    info = read_info(archive)
    times = [capture.fetched_at for capture in captures]
    try:
        planned_at = parse_instant(info["planned-at"]) if "planned-at" in info else min(times)
    except ValueError as error:
        raise EvidenceError(f"{archive}: holds neither a Visit record nor a capture; nothing to analyse") from error
    warnings.append(f"{archive.parent.name}/{archive.name}: no Visit record: the visit was not finished; times are those of its captures")
    return Visit(
        visit_id=archive.name.removesuffix(ARCHIVE_SUFFIX),
        site=info.get("site", archive.parent.name),
        planned_at=planned_at,
        started_at=min(times, default=planned_at),
        done_at=max(times, default=planned_at),
        stop="unknown",
        pages_planned=0,
        pages_got=sum(capture.role == "page" for capture in captures),
        canary=None,
        egress=info.get("egress", "direct"),
        clock=info.get("clock", "system"),
    )


def _manifest(archive: Path) -> tuple[Manifest | None, list[str]]:
    try:
        return read_manifest(manifest_path(archive)), []
    except FileNotFoundError:
        return None, []
    except EvidenceError as error:
        return None, [str(error)]


def _archives(folder: Path, site: str | None) -> list[Path]:
    return [path for path in sorted(folder.glob(f"{site or '*'}/*{ARCHIVE_SUFFIX}")) if path.is_file()]


def _planned_at(archive: Path) -> datetime:
    manifest, _ = _manifest(archive)
    try:
        return parse_instant(manifest.planned_at if manifest else read_info(archive)["planned-at"])
    except (KeyError, ValueError):
        return _LAST
