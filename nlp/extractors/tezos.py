"""Tezos accounts: base58check with the three-byte prefixes of tz1, tz2, tz3 and KT1.

Source: tezos/tezos src/lib_crypto/base58.ml (prefixes).
"""

from collections.abc import Iterator

from nlp.base58_words import is_version
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "tezos"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
VERSIONS = (b"\x06\xa1\x9f", b"\x06\xa1\xa1", b"\x06\xa1\xa4", b"\x02\x5a\x79")
# Made with ebellocchia/bip_utils from the public key of its test vectors.
EXAMPLES = [
    ("XTZ tz1LknFLG8R79aRDPtpKqQm7oxP4yPpSduHz", ["tz1LknFLG8R79aRDPtpKqQm7oxP4yPpSduHz"]),
    ("XTZ tz1LknFLG8R79aRDPtpKqQm7oxP4yPpSduHy", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid accounts, as written."""
    for word in page.long_words:
        if word.text[:3] in ("tz1", "tz2", "tz3", "KT1") and len(word.text) == 36 and is_version(word.text, VERSIONS):
            yield Payment(KIND, word.text, word.place())
