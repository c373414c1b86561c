"""Tron addresses: base58check, version 0x41. The network most stable-coin payments name as TRC20.

Source: TRON developer documentation, "Account: address format".
"""

from collections.abc import Iterator

from nlp.base58_words import is_version
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "tron"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
# ebellocchia/bip_utils, tests/addr: a key pair made for tests.
EXAMPLES = [
    ("USDT (TRC20): TTthQ8HHZCsYeJMZuWstWXwhqPDiEjavb8", ["TTthQ8HHZCsYeJMZuWstWXwhqPDiEjavb8"]),
    ("TTthQ8HHZCsYeJMZuWstWXwhqPDiEjavb9", []),
    ("THISISNOADDRESSATALLBUTASHORTWORDX", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses, as written."""
    for word in page.long_words:
        if word.text[0] == "T" and len(word.text) == 34 and is_version(word.text, (b"\x41",)):
            yield Payment(KIND, word.text, word.place())
