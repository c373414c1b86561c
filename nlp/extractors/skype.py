"""Skype names: `skype:` links, and names behind the label. Invites to a conversation name nobody.

Source: Skype URI reference; names of 6 to 32 characters, letter first, or `live:` and a name, also `live:.cid.` and 16 hexadecimal digits.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from nlp.findings import Contact
from nlp.handles import handle_pattern, labelled_handles
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "skype"
PIVOT = True
READS = "page"
NAME = r"live:(?:\.cid\.[0-9a-f]{16}|[a-z0-9][\w.,-]{2,31})|[a-z][\w.,-]{5,31}"
LINK = re.compile(rf"^skype:(?://)?({NAME})(?=$|[?;])", re.IGNORECASE | re.ASCII)
TEXT = handle_pattern(KIND, r"live:(?:\.cid\.[0-9a-f]{16}|[a-z0-9][\w.-]{2,30}\w)|[a-z][\w.-]{4,30}\w")
EXAMPLES = [
    ('<a href="skype:Green.Door24?chat">call</a>', ["green.door24"]),
    ('<a href="skype:live%3Agreendoor24?chat">call</a>', ["live:greendoor24"]),
    ("Skype: live:.cid.1a2b3c4d5e6f7a8b", ["live:.cid.1a2b3c4d5e6f7a8b"]),
    ("<td>Skype</td><td>green.door24</td>", ["green.door24"]),
    ('<a href="https://join.skype.com/AbCdEf123456">join</a>', []),
    ('<a href="skype:?chat&blob=x">chat</a>', []),
    ("call us on Skype during office hours", []),
    ("Skype name: available on request", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts with lower-case names (the app ignores case)."""
    for value, place in page.link_values:
        if value[:6].lower() == "skype:" and (match := LINK.match(unquote(value))):
            yield Contact(KIND, match[1].lower(), place(match))
    for where, written in labelled_handles(page, KIND, TEXT):
        yield Contact(KIND, written.lower(), where)
