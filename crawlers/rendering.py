"""What the browser showed of one page, ready to be written down."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from crawlers.client import Exchange
from crawlers.errors import CaptureError


@dataclass(frozen=True, slots=True)
class Shown:
    """One state of a page: after loading, or after its list's page was turned."""

    url: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that was not sent, and why."""

    method: str
    url: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """A resource that a page loaded, as it came over the wire; `bytes` and `sha256` are those of its body with its content coding."""

    method: str
    url: str
    kind: str
    status: int
    mime: str
    ip: str
    protocol: str
    bytes: int
    sha256: str
    redirected_to: str | None


def loaded(method: str, kind: str, exchange: Exchange) -> Loaded:
    """The entry of one exchange."""
    named = {name.lower(): value for name, value in exchange.headers}
    return Loaded(
        method,
        exchange.url[:2000],
        kind,
        exchange.status,
        named.get("content-type", "")[:200],
        exchange.ip,
        exchange.protocol,
        len(exchange.body),
        hashlib.sha256(exchange.body).hexdigest(),
        named.get("location", "")[:2000] or None,
    )


@dataclass(frozen=True, slots=True)
class Rendering:
    """A page as the browser showed it; `failure` (and no state) when it could not. Names of cookies and storage, never their values.

    `window` and `full` are PNG; `full` is None when the window holds the whole page. `leads_to`: where the page's scripts wanted to go.
    """

    url: str
    states: tuple[Shown, ...] = ()
    window: bytes = b""
    full: bytes | None = None
    resources: tuple[Loaded, ...] = ()
    refused: tuple[Refused, ...] = ()
    refusals: int = 0
    leads_to: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    storage: Mapping[str, list[str]] | None = None
    turned: tuple[str, ...] = ()
    browser: str = ""
    failure: CaptureError | None = None

    def listing(self, sign: str, *, gained: bool) -> bytes:
        """The resource list as JSON: why the browser was used, what it loaded, refused and stored, and how it failed."""
        told = {
            "url": self.url,
            "browser": self.browser,
            "sign": sign,
            "gained": gained,
            "failure": {"outcome": self.failure.outcome, "detail": self.failure.detail} if self.failure else None,
            "states": len(self.states),
            "turned": self.turned,
            "entries": [asdict(one) for one in self.resources],
            "refused": [asdict(one) for one in self.refused],
            "refusals": self.refusals,
            "leads_to": self.leads_to,
            "cookies": self.cookies,
            "storage": self.storage or {},
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")
