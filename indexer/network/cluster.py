"""Clusters: storefronts joined by links, kept apart where analysts say so, cut where one planted value could hold groups together."""

from collections.abc import Mapping

from indexer.network.brake import braked
from indexer.network.link import Link, Linkage
from indexer.network.union_find import UnionFind


def clusters(linkage: Linkage) -> list[tuple[str, ...]]:
    """The partition of all storefronts: each cluster sorted, ordered by smallest member. A pure function of the linkage.

    Judged pairs are joined first, then links from the strongest down; storefronts that a judgement calls different never share a cluster.
    """
    groups = UnionFind(linkage.storefronts)
    apart: dict[str, set[str]] = {}
    for a, b in linkage.different:
        apart.setdefault(a, set()).add(b)
        apart.setdefault(b, set()).add(a)
    linked = [found for found in linkage.links if found.linked]
    linked.sort(key=lambda found: (found.verdict is None, -found.bits, found.a, found.b))
    for found in linked:
        if groups.find(found.a) != groups.find(found.b) and _may_join(groups, found, apart):
            groups.union(found.a, found.b)
    inside: dict[str, list[Link]] = {}
    for found in linked:
        if groups.find(found.a) == groups.find(found.b):
            inside.setdefault(groups.find(found.a), []).append(found)
    partition: list[tuple[str, ...]] = []
    for part in groups.partition():
        partition += braked(part, inside[part[0]]) if part[0] in inside else [part]
    return sorted(partition)


def _may_join(groups: UnionFind, found: Link, apart: Mapping[str, set[str]]) -> bool:
    if not apart:
        return True
    smaller, larger = sorted((groups.members(found.a), groups.members(found.b)), key=len)
    others = set(larger)
    return all(others.isdisjoint(apart[name]) for name in smaller if name in apart)
