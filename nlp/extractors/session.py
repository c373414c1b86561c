"""Session ids: 66 hexadecimal digits that begin with 05, where people see them.

Source: Session whitepaper, "Session ID": 05 marks an X25519 public key of 32 bytes.
"""

import re
from collections.abc import Iterator

from nlp.findings import Contact
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "session"
PIVOT = True
READS = "page"
ID = re.compile(r"05[0-9a-f]{64}", re.IGNORECASE)
FEWEST_DIGITS = 8  # different ones; a written-out pattern is no key
KEY = "05d871fc80ca007eed9b2f4df72853e2a2d5465a92fcb1889fb5c84aa2833b3b40"
EXAMPLES = [
    (f"Session: {KEY}", [KEY]),
    (f"<td>{KEY.upper()}</td>", [KEY]),
    (f"sha {KEY}00", []),
    (f"<script>var key = '{KEY}'</script>", []),
    ("05" + "ab" * 32, []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts with lower-case ids from text, links and attributes."""
    for word in page.long_words:
        if word.shown and len(word.text) == 66 and ID.fullmatch(word.text) and len(set(word.text.lower())) >= FEWEST_DIGITS:
            yield Contact(KIND, word.text.lower(), word.place())
