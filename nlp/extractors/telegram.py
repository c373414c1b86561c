"""Telegram handles: links to t.me, and "telegram: @name" in running text, attributes and inline JSON.

Source: Telegram username rules (5 to 32 characters, starting with a letter).
"""

import re
from collections.abc import Iterator

from nlp.findings import Contact
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "telegram"
PIVOT = True
READS = "page"
LINK = re.compile(
    r"(?:https?://(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?|tg:(?://)?resolve\?domain=)([a-z]\w{4,31})(?:/?|[?&#].*)$",
    re.ASCII | re.IGNORECASE,
)
TEXT = re.compile(
    r"(?:(?<![\w.])(?:t|telegram)\.me/(?:s/)?|(?:(?<![a-z])(?:telegram|telegarm|tg|tele)(?![a-z])|电报"
    r"|飞机|телеграмм?)[ \t]{0,3}(?:id|号|channel)?[ \t]{0,3}[:：]?\s{0,3}@)([a-z][a-z0-9_]{4,31})(?![a-z0-9_])",
    re.IGNORECASE,
)
# Paths of t.me, not people: as pivots they would link every storefront.
RESERVED = frozenset(
    {
        "addemoji",
        "addlist",
        "addstickers",
        "addtheme",
        "confirmphone",
        "invoice",
        "joinchat",
        "login",
        "proxy",
        "setlanguage",
        "share",
        "socks",
    }
)
EXAMPLES = [
    ("order via t.me/GreenDoor24", ["greendoor24"]),
    ('<a href="https://t.me/GreenDoor24">write us</a>', ["greendoor24"]),
    ('<a href="tg://resolve?domain=GreenDoor24&start=x">write us</a>', ["greendoor24"]),
    ("<td>Telegram</td><td>@GreenDoor24</td>", ["greendoor24"]),
    ("电报：@green_door24 下单", ["green_door24"]),
    ('<script type="application/json">{"contact": "Telegram: @greendoor24"}</script>', ["greendoor24"]),
    ('<a href="https://t.me/share/url?url=x">share</a>', []),
    ('<a href="https://t.me/joinchat/AAAAAEabcdef">join</a>', []),
    ("our chat.me/GreenDoor24 page, @GreenDoor24", []),
    ("mail me @home", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts from links first, then text, attributes and inline JSON, lower-cased; `where` is the attribute, text span or JSON value."""
    for pattern, places in ((LINK, page.links()), (TEXT, page.running_text()), (TEXT, page.attributes()), (TEXT, page.scripts())):
        for where, match in places.find(pattern):
            handle = match[1].lower()
            if handle not in RESERVED:
                yield Contact(KIND, handle, where)
