"""Values that everybody's page may carry and that name nobody, kept as data: `lexicons/known_ids.yml` and `lexicons/known_defaults.yml`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import yaml

from crawlers.errors import ConfigError

KEYS = frozenset({"type", "value", "suffix", "pattern", "network", "why", "source"})
TESTS = ("value", "suffix", "pattern", "network")
Address = IPv4Address | IPv6Address
FILES = ("known_ids.yml", "known_defaults.yml")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: the test a value of its type must pass to be known, and why that names nobody."""

    test: re.Pattern[str]
    why: str


def known(kind: str, value: str) -> str | None:
    """Why this value of an identifier type names nobody, None when nothing is known of it."""
    return next((entry.why for entry in load_known().get(kind, ()) if entry.test.fullmatch(value)), None)


def network_of(address: Address) -> str | None:
    """The known network (CIDR) an address lies in, None outside all of them."""
    return next((str(network) for network in networks() if address.version == network.version and address in network), None)


@cache
def networks() -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of content networks and builders."""
    rows = (yaml.safe_load(files("lexicons").joinpath(name).read_text(encoding="utf-8")) for name in FILES)
    return tuple(ip_network(row["network"]) for found in rows for row in found if "network" in row)


@cache
def load_known() -> Mapping[str, tuple[Entry, ...]]:
    """The rows of both files by identifier type."""
    found: dict[str, list[Entry]] = {}
    for name in FILES:
        for kind, entry in parse_known(files("lexicons").joinpath(name).read_text(encoding="utf-8"), f"lexicons/{name}"):
            found.setdefault(kind, []).append(entry)
    return {kind: tuple(entries) for kind, entries in found.items()}


def parse_known(text: str, file: str) -> Iterable[tuple[str, Entry]]:
    """(type, entry) of a YAML list; raises ConfigError for a row that is not exactly a type, one test, a why and a source."""
    try:
        rows = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(f"is not YAML: {getattr(error, 'problem', error)}", file=file, line=mark.line + 1 if mark else None) from error
    if not isinstance(rows, list):
        raise ConfigError("must be a list of known values", file=file)
    found = []
    for number, row in enumerate(rows, start=1):
        place = f"entry {number}"
        if not isinstance(row, dict) or not all(isinstance(part, str) for pair in row.items() for part in pair):
            raise ConfigError("must be a mapping of words to words (quote numbers)", file=file, key=place)
        tests = [key for key in TESTS if row.get(key)]
        if set(row) - KEYS or len(tests) != 1 or not all(row.get(key) for key in ("type", "why", "source")):
            raise ConfigError("needs type, why, source and one of value, suffix, pattern, network; no other key", file=file, key=place)
        found.append((row["type"], Entry(_test(row[tests[0]], tests[0], file, place), row["why"])))
    return found


def _test(written: str, kind: str, file: str, place: str) -> re.Pattern[str]:
    if kind == "network":
        try:
            return re.compile(re.escape(str(ip_network(written))))
        except ValueError as error:
            raise ConfigError(f"is no network: {error}", file=file, key=f"{place}.network") from error
    literal = re.escape(written)
    try:
        return re.compile(written if kind == "pattern" else ".*" + literal if kind == "suffix" else literal, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise ConfigError(f"is no regular expression: {error}", file=file, key=f"{place}.pattern") from error
