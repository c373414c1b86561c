"""MinHash: a set of features as 128 numbers of 16 bits; the share of equal numbers estimates how much two sets overlap (Jaccard).

The permutations come from a fixed seed, so a value computed today compares with one kept for years.
"""

import functools
from collections.abc import Iterable

import mmh3
import numpy as np

SIZE = 128  # numbers; the standard error of the estimate is at most .044
SEED = 20261124
FEATURES_MAX = 20_000  # of one set: a hostile page costs bounded time


@functools.cache
def permutations() -> tuple[np.ndarray, np.ndarray]:
    """The odd factors and the summands of the 128 permutations (a x + b modulo 2^32)."""
    state, numbers = SEED, []
    for _ in range(2 * SIZE):  # SplitMix64
        state = (state + 0x9E3779B97F4A7C15) & ((1 << 64) - 1)
        mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & ((1 << 64) - 1)
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & ((1 << 64) - 1)
        numbers.append((mixed ^ mixed >> 31) >> 32)
    return np.array(numbers[:SIZE], dtype=np.uint32)[:, None] | np.uint32(1), np.array(numbers[SIZE:], dtype=np.uint32)[:, None]


def sketch(features: Iterable[str]) -> str:
    """The MinHash of a set of features as 512 hexadecimal digits; at most 20,000 features (the smallest by hash) are read."""
    hashes = np.fromiter({mmh3.hash(feature, signed=False) for feature in features}, dtype=np.uint32)
    if len(hashes) > FEATURES_MAX:
        hashes = np.sort(hashes)[:FEATURES_MAX]
    factors, summands = permutations()
    lowest = np.full(SIZE, 0xFFFFFFFF, dtype=np.uint32)
    for start in range(0, len(hashes), 2_000):  # 1 MB at a time
        np.minimum(lowest, (factors * hashes[start : start + 2_000] + summands).min(axis=1), out=lowest)
    # The lowest numbers have few high bits: all 32 are stirred before 16 are kept.
    lowest ^= lowest >> np.uint32(16)
    lowest *= np.uint32(0x45D9F3B)
    return (lowest >> np.uint32(16)).astype(">u2").tobytes().hex()


def similarity(one: str, other: str) -> float:
    """The estimated Jaccard similarity of two sketches, 0 to 1."""
    left, right = (np.frombuffer(bytes.fromhex(value), dtype=">u2") for value in (one, other))
    return float((left == right).mean())
