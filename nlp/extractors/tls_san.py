"""Names a certificate is valid for, reduced to registrable domains. A certificate of more than ten domains is a host's, not an owner's.

Source: RFC 5280 section 4.2.1.6; the bound from reference/linkage.md section 1.
"""

from collections.abc import Iterator

from crawlers.records import HostFacts
from crawlers.site import registrable_domain
from nlp.findings import Fingerprint
from nlp.known import known
from nlp.where import Where

KIND = IDENTIFIER = "tls_san"
PIVOT = True
READS = "host"
MOST = 10
EXAMPLES = [
    ({"sans": ("green-door.example", "*.green-door.example", "copper-leaf.example")}, ["copper-leaf.example", "green-door.example"]),
    ({"sans": tuple(f"shop{number}.example" for number in range(11))}, []),
    ({"sans": ("192.0.2.7",)}, []),
]


def extract(host: HostFacts) -> Iterator[Fingerprint]:
    """One fingerprint for each domain of the leaf, sorted; `where` names field and host (in `path`)."""
    for leaf in host.certificates[:1]:
        names = {
            name.lower().removeprefix("*.") for name in leaf.sans if "." in name and not name.replace(".", "").isdigit() and ":" not in name
        }
        domains = sorted({registrable_domain(name) for name in names})
        for domain in domains if len(domains) <= MOST else ():
            if known(KIND, domain) is None:
                place = f"{host.host}:{host.port}"
                yield Fingerprint(KIND, domain, Where("certificate", host.robots_capture_id or "", quote=domain, path=place, name="sans"))
