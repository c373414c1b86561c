"""Which unwatched storefronts come first, and what is learned from those already looked at."""

import pytest

from indexer.network.discovery import START, Mention, Tried, rank
from indexer.network.platforms import parse_platforms, platform, why_never

BANDS = {"high.example": "high", "mate.example": "high", "mid.example": "medium", "tea.example": "low"}


def mention(target: str, kind: str, source: str, value: str = "") -> Mention:
    """A mention with its capture."""
    return Mention(target, kind, source, value or target, f"cap_{source}", f"https://{target}/")


def order(*mentions: Mention, tried: Tried | None = None) -> list[tuple[str, float]]:
    """The candidates with their scores."""
    return [(one.storefront, one.score) for one in rank(mentions, BANDS, {"mate.example": "c1", "high.example": "c1"}, tried or Tried())]


def test_kind_and_risk_of_the_source_decide_before_anything_was_tried() -> None:
    found = order(
        mention("a.example", "outlink", "tea.example"),
        mention("b.example", "outlink", "high.example"),
        mention("c.example", "certificate", "mid.example"),
        mention("d.example", "redirect", "high.example"),
    )
    assert found == [("d.example", 0.7), ("c.example", 0.25), ("b.example", 0.15), ("a.example", 0.005)]


def test_different_kinds_add_up_and_one_operators_links_count_once() -> None:
    assert order(mention("a.example", "outlink", "high.example"), mention("a.example", "certificate", "high.example")) == [
        ("a.example", round(1 - (1 - 0.15) * (1 - 0.6), 6))
    ]
    twice = order(mention("a.example", "outlink", "high.example"), mention("a.example", "outlink", "mate.example"))
    assert twice == [("a.example", 0.15)]  # one cluster
    two = order(mention("a.example", "outlink", "high.example"), mention("a.example", "outlink", "mid.example"))
    assert two == [("a.example", round(1 - 0.85 * 0.95, 6))]


def test_what_all_the_world_links_to_is_no_candidate_of_note() -> None:
    world = [mention("news.example", "outlink", f"shop{number}.example") for number in range(20)]
    popular = dict(order(mention("news.example", "outlink", "high.example"), mention("a.example", "outlink", "high.example"), *world))
    assert popular["news.example"] < popular["a.example"] / 3


def test_a_value_on_many_names_says_less_of_each() -> None:
    few = dict(order(*(mention(f"{n}.example", "passive_dns", "high.example", "ip 203.0.113.5") for n in range(1))))
    many = dict(order(*(mention(f"{n}.example", "passive_dns", "high.example", "ip 203.0.113.5") for n in range(11))))
    assert few["0.example"] == 0.25
    assert many["0.example"] == 0.125  # ten others


def test_sources_and_values_are_judged_by_what_they_led_to() -> None:
    tried = Tried()
    tried.note([mention("x.example", "outlink", "tea.example")], BANDS, relevant=True)
    # kind: (1 + 8 * .01) / 9 = .12; the page itself: (1 + 4 * .12) / 5 = .296
    assert tried.chance(mention("y.example", "outlink", "tea.example"), BANDS) == pytest.approx(0.296)
    assert tried.chance(mention("y.example", "outlink", "other.example"), BANDS) == pytest.approx(0.12)
    shared = Tried()
    for name in ("x.example", "y.example"):
        shared.note([mention(name, "passive_dns", "high.example", "ip 203.0.113.5")], BANDS, relevant=False)
    # kind 8 * .25 / 10 = .2; source 4 * .2 / 6 = .1333; value 4 * .1333 / 6 = .0889
    assert shared.chance(mention("z.example", "passive_dns", "high.example", "ip 203.0.113.5"), BANDS) == pytest.approx(0.0889, abs=1e-4)
    assert shared.chance(mention("z.example", "passive_dns", "high.example", "ip 203.0.113.9"), BANDS) == pytest.approx(0.1333, abs=1e-4)


def test_the_order_of_mentions_never_matters() -> None:
    some = [mention(f"{name}.example", kind, source) for name in "abc" for kind in START for source in BANDS]
    assert order(*some) == order(*reversed(some))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("green-door.example", None),
        ("etsy.com/tinyshop", None),  # a tenant whose address form hosts.yml knows
        ("etsy.com", "marketplace"),
        ("l.facebook.com", "social network"),
        ("notfacebook.com", None),
        ("d111.cloudfront.net", "CDN and hosting"),
        ("paypal.me", "payment provider"),
        ("sedoparking.com", "parking"),
        ("93.184.216.34:443", None),
        ("10.1.2.3:80", "address guard: 10.1.2.3 is private"),
        ("[::1]:8080", "address guard: ::1 is loopback"),
        ("intranet", "address guard: 'intranet' names a machine of an inside network"),
        ("hidden.onion", "no part of the open web"),
    ],
)
def test_platforms_inside_addresses_and_other_nets_are_never_proposed(key: str, why: str | None) -> None:
    assert why_never(key) == why


def test_the_platform_list_is_read_strictly() -> None:
    from crawlers.errors import ConfigError

    assert parse_platforms('- {kind: k, hosts: [a.example], source: "s"}', "f.yml") == {"a.example": "k"}
    for text in (
        "x",
        "- {kind: k}",
        '- {kind: k, hosts: [A.example], source: "s"}',
        '- {kind: k, hosts: [a.example, a.example], source: "s"}',
    ):
        with pytest.raises(ConfigError, match=r"f\.yml"):
            parse_platforms(text, "f.yml")
    assert platform("www.instagram.com") == "social network"
