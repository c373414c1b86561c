"""Planted terms on the demo market: invented code words in place of known names on two shops each, found among the first 60. Self-consistency."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from churnwatch.demo.model import Product
from churnwatch.demo.pages import routes
from churnwatch.demo.shelves import STYLES
from churnwatch.demo.world import World, make_world
from nlp.discover import Text, discover
from nlp.encode import Encoder, open_encoder
from nlp.lexicon import load_lexicons
from nlp.parse import ParsedPage

TOP, TARGET, DAYS = 60, 0.70, 8
HONEST = ("alder-scientific", "brightwater-labs", "paperlane", "orchidoffice")
# Parts of invented words: none is a word, and none names a thing.
ONSETS, ENDS = (
    ("bl", "kr", "v", "zh", "tr", "gl", "d", "pl", "sk", "m"),
    ("imto", "arvo", "ondel", "uskel", "eppi", "ilda", "otran", "ubek"),
)
HAN = ("蓝砖", "青瓦", "北窗", "石榴子", "铜铃", "雾灯", "白鹭绳", "竹节")


@dataclass(frozen=True, slots=True)
class Planted:
    """A market with code words: its page texts, the lawful shops' texts, and the words, each standing on two storefronts at least."""

    texts: tuple[Text, ...]
    benign: tuple[Text, ...]
    words: tuple[str, ...]


def plant(seed: int) -> Planted:
    """Takes two shelves' names for one substance away and writes one invented word (or product code) in their place; the same seed gives
    the same market."""
    world, draw = make_world(seed, DAYS), random.Random(seed)
    places = _places(world, draw)
    products = dict(world.products)
    words = []
    for number, ((language, _), offers) in enumerate(sorted(places.items())):
        word = _word(draw, language, number, words)
        words.append(word)
        for site, product in offers:
            products[site] = tuple(_written(one, word) if one.sku == product.sku else one for one in products[site])
    market = replace(world, products=products)
    texts = [*_texts(market)]
    lawful = [one for one in texts if one.storefront in HONEST]
    return Planted(tuple(one for one in texts if one.storefront not in HONEST), tuple(lawful), tuple(words))


def _places(world: World, draw: random.Random) -> dict[tuple[str, str], list[tuple[str, Product]]]:
    """(language, substance) → two offers of it on two shops; the other offers keep the known names."""
    found: dict[tuple[str, str], list[tuple[str, Product]]] = {}
    for shop in (shop for shop in world.shops if shop.site not in HONEST):
        for product in world.offers(shop, DAYS - 1) if world.state(shop, DAYS - 1) == "live" else ():
            if product.substance is not None and product.substance.controlled and product.seller is None:
                found.setdefault((shop.language, product.substance.short), []).append((shop.site, product))
    chosen = {}
    for key, offers in sorted(found.items(), key=lambda pair: pair[0]):
        draw.shuffle(offers)
        of_sites = list({site: (site, product) for site, product in offers}.values())[:2]
        if len(of_sites) == 2:
            chosen[key] = of_sites
    return chosen


def _written(product: Product, word: str) -> Product:
    substance = product.substance
    assert substance is not None
    title, text = product.title, product.text
    for style in STYLES.values():
        title = title.replace(style(substance), word)
    for known in (substance.cas, substance.name, substance.short):
        title, text = title.replace(known, word), text.replace(known, word)
    first = substance.short[0].upper() + substance.short[1:]
    return replace(product, title=title.replace(first, word), text=text, coded=True)


def _word(draw: random.Random, language: str, number: int, taken: list[str]) -> str:
    while True:
        if language == "zh":
            word = draw.choice(HAN)
        elif number % 3 == 2:
            word = f"{draw.choice('KQVX')}{draw.choice('BDLT')}-{draw.randint(11, 99)}{draw.choice('BHR')}"
        else:
            word = draw.choice(ONSETS) + draw.choice(ENDS)
        if word not in taken:
            return word


def _texts(world: World) -> Iterator[Text]:
    for shop in world.shops:
        for path, route in routes(world, shop, DAYS - 1).items():
            page = route()
            if page.media_type.startswith("text/html") and page.body:
                yield Text(f"{shop.site}{path}", ParsedPage(page.body, f"https://{shop.host}{path}").text, shop.site)


def found_in(planted: Planted, encoder: Encoder | None) -> list[int | None]:
    """The rank from 1 of each planted word among all terms found, None when it is none of them."""
    lexicons = load_lexicons()
    known = [form for entry in lexicons.entries.values() for form in entry.forms]
    seeds = sorted({form for entry in lexicons.entries.values() if entry.category in ("precursor", "coded") for form in entry.forms})
    ranked = [one.term for one in discover(planted.texts, seeds, planted.benign, known=known, encoder=encoder)]
    places = {term: rank for rank, term in enumerate(ranked, 1)}
    return [places.get(word.casefold()) for word in planted.words]


def measure() -> Iterator[str]:
    """Three markets, each with its own words, with and without the encoder."""
    encoder = open_encoder()
    for name, chosen in (("with the encoder", encoder), ("without it", None)):
        hits = whole = 0
        for seed in (1, 2, 3):
            ranks = found_in(plant(seed), chosen)
            hits, whole = hits + sum(rank is not None and rank <= TOP for rank in ranks), whole + len(ranks)
            yield f"{name}, seed {seed}: ranks {', '.join(str(rank or 'none') for rank in ranks)}"
        share = hits / whole
        yield f"{name}: {hits} of {whole} planted words in the first {TOP}: {share:.2f} (target {TARGET}: {'met' if share >= TARGET else 'MISSED'})"
