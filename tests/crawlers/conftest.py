"""A real server on loopback whose every answer a test writes down, and one call that makes a visit to it."""

import asyncio
import hashlib
import ipaddress
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawlers.evidence import VisitWriter
from crawlers.records import Capture, Visit, capture_id, visit_id
from crawlers.signing import Signer
from tests.crawlers.forward_proxy import ForwardProxy

Writing = Callable[[asyncio.StreamWriter], Awaitable[None]]
Route = bytes | str | tuple[int, list[tuple[str, str]], bytes] | Writing


class Server:
    """Answers GET by path (query included); `heads` are the request heads as received, `paths` what was asked for."""

    def __init__(self, routes: dict[str, Route], address: str, tls: ssl.SSLContext | None) -> None:
        self.routes, self.address, self.heads = routes, address, list[bytes]()
        self.port, self._scheme = 0, "https" if tls else "http"
        self._loop, self._ready = asyncio.new_event_loop(), threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, args=(tls,), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def paths(self) -> list[str]:
        return [head.split(b" ")[1].decode() for head in self.heads]

    def url(self, host: str, path: str = "/") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._loop.close()

    def _run(self, tls: ssl.SSLContext | None) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main(tls))

    async def _main(self, tls: ssl.SSLContext | None) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._talk, self.address, 0, ssl=tls, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]
        self._loop.set_exception_handler(lambda *_: None)  # clients that turn away from a bad handshake are the point of some tests
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                route = self.routes.get(head.split(b" ")[1].decode(), (404, [("Content-Type", "text/plain")], b"not here"))
                if callable(route):
                    await route(writer)
                    break
                writer.write(_answer(route))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            with suppress(ConnectionError):
                writer.close()


def _answer(route: object) -> bytes:
    status, headers, body = route if isinstance(route, tuple) else (200, [("Content-Type", "text/html; charset=utf-8")], route)
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Fine", *(f"{name}: {value}" for name, value in headers)]
    if not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """`serve(routes, address="127.0.0.1", tls=None)`: a running server, stopped when the test ends."""
    running: list[Server] = []

    def start(routes: dict[str, Route], address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Server:
        running.append(Server(routes, address, tls))
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.fixture
def proxy() -> Iterator[Callable[..., ForwardProxy]]:
    started: list[ForwardProxy] = []

    def start(answer: bytes | None = None) -> ForwardProxy:
        started.append(ForwardProxy(answer))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def certificates(tmp_path: Path) -> Callable[..., tuple[ssl.SSLContext, list[bytes]]]:
    """`certificates(host, chain=2, expired=False)`: a server context and its chain as DER, leaf first; nobody trusts its signer."""

    def make(host: str, chain: int = 2, *, expired: bool = False) -> tuple[ssl.SSLContext, list[bytes]]:
        names = [host, *(f"Invented CA {number}" for number in range(1, chain))]
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in names]
        start = datetime(2020, 1, 1, tzinfo=UTC)
        made = []
        for number, name in enumerate(names):
            above = min(number + 1, len(names) - 1)
            builder = (
                x509.CertificateBuilder()
                .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
                .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[above])]))
                .public_key(keys[number].public_key())
                .serial_number(1000 + number)
                .not_valid_before(start)
                .not_valid_after(start + timedelta(days=1 if expired else 36500))
            )
            if number == 0:
                alternatives = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]
                builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            made.append(builder.sign(keys[above], hashes.SHA256()))
        pem = tmp_path / f"{host}.pem"
        key = keys[0].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        pem.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in made) + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context, [one.public_bytes(serialization.Encoding.DER) for one in made]

    return make


@pytest.fixture
def seal_visits(tmp_path: Path) -> Callable[..., Path]:
    """`seal_visits(count, signer=None)`: the folder after as many visits to green-door, one page a day, are sealed in it."""
    folder, start = tmp_path / "sealed", datetime(2026, 1, 1, tzinfo=UTC)

    def seal(count: int, signer: Signer | None = None) -> Path:
        for day in range(count):
            planned = start + timedelta(days=day)
            named = visit_id("green-door", planned)
            site = SimpleNamespace(name="green-door", legal_reason="case 2026-017")
            with VisitWriter(folder, site, "name: green-door\n", named, info={}, signer=signer) as archive:
                if archive.sealed:
                    continue
                url, body = "https://green-door.example/", f"<h1>Acetone {day}</h1>".encode() * 30
                digest, headers = hashlib.sha256(body).hexdigest(), (("Content-Type", "text/html"),)
                page = Capture(
                    capture_id(named, "page", "http", url, 0, 1), named, "page", url, url, 0, 1, 200, headers,
                    digest, len(body), planned, "127.0.0.9", "HTTP/1.1",
                )  # fmt: skip
                archive.add(page, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", body)
                archive.seal(Visit(named, "green-door", planned, planned, planned + timedelta(minutes=1), "done", 1, 1, None))
        return folder

    return seal
