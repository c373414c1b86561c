"""Cluster ids: assigned once, kept by largest overlap, recorded so that a rebuild gives the same ids."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawlers.ids import content_id, instant

GROWTH_FROM = 5  # storefronts; below that a doubling is everyday
PERCENTILE = 0.995
PERCENTILE_FROM = 200  # clusters; below that the largest few are no outliers


@dataclass(frozen=True, slots=True)
class Assignment:
    """One record: from `at` on, `cluster` is these members. `previous` names the other clusters that members came from."""

    id: str
    cluster: str
    members: tuple[str, ...]
    at: datetime
    previous: tuple[str, ...] = ()


def assign_ids(partition: Iterable[tuple[str, ...]], history: Sequence[Assignment], at: datetime) -> tuple[Assignment, ...]:
    """One assignment per cluster of the partition, in its order; those equal to the history's are the history's own records.

    A cluster keeps the id of the old one it shares most members with (ties: the smaller id); an id belongs to one cluster. A new id is
    `<smallest member>~<n>`, n the first number never used with that name. Records to keep are those that `history` lacks.
    """
    parts = [tuple(sorted(part)) for part in partition]
    latest, home = _standing(history)
    taken = _kept(parts, home)
    used = {record.cluster for record in history}
    assigned = []
    for place, part in enumerate(parts):
        cluster = taken.get(place) or _fresh(part[0], used)
        used.add(cluster)
        if cluster in latest and latest[cluster].members == part:
            assigned.append(latest[cluster])
            continue
        previous = tuple(sorted({home[name] for name in part if name in home} - {cluster}))
        assigned.append(Assignment(content_id("asg", cluster, instant(at), *part), cluster, part, at, previous))
    return tuple(assigned)


def growing(assigned: Sequence[Assignment], history: Sequence[Assignment]) -> frozenset[str]:
    """Clusters that more than doubled in their last record, or passed the 99.5th percentile of sizes: label them, hold their alerts.

    They are never cut: the partition stays what the evidence says. A cluster of the first day of all has nothing to have grown from. Asking
    again, with the same records in `history`, gives the same clusters.
    """
    records = sorted((*history, *assigned), key=lambda record: record.at)
    born: dict[str, datetime] = {}
    for record in records:
        born.setdefault(record.cluster, record.at)
    before_now = _sizes_before(assigned, history)
    now = {record.cluster: len(record.members) for record in assigned}
    sizes = sorted(now.values())
    outlier = sizes[int(PERCENTILE * (len(sizes) - 1))] if len(sizes) >= PERCENTILE_FROM else None
    alarming = set()
    for cluster, size in now.items():
        before = before_now.get(cluster, size if born[cluster] == records[0].at else 1)
        passed = outlier is not None and before <= outlier < size
        if size >= GROWTH_FROM and (size > 2 * before or passed):
            alarming.add(cluster)
    return frozenset(alarming)


def _sizes_before(assigned: Iterable[Assignment], history: Sequence[Assignment]) -> dict[str, int]:
    """How large each cluster was by the record before its standing one."""
    standing = {record.cluster: record for record in assigned}
    sizes: dict[str, int] = {}
    for record in sorted(history, key=lambda record: (record.at, record.id)):
        kept = standing.get(record.cluster)
        if kept is not None and record.id != kept.id and record.at <= kept.at:
            sizes[record.cluster] = len(record.members)
    return sizes


def _standing(history: Sequence[Assignment]) -> tuple[dict[str, Assignment], dict[str, str]]:
    """The latest record of every cluster, and the cluster each member was last put in."""
    latest: dict[str, Assignment] = {}
    home: dict[str, str] = {}
    for record in sorted(history, key=lambda record: (record.at, record.id)):
        latest[record.cluster] = record
        home.update(dict.fromkeys(record.members, record.cluster))
    return latest, home


def _kept(parts: Sequence[tuple[str, ...]], home: Mapping[str, str]) -> dict[int, str]:
    """The old id that each part keeps, by its place."""
    overlaps: dict[tuple[int, str], int] = {}
    for place, part in enumerate(parts):
        for name in part:
            if name in home:
                overlaps[place, home[name]] = overlaps.get((place, home[name]), 0) + 1
    kept: dict[int, str] = {}
    given: set[str] = set()
    for (place, cluster), _ in sorted(overlaps.items(), key=lambda pair: (-pair[1], pair[0][1], parts[pair[0][0]])):
        if place not in kept and cluster not in given:
            kept[place] = cluster
            given.add(cluster)
    return kept


def _fresh(smallest: str, used: set[str]) -> str:
    number = 1
    while f"{smallest}~{number}" in used:
        number += 1
    return f"{smallest}~{number}"
