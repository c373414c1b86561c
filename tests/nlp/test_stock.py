"""What a product's page says of stock, where nothing but its visible part says it."""

import pytest

from nlp.agreement import listings_of
from nlp.parse import ParsedPage

BUY_BUTTON = "<button>Add to cart</button>"
CASES = [
    ("in_stock", BUY_BUTTON),
    ("in_stock", "<button>Add to cart – $12.00</button>"),
    ("in_stock", '<span class="price__badge-sold-out">Sold out</span><button name="add">Add to cart</button>'),
    ("in_stock", '<svg class="icon-unavailable"></svg><button>Add to cart</button><button>Notify me when available</button>'),
    ("in_stock", '<label class="swatch sold-out">XL</label><label class="swatch">M</label><button>Add to cart</button>'),
    ("in_stock", "<select><option value=1>S</option><option value=2>M - Sold out</option></select><button>Add to cart</button>"),
    ("out_of_stock", "<button disabled>Sold out</button>"),
    ("out_of_stock", "<button disabled>Add to cart</button><p>Out of stock</p>"),
    ("out_of_stock", "<button>Email me when available</button><p>SKU: A-1</p>"),
    ("out_of_stock", "<select><option value=1>S - Sold out</option><option value=2>M - Sold out</option></select><p>SKU: A-1</p>"),
    ("out_of_stock", '<p class="stock out-of-stock">Out of stock</p><p>SKU: A-1</p>'),
    ("out_of_stock", "<p>Stock: 0</p><p>SKU: A-1</p>"),
    ("out_of_stock", "<p>0 in stock</p><p>SKU: A-1</p>"),
    ("out_of_stock", "<p>ENDED</p><p>SKU: A-1</p>"),
    ("out_of_stock", '<link itemprop="availability" href="https://schema.org/Discontinued"><p>SKU: A-1</p>'),
    ("in_stock", "<p>Only 3 left in stock</p><p>SKU: A-1</p>"),
    ("in_stock", "<p>Lagerbestand: 14</p><p>SKU: A-1</p>"),
    ("in_stock", '<link itemprop="availability" href="http://schema.org/PreOrder"><p>SKU: A-1</p>'),
    ("out_of_stock", "<p>Derzeit nicht verfügbar</p><p>Art.-Nr.: A-1</p>"),
    ("out_of_stock", "<p>Rupture de stock</p><p>Réf : A-1</p>"),
    ("out_of_stock", "<p>Agotado</p><p>SKU: A-1</p>"),
    ("out_of_stock", "<p>Товар закончился</p><p>Артикул: A-1</p>"),
    ("out_of_stock", "<p>品切れ</p><p>SKU: A-1</p>"),
    ("out_of_stock", "<p>缺货</p><p>货号：A-1</p>"),
    ("out_of_stock", "<p>품절</p><p>SKU: A-1</p>"),
    ("out_of_stock", "<p>Produkt niedostępny</p><p>SKU: A-1</p>"),
    ("in_stock", "<p>Auf Lager, sofort lieferbar</p><p>Art.-Nr.: A-1</p>"),
    ("in_stock", "<p>В наличии: 5 шт.</p><p>Артикул: A-1</p>"),
    ("in_stock", "<p>在庫あり</p><p>SKU: A-1</p>"),
    ("unknown", "<button disabled>Add to cart</button><p>SKU: A-1</p>"),
    ("unknown", "<p>SKU: A-1</p><p>Contains 500 g.</p>"),
]


@pytest.mark.parametrize(("state", "part"), CASES)
def test_stock_is_what_the_page_lets_a_buyer_do(state: str, part: str) -> None:
    html = f"<html><head><title>Beaker</title></head><body><h1>Beaker</h1><p class='price'>$12.00</p>{part}</body></html>"
    found = listings_of(ParsedPage(html, "https://green-door.example/products/beaker"), None)
    assert [(one.title, one.availability) for one in found] == [("Beaker", state)]


def test_a_badge_that_every_card_carries_says_nothing() -> None:
    card = '<li class="card"><a href="/p/{n}">Beaker {n}</a><span class="price">$1{n}.00</span><span class="badge">Sold out</span></li>'
    page = ParsedPage(f"<ul>{''.join(card.format(n=n) for n in range(1, 7))}</ul>", "https://green-door.example/")
    assert [one.availability for one in listings_of(page, None)] == ["unknown"] * 6
    page = ParsedPage(
        f"<ul>{''.join(card.format(n=n) if n < 4 else card.format(n=n).replace('Sold out', '') for n in range(1, 7))}</ul>",
        "https://green-door.example/",
    )
    assert [one.availability for one in listings_of(page, None)] == ["out_of_stock"] * 3 + ["unknown"] * 3
