"""Disjoint sets with path halving; the smallest member stands for a set, so the outcome does not depend on the order of unions."""

from collections.abc import Iterable, Iterator


class UnionFind:
    """Sets of storefront keys that only grow."""

    def __init__(self, members: Iterable[str] = ()) -> None:
        self.parent: dict[str, str] = {}
        self.sets: dict[str, list[str]] = {}
        for member in members:
            self.add(member)

    def add(self, member: str) -> None:
        """Puts a member not seen before into a set of its own."""
        if member not in self.parent:
            self.parent[member] = member
            self.sets[member] = [member]

    def find(self, member: str) -> str:
        """The smallest member of the set that holds `member`."""
        parent = self.parent
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    def union(self, one: str, other: str) -> str:
        """Joins two sets; gives the joint set's smallest member."""
        first, second = sorted((self.find(one), self.find(other)))
        if first != second:
            self.parent[second] = first
            larger, smaller = sorted((self.sets[first], self.sets.pop(second)), key=len, reverse=True)
            larger += smaller
            self.sets[first] = larger
        return first

    def members(self, member: str) -> list[str]:
        """Every member of the set that holds `member`, in no order."""
        return self.sets[self.find(member)]

    def partition(self) -> Iterator[tuple[str, ...]]:
        """The sets, each sorted, ordered by their smallest members."""
        for smallest in sorted(self.sets):
            yield tuple(sorted(self.sets[smallest]))
