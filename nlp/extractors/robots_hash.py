"""The robots file without comments, order, hosts and white space: SHA-256. Short files and rules that shop systems ship say nothing.

Source: RFC 9309 for the form.
"""

import hashlib
import re
from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.known import known
from nlp.sources import CapturedBody

KIND = IDENTIFIER = "robots_hash"
PIVOT = True
READS = "capture"
FEWEST = 4  # rules that no shop system ships
MAX_BYTES = 512_000  # RFC 9309 asks for 500 KiB at least
LINE = re.compile(r"^\s*([A-Za-z-]{3,20})\s*:\s*([^#\n\r]{0,500})", re.MULTILINE)
_FILE = (
    b"User-agent: *\nDisallow: /gd-basket\nDisallow: /gd-desk # staff\nDisallow: /old\nAllow: /old/list\nSitemap: https://a.example/s.xml\n"
)
EXAMPLES = [
    (
        ("robots", (), _FILE),
        [
            hashlib.sha256(
                b"allow:/old/list\ndisallow:/gd-basket\ndisallow:/gd-desk\ndisallow:/old\nsitemap:/s.xml\nuser-agent:*"
            ).hexdigest()
        ],
    ),
    (("robots", (), b"User-agent: *\nDisallow:\n"), []),
    (
        ("robots", (), b"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\nSitemap: https://a.example/wp-sitemap.xml"),
        [],
    ),
    (("page", (), _FILE), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for a robots file with rules of its own."""
    if source.capture.role == "robots" and source.capture.status == 200:
        lines = normalised(source.body[:MAX_BYTES].decode("utf-8", "replace"))
        rules = [line for line in lines if line.startswith(("allow:", "disallow:")) and len(line) > 10 and known(KIND, line) is None]
        if len(rules) >= FEWEST:
            yield Fingerprint(KIND, hashlib.sha256("\n".join(lines).encode()).hexdigest(), source.body_where())


def normalised(text: str) -> list[str]:
    """The different lines `field:value`, sorted; addresses without their host."""
    found = {f"{field.lower()}:{re.sub('^https?://[^/]*', '', value.strip())}" for field, value in LINE.findall(text)}
    return sorted(found)
