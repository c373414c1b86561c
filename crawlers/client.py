"""The HTTP client: one GET at a time over aiohttp, kept exactly as it went over the wire, from a checked address only.

Scrapy's own handler loses header order and case, merges repeated headers and keeps only the leaf certificate (measured 2026-11-24).
"""

import asyncio
import base64
import errno
import functools
import ssl
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from aiohttp.connector import Connection
from aiohttp.http_exceptions import LineTooLong
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response
from yarl import URL

from crawlers.canonical import host_and_port
from crawlers.certificate import unverified_chain
from crawlers.egress import check_address, check_name, literal_address
from crawlers.errors import CaptureError
from crawlers.profile import VIA_PROXY, Profile, Proxy
from crawlers.resolver import CheckedResolver, ProxyResolver

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_UNREACHABLE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.ENETDOWN})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost: body bytes as received, seconds in all and until connected, bytes of one header line, header lines."""

    body_bytes: int = 16 * 1024 * 1024
    total_s: float = 60.0
    connect_s: float = 15.0
    header_bytes: int = 16 * 1024
    header_lines: int = 200


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One GET and its answer: heads as on the wire, body de-chunked with its content coding kept, headers latin-1 decoded."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    request: bytes
    response_head: bytes
    body: bytes
    ip: str
    protocol: str


class _Response(aiohttp.ClientResponse):
    """Takes what only the open connection knows: afterwards `connection` is None (aio-libs/aiohttp#2205)."""

    peer: str = ""
    tls: ssl.SSLObject | None = None

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        if connection.transport is not None:
            self.peer = str(connection.transport.get_extra_info("peername", ("",))[0])
            self.tls = connection.transport.get_extra_info("ssl_object")
        return await super().start(connection)


class Client:
    """GET requests of one crawl over one session, made at the first use. `close` it at the end.

    `chains` holds the certificate chain (DER, leaf first) of each host and port, `answers` what each host's look-up gave.
    """

    def __init__(
        self,
        user_agent: str,
        resolver: CheckedResolver,
        limits: Limits = DEFAULT_LIMITS,
        *,
        profile: Profile = Profile(),
        ports: Collection[int] | None = None,
    ) -> None:
        """`ports`: the only ones that are asked, any when None. With a proxy in `profile` no target's name is resolved here."""
        self._resolver, self._limits, self._proxy, self._ports = resolver, limits, profile.proxy, ports
        self.user_agent = profile.user_agent or user_agent
        self._headers = (
            ("User-Agent", self.user_agent),
            ("Accept", ACCEPT),
            ("Accept-Language", "*"),
            ("Accept-Encoding", "gzip, deflate"),
        )
        self._session: aiohttp.ClientSession | None = None
        self.chains: dict[tuple[str, int], tuple[bytes, ...]] = {}
        self.answers = resolver.answers
        self.via_proxy = profile.proxy is not None
        self._proxy_headers = basic_auth(profile.proxy) if profile.proxy and profile.proxy.user else None

    async def fetch(self, url: str, timeout_s: float | None = None, headers: Sequence[tuple[str, str]] | None = None) -> Exchange:
        """The answer to GET `url` (canonical); raises CaptureError with the outcome word when there is none.

        Redirects are not followed, certificates are recorded and not judged. `timeout_s` can only shorten the limit. `headers` replace
        the client's own: a page in the browser asks for its parts with the page's.
        """
        host, port = host_and_port(url)
        if self._ports is not None and port not in self._ports:
            raise CaptureError("refused", f"port guard: {port} is not one that the site file names (seeds, ports)")
        literal = literal_address(host)
        if literal is not None:  # aiohttp asks no resolver for these
            check_address(literal, self._resolver.pinned)
        elif self.via_proxy:
            check_name(host)
            self._resolver.check_listed(host)
        total = min(self._limits.total_s, timeout_s if timeout_s is not None else self._limits.total_s)
        timeout = aiohttp.ClientTimeout(total=total, sock_connect=min(self._limits.connect_s, total), ceil_threshold=60)
        try:
            response = await self._open().get(
                URL(url, encoded=True),
                headers=self._headers if headers is None else headers,
                allow_redirects=False,
                timeout=timeout,
                proxy=self._proxy.url if self._proxy else None,
                proxy_headers=self._proxy_headers,
            )
            try:
                return await self._read(response, url)
            finally:
                response.close() if not response.content.is_eof() else response.release()
        except (aiohttp.ClientError, OSError, ssl.SSLError, ValueError) as error:
            raise _failure(error, url) from error

    async def describe(self, host: str) -> None:
        """Add to `answers` what the domain's name servers say of it besides addresses; asks nobody when nothing is resolved here."""
        if literal_address(host) is None and not self.via_proxy:
            await self._resolver.describe(host)

    async def close(self) -> None:
        """Close the connections; the client may not be used afterwards."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = ProxyResolver(urlsplit(self._proxy.url).hostname or "") if self._proxy else self._resolver
            connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit_per_host=4, ssl=_tls())
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                response_class=_Response,
                auto_decompress=False,
                trust_env=False,
                max_line_size=self._limits.header_bytes,
                max_field_size=self._limits.header_bytes,
                max_headers=self._limits.header_lines,
            )
        return self._session

    async def _read(self, response: aiohttp.ClientResponse, url: str) -> Exchange:
        assert isinstance(response, _Response)
        place = host_and_port(url)
        if response.tls is not None and place not in self.chains:
            self.chains[place] = unverified_chain(response.tls)
        if self.via_proxy and response.status == 407:
            raise CaptureError("not_run", f"{url}: our proxy asks for other credentials; nothing was asked of the target")
        if (response.content_length or 0) > self._limits.body_bytes:
            raise CaptureError("too_large", f"{url}: {response.content_length} bytes announced, at most {self._limits.body_bytes} are read")
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > self._limits.body_bytes:
                raise CaptureError("too_large", f"{url}: more than {self._limits.body_bytes} bytes")
        version = response.version or aiohttp.HttpVersion11
        protocol = f"HTTP/{version.major}.{version.minor}"
        first = f"{protocol} {response.status} {response.reason or ''}".encode("utf-8", "surrogateescape")
        sent = response.request_info
        # What was said to the proxy alone (its credentials) is no part of the evidence; the request line is the target's.
        said = (f"{name}: {value}" for name, value in sent.headers.items() if not name.lower().startswith("proxy-"))
        asked = (f"GET {URL(url, encoded=True).raw_path_qs} HTTP/1.1", *said)
        return Exchange(
            url=url,
            status=response.status,
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers),
            request="\r\n".join((*asked, "", "")).encode("utf-8"),
            response_head=b"\r\n".join((first, *(name + b": " + value for name, value in response.raw_headers), b"", b"")),
            body=bytes(body),
            ip=VIA_PROXY if self.via_proxy else response.peer,
            protocol=protocol,
        )


class GetOnlyHandler(BaseDownloadHandler):
    """Scrapy's download handler over the spider's client. The answer is in `request.meta["exchange"]`, unchanged."""

    lazy = True

    async def download_request(self, request: Request) -> Response:
        """The answer of a GET; raises ValueError for any other method before anything is sent, CaptureError when there is no answer."""
        if request.method != "GET" or request.body:
            raise ValueError(f"{request.method} {request.url}: churnwatch sends GET without a body to targets, nothing else")
        exchange = await self._client().fetch(request.url, request.meta.get("download_timeout"))
        request.meta["exchange"] = exchange
        return Response(request.url, status=exchange.status, body=exchange.body, request=request, protocol=exchange.protocol)

    async def close(self) -> None:
        """Close the spider's client; one client serves both schemes and may be closed twice."""
        await self._client().close()

    def _client(self) -> Client:
        client = getattr(self.crawler.spider, "client", None)
        assert isinstance(client, Client)
        return client


def basic_auth(proxy: Proxy) -> dict[str, str]:
    """The header that aiohttp hands to the proxy alone, as Proxy-Authorization (RFC 7617, UTF-8)."""
    return {"Authorization": "Basic " + base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()}


@functools.cache
def _tls() -> ssl.SSLContext:
    """Any server, any certificate: what it shows is evidence, also when it is expired, weak or made out to somebody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.set_alpn_protocols(["http/1.1"])
    return context


def _failure(error: Exception, url: str) -> CaptureError:
    """The outcome word for what aiohttp or the system raised; what is nobody's refusal is neutral (`timeout`, `server_error`)."""
    why = f"{url}: {type(error).__name__}: {error}"[:300]
    if isinstance(error, aiohttp.ClientHttpProxyError):
        # What the proxy says of the way to the target is neutral; what it says of us means that nothing was asked.
        word = {502: "server_error", 503: "server_error", 504: "timeout"}.get(error.status, "not_run")
        return CaptureError(word, f"{url}: the proxy answered {error.status} {error.message[:60]}")
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return CaptureError("not_run", f"{url}: our proxy could not be reached ({type(error.os_error).__name__}); nothing was asked")
    if isinstance(error, aiohttp.ClientResponseError):
        too_large = _caused_by_long_line(error) or "Too many headers" in error.message
        return CaptureError("too_large" if too_large else "server_error", why)
    if isinstance(error, asyncio.TimeoutError):
        return CaptureError("timeout", f"{url}: no whole answer in time")
    if isinstance(error, aiohttp.ClientConnectorError):
        tls = isinstance(error, aiohttp.ClientSSLError) or isinstance(error.os_error, ssl.SSLError)
        return CaptureError("tls" if tls else "timeout" if error.os_error.errno in _UNREACHABLE else "refused", why)
    if isinstance(error, ssl.SSLError | aiohttp.ClientConnectorCertificateError):
        return CaptureError("tls", why)
    if isinstance(error, aiohttp.InvalidURL):
        return CaptureError("unknown", why)
    # Connected, then no sound answer: closed too early, cut off, not HTTP.
    return CaptureError("server_error", why)


def _caused_by_long_line(error: BaseException | None) -> bool:
    """aiohttp wraps the parser's complaint once or twice, depending on the line."""
    for _ in range(4):
        if error is None or isinstance(error, LineTooLong):
            break
        error = error.__cause__ or error.__context__
    return isinstance(error, LineTooLong)
