"""WhatsApp numbers from `wa.me` and `api.whatsapp.com` links, and numbers labelled WhatsApp.

Source: WhatsApp "click to chat" (full international number, digits only). Share links (`wa.me/?text=`) and group invites name nobody.
"""

import re
from collections.abc import Iterator

from nlp.dialling import page_numbers
from nlp.findings import Contact
from nlp.parse import ParsedPage
from nlp.phone_numbers import e164

KIND = IDENTIFIER = "whatsapp"
PIVOT = True
READS = "page"
LINK = re.compile(
    r"(?:(?:https?:)?(?://)?(?<![\w.])wa\.me/|(?:https?://)?(?:api|web|www)\.whatsapp\.com/send/?\?(?:[^#\s'\"]{0,200}[&;])?phone=|whatsapp:/{0,2}send/?\?(?:[^#\s'\"]{0,200}[&;])?phone="
    r"|whatsapp:/{0,2}(?=[+%\d]))(?:\+|%2B|%20|00)?((?:\d[ ()-]{0,2}){7,15})(?!\d)",
    re.IGNORECASE,
)
MARKED = ("wa.me", "hatsapp")
EXAMPLES = [
    ('<a href="https://wa.me/447700900123?text=hi">chat</a>', ["+447700900123"]),
    ('<a href="https://api.whatsapp.com/send?phone=%2B447700900123&amp;text=hi">chat</a>', ["+447700900123"]),
    ('<a href="whatsapp://send?text=hi&amp;phone=447700900123">chat</a>', ["+447700900123"]),
    ("WhatsApp: +44 7700 900123", ["+447700900123"]),
    ("+44 7700 900123 (WhatsApp / Viber)", ["+447700900123"]),
    ("Вотсап: +4 4 7 7 0 0 9 0 0 1 2 3", ["+447700900123"]),
    ("""<button onclick="window.open('https://wa.me/447700900123')">x</button>""", ["+447700900123"]),
    ('<a href="https://wa.me/?text=look%20at%20this">share</a>', []),
    ('<a href="https://chat.whatsapp.com/AbCdEfGhIjK">group</a>', []),
    ("Tel: +44 7700 900123. We are on WhatsApp", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts in E.164; `where` is the link, the text span, the attribute or the script."""
    for places in (page.outside.holding(*MARKED), page.unmasked_text, page.source.holding(*MARKED)):
        for where, match in places.find(LINK):
            number = e164("+" + re.sub(r"\D", "", match[1]), dialled=True)
            if number is not None:
                yield Contact(KIND, number, where)
    for where, seen in page_numbers(page):
        if KIND in seen.labels:
            yield Contact(KIND, seen.number, where)
