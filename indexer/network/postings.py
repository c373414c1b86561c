"""Who shows what: the identifier table as postings, in canonical order whatever the order of its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indexer.network.identifiers import Identifier

Key = tuple[str, str]  # identifier type, value
# Values of these types are storefront keys: the storefront named is a holder as well.
NAMES_A_STOREFRONT = frozenset({"redirect", "canonical_domain"})


@dataclass(frozen=True, slots=True)
class Postings:
    """Every storefront sorted by key, the values each shows, and the storefronts of each value (sorted, two or more)."""

    storefronts: tuple[str, ...]
    shown: Mapping[str, frozenset[Key]]
    holders: Mapping[Key, tuple[str, ...]]


def postings(identifiers: Iterable[Identifier], storefronts: Iterable[str] = ()) -> Postings:
    """The postings of an identifier table; `storefronts` adds some that show nothing. `holders` lacks values of one storefront."""
    shown: dict[str, set[Key]] = {name: set() for name in storefronts}
    for identifier in identifiers:
        shown.setdefault(identifier.storefront, set()).add((identifier.type, identifier.value))
    for name in sorted(shown):
        for kind, value in sorted(shown[name]):
            if kind in NAMES_A_STOREFRONT and value in shown:
                shown[value].add((kind, value))
    holders: dict[Key, list[str]] = {}
    for name in sorted(shown):
        for key in shown[name]:
            holders.setdefault(key, []).append(name)
    return Postings(
        storefronts=tuple(sorted(shown)),
        shown={name: frozenset(shown[name]) for name in sorted(shown)},
        holders={key: tuple(holders[key]) for key in sorted(holders) if len(holders[key]) > 1},
    )
