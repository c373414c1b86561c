"""Bitcoin addresses: base58check (P2PKH, P2SH) and segwit (bech32 for version 0, bech32m for 1 to 16), checksum verified.

Source: BIP-13, BIP-173, BIP-350.
"""

import re
from collections.abc import Iterator

import base58

from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "bitcoin"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
ADDRESS = re.compile(
    r"(?<![A-Za-z0-9])(?:([13][1-9A-HJ-NP-Za-km-z]{25,34})|(bc1[02-9ac-hj-np-z]{11,87}|BC1[02-9AC-HJ-NP-Z]{11,87}))(?![A-Za-z0-9])"
)
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
BECH32, BECH32M = 1, 0x2BC830A3
# BIP-173 and the genesis block's output: public for ever, nobody's pivot is lost.
EXAMPLES = [
    ("pay to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa please", ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]),
    ('<a href="bitcoin:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4?amount=1">pay</a>', ["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"]),
    (
        '<button data-clipboard-text="bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0">copy</button>',
        ["bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"],
    ),
    ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", []),
    ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", []),
    ("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses, bech32 lower-cased; a legacy address is valid on Bitcoin Cash too and says so in `networks`."""
    for places in (page.links(), page.running_text(), page.attributes(), page.scripts(), page.code()):
        for where, match in places.find(ADDRESS):
            if match[1] and is_base58_address(match[1]):
                yield Payment(KIND, match[1], where, networks=("bitcoin", "bitcoin_cash"))
            elif match[2] and is_segwit_address(match[2]):
                yield Payment(KIND, match[2].lower(), where)


def is_base58_address(address: str) -> bool:
    """True for a base58check address of a key hash (version 0) or script hash (version 5): 21 bytes and a right checksum."""
    try:
        payload = base58.b58decode_check(address)
    except ValueError:
        return False
    return len(payload) == 21 and payload[0] in (0, 5)


def is_segwit_address(address: str) -> bool:
    """True for a mainnet segwit address: one case, right checksum for its version, a program of the length that version allows."""
    if address not in (address.lower(), address.upper()) or len(address) > 90:
        return False
    prefix, _, rest = address.lower().rpartition("1")
    if prefix != "bc" or len(rest) < 8 or any(letter not in LETTERS for letter in rest):
        return False
    values = [LETTERS.index(letter) for letter in rest]
    version, program = values[0], to_bytes(values[1:-6])
    constant = polymod([3, 3, 0, 2, 3, *values])  # "bc" expanded as BIP-173 has it: high bits, 0, low bits
    if program is None or version > 16 or not 2 <= len(program) <= 40 or (version == 0 and len(program) not in (20, 32)):
        return False
    return constant == (BECH32 if version == 0 else BECH32M)


def polymod(values: list[int]) -> int:
    """The BCH checksum of BIP-173 over 5-bit values."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for number, generator in enumerate(GENERATORS):
            check ^= generator if top >> number & 1 else 0
    return check


def to_bytes(values: list[int]) -> bytes | None:
    """5-bit values as bytes; None when the padding is longer than 4 bits or not zero."""
    bits = 0
    for value in values:
        bits = bits << 5 | value
    padding = 5 * len(values) % 8
    if padding > 4 or bits & ((1 << padding) - 1):
        return None
    return (bits >> padding).to_bytes(5 * len(values) // 8, "big")
