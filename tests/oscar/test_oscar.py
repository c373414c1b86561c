"""A real shop that nobody prepared for us: every product with its exact price, from a site file of nothing but the address."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent.parent
CHURNWATCH = ROOT / ".venv" / "bin" / "churnwatch"
pytestmark = [pytest.mark.oscar, pytest.mark.slow]


class Shop(NamedTuple):
    """A running shop, its products as made, and a folder for what a crawl leaves."""

    port: int
    products: list[dict[str, object]]
    folder: Path


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Sixty generated products served by django-oscar on loopback, stopped by pid."""
    if os.environ.get("CHURNWATCH_TEST_ALL") != "1":
        pytest.skip("the django-oscar shop is set up by make test")
    folder = tmp_path_factory.mktemp("oscar")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = subprocess.run([ROOT / "scripts" / "oscar", "start", folder / "shop", str(port)], capture_output=True, text=True, timeout=300)
    try:
        assert started.returncode == 0, f"the django-oscar shop did not start: {started.stderr[-800:]}"
        yield Shop(port, json.loads((folder / "shop" / "expected.json").read_text("utf-8")), folder)
    finally:
        subprocess.run([ROOT / "scripts" / "oscar", "stop", folder / "shop"], check=True, timeout=30)


def churnwatch(shop: Shop, *words: str) -> list[dict[str, object]]:
    """The JSON lines of one command; it must end with 0."""
    done = subprocess.run([CHURNWATCH, *words, "--json"], capture_output=True, text=True, cwd=shop.folder, timeout=120)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def listings(shop: Shop) -> dict[str, dict[str, object]]:
    """What one `churnwatch run` found, by title."""
    sites = shop.folder / "sites"
    sites.mkdir()
    (sites / "baltic-parts.yml").write_text(
        f'name: baltic-parts\nseeds: ["http://baltic-parts.example:{shop.port}/"]\ndelay_s: 0\n', "utf-8"
    )
    (shop.folder / "hosts").write_text("127.0.0.1 baltic-parts.example\n", "utf-8")
    store = ("--store", "sqlite:///oscar.db")
    ran = churnwatch(shop, "run", "baltic-parts", "--sites", "sites", "--hosts", "hosts", "--evidence", "evidence", *store)
    visits = ran[0]["visits"]
    assert isinstance(visits, list)
    assert [visit["stop"] for visit in visits] == ["done"]
    found = churnwatch(shop, "search", "", "--kind", "listing", *store)
    titles = [str(one["title"]) for one in found]
    assert len(titles) == len(set(titles)), "a product was listed twice"
    return {str(one["title"]): one for one in found}


def test_every_product_is_found_with_its_exact_price(shop: Shop, listings: dict[str, dict[str, object]]) -> None:
    assert {title: (one["price"], one["currency"]) for title, one in listings.items()} == {
        str(one["title"]): (one["price"], one["currency"]) for one in shop.products
    }


def test_the_basket_total_is_nobodys_price(listings: dict[str, dict[str, object]]) -> None:
    # Every page of the shop begins with a basket of 0.00 euro.
    assert not [one for one in listings.values() if str(one["price"]) in ("0.00", "0")]


def test_product_codes_and_stock_come_out_right(shop: Shop, listings: dict[str, dict[str, object]]) -> None:
    expected = {str(one["title"]): (one["upc"], "in_stock" if one["in_stock"] else "out_of_stock") for one in shop.products}
    assert {title: (one["sku"], one["availability"]) for title, one in listings.items()} == expected


def test_a_parts_shop_raises_no_alarm(shop: Shop, listings: dict[str, dict[str, object]]) -> None:
    assert churnwatch(shop, "search", "", "--kind", "lead", "--store", "sqlite:///oscar.db") == []
    assert {one["band"] for one in listings.values()} <= {"low", "abstain"}
