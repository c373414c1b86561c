"""The pages of the market as bytes: which paths a site has on a day, and what stands there."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from churnwatch.demo.icons import favicon, png
from churnwatch.demo.model import Page, Product, Shop
from churnwatch.demo.operators import kind_of
from churnwatch.demo.prices import price_before, price_on
from churnwatch.demo.wording import PROMISES, SENTENCES
from churnwatch.demo.world import World

PAGE_SIZE = 4
HTML = "text/html; charset=utf-8"
# Template → paths; `{sku}` in lower case. What robots.txt forbids is linked and must never be asked for.
PATHS = {
    "json_ld": {"catalog": "/catalog", "product": "/product/{sku}", "contact": "/shipping-and-contact"},
    "visible": {"catalog": "/goods/", "product": "/goods/{sku}.html", "contact": "/ordering.html"},
    "state": {"catalog": "/shop", "product": "/p/{sku}", "contact": "/shipping"},
    "zh": {"catalog": "/chanpin", "product": "/chanpin/{sku}.html", "contact": "/lianxi.html"},
    "market": {"catalog": "/offers", "product": "/seller/{seller}/item/{sku}", "contact": "/help"},
}
FORBIDDEN = ("/cart", "/checkout", "/account", "/newsletter")
_LABELS = {
    "en": {"email": "E-mail", "phone": "Phone", "telegram": "Telegram", "wechat": "WeChat", "bitcoin": "Bitcoin"},
    "zh": {"email": "邮箱", "phone": "电话", "telegram": "Telegram", "wechat": "微信", "bitcoin": "比特币"},
}
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥"}
_STATUS = {"blocked": 403, "server_error": 503}
_TAGLINES = {
    "en": (
        "A small team, a large shelf.",
        "Straight from the warehouse to you.",
        "Fair prices, plain words.",
        "Ask us first, order later.",
    ),
    "zh": ("源头工厂，品质稳定，欢迎咨询。", "现货供应，价格优惠。"),
}
Route = Callable[[], Page]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One site on one day, ready to be written."""

    world: World
    shop: Shop
    day: int

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"https://{self.shop.host}:{self.world.port}"

    def path(self, product: Product) -> str:
        """The path of a product page."""
        return PATHS[self.shop.template]["product"].format(sku=product.sku.lower(), seller=product.seller)

    def listing(self, product: Product) -> dict[str, object]:
        """What templates print of a product."""
        price = price_on(self.world.draw, self.shop.site, product, self.day)
        was = price_before(self.world.draw, self.shop.site, product, self.day)
        return {
            "title": product.title,
            "url": self.path(product),
            "full_url": self.origin + self.path(product),
            "image": f"/img/{product.sku.lower()}.png",
            "price": money(price, self.shop),
            "was": money(was, self.shop) if was is not None else None,
            "amount": str(price),
            "sku": product.sku,
            "pack": product.pack,
            "purity": product.purity,
            "cas": product.substance.cas if product.substance and not product.coded else None,
            "text": product.text,
            "in_stock": product.in_stock,
            "seller": product.seller,
        }


def money(amount: Decimal, shop: Shop) -> str:
    """An amount as this shop writes it, `€ 1,250.00` or `¥1250.00`."""
    sign = _SIGNS[shop.currency]
    if shop.template == "zh":
        return f"{sign}{amount:.2f}"
    if shop.template == "visible":
        return f"{'US$' if shop.currency == 'USD' else sign} {amount:,.2f}"
    return f"{sign}{amount:,.2f}"


def routes(world: World, shop: Shop, day: int) -> Mapping[str, Route]:
    """Every path (with query) that exists on the site that day; nothing is rendered yet."""
    state = world.state(shop, day)
    if state != "live":
        return {}
    shelf, paths, offers = Shelf(world, shop, day), PATHS[shop.template], world.offers(shop, day)
    found: dict[str, Route] = {
        "/": lambda: _html(shelf, "/", "entry", listings=_featured(world, shop, day)),
        "/robots.txt": lambda: _robots(shop),
        "/favicon.ico": lambda: Page(200, "image/x-icon", favicon(world.draw, shop.favicon)),
        paths["contact"]: lambda: _html(shelf, paths["contact"], "contact", sentences=_sentences(world, shop)),
    }
    for place, product in enumerate(offers):
        related = (offers[place + 1 :] + offers[:place])[:2] if not shop.sellers else ()
        found[shelf.path(product)] = lambda product=product, related=related: _html(  # type: ignore[misc]
            shelf, shelf.path(product), "product", product=product, related=related
        )
        found[f"/img/{product.sku.lower()}.png"] = lambda product=product: Page(200, "image/png", png(world.draw, product.sku))  # type: ignore[misc]
    pages = max(1, -(-len(offers) // PAGE_SIZE))
    for number in range(1, pages + 1):
        found[_page_path(shop, number)] = lambda number=number: _catalog(shelf, offers, number, pages)  # type: ignore[misc]
    if shop.template == "state":
        found["/products"] = lambda: Page(301, HTML, b"", location=paths["catalog"])
    for seller in world.sellers(shop, day):
        found[f"/seller/{seller.seller}"] = lambda name=seller.seller: _seller(shelf, name)  # type: ignore[misc]
    return found


def render(world: World, host: str, target: str, day: int) -> Page:
    """The answer of a host to a GET for `target` (path with query) on that day; a host unknown to the world has nothing at all."""
    if world.is_outage(day):
        return _notice("portal", 200, host, world)
    if host in world.canaries:
        return _notice("canary", 200, host, world, phrase=world.canaries[host]) if target == "/" else _notice("not_found", 404, host, world)
    shop = world.by_host.get(host)
    state = world.state(shop, day) if shop else "unborn"
    if state in ("parked", "seized", "suspended") and target == "/robots.txt":
        return _notice("not_found", 404, host, world)
    if state in ("blocked", "parked", "seized", "suspended", "server_error"):
        return _notice(state, _STATUS.get(state, 200), host, world)
    route = routes(world, shop, day).get(target) if shop else None
    return route() if route else _notice("not_found", 404, host, world)


def _featured(world: World, shop: Shop, day: int) -> tuple[Product, ...]:
    """What the entry page shows: the first of the shelf, on the marketplace the first of each seller."""
    if shop.sellers:
        return tuple(offers[0] for seller in world.sellers(shop, day) if (offers := world.offers(shop, day, seller.seller)))
    return world.offers(shop, day)[:3]


def _catalog(shelf: Shelf, offers: tuple[Product, ...], number: int, pages: int) -> Page:
    links = [{"number": page, "url": _page_path(shelf.shop, page), "current": page == number} for page in range(1, pages + 1)]
    return _html(
        shelf,
        _page_path(shelf.shop, number),
        "catalog",
        listings=offers[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        total=len(offers),
        page_links=links,
        next_page=_page_path(shelf.shop, number + 1) if number < pages else None,
    )


def _seller(shelf: Shelf, name: str) -> Page:
    seller = next(seller for seller in shelf.shop.sellers if seller.seller == name)
    words = [shelf.world.draw.pick(SENTENCES["en"]["reship"], "seller", name)] if seller.operator else []
    return _html(
        shelf,
        f"/seller/{name}",
        "seller",
        listings=shelf.world.offers(shelf.shop, shelf.day, name),
        seller=name,
        sentences=words,
        contacts=_contacts(seller.shown, "en"),
    )


def _html(shelf: Shelf, path: str, template: str, *, listings: tuple[Product, ...] = (), product: Product | None = None,
          related: tuple[Product, ...] = (), **more: object) -> Page:  # fmt: skip
    world, shop = shelf.world, shelf.shop
    shown = [shelf.listing(each) for each in listings]
    contacts = _contacts(shop.shown, shop.language)
    listing = shelf.listing(product) if product else None
    values: dict[str, object] = {
        "shop": shop,
        "paths": PATHS[shop.template],
        "canonical": shelf.origin + path,
        "html_lang": "zh-CN" if shop.language == "zh" else "en",
        "hue": world.draw.number(360, "hue", shop.favicon),
        "nothing": money(Decimal(0), shop),
        "free_over": money(Decimal(250), shop),
        "tagline": _tagline(world, shop),
        "contacts": contacts,
        "footer_contacts": contacts if shop.contacts_in_footer else [],
        "colon": "：" if shop.language == "zh" else ": ",
        "analytics": [value for slot, value in shop.shown.items() if kind_of(slot) == "google_analytics"],
        "listings": shown,
        "listing": listing,
        "related": [shelf.listing(each) for each in related],
        "sellers": [seller.seller for seller in world.sellers(shop, shelf.day)],
        "linked": _linked(shelf, listing) if listing else None,
        "state": _state(shop, [listing] if listing else shown),
    }
    text = _templates().get_template(f"{shop.template}/{template}.html").render(values | more)
    return Page(200, HTML, text.encode())


def _tagline(world: World, shop: Shop) -> str:
    """A greeting, with a promise when the shop makes any; the same on every day."""
    promise = next((name for name in shop.wording if name in PROMISES), None)
    lines = [world.draw.pick(_TAGLINES[shop.language], "tagline", shop.site)]
    if promise:
        lines.append(world.draw.pick(SENTENCES[shop.language][promise], "tagline", shop.site, promise))
    return ("" if shop.language == "zh" else " ").join(lines)


def _sentences(world: World, shop: Shop) -> list[str]:
    return [world.draw.pick(SENTENCES[shop.language][name], "shipping", shop.site, name) for name in shop.wording]


def _contacts(shown: Mapping[str, str], language: str) -> list[dict[str, str]]:
    contacts = []
    for slot, value in shown.items():
        kind = kind_of(slot)
        if kind == "google_analytics":
            continue
        text = f"{value[:2]} {value[2:5]}-{value[5:8]}-{value[8:]}" if kind == "phone" else f"@{value}" if kind == "telegram" else value
        href = {"email": f"mailto:{value}", "phone": f"tel:{value}", "telegram": f"https://t.me/{value}"}.get(kind, "")
        contacts.append({"kind": kind, "label": _LABELS[language][kind], "text": text, "href": href})
    return contacts


def _linked(shelf: Shelf, listing: Mapping[str, object]) -> dict[str, object]:
    """The product in the words of schema.org."""
    offer = {
        "@type": "Offer",
        "url": listing["full_url"],
        "price": listing["amount"],
        "priceCurrency": shelf.shop.currency,
        "availability": f"https://schema.org/{'InStock' if listing['in_stock'] else 'OutOfStock'}",
    }
    if listing["seller"]:
        offer["seller"] = {"@type": "Organization", "name": listing["seller"]}
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": listing["title"],
        "sku": listing["sku"],
        "image": f"{shelf.origin}{listing['image']}",
        "description": listing["text"],
        "offers": offer,
    }


def _state(shop: Shop, listings: list[dict[str, object]]) -> dict[str, object]:
    """What a page program would start from; the basket's zero total is in it as well."""
    keys = {"name": "title", "price": "amount", "sku": "sku", "url": "url", "inStock": "in_stock"}
    products = [{key: listing[source] for key, source in keys.items()} | {"currency": shop.currency} for listing in listings]
    return {"shop": {"name": shop.brand}, "cart": {"lines": [], "total": "0.00", "currency": shop.currency}, "products": products}


def _robots(shop: Shop) -> Page:
    if shop.site == "mango-research":  # one shop has none, which allows everything (RFC 9309, section 2.3.1.3)
        return Page(404, "text/plain", b"not found\n")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in FORBIDDEN)]
    return Page(200, "text/plain", ("\n".join(lines) + "\n").encode())


def _page_path(shop: Shop, number: int) -> str:
    return PATHS[shop.template]["catalog"] + (f"?page={number}" if number > 1 else "")


def _notice(name: str, status: int, host: str, world: World, **values: str) -> Page:
    token = base64.b32encode(world.draw.bytes("notice", host, name, size=10)).decode().lower()
    return Page(status, HTML, _templates().get_template(f"notices/{name}.html").render(host=host, token=token, **values).encode())


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("churnwatch.demo"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
