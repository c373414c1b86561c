"""Base-58 words with a checksum of their own: base58check (double SHA-256) in Bitcoin's and in Ripple's alphabet.

Source: BIP-13 and the XRP Ledger's base58 encodings page.
"""

import base58

BITCOIN = base58.BITCOIN_ALPHABET
RIPPLE = base58.RIPPLE_ALPHABET
LONGEST = 200  # characters; decoding costs the square of the length


def checked(text: str, alphabet: bytes = BITCOIN) -> bytes | None:
    """The bytes under a right checksum, version first; None for a foreign letter, a wrong checksum or more than 200 characters."""
    if len(text) > LONGEST:
        return None
    try:
        payload: bytes = base58.b58decode_check(text, alphabet=alphabet)
    except ValueError:
        return None
    return payload


def plain(text: str) -> bytes | None:
    """The bytes of a base-58 word in Bitcoin's alphabet without any checksum; None for a foreign letter or more than 200 characters."""
    if len(text) > LONGEST:
        return None
    try:
        payload: bytes = base58.b58decode(text)
    except ValueError:
        return None
    return payload


def is_version(text: str, versions: tuple[bytes, ...], size: int = 20) -> bool:
    """True for a base58check word of one of these version bytes with `size` bytes behind them."""
    payload = checked(text)
    return payload is not None and any(payload.startswith(version) and len(payload) == len(version) + size for version in versions)
