"""The entity tag of the entry page without its weak marker. Inode-style tags betray one machine.

Source: RFC 9110 section 8.8.3. A tag that is a digest of the body or a build number of fewer than six characters says nothing.
"""

import hashlib
import re
from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.known import known
from nlp.sources import CapturedBody

KIND = IDENTIFIER = "etag"
PIVOT = True
READS = "capture"
TAG = re.compile(r'(?:W/)?"([!#-~]{6,128})"')
CODING = re.compile(r"(?:-|;|--)(?:gzip|br|df|deflate|zstd)$")
EXAMPLES = [
    (("page", (("ETag", 'W/"2a1f6-5f3e9c04b7a80"'),), b"x"), ["2a1f6-5f3e9c04b7a80"]),
    (("page", (("ETag", '"2a1f6-5f3e9c04b7a80-gzip"'),), b"x"), ["2a1f6-5f3e9c04b7a80"]),
    (("page", (("ETag", f'"{hashlib.md5(b"x").hexdigest()}"'),), b"x"), []),  # noqa: S324  what servers do
    (("page", (("ETag", '"1"'),), b"x"), []),
    (("favicon", (("ETag", '"2a1f6-5f3e9c04b7a80"'),), b"x"), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for a page with a tag of its own."""
    written = source.capture.header("ETag")
    match = TAG.fullmatch(written.strip()) if written and source.capture.role == "page" else None
    if match:
        value = CODING.sub("", match[1])
        if not is_digest(value, source.body) and known(KIND, value) is None:
            yield Fingerprint(KIND, value, source.header_where("ETag"))


def is_digest(tag: str, body: bytes) -> bool:
    """True when the tag begins with, or ends in, a digest of the body: equal pages, not equal machines."""
    digests = (hashlib.new(name, body, usedforsecurity=False).hexdigest() for name in ("md5", "sha1", "sha256"))
    return any(digest in tag.lower() or (len(tag) >= 16 and digest.startswith(tag.lower())) for digest in digests)
