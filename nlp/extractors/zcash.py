"""Zcash addresses: transparent (t1…, t3…), Sprout (zc…), Sapling (zs1…) and unified (u1…), each by its own checksum and grammar.

Source: Zcash protocol specification section 5.6; ZIP 316 (unified addresses, F4Jumble).
"""

import hashlib
from collections.abc import Iterator

from nlp.base58_words import is_version
from nlp.bech32 import read_word
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "zcash"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
RECEIVERS = {0: 20, 1: 20, 2: 43, 3: 43}  # typecode → bytes: P2PKH, P2SH, Sapling, Orchard
# The t addresses from ebellocchia/bip_utils; the unified one from trezor-firmware, core/tests (a test seed).
UNIFIED = "u1qylzskzykhk5l5vk6zlyqqruvskzv74hk20lmrllzy3vdz6pvny5t9zwlrm86ukw77y5pu8uep2m33s7sc7gn6aq0jm9neg5tsektyn9"
EXAMPLES = [
    ("ZEC t1ePrc6np3tq1x2vEQUXZkS8avrMCdeT5cY", ["t1ePrc6np3tq1x2vEQUXZkS8avrMCdeT5cY"]),
    ("t3Q7pCgSUtep1CiSjBKCyn1JXcbRfPShJY7", ["t3Q7pCgSUtep1CiSjBKCyn1JXcbRfPShJY7"]),
    (UNIFIED, [UNIFIED]),
    ("ZEC t1ePrc6np3tq1x2vEQUXZkS8avrMCdeT5cZ", []),
    (UNIFIED[:-1] + "8", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses; bech32 forms lower-cased."""
    for word in page.long_words:
        text = word.text
        if text[:2] in ("t1", "t3"):
            valid = is_version(text, (b"\x1c\xb8", b"\x1c\xbd"))
        elif text[:2] == "zc":
            valid = is_version(text, (b"\x16\x9a",), 64)
        elif text[:3].lower() == "zs1":
            found = read_word(text)
            valid = found is not None and found.prefix == "zs" and not found.is_bech32m and len(found.payload or b"") == 43
        else:
            valid = text[:2].lower() == "u1" and is_unified(text)
        if valid:
            yield Payment(KIND, text if text[:2] in ("t1", "t3", "zc") else text.lower(), word.place())


def is_unified(address: str) -> bool:
    """True for a unified address: bech32m, F4Jumble undone, padded with its prefix, receivers of known length in rising order."""
    found = read_word(address, limit=400)
    payload = found.payload if found is not None and found.prefix == "u" and found.is_bech32m else None
    if payload is None or not 48 <= len(payload) <= 300:
        return False
    content = unjumbled(payload)
    if content[-16:] != b"u" + bytes(15):
        return False
    at, last, rest = 0, -1, content[:-16]
    while at + 2 <= len(rest):
        code, size = rest[at], rest[at + 1]
        if code <= last or RECEIVERS.get(code, size) != size:
            return False
        at, last = at + 2 + size, code
    return at == len(rest) and last >= 0


def unjumbled(message: bytes) -> bytes:
    """The inverse of F4Jumble (ZIP 316): four Feistel rounds of BLAKE2b over two halves, run backwards."""
    left = min(64, len(message) // 2)
    first, second = message[:left], message[left:]
    for number, is_wide in ((1, False), (1, True), (0, False), (0, True)):
        if is_wide:
            second = xor(second, wide(number, first, len(second)))
        else:
            first = xor(first, hashlib.blake2b(second, digest_size=left, person=b"UA_F4Jumble_H" + bytes([number, 0, 0])).digest())
    return first + second


def wide(number: int, source: bytes, size: int) -> bytes:
    """Round G of F4Jumble: as many BLAKE2b digests as `size` bytes need."""
    blocks = (
        hashlib.blake2b(source, digest_size=64, person=b"UA_F4Jumble_G" + bytes([number]) + block.to_bytes(2, "little")).digest()
        for block in range(-(-size // 64))
    )
    return b"".join(blocks)[:size]


def xor(one: bytes, other: bytes) -> bytes:
    """Two strings of equal length, bit by bit."""
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
