"""Exact bytes of first-party scripts, style sheets and icons: SHA-256. Libraries that everybody serves are known and left out.

Pictures have a type of their own (`image_hash`).
"""

import hashlib
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawlers.site import registrable_domain
from nlp.findings import Fingerprint
from nlp.known import known
from nlp.picture_bytes import is_picture
from nlp.sources import CapturedBody

KIND = IDENTIFIER = "asset_hash"
PIVOT = True
READS = "capture"
FEWEST = 64  # bytes
_SCRIPT = b"function greenDoor(){return document.querySelector('.gd-basket').dataset.lines.split(',')}"
EXAMPLES = [
    (("asset", (("Content-Type", "text/javascript"),), _SCRIPT), [hashlib.sha256(_SCRIPT).hexdigest()]),
    (("asset", (), b"x"), []),
    (("page", (), _SCRIPT), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for an asset of the shop's own hosts, or its icon."""
    capture = source.capture
    if capture.role not in ("asset", "favicon") or capture.status != 200 or len(source.body) < FEWEST:
        return
    icon = capture.role == "favicon" and is_picture(source.body)
    own = capture.role == "asset" and not is_picture(source.body) and is_first_party(capture.url, source.storefront)
    digest = hashlib.sha256(source.body).hexdigest()
    if (icon or own) and known(KIND, digest) is None:
        yield Fingerprint(KIND, digest, source.body_where())


def is_first_party(url: str, storefront: str) -> bool:
    """True when the address lies under the storefront's registrable domain."""
    host = urlsplit(url).hostname or ""
    home = storefront.partition("#")[0].partition("/")[0].partition(":")[0]
    return bool(host) and registrable_domain(host) == registrable_domain(home)
