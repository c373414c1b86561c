"""Bitcoin Cash addresses: cashaddr with or without its prefix; a legacy address only where the words before name the coin.

Source: bitcoincashorg/bitcoincash.org spec/cashaddr.md.
"""

from collections.abc import Iterator

from nlp.base58_words import is_version
from nlp.bech32 import VALUES, to_bytes
from nlp.coin_names import is_named
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "bitcoin_cash"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
PREFIX = "bitcoincash"
GENERATORS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
SIZES = (20, 24, 28, 32, 40, 48, 56, 64)  # bytes of the hash by the low three bits of the version byte
# spec/cashaddr.md, "Examples of address translation".
EXAMPLES = [
    ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", ["qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"]),
    ("BCH ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq", ["ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"]),
    ("BCH: 1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", ["1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"]),
    ("BTC or BCH? BTC 1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", []),
    ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b", []),
    ("bchtest:qpm2qsznhks23z7629mms6s4cwef74vcwvqcw003ap", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses, cashaddr without prefix and in lower case; a legacy one names both its networks."""
    for word in page.long_words:
        text = word.text
        if text[0] in "qpQP" and len(text) >= 42 and is_cashaddr(text):
            yield Payment(KIND, text.lower(), word.place())
        elif text[0] in "13" and is_named(KIND, word.before) and is_version(text, (b"\x00", b"\x05")):
            yield Payment(KIND, text, word.place(), networks=("bitcoin_cash", "bitcoin"))


def is_cashaddr(address: str) -> bool:
    """True for a mainnet cashaddr without prefix: one case, right checksum, known type, the length its version byte says."""
    if address not in (address.lower(), address.upper()) or len(address) > 112:
        return False
    letters = address.lower()
    if any(letter not in VALUES for letter in letters):
        return False
    values = [VALUES[letter] for letter in letters]
    if polymod([*(ord(letter) & 31 for letter in PREFIX), 0, *values]) != 0:
        return False
    payload = to_bytes(tuple(values[:-8]))
    return payload is not None and payload[0] >> 3 in (0, 1, 2, 3) and len(payload) - 1 == SIZES[payload[0] & 7]


def polymod(values: list[int]) -> int:
    """The 40-bit BCH checksum of cashaddr over 5-bit values; zero for a whole address."""
    check = 1
    for value in values:
        top = check >> 35
        check = (check & 0x07FFFFFFFF) << 5 ^ value
        for number, generator in enumerate(GENERATORS):
            check ^= generator if top >> number & 1 else 0
    return check ^ 1
