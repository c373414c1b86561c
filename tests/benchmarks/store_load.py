"""Documents and nodes for the benchmarks of the stores: invented sightings of listings, in four languages, as `analyse` would put them."""

import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import accumulate
from pathlib import Path

from crawlers.ids import content_id
from indexer.store import Document
from tests.elastic_tiers.node_script import node_script

WORDS = {
    language: words.split()
    for language, words in {
        "en": "research chemical shipping stealth warehouse stock purity factory supply customs guarantee sample order quality safe fast",
        "es": "producto químico envío discreto almacén pureza fábrica suministro aduana garantía muestra pedido descuento calidad seguro",
        "ru": "реагент исследование доставка склад чистота завод поставка таможня гарантия образец заказ скидка качество быстро",
        "zh": "研究 化学品 供应商 现货 纯度 工厂 供应 海关 保证 样品 订单 折扣 质量 安全 快速 仓库 发货",
    }.items()
}
SEARCHES = (
    "stealth shipping",
    "реагент",
    "доставка склад",
    "现货",
    "纯度 工厂",
    "nowhere",
    "envío discreto",
    '"factory" "sample"',
    "customs guarantee",
    "quality safe fast",
)


def sightings(count: int, month: str, seed: int = 1) -> Iterator[Document]:
    """So many sightings planned in one month, 1.5 to 2.5 KB each as stored; the same seed gives the same."""
    drawn, vocabulary = random.Random(seed), {language: grown(language) for language in WORDS}
    for number in range(count):
        language = ("en", "en", "zh", "ru", "es")[number % 5]
        words, weights = vocabulary[language]
        title = " ".join(drawn.choices(words, cum_weights=weights, k=6))
        storefront = f"shop-{number % 4000}.example"
        listing = f"{storefront}/{number % 250_000}"
        yield {
            "id": content_id("obs", month, listing, number),
            "kind": "listing_obs",
            "analysis_id": f"ana_{number // 60}",
            "visit_id": f"vis_{number // 60}",
            "site": storefront.partition(".")[0],
            "planned_at": f"{month}-{1 + number % 28:02d}T06:00:00Z",
            "superseded": False,
            "storefront": storefront,
            "capture_id": f"cap_{number // 12}",
            "seen_at": f"{month}-{1 + number % 28:02d}T06:{number % 60:02d}:07Z",
            "listing_id": listing,
            "url": f"https://{storefront}/product/{number % 250_000}",
            "title": title,
            "description": " ".join(drawn.choices(words, cum_weights=weights, k=45)),
            "price": f"{drawn.randrange(10, 4000)}.{drawn.randrange(100):02d}",
            "currency": drawn.choice(("USD", "EUR", "CNY")),
            "quantity": str(drawn.choice((1, 5, 25))),
            "unit": "kg",
            "sku": f"S{number % 250_000}",
            "availability": "in_stock",
            "codes": [f"{drawn.randrange(50, 999_999)}-{number % 90 + 10}-{number % 10}"],
            "source": "card",
            "score": round(drawn.random(), 3),
            "band": drawn.choice(("low", "medium", "high")),
            "reasons": [{"id": "claim.ship", "points": 1.5, "places": [{"in": "text", "start": 3, "end": 18, "quote": title[:40]}]}],
            "where": {"in": "text", "start": 3, "end": 80, "quote": title, "before": "", "after": ""},
        }


@cache
def grown(language: str) -> tuple[list[str], list[float]]:
    """A language's words and 4,000 more made of their halves, with the cumulated weights of Zipf's law."""
    drawn, words = random.Random(language), list(WORDS[language])
    while len(words) < 4000:
        one, other = drawn.choices(WORDS[language], k=2)
        words.append(one[: (len(one) + 1) // 2] + other[len(other) // 2 :] + drawn.choice(("", *other)))
    return words, list(accumulate(1 / rank for rank in range(1, len(words) + 1)))


@contextmanager
def node(settings: str = "", port: int = 0) -> Iterator[Path]:
    """The folder of a plain node with more settings, in memory where there is room, stopped and removed at the end."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 8 << 30
    with tempfile.TemporaryDirectory(prefix="churnwatch-bench-", dir=memory if roomy else None, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "node"
        try:
            start(place, settings, port)
            yield place
        finally:
            node_script().stop(place)


def start(place: Path, settings: str = "", port: int = 0) -> str:
    """Starts the node of a folder, also after it was killed; its URL."""
    script = node_script()
    plain = script.PLAIN.replace("http.port: 0", f"http.port: {port}")
    url: str = script.start(place, None, script.Shape(settings=plain + settings))
    return url


def url_of(place: Path) -> str:
    """The URL of a running node."""
    return str(node_script().url(place))


def rss_mb() -> float:
    """Memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def say(text: str) -> None:
    """Progress of a long benchmark, apart from its figures."""
    print(f"    … {text}", file=sys.stderr, flush=True)
