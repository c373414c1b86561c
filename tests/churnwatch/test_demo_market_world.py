"""The invented market as a value: its size, its truth, its reserved names, and that a seed is all there is to it."""

import hashlib
import ipaddress
import json
import re
from decimal import Decimal
from pathlib import Path

import base58
import pytest

from churnwatch.demo.certificates import chain_pem, leaf_of
from churnwatch.demo.life import Happening, happenings
from churnwatch.demo.model import Page
from churnwatch.demo.pages import FORBIDDEN, PATHS, render, routes
from churnwatch.demo.shops import CDN_ADDRESS
from churnwatch.demo.site_files import site_text, write_hosts, write_site_files
from churnwatch.demo.substances import SUBSTANCES
from churnwatch.demo.truth import truth, write_truth
from churnwatch.demo.world import World, make_world
from crawlers.hosts_file import parse_hosts
from crawlers.links import page_links
from crawlers.site import load_sites, parse_site, storefront_key

EVENTS_BY_HAND = """
northpier-lab.example appeared None 0 0
northpier-lab.example vanished 11 12 14
harbor-reagents.example appeared None 0 0
tidewater-chem.example appeared None 4 4
pierside-supply.example appeared None 15 15
green-door.example appeared None 0 0
green-door.example suspended 7 8 9
copper-leaf.example appeared None 0 0
copper-leaf.example blocked 7 8 8
copper-leaf.example unblocked 10 11 11
red-lantern-goods.example appeared None 12 12
slate-intermediates.example appeared None 0 0
graywing-bulk.example appeared None 2 2
graywing-bulk.example seized 15 16 17
huibai-yuanliao.example appeared None 7 7
qinghe-zhongjianti.example appeared None 0 0
lanshan-huagong.example appeared None 3 3
papaya-research.example appeared None 0 0
mango-research.example appeared None 1 1
mango-research.example parked 12 13 14
mango-research.example returned 16 17 17
alder-scientific.example appeared None 0 0
brightwater-labs.example appeared None 0 0
bazaar-nine.example appeared None 0 0
bazaar-nine.example#paperlane appeared None 0 0
bazaar-nine.example#paperlane vanished 13 14 16
bazaar-nine.example#orchidoffice appeared None 0 0
bazaar-nine.example#tidewater24 appeared None 3 3
"""
RELATED = re.compile("Others also looked at|See also|You may also need|相关产品")
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(1)


@pytest.fixture(scope="module")
def known(world: World) -> dict:
    return truth(world)


def fingerprint(world: World, days: tuple[int, ...]) -> str:
    """One digest over pages, hosts, certificates, site files and truth."""
    digest = hashlib.sha256(json.dumps(truth(world)).encode())
    for day in days:
        digest.update(json.dumps(world.hosts(day)).encode())
        for shop in world.open_shops(day):
            digest.update(site_text(world, shop).encode() + chain_pem(world, leaf_of(world, shop.host, day)))
            for target in ("/", "/robots.txt", *routes(world, shop, day)):
                digest.update(render(world, shop.host, target, day).body)
    return digest.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    first = fingerprint(make_world(7), (0, 6, 14, 19))
    assert fingerprint(make_world(7), (0, 6, 14, 19)) == first
    assert fingerprint(make_world(8), (0, 6, 14, 19)) != first


def test_a_shorter_demo_is_the_beginning_of_the_longer_one():
    short, long = make_world(1, 3), make_world(1, 20)
    for day in range(3):
        for shop in long.open_shops(day):
            assert leaf_of(short, shop.host, day) == leaf_of(long, shop.host, day)
            for target in routes(long, shop, day):
                assert render(short, shop.host, target, day) == render(long, shop.host, target, day)


def test_the_market_has_the_storefronts_that_were_asked_for(world, known):
    storefronts = known["storefronts"]
    assert len(storefronts) == 20
    assert len([key for key, facts in storefronts.items() if facts["operator"] and facts["kind"] == "storefront"]) == 14
    assert len(known["operators"]) == 5
    assert known["successions"] == [
        {"storefront": "pierside-supply.example", "successor_of": "northpier-lab.example"},
        {"storefront": "red-lantern-goods.example", "successor_of": "green-door.example"},
    ]
    sellers = {key: facts["operator"] for key, facts in storefronts.items() if facts["kind"] == "seller"}
    assert sellers == {
        "bazaar-nine.example#paperlane": None,
        "bazaar-nine.example#orchidoffice": None,
        "bazaar-nine.example#tidewater24": "kestrel",
    }
    honest = [key for key, facts in storefronts.items() if facts["operator"] is None and facts["kind"] == "storefront"]
    assert honest == ["alder-scientific.example", "brightwater-labs.example"]
    assert not any(storefronts[key]["promise"] or storefronts[key]["pair"] for key in honest)
    assert storefronts["brightwater-labs.example"]["controlled"]
    assert {shop.template for shop in world.shops} == {"json_ld", "visible", "state", "zh", "market"}
    assert len(known["canaries"]) == 2
    assert max(len(offers) for days in known["listings"].values() for offers in days.values()) == 8


def test_the_events_are_those_told_by_hand(known):
    assert [f"{event['storefront']} {event['event']} {' '.join(map(str, event['days']))}" for event in known["events"]] == (
        EVENTS_BY_HAND.strip().splitlines()
    )
    vanished = next(event for event in known["events"] if event["event"] == "vanished")
    assert (vanished["after"], vanished["by"], vanished["confirmed_at"]) == (
        "2026-01-16T06:00:00Z", "2026-01-17T06:00:00Z", "2026-01-19T06:00:00Z",
    )  # fmt: skip


def test_three_days_already_hold_offers_with_promises():
    known = truth(make_world(1, 3))
    first = {
        key
        for key, days in known["listings"].items()
        if any(offer["flags"]["controlled"] and offer["flags"]["promise"] for offer in days.get("0", []))
    }
    assert {"northpier-lab.example", "green-door.example", "slate-intermediates.example", "qinghe-zhongjianti.example"} <= first
    assert {event["event"] for event in known["events"]} == {"appeared"}


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ("live nxdomain nxdomain nxdomain", [("appeared", None, 0, 0), ("vanished", 0, 1, 3)]),
        ("live nxdomain nxdomain", [("appeared", None, 0, 0)]),  # two dead looks are no end
        (
            "live nxdomain server_error refused not_found",
            [("appeared", None, 0, 0), ("vanished", 0, 1, 4)],
        ),  # kinds mix, a neutral look counts nothing
        ("live nxdomain live nxdomain nxdomain", [("appeared", None, 0, 0)]),
        ("live refused refused refused refused live", [("appeared", None, 0, 0)]),  # a closed port alone needs seven days
        ("live" + " refused" * 8, [("appeared", None, 0, 0), ("vanished", 0, 1, 8)]),
        ("live parked live", [("appeared", None, 0, 0)]),  # nobody agreed
        ("live parked parked live", [("appeared", None, 0, 0), ("parked", 0, 1, 2), ("returned", 2, 3, 3)]),
        ("nxdomain nxdomain nxdomain live", [("appeared", 2, 3, 3)]),  # no end before a first opening
        ("live seized seized suspended suspended", [("appeared", None, 0, 0), ("seized", 0, 1, 2)]),  # one end per life
        ("live blocked blocked live", [("appeared", None, 0, 0), ("blocked", 0, 1, 1), ("unblocked", 2, 3, 3)]),
    ],
)
def test_life_rules(outcomes, expected):
    found = list(happenings(list(enumerate(outcomes.split()))))
    assert found == [Happening(*row) for row in expected]


def test_every_true_price_title_and_code_stands_on_its_own_page(world, known):
    signs = {"USD": r"(?:US)?\$", "EUR": "€", "GBP": "£", "CNY": "¥"}
    checked = 0
    for key, days in known["listings"].items():
        shop = world.by_host[key.partition("#")[0]]
        for day, offers in days.items():
            for offer in offers:
                path = offer["url"].removeprefix(f"https://{shop.host}:{world.port}")
                page = RELATED.split(render(world, shop.host, path, int(day)).body.decode())[0]
                assert _shows(page, signs[offer["currency"]], offer["price"]), offer
                assert f"<h1>{offer['title']}</h1>" in page
                assert offer["sku"] in page
                struck = re.search(r"<(?:del|s)[ >]|class=.before", page.partition("<h1>")[2])
                assert bool(struck) == (offer["price_was"] is not None), offer
                assert struck is None or _shows(page, signs[offer["currency"]], offer["price_was"])
                checked += 1
    assert checked > 1000


def test_prices_move_and_shelves_change(known):
    days = known["listings"]["alder-scientific.example"]
    prices = {
        sku: {offer["price"] for offers in days.values() for offer in offers if offer["sku"] == sku}
        for sku in {offer["sku"] for offer in days["0"]}
    }
    assert any(len(seen) > 1 for seen in prices.values())
    first, last = ({offer["sku"] for offer in days[day]} for day in ("0", "19"))
    assert last - first
    assert first - last


def test_a_link_follower_reaches_every_page_of_a_live_shop(world):
    for shop in world.shops:
        day = max(shop.born, 4)
        seen, waiting = set(), ["/"]
        while waiting:
            target = waiting.pop()
            if target in seen:
                continue
            seen.add(target)
            page = render(world, shop.host, target, day)
            origin = f"https://{shop.host}:{world.port}"
            found = (
                [page.location] if page.location else [link.url for link in page_links(page.body, page.media_type, origin + target).links]
            )
            waiting += [url.removeprefix(origin) for url in found if url.startswith((origin, "/"))]
        expected = {
            path for path in routes(world, shop, day) if not path.startswith("/img/") and path not in ("/robots.txt", "/favicon.ico")
        }
        if shop.born <= 4:
            assert seen == expected, shop.site
        assert not any(path.startswith(FORBIDDEN) for path in seen)


def test_a_shelf_longer_than_a_page_has_a_second_page(world):
    shop = world.by_host["alder-scientific.example"]
    assert f"{PATHS['visible']['catalog']}?page=2" in routes(world, shop, 0)
    assert b'rel="next"' in render(world, "northpier-lab.example", "/catalog", 0).body


def test_site_files_load_and_give_the_keys_of_the_truth(world, known, tmp_path):
    assert [path.stem for path in write_site_files(world, 1, tmp_path)][-1] == "mango-research"
    assert write_site_files(world, 1, tmp_path) == []
    assert [path.stem for path in write_site_files(world, 3, tmp_path)] == ["graywing-bulk", "lanshan-huagong"]
    write_site_files(world, 19, tmp_path)
    sites = {site.name: site for site in load_sites(tmp_path)}
    assert len(sites) == 17
    for key, facts in known["storefronts"].items():
        site = sites[facts["site"]]
        assert facts["kind"] == "seller" or storefront_key(site, site.seeds[0]) == key
        for offers in known["listings"][key].values():
            assert {storefront_key(site, offer["url"]) for offer in offers} <= {key}
    assert parse_site(site_text(world, world.shops[0]), "x").delay_s == 0


def test_hosts_of_a_day_leave_out_what_does_not_exist(world, tmp_path):
    before, after = (parse_hosts(write_hosts(world, day, tmp_path / "hosts")) for day in (11, 12))
    assert "northpier-lab.example" in before
    assert "northpier-lab.example" not in after
    assert "pierside-supply.example" not in parse_hosts(write_hosts(world, 14, tmp_path / "hosts"))
    assert all(ipaddress.ip_address(address).is_loopback for address in after.values())
    own = [shop.address for shop in world.shops if shop.address != CDN_ADDRESS]
    assert len(set(own)) == len(own) == 12
    owners = {world.by_host[host].operator for host, address in after.items() if address == CDN_ADDRESS}
    assert owners == {"kestrel", "amber", "quartz", "ibis", None}


def test_in_our_outage_every_name_and_the_canaries_show_the_same_wrong_page(world):
    for host, phrase in world.canaries.items():
        assert phrase in render(world, host, "/", 4).body.decode()
        assert phrase not in render(world, host, "/", 5).body.decode()
    assert len({render(world, host, "/", 6).body for host in world.hosts(6)}) == 1


@pytest.mark.parametrize(
    ("host", "day", "status", "words"),
    [
        ("copper-leaf.example", 8, 403, "Access denied"),
        ("mango-research.example", 13, 200, "This domain is parked"),
        ("graywing-bulk.example", 16, 200, "has been seized by Example Police"),
        ("green-door.example", 8, 200, "This account has been suspended"),
        ("slate-intermediates.example", 10, 503, "temporarily unavailable"),
    ],
)
def test_a_shop_that_is_away_shows_its_notice_on_every_path(world, host, day, status, words):
    page = render(world, host, "/any/path", day)
    assert page.status == status
    assert words in page.body.decode()
    assert render(world, host, "/", day - 1).status == 200


def test_every_name_number_and_wallet_is_reserved_or_a_published_test_vector(world, known):
    assert all(host.endswith(".example") for host in world.hosts(19))
    for found in [*known["contacts"].values(), *known["payments"].values()]:
        for contact in found:
            kind, value = contact["kind"], contact["value"]
            if kind == "phone":
                assert re.fullmatch(r"\+1[2-9]\d\d55501\d\d", value)
            elif kind == "email":
                assert value.endswith(".example")
            elif kind in ("telegram", "wechat"):
                assert "_demo" in value
            else:
                assert _is_bech32(value) if value.startswith("bc1") else base58.b58decode_check(value)


def test_every_number_on_the_shelves_has_its_check_digit():
    for substance in SUBSTANCES.values():
        digits = substance.cas.replace("-", "")
        assert sum(place * int(digit) for place, digit in enumerate(reversed(digits[:-1]), 1)) % 10 == int(digits[-1]), substance


def test_pages_are_small_and_say_nothing_of_making_anything(world):
    said = re.compile(r"synthes|reaction|reagent grade route|yield|precursor|procedure|distil|solvent|合成|反应|制备", re.IGNORECASE)
    for day in (4, 19):
        for shop in world.open_shops(day):
            for target, route in routes(world, shop, day).items():
                page: Page = route()
                if page.media_type.startswith("text/html") and page.status == 200:
                    assert 1500 <= len(page.body) <= 6000, (shop.site, target, len(page.body))
                    assert not said.search(page.body.decode()), (shop.site, target)


def test_truth_is_written_the_same_twice(world, tmp_path: Path):
    assert write_truth(world, tmp_path / "a.json").read_bytes() == write_truth(make_world(1), tmp_path / "b.json").read_bytes()


def _shows(page: str, sign: str, amount: str) -> bool:
    """Whether the page prints the amount with its sign, with or without thousands commas."""
    commas = f"{Decimal(amount):,.2f}"
    return re.search(rf">\s*{sign} ?(?:{amount}|{commas})<|</del> {sign}{amount}<", page) is not None


def _is_bech32(address: str) -> bool:
    """Checksum of BIP-173 and BIP-350, written anew from the two texts."""
    values = [BECH32.index(letter) for letter in address.partition("1")[2]]
    check = 1
    for value in [3, 3, 0, 2, 3, *values]:  # the human-readable part "bc", expanded
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> place & 1 else 0
    return check == (1 if values[0] == 0 else 0x2BC830A3)
