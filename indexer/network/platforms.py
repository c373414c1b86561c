"""Which storefronts are never proposed as sites to watch: platforms of `lexicons/platforms.yml`, parking, addresses of inside networks."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from crawlers.canonical import ascii_host
from crawlers.egress import check_address, check_name, literal_address
from crawlers.errors import CaptureError, ConfigError
from crawlers.parking import is_parking_host
from indexer.network.known_hubs import load_known_hubs

KEYS = {"kind", "hosts", "source"}
NOT_OPEN_WEB = (".onion", ".i2p", ".loki", ".arpa")


def why_never(key: str) -> str | None:
    """Why a storefront key is never proposed, None when it may be. A tenant of a platform (`host/tenant`) may be."""
    host = key.partition("/")[0].partition("#")[0]
    bare = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    try:
        address = literal_address(bare)
        if address is not None:
            check_address(address)
            return None
        check_name(bare)
    except CaptureError as error:
        return error.detail
    if bare.endswith(NOT_OPEN_WEB):
        return "no part of the open web"
    if "/" in key:
        return None
    return platform(bare) or ("parking" if is_parking_host(bare) else load_known_hubs().why("redirect", bare))


def platform(host: str) -> str | None:
    """The kind of platform a host belongs to, None for any other."""
    labels = host.lower().split(".")
    known = load_platforms()
    return next((kind for start in range(len(labels) - 1) if (kind := known.get(".".join(labels[start:])))), None)


@cache
def load_platforms() -> Mapping[str, str]:
    """Host → kind, from the list that ships with the package."""
    return parse_platforms(files("lexicons").joinpath("platforms.yml").read_text("utf-8"), "lexicons/platforms.yml")


def parse_platforms(text: str, file: str) -> dict[str, str]:
    """Host → kind of a YAML list; raises ConfigError for an entry that is not exactly kind, hosts and source, or a host twice."""
    try:
        entries = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        raise ConfigError(f"not YAML: {getattr(error, 'problem', error)}", file=file, line=None if line is None else line + 1) from error
    found: dict[str, str] = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else [None], 1):
        place = f"entry {number}"
        if not isinstance(entry, dict) or set(entry) != KEYS or not isinstance(entry["hosts"], list) or not entry["source"]:
            raise ConfigError("must be exactly a kind, a list of hosts and a source", file=file, key=place)
        for host in entry["hosts"]:
            if not isinstance(host, str) or ascii_host(host) != host or "." not in host:
                raise ConfigError(f"{host!r} is no host name in lower case", file=file, key=place)
            if host in found:
                raise ConfigError(f"{host} stands twice", file=file, key=place)
            found[host] = str(entry["kind"])
    return found
