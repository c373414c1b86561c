"""Ethereum addresses (and those of every chain that shares the form): 0x and 40 hexadecimal digits.

Source: EIP-55: capitals carry a checksum over Keccak-256; an address in one case carries none, so a page must show it.
"""

import re
from collections.abc import Iterator

from nlp.coin_names import is_about_paying
from nlp.findings import Payment
from nlp.keccak import keccak256
from nlp.parse import ParsedPage

KIND = "ethereum"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
FORM = re.compile(r"0[xX]([0-9a-fA-F]{40})")
# A number written out: nobody's address has one digit eight times in a row by chance (40 × 16^-7).
COUNTED = re.compile(r"([0-9a-f])\1{7}|0123456789|123456789a|abcdef0123|deadbeef", re.IGNORECASE)
# EIP-55, "Test cases".
EXAMPLES = [
    ("ETH: 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", ["0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"]),
    ('<a href="ethereum:0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359@1">pay</a>', ["0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"]),
    ("send USDT (ERC20) to 0xde709f2102306220921060314715629080e2fb77", ["0xde709f2102306220921060314715629080e2fb77"]),
    ("0x52908400098527886E0F7030069857D2E4169EE7", ["0x52908400098527886e0f7030069857d2e4169ee7"]),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", []),
    ("<script>var contract = '0xde709f2102306220921060314715629080e2fb77'</script>", []),
    ("transaction 0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b", []),
    ("0x0000000000000000000000000000000000000000", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid addresses, lower-cased; one without capitals' checksum only where people see it, or in code about paying."""
    for word in page.long_words:
        if word.text[:2] in ("0x", "0X") and (match := FORM.fullmatch(word.text)) and not COUNTED.search(match[1]):
            digits = match[1]
            plain = digits in (digits.lower(), digits.upper())
            if (word.shown or is_about_paying(word.before)) if plain else is_checksummed(digits):
                yield Payment(KIND, "0x" + digits.lower(), word.place())


def is_checksummed(digits: str) -> bool:
    """True when the case of all 40 digits is the one EIP-55 asks for."""
    digest = keccak256(digits.lower().encode()).hex()
    return all(letter.isdigit() or letter.isupper() == (int(check, 16) >= 8) for letter, check in zip(digits, digest, strict=False))
