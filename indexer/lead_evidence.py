"""The evidence of one lead as JSON: enough to print it, check it and find every quote again without asking the store."""

from collections import Counter
from collections.abc import Iterable

from indexer.lead_ground import Contact, Ground
from indexer.reason_words import reason_words, substance_words
from indexer.store import Document, Value
from indexer.values import earliest, latest, number, row, rows, text, texts

# What one lead prints of each kind; `left_out` says how many more the store holds.
MOST = {"storefronts": 60, "reasons": 14, "links": 60, "hubs": 10, "listings": 40, "contacts": 40, "events": 80, "successions": 30}
PLACES_PER_REASON = 3


def evidence(ground: Ground, storefronts: list[Document], cluster: Document | None) -> Document:
    """The evidence JSON of a lead on these storefront documents (ordered by key); `cluster` is None for a lead on one storefront.

    Keys: cluster (id, size, label), storefronts, reasons, links, hubs, listings, contacts, events, successions, substances, captures
    (by capture_id), left_out.
    """
    members = [text(one, "storefront") for one in storefronts]
    found: dict[str, list[Document]] = {
        "storefronts": [_storefront(one) for one in storefronts],
        "reasons": _reasons(ground, storefronts),
        "links": holding_links(_links(ground, members)),
        "hubs": _hubs(ground, members),
        "listings": _listings(ground, members),
        "contacts": _contacts(ground, members),
        "events": _events(ground, members),
        "successions": sorted(
            (_row(one, "storefront successor_of probability evidence") for m in members for one in ground.successions[m]), key=_first
        ),
    }
    kept = {kind: some[: MOST[kind]] for kind, some in found.items()}
    left_out: Document = {kind: len(some) - MOST[kind] for kind, some in found.items() if len(some) > MOST[kind]}
    cited = {text(one, "capture_id") for kind in ("reasons", "contacts") for one in kept[kind]} - {""}
    substances: Counter[str] = Counter()
    for member in members:
        substances.update(ground.substances[member])
    held: Document = {kind: [*some] for kind, some in kept.items()}
    return held | {
        "cluster": _row(cluster, "id size label") if cluster else None,
        "substances": [substance_words(name) for name, _ in sorted(substances.items(), key=lambda pair: (-pair[1], pair[0]))],
        "captures": {key: ground.captures[key] for key in sorted(cited) if key in ground.captures},
        "left_out": left_out,
    }


def merged_reasons(storefronts: Iterable[Document]) -> list[Value]:
    """The stored reasons of several storefronts as one, most points first: each rule once, its highest points, the places of all."""
    by_id: dict[str, Document] = {}
    for storefront in storefronts:
        for reason in rows(storefront, "reasons"):
            known = by_id.setdefault(text(reason, "id"), {"id": reason.get("id"), "points": reason.get("points")})
            if (number(reason, "points") or 0.0) > (number(known, "points") or 0.0):
                known["points"] = reason.get("points")
            places: list[Value] = [*rows(known, "places"), *rows(reason, "places")]
            known["places"] = places[: 10 * PLACES_PER_REASON]
    return [*sorted(by_id.values(), key=_weight)]


def holding_links(links: list[Document]) -> list[Document]:
    """The strongest links that alone hold everything together that `links` hold together (a maximum spanning forest), strongest first."""
    home: dict[str, str] = {}

    def root(key: str) -> str:
        while home.setdefault(key, key) != key:
            home[key] = home[home[key]]
            key = home[key]
        return key

    held = []
    for link in sorted(
        links, key=lambda one: (-(number(one, "probability") or 0.0), -(number(one, "bits") or 0.0), text(one, "a"), text(one, "b"))
    ):
        a, b = root(text(link, "a")), root(text(link, "b"))
        if a != b:
            home[max(a, b)] = min(a, b)
            held.append(link)
    return held


def _storefront(storefront: Document) -> Document:
    return _row(storefront, "storefront state band score first_seen last_seen opened_at ended_at listings language")


def _reasons(ground: Ground, storefronts: list[Document]) -> list[Document]:
    """One row for each quote, up to three a rule, other storefronts and other wordings first; reasons that speak against come last."""
    found = []
    for reason in merged_reasons(storefronts):
        if not isinstance(reason, dict):
            continue
        places = {(text(place, "storefront"), text(place, "quote")): place for place in reversed(rows(reason, "places"))}
        for place in _spread([*reversed(places.values())])[:PLACES_PER_REASON] or [{}]:
            storefront, quote = text(place, "storefront"), text(place, "quote")
            capture = ground.captures.get(text(place, "capture_id"), {})
            found.append(
                {
                    "id": reason.get("id"),
                    "says": reason_words(text(reason, "id")),
                    "points": reason.get("points"),
                    "storefront": storefront or text(storefronts[0], "storefront"),
                    "where": {
                        name: value for name, value in place.items() if name not in ("capture_id", "storefront", "quote", "before", "after")
                    },
                    **{name: place.get(name) for name in ("quote", "before", "after", "capture_id")},
                    "url": capture.get("url"),
                    "first_seen": ground.quoted.get((storefront, quote)) or capture.get("fetched_at"),
                }
            )
    return found


def _spread(places: list[Document]) -> list[Document]:
    """The places with every storefront's first before any storefront's second: three quotes of one shop tell less than one of three."""
    turns: Counter[str] = Counter()
    ordered = []
    for place in places:
        storefront = text(place, "storefront")
        ordered.append((turns[storefront], place))
        turns[storefront] += 1
    return [place for _, place in sorted(ordered, key=lambda pair: pair[0])]


def _links(ground: Ground, members: list[str]) -> list[Document]:
    inside = frozenset(members)
    return [_row(link, "a b probability bits evidence") for member in members for link in ground.links[member] if text(link, "b") in inside]


def _hubs(ground: Ground, members: list[str]) -> list[Document]:
    """What these storefronts share with many others and what therefore proves nothing, each once."""
    found = {
        (text(item, "type"), text(item, "value")): item
        for link in _links(ground, members)
        for item in rows(link, "evidence")
        if item.get("hub") is True
    }
    return [found[key] for key in sorted(found)]


def _listings(ground: Ground, members: list[str]) -> list[Document]:
    names = "listing_id storefront title price currency quantity unit sku codes url current first_seen last_seen capture_id band"
    order = {"high": 0, "medium": 1}
    offers = [listing for member in members for listing in ground.listings[member]]
    offers.sort(
        key=lambda one: (
            order.get(text(one, "band"), 2),
            not one.get("current"),
            text(one, "storefront"),
            text(one, "title"),
            text(one, "id"),
        )
    )
    return [_row(one, names) for one in offers]


def _contacts(ground: Ground, members: list[str]) -> list[Document]:
    merged: dict[tuple[str, str], list[tuple[str, Contact]]] = {}
    for member in members:
        for key, contact in ground.contacts[member].items():
            merged.setdefault(key, []).append((member, contact))
    found: list[Document] = []
    for (kind, value), met in merged.items():
        first = min((contact for _, contact in met), key=lambda one: (one.first_seen, text(one.sighting, "id")))
        place = row(first.sighting, "where")
        capture = ground.captures.get(text(first.sighting, "capture_id"), {})
        found.append(
            {
                "kind": kind,
                "value": value,
                "storefronts": [member for member, _ in met],
                "first_seen": first.first_seen,
                "last_seen": latest(*(contact.last_seen for _, contact in met)),
                "capture_id": first.sighting.get("capture_id"),
                "url": capture.get("url"),
                **{name: place.get(name) for name in ("quote", "before", "after")},
            }
        )
    # A contact on several storefronts tells more than one on a single page.
    return sorted(found, key=lambda one: (-len(texts(one, "storefronts")), text(one, "kind"), text(one, "value")))


def _events(ground: Ground, members: list[str]) -> list[Document]:
    names = "storefront event after by confirmed_at looks successor_of probability evidence"
    return sorted(
        (_row(event, names) for member in members for event in ground.events[member]),
        key=lambda one: (text(one, "by"), text(one, "storefront")),
    )


def _row(document: Document, names: str) -> Document:
    return {name: document.get(name) for name in names.split()}


def _first(document: Document) -> tuple[str, str]:
    return text(document, "storefront"), text(document, "successor_of")


def _weight(reason: Document) -> tuple[float, str]:
    return -(number(reason, "points") or 0.0), text(reason, "id")


def span(storefronts: Iterable[Document]) -> tuple[str, str]:
    """First and last sight over several storefronts."""
    known = list(storefronts)
    return earliest(*(text(one, "first_seen") for one in known)), latest(*(text(one, "last_seen") for one in known))
