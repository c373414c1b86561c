"""The favicon's MD5, the form in which public lists of default icons are kept. Shown and searched, never a pivot: `favicon_mmh3` links.

Source: OWASP favicon database.
"""

import hashlib
from collections.abc import Iterator

from nlp.extractors.favicon_mmh3 import PIXEL
from nlp.findings import Fingerprint
from nlp.picture_bytes import is_picture
from nlp.sources import CapturedBody

KIND = "favicon_md5"
IDENTIFIER = "favicon_mmh3"
PIVOT = False
READS = "capture"
EXAMPLES = [
    (("favicon", (), PIXEL), [hashlib.md5(PIXEL, usedforsecurity=False).hexdigest()]),
    (("favicon", (), b"<html>404 not found</html>"), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for a favicon that came with status 200 and is a picture."""
    capture = source.capture
    if capture.role == "favicon" and capture.status == 200 and is_picture(source.body):
        yield Fingerprint(KIND, hashlib.md5(source.body, usedforsecurity=False).hexdigest(), source.body_where())
