"""Known hubs: the shipped list, how its entries match, and how a wrong entry is named."""

import pytest

from crawlers.errors import ConfigError
from indexer.network.known_hubs import load_known_hubs, parse_known_hubs


@pytest.mark.parametrize(
    ("kind", "value", "is_hub"),
    [
        ("google_analytics", "UA-XXXXX", True),
        ("google_analytics", "G-XXXXXXXXXX", True),
        ("google_analytics", "G-ABCDEFGH23", False),
        ("captcha_key", "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI", True),
        ("wallet", "ethereum:0x0000000000000000000000000000000000000000", True),
        ("wallet", "bitcoin:0x0000000000000000000000000000000000000000", False),
        ("favicon_mmh3", "0", True),
        ("favicon_mmh3", "-297069493", True),
        ("ns", "amy.ns.cloudflare.com", True),
        ("ns", "AMY.NS.CLOUDFLARE.COM.", True),
        ("ns", "ns.cloudflare.com", True),
        ("ns", "evilns.cloudflare.com", False),
        ("ns", "ns.cloudflare.com.green-door.example", False),
        ("mx", "amy.ns.cloudflare.com", False),
        ("redirect", "sedo.com", True),
        ("redirect", "green-door.example", False),
    ],
)
def test_the_shipped_list_knows_placeholders_and_no_neighbours(kind: str, value: str, is_hub: bool) -> None:
    assert (load_known_hubs().why(kind, value) is not None) == is_hub


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("type: ns", "must be a list"),
        ("- [ns]", r"entry 1\): must be a mapping"),
        ("- {type: ns, value: 3, why: w, source: s}", "quote numbers"),
        ("- {type: ns, value: v, why: w, source: s}\n- {type: ns, value: v, why: w}", r"entry 2\): needs source"),
        ("- {type: ns, why: w, source: s}", "needs either value or suffix"),
        ("- {type: ns, value: v, suffix: v, why: w, source: s}", "needs either value or suffix"),
        ("- {type: nss, value: v, why: w, source: s}", "unknown identifier type 'nss'"),
        ("- {type: ns, value: v, why: w, source: s, colour: c}", "unknown key 'colour'"),
        ("- {type: ns\n- [", "hubs.yml:2: is not YAML"),
    ],
)
def test_a_wrong_entry_is_named(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        parse_known_hubs(text, "hubs.yml")
