"""Addresses of production stores: `http(s)://host:port/prefix`, with several nodes of one cluster separated by commas."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from indexer.store import StoreAddressError

_PREFIX = re.compile(r"(?!(?:logs|metrics|traces|synthetics)-)[a-z][a-z0-9-]{0,60}")


def parse_address(address: str) -> tuple[tuple[str, ...], str]:
    """URLs of the nodes and prefix of a store address; raises StoreAddressError for one that cannot be or must not be used.

    `https://es1.example:9200,es2.example:9200/case-7` names two nodes: when one is away, the other is asked.
    """
    scheme, separator, rest = address.partition("://")
    hosts, slash, path = rest.partition("/")
    nodes = [urlsplit(f"{scheme}{separator}{host}{slash}{path}") for host in hosts.split(",")]
    prefix = nodes[0].path.strip("/") or "churnwatch"
    return tuple(_node(address, node.scheme, node.netloc, prefix, odd=bool(node.query or node.fragment)) for node in nodes), prefix


def _node(address: str, scheme: str, netloc: str, prefix: str, *, odd: bool) -> str:
    parts = urlsplit(f"{scheme}://{netloc}")
    try:
        port = parts.port
    except ValueError as error:
        raise StoreAddressError(f"{safe_address(address)}: {error}; use http(s)://host:port/prefix") from error
    if not parts.hostname or odd or not _PREFIX.fullmatch(prefix):
        raise StoreAddressError(
            f"{safe_address(address)}: use http(s)://host:port/prefix, "
            "the prefix of a to z, 0 to 9 and -, not starting with logs- or the like"
        )
    if parts.username or parts.password:
        raise StoreAddressError(f"{safe_address(address)}: no user or password in the address; put a key into CHURNWATCH_ES_API_KEY")
    if scheme == "http" and not is_loopback(parts.hostname):
        raise StoreAddressError(
            f"{safe_address(address)}: plain http is for loopback only; use https:// (and CHURNWATCH_ES_CA for an authority of your own)"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{scheme}://{host}:{port or (443 if scheme == 'https' else 9200)}"


def is_loopback(host: str) -> bool:
    """Is a host name or address this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def safe_address(address: str) -> str:
    """The address without a password, for messages."""
    return re.sub(r"//[^/@]*@", "//…@", address)
