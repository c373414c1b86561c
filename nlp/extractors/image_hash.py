"""Exact bytes of a captured picture: SHA-256. Stock photographs are hubs by frequency."""

import hashlib
from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.known import known
from nlp.picture_bytes import is_raster
from nlp.sources import CapturedBody

KIND = IDENTIFIER = "image_hash"
PIVOT = True
READS = "capture"
FEWEST = 512  # bytes; smaller ones are spacers, bullets and counters
_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 2
EXAMPLES = [
    (("asset", (), _PICTURE), [hashlib.sha256(_PICTURE).hexdigest()]),
    (("asset", (), b"\x89PNG\r\n\x1a\n"), []),
    (("asset", (), b"<svg>" + b" " * 600), []),
    (("favicon", (), _PICTURE), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for a picture of 512 bytes or more."""
    capture = source.capture
    if capture.role == "asset" and capture.status == 200 and len(source.body) >= FEWEST and is_raster(source.body):
        digest = hashlib.sha256(source.body).hexdigest()
        if known(KIND, digest) is None:
            yield Fingerprint(KIND, digest, source.body_where())
