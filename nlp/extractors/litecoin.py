"""Litecoin addresses: base58check (L…, M…), segwit and extension blocks (ltc1, ltcmweb1); 3… only where the words before name Litecoin.

Source: litecoin-project/litecoin src/chainparams.cpp (versions 48, 50, 5; prefixes ltc, ltcmweb).
"""

from collections.abc import Iterator

from nlp.base58_words import is_version
from nlp.bech32 import is_segwit, read_word
from nlp.coin_names import is_named
from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = "litecoin"
IDENTIFIER = "wallet"
PIVOT = True
READS = "page"
MWEB_VALUES = 107  # 5-bit values: version, then 66 bytes of two public keys
# christsim/multicoin-address-validator, test/wallet_address_validator.js; the M address from ebellocchia/bip_utils.
EXAMPLES = [
    ("LTC LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", ["LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9"]),
    ("MDTMWESJsSsqQafjLmPCTqT1gdq2aGUsyK", ["MDTMWESJsSsqQafjLmPCTqT1gdq2aGUsyK"]),
    ("ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfea", ["ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfea"]),
    ("Litecoin: 3NJZLcZEEYBpxYEUGewU4knsQRn1WM5Fkt", ["3NJZLcZEEYBpxYEUGewU4knsQRn1WM5Fkt"]),
    ("3NJZLcZEEYBpxYEUGewU4knsQRn1WM5Fkt", []),
    ("LTC LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH8", []),
    ("ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfeb", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid mainnet addresses, bech32 lower-cased; an old 3… address names all three networks it is valid on."""
    for word in page.long_words:
        text = word.text
        if text[0] in "LM" and is_version(text, (b"\x30", b"\x32")):
            yield Payment(KIND, text, word.place())
        elif text[0] == "3" and is_named("litecoin", word.before) and is_version(text, (b"\x05",)):
            yield Payment(KIND, text, word.place(), networks=("litecoin", "bitcoin", "bitcoin_cash"))
        elif text[:3].lower() == "ltc" and (is_segwit(text, "ltc") or is_extension(text)):
            yield Payment(KIND, text.lower(), word.place())


def is_extension(address: str) -> bool:
    """True for an address of the extension blocks (LIP-0002, LIP-0004)."""
    word = read_word(address, limit=140)
    return word is not None and word.prefix == "ltcmweb" and len(word.values) == MWEB_VALUES and word.values[0] == 0
