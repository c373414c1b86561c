"""The leaf certificate itself: SHA-256 over its DER bytes. One certificate on two hosts is one installation."""

import re
from collections.abc import Iterator

from crawlers.records import HostFacts
from nlp.findings import Fingerprint
from nlp.where import Where

KIND = IDENTIFIER = "tls_leaf"
PIVOT = True
READS = "host"
DIGEST = re.compile(r"[0-9a-f]{64}")
EXAMPLES = [
    (("ab" * 32, "cd" * 32), ["ab" * 32]),
    ((), []),
]


def extract(host: HostFacts) -> Iterator[Fingerprint]:
    """One fingerprint for the leaf; `where` names field and host (in `path`)."""
    for leaf in host.certificates[:1]:
        if DIGEST.fullmatch(leaf.sha256):
            where = Where(
                "certificate", host.robots_capture_id or "", quote=leaf.subject[:200], path=f"{host.host}:{host.port}", name="sha256"
            )
            yield Fingerprint(KIND, leaf.sha256, where)
