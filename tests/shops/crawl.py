"""Runs `churnwatch run` on shops with site files of nothing but the address, and says what it listed."""

import json
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tests.shops.model import Shop
from tests.shops.serve import serving

CHURNWATCH = Path(__file__).parent.parent.parent / ".venv" / "bin" / "churnwatch"
STORE = ("--store", "sqlite:///shop.db")
Listing = Mapping[str, object]  # as `search --json` gives it


class Crawl(NamedTuple):
    """What one run found in a shop, and why the visit stopped."""

    listings: list[Listing]
    stop: str


def crawled(address: str, folder: Path, name: str = "unseen-shop") -> Crawl:
    """What is found in the shop at this loopback address, known to the run as `NAME.example`."""
    port = int(address.rstrip("/").rpartition(":")[2])
    return crawled_all([name], port, folder)[name]


def crawled_generated(shops: Sequence[Shop]) -> dict[str, Crawl]:
    """Name → what one run found, of generated shops, all in one run."""
    with tempfile.TemporaryDirectory() as folder, serving(shops) as port:
        return crawled_all([shop.name for shop in shops], port, Path(folder))


def crawled_all(names: Sequence[str], port: int, folder: Path) -> dict[str, Crawl]:
    """Name → what one run found; every shop answers at this port."""
    (folder / "sites").mkdir()
    for name in names:
        (folder / "sites" / f"{name}.yml").write_text(f'name: {name}\nseeds: ["http://{name}.example:{port}/"]\ndelay_s: 0\n', "utf-8")
    (folder / "hosts").write_text("".join(f"127.0.0.1 {name}.example\n" for name in names), "utf-8")
    ran = answers(folder, "run", *names, "--sites", "sites", "--hosts", "hosts", "--evidence", "evidence", *STORE)
    stops = {str(visit["site"]): str(visit["stop"]) for visit in ran[0]["visits"]}  # type: ignore[attr-defined]  # parsed JSON
    found = answers(folder, "search", "", "--kind", "listing", "--limit", "100000", *STORE)
    return {name: Crawl([one for one in found if str(one["storefront"]).startswith(f"{name}.")], stops[name]) for name in names}


def answers(folder: Path, *words: str) -> list[dict[str, object]]:
    """The JSON lines of one command."""
    done = subprocess.run([CHURNWATCH, *words, "--json"], capture_output=True, text=True, cwd=folder, timeout=900)
    if done.returncode:
        raise RuntimeError(f"churnwatch {words[0]} ended with {done.returncode}: {done.stderr[-500:]}")
    return [json.loads(row) for row in done.stdout.splitlines()]


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def exact(listings: Sequence[Listing], wanted: Mapping[str, tuple[Decimal, str]]) -> set[str]:
    """The titles of the wanted offers that were listed with exactly this price and currency."""
    found = {(str(one["title"]), Decimal(str(one["price"])), one["currency"]) for one in listings if one["price"]}
    return {title for title, (price, currency) in wanted.items() if (title, price, currency) in found}
