"""Threema ids: eight capitals or digits, a star first for businesses; in threema.id links and behind the label.

Source: Threema cryptography whitepaper, "Threema ID"; threema.id links.
"""

import re
from collections.abc import Iterator

from nlp.findings import Contact
from nlp.handles import handle_pattern, labelled_handles
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "threema"
PIVOT = True
READS = "page"
LINK = re.compile(r"(?:threema\.id/|threema://(?:add|compose)\?id=)(\*?[A-Z0-9]{7,8})(?![A-Z0-9])", re.IGNORECASE)
TEXT = handle_pattern(KIND, r"\*?[A-Z0-9]{7,8}")
EXAMPLES = [
    ("Threema: ABCD1234", ["ABCD1234"]),
    ("Threema ID abcd1234", ["ABCD1234"]),
    ('<a href="https://threema.id/ABCD1234?text=hi">write</a>', ["ABCD1234"]),
    ("Threema: *DOOR123", ["*DOOR123"]),
    ("Threema: messages welcome", []),
    ("Threema: ABCD12345", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts with ids in capitals, as the app has them."""
    for places in (page.outside.holding("threema"), page.unmasked_text):
        for where, match in places.find(LINK):
            if len(match[1]) == 8:
                yield Contact(KIND, match[1].upper(), where)
    for where, written in labelled_handles(page, KIND, TEXT):
        # A word in small letters is a word; an id has a digit or is written in capitals.
        if len(written) == 8 and (re.search(r"\d", written) or written.isupper()):
            yield Contact(KIND, written.upper(), where)
