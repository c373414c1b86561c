"""The page's structure: tag names in document order joined by a pipe, SHA-256, first 32 hex characters. Exact match only.

The parser decides what broken markup means, so values compare only within one parser (lxml here).
"""

import hashlib
from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.where import Where

KIND = IDENTIFIER = "dom_hash"
PIVOT = True
READS = "page"
FEWEST = 12  # tags; below that every error page and plain text has the same structure
EXAMPLES = [
    (
        "<html><head><title>a</title></head><body>" + "<p>b</p>" * 8 + "</body></html>",
        [hashlib.sha256(b"html|head|title|body" + b"|p" * 8).hexdigest()[:32]],
    ),
    ("<p>two words</p>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """One fingerprint for a page of at least twelve tags; `where` is the body as a whole."""
    tags = list(page.tags())
    if len(tags) >= FEWEST:
        yield Fingerprint(KIND, hashlib.sha256("|".join(tags).encode()).hexdigest()[:32], Where("body", page.capture_id, page.storefront))
