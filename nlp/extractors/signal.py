"""Signal: signal.me links, numbers labelled Signal, and user names with their number (`name.01`).

Source: Signal support, "Phone number privacy and usernames"; signal.me/#p/ holds a number, #eu/ an encrypted user name. Group invites
(signal.group) name nobody.
"""

import re
from collections.abc import Iterator

from nlp.dialling import page_numbers
from nlp.findings import Contact
from nlp.handles import handle_pattern, labelled_handles
from nlp.parse import ParsedPage
from nlp.phone_numbers import e164

KIND = IDENTIFIER = "signal"
PIVOT = True
READS = "page"
LINK = re.compile(r"(?:signal\.me/|sgnl://signal\.me/)#(?:p/(?:\+|%2B)?(\d{7,15})(?!\d)|eu/([\w-]{40,80})(?![\w-]))", re.IGNORECASE)
TEXT = handle_pattern(KIND, r"[a-z_][a-z0-9_]{2,31}\.\d{2,9}")
EXAMPLES = [
    ('<a href="https://signal.me/#p/+447700900123">write</a>', ["+447700900123"]),
    ("Signal: +44 7700 900123", ["+447700900123"]),
    ("Signal: GreenDoor.24", ["greendoor.24"]),
    ('<a href="https://signal.group/#CjQKIAbCdEf">group</a>', []),
    ("Signal generator 2.01, signal cable", []),
    ("strong signal +44", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts in E.164 or with lower-case user names; an encrypted user name as the link has it."""
    for places in (page.outside.holding("signal"), page.unmasked_text):
        for where, match in places.find(LINK):
            value = e164("+" + match[1], dialled=True) if match[1] else match[2]
            if value is not None:
                yield Contact(KIND, value, where)
    for where, written in labelled_handles(page, KIND, TEXT):
        yield Contact(KIND, written.lower(), where)
    for where, seen in page_numbers(page):
        if KIND in seen.labels:
            yield Contact(KIND, seen.number, where)
