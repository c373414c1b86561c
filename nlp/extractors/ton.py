"""TON addresses in their user-friendly form: 36 bytes as base64 of either alphabet, checksum CRC-16 (XMODEM).

Source: TON documentation, "Smart contract addresses": flags 0x11 (bounceable) and 0x51; 0x80 marks the test network.
"""

import base64
import binascii
from collections.abc import Iterator

from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "ton"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
# ebellocchia/bip_utils, tests/addr/test_ton_addr.py.
EXAMPLES = [
    ("TON UQCrT9wQSjIWfJIrWitT5dup79QzkHvKs8jWx_UOoKQlXvP_", ["UQCrT9wQSjIWfJIrWitT5dup79QzkHvKs8jWx_UOoKQlXvP_"]),
    ("UQCrT9wQSjIWfJIrWitT5dup79QzkHvKs8jWx/UOoKQlXvP/", ["UQCrT9wQSjIWfJIrWitT5dup79QzkHvKs8jWx_UOoKQlXvP_"]),
    ("TON UQCrT9wQSjIWfJIrWitT5dup79QzkHvKs8jWx_UOoKQlXvPA", []),
    ("EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses in the URL-safe alphabet; the bounceable and the other form of an account stay two values."""
    for word in page.long_words:
        if word.text[:2] in ("EQ", "UQ", "Ef", "Uf") and len(word.text) == 48 and is_address(word.text):
            yield Payment(KIND, word.text.replace("+", "-").replace("/", "_"), word.place())


def is_address(address: str) -> bool:
    """True when flag, work chain (0 or -1) and checksum of the 36 bytes hold."""
    try:
        payload = base64.b64decode(address.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return False
    if len(payload) != 36 or payload[0] not in (0x11, 0x51) or payload[1] not in (0x00, 0xFF) or not any(payload[2:34]):
        return False
    return binascii.crc_hqx(payload[:34], 0) == int.from_bytes(payload[34:], "big")
