"""The public key of a host's certificate: SHA-256 over the leaf's SubjectPublicKeyInfo, which survives renewals that keep the key.

Source: RFC 7469 section 2.4 defines the digest; here it is lower-case hex.
"""

import re
from collections.abc import Iterator

from crawlers.records import HostFacts
from nlp.findings import Fingerprint
from nlp.where import Where

KIND = IDENTIFIER = "tls_spki"
PIVOT = True
READS = "host"
DIGEST = re.compile(r"[0-9a-f]{64}")
EXAMPLES = [
    (("ab" * 32, "cd" * 32), ["ab" * 32]),
    (("",), []),
    ((), []),
]


def extract(host: HostFacts) -> Iterator[Fingerprint]:
    """One fingerprint for the leaf; the issuer's keys belong to the issuer. `where` names field and host (in `path`)."""
    for leaf in host.certificates[:1]:
        if DIGEST.fullmatch(leaf.spki_sha256):
            place = f"{host.host}:{host.port}"
            where = Where("certificate", host.robots_capture_id or "", quote=leaf.subject[:200], path=place, name="spki_sha256")
            yield Fingerprint(KIND, leaf.spki_sha256, where)
