"""Phone numbers in international form anywhere; in national form in a `tel:` link, behind a label, or grouped as their country groups them.

Source: libphonenumber's metadata and matcher (package `phonenumbers`). A number that the page gives to an app alone ("WhatsApp: +44…")
is that app's contact, not a phone; linking treats equal numbers as one identity.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from nlp.dialling import page_numbers, region_of
from nlp.findings import Contact
from nlp.known import known
from nlp.parse import ParsedPage
from nlp.phone_numbers import e164

KIND = IDENTIFIER = "phone"
PIVOT = True
READS = "page"
LINK = re.compile(r"^(?:tel|callto|sms):(?://)?(.{5,40})$", re.IGNORECASE)
TOKEN = re.compile(r"[;,?].*$")
EXAMPLES = [
    ("Call +44 7700 900123 today", ["+447700900123"]),
    ("+1 (202) 555-0143", ["+12025550143"]),
    ('<a href="tel:+1-202-555-0143">call</a>', ["+12025550143"]),
    ('<html lang="en-gb"><p>Phone: 07700 900123</p>', ["+447700900123"]),
    ('<script type="application/ld+json">{"telephone": "+44 7700 900123"}</script>', ["+447700900123"]),
    ('<html lang="en-gb"><p>Ring us: ０７７００ ９００１２３</p>', ["+447700900123"]),
    ("call plus four four seven seven zero zero nine zero zero one two three", ["+447700900123"]),
    ("Tel/WhatsApp: +44 7700 900123", ["+447700900123"]),
    ("WhatsApp: +44 7700 900123", []),
    ("2026-11-24 10:30, 24.11.2026, 2026/11/24 18:00", []),
    ("$1,299.00 or 1 299 000,00 EUR, was +15 %", []),
    ("ISBN 978-3-16-148410-0, EAN 4006381333931", []),
    ("CAS 99-98-9, 504-24-5, EC 207-987-9", []),
    ("SKU 4000000000042, Phone: model 12345", []),
    ("+1 234", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts in E.164; `where` is the link, text span, attribute or JSON value."""
    for where, match in page.links().find(LINK):
        number = dialled(unquote(match[1]), page)
        if number is not None and known(KIND, number) is None:
            yield Contact(KIND, number, where)
    for where, seen in page_numbers(page):
        if (not seen.labels or KIND in seen.labels) and known(KIND, seen.number) is None:
            yield Contact(KIND, seen.number, where)


def dialled(written: str, page: ParsedPage) -> str | None:
    """The number a link dials: as its country dials it, else written in full without its plus sign."""
    bare = TOKEN.sub("", written).strip()
    digits = re.sub(r"\D", "", bare)
    number = e164(bare, region_of(page), dialled=bare.startswith("+"))
    if number is None and len(digits) >= 11:
        number = e164("+" + digits.removeprefix("00"))
    return number
