"""Clusters: storefronts joined by links, with a brake on merging groups that hang together by a single value."""

from collections.abc import Iterable, Mapping

from indexer.network.identifiers import MIDDLE, identifier_type
from indexer.network.link import Link, Linkage
from indexer.network.postings import Key
from indexer.network.union_find import UnionFind

BRAKE_FROM = 3  # storefronts on both sides (reference/linkage.md section 5, size brake)
BRIDGES = 3  # links without a common end that may stand for a second value


def clusters(linkage: Linkage) -> list[tuple[str, ...]]:
    """The partition of all storefronts: each cluster sorted, ordered by smallest member. A pure function of the linkage.

    Judged pairs come first, then links from the strongest down. Two groups of three or more merge only on two different
    values or on three bridges without a common end, and never when a judgement calls members of both different.
    """
    groups = UnionFind(linkage.storefronts)
    apart: dict[str, set[str]] = {}
    for a, b in linkage.different:
        apart.setdefault(a, set()).add(b)
        apart.setdefault(b, set()).add(a)
    linked = [found for found in linkage.links if found.linked]
    linked.sort(key=lambda found: (found.verdict is None, -found.bits, found.a, found.b))
    waiting = linked
    while True:
        left = _pass(groups, waiting, apart, linked)
        if len(left) == len(waiting):
            return list(groups.partition())
        waiting = left


def _pass(groups: UnionFind, waiting: list[Link], apart: Mapping[str, set[str]], linked: list[Link]) -> list[Link]:
    """One round over the links, strongest first; gives those whose ends are still apart."""
    left = []
    by_end = _by_end(linked)
    for found in waiting:
        if groups.find(found.a) == groups.find(found.b):
            continue
        if _may_join(groups, found, apart, by_end):
            groups.union(found.a, found.b)
        else:
            left.append(found)
    return left


def _by_end(linked: Iterable[Link]) -> dict[str, list[Link]]:
    ends: dict[str, list[Link]] = {}
    for found in linked:
        ends.setdefault(found.a, []).append(found)
        ends.setdefault(found.b, []).append(found)
    return ends


def _may_join(groups: UnionFind, found: Link, apart: Mapping[str, set[str]], by_end: Mapping[str, list[Link]]) -> bool:
    smaller, larger = sorted((groups.members(found.a), groups.members(found.b)), key=len)
    if apart:
        others = set(larger)
        if any(not others.isdisjoint(apart[name]) for name in smaller if name in apart):
            return False
    if found.verdict == "same" or len(smaller) < BRAKE_FROM:
        return True
    return _is_bridged(groups, smaller, larger, by_end)


def _is_bridged(groups: UnionFind, smaller: list[str], larger: list[str], by_end: Mapping[str, list[Link]]) -> bool:
    root = groups.find(larger[0])
    values: set[Key] = set()
    ends: set[str] = set()
    bridges = 0
    for name in sorted(smaller):
        for found in by_end.get(name, ()):
            other = found.b if found.a == name else found.a
            if groups.find(other) != root:
                continue
            if found.verdict == "same":
                return True
            values.update((row.type, row.value) for row in found.evidence if row.bits > 0 and identifier_type(row.type).tier <= MIDDLE)
            if name not in ends and other not in ends:
                ends |= {name, other}
                bridges += 1
            if len(values) > 1 or bridges >= BRIDGES:
                return True
    return False
