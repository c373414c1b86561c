"""`store migrate`: the indices of one prefix brought to today's mappings, with writers at work, and back again.

Missing fields are added in place. For another schema version every old index is copied into a new one by this client (point in time,
`search_after`, bulk; the server's own reindexer is no part of its core): first all of it, then again and again what was written
meanwhile, seen by the index's own sequence numbers; then the old index is closed for writing, the rest copied, counts and hashes are
compared, and one atomic call moves the aliases. The old indices stay for `rollback` until `finish` deletes them.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import cast

import orjson
from elasticsearch import Elasticsearch

from indexer import elastic_mapping
from indexer.elastic_bulk import UNCHANGED, WRITTEN, Action, Patience, write
from indexer.elastic_indices import Indices
from indexer.elastic_mapping import COUNTER, HASH, Json, alias, from_source, mapping, missing_fields, to_source
from indexer.elastic_read import pages
from indexer.store import Document, StoreError

# Schema version → what makes a document of the next version from one of this; a version that is not named needs no change.
CHANGES: dict[int, Callable[[str, Document], Document]] = {}
_PAGE = 500
_AT_ONCE = 4  # indices copied at the same time
_SAMPLE = 64  # one document in so many is compared by hash, and all when there are fewer than 10,000
_SEQ_NO = "_seq_no"


@dataclass(slots=True)
class Migration:
    """What a migration did."""

    extended: list[str] = field(default_factory=list)  # indices that got missing fields
    moved: dict[str, str] = field(default_factory=dict)  # old index → new
    copied: int = 0


class Migrator:
    """Migrations of one prefix. Raises the client's errors and StoreError."""

    def __init__(self, client: Elasticsearch, prefix: str, patience: Patience | None = None) -> None:
        self._client, self._prefix, self._patience = client, prefix, patience or Patience()
        self._indices = Indices(client, prefix)

    def migrate(self) -> Migration:
        """Brings every index to today's mapping; with nothing to do it does nothing. May be run again after any interruption."""
        done, today = Migration(), elastic_mapping.SCHEMA_VERSION
        live = self._indices.live()
        newest = max(map(version_of, live), default=today)
        if newest > today:
            raise StoreError(f"the store has schema version {newest}, this churnwatch writes {today}: use the newer one")
        for index in sorted(live):
            if version_of(index) == today:
                self._extend(index, cast("Json", live[index]["mappings"]), done)
        # A writer of the old version may make an index of a new month meanwhile: it is found in the next round.
        while old := sorted(index for index in self._indices.live() if version_of(index) < today):
            self._indices.put_templates(with_aliases=False)
            moved = {index: index.replace(f"-v{version_of(index):04d}", f"-v{today:04d}") for index in old}
            self._indices.create(moved.values())
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                done.copied += sum(pool.map(self._copy_whole, moved, moved.values()))
            self._move_aliases(moved)
            done.moved |= moved
        self._indices.put_templates()
        return done

    def rollback(self, *, lose: bool = False) -> dict[str, str]:
        """Moves the aliases back to the indices of the version before, opens them for writing and deletes the newer ones.

        Raises StoreError when the newer ones hold what the older lack, unless `lose` says that it may go.
        """
        pairs = {old: new for old, new in self._pairs().items() if self._client.indices.exists(index=new)}
        if not pairs:
            raise StoreError(f"no older indices under the prefix {self._prefix!r} to go back to")
        for old, new in pairs.items():
            differing = "" if lose else self.difference(old, new, every=1)
            if differing:
                raise StoreError(f"{new} was written since it was made ({differing}): going back would lose that; say so with --lose")
        self._move_aliases({new: old for old, new in pairs.items()})
        self._open(*pairs)
        self._client.indices.delete(index=[*pairs.values()])
        return pairs

    def finish(self) -> list[str]:
        """Deletes the indices of older versions that a migration left behind; they answer to no alias any more."""
        gone = sorted(self._pairs())
        if gone:
            self._client.indices.delete(index=gone)
        return gone

    def difference(self, old: str, new: str, *, every: int = _SAMPLE) -> str:
        """How two indices differ, in words, or an empty text: counts, and hashes of one document in `every` (all below 10,000)."""
        self._client.indices.refresh(index=[old, new])
        counts = [int(self._client.count(index=index)["count"]) for index in (old, new)]
        if counts[0] != counts[1]:
            return f"{counts[0]} documents there, {counts[1]} here"
        step = 1 if counts[0] < 10_000 else every
        for number, hits in enumerate(self._hits(old, {"match_all": {}})):
            drawn = [hit for place, hit in enumerate(hits) if (number * _PAGE + place) % step == 0]
            wrong = self._differing(old, new, drawn)
            if wrong:
                return f"document {wrong} is another"
        return ""

    def _extend(self, index: str, live: Json, done: Migration) -> None:
        family = self._family(index)
        added, fault = missing_fields(live, mapping(family))
        if fault:
            raise StoreError(f"index {index} cannot be mended in place: {fault}; only a new schema version can (raise SCHEMA_VERSION)")
        if added:
            self._client.indices.put_mapping(index=index, properties=added)  # type: ignore[arg-type]
            done.extended.append(index)

    def _copy_whole(self, index: str, new: str) -> int:
        """Copies an index while it is written, closes it for writing, copies the rest and compares; how many documents were copied."""
        family, copied = self._family(index), 0
        seen = -1
        for last in (False, False, True):
            if last:  # the old version's writers are refused from here on: they stop and lose nothing
                self._client.indices.add_block(index=index, block="write")
            seen, count = self._copy_since(index, new, family, seen)
            copied += count
        found = self.difference(index, new)
        if found:
            self._open(index)
            raise StoreError(f"{new} does not hold what {index} holds: {found}; nothing was switched over, run it again")
        return copied

    def _copy_since(self, old: str, new: str, family: str, seen: int) -> tuple[int, int]:
        """Copies documents whose last writing has a sequence number above `seen`; the number up to which nothing is left, and how many."""
        copied, complete = 0, self._checkpoint(old)  # taken before the refresh: every writing up to it is visible afterwards
        self._client.indices.refresh(index=old)
        for hits in self._hits(old, {"range": {_SEQ_NO: {"gt": seen}}}):
            actions = [self._action(old, new, family, hit) for hit in hits]
            outcomes = write(self._client, actions, self._patience)
            wrong = next((word for word in outcomes if word not in {WRITTEN, UNCHANGED}), None)
            if wrong:
                raise StoreError(f"{new} takes no document like one of {old}: {wrong}; nothing was switched over")
            copied += len(actions)
        return complete, copied

    def _checkpoint(self, index: str) -> int:
        shards = self._client.indices.stats(index=index, level="shards", filter_path="indices.*.shards").body["indices"][index]["shards"]
        if len(shards) != 1:
            raise StoreError(f"{index} has {len(shards)} shards; churnwatch makes indices of one, and copies no others")
        return min(int(copy["seq_no"]["local_checkpoint"]) for copy in shards["0"] if copy["routing"]["primary"])

    def _open(self, *indices: str) -> None:
        self._client.indices.put_settings(index=[*indices], settings={"index.blocks.write": None})

    def _action(self, old: str, new: str, family: str, hit: Json) -> Action:
        # The copy has the version of its source: an older state that comes late changes nothing.
        return Action("index", new, str(hit["_id"]), self._body(old, family, hit), int(str(hit["_version"])), "external_gte")

    def _body(self, index: str, family: str, hit: Json) -> bytes:
        source = cast("Json", hit["_source"])
        if family == COUNTER:
            return orjson.dumps(source)
        document = from_source(family, source)
        for version in range(version_of(index), elastic_mapping.SCHEMA_VERSION):
            document = CHANGES[version](family, document) if version in CHANGES else document
        return to_source(family, document)

    def _differing(self, old: str, new: str, hits: list[Json]) -> str | None:
        """The id of the first drawn document whose copy has not the hash that it must have."""
        if not hits:
            return None
        family = self._family(old)
        keys = [str(hit["_id"]) for hit in hits]
        answers = {one["_id"]: one for one in self._client.mget(index=new, ids=keys)["docs"]}
        for hit in hits:
            copy = answers[str(hit["_id"])]
            if not copy.get("found") or hash_of(self._body(new, family, copy)) != hash_of(self._body(old, family, hit)):
                return str(hit["_id"])
        return None

    def _move_aliases(self, moved: Mapping[str, str]) -> None:
        actions: list[Json] = []
        for old, new in moved.items():
            name = alias(self._prefix, self._family(old))
            actions += [{"remove": {"index": old, "alias": name}}, {"add": {"index": new, "alias": name}}]
        self._client.indices.update_aliases(actions=actions)

    def _pairs(self) -> dict[str, str]:
        """Indices of older versions that answer to no alias, with the index of today's version that stands for each."""
        found = self._client.indices.get(index=f"{self._prefix}-*-v0*", features="aliases").body
        older = [index for index, body in found.items() if not body["aliases"] and self._indices.family_of(index)]
        today = f"-v{elastic_mapping.SCHEMA_VERSION:04d}"
        return {
            index: index.replace(f"-v{version_of(index):04d}", today)
            for index in older
            if version_of(index) < elastic_mapping.SCHEMA_VERSION
        }

    def _family(self, index: str) -> str:
        family = self._indices.family_of(index)
        if family is None:
            raise StoreError(f"index {index} is none of churnwatch's")
        return family

    def _hits(self, index: str, asked: Json) -> Iterator[list[Json]]:
        return pages(self._client, index, asked, [{"_shard_doc": "asc"}], _PAGE, versions=True)


def version_of(index: str) -> int:
    """The schema version in the name of an index."""
    return int(index.rpartition("-v")[2][:4])


def hash_of(body: bytes) -> bytes:
    """The hash that a laid out document carries at its end; the counter's bytes themselves."""
    return body.rpartition(b'"%b":"' % HASH.encode())[2]
