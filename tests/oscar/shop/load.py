"""Fills the shop with 60 generated products and writes what a crawler must find to `expected.json`."""

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
from oscar.core.loading import get_model  # noqa: E402
from PIL import Image  # noqa: E402

PRODUCTS = 60
CATEGORIES = ("Bearings > Ball", "Bearings > Roller", "Pumps > Hydraulic", "Pumps > Water", "Valves")


def picture(number: int) -> ContentFile:
    """A plain coloured square."""
    file = io.BytesIO()
    Image.new("RGB", (60, 60), (number * 37 % 255, number * 91 % 255, number * 53 % 255)).save(file, "PNG")
    return ContentFile(file.getvalue(), f"part-{number}.png")


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
                rng.choice(("Deep groove", "Sealed", "Compact")),
                rng.choice(("bearing", "pump", "valve")),
                rng.choice("ABCDEF"),
            )
            price, stock = Decimal(rng.randint(199, 99999)) / 100, rng.choice((0, 5, 50))
            product = get_model("catalogue", "Product").objects.create(
                title=f"{make} {thing} {series}{1000 + number}",
                upc=f"40{number:011d}",
                product_class=product_class,
                structure="standalone",
                description=f"<p>Industrial part number {number}, rated {rng.randint(5, 90)} bar. Contact sales@baltic-parts.example.</p>",
            )
            get_model("catalogue", "ProductCategory").objects.create(product=product, category=rng.choice(categories))
            get_model("partner", "StockRecord").objects.create(
                product=product, partner=partner, partner_sku=f"BP-{number:05d}", price_currency="EUR", price=price, num_in_stock=stock
            )
            get_model("catalogue", "ProductImage").objects.create(product=product, original=picture(number))
            expected.append({"title": product.title, "price": f"{price:.2f}", "currency": "EUR", "upc": product.upc, "in_stock": stock > 0})
    Path(os.environ["SHOP_STATE"], "expected.json").write_text(json.dumps(expected), "utf-8")


main()
