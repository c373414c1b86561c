"""Serves generated shops on one loopback port, each under its own host name `NAME.example`."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.shops import lists, pages, ways
from tests.shops.model import Shop


def every_shop() -> list[Shop]:
    """Every generated shop, in order."""
    return [*lists.shops(), *pages.shops(), *ways.shops()]


def ordered(path: str) -> tuple[str, list[tuple[str, str]]]:
    """A path whose parameters have no order."""
    parts = urlsplit(path)
    return parts.path, sorted(parse_qsl(parts.query))


@contextlib.contextmanager
def serving(shops: Sequence[Shop]) -> Iterator[int]:
    """The port at which the shops answer GET while this context lasts."""
    by_host = {f"{shop.name}.example": shop for shop in shops}

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the name http.server asks for
            host = self.headers.get("Host", "")
            shop = by_host[host.partition(":")[0]]
            body = next((body for path, body in shop.pages.items() if ordered(path) == ordered(self.path)), None)
            sent = (body or "<h1>Not found</h1>").replace("HOST", f"http://{host}").encode(shop.charset, "xmlcharrefreplace")
            self.send_response(200 if body is not None else 404)
            kind = {"xml": "application/xml", "txt": "text/plain"}.get(self.path.rpartition(".")[2], "text/html")
            self.send_header("Content-Type", f"{kind}; charset={shop.header}" if shop.header else kind)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
