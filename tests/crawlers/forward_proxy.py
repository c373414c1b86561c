"""A forward proxy on loopback, for whatever leaves by one."""

import asyncio
import re
import threading
from contextlib import suppress


class ForwardProxy:
    """A real forward proxy on loopback: CONNECT and absolute GET, every name is 127.0.0.1 to it. `heads` are requests as received."""

    def __init__(self, answer: bytes | None = None) -> None:
        self.heads: list[bytes] = []
        self._answer, self._ready = answer, threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._main()), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._loop.close()

    async def _main(self) -> None:
        self._stop = asyncio.Event()
        tasks: set[asyncio.Task[None]] = set()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tasks.add(asyncio.ensure_future(self._talk(reader, writer)))

        server = await asyncio.start_server(begin, "127.0.0.1", 0)
        self._loop.set_exception_handler(lambda *_: None)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                if self._answer is not None:
                    writer.write(self._answer)
                    break
                method, target, _ = head.split(b" ", 2)
                port = int(re.search(rb":(\d+)", target.removeprefix(b"http://"))[1])  # type: ignore[index]
                there, out = await asyncio.open_connection("127.0.0.1", port)
                if method == b"CONNECT":
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    await asyncio.gather(_pipe(reader, out), _pipe(there, writer))
                    break
                path = b"/" + target.removeprefix(b"http://").partition(b"/")[2]
                kept = [line for line in head.split(b"\r\n")[1:] if not line.lower().startswith(b"proxy-")]
                out.write(b"\r\n".join((b"GET " + path + b" HTTP/1.1", *kept)))
                answer = await there.readuntil(b"\r\n\r\n")
                length = int(re.search(rb"Content-Length: (\d+)", answer)[1])  # type: ignore[index]
                writer.write(answer + await there.readexactly(length))
                out.close()
            await writer.drain()
        writer.close()


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await source.read(65536):
            sink.write(chunk)
            await sink.drain()
    with suppress(ConnectionError, RuntimeError):
        sink.close()
