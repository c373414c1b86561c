"""XRP Ledger addresses: base58check in Ripple's alphabet (r…), and X-addresses that carry a destination tag (X…).

Source: XRPL "base58 encodings"; XLS-5d for X-addresses.
"""

from collections.abc import Iterator

from nlp.base58_words import RIPPLE, checked
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "ripple"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
# The X-address from XLS-5d, the other from ebellocchia/bip_utils.
EXAMPLES = [
    ("XRP rMXEbm4gn2sRMP1L7s5ScdpCgUwf8qMNvw", ["rMXEbm4gn2sRMP1L7s5ScdpCgUwf8qMNvw"]),
    ("X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ", ["X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ"]),
    ("XRP rMXEbm4gn2sRMP1L7s5ScdpCgUwf8qMNvv", []),
    ("responsivenavigationtoggle", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses, as written."""
    for word in page.long_words:
        text = word.text
        if text[0] == "r" and len(text) <= 35:
            payload = checked(text, RIPPLE)
            valid = payload is not None and len(payload) == 21 and payload[0] == 0
        else:
            payload = checked(text, RIPPLE) if text[0] == "X" and len(text) in (46, 47) else None
            # Prefix, account, flags (0: no tag, 1: tag of 32 bits), tag in 8 bytes.
            valid = payload is not None and len(payload) == 31 and payload[:2] == b"\x05\x44" and payload[22] in (0, 1)
        if valid:
            yield Payment(KIND, text, word.place())
