"""Site files say what is wrong where; `storefront_key` is the one definition of a storefront."""

from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from crawlers.site import Site, load_site, load_sites, parse_site, registrable_domain, scope_key, site_digest, storefront_key

SHOP = Site(name="shop", seeds=("https://shop.example/",))
MARKET = Site(name="market", seeds=("https://market.example/",), kind="marketplace")
HEAD = "name: shop\nseeds: ['https://shop.example/']\n"

KEYS = [
    (SHOP, "https://shop.example/", None, "shop.example"),
    (SHOP, "http://www.Shop.Example:8080/a?b#c", None, "shop.example"),
    (SHOP, "https://a.b.shop.example/", "Nova", "shop.example"),
    (SHOP, "https://shop.co.uk/", None, "shop.co.uk"),
    (SHOP, "https://www.shop.co.uk/", None, "shop.co.uk"),
    (SHOP, "https://first.myshopify.com/", None, "first.myshopify.com"),
    (SHOP, "https://www.first.github.io/", None, "first.github.io"),
    (SHOP, "https://shop.test/", None, "shop.test"),
    (SHOP, "https://shop.unknownsuffix/", None, "shop.unknownsuffix"),
    (SHOP, "https://例え.example/", None, "xn--r8jz45g.example"),
    (SHOP, "https://example/", None, "example"),
    (SHOP, "http://127.0.0.1:8101/x", None, "127.0.0.1:8101"),
    (SHOP, "http://127.0.0.1/x", None, "127.0.0.1:80"),
    (SHOP, "https://[::1]/x", None, "[::1]:443"),
    (SHOP, "http://localhost:8101/x", None, "127.0.0.1:8101"),
    (SHOP, "http://shop.localhost:8101/x", None, "127.0.0.1:8101"),
    (SHOP, "https://sites.google.com/view/first/home", None, "sites.google.com/first"),
    (SHOP, "https://sites.google.com/new", None, "google.com"),
    (SHOP, "https://www.etsy.com/shop/First?x=1", None, "etsy.com/First"),
    (SHOP, "https://first.en.alibaba.com/", None, "en.alibaba.com/first"),
    (SHOP, "https://en.alibaba.com/", None, "alibaba.com"),
    (SHOP, "https://first.weebly.com/", None, "weebly.com/first"),
    (MARKET, "https://market.example/", None, "market.example"),
    (MARKET, "https://market.example/seller/Nova-7/reviews", None, "market.example#Nova-7"),
    (MARKET, "https://market.example/item/9?seller=nova7", None, "market.example#nova7"),
    (MARKET, "https://market.example/item/9?seller_id=12", None, "market.example#12"),
    (MARKET, "https://market.example/seller/%E6%98%9F", "other", "market.example#星"),
    (MARKET, "https://market.example/item/9", "  Ｎova  CHEM ", "market.example#nova chem"),
    (MARKET, "https://market.example/item/9", "", "market.example"),
    (MARKET, "https://market.example/sellers/", None, "market.example"),
    (MARKET, "https://market.example/bestseller/9", None, "market.example"),
]  # fmt: skip


@pytest.mark.parametrize(("site", "url", "seller", "key"), KEYS)
def test_a_url_belongs_to_one_storefront(site: Site, url: str, seller: str | None, key: str) -> None:
    assert storefront_key(site, url, seller) == key


def test_a_site_may_say_how_its_tenants_are_told_apart() -> None:
    by_host = Site(name="a", seeds=("https://first.platform.example/",), tenant="host")
    by_path = Site(name="a", seeds=("https://platform.example/first/",), tenant="path")
    by_seller = Site(name="a", seeds=("https://platform.example/",), tenant="seller")
    assert storefront_key(by_host, "https://first.platform.example/x") == "first.platform.example"
    assert storefront_key(by_path, "https://platform.example/first/x") == "platform.example/first"
    assert storefront_key(by_path, "https://platform.example/") == "platform.example"
    assert storefront_key(by_seller, "https://platform.example/vendor/v1") == "platform.example#v1"


def test_a_visit_to_a_market_may_follow_all_its_sellers() -> None:
    assert scope_key(MARKET, "https://market.example/seller/Nova-7") == "market.example"
    etsy = Site(name="a", seeds=("https://www.etsy.com/",), kind="marketplace")
    assert scope_key(etsy, "https://www.etsy.com/shop/first") == scope_key(etsy, "https://www.etsy.com/") == "etsy.com"


def test_no_url_has_no_key() -> None:
    with pytest.raises(ValueError, match="not an http"):
        storefront_key(SHOP, "javascript:alert(1)")


def test_registrable_domains() -> None:
    domains = {"www.shop.example": "shop.example", "a.b.co.uk": "b.co.uk", "co.uk": "co.uk", "localhost": "localhost"}
    assert {host: registrable_domain(host) for host in domains} == domains


WRONG = [
    ("", 1, None, "empty"),
    ("- a\n", 1, None, "key: value"),
    ("name: shop\nseeds: [\n", 3, None, "not YAML"),
    ("name: shop\n", 1, "seeds", "required"),
    (HEAD + "delay: 3\n", 3, "delay", "unknown key; known keys are name, seeds"),
    (HEAD + "budget:\n  pages: 5\n  page: 5\n", 5, "budget.page", "unknown key"),
    (HEAD + "budget:\n  pages: 0\n", 4, "budget.pages", "greater"),
    (HEAD + "budget: {pages: '5'}\n", 3, "budget.pages", "integer"),
    (HEAD + "delay_s: -1\n", 3, "delay_s", "greater"),
    (HEAD + "delay_s: true\n", 3, "delay_s", "number"),
    (HEAD + "kind: shop\n", 3, "kind", "storefront"),
    (HEAD + "\n# why\nrobots: record\n", 5, "robots", "legal_reason"),
    (HEAD + "robots: record\nlegal_reason: '  '\n", 3, "robots", "legal_reason"),
    (HEAD + "every: often\n", 3, "every", "pattern"),
    (HEAD + "name: shop\n", 3, "name", "twice"),
    (HEAD + "expect: {listings: [1, 2, 3]}\n", 3, "expect.listings", "at most 2"),
    ("name: Shop\nseeds: ['https://shop.example/']\n", 1, "name", "pattern"),
    ("name: shop\nseeds:\n  - https://shop.example/\n  - shop.example\n", 2, "seeds", "'shop.example' is not an http or https URL"),
    ("name: shop\nseeds: ['https://shop.example/', 'https://other.example/']\n", 2, "seeds", "2 storefronts"),
    ("name: shop\nseeds: ['https://u:p@shop.example/']\n", 2, "seeds", "without a user name"),
    ("name: shop\nseeds: &s ['https://shop.example/']\nallow_hosts: *s\n", 2, None, "alias"),
    ("name: !!python/object/apply:os.system [x]\nseeds: []\n", 1, None, "not YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "key", "said"), WRONG)
def test_a_wrong_site_file_names_line_and_key(text: str, line: int, key: str | None, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as raised:
        parse_site(text, "sites/shop.yml")
    error = raised.value
    assert (error.file, error.line, error.key) == ("sites/shop.yml", line, key)


def test_only_name_and_seeds_are_required() -> None:
    site = parse_site(HEAD, "shop.yml")
    assert (site.kind, site.robots, site.delay_s, site.budget.pages, site.budget.minutes, site.every) == (
        "storefront",
        "obey",
        2,
        500,
        30,
        "24h",
    )


def test_recording_robots_with_a_reason_is_accepted() -> None:
    assert parse_site("legal_reason: case 1\nrobots: record\n" + HEAD, "shop.yml").robots == "record"


def test_a_file_is_named_after_its_site(tmp_path: Path) -> None:
    (tmp_path / "shop.yml").write_text(HEAD, "utf-8")
    assert load_site(tmp_path / "shop.yml").name == "shop"
    (tmp_path / "shop.yml").rename(tmp_path / "other.yml")
    with pytest.raises(ConfigError, match=r"other\.yml:1 \(name\)"):
        load_site(tmp_path / "other.yml")


def test_site_files_that_ship_are_sound() -> None:
    folder = Path(__file__).parents[2] / "crawlers" / "sites"
    assert [site.name for site in load_sites(folder)] == [path.stem for path in sorted(folder.glob("*.yml"))]


def test_folders_and_digests(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        load_sites(tmp_path / "none")
    assert load_sites(tmp_path) == []
    assert site_digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing, FIPS 180-4


def test_no_site_file_takes_the_name_of_captures_on_request(tmp_path: Path) -> None:
    file = tmp_path / "adhoc-shop.yml"
    file.write_text("seeds: ['https://shop.example/']\nname: adhoc-shop\n")
    with pytest.raises(ConfigError, match="captures on request") as raised:
        load_site(file)
    assert (raised.value.line, raised.value.key) == (2, "name")
