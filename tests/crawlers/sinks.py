"""Loopback listeners that count whatever reaches them: TCP on several addresses at one port, UDP, and a name server that notes names."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Sinks:
    """`hits`: first lines received over TCP; `datagrams`: UDP packets; `names`: DNS names asked for (port 53 needs root)."""

    def __init__(self, addresses: tuple[str, ...], dns_address: str | None) -> None:
        self.hits: list[str] = []
        self.datagrams: list[bytes] = []
        self.names: list[str] = []
        self._sockets: list[socket.socket] = []
        self.port = 0
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            listener = socket.socket(family)
            listener.bind((address, self.port))
            self.port = self.port or listener.getsockname()[1]
            listener.listen(64)
            self._follow(listener, self._accept)
        packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        packets.bind((addresses[0], self.port))
        self._follow(packets, self._datagram)
        if dns_address is not None:
            names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            names.bind((dns_address, 53))
            self._follow(names, self._name)

    def close(self) -> None:
        """Stop listening."""
        for listener in self._sockets:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _follow(self, listener: socket.socket, take: object) -> None:
        self._sockets.append(listener)
        threading.Thread(target=self._run, args=(listener, take), daemon=True).start()

    def _run(self, listener: socket.socket, take: object) -> None:
        with contextlib.suppress(OSError):
            while True:
                take(listener)  # type: ignore[operator]

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(2)
            self.hits.append("(connected)")
            first = connection.recv(4096).split(b"\r\n")[0].decode("latin-1")
            self.hits[-1] = first
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\nok")

    def _datagram(self, listener: socket.socket) -> None:
        packet, asker = listener.recvfrom(4096)
        if asker is None:
            raise OSError("closed")
        self.datagrams.append(packet)

    def _name(self, listener: socket.socket) -> None:
        """Notes the question and says that there is no such name."""
        question, asker = listener.recvfrom(4096)
        if asker is None:
            raise OSError("closed")
        labels, at = [], 12
        while at < len(question) and question[at]:
            labels.append(question[at + 1 : at + 1 + question[at]].decode("latin-1"))
            at += 1 + question[at]
        self.names.append(".".join(labels))
        listener.sendto(question[:2] + b"\x81\x83" + question[4:6] + bytes(6) + question[12 : at + 5], asker)


@contextlib.contextmanager
def listening(addresses: tuple[str, ...] = ("127.0.0.1", "::1", "127.0.0.8"), dns_address: str | None = None) -> Iterator[Sinks]:
    """Running sinks, closed at the end."""
    sinks = Sinks(addresses, dns_address)
    try:
        yield sinks
    finally:
        sinks.close()
