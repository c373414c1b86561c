"""Bech32 and bech32m: the checksummed base-32 words of segwit, Cardano, Cosmos and shielded Zcash addresses. BIP-173, BIP-350."""

from dataclasses import dataclass

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
VALUES = {letter: value for value, letter in enumerate(LETTERS)}
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
BECH32, BECH32M = 1, 0x2BC830A3


@dataclass(frozen=True, slots=True)
class Word:
    """A word whose checksum holds: its prefix, its 5-bit values without checksum, and which of the two checksums it carries."""

    prefix: str
    values: tuple[int, ...]
    is_bech32m: bool

    @property
    def payload(self) -> bytes | None:
        """All values as bytes; None when the padding is longer than 4 bits or not zero."""
        return to_bytes(self.values)


def read_word(text: str, limit: int = 90) -> Word | None:
    """The word, or None when case is mixed, a letter is foreign, it has more than `limit` characters, or the checksum is wrong."""
    if text not in (text.lower(), text.upper()) or len(text) > limit:
        return None
    prefix, _, rest = text.lower().rpartition("1")
    if not prefix or len(rest) < 6 or any(letter not in VALUES for letter in rest):
        return None
    values = [VALUES[letter] for letter in rest]
    check = polymod([*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *values])
    if check not in (BECH32, BECH32M):
        return None
    return Word(prefix, tuple(values[:-6]), check == BECH32M)


def polymod(values: list[int]) -> int:
    """The BCH checksum of BIP-173 over 5-bit values."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for number, generator in enumerate(GENERATORS):
            check ^= generator if top >> number & 1 else 0
    return check


def to_bytes(values: tuple[int, ...]) -> bytes | None:
    """5-bit values as bytes; None when the padding is longer than 4 bits or not zero."""
    bits = 0
    for value in values:
        bits = bits << 5 | value
    padding = 5 * len(values) % 8
    if padding > 4 or bits & ((1 << padding) - 1):
        return None
    return (bits >> padding).to_bytes(5 * len(values) // 8, "big")


def is_segwit(address: str, prefix: str) -> bool:
    """True for a segwit address with this prefix: the checksum of its version, a program of the length that version allows."""
    word = read_word(address)
    if word is None or word.prefix != prefix or len(word.values) < 2:
        return False
    version, program = word.values[0], to_bytes(word.values[1:])
    if program is None or version > 16 or not 2 <= len(program) <= 40 or (version == 0 and len(program) not in (20, 32)):
        return False
    return word.is_bech32m == (version != 0)
