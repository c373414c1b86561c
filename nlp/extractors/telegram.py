"""Telegram handles: links to t.me, and "telegram: @name" in running text, attributes and inline JSON.

Source: Telegram username rules (4 to 32 characters, a letter first, no underscore last or doubled); core.telegram.org/api/links.
"""

import re
from collections.abc import Iterator

from nlp.dialling import page_numbers
from nlp.findings import Contact
from nlp.handles import WORDS, handle_pattern, labelled_handles
from nlp.labels import LABELS, MARKS
from nlp.parse import ParsedPage
from nlp.phone_numbers import e164

KIND = IDENTIFIER = "telegram"
PIVOT = True
READS = "page"
LINK = re.compile(
    r"(?:(?:https?:)?//|(?<![\w.@/-]))(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?(?:@|%40)?([a-z]\w{3,31})/?(?=$|[?&#\s\"'<>),;，。]|\.(?:\s|$))"
    r"|tg:(?://)?resolve/?\?(?:[^#\s'\"]{0,200}?[&;])?domain=([a-z]\w{3,31})(?!\w)"
    r"|(?:(?:https?:)?//|(?<![\w.@/-]))([a-z]\w{3,31})\.t\.me(?![\w.])",
    re.IGNORECASE | re.ASCII,
)
DIALLED = re.compile(
    r"(?:(?:t|telegram)\.(?:me|dog)/(?:\+|%2B)|tg:(?://)?resolve/?\?(?:[^#\s'\"]{0,200}?[&;])?phone=(?:\+|%2B)?)(\d{8,15})(?!\w)",
    re.IGNORECASE,
)
MARKED = ("t.me", "telegram.", "tg:")
TEXT = handle_pattern(KIND, r"[a-z][a-z0-9_]{3,31}")
# A name with its sign in the same sentence as the app: "our Telegram desk, @name", "@name on telegram".
_OTHER = r"insta|twitter|facebook|tiktok|youtube|discord|vk\b|вк\b|инст|x\b|wickr|skype|signal|wechat|threads|linkedin|email|mail"
NEAR = re.compile(
    rf"(?:{LABELS[KIND]})(?:(?!{_OTHER})[^@\n.!?]){{0,40}}[\s(]@([a-z]\w{{3,31}})(?![\w@.])"
    rf"|(?<![\w@.])@([a-z]\w{{3,31}})[ ,(–—-]{{1,3}}"
    rf"(?:(?:on|via|in|at|our|en|por|в|на|через|по|is our|это|наш)[ ])?(?:{LABELS[KIND]})(?!\w|\s*[:@])",
    re.IGNORECASE,
)
# Paths of t.me, not people: as pivots they would link every storefront.
_RESERVED = """
addemoji addlist addstickers addtheme apps auth bg blog boost botfather confirmphone contact dl docs durov embed faq giftcode gif
invoice iv joinchat login msg_url news passport privacy proxy setlanguage share socks stickers support telegram widget www web
"""
RESERVED = frozenset(_RESERVED.split())
EXAMPLES = [
    ("order via t.me/GreenDoor24", ["greendoor24"]),
    ('<a href="https://t.me/GreenDoor24">write us</a>', ["greendoor24"]),
    ('<a href="tg://resolve?domain=GreenDoor24&start=x">write us</a>', ["greendoor24"]),
    ('<a href="https://greendoor24.t.me/">write us</a>', ["greendoor24"]),
    ("<td>Telegram</td><td>@GreenDoor24</td>", ["greendoor24"]),
    ("电报：@green_door24 下单", ["green_door24"]),
    ("Телега - @green_door24", ["green_door24"]),
    ("Telegram: greendoorlab", ["greendoorlab"]),
    ("tеlеgrаm : @grееndoor24", ["greendoor24"]),
    ('<a href="https://t.me/+447700900123">chat</a>', ["+447700900123"]),
    ('<script type="application/json">{"contact": "Telegram: @greendoor24"}</script>', ["greendoor24"]),
    ('<a href="https://t.me/share/url?url=x">share</a>', []),
    ('<a href="https://t.me/joinchat/AAAAAEabcdef">join</a>', []),
    ('<a href="https://t.me/+AbCdEf012345">join</a>', []),
    ("our chat.me/GreenDoor24 page, @GreenDoor24", []),
    ("Telegram: coming soon. Join our Telegram channel today.", []),
    ("mail me @home", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts from links first, then text, attributes and inline JSON, lower-cased; a number under Telegram's name in E.164."""
    for places in (page.outside.holding(*MARKED), page.unmasked_text):
        for where, match in places.find(LINK):
            handle = (match[1] or match[2] or match[3]).lower()
            if is_name(handle):
                yield Contact(KIND, handle, where)
        for where, match in places.find(DIALLED):
            number = e164("+" + match[1])
            if number is not None:
                yield Contact(KIND, number, where)
    for where, written in labelled_handles(page, KIND, TEXT):
        if is_name(written.lower()):
            yield Contact(KIND, written.lower(), where)
    yield from in_sentences(page)
    for where, seen in page_numbers(page):
        if KIND in seen.labels:
            yield Contact(KIND, seen.number, where)


def in_sentences(page: ParsedPage) -> Iterator[Contact]:
    """Names with their sign in one sentence with the app."""
    text = page.unmasked_text
    if "@" in text.text and any(mark in text.lowered for mark in MARKS[KIND]):
        for where, match in text.find(NEAR):
            handle = (match[1] or match[2]).lower()
            if is_name(handle) and handle not in WORDS:
                yield Contact(KIND, handle, where)


def is_name(handle: str) -> bool:
    """True for a user name that somebody can hold."""
    return handle not in RESERVED and not handle.endswith("_") and "__" not in handle
