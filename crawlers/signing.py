"""Ed25519 signatures: who sealed a visit. The signed message is the `hash` of the visit's ledger line, which covers its seal and its place.

Source: RFC 8032 (Ed25519), RFC 8410 (its key files). `openssl pkeyutl -verify -rawin` checks the same, see docs/evidence.md.
"""

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key, load_pem_public_key

from crawlers.errors import ConfigError

KEYS = "keys"  # folder of public keys inside an evidence folder: `<key_id>.pem`
MAX_BYTES = 16 * 1024  # of a key file; an Ed25519 key takes 120


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """An operator's key. `key_id` is the SHA-256 (hex) of the public key as DER, its name in the evidence folder."""

    key_id: str
    public_pem: bytes
    _key: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature."""
        return self._key.sign(message)

    def keep_public_key(self, folder: Path) -> None:
        """Put the public key beside the evidence, so that whoever has the folder can check it."""
        path = folder / KEYS / f"{self.key_id}.pem"
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(self.public_pem)
        part.replace(path)


def load_signer(path: Path) -> Signer:
    """The operator's key from an unencrypted PEM file (`openssl genpkey -algorithm ed25519`).

    Raises ConfigError when the file is missing, is no such key, or is open to others than its owner: who can read it can sign.
    """
    try:
        with path.open("rb") as file:
            mode, content = os.fstat(file.fileno()).st_mode, file.read(MAX_BYTES)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}; name the operator's key file", file=path, key="signing_key") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"open to others (mode {mode & 0o777:o}); chmod 600 it, or make a new key", file=path, key="signing_key")
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError("not an unencrypted PEM key; make one with `openssl genpkey -algorithm ed25519`", file=path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError("not an Ed25519 key; make one with `openssl genpkey -algorithm ed25519`", file=path, key="signing_key")
    public = key.public_key()
    return Signer(key_id(public), _pem(public), key)


def load_public_key(path: Path) -> str:
    """The key id of an Ed25519 public key in a PEM file; raises ConfigError when it holds none."""
    try:
        key = load_pem_public_key(path.read_bytes()[:MAX_BYTES])
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError("not a readable public key (PEM)", file=path) from error
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigError("not an Ed25519 public key", file=path)
    return key_id(key)


def key_id(key: Ed25519PublicKey) -> str:
    """SHA-256 (hex) of the key as DER: what `openssl pkey -pubin -outform DER | sha256sum` prints."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def kept_key(folder: Path, named: str) -> Ed25519PublicKey | None:
    """The public key of that id beside the evidence, or None when it is missing or not byte for byte that key."""
    with suppress(OSError, ValueError, UnsupportedAlgorithm):
        content = (folder / KEYS / f"{named}.pem").read_bytes()
        key = load_pem_public_key(content[:MAX_BYTES])
        if isinstance(key, Ed25519PublicKey) and key_id(key) == named and content == _pem(key):
            return key
    return None


def is_signed(key: Ed25519PublicKey, signature: str, message: bytes) -> bool:
    """Whether the signature (128 lower-case hex digits) is the key's over the message."""
    try:
        raw = bytes.fromhex(signature)
        key.verify(raw, message)
    except (ValueError, InvalidSignature):
        return False
    return raw.hex() == signature


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
