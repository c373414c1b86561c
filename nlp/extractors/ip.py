"""Addresses a host resolves to. Ranges of content networks, private and reserved ranges, and hosts files say nothing of who runs it.

Source: DNS answers kept in HostFacts; ranges in lexicons/known_defaults.yml.
"""

from collections.abc import Iterator
from ipaddress import ip_address

from crawlers.records import HostFacts
from nlp.findings import Fingerprint
from nlp.known import network_of
from nlp.where import Where

KIND = IDENTIFIER = "ip"
PIVOT = True
READS = "host"
EXAMPLES = [
    ({"dns": (("A", ("8.8.4.4",)),)}, ["8.8.4.4"]),
    ({"dns": (("AAAA", ("2001:4860:4860::8844",)),)}, ["2001:4860:4860::8844"]),
    ({"dns": (("A", ("104.16.1.1",)), ("A", ("127.0.0.9", "10.0.0.1", "203.0.113.5")))}, []),
    ({"dns": (("A", ("8.8.4.4",), "hosts-file"),)}, []),
]


def extract(host: HostFacts) -> Iterator[Fingerprint]:
    """One fingerprint for each public address outside the known networks."""
    for answer in host.dns:
        if answer.type in ("A", "AAAA") and answer.source == "resolver":
            for value in answer.values:
                try:
                    address = ip_address(value)
                except ValueError:
                    continue
                if address.is_global and network_of(address) is None:
                    yield Fingerprint(
                        KIND, str(address), Where("dns", host.robots_capture_id or "", quote=value, path=host.host, name=answer.type)
                    )
