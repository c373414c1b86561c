"""E-mail addresses in mailto links, running text, attributes and inline JSON, also where they are written to be missed.

Source: the addr-spec of RFC 5322 as mailboxes really use it (RFC 6531 domains as written); the top-level domain must exist. Cloudflare's
e-mail protection shows the address to every reader; it is decoded as its script does.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from nlp.findings import Contact
from nlp.known import known
from nlp.mailboxes import cloudflare, hidden_mailboxes, is_domain
from nlp.parse import ParsedPage
from nlp.places import Outside, plain

KIND = IDENTIFIER = "email"
PIVOT = True
READS = "page"
ADDRESS = r"([a-z0-9_](?:[a-z0-9_%+.'-]{0,62}[a-z0-9_+-])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z][a-z0-9-]{1,23})"
LINK = re.compile(rf"^mailto:(?:[^?]{{0,200}}?[<,;\s])?{ADDRESS}(?![a-z0-9@-])", re.IGNORECASE)
TEXT = re.compile(rf"(?<![a-z0-9_%+.'@/-]){ADDRESS}(?![a-z0-9@_-])", re.IGNORECASE)
PROTECTED = re.compile(r"^/?(?:https?://[^/]{1,200}/)?cdn-cgi/l/email-protection#([0-9a-f]{6,400})$", re.IGNORECASE)
ASIDE = re.compile(r"[._-]?(?:no-?spam|remove-?(?:this|me)|spamfree|delete-?this)[._-]?", re.IGNORECASE)  # what a reader leaves out
FIRST = re.compile(r".", re.DOTALL)
WORDED = (" dot ", "(at)", "[at]", "(dot)", "[dot]", "arroba", "собака", "艾特", " punto ", " точка ")
SCHEME = re.compile(r"^(?:mailto|tel):", re.IGNORECASE)
# File names of high-density pictures (`logo@2x.png`) and version pins (`swiper@8.esm.js`).
FILES = frozenset(
    {"png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "js", "css", "json", "mjs", "ts", "map", "woff", "html", "zip", "mov"}
)
UNREAD = frozenset({"placeholder", "pattern", "srcset", "data-srcset"})
EXAMPLES = [
    ("Write to Sales@Green-Door.example.", ["sales@green-door.example"]),
    ('<a href="mailto:orders@green-door.example?subject=Price">mail</a>', ["orders@green-door.example"]),
    ('<a href="mailto:orders%40green-door.example">mail</a>', ["orders@green-door.example"]),
    ("邮箱：li.wei+eu@quiet-river.example欢迎询价", ["li.wei+eu@quiet-river.example"]),
    ('<meta itemprop="email" content="hello@green-door.example">', ["hello@green-door.example"]),
    ("sales [at] green-door [dot] example", ["sales@green-door.example"]),
    ("sales at green-door dot example", ["sales@green-door.example"]),
    ("ventas arroba green-door punto example", ["ventas@green-door.example"]),
    ("почта: sales собака green-door точка example", ["sales@green-door.example"]),
    ("ｓａｌｅｓ＠green-door.example", ["sales@green-door.example"]),
    ("sаles@green-dооr.example", ["sales@green-door.example"]),
    ("sales&#64;green-door&#46;example", ["sales@green-door.example"]),
    ("邮箱 sales#green-door.example (请把#换成@)", ["sales@green-door.example"]),
    ('<a class="__cf_email__" data-cfemail="54273538312714332631313a79303b3b267a312c3539243831">x</a>', ["sales@green-door.example"]),
    ('<img src="logo@2x.png"> swiper@8.4.5 and badge@2x.png', []),
    ('<input placeholder="you@green-door.example">', []),
    ("follow @green-door.example or meet us @ the fair", []),
    ("we are at green-door.example, look at polka dot dresses", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts with lower-case addresses; `where` is the link, text span, attribute or JSON value."""
    for value, place in page.link_values:
        for pattern in (LINK, PROTECTED):
            match = pattern.match(unquote(value) if pattern is LINK else value)
            linked = match[1] if match and pattern is LINK else protected(match[1]) if match else None
            if match and linked and is_mailbox(linked.lower()):
                yield Contact(KIND, linked.lower(), place(match))
    text = page.unmasked_text
    for where, match in text.find(TEXT):
        if is_mailbox(address := ASIDE.sub("", match[1]).lower()):
            yield Contact(KIND, address, where)
    for start, end, address in hidden_mailboxes(text.text):
        if is_mailbox(address):
            yield Contact(KIND, address, text.at(start, end))
    yield from outside_text(page)


def outside_text(page: ParsedPage) -> Iterator[Contact]:
    """Contacts in attributes and inline JSON, `data-cfemail` decoded."""
    for value, place in page.outside.holding("@", "＠", groups=(Outside.ATTRIBUTES, Outside.JSON)).values:
        for match in TEXT.finditer(plain(value)):
            where = place(match)
            if where.name not in UNREAD and is_mailbox(match[1].lower()):
                yield Contact(KIND, match[1].lower(), where)
    for value, place in page.outside.holding(*WORDED, groups=(Outside.ATTRIBUTES, Outside.JSON)).values:
        if len(value) < 400:
            for _, _, address in hidden_mailboxes(plain(value)):
                if is_mailbox(address) and (first := FIRST.match(value)) is not None and (where := place(first)).name not in UNREAD:
                    yield Contact(KIND, address, where)
    for element in page.noted.get("data-cfemail", ()):
        encoded = element.get("data-cfemail", "")
        shown = protected(encoded)
        if shown and is_mailbox(shown.lower()):
            yield Contact(KIND, shown.lower(), page.attribute_where(element, "data-cfemail", encoded))


def protected(encoded: str) -> str | None:
    """The address that Cloudflare's script shows, subject and scheme left out; None where it shows something else (a share link)."""
    shown = SCHEME.sub("", cloudflare(encoded) or "").partition("?")[0].strip()
    return shown if TEXT.fullmatch(shown) else None


def is_mailbox(address: str) -> bool:
    """True for an address that can receive mail: no file name, no placeholder, no doubled dot, an existing top-level domain."""
    local, _, domain = address.rpartition("@")
    return (
        domain.rpartition(".")[2] not in FILES
        and ".." not in local
        and not domain.startswith("www.")
        and is_domain(domain)
        and known(KIND, address) is None
    )
