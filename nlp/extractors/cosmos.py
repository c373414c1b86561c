"""Cosmos Hub and BNB Beacon accounts: bech32 of a 20-byte (or 32-byte) hash under `cosmos` and `bnb`.

Source: Cosmos SDK specification "Bech32 on Cosmos"; BNB Chain documentation, "Accounts" (prefix bnb).
"""

from collections.abc import Iterator

from nlp.bech32 import read_word
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "cosmos"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
PREFIXES = ("cosmos", "bnb", "osmo")
# Made with ebellocchia/bip_utils from the public key of its test vectors.
EXAMPLES = [
    ("ATOM cosmos1uydjuajd0t77ysvwu03v347zxr73rty4tk6vpr", ["cosmos1uydjuajd0t77ysvwu03v347zxr73rty4tk6vpr"]),
    ("bnb1uydjuajd0t77ysvwu03v347zxr73rty4fj9qqd", ["bnb1uydjuajd0t77ysvwu03v347zxr73rty4fj9qqd"]),
    ("ATOM cosmos1uydjuajd0t77ysvwu03v347zxr73rty4tk6vps", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid accounts, lower-cased; the network is the prefix."""
    for word in page.long_words:
        prefix = word.text[:8].lower().partition("1")[0]
        if prefix in PREFIXES:
            found = read_word(word.text)
            if found is not None and found.prefix == prefix and not found.is_bech32m and len(found.payload or b"") in (20, 32):
                yield Payment(KIND, word.text.lower(), word.place(), networks=(prefix,))
