"""What the store says of storefronts that nobody watches: links, redirects, names on certificates, shared identifiers."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from crawlers.canonical import canonical
from indexer.network.discovery import Mention
from indexer.network.known_hubs import load_known_hubs
from indexer.network.platforms import platform
from indexer.store import Store
from indexer.values import number, row, rows, standing, text, texts
from nlp.known import known
from nlp.outlinks import target_key

LINKED_FROM = 0.5  # probability from which a possible link to an unwatched storefront is told of


@dataclass(frozen=True, slots=True)
class Known:
    """What ranking and imports ask of the store.

    `holders`: (type, value) of an identifier that is no hub → watched storefront → capture.
    """

    watched: frozenset[str]
    bands: Mapping[str, str]
    owners: Mapping[str, str]
    holders: Mapping[tuple[str, str], Mapping[str, str]]


def read_known(store: Store, watched: Collection[str]) -> Known:
    """The watched storefronts with their risk, cluster and identifiers; sellers count for their marketplace."""
    bands: dict[str, str] = {}
    owners: dict[str, str] = {}
    order = ("abstain", "low", "medium", "high")
    for one in store.scan("storefront"):
        key = text(one, "storefront").partition("#")[0]
        if standing(one):
            bands[key] = max(bands.get(key, "abstain"), text(one, "band") or "abstain", key=order.index)
            owners.setdefault(key, text(one, "cluster") or key)
    hubs = {(text(one, "identifier"), text(one, "value")) for one in store.scan("identifier", {"hub": True}) if standing(one)}
    holders: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for finding in store.scan("finding", {"superseded": False}):
        kind, value = text(finding, "identifier"), text(finding, "value")
        source = text(finding, "storefront").partition("#")[0]
        if kind and finding.get("pivot") is not False and source in watched and (kind, value) not in hubs and not is_common(kind, value):
            holders[kind, value].setdefault(source, text(finding, "capture_id"))
    return Known(frozenset(watched), bands, owners, {key: dict(sorted(found.items())) for key, found in sorted(holders.items())})


def is_common(kind: str, value: str) -> bool:
    """Whether a value names nobody wherever it is seen."""
    return known(kind, value) is not None or load_known_hubs().why(kind, value) is not None


def mentions(store: Store, known_of: Known) -> Iterator[Mention]:
    """Everything in the store that points from a watched storefront to another; the caller drops what is watched or never proposed."""
    yield from _links(store, known_of.watched)
    yield from _redirects(store, known_of.watched)
    yield from _names(known_of)
    yield from _pivots(store, known_of.watched)


def mention(url: str, kind: str, source: str, value: str, place: str) -> Mention | None:
    """A mention of the storefront at an address or bare name; None when that is no address."""
    address = canonical(url if "://" in url else f"https://{url}/")
    if address is None:
        return None
    key = target_key(address)
    root = address if "/" in key else address[: address.index("/", 8) + 1]
    return Mention(key, kind, source, value, place, root)


def _links(store: Store, watched: Collection[str]) -> Iterator[Mention]:
    """One mention for each pair of storefronts: the earliest capture that shows the link."""
    first: dict[tuple[str, str], tuple[str, Mention]] = {}
    for capture in store.scan("capture"):
        source = text(capture, "storefront").partition("#")[0]
        for url in texts(capture, "outlinks") if source in watched else ():
            found = mention(url, "outlink", source, url, text(capture, "id"))
            if found:
                key, at = (found.source, found.target), text(capture, "fetched_at")
                first[key] = min(first.get(key, (at, found)), (at, found))
    yield from (found for _, found in first.values())


def _redirects(store: Store, watched: Collection[str]) -> Iterator[Mention]:
    for look in store.scan("look", {"superseded": False}):
        source, target = text(look, "storefront").partition("#")[0], text(look, "moved_to")
        if target and source in watched and text(look, "outcome") == "moved":
            found = mention(target, "redirect", source, target, next(iter(texts(look, "capture_ids")), text(look, "visit_id")))
            if found:
                yield found


def _names(known_of: Known) -> Iterator[Mention]:
    """Names on certificates, and the domains of mailboxes that are no mail provider's."""
    for (kind, value), holders in known_of.holders.items():
        name = value if kind == "tls_san" else value.rpartition("@")[2] if kind == "email" else ""
        for source, capture in holders.items() if name and platform(name) is None else ():
            found = mention(name, "certificate" if kind == "tls_san" else "identifier", source, f"{kind} {value}", capture)
            if found:
                yield found


def _pivots(store: Store, watched: Collection[str]) -> Iterator[Mention]:
    """Storefronts looked at without a site file (ad hoc captures) that the evidence links to watched ones."""
    for link in store.scan("link"):
        a, b = (text(link, end).partition("#")[0] for end in "ab")
        if not standing(link) or (number(link, "probability") or 0) < LINKED_FROM:
            continue
        for source, target in ((a, b), (b, a)):
            if source in watched and target not in watched:
                best = next((one for one in rows(link, "evidence") if not one.get("hub")), row(link, "evidence"))
                found = mention(target, "identifier", source, f"{text(best, 'type')} {text(best, 'value')}", text(link, "id"))
                if found:
                    yield found
