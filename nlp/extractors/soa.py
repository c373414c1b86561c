"""Who answers for a host's zone: the mailbox name (RNAME) of its SOA record, unless it is a provider's.

Source: RFC 1035 section 3.3.13.
"""

from collections.abc import Iterator

from crawlers.records import HostFacts
from nlp.dns_names import names_of
from nlp.findings import Fingerprint

KIND = IDENTIFIER = "soa"
PIVOT = True
READS = "host"
EXAMPLES = [
    ({"dns": (("SOA", ("ns1.desk.example. hostmaster.desk.example. 2026112401 7200 3600 1209600 3600",)),)}, ["hostmaster.desk.example"]),
    ({"dns": (("SOA", ("desk.example.",)),)}, []),
]


def extract(host: HostFacts) -> Iterator[Fingerprint]:
    """One fingerprint for the mailbox name, lower-case, without the dot at its end."""
    yield from names_of(host, KIND)
