"""Stellar accounts: 56 letters of base 32, checksum CRC-16 (XMODEM).

Source: SEP-23 "Strkeys"; version byte 6 << 3 for an account.
"""

import base64
import binascii
from collections.abc import Iterator

from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "stellar"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
# Made with ebellocchia/bip_utils from the public key of its test vectors.
EXAMPLES = [
    ("XLM GDDLUVMU4MZU76EQ2KVR3T3HK4EZWNIF7WAC3HFBWT6IXCB7RGU55WRO", ["GDDLUVMU4MZU76EQ2KVR3T3HK4EZWNIF7WAC3HFBWT6IXCB7RGU55WRO"]),
    ("XLM GDDLUVMU4MZU76EQ2KVR3T3HK4EZWNIF7WAC3HFBWT6IXCB7RGU55WRP", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid accounts, as written."""
    for word in page.long_words:
        if word.text[0] == "G" and len(word.text) == 56 and is_account(word.text):
            yield Payment(KIND, word.text, word.place())


def is_account(address: str) -> bool:
    """True for an account key whose checksum holds."""
    try:
        payload = base64.b32decode(address)
    except binascii.Error:
        return False
    return payload[0] == 6 << 3 and binascii.crc_hqx(payload[:-2], 0) == int.from_bytes(payload[-2:], "little")
