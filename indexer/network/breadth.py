"""Breadth: how many otherwise unrelated owners a value spans when the value itself is left out.

An owner is a group of holders that share another strong value. A holder that shows nothing else of its owner is nobody's
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
# A value vouches that two holders are one owner's when it is rare, or when it meets the value under test far more often than chance would:
# two hubs that cut across the same market meet by chance and must not vouch for each other.
RARE_MAX, RARE_MIN, RARE_SHARE = 6, 3, 20
CHANCE_FACTOR = 4
# Families whose values owners make one for each shop (a measurement id, a server key): one that stands on a single shop witnesses nothing.
PER_SHOP = frozenset({"account", "host", "address"})


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


def rare(storefronts: int) -> int:
    """How many storefronts a value may stand on and still vouch without question."""
    return max(RARE_MIN, min(RARE_MAX, storefronts // RARE_SHARE))


def witnesses(table: Postings, hubs: Collection[Key]) -> dict[str, tuple[Key, ...]]:
    """The values of every storefront that witness its owner, sorted: strong, no hubs, no key or token that every shop has of its own."""
    return {name: tuple(sorted(key for key in shown if _is_witness(key, table, hubs))) for name, shown in table.shown.items()}


def breadth(key: Key, strong: dict[str, tuple[Key, ...]], table: Postings) -> Breadth:
    """The owners among the holders of one value, judged by their other strong values.

    A mailbox under a shop's own name differs on every shop of one operator, so it is no second owner to a handle they share.
    It is heard against values that templates and hosts spread, and only where nothing else speaks.
    """
    spread = _spread(key, strong, table, with_own_mailboxes=False)
    if spread.witnesses < 2 and identifier_type(key[0]).family in PER_SHOP:
        return _spread(key, strong, table, with_own_mailboxes=True)
    return spread


def _spread(key: Key, strong: dict[str, tuple[Key, ...]], table: Postings, *, with_own_mailboxes: bool) -> Breadth:
    holders = table.holders[key]
    places: dict[Key, list[str]] = {}
    for name in holders:
        for other in strong[name]:
            if other != key and (with_own_mailboxes or not _is_own_mailbox(name, other)):
                places.setdefault(other, []).append(name)
    vouching = {other: names for other, names in places.items() if _vouches(other, len(names), len(holders), table)}
    groups = UnionFind()
    for names in vouching.values():
        for name in names:
            groups.add(name)
            groups.union(names[0], name)
    _join_through_others(groups, vouching, table)
    sizes = [len(members) for members in groups.sets.values()]
    return Breadth(sum(sizes), len(sizes), max(sizes, default=0))


def _is_witness(key: Key, table: Postings, hubs: Collection[Key]) -> bool:
    kind = identifier_type(key[0])
    if not kind.is_strong or key in hubs:
        return False
    return kind.family not in PER_SHOP or key in table.holders


def _vouches(other: Key, together: int, df: int, table: Postings) -> bool:
    other_df = len(table.holders.get(other, (1,)))
    if df >= BUNDLE_FROM and together >= BUNDLE_SHARE * df and other_df <= df / BUNDLE_SHARE:
        return False
    count = len(table.storefronts)
    return other_df <= rare(count) or together >= max(2.0, CHANCE_FACTOR * df * other_df / count)


def _join_through_others(groups: UnionFind, vouching: dict[Key, list[str]], table: Postings) -> None:
    """Joins owners that share rare values with one storefront outside (a third shop of the same operator)."""
    seen: dict[str, str] = {}
    limit = rare(len(table.storefronts))
    for other, names in vouching.items():
        outside = table.holders.get(other, ())
        if len(outside) <= limit:
            for name in outside:
                if name not in groups.parent:
                    groups.union(seen.setdefault(name, names[0]), names[0])


def _is_own_mailbox(name: str, key: Key) -> bool:
    if key[0] != "email":
        return False
    domain = key[1].rpartition("@")[2].lower()
    host = name.partition("#")[0].partition("/")[0].partition(":")[0].lower()
    return domain == host or domain.endswith("." + host) or host.endswith("." + domain)
