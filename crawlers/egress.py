"""The address guard: which addresses a crawl may connect to. It judges the address connected to, never the name.

A seller decides where his name points, so without this a page could make us ask our own machines (server-side request forgery).
Sources: IANA special-purpose address registries (IPv4 and IPv6, 2026); the cloud providers' metadata addresses.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from crawlers.errors import CaptureError

Address = IPv4Address | IPv6Address

_REFUSED_V4 = tuple(
    (IPv4Network(network), why)
    for network, why in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared address space"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud metadata"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "special purpose"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_REFUSED_V6 = tuple(
    (IPv6Network(network), why)
    for network, why in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "IPv4-mapped"),
        ("::/96", "IPv4-compatible"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("2001::/23", "special purpose"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_INSIDE = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".localdomain")
_GLOBAL_V6 = IPv6Network("2000::/3")
# What inet_aton reads as an address: 1 to 4 parts, each decimal, octal or hexadecimal.
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}\.?", re.IGNORECASE)


def why_refused(address: Address) -> str | None:
    """In a word why an address is not on the open internet (`private`, `loopback`, …), or None when it is."""
    if isinstance(address, IPv4Address):
        return next((why for network, why in _REFUSED_V4 if address in network), None)
    named = next((why for network, why in _REFUSED_V6 if address in network), None)
    return named or (None if address in _GLOBAL_V6 else "outside the global IPv6 space")


def check_address(address: str, pinned: Collection[str] = ()) -> str:
    """The address as it may be connected to; raises CaptureError `refused` for any that is not public.

    `pinned`: the addresses of the hosts file; loopback is reached through it alone, no other refused range is.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError as error:
        raise CaptureError("refused", f"address guard: {address!r} is not an address") from error
    if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
        raise CaptureError("refused", f"address guard: {address} names a network interface")
    why = why_refused(parsed)
    if why is not None and not (parsed.is_loopback and why == "loopback" and str(parsed) in pinned):
        raise CaptureError("refused", f"address guard: {address} is {why}")
    return str(parsed)


def check_name(host: str) -> None:
    """Raises CaptureError `refused` for a name that means an inside machine wherever it is resolved: behind a proxy nobody else looks.

    Sources: RFC 6761 (localhost), RFC 6762 (local), RFC 8375 (home.arpa), ICANN 2024 (internal); a bare word is somebody's own machine.
    """
    name = host.rstrip(".").lower()
    if "." not in name or name.endswith(_INSIDE):
        raise CaptureError("refused", f"address guard: {host!r} names a machine of an inside network")


def literal_address(host: str) -> str | None:
    """The address that a URL's host writes out, or None for a name; raises CaptureError `refused` for odd notations.

    Numbers in octal, hexadecimal, short or full-width form name the same machines under strings that no list of addresses holds.
    """
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        parsed = ipaddress.ip_address(bare)
    except ValueError:
        folded = unicodedata.normalize("NFKC", bare).replace("。", ".")
        if _NUMERIC.fullmatch(folded) or "%" in bare or ":" in folded:
            raise CaptureError("refused", f"address guard: {host!r} is an address in an odd notation") from None
        return None
    if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
        raise CaptureError("refused", f"address guard: {host} names a network interface")
    return str(parsed)
