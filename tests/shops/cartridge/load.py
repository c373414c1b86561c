"""Fills a Cartridge shop with 48 generated products in three categories and writes what a crawler must find to `expected.json`."""

import json
import locale
import os
import random
import sys
from decimal import Decimal
from pathlib import Path

import django

sys.path[:0] = [".", sys.argv[1]]  # the project, and the folder of `goods.py`
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
django.setup()

from cartridge.shop.models import Category, Product, ProductVariation  # noqa: E402 - Django must be set up first
from goods import goods  # noqa: E402

rng = random.Random(5)
locale.setlocale(locale.LC_ALL, os.environ.get("SHOP_LOCALE", "en_US.UTF-8"))
currency = locale.localeconv()["int_curr_symbol"].strip()
names = {
    "en": ("Glass", "Metal", "Heat"),
    "de": ("Glas", "Metall", "Wärme"),
    "fr": ("Verre", "Métal", "Chaleur"),
    "ru": ("Стекло", "Металл", "Нагрев"),
}
language = os.environ.get("SHOP_LANGUAGE", "en")
shop = Category.objects.create(title="Shop" if language == "en" else "Catalog", in_menus=[1, 2, 3])
shelves = [Category.objects.create(title=title, parent=shop, in_menus=[1, 2, 3]) for title in names[language]]
expected = []
for one in goods(language, 48, seed=31):
    sold_out, on_sale = one.number % 9 == 0, one.number % 7 == 0
    product = Product.objects.create(title=one.name, content=f"<p>No. {one.number} of the series.</p>", available=not sold_out, status=2)
    asked = (one.price / 2).quantize(Decimal("0.01")) if on_sale else one.price
    ProductVariation.objects.create(
        product=product, default=True, sku=one.sku, unit_price=one.price, sale_price=asked if on_sale else None, num_in_stock=5
    )
    product.variations.manage_empty()
    product.copy_default_variation()
    product.categories.add(rng.choice(shelves))
    expected.append({"title": one.name, "price": f"{asked:.2f}", "currency": currency, "sku": one.sku, "in_stock": not sold_out})
Path(os.environ["SHOP_STATE"], "expected.json").write_text(json.dumps(expected), "utf-8")
