"""The JSON rows of `link --identifiers` and `churn --visits`, from plain files: the command-line contract of the network stage."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from crawlers.errors import ConfigError
from crawlers.ids import instant
from indexer.network.churn import Churn, Event, churn
from indexer.network.cluster import clusters
from indexer.network.explain import explain_pair
from indexer.network.identifiers import read_identifiers
from indexer.network.link import Linkage, link
from indexer.network.looks import Observation, read_visits
from indexer.network.successor import Succession, successions
from indexer.network.tenancy import tenant_events, tenant_identifiers, tenant_name
from indexer.store import Document


def link_rows(path: Path | str, *, allow_unknown: bool = False) -> list[Document]:
    """One `{"site","cluster","probability"}` per storefront of an identifier table, ordered by site.

    The probability is that of its strongest link inside its cluster, None when alone. Raises ConfigError as `read_identifiers` does.
    """
    linkage = link(read_identifiers(path, allow_unknown=allow_unknown))
    return list(partition_rows(linkage, clusters(linkage)))


def partition_rows(linkage: Linkage, partition: Iterable[tuple[str, ...]]) -> Iterator[Document]:
    """The rows of a linkage and its partition; a cluster is named by its smallest member, as a new one would be in a store."""
    home = {name: f"{part[0]}~1" for part in partition for name in part}
    best: dict[str, float] = {}
    for found in linkage.links:
        if found.linked and home[found.a] == home[found.b]:
            for name in (found.a, found.b):
                best[name] = max(found.probability, best.get(name, 0.0))
    for name in linkage.storefronts:
        yield {"site": name, "cluster": home[name], "probability": best.get(name)}


def explain_rows(path: Path | str, a: str, b: str, *, allow_unknown: bool = False) -> list[Document]:
    """The one object of `link --identifiers FILE --explain A B`; raises ConfigError for a site that the table lacks."""
    linkage = link(read_identifiers(path, allow_unknown=allow_unknown))
    for name in (a, b):
        if name not in linkage.shown:
            raise ConfigError(f"no row is about {name!r}: name two sites of the table", file=path, key="site")
    return [explain_pair(linkage, a, b)]


def churn_rows(path: Path | str, *, allow_unknown: bool = False) -> list[Document]:
    """One row per event of a file of looks, in order of time, successors on `appeared` rows. Raises ConfigError as `read_visits` does."""
    lives = churn(read_visits(path, allow_unknown=allow_unknown))
    return list(event_rows(lives.events, successions_of(lives)))


def successions_of(lives: Churn) -> tuple[Succession, ...]:
    """Whose place each newcomer takes, judged by the identifiers that the looks themselves carry; named by storefront."""
    held = {name: state.tenancies for name, state in lives.states.items()}
    names = [tenant_name(name, number + 1) for name, owners in held.items() for number in range(max(len(owners), 1))]
    storefronts = {tenant_name(name, number + 1): name for name, owners in held.items() for number in range(max(len(owners), 1))}
    linkage = link(tenant_identifiers(held), storefronts=names)
    found = successions(replace(lives, events=tenant_events(lives.events, held)), linkage, clusters(linkage))
    return tuple(
        replace(one, storefront=storefronts[one.storefront], successor_of=storefronts.get(one.successor_of, one.successor_of))
        for one in found
    )


def event_rows(events: Iterable[Event], found: Iterable[Succession] = ()) -> Iterator[Document]:
    """The JSON rows of events; a succession adds `successor_of`, `probability` and its evidence to the newcomer's `appeared` row."""
    older = {one.storefront: one for one in found}
    for event in events:
        yield _event_row(event, older if event.event == "appeared" else {})


def _event_row(event: Event, older: Mapping[str, Succession]) -> Document:
    evidence = [_look(look) for look in event.looks]
    row: Document = {
        "storefront": event.storefront,
        "event": event.event,
        "after": _time(event.after),
        "by": instant(event.by),
        "confirmed_at": instant(event.confirmed_at),
    }
    one = older.get(event.storefront)
    if one is not None:
        row |= {"successor_of": one.successor_of, "probability": one.probability}
        evidence += [shared.as_json() | {"kind": "identifier"} for shared in one.evidence]
    return row | {"evidence": [*evidence]}


def _look(look: Observation) -> Document:
    shown: Document = {"kind": "look", "at": instant(look.at), "outcome": look.outcome}
    return shown | ({"visit_id": look.visit_id} if look.visit_id else {})


def _time(time: datetime | None) -> str | None:
    return None if time is None else instant(time)
