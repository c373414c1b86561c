"""The page's own words: MinHash over three words in a row, or four characters in Chinese. Frame (header, footer, navigation) left out.

Source: reference/linkage.md section 3.
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.minhash import sketch
from nlp.own_words import own_text, shingles
from nlp.parse import ParsedPage
from nlp.where import Where

KIND = IDENTIFIER = "text_sketch"
PIVOT = True
READS = "page"
FEWEST = 60  # different shingles: two sentences of stock wording say nothing of who wrote them
_WORDS = " ".join(
    f"{one}{two}" for one in ("ab", "cd", "ef", "gh", "ij", "kl", "mn", "op") for two in ("qr", "st", "uv", "wx", "yz", "ac", "eg", "ik")
)
EXAMPLES = [
    (f"<header>menu</header><p>{_WORDS}</p>", [sketch(" ".join(_WORDS.split()[at : at + 3]) for at in range(62))]),
    ("<p>a short page</p>", []),
    (f"<footer>{_WORDS}</footer>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """One fingerprint for a page of at least 60 different shingles; `where` is the body as a whole."""
    found = set(shingles(own_text(page)))
    if len(found) >= FEWEST:
        yield Fingerprint(KIND, sketch(found), Where("body", page.capture_id, page.storefront))
