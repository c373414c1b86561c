"""Whole shops from a site file of nothing but the address: listings found, with the exact price, against each shop's own database.

Shops are real software run on loopback (`scripts/oscar`, `scripts/evershop`, `scripts/cartridge`) and the generated ones of `tests/shops`.
"""

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
CHURNWATCH = ROOT / ".venv" / "bin" / "churnwatch"
OSCAR = {
    "oscar, German": {"SHOP_LANGUAGE": "de", "SHOP_PAGE_SIZE": "12"},
    "oscar, French, Swiss francs": {"SHOP_LANGUAGE": "fr", "SHOP_CURRENCY": "CHF"},
    "oscar, Russian": {"SHOP_LANGUAGE": "ru", "SHOP_CURRENCY": "RUB"},
    "oscar, Chinese": {"SHOP_LANGUAGE": "zh-hans", "SHOP_CURRENCY": "CNY"},
    "oscar, Portuguese, versions": {"SHOP_LANGUAGE": "pt-br", "SHOP_CURRENCY": "BRL", "SHOP_VARIANTS": "1"},
    "oscar, Spanish": {"SHOP_LANGUAGE": "es", "SHOP_CURRENCY": "MXN"},
    "oscar, Japanese": {"SHOP_LANGUAGE": "ja", "SHOP_CURRENCY": "JPY"},
    "oscar, English, versions": {"SHOP_VARIANTS": "1", "SHOP_CURRENCY": "USD"},
}  # fmt: skip


class Crawl(NamedTuple):
    """What one `churnwatch run` found: listings as `search` gives them, and why the visit stopped."""

    listings: list[dict[str, object]]
    stop: str


def measure() -> Iterator[str]:
    """One line per shop."""
    for name, habits in OSCAR.items():
        yield real_shop(name, "oscar", habits)


def real_shop(name: str, script: str, habits: dict[str, str]) -> str:
    """The line of one real shop, which its script starts and stops; its products as its database has them."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        state = Path(folder) / "shop"
        command = ROOT / "scripts" / script
        environment = {**os.environ, **habits}
        started = subprocess.run([command, "start", state, str(free_port())], capture_output=True, text=True, timeout=900, env=environment)
        try:
            if started.returncode:
                return f"{name}: not measured, the shop did not start: {started.stderr.strip()[-200:]}"
            crawl = crawled(started.stdout.split()[-1], Path(folder))
            return line(name, crawl, json.loads((state / "expected.json").read_text("utf-8")))
        finally:
            subprocess.run([command, "stop", state], check=True, timeout=60)


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def crawled(address: str, folder: Path) -> Crawl:
    """What `churnwatch run` finds in the shop at this loopback address, known to it by an invented name."""
    port = address.rstrip("/").rpartition(":")[2]
    (folder / "sites").mkdir(exist_ok=True)
    (folder / "sites" / "shop.yml").write_text(f'name: shop\nseeds: ["http://unseen-shop.example:{port}/"]\ndelay_s: 0\n', "utf-8")
    (folder / "hosts").write_text("127.0.0.1 unseen-shop.example\n", "utf-8")
    store = ("--store", "sqlite:///shop.db")
    ran = answers(folder, "run", "shop", "--sites", "sites", "--hosts", "hosts", "--evidence", "evidence", *store)
    found = answers(folder, "search", "", "--kind", "listing", "--limit", "10000", *store)
    return Crawl(found, ",".join(str(visit["stop"]) for visit in ran[0]["visits"]))  # type: ignore[attr-defined]  # parsed JSON


def answers(folder: Path, *words: str) -> list[dict[str, object]]:
    """The JSON lines of one command."""
    done = subprocess.run([CHURNWATCH, *words, "--json"], capture_output=True, text=True, cwd=folder, timeout=900)
    if done.returncode:
        raise RuntimeError(f"churnwatch {words[0]} ended with {done.returncode}: {done.stderr[-500:]}")
    return [json.loads(row) for row in done.stdout.splitlines()]


def line(name: str, crawl: Crawl, expected: Sequence[dict[str, object]]) -> str:
    """Recall, exact prices and what was listed though the shop has no such product."""
    known = {str(one["title"]): one for one in expected}
    found = {str(one["title"]): one for one in crawl.listings}
    exact = [title for title, one in known.items() if title in found and fits(found[title], one)]
    missed = [f"{title}: {found.get(title, {}).get('price', 'not found')} for {one['price']}" for title, one in known.items() if title not in exact]
    more = [title for title in found if title not in known]
    if os.environ.get("SHOWN"):
        print(*missed[:15], *(f"+ {title} {found[title]['price']} {found[title]['url']}" for title in more[:15]), sep="\n")
    twice = len(crawl.listings) - len(found)
    return f"{name}: {len(exact)} of {len(known)} products with exact price ({len(set(known) & set(found))} found), {len(more)} others, {twice} twice, stop {crawl.stop}"


def fits(found: dict[str, object], wanted: dict[str, object]) -> bool:
    """True when price and currency are those of the shop's database."""
    price = Decimal(str(found["price"])) if found["price"] else None
    return price == Decimal(str(wanted["price"])) and found["currency"] == wanted["currency"]
