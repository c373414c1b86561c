"""Offers on saved real pages, against labels read by hand: price, currency, number, stock, title, cards; false offers on other pages; CPU.

The pages are no part of the project (`shop_pages` beside it, see its README); `shop_facts.json` holds facts by page id, halved by domain.
The half called `kept` was looked at once before its faults were mended: REPORT.md has that first figure.
"""

import gzip
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from price_parser import Price

from crawlers.site import Site
from nlp.agreement import listings_of
from nlp.findings import Listing
from nlp.parse import ParsedPage

HERE = Path(__file__).parent
WORD = re.compile(r"\w+")


@dataclass
class Count:
    """Right values, wrong ones given, and ones not given."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: object, wanted: object, fits: bool) -> None:
        """Counts one page's value; a page that has none and gives none is no case."""
        self.right += fits and wanted is not None
        self.wrong += found is not None and not fits
        self.missed += wanted is not None and not fits

    def __str__(self) -> str:
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        return f"P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}"


@dataclass
class Score:
    """What came out on one half's product pages."""

    price: Count = field(default_factory=Count)
    sku: Count = field(default_factory=Count)
    sold_out: Count = field(default_factory=Count)
    plain: Count = field(default_factory=Count)
    named: Count = field(default_factory=Count)
    stock: list[bool] = field(default_factory=list)
    currency: list[bool] = field(default_factory=list)
    title: list[bool] = field(default_factory=list)


class Pages:
    """The saved pages, and the CPU seconds spent on reading them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = {row["id"]: row for row in json.loads((folder / "index.json").read_text("utf-8"))}
        self.seconds, self.count, self.size = 0.0, 0, 0

    def read(self, page_id: str) -> tuple[list[Listing], ParsedPage]:
        """The listings of one page."""
        url, body = self.index[page_id]["url"], gzip.decompress((self.folder / f"{page_id}.html.gz").read_bytes())
        begun = time.process_time()
        page = ParsedPage(body, url)
        found = listings_of(page, Site(name="shop", seeds=(url,)))
        self.seconds += time.process_time() - begun
        self.count, self.size = self.count + 1, self.size + len(body)
        return found, page


def measure() -> Iterator[str]:
    """Every figure for both halves, beside plain JSON-LD and price-parser on the same pages."""
    folder = next((up / "shared/data/shop_pages" for up in HERE.parents if (up / "shared/data/shop_pages/index.json").exists()), None)
    if folder is None:
        yield "not measured: the saved pages are not here"
        return
    facts = json.loads((HERE / "shop_facts.json").read_text("utf-8"))
    pages = Pages(folder)
    for half in ("tuning", "kept"):
        yield from products(pages, {key: row for key, row in facts["products"].items() if row["half"] == half}, half)
        yield lists(pages, {key: row for key, row in facts["lists"].items() if row["half"] == half}, half)
        false = [len(found) for key, of in facts["neither"].items() if of == half and (found := pages.read(key)[0])]
        total = sum(of == half for of in facts["neither"].values())
        yield f"{half}: {len(false)} of {total} articles and service pages with false offers ({sum(false)})"
    yield f"{1000 * pages.seconds / pages.count:.0f} ms CPU a page of {pages.size / pages.count / 1000:.0f} kB on average, parsing included"


def products(pages: Pages, facts: dict[str, dict[str, object]], half: str) -> Iterator[str]:
    """The figures of product pages."""
    score = Score()
    for page_id, row in facts.items():
        found, page = pages.read(page_id)
        first = found[0] if found else None
        if "price" in row:
            wanted = None if row["price"] is None else Decimal(str(row["price"]))
            for count, price in (
                (score.price, first.price if first else None), (score.plain, plain_json_ld(page)), (score.named, called_price(page)),
            ):  # fmt: skip
                count.add(price, wanted, price == wanted)
            if first and first.price is not None and first.price == wanted:
                score.currency.append(first.currency == row["currency"])
        if "sku" in row:
            number = first.sku if first else None
            score.sku.add(number, row["sku"], number in row["sku"])  # type: ignore[operator]  # a list of numbers
        if "stock" in row:
            state = first.availability if first else "unknown"
            score.stock.append(state == row["stock"])
            out = "out_of_stock"
            score.sold_out.add(out if state == out else None, out if row["stock"] == out else None, state == row["stock"] == out)
        if first and row.get("price"):
            score.title.append(alike(first.title, pages.index[page_id]["title"]))
    yield f"{half}: {len(facts)} product pages, price {score.price}"
    yield f"{half}: the same by plain JSON-LD {score.plain}; by price-parser on the first element called price {score.named}"
    yield (
        f"{half}: currency {share(score.currency)}, sku {score.sku}, availability {share(score.stock)}, sold out {score.sold_out}, "
        f"title {share(score.title)}"
    )


def lists(pages: Pages, facts: dict[str, dict[str, object]], half: str) -> str:
    """The figures of list pages: labelled cards found with their exact price, pages with about as many listings as cards."""
    exact: list[bool] = []
    counts: list[bool] = []
    for page_id, row in facts.items():
        found, _ = pages.read(page_id)
        for title, price in row["cards"]:  # type: ignore[attr-defined]  # pairs of text
            exact.append(any(title in one.title.lower() and one.price == Decimal(price) for one in found))
        if isinstance(count := row.get("count"), int):
            counts.append(abs(len(found) - count) <= max(1, count // 20))
    return f"{half}: {len(facts)} list pages, {share(exact)} labelled cards with exact price, {share(counts)} pages with the right number"


def alike(one: str, other: str) -> bool:
    """True when half of the shorter title's words stand in the other."""
    left, right = (set(WORD.findall(title.casefold())) for title in (one, other))
    return 2 * len(left & right) >= min(len(left), len(right))


def share(right: list[bool]) -> str:
    """`40/41`."""
    return f"{sum(right)}/{len(right)}"


def plain_json_ld(page: ParsedPage) -> Decimal | None:
    """What a reader of sound JSON-LD alone says: the price of the first product's first offer."""
    for script in page.root.iter("script") if page.root is not None else ():
        if (script.get("type") or "") == "application/ld+json":
            try:
                value = json.loads(script.text or "")
            except ValueError:
                continue
            nodes = value if isinstance(value, list) else value.get("@graph", [value]) if isinstance(value, dict) else []
            for node in nodes:
                offers = node.get("offers") if isinstance(node, dict) and node.get("@type") == "Product" else None
                offer = offers[0] if isinstance(offers, list) and offers else offers
                price = offer.get("price", offer.get("lowPrice")) if isinstance(offer, dict) else None
                if price is not None:
                    return Price.fromstring(str(price)).amount
    return None


def called_price(page: ParsedPage) -> Decimal | None:
    """What price-parser says of the first element with `price` in its class."""
    for element in page.elements:
        if "price" in (element.get("class") or "").lower() and (words := page.words_of(element)):
            return Price.fromstring(words[:60]).amount
    return None
