"""The page's own words, exactly: SHA-256 over them with numbers as one sign. Copied prose gives the same value whatever its prices."""

import hashlib
from collections.abc import Iterator

from nlp.extractors.text_sketch import _WORDS, FEWEST
from nlp.findings import Fingerprint
from nlp.own_words import TOKEN, own_text, shingles
from nlp.parse import ParsedPage
from nlp.where import Where

KIND = IDENTIFIER = "text_hash"
PIVOT = True
READS = "page"
EXAMPLES = [
    (f"<header>menu</header><p>{_WORDS} 12.50</p>", [hashlib.sha256(f"{_WORDS} # #".encode()).hexdigest()]),
    ("<p>a short page</p>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """One fingerprint for a page with enough words of its own; `where` is the body as a whole."""
    text = own_text(page)
    if len(set(shingles(text))) >= FEWEST:
        words = " ".join("#" if word[0].isdigit() else word for word in TOKEN.findall(text))
        yield Fingerprint(KIND, hashlib.sha256(words.encode()).hexdigest(), Where("body", page.capture_id, page.storefront))
