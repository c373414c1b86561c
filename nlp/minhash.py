"""MinHash: a set of features as 128 numbers of 16 bits; the share of equal numbers estimates how much two sets overlap (Jaccard).

The permutations come from a fixed seed, so a value computed today compares with one kept for years.
"""

import functools
from collections.abc import Iterable

import mmh3
import numpy as np

SIZE = 128  # numbers; the standard error of the estimate is at most .044
SEED = 20261124
PRIME = (1 << 31) - 1
FEATURES_MAX = 20_000  # of one set: a hostile page costs bounded time


@functools.cache
def permutations() -> tuple[np.ndarray, np.ndarray]:
    """The factors and summands of the 128 permutations (a x + b modulo a Mersenne prime)."""
    state, numbers = SEED, []
    for _ in range(2 * SIZE):  # SplitMix64
        state = (state + 0x9E3779B97F4A7C15) & ((1 << 64) - 1)
        mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & ((1 << 64) - 1)
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & ((1 << 64) - 1)
        numbers.append(1 + (mixed ^ mixed >> 31) % (PRIME - 1))
    return np.array(numbers[:SIZE], dtype=np.uint64)[:, None], np.array(numbers[SIZE:], dtype=np.uint64)[:, None]


def sketch(features: Iterable[str]) -> str:
    """The MinHash of a set of features as 512 hexadecimal digits; at most 20,000 features (the smallest by hash) are read."""
    hashes = sorted({mmh3.hash(feature, signed=False) & 0x7FFFFFFF for feature in features})[:FEATURES_MAX]
    factors, summands = permutations()
    lowest = np.full(SIZE, PRIME, dtype=np.uint64)
    for start in range(0, len(hashes), 2_000):  # 2 MB at a time
        part = np.array(hashes[start : start + 2_000], dtype=np.uint64)[None, :]
        np.minimum(lowest, ((factors * part + summands) % PRIME).min(axis=1), out=lowest)
    return (lowest & 0xFFFF).astype(">u2").tobytes().hex()


def similarity(one: str, other: str) -> float:
    """The estimated Jaccard similarity of two sketches, 0 to 1."""
    left, right = (np.frombuffer(bytes.fromhex(value), dtype=">u2") for value in (one, other))
    return float((left == right).mean())
