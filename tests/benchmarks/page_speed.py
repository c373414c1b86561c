"""A full analysis of a page (parsing, listings, wording, contacts, fingerprints) against extruct with price-parser on the same page.

Both readers take turns on every page, in one process on one core; extruct reads all its syntaxes, as it does by default.
"""

import gzip
import json
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import extruct
from price_parser import Price

from crawlers.page_state import load_rules
from crawlers.site import Site
from nlp.lexicon import load_lexicons
from nlp.page_findings import read_page
from nlp.parse import ParsedPage
from tests.shops.serve import every_shop

HERE = Path(__file__).parent
CORE = ["json-ld", "microdata", "opengraph"]


def measure() -> Iterator[str]:
    """CPU a page of both, and the ratio, on real pages and on generated ones."""
    lexicons = load_lexicons()
    load_rules()
    site = Site(name="shop", seeds=("http://shop.example/",))

    def ours(body: bytes, url: str) -> None:
        read_page(ParsedPage(body, url), site, lexicons)

    for name, pages in (("real shop pages", real_pages()), ("generated shop pages", generated_pages())):
        if not pages:
            yield f"{name}: not here"
            continue
        readers: dict[str, Callable[[bytes, str], None]] = {"ours": ours, "all": theirs, "core": lambda body, url: theirs(body, url, CORE)}
        for read in readers.values():
            read(*pages[0])
        spent: dict[str, list[float]] = {key: [] for key in readers}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for body, url in pages:
                for key, read in readers.items():
                    begun = time.process_time()
                    read(body, url)
                    spent[key].append(time.process_time() - begun)
        total = {key: sum(times) for key, times in spent.items()}
        pace = {key: len(pages) / seconds for key, seconds in total.items()}
        size = sum(len(body) for body, _ in pages) / len(pages) / 1000
        ratio = median(b / a for a, b in zip(spent["ours"], spent["all"], strict=True))
        yield (
            f"{name}: {len(pages)} of {size:.1f} kB: ours {pace['ours']:.1f} pages/s, extruct + price-parser {pace['all']:.1f}, "
            f"ratio {total['all'] / total['ours']:.2f} (median of pages {ratio:.2f})"
        )
        yield f"{name}: extruct with {', '.join(CORE)} alone {pace['core']:.1f} pages/s, ratio {total['core'] / total['ours']:.2f}"


def theirs(body: bytes, url: str, syntaxes: list[str] | None = None) -> None:
    """extruct on the page, price-parser on every price it gives."""
    try:
        found = extruct.extract(body, base_url=url, **({"syntaxes": syntaxes} if syntaxes else {}), errors="ignore")
    except (ValueError, LookupError):
        return
    stack: list[object] = [found]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            stack += here.values()
            for key, value in here.items():
                if "price" in str(key).lower() and isinstance(value, str | int | float):
                    Price.fromstring(str(value)[:100])
        elif isinstance(here, list | tuple):
            stack += here


def real_pages() -> list[tuple[bytes, str]]:
    """Every third of the saved real product and list pages, with its address."""
    folder = next((up / "shared/data/shop_pages" for up in HERE.parents if (up / "shared/data/shop_pages/index.json").exists()), None)
    if folder is None:
        return []
    facts = json.loads((HERE / "shop_facts.json").read_text("utf-8"))
    index = {row["id"]: row["url"] for row in json.loads((folder / "index.json").read_text("utf-8"))}
    chosen = sorted([*facts["products"], *facts["lists"]])[::3]
    return [(gzip.decompress((folder / f"{key}.html.gz").read_bytes()), index[key]) for key in chosen]


def generated_pages() -> list[tuple[bytes, str]]:
    """The pages of the generated shops."""
    shops = every_shop()
    pages = [
        (body.encode(shop.charset, "xmlcharrefreplace"), f"http://{shop.name}.example{path}")
        for shop in shops
        for path, body in shop.pages.items()
    ]
    return [page for page in pages if not page[1].endswith((".xml", ".txt"))]
