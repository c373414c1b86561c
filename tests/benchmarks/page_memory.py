"""Memory of analysing 10,000 pages in one process: resident megabytes after page 1,000 and after the last, and their difference."""

import os
from collections.abc import Iterator
from pathlib import Path

PAGES = 10_000


def measure(count: int = PAGES) -> Iterator[str]:
    """Generated shop pages of about 6 kB, all different; each is analysed whole as `analyse --html` does."""
    from crawlers.page_state import load_rules
    from nlp.analyse import analyse_page
    from nlp.lexicon import load_lexicons

    lexicons, rules = load_lexicons(), load_rules()
    early = 0.0
    for number in range(count):
        analyse_page(shop_page(number).encode(), f"https://shop{number % 97}.example/p/{number}", lexicons, rules)
        if number + 1 == count // 10:
            early = resident_mb()
    late = resident_mb()
    flat = late - early <= 0.05 * early
    yield f"{count} pages: {early:.0f} MB after page {count // 10}, {late:.0f} MB at the end, {late - early:+.1f} MB ({'flat' if flat else 'NOT FLAT'})"


def shop_page(number: int) -> str:
    """One page with a product, contacts, inline data and cards; every word, price and handle differs from page to page."""
    cards = "".join(
        f"<li class=card><a href='/p/{number}-{card}'>Beaker {number}-{card} low form</a> <b>${number % 90 + card}.50</b></li>"
        for card in range(30)
    )
    return (
        f"<html lang=en><title>Shop {number}</title><h1>Flask {number}</h1><p class=price>${number % 500 + 1}.00</p><p>SKU: F-{number}</p>"
        f'<script type=\'application/ld+json\'>{{"@type":"Product","name":"Flask {number}","sku":"F-{number}",'
        f'"offers":{{"price":"{number % 500 + 1}.00","priceCurrency":"USD"}}}}</script>'
        f"<p>Telegram: @shop_{number} mail desk{number}@shop.example, call +1 202 555 01{number % 100:02}</p><ul>{cards}</ul>"
        + "".join(f"<p>line {number} {word} words of glass and steel for the bench</p>" for word in range(40))
    )


def resident_mb() -> float:
    """Megabytes of this process in memory now."""
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
