"""E-mail addresses in mailto links, running text, attributes and inline JSON.

Source: the addr-spec of RFC 5322 as mailboxes really use it (RFC 6531 domains as written); top-level domain of two letters or more.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from nlp.findings import Contact
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "email"
PIVOT = True
READS = "page"
ADDRESS = r"([a-z0-9_](?:[a-z0-9_%+.'-]{0,62}[a-z0-9_+-])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24})"
LINK = re.compile(rf"^mailto:(?:[^?]{{0,200}}?[<,;\s])?{ADDRESS}(?![a-z0-9@-])", re.IGNORECASE)
TEXT = re.compile(rf"(?<![a-z0-9_%+.'@/-]){ADDRESS}(?![a-z0-9@_-])", re.IGNORECASE)
# File names of high-density pictures (`logo@2x.png`), version pins (`swiper@8.esm.js`) and addresses that forms show as a pattern.
FILES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "js", "css", "json", "mjs", "ts", "map", "woff", "html"})
PLACEHOLDERS = frozenset(
    {"email@example.com", "name@example.com", "you@example.com", "user@domain.com", "your@email.com", "name@domain.com", "email@domain.com"}
)
EXAMPLES = [
    ("Write to Sales@Green-Door.example.", ["sales@green-door.example"]),
    ('<a href="mailto:orders@green-door.example?subject=Price">mail</a>', ["orders@green-door.example"]),
    ('<a href="mailto:orders%40green-door.example">mail</a>', ["orders@green-door.example"]),
    ("邮箱：li.wei+eu@quiet-river.example欢迎询价", ["li.wei+eu@quiet-river.example"]),
    ('<meta itemprop="email" content="hello@green-door.example">', ["hello@green-door.example"]),
    ('<img src="logo@2x.png"> swiper@8.4.5 and badge@2x.png', []),
    ('<input placeholder="you@example.com">', []),
    ("follow @green-door.example or meet us @ the fair", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts with lower-case addresses; `where` is the link, text span, attribute or JSON value."""
    for pattern, places in ((LINK, page.links()), (TEXT, page.running_text()), (TEXT, page.attributes()), (TEXT, page.scripts())):
        for where, match in places.find(pattern):
            address = match[1].lower()
            if is_mailbox(address):
                yield Contact(KIND, address, where)
    for where, match in page.links().find(ENCODED):
        found = LINK.match(unquote(match[0]))
        if found and is_mailbox(found[1].lower()):
            yield Contact(KIND, found[1].lower(), where)


ENCODED = re.compile(r"^mailto:[^@?]{0,200}%40.{1,200}", re.IGNORECASE)


def is_mailbox(address: str) -> bool:
    """True for an address that can receive mail: no file name, no form placeholder, no doubled dot."""
    return address.rpartition(".")[2] not in FILES and address not in PLACEHOLDERS and ".." not in address
