"""Dogecoin addresses: base58check, version 30 (D…) and 22 (9…, A…).

Source: dogecoin/dogecoin src/chainparams.cpp.
"""

from collections.abc import Iterator

from nlp.base58_words import is_version
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "dogecoin"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
# christsim/multicoin-address-validator, test/wallet_address_validator.js.
EXAMPLES = [
    ("DOGE DPpJVPpvPNP6i6tMj4rTycAGh8wReTqaSU", ["DPpJVPpvPNP6i6tMj4rTycAGh8wReTqaSU"]),
    ("A7JjzK9k9x5b2MkkQzqt91WZsuu7wTu6iS", ["A7JjzK9k9x5b2MkkQzqt91WZsuu7wTu6iS"]),
    ("DOGE DPpJVPpvPNP6i6tMj4rTycAGh8wReTqaSV", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses, as written."""
    for word in page.long_words:
        if word.text[0] in "D9A" and len(word.text) in (33, 34) and is_version(word.text, (b"\x1e", b"\x16")):
            yield Payment(KIND, word.text, word.place())
