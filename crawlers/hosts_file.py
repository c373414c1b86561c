"""Hosts files: names pinned to addresses, in the form of /etc/hosts. With one, no resolver is asked."""

import ipaddress
from pathlib import Path

from crawlers.canonical import ascii_host
from crawlers.errors import ConfigError

MAX_BYTES = 1_000_000


def parse_hosts(path: Path) -> dict[str, str]:
    """Host name (lower case, IDNA) → the address it is pinned to; raises ConfigError with the line for anything else."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"larger than {MAX_BYTES} bytes; list only the hosts that are crawled", file=path)
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", file=path) from error
    pinned: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) < 2:
            raise ConfigError("an address without a name; write `127.0.0.9 shop.example`", file=path, line=number)
        try:
            address = str(ipaddress.ip_address(words[0]))
        except ValueError as error:
            raise ConfigError(f"{words[0]!r} is not an IP address; write `127.0.0.9 shop.example`", file=path, line=number) from error
        for word in words[1:]:
            host = ascii_host(word)
            if host is None:
                raise ConfigError(f"{word!r} is not a host name", file=path, line=number)
            if pinned.setdefault(host, address) != address:
                raise ConfigError(f"{host} is pinned to {pinned[host]} and to {address}; keep one", file=path, line=number)
    return pinned


def is_pinned_to_loopback(host: str, pinned: dict[str, str]) -> bool:
    """Whether a host can only mean this machine: a name pinned to a loopback address, or such an address written out itself."""
    address = pinned.get(host, host if host in pinned.values() else "")
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
