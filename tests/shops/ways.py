"""Shops by how one gets around in them: frames, trees, splash pages, load-more links, states of scripts, maps and forms."""

import json
from collections.abc import Iterator

from tests.shops.goods import Good, goods, page, parts
from tests.shops.model import Shop


def shops() -> Iterator[Shop]:
    """Every shop of this kind."""
    yield frames()
    yield category_tree()
    yield load_more()
    yield head_next()
    yield state_only()
    yield sitemap_only()
    yield image_map()
    yield refresh_entry()
    yield select_pager()
    yield carousel_front()


def product(one: Good, lang: str = "en") -> str:
    """A plain product page."""
    return page(one.name, f"<h1>{one.name}</h1><p>${one.grouped}</p><p>SKU: {one.sku}</p><button>Add to cart</button>", lang=lang)


def frames() -> Shop:
    """A frameset: a menu on the left, lists on the right."""
    shop = Shop("frames", "USD", goods("en", 16, seed=11))
    shop.pages["/"] = (
        "<HTML><HEAD><TITLE>Lab</TITLE></HEAD><FRAMESET COLS='150,*'><FRAME SRC='menu.html' NAME=l><FRAME SRC='start.html' NAME=r>"
        "<NOFRAMES>Your browser has no frames</NOFRAMES></FRAMESET></HTML>"
    )
    shop.pages["/menu.html"] = page("Menu", "".join(f'<a href="g{at}.html" target="r">Group {at}</a><br>' for at in (1, 2)), lang="en")
    shop.pages["/start.html"] = page("Start", "<h1>Welcome</h1>", lang="en")
    for at, some in enumerate(parts(shop.goods, 8), 1):
        rows = "".join(f"<tr><td>{one.name}</td><td>{one.sku}</td><td>${one.grouped}</td></tr>" for one in some)
        shop.pages[f"/g{at}.html"] = page(
            f"Group {at}", f"<table><tr><th>Product</th><th>Code</th><th>Price</th></tr>{rows}</table>", lang="en"
        )
    return shop


def category_tree() -> Shop:
    """Goods only at the leaves of three levels; lists show names, pages show prices."""
    shop = Shop("category-tree", "USD", goods("en", 24, seed=12))
    leaves = parts(shop.goods, 6)
    shop.pages["/"] = page("Lab", '<h1>Departments</h1><a href="/c/1/">Glass</a> <a href="/c/2/">Metal</a>', lang="en")
    for top in (1, 2):
        shop.pages[f"/c/{top}/"] = page("Dept", "".join(f'<a href="/c/{top}/{sub}/">Part {top}.{sub}</a> ' for sub in (1, 2)), lang="en")
        for sub in (1, 2):
            links = "".join(f'<li><a href="/c/{top}/{sub}/{one.number}/">{one.name}</a></li>' for one in leaves[2 * (top - 1) + sub - 1])
            shop.pages[f"/c/{top}/{sub}/"] = page("Part", f"<ul>{links}</ul>", lang="en")
            for one in leaves[2 * (top - 1) + sub - 1]:
                shop.pages[f"/c/{top}/{sub}/{one.number}/"] = product(one)
    return shop


def load_more() -> Shop:
    """Cards with a link that loads more of them; cards only."""
    shop = Shop("load-more", "USD", goods("en", 30, seed=13))
    for at, some in enumerate(parts(shop.goods, 10)):
        cards = "".join(f'<div class="tile"><a href="/t/{one.sku}">{one.name}</a><div>${one.grouped}</div></div>' for one in some)
        on = f'<a class="more" href="/browse?after={10 * (at + 1)}">Load more</a>' if at < 2 else ""
        shop.pages["/" if at == 0 else f"/browse?after={10 * at}"] = page("Browse", f"<div>{cards}</div>{on}", lang="en")
    for one in shop.goods:
        shop.pages[f"/t/{one.sku}"] = product(one)
    return shop


def head_next() -> Shop:
    """An endless scroll whose next page only the head names."""
    shop = Shop("head-next", "USD", goods("en", 30, seed=14))
    for at, some in enumerate(parts(shop.goods, 10), 1):
        cards = "".join(f'<div class="tile"><a href="/t/{one.sku}">{one.name}</a><div>${one.grouped}</div></div>' for one in some)
        on = f'<link rel="next" href="/?page={at + 1}">' if at < 3 else ""
        shop.pages["/" if at == 1 else f"/?page={at}"] = page("Browse", f"<div>{cards}</div>", lang="en", head=on)
    for one in shop.goods:
        shop.pages[f"/t/{one.sku}"] = product(one)
    return shop


def state_only() -> Shop:
    """A script application: the pages are empty but for their state."""
    shop = Shop("state-only", "USD", goods("en", 12, seed=15))

    def app(state: object, title: str) -> str:
        return page(title, f'<div id="app"></div><script>window.__STATE__ = {json.dumps(state)};</script>', lang="en")

    rows = [
        {"id": one.number, "name": one.name, "price": float(one.price), "currency": "USD", "url": f"/p/{one.number}"} for one in shop.goods
    ]
    shop.pages["/"] = app({"catalog": {"products": rows}}, "Shop")
    for one, row in zip(shop.goods, rows, strict=True):
        shop.pages[f"/p/{one.number}"] = app({"product": {**row, "sku": one.sku, "inStock": True}}, one.name)
    return shop


def sitemap_only() -> Shop:
    """Pages are turned by a form, which is not sent; the sitemap names every product."""
    shop = Shop("sitemap-only", "USD", goods("en", 20, seed=16))
    cards = "".join(f'<div class="tile"><a href="/t/{one.sku}">{one.name}</a><div>${one.grouped}</div></div>' for one in shop.goods[:8])
    shop.pages["/"] = page(
        "Shop", f"<div>{cards}</div><form method='post' action='/'><button name='page' value='2'>Next</button></form>", lang="en"
    )
    for one in shop.goods:
        shop.pages[f"/t/{one.sku}"] = product(one)
    places = "".join(f"<url><loc>HOST/t/{one.sku}</loc></url>" for one in shop.goods)
    shop.pages["/sitemap.xml"] = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    shop.pages["/robots.txt"] = "User-agent: *\nDisallow: /cart\nSitemap: HOST/sitemap.xml\n"
    return shop


def image_map() -> Shop:
    """A front page of one picture with areas to click on."""
    shop = Shop("image-map", "USD", goods("en", 12, seed=17))
    shop.pages["/"] = page(
        "Lab", '<img src="front.jpg" usemap="#m"><map name="m"><area href="/glass.html" coords="0,0,9,9" alt="Glass"></map>', lang="en"
    )
    links = "".join(f'<tr><td><a href="/goods/{one.number}.html">{one.name}</a></td><td>USD {one.grouped}</td></tr>' for one in shop.goods)
    shop.pages["/glass.html"] = page("Glass", f"<table>{links}</table>", lang="en")
    for one in shop.goods:
        shop.pages[f"/goods/{one.number}.html"] = page(
            one.name,
            f"<h1>{one.name}</h1><table><tr><td>Price</td><td>USD {one.grouped}</td></tr><tr><td>Item No.</td><td>{one.sku}</td></tr></table>",
            lang="en",
        )
    return shop


def refresh_entry() -> Shop:
    """The entry only refreshes to the shop."""
    shop = Shop("refresh-entry", "USD", goods("en", 10, seed=18))
    shop.pages["/"] = '<html><head><meta http-equiv="refresh" content="0; url=/shop/index.html"></head><body></body></html>'
    links = "".join(f'<div class="c"><a href="{one.number}.html">{one.name}</a> <em>${one.grouped}</em></div>' for one in shop.goods)
    shop.pages["/shop/index.html"] = page("Shop", f"<div>{links}</div>", lang="en")
    for one in shop.goods:
        shop.pages[f"/shop/{one.number}.html"] = product(one)
    return shop


def select_pager() -> Shop:
    """Numbered pages below query strings with a sort order beside them; each card twice linked."""
    shop = Shop("select-pager", "USD", goods("en", 40, seed=19))
    for at, some in enumerate(parts(shop.goods, 10), 1):
        cards = "".join(
            f'<div class="tile"><a href="/index.php?route=product&amp;product_id={one.number}"><img src="{one.number}.jpg"></a>'
            f'<h4><a href="/index.php?route=product&amp;product_id={one.number}">{one.name}</a></h4><p>${one.grouped} <span>Ex Tax: ${one.price / 2:,.2f}</span></p></div>'
            for one in some
        )
        pager = "".join(f'<li><a href="/index.php?route=category&amp;path=20&amp;page={to}">{to}</a></li>' for to in range(1, 5))
        shop.pages[f"/index.php?route=category&path=20&page={at}"] = page(
            "All", f"<h2>All</h2>{cards}<ul class='pagination'>{pager}</ul>", lang="en"
        )
    shop.pages["/"] = page("Shop", '<a href="/index.php?route=category&amp;path=20&amp;page=1">All goods</a>', lang="en")
    for one in shop.goods:
        shop.pages[f"/index.php?route=product&product_id={one.number}"] = page(
            one.name,
            f"<h1>{one.name}</h1><ul><li>Product Code: {one.sku}</li><li>Availability: In Stock</li></ul><ul><li><h2>${one.grouped}</h2></li><li>Ex Tax: ${one.price / 2:,.2f}</li></ul>"
            "<button>Add to Cart</button>",
            lang="en",
        )
    return shop


def carousel_front() -> Shop:
    """A front page with a few goods, the whole list behind `View all`; pages name each other as related with their prices."""
    shop = Shop("carousel-front", "USD", goods("en", 25, seed=20))

    def cards(some: list[Good]) -> str:
        return "".join(
            f'<div class="slide"><a href="/products/{one.sku.lower()}"><p>{one.name}</p><p>${one.grouped} USD</p></a></div>' for one in some
        )

    shop.pages["/"] = page(
        "Shop", f"<h1>Shop</h1><section>{cards(shop.goods[:4])}</section><a href='/collections/all'>View all</a>", lang="en"
    )
    for at, some in enumerate(parts(shop.goods, 9), 1):
        on = f'<a href="/collections/all?page={at + 1}" aria-label="Next page">→</a>' if at < 3 else ""
        shop.pages["/collections/all" if at == 1 else f"/collections/all?page={at}"] = page(
            "Products", f"<h1>Products</h1><div>{cards(some)}</div>{on}", lang="en"
        )
    for at, one in enumerate(shop.goods):
        others = [shop.goods[(at + step) % len(shop.goods)] for step in (3, 7, 11)]
        shop.pages[f"/products/{one.sku.lower()}"] = page(
            f"{one.name} – Shop",
            f"<h1>{one.name}</h1><p>Regular price</p><p>${one.grouped} USD</p><p>Shipping calculated at checkout.</p><button>Add to cart</button>"
            f"<h2>You may also like</h2><div>{cards(others)}</div>",
            lang="en",
        )
    return shop
