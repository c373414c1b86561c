"""Dash addresses: base58check, version 76 (X…) and 16 (7…).

Source: dashpay/dash src/chainparams.cpp.
"""

from collections.abc import Iterator

from nlp.base58_words import is_version
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "dash"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
# Made with ebellocchia/bip_utils from the public key of its test vectors.
EXAMPLES = [
    ("Dash: XwD6S22a3HG1WLTvKw2fU9iTWXjorM7vq6", ["XwD6S22a3HG1WLTvKw2fU9iTWXjorM7vq6"]),
    ("7Xxr2YJWjK83bqvnWW4MyaCGHV4xQ3YDiL", ["7Xxr2YJWjK83bqvnWW4MyaCGHV4xQ3YDiL"]),
    ("XwD6S22a3HG1WLTvKw2fU9iTWXjorM7vq7", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses, as written."""
    for word in page.long_words:
        if word.text[0] in "X7" and len(word.text) in (33, 34) and is_version(word.text, (b"\x4c", b"\x10")):
            yield Payment(KIND, word.text, word.place())
