"""The pages that the browser benchmarks read: small, static, the first links to all; a server in a process of its own."""

import asyncio
import contextlib
import multiprocessing
import socket
from collections.abc import Iterator

PAGES = 60
_WORDS = "Ball valves, pumps and bearings for industry, delivered within two days from our own warehouse in the harbour. "


def page(number: int, pages: int, *, scripted: bool) -> bytes:
    """Page `number`: a heading, a price, 1.5 KB of text and links on; with `scripted` every tenth is filled by its script."""
    links = "".join(
        f"<li><a href='/goods/{to}'>Valve {to}</a></li>" for to in range(number + 1, pages if number == 0 else min(number + 13, pages))
    )
    shown = f"<h1>Valve {number}</h1><p class='price'>${number}.50</p><p>{_WORDS * 6}</p><ul>{links}</ul>"
    head = f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Valve {number}</title></head>"
    if scripted and number % 10 == 5:
        script = f"<script>document.getElementById('root').innerHTML = `{shown}`</script>"
        return f"{head}<body><div id='root'></div>{script}</body></html>".encode()
    return f"{head}<body>{shown}</body></html>".encode()


@contextlib.contextmanager
def serving(*, scripted: bool, pages: int = PAGES) -> Iterator[str]:
    """The address of a running server on loopback, in a process of its own."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(listener, scripted, pages), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/goods/0"
    finally:
        process.terminate()
        process.join(10)
        listener.close()


def _serve(listener: socket.socket, scripted: bool, pages: int) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
                number = path.removeprefix("/goods/")
                found = number.isdigit()
                body = page(int(number), pages, scripted=scripted) if found else b""
                status = b"200 OK" if found else b"404 No"
                kind = b"Content-Type: text/html; charset=utf-8"
                writer.write(b"HTTP/1.1 %s\r\n%s\r\nContent-Length: %d\r\n\r\n%s" % (status, kind, len(body), body))
                await writer.drain()

    async def main() -> None:
        server = await asyncio.start_server(talk, sock=listener)
        await server.serve_forever()

    asyncio.run(main())
