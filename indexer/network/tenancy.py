"""Tenancies: who held an address when. Identifiers belong to a tenancy, so a re-registered name links nobody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from indexer.network.identifiers import MIDDLE, Identifier, identifier_type
from indexer.network.life import Event, Span
from indexer.network.postings import Key


@dataclass(frozen=True, slots=True)
class Tenancy:
    """One owner's time at an address: from its first live look to the first look that saw the end (None while open)."""

    since: datetime
    until: datetime | None
    identifiers: frozenset[Key]


def tenancies(spans: Iterable[Span]) -> tuple[Tenancy, ...]:
    """The lives of one storefront, those joined that follow each other under one owner."""
    joined: list[Span] = []
    for span in spans:
        if joined and not _is_new_owner(joined[-1], span):
            last = joined[-1]
            joined[-1] = Span(last.since, span.until, last.identifiers | span.identifiers, last.contents | span.contents)
        else:
            joined.append(span)
    return tuple(Tenancy(span.since, span.until, frozenset(span.identifiers)) for span in joined)


def of_current_tenancy(identifiers: Iterable[Identifier], held: Mapping[str, Sequence[Tenancy]]) -> list[Identifier]:
    """The identifiers without those last seen before their storefront's current tenancy; `held` gives each storefront's tenancies."""
    kept = []
    for identifier in identifiers:
        owners = held.get(identifier.storefront, ())
        since = owners[-1].since if len(owners) > 1 else None
        if since is None or identifier.last_seen is None or identifier.last_seen >= since:
            kept.append(identifier)
    return kept


def tenant_name(storefront: str, number: int) -> str:
    """The name under which the n-th tenancy (from 1) is linked: the key itself for the first."""
    return storefront if number == 1 else f"{storefront} (tenancy {number})"


def tenant_identifiers(held: Mapping[str, Sequence[Tenancy]]) -> list[Identifier]:
    """The identifier table with one name per tenancy."""
    return [
        Identifier(tenant_name(storefront, number), kind, value)
        for storefront, owners in sorted(held.items())
        for number, tenancy in enumerate(owners, start=1)
        for kind, value in sorted(tenancy.identifiers)
    ]


def tenant_events(events: Iterable[Event], held: Mapping[str, Sequence[Tenancy]]) -> tuple[Event, ...]:
    """The events, each under the name of the tenancy it belongs to."""
    named = []
    for event in events:
        number = sum(tenancy.since <= event.by for tenancy in held.get(event.storefront, ()))
        named.append(replace(event, storefront=tenant_name(event.storefront, max(number, 1))))
    return tuple(named)


def _is_new_owner(before: Span, now: Span) -> bool:
    """No identifier in common and other content. Where either is unknown, the address keeps its owner.

    Weak kinds (server, theme, name servers) are the hoster's as much as the owner's and keep nobody's address.
    """
    old, new = _telling(before.identifiers), _telling(now.identifiers)
    if not old or not new or old & new:
        return False
    return bool(before.contents and now.contents) and before.contents.isdisjoint(now.contents)


def _telling(keys: Iterable[Key]) -> set[Key]:
    return {key for key in keys if identifier_type(key[0]).tier <= MIDDLE}
