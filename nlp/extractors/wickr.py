"""Wickr names behind their label. The public service closed at the end of 2023; old pages and Wickr Pro users still show names.

Source: Wickr user name rules (3 to 32 characters: letters, digits, dot, dash, underscore).
"""

from collections.abc import Iterator

from nlp.findings import Contact
from nlp.handles import handle_pattern, labelled_handles
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "wickr"
PIVOT = True
READS = "page"
TEXT = handle_pattern(KIND, r"[a-z0-9][\w.-]{1,30}\w")
EXAMPLES = [
    ("Wickr: GreenDoor24", ["greendoor24"]),
    ("Wickr Me - greendoor", ["greendoor"]),
    ("<li>wickr id: green.door_24</li>", ["green.door_24"]),
    ("we use Wickr for orders", []),
    ("Wickr: contact us first", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts with lower-case names (the app ignores case)."""
    for where, written in labelled_handles(page, KIND, TEXT):
        yield Contact(KIND, written.lower(), where)
