"""Robots files (RFC 9309): what an answer to /robots.txt allows. Pure; the spider fetches and keeps it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

AGENT = "churnwatch"  # our product token, the name a robots file addresses us by
MAX_BYTES = 512_000  # RFC 9309 section 2.5: at least 500 KiB must be parsed
MAX_DELAY_S = 60.0  # a longer crawl delay would be a ban in disguise; the page budget bounds us anyway


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What one host's robots file says; `parsed` is None for a host without one (everything is allowed)."""

    parsed: Protego | None

    def allows(self, url: str) -> bool:
        """Whether we may ask for this URL of the host."""
        return self.parsed is None or urlsplit(url).path == "/robots.txt" or self.parsed.can_fetch(url, AGENT)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that the file names, as written."""
        return tuple(str(url) for url in self.parsed.sitemaps) if self.parsed else ()

    @property
    def delay_s(self) -> float:
        """The seconds between requests that it asks for, 0 when it asks for none."""
        return min(MAX_DELAY_S, (self.parsed.crawl_delay(AGENT) if self.parsed else None) or 0.0)


def read_robots(status: int, body: bytes) -> RobotsFile | None:
    """What the last answer for /robots.txt means (content coding undone): a 4xx, or a redirect that led nowhere, is no file and allows
    everything (sections 2.3.1.2, 2.3.1.3); None for anything else that is no 2xx: not known, so nothing may be asked (2.3.1.4)."""
    if 300 <= status < 500:
        return RobotsFile(None)
    if not 200 <= status < 300:
        return None
    return RobotsFile(Protego.parse(body[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")))
