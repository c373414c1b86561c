"""Whole shops from a site file of nothing but the address: listings found, with the exact price, against each shop's own database.

Real software runs on loopback (`scripts/oscar`, `scripts/evershop`, `scripts/cartridge`). The generated shops of `tests/shops` were written
by the hands that wrote the readers: their figure is self-consistency.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from tests.shops.crawl import Crawl, crawled, crawled_generated, exact, free_port
from tests.shops.serve import every_shop

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
SHOPS = (
    ("oscar", "German, 12 a page", {"SHOP_LANGUAGE": "de", "SHOP_PAGE_SIZE": "12"}),
    ("oscar", "French, Swiss francs", {"SHOP_LANGUAGE": "fr", "SHOP_CURRENCY": "CHF"}),
    ("oscar", "Russian, 7 a page", {"SHOP_LANGUAGE": "ru", "SHOP_CURRENCY": "RUB", "SHOP_PAGE_SIZE": "7"}),
    ("oscar", "Chinese", {"SHOP_LANGUAGE": "zh-hans", "SHOP_CURRENCY": "CNY"}),
    ("oscar", "Portuguese, versions", {"SHOP_LANGUAGE": "pt-br", "SHOP_CURRENCY": "BRL", "SHOP_VARIANTS": "1"}),
    ("oscar", "Spanish, pesos", {"SHOP_LANGUAGE": "es", "SHOP_CURRENCY": "MXN"}),
    ("oscar", "Japanese", {"SHOP_LANGUAGE": "ja", "SHOP_CURRENCY": "JPY"}),
    ("cartridge", "English", {}),
    ("cartridge", "German", {"SHOP_LANGUAGE": "de", "SHOP_LOCALE": "de_DE.UTF-8"}),
    ("cartridge", "Russian", {"SHOP_LANGUAGE": "ru", "SHOP_LOCALE": "ru_RU.UTF-8"}),
    ("evershop", "its own goods", {}),
)


def measure() -> Iterator[str]:
    """One line per shop."""
    crawls = crawled_generated(shops := every_shop())
    hits = [len(exact(crawls[shop.name].listings, {one.name: (one.price, shop.currency) for one in shop.goods})) for shop in shops]
    goods = sum(len(shop.goods) for shop in shops)
    others = sum(len(crawl.listings) for crawl in crawls.values()) - sum(hits)
    yield f"{len(shops)} generated shops (self-consistency): {sum(hits)} of {goods} products with exact price, {others} other listings"
    for script, name, habits in SHOPS:
        yield f"{script}, {name}: {real_shop(script, habits)}"


def real_shop(script: str, habits: Mapping[str, str]) -> str:
    """The line of one real shop, which its script starts and stops; its products as its database has them."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        state = Path(folder) / "shop"
        start = [SCRIPTS / script, "start", state, str(free_port())]
        started = subprocess.run(start, capture_output=True, text=True, timeout=1800, env={**os.environ, **habits})
        try:
            if started.returncode:
                return f"not measured, it did not start: {started.stderr.strip()[-200:]}"
            expected = json.loads((state / "expected.json").read_text("utf-8"))
            return line(crawled(started.stdout.split()[-1], Path(folder)), expected)
        finally:
            subprocess.run([SCRIPTS / script, "stop", state], check=True, timeout=60)


def line(crawl: Crawl, expected: Sequence[Mapping[str, object]]) -> str:
    """Recall with exact prices, and what was listed though the shop has no such product."""
    wanted = {str(one["title"]): (Decimal(str(one["price"])), str(one["currency"])) for one in expected}
    right = exact(crawl.listings, wanted)
    titles = [str(one["title"]) for one in crawl.listings]
    if os.environ.get("SHOW_MISSES"):
        print(*sorted(set(wanted) - right), *sorted({f"+ {title}" for title in titles} - {f"+ {title}" for title in wanted}), sep="\n")
    found, others = len(set(titles) & set(wanted)), len(set(titles) - set(wanted))
    return f"{len(right)} of {len(wanted)} products with exact price ({found} found), {others} other listings, stop {crawl.stop}"
