"""Vectors of wordings as both stores keep them: the base64 text of up to 512 little-endian 32-bit floats."""

import base64
import binascii
import heapq
import math
import struct
from collections.abc import Iterable, Sequence
from itertools import islice

from indexer.store import Document, Similar, StoreError

# Dimensions of the index. The encoder in use has 512; a smaller one is filled up with zeros, which changes no cosine.
DIMENSIONS = 512


def pack(vector: Sequence[float]) -> str:
    """The text to store as field `vector`. Raises ValueError for a vector that is empty, too long, all zero or not finite."""
    try:
        text = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    except (OverflowError, struct.error):
        text = ""
    if not is_packed(text):
        raise ValueError(f"a vector has 1 to {DIMENSIONS} finite numbers, not all of them zero; this one has {len(vector)}")
    return text


def comparable(vector: Sequence[float]) -> tuple[float, ...]:
    """The vector as it would be stored; raises StoreError for one that has no angle to others or too many dimensions."""
    try:
        return unpack(pack(vector))
    except ValueError as error:
        raise StoreError(str(error)) from error


def unpack(text: str) -> tuple[float, ...]:
    """The numbers of a stored vector."""
    raw = base64.b64decode(text)
    return struct.unpack(f"<{len(raw) // 4}f", raw)


def is_packed(value: object) -> bool:
    """Is this the text of a vector that can be compared by its angle."""
    if not isinstance(value, str) or not 0 < len(value) <= DIMENSIONS * 6:
        return False
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    if len(raw) % 4 or not 0 < len(raw) <= DIMENSIONS * 4:
        return False
    numbers = unpack(value)
    return all(map(math.isfinite, numbers)) and any(numbers)


def nearest(vector: Sequence[float], documents: Iterable[Document], limit: int) -> list[Similar]:
    """The documents whose field `vector` has the highest cosine with `vector`, highest first, then by id."""
    best: list[tuple[float, str, Document]] = []
    incoming = iter(documents)
    while chunk := list(islice(incoming, 1000)):
        scores = _cosines(vector, [str(document["vector"]) for document in chunk])
        best += [(-score, str(document["id"]), document) for score, document in zip(scores, chunk, strict=True)]
        best = heapq.nsmallest(limit, best, key=lambda one: one[:2])
    return [Similar(-score, document) for score, _, document in best]


def _cosines(vector: Sequence[float], packed: Sequence[str]) -> list[float]:
    """Cosine of the angle between a vector and each stored one, -1 to 1; the shorter of two counts as filled up with zeros."""
    import numpy as np

    def wide(numbers: Sequence[float]) -> list[float]:
        return [*numbers, *[0.0] * (DIMENSIONS - len(numbers))]

    asked = np.array(wide(vector), dtype=np.float64)
    rows = np.array([wide(unpack(one)) for one in packed], dtype=np.float64).reshape(len(packed), DIMENSIONS)
    return [round(float(one), 9) for one in rows @ asked / (np.linalg.norm(rows, axis=1) * np.linalg.norm(asked))]
