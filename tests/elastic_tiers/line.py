"""A line to the server that breaks when a test says so."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Line:
    """A loopback port that passes bytes on to the server; `breaks(n)` says how the n-th bulk request is cut: `before`, `after`, None.

    With `everything` all requests are counted and cut, not the bulk requests alone.
    """

    def __init__(self, url: str, breaks: Callable[[int], str | None], *, everything: bool = False) -> None:
        self._counted = b"" if everything else b"/_bulk"
        parts = urlsplit(url)
        self._server, self._breaks = (parts.hostname, parts.port), breaks
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.requests = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Takes no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(self._server) as server:
            swallow = threading.Event()
            threading.Thread(target=answers, args=(server, caller, swallow), daemon=True).start()
            while request := read_request(caller):
                how = None
                if self._counted in request.partition(b"\r\n")[0]:
                    self.requests += 1
                    how = self._breaks(self.requests)
                if how == "before":
                    caller.shutdown(socket.SHUT_RDWR)
                    return
                if how == "after":
                    swallow.set()
                server.sendall(request)


def answers(server: socket.socket, caller: socket.socket, swallow: threading.Event) -> None:
    """Passes the server's bytes on; with `swallow` it hangs up at the next ones instead."""
    with suppress(OSError):
        while part := server.recv(65536):
            if swallow.is_set():
                caller.shutdown(socket.SHUT_RDWR)
                return
            caller.sendall(part)


def read_request(line: socket.socket) -> bytes:
    """One HTTP request with its body, or nothing at the end of the line."""
    with suppress(OSError):
        received = b""
        while b"\r\n\r\n" not in received:
            more = line.recv(65536)
            if not more:
                return b""
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        length = next((int(one.split(b":")[1]) for one in head.split(b"\r\n") if one.lower().startswith(b"content-length:")), 0)
        while len(body) < length:
            body += line.recv(65536)
        return head + b"\r\n\r\n" + body
    return b""


@contextmanager
def line(url: str, breaks: Callable[[int], str | None], *, everything: bool = False) -> Iterator[Line]:
    """A line for one test."""
    opened = Line(url, breaks, everything=everything)
    try:
        yield opened
    finally:
        opened.close()
