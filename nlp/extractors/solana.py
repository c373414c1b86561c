"""Solana addresses: the base 58 of a 32-byte Ed25519 key. Without a checksum: the key must lie on the curve, words must speak of paying.

Source: Solana documentation, "Accounts"; RFC 8032 section 5.1.3 for the curve.
"""

from collections.abc import Iterator

from nlp.base58_words import plain
from nlp.coin_names import is_about_paying, named
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "solana"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
# Made with ebellocchia/bip_utils from the public key of its test vectors.
EXAMPLES = [
    ("SOL: ENkX7T9YUL1QkCffH4RLF1ssK97w7gNCYj9bG853P9Qy", ["ENkX7T9YUL1QkCffH4RLF1ssK97w7gNCYj9bG853P9Qy"]),
    ('<a href="solana:ENkX7T9YUL1QkCffH4RLF1ssK97w7gNCYj9bG853P9Qy?amount=1">pay</a>', ["ENkX7T9YUL1QkCffH4RLF1ssK97w7gNCYj9bG853P9Qy"]),
    ("file ENkX7T9YUL1QkCffH4RLF1ssK97w7gNCYj9bG853P9Qy", []),
    ("SOL: ENkX7T9YUL1QkCffH4RLF1ssK97w7gNCYj9bG853P9Qw", []),
    ("Bitcoin: ENkX7T9YUL1QkCffH4RLF1ssK97w7gNCYj9bG853P9Qy", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of keys on the curve behind words of paying in which Solana is the coin named last or none is; as written."""
    for word in page.long_words:
        if len(word.text) in (43, 44) and not word.after.startswith(("=", "+", "/")) and is_meant(word.before) and is_key(word.text):
            yield Payment(KIND, word.text, word.place())


def is_meant(before: str) -> bool:
    """True when the words before speak of paying and name no other coin last."""
    return is_about_paying(before) and named(before) in (None, KIND)


def is_key(address: str) -> bool:
    """True for 32 bytes of base 58 that name a point of Ed25519 and look drawn by chance (capitals, small letters and digits)."""
    if address.isalpha() or address.lower() == address or address.upper() == address:
        return False
    payload = plain(address)
    return payload is not None and len(payload) == 32 and is_on_curve(payload)


def is_on_curve(key: bytes) -> bool:
    """True when the compressed point decodes (RFC 8032): x² = (y² - 1) / (d y² + 1) has a root."""
    y = int.from_bytes(key, "little") & ((1 << 255) - 1)
    if y >= P:
        return False
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    return square == 0 or pow(square, (P - 1) // 2, P) == 1
