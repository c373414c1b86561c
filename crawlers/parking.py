"""Parking services: hosts that show parked, expired or offered names (`lexicons/parking_hosts.txt`)."""

import functools
from importlib.resources import files
from urllib.parse import urlsplit

PARKING_FILE = "parking_hosts.txt"


@functools.cache
def parking_hosts() -> frozenset[str]:
    """The names in the list, lower case."""
    lines = (files("lexicons") / PARKING_FILE).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if (word := line.partition("#")[0].strip()))


def is_parking_host(host: str) -> bool:
    """Whether a host belongs to a parking service: it or a domain above it is in the list."""
    labels = host.rstrip(".").lower().split(".")
    return any(".".join(labels[start:]) in parking_hosts() for start in range(len(labels) - 1))


def host_of(address: str) -> str:
    """The host of an absolute address or of one without a scheme (`//host/`), empty for anything else."""
    if "//" not in address[:10]:
        return ""
    try:
        return urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""
