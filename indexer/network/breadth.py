"""Breadth: how many otherwise unrelated owners a value spans when the value itself is left out.

An owner is a group of holders that share another strong value. A holder that shows no other strong value is nobody's
witness: it neither joins an owner nor counts as one, so a handle that is the only trace on 200 shops spans no second owner.
"""

from collections.abc import Collection
from dataclasses import dataclass

from indexer.network.identifiers import identifier_type
from indexer.network.postings import Key, Postings
from indexer.network.union_find import UnionFind

# A value of which this share of the holders also shares the value under test is one bundle with it (a vendor's snippet and mail address).
BUNDLE_SHARE = 0.8
BUNDLE_FROM = 4  # holders; below that a bundle cannot be told from an operator's own set
# A largest owner with this share of the witnesses makes the rest look like strays of one operator.
DOMINANT_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Breadth:
    """The witnesses among a value's holders: how many, in how many owners, and how many the largest owner has."""

    witnesses: int = 0
    owners: int = 0
    largest: int = 0

    @property
    def strays(self) -> int:
        """Witnesses outside the largest owner."""
        return self.witnesses - self.largest

    @property
    def is_dominated(self) -> bool:
        """Does one owner hold so many of them that the others look like its strays."""
        return self.largest > 1 and self.largest >= DOMINANT_SHARE * self.witnesses


def strong_values(table: Postings, hubs: Collection[Key]) -> dict[str, tuple[Key, ...]]:
    """The strong values of every storefront that witness an owner, sorted: no hubs, no mailboxes of the shop's own domain."""
    return {
        name: tuple(
            sorted(key for key in shown if identifier_type(key[0]).is_strong and key not in hubs and not _is_own_mailbox(name, key))
        )
        for name, shown in table.shown.items()
    }


def breadth(key: Key, holders: tuple[str, ...], strong: dict[str, tuple[Key, ...]], table: Postings) -> Breadth:
    """The owners among the holders of one value, judged by their other strong values."""
    places: dict[Key, list[str]] = {}
    for name in holders:
        for other in strong[name]:
            if other != key:
                places.setdefault(other, []).append(name)
    bundle = _bundle(key, holders, places)
    groups = UnionFind()
    for other, names in places.items():
        if other in bundle:
            continue
        for name in names:
            if name not in groups.parent:
                groups.parent[name] = name
                groups.sets[name] = [name]
            groups.union(names[0], name)
    _join_through_others(groups, places, bundle, table)
    sizes = [len(members) for members in groups.sets.values()]
    return Breadth(sum(sizes), len(sizes), max(sizes, default=0))


def _bundle(key: Key, holders: tuple[str, ...], places: dict[Key, list[str]]) -> frozenset[Key]:
    """Values that come along with this one nearly everywhere: they are one witness with it, not a second."""
    if len(holders) < BUNDLE_FROM:
        return frozenset()
    return frozenset(other for other, names in places.items() if len(names) >= BUNDLE_SHARE * len(holders) and other != key)


THROUGH_MAX = 20  # holders of a value through which two owners may be joined by a third storefront


def _join_through_others(groups: UnionFind, places: dict[Key, list[str]], bundle: frozenset[Key], table: Postings) -> None:
    """Joins owners that share strong values with one storefront outside (a third shop of the same operator)."""
    seen: dict[str, str] = {}
    for other, names in places.items():
        outside = table.holders.get(other, ())
        if other in bundle or len(outside) > THROUGH_MAX:
            continue
        for name in outside:
            if name not in groups.parent:
                groups.union(seen.setdefault(name, names[0]), names[0])


def _is_own_mailbox(name: str, key: Key) -> bool:
    """A mailbox under the shop's own name differs on every shop of one operator, so it witnesses nothing."""
    if key[0] != "email":
        return False
    domain = key[1].rpartition("@")[2].lower()
    host = name.partition("#")[0].partition("/")[0].partition(":")[0].lower()
    return domain == host or domain.endswith("." + host) or host.endswith("." + domain)
