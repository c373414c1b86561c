"""What a capture leaves behind: Visit, Capture, HostFacts and the evidence of one visit read back. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crawlers.ids import content_id, instant

# The words a look can end in (the command-line contract). nxdomain: an answer that the name does not exist; dns_error: no answer.
OUTCOMES = (
    "live", "blocked", "captcha", "login", "parked", "seized", "suspended", "not_found", "soft_404", "moved", "server_error",
    "empty", "nxdomain", "dns_error", "refused", "timeout", "tls", "too_large", "robots_denied", "not_run", "unknown",
)  # fmt: skip
ROLES = ("page", "redirect", "robots", "sitemap", "favicon", "asset", "dom", "text", "screenshot", "resources")


@dataclass(frozen=True, slots=True)
class Capture:
    """One exchange inside a visit; the body lies in the visit's WARC file at `warc_offset` (bytes)."""

    capture_id: str
    visit_id: str
    role: str
    url: str  # asked on the wire, canonical
    asked_url: str  # canonical URL first asked; differs from `url` after redirects
    hop: int  # 0 for the first request, 1 after one redirect, …; of a rendered page 1 after its list was turned once, …
    attempt: int
    status: int
    headers: tuple[tuple[str, str], ...]  # wire order and case, latin-1 decoded
    body_sha256: str  # of the body as received (content coding kept)
    body_bytes: int
    fetched_at: datetime
    ip: str | None
    protocol: str  # "HTTP/1.1"
    render: str = "http"  # or "browser"; "browser-full" for a picture of the whole page
    warc_file: str = ""
    warc_offset: int = 0
    seen_as: str = "unknown"  # page state at crawl time; drives back-off only, never analysis
    rules: str = ""  # digest of the page-state rules that said so

    def header(self, name: str) -> str | None:
        """The first value of a header by case-insensitive name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def capture_id(visit_id: str, role: str, render: str, asked_url: str, hop: int, attempt: int) -> str:
    """The id of one exchange: tag `cap`."""
    return content_id("cap", visit_id, role, render, asked_url, hop, attempt)


def visit_id(site: str, planned_at: datetime) -> str:
    """The id of one planned look at a site: tag `vis`, planned_at in whole seconds UTC."""
    return content_id("vis", site, instant(planned_at))


@dataclass(frozen=True, slots=True)
class Visit:
    """One planned look at a site; `stop` is `done`, `budget`, `pages` or an outcome word."""

    visit_id: str
    site: str
    planned_at: datetime
    started_at: datetime
    done_at: datetime
    stop: str
    pages_planned: int
    pages_got: int
    canary: bool | None  # did every canary answer with its phrase; None when there are none
    egress: str = "direct"
    clock: str = "system"  # or "simulated"


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """One DNS look-up: record type (`A`, `AAAA`, …) and its values sorted; `source` is `resolver` or `hosts-file`."""

    type: str
    values: tuple[str, ...]
    source: str = "resolver"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate as the server sent it (leaf first); digests are lower-case hex SHA-256, times UTC."""

    der: bytes
    sha256: str
    spki_sha256: str
    subject: str
    issuer: str
    sans: tuple[str, ...]
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What one visit learned of a host besides pages; a failed look has these and no page."""

    visit_id: str
    host: str
    port: int
    seen_at: datetime
    dns: tuple[DnsAnswer, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    robots: str = "unread"  # allowed | denied | absent | failed | recorded | unread
    robots_capture_id: str | None = None
    failure: str | None = None  # outcome word of the first failure to reach the host, None when it answered
    detail: str = ""  # the failure in people's words


@dataclass(frozen=True, slots=True)
class LinkDigest:
    """A detail page as its cards told of it: digests of their words, when the page was last fetched, the detail page it is behind."""

    url: str
    cards: tuple[str, ...]
    fetched_at: datetime
    via: str | None = None


@dataclass(frozen=True, slots=True)
class VisitEvidence:
    """One sealed visit read back from its WARC: everything analysis may look at."""

    visit: Visit
    site_text: str  # the site file's YAML as it stood at crawl time
    captures: tuple[Capture, ...]  # in the order fetched
    bodies: Mapping[str, bytes]  # capture_id → body with its content coding undone
    hosts: tuple[HostFacts, ...]
    warnings: tuple[str, ...] = field(default=())  # losses a truncated archive showed, by record
    links: tuple[LinkDigest, ...] = field(default=())  # detail pages that stood on the lists, those not fetched again among them

    def unchanged(self) -> tuple[str, ...]:
        """URLs of the detail pages whose cards stood as they were, so that they were not fetched again."""
        asked = {capture.asked_url for capture in self.captures}
        return tuple(link.url for link in self.links if link.url not in asked)
