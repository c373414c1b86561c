"""Shops with habits that no demo has: every product is found with its exact price from nothing but the address, and nothing else is."""

from collections.abc import Mapping

import pytest

from tests.shops.crawl import Crawl, crawled_generated, exact
from tests.shops.model import Shop
from tests.shops.serve import every_shop

pytestmark = pytest.mark.slow
SHOPS = every_shop()


@pytest.fixture(scope="module")
def crawls() -> Mapping[str, Crawl]:
    """What one run over all of them found."""
    return crawled_generated(SHOPS)


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.name)
def test_every_product_is_found_with_its_exact_price(shop: Shop, crawls: Mapping[str, Crawl]) -> None:
    wanted = {good.name: (good.price, shop.currency) for good in shop.goods}
    assert set(wanted) - exact(crawls[shop.name].listings, wanted) == set()


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.name)
def test_nothing_else_is_listed(shop: Shop, crawls: Mapping[str, Crawl]) -> None:
    titles = sorted(str(one["title"]) for one in crawls[shop.name].listings)
    assert titles == sorted(good.name for good in shop.goods)
