"""Projection: every derived document from the store's observations, written only where it changed. Leads have a writer of their own."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from crawlers.ids import content_id, instant, parse_instant
from indexer import listings as offers
from indexer.current import Current, coverage, identifiers, observations, read_current
from indexer.firsts import first_events
from indexer.network.assignments import Assignment, assign_ids, growing
from indexer.network.churn import Churn, Event, churn, of_current_tenancy
from indexer.network.cluster import clusters
from indexer.network.identifiers import Identifier
from indexer.network.judgements import VERDICTS, Judgement
from indexer.network.link import Linkage, link
from indexer.network.looks import seller_looks
from indexer.network.successor import Succession, successions
from indexer.pivot import identifier_id
from indexer.store import Document, Store, Value
from indexer.storefronts import storefront_documents
from indexer.verdicts import standing_verdicts, with_verdicts
from indexer.wordings import with_vectors
from nlp.encode import Encoder

VOLATILE = ("sequence",)  # differs between two equal projections
MAX_HOLDERS = 1000  # storefronts an identifier document names


def project(store: Store, at: datetime, encoder: Encoder | None = None) -> int:
    """Recomputes links, clusters, churn, listings and storefronts; returns the projection's sequence. `at` is the time of judging.

    With an encoder listings whose wording is new get a vector.
    """
    sequence = store.next_sequence()
    current = read_current(store, at)
    lives = lives_of(current)
    seen = of_current_tenancy(identifiers(current), lives.states)
    linkage = link_all(store, seen, current.looks)
    partition = clusters(linkage)
    assigned, history = _assign(store, partition, current)
    succeeded = successions(lives, linkage, partition)
    listings, listing_events = offers.listing_documents(current.sightings, coverage(current), sequence)
    cluster_of = {member: one.cluster for one in assigned for member in one.members}
    head: Document = {"sequence": sequence, "withdrawn": False}
    judged = standing_verdicts(store)
    write(store, "listing", with_verdicts(with_vectors(store, listings, encoder), judged, "listing_id"))
    shops = storefront_documents(current, lives.states, cluster_of, listings, sequence)
    write(store, "storefront", with_verdicts(shops, judged, "storefront"))
    write(store, "identifier", _identifier_documents(seen, linkage, head))
    write(store, "link", _link_documents(linkage, head))
    write(store, "cluster", _cluster_documents(assigned, growing(assigned, history), current, head))
    write(store, "succession", _succession_documents(succeeded, head))
    events = [_event_document(event, {one.storefront: one for one in succeeded}, head) for event in lives.events]
    write(store, "event", [*events, *listing_events, *first_events(current.findings, current.looks, sequence)])
    return sequence


def lives_of(current: Current) -> Churn:
    """Churn of everything looked at, sellers a visit did not see included."""
    looks = observations(current)
    stops = {key: str(visit["stop"]) for key, visit in current.visits.items()}
    return churn([*looks, *seller_looks(looks, stops)])


def link_all(store: Store, seen: Iterable[Identifier], storefronts: Iterable[str]) -> Linkage:
    """The links of an identifier table under the store's judgements on pairs."""
    judgements = [
        Judgement(
            str(one["left"]),
            str(one["right"]),
            str(one["verdict"]),
            parse_instant(str(one["at"])),
            str(one.get("who") or ""),
            str(one.get("why") or ""),
        )
        for one in store.scan("judgement", {"verdict": list(VERDICTS)})
    ]
    return link(seen, judgements, storefronts=storefronts)


def last_moment(store: Store) -> datetime | None:
    """The end of the newest visit, None in an empty store: the time at which a rebuild judges, so that it equals what stood before."""
    return max((parse_instant(str(visit["done_at"])) for visit in store.scan("visit")), default=None)


def write(store: Store, family: str, documents: Iterable[Document]) -> None:
    """Writes what differs from the store and withdraws what is no longer said."""
    standing = {str(one["id"]): one for one in store.scan(family)}
    fresh = {str(one["id"]): one for one in documents}
    sequence = max((one["sequence"] for one in fresh.values() if isinstance(one["sequence"], int)), default=None)
    changed = [fresh[key] for key in sorted(fresh) if key not in standing or _said(standing[key]) != _said(fresh[key])]
    gone = [key for key in sorted(standing.keys() - fresh.keys()) if not standing[key]["withdrawn"]]
    if gone and sequence is None:
        sequence = store.next_sequence()
    store.put(family, changed)
    store.put(family, [standing[key] | {"withdrawn": True, "sequence": sequence} for key in gone])


def _said(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in VOLATILE and value is not None}


def _assign(store: Store, partition: list[tuple[str, ...]], current: Current) -> tuple[tuple[Assignment, ...], tuple[Assignment, ...]]:
    """Cluster ids for a partition; new assignments are kept as records dated by the newest look, so that a rebuild finds the same."""
    history = tuple(
        Assignment(
            str(one["id"]),
            str(one["cluster"]),
            tuple(cast("list[str]", one["members"])),
            parse_instant(str(one["at"])),
            tuple(cast("list[str]", one.get("previous") or [])),
        )
        for one in store.scan("assignment")
    )
    newest = max((parse_instant(str(look["at"])) for seen in current.looks.values() for look in seen[-1:]), default=None)
    if newest is None:
        return (), history
    assigned = assign_ids(partition, history, newest)
    known = {one.id for one in history}
    store.put("assignment", [_assignment_document(one) for one in assigned if one.id not in known])
    return assigned, history


def _assignment_document(one: Assignment) -> Document:
    return {
        "id": one.id,
        "kind": "assignment",
        "cluster": one.cluster,
        "members": [*one.members],
        "at": instant(one.at),
        "previous": [*one.previous],
    }


def _identifier_documents(seen: Iterable[Identifier], linkage: Linkage, head: Document) -> list[Document]:
    rows: dict[tuple[str, str], list[Identifier]] = {}
    for one in seen:
        rows.setdefault((one.type, one.value), []).append(one)
    documents = []
    for (kind, value), holders in rows.items():
        weight = linkage.weights.get(linkage.renamed.get((kind, value), (kind, value)))
        first, last = (min(one.first_seen for one in holders if one.first_seen), max(one.last_seen for one in holders if one.last_seen))
        documents.append(
            head
            | {
                "id": identifier_id(kind, value),
                "kind": "identifier",
                "identifier": kind,
                "value": value,
                "storefronts": [one.storefront for one in holders[:MAX_HOLDERS]],
                "size": len(holders),
                "hub": weight.hub if weight else False,
                "reason": weight.why if weight else "seen on one storefront only",
                "first_seen": instant(first),
                "last_seen": instant(last),
            }
        )
    return documents


def _link_documents(linkage: Linkage, head: Document) -> list[Document]:
    return [
        head
        | {
            "id": content_id("lnk", one.a, one.b),
            "kind": "link",
            "a": one.a,
            "b": one.b,
            "probability": one.probability,
            "linked": one.linked,
            "bits": one.bits,
            "evidence": [cast("Value", row.as_json()) for row in one.evidence],
        }
        for one in linkage.links
    ]


def _cluster_documents(assigned: Iterable[Assignment], alarming: frozenset[str], current: Current, head: Document) -> list[Document]:
    documents = []
    for one in assigned:
        looks = [look for member in one.members for look in current.looks.get(member, ())]
        times = sorted(str(look["at"]) for look in looks)
        documents.append(
            head
            | {
                "id": one.cluster,
                "kind": "cluster",
                "members": [*one.members],
                "size": len(one.members),
                "label": "growing fast, to be reviewed" if one.cluster in alarming else None,
                "first_seen": times[0] if times else None,
                "last_seen": times[-1] if times else None,
            }
        )
    return documents


def _succession_documents(succeeded: Iterable[Succession], head: Document) -> list[Document]:
    return [
        head
        | {
            "id": content_id("suc", one.storefront, one.successor_of),
            "kind": "succession",
            "storefront": one.storefront,
            "successor_of": one.successor_of,
            "probability": one.probability,
            "evidence": [cast("Value", row.as_json()) for row in one.evidence],
        }
        for one in succeeded
    ]


def _event_document(event: Event, succeeded: Mapping[str, Succession], head: Document) -> Document:
    document = head | {
        "id": content_id("evt", event.storefront, event.event, instant(event.by), None),
        "kind": "event",
        "storefront": event.storefront,
        "event": event.event,
        "after": instant(event.after) if event.after else None,
        "by": instant(event.by),
        "confirmed_at": instant(event.confirmed_at),
        "looks": [*dict.fromkeys(look.visit_id for look in event.looks if look.visit_id)],
        "evidence": [{"at": instant(look.at), "outcome": look.outcome, "visit_id": look.visit_id} for look in event.looks],
    }
    follows = succeeded.get(event.storefront) if event.event == "appeared" else None
    if follows is not None:
        document |= {"successor_of": follows.successor_of, "probability": follows.probability}
    return document
