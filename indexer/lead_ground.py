"""What leads stand on: one pass over each family for every storefront that a lead names, grouped by storefront."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from indexer.store import Document, Store
from indexer.values import earliest, latest, rows, standing, text, texts

LIFE = ("appeared", "moved", "blocked", "unblocked", "parked", "seized", "suspended", "vanished", "returned", "changed")
# Ids asked for at once: far below what either store takes in one filter.
BATCH = 500
# A hostile page may list thousands of addresses; no seller needs so many.
MAX_CONTACTS = 200


@dataclass(slots=True)
class Contact:
    """One contact or payment address over all its sightings; `sighting` is the earliest finding."""

    kind: str
    value: str
    first_seen: str
    last_seen: str
    storefronts: set[str]
    sighting: Document


@dataclass(frozen=True, slots=True)
class Ground:
    """Documents by storefront key, and captures by id."""

    links: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    successions: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    listings: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    contacts: dict[str, dict[tuple[str, str], Contact]] = field(default_factory=lambda: defaultdict(dict))
    substances: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    quoted: dict[tuple[str, str], str] = field(default_factory=dict)  # (storefront, quote) → when a finding first held it
    captures: dict[str, Document] = field(default_factory=dict)


def read_ground(store: Store, storefronts: Iterable[str], reasons: Iterable[Document]) -> Ground:
    """The ground under leads on these storefronts, empty when there are none; the captures of the stored `reasons` are read as well."""
    ground = Ground()
    keys = sorted(set(storefronts))
    for batch in _batches(keys):
        for family, home in (("event", ground.events), ("succession", ground.successions), ("listing", ground.listings)):
            for document in store.scan(family, {"storefront": list(batch)}):
                if standing(document) and (family != "event" or document.get("event") in LIFE):
                    home[text(document, "storefront")].append(document)
        for document in store.scan("link", {"a": list(batch), "linked": True}):
            if standing(document):
                ground.links[text(document, "a")].append(document)
        for document in store.scan("finding", {"storefront": list(batch)}):
            if standing(document):
                _meet(ground, document)
    cited = {text(place, "capture_id") for reason in reasons for place in rows(reason, "places")}
    cited |= {text(one.sighting, "capture_id") for known in ground.contacts.values() for one in known.values()}
    for key in sorted(cited - {""}):
        # By id: a filter over captures would read the text of every page in the store.
        if capture := store.get("capture", key):
            names = ("url", "fetched_at", "body_sha256", "warc_file", "warc_offset", "visit_id", "site")
            ground.captures[key] = {name: capture.get(name) for name in names}
    return ground


def _meet(ground: Ground, finding: Document) -> None:
    """Takes one finding in: a quote's first sight, a substance's count, a contact's span of days."""
    storefront, at = text(finding, "storefront"), text(finding, "seen_at")
    for quote in texts(finding, "text"):
        ground.quoted[storefront, quote] = earliest(ground.quoted.get((storefront, quote), ""), at)
    for substance in texts(finding, "substance"):
        ground.substances[storefront][substance] += 1
    if finding.get("group") not in ("contact", "payment"):
        return
    key = text(finding, "finding_kind"), text(finding, "value")
    known = ground.contacts[storefront].get(key)
    if known is None:
        if len(ground.contacts[storefront]) < MAX_CONTACTS:
            ground.contacts[storefront][key] = Contact(*key, at, at, {storefront}, finding)
        return
    if at < known.first_seen:
        known.sighting = finding
    known.first_seen, known.last_seen = earliest(known.first_seen, at), latest(known.last_seen, at)


def _batches(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
