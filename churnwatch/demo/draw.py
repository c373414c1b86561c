"""Seeded draws by name: the same seed and the same name give the same value, whatever else is drawn before or after."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
Name = str | int


@dataclass(frozen=True, slots=True)
class Draw:
    """All chance of one demo market."""

    seed: int

    def bytes(self, *name: Name, size: int = 32) -> bytes:
        """`size` bytes (at most 64) that belong to this name."""
        return hashlib.blake2b("\x1f".join(map(str, (self.seed, *name))).encode(), digest_size=size).digest()

    def number(self, below: int, *name: Name) -> int:
        """A whole number from 0 to `below` - 1."""
        return int.from_bytes(self.bytes(*name)) % below

    def pick(self, choices: Sequence[T], *name: Name) -> T:
        """One of the choices."""
        return choices[self.number(len(choices), *name)]

    def text(self, alphabet: str, length: int, *name: Name) -> str:
        """`length` characters of the alphabet."""
        return "".join(self.pick(alphabet, *name, place) for place in range(length))
