"""The page's shape: MinHash over chains of three elements (tag and first class, from parent to child), repeats counted once.

The same theme with another number of offers has the same chains; an edited theme keeps most. Source: reference/linkage.md section 1.
"""

import re
from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.minhash import sketch
from nlp.parse import ParsedPage
from nlp.where import Where

KIND = IDENTIFIER = "dom_sketch"
PIVOT = True
READS = "page"
FEWEST = 24  # different chains; a plain page looks like every other plain page
# Numbers and hashes in class names change with every build or item.
CHANGING = re.compile(r"\d+|(?<=[_-])[A-Za-z0-9]*\d[A-Za-z0-9]*$|__[A-Za-z0-9+/=]{5,8}$")
_BLOCKS = "".join(f"<div class=c{letter}><p class=p{letter}><b class=b{letter}>x</b></p></div>" for letter in "abcdefghijklmnop")
EXAMPLES = [
    (f"<html><body>{_BLOCKS}</body></html>", [sketch(
        [f"html|body|div.c{x}" for x in "abcdefghijklmnop"] + [f"body|div.c{x}|p.p{x}" for x in "abcdefghijklmnop"]
        + [f"div.c{x}|p.p{x}|b.b{x}" for x in "abcdefghijklmnop"] + ["||html", "|html|body"]
    )]),
    ("<html><body>" + "<div><p>x</p></div>" * 40 + "</body></html>", []),
]  # fmt: skip


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """One fingerprint for a page of at least 24 different chains; `where` is the body as a whole."""
    found = chains(page)
    if len(found) >= FEWEST:
        yield Fingerprint(KIND, sketch(found), Where("body", page.capture_id, page.storefront))


def chains(page: ParsedPage) -> set[str]:
    """The different chains grandparent|parent|element of the page."""
    labels: dict[object, str] = {None: ""}
    found: set[str] = set()
    for element in page.elements:
        first = element.get("class", "").split(None, 1)
        name = CHANGING.sub("", first[0][:40]) if first else ""
        labels[element] = label = f"{element.tag}.{name}" if name else str(element.tag)
        parent = element.getparent()
        above = parent.getparent() if parent is not None else None
        found.add(f"{labels.get(above, '')}|{labels.get(parent, '')}|{label}")
    return found
