"""What a page in the browser may load: GETs within its storefront, made by our own HTTP client; the browser itself has no network.

Chromium's host table maps every name, literal and localhost to nothing, for every kind of traffic. Each request of a page is asked for
here, and what may be asked is fetched by the client, whose addresses are checked, and handed over. So a request that Chromium does not
show us goes nowhere. That is not idle: with the storefront's hosts mapped, beacons that pages and frames send while they are taken
down went out as POST past Playwright's `route`, in most tries (measured 2026-11-24, Chromium 156, Playwright 1.65).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from playwright.async_api import Error, Request, Route, WebSocketRoute

from crawlers.canonical import as_asked, canonical
from crawlers.client import Exchange
from crawlers.content_coding import undo_coding
from crawlers.errors import CaptureError
from crawlers.rendering import Loaded, Refused, loaded

Permit = Callable[[str], Awaitable[str | None]]  # canonical URL → why it may not be asked for, None when it may
Fetch = Callable[[str, Sequence[tuple[str, str]]], Awaitable[Exchange]]  # GET with these headers; raises CaptureError
MAX_REQUESTS = 400  # of one page; the heaviest real shop page seen asks for 260
MAX_BYTES = 64 * 1024 * 1024  # of one page, as received
MAX_KEPT = 1000  # refusals written down a page
MAX_CACHE = 48 * 1024 * 1024  # bytes of scripts, styles and pictures that a visit asks for once
MAX_HOPS = 5  # redirects of a resource
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_LOADED = frozenset(
    {"media", "font", "texttrack", "eventsource", "websocket", "manifest", "ping", "cspviolationreport", "signedexchange"}
)
_LASTING = frozenset({"script", "stylesheet", "image"})
_ASKING = frozenset({"xhr", "fetch"})
# Of an answer's head: what would send reports, start loads by itself, or no longer fits the body handed over.
_DROPPED = frozenset(
    {
        "content-security-policy", "content-security-policy-report-only", "report-to", "reporting-endpoints", "nel", "expect-ct",
        "strict-transport-security", "public-key-pins", "alt-svc", "speculation-rules", "service-worker-allowed", "refresh", "link",
        "content-encoding", "content-length", "transfer-encoding", "content-disposition", "connection", "keep-alive", "trailer", "upgrade",
    }
)  # fmt: skip
_OURS = frozenset({"host", "connection", "content-length", "cookie", "accept-encoding", "te", "upgrade", "range", "proxy-connection"})
# Closed inside the page already: frames, workers, forms, sockets, WebRTC.
POLICY = (
    "default-src * data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src http: https: data: blob:; frame-src 'none'; child-src 'none'; "
    "worker-src 'none'; object-src 'none'; form-action 'none'; manifest-src 'none'; webrtc 'block'"
)
_PERMISSIONS = "deferred-fetch=(), deferred-fetch-minimal=(), attribution-reporting=(), browsing-topics=(), shared-storage=()"
# The last of two --disable-features holds, so Playwright's own list stands here too (its chromiumSwitches.ts, 1.65).
_FEATURES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "Reporting", "NetworkErrorLogging", "Prerender2", "SpeculationRules", "NetworkPrediction", "AutofillServerCommunication",
)  # fmt: skip
ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND", f"--disable-features={','.join(_FEATURES)}", "--no-proxy-server", "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--block-new-web-contents", "--disable-blink-features=WebTransport,FetchLaterAPI", "--no-pings", "--dns-prefetch-disable",
    "--disable-remote-fonts", "--disable-domain-reliability", "--disable-client-side-phishing-detection", "--disable-notifications",
    "--disable-gpu", "--mute-audio", "--no-first-run",
)  # fmt: skip


@dataclass(slots=True)
class Traffic:
    """What one page asked for: what was loaded, what was refused, where its scripts wanted to go."""

    entries: list[Loaded] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    refusals: int = 0
    bytes: int = 0
    leads_to: list[str] = field(default_factory=list)
    pending: int = 0
    last: float = field(default_factory=time.monotonic)

    def refuse(self, method: str, url: str, kind: str, why: str) -> None:
        """Write a refusal down."""
        self.refusals += 1
        if len(self.refused) < MAX_KEPT:
            self.refused.append(Refused(method, url[:500], kind, why))

    def idle_s(self) -> float:
        """Seconds since the last request was answered; 0 while one is on its way."""
        return 0.0 if self.pending else time.monotonic() - self.last


@dataclass(frozen=True, slots=True)
class Handed:
    """An answer as the browser gets it: content coding undone, headers in one dictionary."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    entry: Loaded


def handed_headers(headers: Sequence[tuple[str, str]], *, document: bool) -> dict[str, str]:
    """An answer's headers as the browser gets them: without what would report, load or no longer fit; a document has our own policy."""
    kept: dict[str, str] = {}
    for name, value in headers:
        low = name.lower()
        if low not in _DROPPED:
            kept[low] = f"{kept[low]}\n{value}" if low == "set-cookie" and low in kept else value
    if not document:
        return kept
    kept.setdefault("content-type", "text/html")
    return kept | {"content-security-policy": POLICY, "permissions-policy": _PERMISSIONS, "referrer-policy": "same-origin"}


class Guard:
    """Stands before every request of a visit's pages. `expect` a page, then let it load; `traffic` says what it asked for."""

    def __init__(self, permit: Permit, fetch: Fetch) -> None:
        self._permit, self._fetch, self.traffic = permit, fetch, Traffic()
        self._document: tuple[str, int, dict[str, str], bytes] | None = None
        self._cache: dict[str, Handed] = {}
        self._cached = 0

    def expect(self, url: str, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        """The next document asked for is this one, answered with what the HTTP client got (content coding undone)."""
        self._document, self.traffic = (url, status, handed_headers(headers, document=True), body), Traffic()

    async def on_request(self, route: Route) -> None:
        """Answers or refuses one request; none is sent by the browser."""
        traffic = self.traffic
        traffic.pending += 1
        try:
            await self._judge(route, route.request, traffic)
        except Error:
            return  # the page went away meanwhile, and its request with it
        finally:
            traffic.pending -= 1
            traffic.last = time.monotonic()

    def on_socket(self, socket: WebSocketRoute) -> None:
        """Refuses a WebSocket: it opens inside the page only and is never connected."""
        self.traffic.refuse("GET", socket.url, "websocket", "no sockets")

    async def _judge(self, route: Route, request: Request, traffic: Traffic) -> None:
        if request.resource_type == "document":
            await self._document_asked(route, request, traffic)
            return
        why = _why_refused(request, traffic)
        if why is None:
            try:
                handed = await self._get(request, traffic)
            except CaptureError as error:
                why = str(error)[:300]
            else:
                await route.fulfill(status=handed.status, headers=dict(handed.headers), body=handed.body)
                return
        traffic.refuse(request.method, request.url, request.resource_type, why)
        await route.abort("blockedbyclient")

    async def _document_asked(self, route: Route, request: Request, traffic: Traffic) -> None:
        """The expected page is handed over; every other document is a place to note, an empty answer keeps the page where it is."""
        if self._document is not None and request.method == "GET" and canonical(request.url) == canonical(self._document[0]):
            _, status, headers, body = self._document
            self._document = None
            await route.fulfill(status=status, headers=headers, body=body)
            return
        top = _is_top(request)
        if top and request.method == "GET" and len(traffic.leads_to) < 20:
            traffic.leads_to.append(request.url[:2000])
        why = "pages are not left, frames are not loaded" if request.method == "GET" else "only GET is sent"
        traffic.refuse(request.method, request.url, "document", why)
        await (route.fulfill(status=204) if top else route.abort("blockedbyclient"))

    async def _get(self, request: Request, traffic: Traffic) -> Handed:
        """The answer to a page's request at the end of its redirects, each hop permitted; raises CaptureError for one that is not."""
        asked = request.url.partition("#")[0]
        if asked in self._cache:
            traffic.entries.append(self._cache[asked].entry)
            return self._cache[asked]
        headers = await _headers(request)
        url = as_asked(asked)
        for _ in range(MAX_HOPS + 1):
            refused = "no web address" if url is None else await self._permit(canonical(url) or url)
            if url is None or refused is not None:
                raise CaptureError("refused", f"{refused}: {url or asked}"[:300])
            exchange = await self._fetch(url, headers)
            traffic.bytes += len(exchange.body)
            entry = loaded(request.method, request.resource_type, exchange)
            traffic.entries.append(entry)
            location = next((value for name, value in exchange.headers if name.lower() == "location"), None)
            if exchange.status not in _REDIRECTS or location is None:
                body = undo_coding(exchange.headers, exchange.body)[0]
                return self._lasting(asked, request, Handed(exchange.status, handed_headers(exchange.headers, document=False), body, entry))
            url = as_asked(location, url)
        raise CaptureError("refused", f"more than {MAX_HOPS} redirects: {asked}"[:300])

    def _lasting(self, asked: str, request: Request, handed: Handed) -> Handed:
        """Scripts, styles and pictures are asked for once a visit."""
        if request.resource_type in _LASTING and handed.status == 200 and self._cached + len(handed.body) <= MAX_CACHE:
            self._cache[asked] = handed
            self._cached += len(handed.body)
        return handed


def _why_refused(request: Request, traffic: Traffic) -> str | None:
    if request.method != "GET":
        return "only GET is sent"
    if request.resource_type in _NOT_LOADED:
        return "not loaded"
    if len(traffic.entries) + traffic.pending > MAX_REQUESTS or traffic.bytes > MAX_BYTES:
        return f"more than {MAX_REQUESTS} requests or {MAX_BYTES} bytes"
    return None


async def _headers(request: Request) -> list[tuple[str, str]]:
    """The headers that the page's request has, with the cookies that the storefront set in this browser when a script asks."""
    sent = [(name, value) for name, value in request.headers.items() if name not in _OURS and not name.startswith((":", "if-", "sec-ch-"))]
    if request.resource_type in _ASKING:
        cookies = await asyncio.wait_for(request.frame.page.context.cookies(request.url), 5)
        if cookies:
            sent.append(("Cookie", "; ".join(f"{cookie.get('name', '')}={cookie.get('value', '')}" for cookie in cookies)))
    return [*sent, ("Accept-Encoding", "gzip, deflate")]


def _is_top(request: Request) -> bool:
    """Whether a document is asked for in place of a whole page; a new window's first one has no frame yet."""
    try:
        return request.frame.parent_frame is None
    except Error:
        return False
