"""The address guard lets a crawl reach the open internet and what the hosts file pins, nothing else, in whatever notation."""

import ipaddress

import pytest

from crawlers.egress import check_address, literal_address, why_refused
from crawlers.errors import CaptureError

REFUSED = {
    "0.0.0.0": "unspecified",
    "0.1.2.3": "unspecified",
    "10.0.0.1": "private",
    "100.64.0.1": "shared address space",
    "100.100.100.200": "shared address space",  # a cloud's metadata service
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "cloud metadata",
    "169.254.169.254": "link-local",  # the metadata service of most clouds
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.192": "special purpose",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4 relay",
    "192.168.1.1": "private",
    "198.18.0.1": "benchmarking",
    "198.51.100.7": "documentation",
    "203.0.113.7": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "::ffff:127.0.0.1": "IPv4-mapped",
    "::ffff:8.8.8.8": "IPv4-mapped",
    "::7f00:1": "IPv4-compatible",
    "64:ff9b::7f00:1": "NAT64",
    "64:ff9b:1::a00:1": "NAT64",
    "100::1": "outside the global IPv6 space",
    "2001::1": "special purpose",  # Teredo
    "2001:db8::1": "documentation",
    "2002:7f00:1::": "6to4",
    "3fff::1": "documentation",
    "fc00::1": "private",
    "fd00:ec2::254": "private",  # a cloud's metadata service
    "fe80::1": "link-local",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
}
REACHED = (
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "168.63.129.15",
    "172.15.255.255",
    "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
    "2003::1",
)  # fmt: skip
ODD = (
    "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "1", "0", "0x", "127.0.0.01",
    "127.0.0.1.", "256.1.1.1",
    "１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "fe80::1%eth0", "[::1%lo]", "1.2.3.4.", "0127.0.0.1",
)  # fmt: skip
NAMES = ("shop.example", "1.2.3.4.nip.example", "127.0.0.1.example", "0x7f.example", "7-11.example", "xn--fiqs8s.example", "a1", "deadbeef")


@pytest.mark.parametrize(("address", "why"), REFUSED.items())
def test_special_addresses_are_refused_with_their_reason(address: str, why: str) -> None:
    assert why_refused(ipaddress.ip_address(address)) == why
    with pytest.raises(CaptureError, match=why) as raised:
        check_address(address)
    assert raised.value.outcome == "refused"


@pytest.mark.parametrize("address", REACHED)
def test_neighbours_of_special_ranges_are_reached(address: str) -> None:
    assert check_address(address) == address


@pytest.mark.parametrize("host", ODD)
def test_odd_notations_of_addresses_are_refused(host: str) -> None:
    with pytest.raises(CaptureError, match="address guard"):
        literal_address(host)


@pytest.mark.parametrize("host", NAMES)
def test_names_are_no_addresses(host: str) -> None:
    assert literal_address(host) is None


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "127.0.0.1"), ("[::1]", "::1"), ("::FFFF:10.0.0.1", "::ffff:a00:1"), ("8.8.8.8", "8.8.8.8")]
)
def test_plain_notations_are_read(host: str, address: str) -> None:
    assert literal_address(host) == address


def test_the_hosts_file_opens_loopback_for_its_own_addresses_only() -> None:
    pinned = {"127.0.0.9", "10.0.0.5", "::1", "169.254.169.254", "::ffff:127.0.0.9"}
    assert check_address("127.0.0.9", pinned) == "127.0.0.9"
    assert check_address("::1", pinned) == "::1"
    for address in ("127.0.0.8", "10.0.0.5", "169.254.169.254", "::ffff:127.0.0.9"):
        with pytest.raises(CaptureError):
            check_address(address, pinned)


def test_what_is_no_address_is_refused() -> None:
    for address in ("", "shop.example", "127.1", "fe80::1%eth0"):
        with pytest.raises(CaptureError):
            check_address(address)
