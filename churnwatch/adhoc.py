"""A site of one page for `churnwatch capture`, and what its sealed visit holds."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawlers.canonical import canonical, host_and_port
from crawlers.errors import ConfigError
from crawlers.evidence import read_visit, visit_path
from crawlers.hosts_file import is_pinned_to_loopback
from crawlers.ids import instant
from crawlers.ledger import read_ledger
from crawlers.manifest import manifest_path
from crawlers.records import Capture, Visit
from crawlers.site import ADHOC, Site, parse_site


@dataclass(frozen=True, slots=True)
class SealedCapture:
    """What one ad-hoc visit left: its archive, the seal and key of its ledger line, its captures; `why` says what failed."""

    archive: Path
    seal: str
    key: str | None
    captures: tuple[Capture, ...]
    why: str

    @property
    def has_page(self) -> bool:
        """Whether the address answered with anything."""
        return any(capture.role in ("page", "redirect", "dom") for capture in self.captures)

    def as_json(self) -> dict[str, object]:
        """What `capture --json` adds to the visit's row."""
        return {
            "archive": str(self.archive),
            "manifest": str(manifest_path(self.archive)),
            "seal": self.seal,
            "key": self.key,
            "why": self.why,
            "captures": [
                {
                    "capture_id": one.capture_id,
                    "role": one.role,
                    "render": one.render,
                    "url": one.url,
                    "status": one.status,
                    "body_sha256": one.body_sha256,
                    "body_bytes": one.body_bytes,
                    "fetched_at": instant(one.fetched_at),
                }
                for one in self.captures
            ],
        }


def adhoc_site(
    url: str, reason: str, *, robots: str, render: str, images: bool, hosts: Mapping[str, str] | None = None
) -> tuple[Site, str]:
    """A site file of one page, with its text for the evidence. Its name is that of the host and the address, so that every look at one
    address stands in one folder. Raises ConfigError for an address, reason or option that is none."""
    address = canonical(url)
    if address is None:
        raise ConfigError(f"{url!r} is not an http or https address without a user name", key="URL")
    if not reason.strip():
        raise ConfigError("a capture needs a reason; write the case or the legal ground", key="--reason")
    host, _ = host_and_port(address)
    pinned = is_pinned_to_loopback(host, dict(hosts or {}))
    named = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:40].strip("-")
    text = "\n".join((
        f"name: {ADHOC}{named}-{hashlib.sha256(address.encode()).hexdigest()[:8]}",
        f"seeds: [{json.dumps(address)}]",
        f"legal_reason: {json.dumps(' '.join(reason.split()), ensure_ascii=False)}",
        f"robots: {json.dumps(robots)}",
        f"render: {json.dumps(render)}",
        f"delay_s: {0 if pinned else 2}",
        "budget: {pages: 1, minutes: 10}",
        f"images: {'true' if images else 'false'}",
        "",
    ))  # fmt: skip
    return parse_site(text, "capture"), text


def sealed_capture(folder: Path, visit: Visit) -> SealedCapture:
    """What the visit left in the evidence folder; raises EvidenceError when it is not readable."""
    archive = visit_path(folder, visit)
    evidence = read_visit(archive)
    line = next((one for one in reversed(read_ledger(folder)[0]) if one.visit_id == visit.visit_id), None)
    why = next((facts.detail for facts in evidence.hosts if facts.failure), "")
    return SealedCapture(archive, line.seal if line else "", line.key if line else None, evidence.captures, why)
