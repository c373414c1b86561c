"""WhatsApp numbers from `wa.me` and `api.whatsapp.com` links, and numbers labelled WhatsApp.

Source: WhatsApp "click to chat" (full international number, digits only). Share links (`wa.me/?text=`) name nobody.
"""

import re
from collections.abc import Iterator

from nlp.extractors.phone import e164
from nlp.findings import Contact
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "whatsapp"
PIVOT = True
READS = "page"
LINK = re.compile(
    r"(?:(?:https?://)?(?<![\w.])wa\.me/|(?:https?://(?:api|web|www)\.whatsapp\.com|whatsapp:/)/send/?\?(?:[^#\s]{0,200}&)?phone=)(?:\+"
    r"|%2B)?(\d{7,15})(?!\d)",
    re.IGNORECASE,
)
TEXT = re.compile(
    r"(?:\bwhats?[ -]?app|\bвотсап|\bватсап)[ \t]{0,3}(?:no\.?|number)?[ \t]{0,3}[:：]?\s{0,3}"
    r"(\+[ \t]?[1-9](?:[ \t().-]{0,3}\d){6,14})(?!\d)",
    re.IGNORECASE,
)
EXAMPLES = [
    ('<a href="https://wa.me/447700900123?text=hi">chat</a>', ["+447700900123"]),
    ('<a href="https://api.whatsapp.com/send?phone=%2B447700900123&amp;text=hi">chat</a>', ["+447700900123"]),
    ("WhatsApp: +44 7700 900123", ["+447700900123"]),
    ('<a href="https://wa.me/?text=look%20at%20this">share</a>', []),
    ('<a href="https://chat.whatsapp.com/AbCdEfGhIjK">group</a>', []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts in E.164; `where` is the link or the text span."""
    for pattern, places in (
        (LINK, page.links()),
        (LINK, page.running_text()),
        (TEXT, page.running_text()),
        (LINK, page.scripts()),
        (TEXT, page.scripts()),
    ):
        for where, match in places.find(pattern):
            number = e164(f"+{match[1].lstrip('+')}", dialled=pattern is LINK)
            if number is not None:
                yield Contact(KIND, number, where)
