"""Cardano addresses: Shelley (bech32, addr1…) and Byron (base 58 over CBOR with CRC-32, Ae2… and DdzFF…).

Source: CIP-19; cardano-ledger byron spec for the CBOR form.
"""

import zlib
from collections.abc import Iterator

from nlp.base58_words import plain
from nlp.bech32 import read_word
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "cardano"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
SIZES = {0: 57, 1: 57, 2: 57, 3: 57, 6: 29, 7: 29, 14: 29, 15: 29}  # header type → bytes; pointer addresses (4, 5) vary
# ebellocchia/bip_utils, tests/addr/test_ada_shelley_addr.py and test_ada_byron_addr.py.
SHELLEY = "addr1qy82f98tsgc7wpct6rtf0t6jgf0qg0s2nsrmqyj7q8wdynrzaps0ja8tu5qaglxl5pgcf70try8realspu89340mm3hq6jjmds"
BYRON = "Ae2tdPwUPEZMchqp4zjkMo6R44DNT9rmh1KDK7AmRVXzG1mH3jWae217HWo"
EXAMPLES = [
    (f"ADA {SHELLEY}", [SHELLEY]),
    (f"ADA {BYRON}", [BYRON]),
    (f"ADA {SHELLEY[:-1]}t", []),
    ("Ae2tdPwUPEZ1RPUDa1v5RpwafGhMWppE19i3Y5sAgKknTHKw6UrvRNcdL6D", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses; Shelley lower-cased."""
    for word in page.long_words:
        if word.text[:5].lower() == "addr1" and is_shelley(word.text):
            yield Payment(KIND, word.text.lower(), word.place())
        elif word.text[:3] in ("Ae2", "Ddz") and is_byron(word.text):
            yield Payment(KIND, word.text, word.place())


def is_shelley(address: str) -> bool:
    """True for a mainnet payment address whose header fits its length."""
    word = read_word(address, limit=150)
    payload = word.payload if word is not None and word.prefix == "addr" and not word.is_bech32m else None
    if not payload or payload[0] & 15 != 1:
        return False
    kind = payload[0] >> 4
    return 30 <= len(payload) <= 57 if kind in (4, 5) else kind < 14 and SIZES.get(kind) == len(payload)


def is_byron(address: str) -> bool:
    """True for [tag 24 (bytes), crc]: the CRC-32 of the bytes inside is the number behind them."""
    payload = plain(address)
    if payload is None or not payload.startswith(b"\x82\xd8\x18\x58") or len(payload) < 10:
        return False
    inner, number = payload[5 : 5 + payload[4]], payload[5 + payload[4] :]
    return len(inner) == payload[4] and number[:1] == b"\x1a" and zlib.crc32(inner) == int.from_bytes(number[1:], "big")
