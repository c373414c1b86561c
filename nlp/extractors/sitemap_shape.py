"""The shape of a sitemap: the different forms of its paths, numbers and names as signs, SHA-256. Feeds `robots_hash` as `sitemap:…`.

Source: sitemaps.org protocol 0.9.
"""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from nlp.findings import Fingerprint
from nlp.sources import CapturedBody

KIND = "sitemap_shape"
IDENTIFIER = "robots_hash"
PIVOT = True
READS = "capture"
LOCATION = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{8,2000})", re.IGNORECASE)
ADDRESSES_MAX = 5_000
FEWEST = 5  # different forms
_FORMS = [f"/{name}" for name in ("catalogue", "desk", "shipping", "terms", "about")]
_BODY = "".join(f"<url><loc>https://a.example{form}/some-name-{number}</loc></url>" for number, form in enumerate(_FORMS)).encode()
EXAMPLES = [
    (("sitemap", (), _BODY), ["sitemap:" + hashlib.sha256("\n".join(sorted(f"{form}/*" for form in _FORMS)).encode()).hexdigest()]),
    (("sitemap", (), b"<url><loc>https://a.example/products/x-1</loc></url>"), []),
    (("page", (), _BODY), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for a sitemap of at least five different forms."""
    if source.capture.role == "sitemap" and source.capture.status == 200:
        addresses = [match[1].decode("utf-8", "replace") for match in LOCATION.finditer(source.body)][:ADDRESSES_MAX]
        forms = sorted({shape(address) for address in addresses})
        if len(forms) >= FEWEST:
            yield Fingerprint(KIND, "sitemap:" + hashlib.sha256("\n".join(forms).encode()).hexdigest(), source.body_where())


def shape(address: str) -> str:
    """The path's form: numbers are #, a segment with a dash, digit or capital, or behind another, is *."""
    try:
        segments = [segment for segment in urlsplit(address).path.split("/") if segment]
    except ValueError:
        return "?"
    signs = [
        "#" if segment.isdigit() else "*" if place or re.search(r"[\dA-Z]|.-.", segment) else segment
        for place, segment in enumerate(segments)
    ]
    return "/" + "/".join(signs[:6])
