"""The names of a page's response headers in wire order, hashed: the server and CDN stack. Weak alone.

Source: HHHash (adulau/HHHash): names joined by a colon, SHA-256. What a server sends depends on who asks, so the value names our
client and the protocol; only values of one client compare. Repeated names stay, case stays.
"""

import hashlib
from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.sources import CapturedBody

KIND = IDENTIFIER = "header_order"
PIVOT = True
READS = "capture"
CLIENT = "aiohttp"
EXAMPLES = [
    (
        ("page", (("Server", "x"), ("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), b""),
        ["aiohttp:HTTP/1.1:" + hashlib.sha256(b"Server:Content-Type:Set-Cookie:Set-Cookie").hexdigest()],
    ),
    (("favicon", (("Server", "x"),), b""), []),
    (("page", (), b""), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint per page that the HTTP client fetched; a browser's header order is not the wire's."""
    capture = source.capture
    if capture.role == "page" and capture.render == "http" and capture.headers:
        names = ":".join(name for name, _ in capture.headers)
        digest = hashlib.sha256(names.encode("latin-1", "replace")).hexdigest()
        yield Fingerprint(KIND, f"{CLIENT}:{capture.protocol}:{digest}", source.header_where(""))
