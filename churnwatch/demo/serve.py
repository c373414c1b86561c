"""`python -m churnwatch.demo.serve --seed S --days N --port P`: the market as a child process that dies with its parent.

Lines in: `day N` turns to that day, `counts` asks what was requested; the end of the input ends the process.
Lines out: one JSON object each, the first when every address listens.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from churnwatch.demo.server import MarketServer
from churnwatch.demo.world import PORT, World, make_world


def main() -> int:
    """The exit code: 0 at the end of the input, 1 when an address cannot be had."""
    parser = argparse.ArgumentParser(prog="churnwatch.demo.serve", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--port", type=int, default=PORT)
    options = parser.parse_args()
    world = make_world(options.seed, options.days, options.port)
    try:
        asyncio.run(_live(world))
    except OSError as error:
        print(f"the demo market cannot listen on port {world.port}: {error}; choose another with --port", file=sys.stderr)  # noqa: T201
        return 1
    return 0


async def _live(world: World) -> None:
    with tempfile.TemporaryDirectory(prefix="churnwatch-demo-") as folder:
        server = MarketServer(world, Path(folder))
        try:
            await server.set_day(0)
            _say({"ready": True, "port": world.port, "day": 0, "hosts": len(world.hosts(0))})
            while line := await asyncio.to_thread(sys.stdin.readline):
                await _obey(server, line.split())
        finally:
            server.close()


async def _obey(server: MarketServer, words: list[str]) -> None:
    match words:
        case ["day", number] if number.isdecimal():
            await server.set_day(int(number))
            _say({"day": server.day, "hosts": len(server.world.hosts(server.day))})
        case ["counts"]:
            _say(dict(sorted(server.counts.items())))
        case _:
            _say({"error": f"not understood: {' '.join(words)[:80]!r}; say `day N` or `counts`"})


def _say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
