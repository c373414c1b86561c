"""Mail servers of a host's domain, from the DNS answers kept in HostFacts. Those of large providers are hubs (lexicons/hubs.yml).

Source: RFC 1035.
"""

from collections.abc import Iterator

from crawlers.records import HostFacts
from nlp.dns_names import names_of
from nlp.findings import Fingerprint

KIND = IDENTIFIER = "mx"
PIVOT = True
READS = "host"
EXAMPLES = [
    ({"dns": (("MX", ("10 A.Desk.example.",)),)}, ["a.desk.example"]),
    ({"dns": (("A", ("192.0.2.7",)),)}, []),
    ({"dns": (("MX", ("0 .",)),)}, []),
]


def extract(host: HostFacts) -> Iterator[Fingerprint]:
    """One fingerprint for each server, lower-case, without the dot at its end."""
    yield from names_of(host, KIND)
