"""Where a capture stands in an evidence folder, without a store."""

import hashlib
from pathlib import Path

from crawlers.errors import ConfigError, EvidenceError
from crawlers.evidence import read_visit, sealed_visits
from crawlers.manifest import archive_path, manifest_path, read_manifest


def find_capture(folder: Path, capture_id: str) -> Path | None:
    """The archive of the sealed visit that holds a capture, or None. Reads every manifest: a store answers faster when there is one."""
    wanted = f'"{capture_id}"'.encode()
    return next((archive_path(path) for path in sorted(folder.glob("*/*.json")) if wanted in path.read_bytes()), None)


def entry_page(folder: Path, site: str, back: int = 0) -> tuple[Path, str]:
    """The archive and the entry page's capture in a site's newest sealed visit that has one, or `back` such visits before it.

    Where the browser showed the page, its capture is the document as shown.
    Raises ConfigError when there are fewer.
    """
    seen = 0
    for path in reversed(sealed_visits(folder, site)):
        captures = read_visit(path).captures
        page = next((capture for capture in captures if capture.role == "page"), None)
        if page is not None and seen == back:
            shown = (capture for capture in captures if capture.role == "dom" and capture.asked_url == page.asked_url)
            return path, next(shown, page).capture_id
        seen += page is not None
    raise ConfigError(
        f"{folder} holds {seen} sealed visit(s) of {site!r} with a page; name a capture id, or SITE~N with a smaller N", key=site
    )


def is_as_sealed(archive: Path) -> bool:
    """Whether an archive is byte for byte what its manifest sealed; `verify` says what is wrong when it is not."""
    try:
        manifest = read_manifest(manifest_path(archive))
    except (EvidenceError, FileNotFoundError):
        return False
    return hashlib.sha256(archive.read_bytes()).hexdigest() == manifest.warc_sha256
