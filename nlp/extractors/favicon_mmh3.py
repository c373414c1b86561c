"""The favicon hash of public search engines: MurmurHash3 (x86, 32 bit, signed) over base64.

The base64 has a newline every 76 characters and at the end; plain base64 gives another value.
Source: apache/tomcat webapps/ROOT/favicon.ico hashes to -297069493 in this form.
"""

import base64
from collections.abc import Iterator

import mmh3

from nlp.findings import Fingerprint
from nlp.picture_bytes import is_picture
from nlp.sources import CapturedBody

KIND = IDENTIFIER = "favicon_mmh3"
PIVOT = True
READS = "capture"
# One black pixel as GIF.
PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
EXAMPLES = [
    (("favicon", (), PIXEL), ["-1522510080"]),
    (("page", (), PIXEL), []),
    (("favicon", (), b"<html>404 not found</html>"), []),
    (("favicon", (), b""), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for a favicon that came with status 200 and is a picture: the signed number in decimal."""
    capture = source.capture
    if capture.role == "favicon" and capture.status == 200 and is_picture(source.body):
        yield Fingerprint(KIND, str(favicon_hash(source.body)), source.body_where())


def favicon_hash(body: bytes) -> int:
    """The signed 32-bit hash of a favicon's bytes."""
    return mmh3.hash(base64.encodebytes(body))
