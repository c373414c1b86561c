"""Stored words in people's words: what a police officer reads instead of `vanished`, `tls_spki` or `json`."""

from collections.abc import Mapping

from indexer.store import Value
from indexer.values import text

EVENTS = {
    "appeared": "opened",
    "changed": "changed",
    "moved": "sends visitors to another address",
    "blocked": "refuses our visits",
    "unblocked": "answers our visits again",
    "parked": "address given up, a parking page stands there",
    "seized": "seized by an authority",
    "suspended": "switched off by its host",
    "vanished": "gone",
    "returned": "open again",
    "listing_appeared": "new offer",
    "listing_removed": "offer taken down",
    "price_changed": "price changed",
    "code_first_seen": "new product code",
    "term_first_seen": "new wording",
}
STATES = {
    "live": "open",
    "blocked": "refuses our visits",
    "parked": "given up",
    "seized": "seized",
    "suspended": "switched off by its host",
    "moved": "moved",
    "vanished": "gone",
    "unknown": "not known",
}
ENDS = frozenset({"parked", "seized", "suspended", "moved", "vanished"})
BANDS = {"high": "high", "medium": "medium", "low": "low", "abstain": "not judged"}
# Identifier types and families of the command-line contract; a type that is missing reads as itself with spaces.
TYPES = {
    "google_analytics": "Google Analytics account",
    "google_tag": "Google tag account",
    "email": "e-mail address",
    "phone": "phone number",
    "wechat": "WeChat name",
    "telegram": "Telegram name",
    "whatsapp": "WhatsApp number",
    "wallet": "payment address",
    "bitcoin": "Bitcoin address",
    "iban": "bank account",
    "pgp_key": "encryption key of the seller",
    "redirect": "sends visitors to",
    "tls_spki": "encryption key of the server",
    "tls_leaf": "certificate of the server",
    "tls_san": "name on the certificate",
    "favicon_mmh3": "site icon",
    "favicon_phash": "look of the site icon",
    "ip": "network address",
    "asn": "network",
    "dom_hash": "build of the page",
    "dom_sketch": "build of the page, nearly",
    "header_order": "way the server answers",
    "text_hash": "wording",
    "image_hash": "picture",
    "company_name": "company name",
    "ns": "name server",
    "mx": "mail server",
    "judgement": "judgement of an analyst",
}
# What link and succession probabilities were held against; no verdicts on pairs exist yet (indexer/network/README.md).
LINKS_CALIBRATED_ON = "invented worlds of the authors' own, 2026-11-24; not on judged pairs"
PLACES = {
    "text": "text of the page",
    "attribute": "source of the page",
    "json": "product details in the page source",
    "header": "answer of the server",
    "certificate": "certificate of the server",
    "dns": "address records",
    "body": "the page as a whole",
    "image": "picture",
}


def event_words(event: str) -> str:
    """What happened, in people's words."""
    return EVENTS.get(event, spaced(event))


def state_words(state: str) -> str:
    """How a storefront stands, in people's words."""
    return STATES.get(state, spaced(state) or STATES["unknown"])


def type_words(kind: str) -> str:
    """An identifier type or contact kind in people's words."""
    return TYPES.get(kind, spaced(kind))


def place_words(place: Mapping[str, Value]) -> str:
    """Where a quote stands on its capture, exact enough to find it again: `text of the page, characters 120 to 131`."""
    words = PLACES.get(text(place, "in"), spaced(text(place, "in")))
    if place.get("start") is not None:
        return f"{words}, characters {text(place, 'start')} to {text(place, 'end')}"
    exact = text(place, "pointer") or " ".join(part for part in (text(place, "name"), text(place, "path")) if part)
    return f"{words}, {exact}" if words and exact else words


def spaced(word: str) -> str:
    """A stored word with spaces for its underscores, dots and colons."""
    return " ".join(word.replace("_", " ").replace(".", " ").replace(":", " ").split())


def joined(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
