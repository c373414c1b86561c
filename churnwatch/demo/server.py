"""The market's web server: TLS by server name, HTTP/1.1 with keep-alive, GET only, everything else counted and refused."""

import asyncio
import contextlib
import ssl
import tempfile
from collections import Counter
from pathlib import Path

import h11

from churnwatch.demo.certificates import Leaf, chain_pem, leaf_of
from churnwatch.demo.model import Page
from churnwatch.demo.pages import FORBIDDEN, render
from churnwatch.demo.wire import answer
from churnwatch.demo.world import CANARY_ADDRESSES, World

IDLE_S = 30
_READ_BYTES = 65536
# What a passive crawler may ask for although no page links it.
_CUSTOMARY = ("/robots.txt", "/favicon.ico", "/sitemap.xml")


class MarketServer:
    """Serves one world, one day at a time. `counts` says what was asked; tests fail on any key but `get`."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.day = world, 0
        self.counts: Counter[str] = Counter()
        self._folder = folder
        self._contexts: dict[Leaf, ssl.SSLContext] = {}
        self._answers: dict[tuple[str, str, bool, bool], tuple[int, bytes]] = {}
        self._listeners: dict[str, asyncio.Server] = {}
        self._open: set[asyncio.StreamWriter] = set()

    async def set_day(self, day: int) -> None:
        """Turns to that day: closes every connection, closes and opens addresses; raises OSError when an address cannot be had."""
        self.day = day
        self._answers.clear()
        for writer in tuple(self._open):
            writer.transport.abort()
        wanted = set(self.world.hosts(day).values()) - {
            shop.address for shop in self.world.shops if self.world.state(shop, day) == "refused"
        }
        for address in set(self._listeners) - wanted:
            self._listeners.pop(address).close()
        for address in sorted(wanted - set(self._listeners)):
            self._listeners[address] = await asyncio.start_server(self._serve, address, self.world.port, ssl=self._default(), backlog=256)

    def close(self) -> None:
        """Closes every address and connection."""
        for listener in self._listeners.values():
            listener.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        self._listeners.clear()

    def _default(self) -> ssl.SSLContext:
        """The context a connection starts with; the server name then picks the host's own."""
        context = self._context(leaf_of(self.world, next(iter(CANARY_ADDRESSES)), 0))
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        if name in self.world.hosts(self.day):
            connection.context = self._context(leaf_of(self.world, name, self.day))
        else:
            self.counts["unknown_server_name"] += 1

    def _context(self, leaf: Leaf) -> ssl.SSLContext:
        if leaf not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.set_alpn_protocols(["http/1.1"])
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".pem") as file:
                file.write(chain_pem(self.world, leaf))
                file.flush()
                context.load_cert_chain(file.name)
            self._contexts[leaf] = context
        return self._contexts[leaf]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._converse(reader, writer)
        except h11.RemoteProtocolError:
            self.counts["malformed"] += 1
        except (OSError, TimeoutError):
            return  # the client has gone, or the day has turned
        finally:
            self._open.discard(writer)
            with contextlib.suppress(OSError):
                writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers request after request; a new h11 connection per request, since the answer's bytes are our own."""
        unread, more = b"", True
        while more:
            parser = h11.Connection(h11.SERVER)
            if unread:
                parser.receive_data(unread)
            request = await _request(parser, reader)
            if request is None:
                return
            status, sent, more = self._answer(request)
            self.counts[f"status_{status}"] += 1
            writer.write(sent)
            await writer.drain()
            unread = parser.trailing_data[0]

    def _answer(self, request: h11.Request) -> tuple[int, bytes, bool]:
        """Status, bytes, and whether the connection may go on."""
        headers = {name.decode(): value.decode("latin-1") for name, value in request.headers}
        host, target = headers.get("host", "").rsplit(":", 1)[0].lower(), request.target.decode("latin-1")
        if request.method != b"GET":
            self.counts["not_get"] += 1
            return 405, answer(Page(405, "text/plain", b"GET only\n"), "", self.day, gzipped=False, close=True), False
        if host not in self.world.hosts(self.day):
            self.counts["unknown_host"] += 1
            return 421, answer(Page(421, "text/plain", b"no such host\n"), "", self.day, gzipped=False, close=True), False
        gzipped, close = "gzip" in headers.get("accept-encoding", ""), headers.get("connection", "").lower() == "close"
        key = (host, target, gzipped, close)
        if key not in self._answers:
            page = render(self.world, host, target, self.day)
            shop = self.world.by_host.get(host)
            style = shop.headers if shop and self.world.state(shop, self.day) not in ("parked", "seized", "portal") else ""
            self._answers[key] = page.status, answer(page, style, self.day, gzipped=gzipped, close=close)
        status, sent = self._answers[key]
        self.counts["get"] += 1
        path = target.partition("?")[0]
        if path.startswith(FORBIDDEN):
            self.counts["forbidden"] += 1
        elif status == 404 and path not in _CUSTOMARY:
            self.counts["off_scope"] += 1
        return status, sent, not close


async def _request(parser: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """The next request once it is read whole, None when the client has gone; raises TimeoutError when it is silent for `IDLE_S`."""
    request: h11.Request | None = None
    while True:
        event = parser.next_event()
        if event is h11.NEED_DATA:
            parser.receive_data(await asyncio.wait_for(reader.read(_READ_BYTES), IDLE_S))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.EndOfMessage):
            return request
        elif isinstance(event, h11.Data):
            continue
        else:
            return None
