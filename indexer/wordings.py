""" "Offers worded like this one": vectors of listings, made where the wording changed and kept where it did not."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from crawlers.errors import ConfigError
from indexer.store import Document, Similar, Store, Value
from indexer.vectors import pack, unpack


class Encoder(Protocol):
    """Turns texts into vectors; `model` names model, version and weights, since vectors of two models cannot be compared."""

    @property
    def model(self) -> str:
        """The name kept beside each vector."""

    def encode(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """One vector a text, in order, of at most `vectors.DIMENSIONS` numbers."""


def with_vectors(store: Store, listings: Iterable[Document], encoder: Encoder | None) -> list[Document]:
    """The listings with `vector` and `vector_model`; one whose wording and model stand unchanged in the store keeps its vector.

    Without an encoder no new vectors are made.
    """
    standing = {str(one["id"]): one for one in store.scan("listing") if one.get("vector")}
    kept: list[Document] = []
    fresh: list[tuple[int, str]] = []
    for listing in listings:
        there = standing.get(str(listing["id"]))
        same = there is not None and wording(there) == wording(listing) and (encoder is None or there["vector_model"] == encoder.model)
        if there is not None and same:
            kept.append(listing | {"vector": there["vector"], "vector_model": there["vector_model"]})
            continue
        if wording(listing).strip():
            fresh.append((len(kept), wording(listing)))
        kept.append(listing)
    if encoder is not None and fresh:
        for (place, _), vector in zip(fresh, encoder.encode([text for _, text in fresh]), strict=True):
            if any(vector):
                kept[place] = kept[place] | {"vector": pack(vector), "vector_model": encoder.model}
    return kept


def wording(listing: Document) -> str:
    """What of a listing is compared: title and description."""
    return "\n".join(str(part) for part in (listing.get("title"), listing.get("description")) if part)


def worded_like(store: Store, listing_id: str, where: dict[str, Value] | None = None, limit: int = 10) -> list[Similar]:
    """The visible listings worded most like one of them, which is left out. Raises ConfigError when it is not there or has no vector."""
    listing = store.get("listing", listing_id)
    if listing is None or not listing.get("vector"):
        lacks = "is not in the store" if listing is None else "has no vector: run `churnwatch link` with an encoder"
        raise ConfigError(f"listing {listing_id} {lacks}", key="--like")
    found = store.similar(unpack(str(listing["vector"])), str(listing["vector_model"]), where, limit + 1)
    return [one for one in found if one.document["id"] != listing_id][:limit]
