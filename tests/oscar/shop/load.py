"""Fills the shop with generated products and writes what a crawler must find to `expected.json`.

`SHOP_PRODUCTS` says how many, `SHOP_LANGUAGE` and `SHOP_CURRENCY` how they are named and priced; with `SHOP_VARIANTS` every fifth product
has three versions.
"""

import io
import json
import os
import random
from decimal import Decimal
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.core.files.base import ContentFile  # noqa: E402 - Django must be set up first
from django.db import transaction  # noqa: E402
from oscar.apps.catalogue.categories import create_from_breadcrumbs  # noqa: E402
from oscar.apps.partner.strategy import Selector  # noqa: E402
from oscar.core.loading import get_model  # noqa: E402
from PIL import Image  # noqa: E402

PRODUCTS = int(os.environ.get("SHOP_PRODUCTS", "60"))
CURRENCY = os.environ.get("SHOP_CURRENCY", "EUR")
CATEGORIES = ("Bearings > Ball", "Bearings > Roller", "Pumps > Hydraulic", "Pumps > Water", "Valves")
MAKES = {
    "en": ("Deep groove", "Sealed", "Compact"),
    "de": ("Abgedichtetes", "Kompaktes", "Schweres"),
    "fr": ("Petit", "Grand", "Double"),
    "es": ("Nuevo", "Pequeño", "Doble"),
    "pt": ("Novo", "Pequeno", "Duplo"),
    "ru": ("Новый", "Малый", "Двойной"),
    "zh": ("新型", "小型", "双层"),
    "ja": ("新型", "小型", "二重"),
}
THINGS = {
    "en": ("bearing", "pump", "valve"),
    "de": ("Lager", "Ventil", "Getriebe"),
    "fr": ("roulement", "clapet", "raccord"),
    "es": ("rodamiento", "filtro", "acople"),
    "pt": ("rolamento", "filtro", "acoplamento"),
    "ru": ("подшипник", "насос", "клапан"),
    "zh": ("轴承", "水泵", "阀门"),
    "ja": ("ベアリング", "ポンプ", "バルブ"),
}
SPEECH = os.environ.get("SHOP_LANGUAGE", "en-gb").partition("-")[0]


def picture(number: int) -> ContentFile:
    """A plain coloured square."""
    file = io.BytesIO()
    Image.new("RGB", (60, 60), (number * 37 % 255, number * 91 % 255, number * 53 % 255)).save(file, "PNG")
    return ContentFile(file.getvalue(), f"part-{number}.png")


def stocked(product, partner, number: str, price: Decimal, stock: int) -> None:
    """Puts a product on the shelf."""
    get_model("partner", "StockRecord").objects.create(
        product=product, partner=partner, partner_sku=number, price_currency=CURRENCY, price=price, num_in_stock=stock
    )


def main() -> None:
    """Makes the products in one transaction; prices have cents, some products are out of stock."""
    rng = random.Random(7)
    product_class = get_model("catalogue", "ProductClass").objects.create(name="Part", track_stock=True, requires_shipping=True)
    partner = get_model("partner", "Partner").objects.create(name="Warehouse")
    categories = [create_from_breadcrumbs(crumbs) for crumbs in CATEGORIES]
    expected = []
    with transaction.atomic():
        for number in range(PRODUCTS):
            make, thing, series = (
                rng.choice(MAKES[SPEECH]),
                rng.choice(THINGS[SPEECH]),
                rng.choice("ABCDEF"),
            )
            price, stock = Decimal(rng.randint(199, 99999 if SPEECH == "en" else 9999999)) / 100, rng.choice((0, 5, 50))
            price = price.to_integral_value() if CURRENCY in ("JPY", "KRW") else price
            versions = 3 if os.environ.get("SHOP_VARIANTS") and number % 5 == 0 else 0
            product = get_model("catalogue", "Product").objects.create(
                title=f"{make} {thing} {series}{1000 + number}",
                upc=f"40{number:011d}",
                product_class=product_class,
                structure="parent" if versions else "standalone",
                description=f"<p>Industrial part number {number}, rated {rng.randint(5, 90)} bar. Contact sales@baltic-parts.example.</p>",
            )
            get_model("catalogue", "ProductCategory").objects.create(product=product, category=rng.choice(categories))
            for one in range(versions):
                child = get_model("catalogue", "Product").objects.create(
                    title=f"{product.title} {one + 1}00 g", upc=f"41{number:010d}{one}", structure="child", parent=product
                )
                stocked(child, partner, f"BP-{number:05d}-{one}", price * (one + 1), stock)
            if not versions:
                stocked(product, partner, f"BP-{number:05d}", price, stock)
            if versions:  # a list shows what the shop's own rule asks for such a product
                price = Selector().strategy().fetch_for_parent(product).price.incl_tax
            get_model("catalogue", "ProductImage").objects.create(product=product, original=picture(number))
            expected.append(
                {"title": product.title, "price": f"{price:.2f}", "currency": CURRENCY, "upc": product.upc, "in_stock": stock > 0}
            )
    Path(os.environ["SHOP_STATE"], "expected.json").write_text(json.dumps(expected), "utf-8")


main()
