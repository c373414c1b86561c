"""Bitcoin addresses: base58check (P2PKH, P2SH) and segwit (bech32 for version 0, bech32m for 1 to 16), checksum verified.

Source: BIP-13, BIP-173, BIP-350.
"""

from collections.abc import Iterator

from nlp.base58_words import is_version
from nlp.bech32 import is_segwit
from nlp.coin_names import is_named
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "bitcoin"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
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
    ("Bitcoin Cash (legacy form): 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses, bech32 lower-cased.

    A legacy address is valid on Bitcoin Cash too and says so in `networks`; one that the words before it give to Bitcoin Cash or
    Litecoin is left to that kind.
    """
    for word in page.long_words:
        if word.text[0] in "13" and is_base58_address(word.text):
            if not is_named("bitcoin_cash", word.before) and not (word.text[0] == "3" and is_named("litecoin", word.before)):
                yield Payment(KIND, word.text, word.place(), networks=("bitcoin", "bitcoin_cash"))
        elif word.text[:3] in ("bc1", "BC1") and is_segwit_address(word.text):
            yield Payment(KIND, word.text.lower(), word.place())


def is_base58_address(address: str) -> bool:
    """True for a base58check address of a key hash (version 0) or script hash (version 5): 21 bytes and a right checksum."""
    return is_version(address, (b"\x00", b"\x05"))


def is_segwit_address(address: str) -> bool:
    """True for a mainnet segwit address: one case, right checksum for its version, a program of the length that version allows."""
    return is_segwit(address, "bc")
