"""Monero addresses: base 58 in blocks of eleven letters, checksum of four bytes of Keccak-256.

Source: monero-project/monero src/common/base58.cpp; network bytes 18 (standard), 19 (integrated), 42 (subaddress).
"""

from collections.abc import Iterator

from nlp.findings import Payment
from nlp.keccak import keccak256
from nlp.parse import ParsedPage

KIND = "monero"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BLOCKS = {11: 8, 10: 7, 9: 6, 7: 5, 6: 4, 5: 3, 3: 2, 2: 1}  # letters → bytes
SIZES = {18: 69, 19: 77, 42: 69}  # network byte → bytes with checksum
# ebellocchia/bip_utils, tests/addr/test_xmr_addr.py.
EXAMPLES = [
    (
        "XMR 483MrwgmB1yTzuzmJPSiWGQmBYC1Z21yTQXQuDWv4MZm6qBnA4CCMXVgsjoFRmGkATR8yeytc2tFJKgvKz1Bbhj5UhSCham",
        ["483MrwgmB1yTzuzmJPSiWGQmBYC1Z21yTQXQuDWv4MZm6qBnA4CCMXVgsjoFRmGkATR8yeytc2tFJKgvKz1Bbhj5UhSCham"],
    ),
    ("XMR 483MrwgmB1yTzuzmJPSiWGQmBYC1Z21yTQXQuDWv4MZm6qBnA4CCMXVgsjoFRmGkATR8yeytc2tFJKgvKz1Bbhj5UhSChan", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses (standard, integrated, subaddress), as written."""
    for word in page.long_words:
        if word.text[0] in "48" and len(word.text) in (95, 106) and is_address(word.text):
            yield Payment(KIND, word.text, word.place())


def is_address(address: str) -> bool:
    """True for a mainnet address of the right length whose checksum holds."""
    payload = decoded(address)
    if payload is None or SIZES.get(payload[0]) != len(payload):
        return False
    return keccak256(payload[:-4])[:4] == payload[-4:]


def decoded(address: str) -> bytes | None:
    """The bytes of the blocks; None for a foreign letter, an impossible length or a block that overflows."""
    parts: list[bytes] = []
    for start in range(0, len(address), 11):
        block = address[start : start + 11]
        size, number = BLOCKS.get(len(block)), 0
        for letter in block:
            place = LETTERS.find(letter)
            if place < 0:
                return None
            number = number * 58 + place
        if size is None or number >> (8 * size):
            return None
        parts.append(number.to_bytes(size, "big"))
    return b"".join(parts)
