"""Reading from the production store: documents by id, pages of a query, facets and neighbours. Raises the client's errors."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import cast

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from indexer.documents import fields_of
from indexer.elastic_mapping import VECTOR, Json, alias, from_source
from indexer.elastic_query import facet, query
from indexer.filters import Condition
from indexer.store import Document, StoreError, Value
from indexer.vectors import DIMENSIONS

PAGE = 1000  # documents a request
_KEEP = "10m"  # how long a scan may wait between two pages
_WIDE = 3  # neighbours asked for each one wanted: the index keeps bytes for floats, the order is made from the exact numbers


class Reader:
    """The families of one prefix as a client sees them."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self._client, self._prefix = client, prefix

    def one(self, family: str, key: str) -> tuple[Document, int, int] | None:
        """A document of a family with one index, its sequence number and primary term; None when there is none."""
        try:
            found = self._client.get(index=alias(self._prefix, family), id=key)
        except NotFoundError as error:
            if "found" in error.body:
                return None
            raise  # the index is missing, not the document
        return from_source(family, found["_source"]), int(found["_seq_no"]), int(found["_primary_term"])

    def monthly(self, family: str, key: str, indices: Sequence[str]) -> Document | None:
        """A document of a family with one index a month."""
        places = [{"_index": index, "_id": key} for index in indices]
        answers: list[Json] = self._client.mget(docs=places)["docs"] if places else []
        sources = [cast("Json", one["_source"]) for one in answers if one.get("found")]
        return from_source(family, sources[0]) if sources else None

    def pages(self, family: str, asked: Json, size: int = PAGE) -> Iterator[Document]:
        """Documents of a query ordered by id, as the family stood when the first was asked for."""
        for hits in pages(self._client, alias(self._prefix, family), asked, [{fields_of(family)["id"].path: "asc"}], size):
            yield from (from_source(family, cast("Json", hit["_source"])) for hit in hits)

    def facets(
        self, family: str, wanted: Sequence[Condition], sought: Sequence[str], names: Sequence[str], limit: int
    ) -> dict[str, list[tuple[Value, int]]]:
        """Values and counts by field, as `Store.facets`."""
        fields = fields_of(family)
        answer = self._client.search(
            index=alias(self._prefix, family),
            ignore_unavailable=True,
            size=0,
            query=query(family, wanted, sought, visible=True),
            aggs={name: facet(fields[name].path, limit) for name in names},
        )
        found: dict[str, list[tuple[Value, int]]] = {}
        for name in names:
            part = answer.get("aggregations", {}).get(name, {"buckets": []})
            if part.get("doc_count_error_upper_bound"):
                raise StoreError(f"{name} has too many values to count them exactly: narrow the search with a filter")
            found[name] = [
                (bool(one["key"]) if fields[name].type == "boolean" else one["key"], int(one["doc_count"])) for one in part["buckets"]
            ]
        return found

    def neighbours(self, vector: Sequence[float], wanted: Sequence[Condition], limit: int) -> list[Document]:
        """Listings near a vector, more than `limit` of them, since the index rounds; the caller orders them by the exact numbers."""
        count = min(10_000, limit * _WIDE + 10)
        answer = self._client.search(
            index=alias(self._prefix, "listing"),
            size=count,
            track_total_hits=False,
            knn={
                "field": VECTOR,
                "query_vector": [*vector, *[0.0] * (DIMENSIONS - len(vector))],
                "k": count,
                "num_candidates": min(10_000, max(500, 2 * count)),
                "filter": query("listing", wanted, visible=True),
            },
        )
        return [from_source("listing", hit["_source"]) for hit in answer["hits"]["hits"]]


def pages(client: Elasticsearch, index: str, asked: Json, order: list[Json], size: int, *, versions: bool = False) -> Iterator[list[Json]]:
    """Pages of hits of a query in one order, from one point in time; nothing when the index is missing."""
    opened = client.open_point_in_time(index=index, keep_alive=_KEEP, ignore_unavailable=True)
    if not opened["_shards"]["total"]:
        return
    pit, after = opened["id"], None
    try:
        while True:
            answer = client.search(
                pit={"id": pit, "keep_alive": _KEEP},
                query=asked,
                sort=order,
                size=size,
                search_after=after,
                track_total_hits=False,
                version=versions,
                seq_no_primary_term=versions,
            )
            pit, hits = answer["pit_id"], answer["hits"]["hits"]
            yield hits
            if len(hits) < size:
                return
            after = hits[-1]["sort"]
    finally:
        with suppress(ApiError, TransportError):  # it would end by itself; an abandoned scan may be collected after close()
            client.close_point_in_time(id=pit)
