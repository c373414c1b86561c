"""The demo's findings beside its ground truth: self-consistency on invented data, which says nothing of accuracy in the field."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import cast

from crawlers.ids import parse_instant
from indexer.network import agreement
from indexer.store import Document, Store
from nlp.lexicon import Lexicons

Facts = Mapping[str, object]
# The truth knows days; a look carries the second of its capture.
SAME_VISIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Shares from 0 to 1, under the names of `demo --json`."""

    listing_recall: float
    price_exact: float
    contact_precision: float
    contact_recall: float
    flag_precision: float
    flag_recall: float
    cluster_b_cubed_f1: float
    event_f1: float

    def as_json(self) -> dict[str, float]:
        """The figures rounded to four places."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Happened:
    """A life-cycle event as `agreement.events` compares it."""

    storefront: str
    event: str
    after: datetime | None
    by: datetime


def compare(store: Store, truth: Facts, lexicons: Lexicons) -> Comparison:
    """The figures of one demo: its store against its ground truth (the document of `truth.py`)."""
    found, exact, wanted = _listings(store, truth)
    contacts = _contacts_found(store), _contacts_true(truth)
    flags = _flags_found(store, lexicons), _flags_true(truth)
    clusters, events = _clusters(store, truth), _events(store, truth)
    return Comparison(
        listing_recall=found / wanted if wanted else 1.0,
        price_exact=exact / found if found else 1.0,
        contact_precision=_share(contacts[0], contacts[0] & contacts[1]),
        contact_recall=_share(contacts[1], contacts[0] & contacts[1]),
        flag_precision=_share(flags[0], flags[0] & flags[1]),
        flag_recall=_share(flags[1], flags[0] & flags[1]),
        cluster_b_cubed_f1=clusters,
        event_f1=events,
    )


def _share(whole: set[tuple[str, str, str]], part: set[tuple[str, str, str]]) -> float:
    return len(part) / len(whole) if whole else 1.0


def _rows(truth: Facts, name: str) -> Mapping[str, list[Facts]]:
    return cast("Mapping[str, list[Facts]]", truth[name])


def _listings(store: Store, truth: Facts) -> tuple[int, int, int]:
    """Offers found, found with exact price and currency, and there to be found: each counted once a day it stands on the shelf.

    An offer whose page was not asked for, since its card stood unchanged, counts with what it said when it was last read.
    """
    seen: dict[tuple[str, str, str], set[tuple[str, str]]] = {}
    homes: dict[tuple[str, str], set[str]] = {}
    for one in store.scan("listing_obs", {"superseded": False}):
        key = str(one["storefront"]), str(one["planned_at"])[:10], str(one["url"])
        seen.setdefault(key, set()).add((str(one["price"]), str(one["currency"])))
        homes.setdefault((str(one["site"]), str(one["url"])), set()).add(str(one["storefront"]))
    for visit in sorted(store.scan("visit"), key=lambda one: str(one["planned_at"])):
        day = str(visit["planned_at"])[:10]
        for url in cast("list[str]", visit.get("unchanged") or []):
            for storefront in homes.get((str(visit["site"]), url), ()):
                read = max((date for home, date, where in seen if (home, where) == (storefront, url) and date < day), default=None)
                if read is not None:
                    seen.setdefault((storefront, day, url), seen[storefront, read, url])
    found = exact = wanted = 0
    zero = parse_instant(str(truth["day_zero"]))
    for storefront, by_day in cast("Mapping[str, Mapping[str, list[Facts]]]", truth["listings"]).items():
        for day, offers in by_day.items():
            date = datetime.fromordinal(zero.toordinal() + int(day)).date().isoformat()
            for offer in offers:
                wanted += 1
                prices = seen.get((storefront, date, str(offer["url"])))
                found += prices is not None
                # All sightings of the day must agree: a card with another price than its page is a wrong price shown to somebody.
                exact += prices == {(str(offer["price"]), str(offer["currency"]))}
    return found, exact, wanted


def _contacts_true(truth: Facts) -> set[tuple[str, str, str]]:
    return {
        (storefront, str(one["kind"]), str(one["value"]))
        for family in ("contacts", "payments")
        for storefront, rows in _rows(truth, family).items()
        for one in rows
    }


def _contacts_found(store: Store) -> set[tuple[str, str, str]]:
    findings = store.scan("finding", {"superseded": False, "group": ["contact", "payment"]})
    return {(str(one["storefront"]), str(one["finding_kind"]), str(one["value"])) for one in findings}


def _flags_true(truth: Facts) -> set[tuple[str, str, str]]:
    """What should be flagged on each storefront: every controlled substance it offers by its number, a promise, the pair."""
    flags = set()
    for storefront, facts in cast("Mapping[str, Facts]", truth["storefronts"]).items():
        flags |= {(storefront, word, "") for word in ("promise", "pair") if facts[word]}
        for offers in cast("Mapping[str, list[Facts]]", cast("Facts", truth["listings"])[storefront]).values():
            for offer in offers:
                said = cast("Facts", offer["flags"])
                if said["controlled"]:
                    flags.add((storefront, "substance", str(said["cas"])))
    return flags


def _flags_found(store: Store, lexicons: Lexicons) -> set[tuple[str, str, str]]:
    numbers = {known.id: known.numbers[0].cas for known in lexicons.substances.values() if known.numbers}
    flags = set()
    for one in store.scan("finding", {"superseded": False, "group": "flag"}):
        storefront = str(one["storefront"])
        if one["finding_kind"] == "claim":
            flags.add((storefront, "promise", ""))
        elif one["finding_kind"] == "pair":
            flags.add((storefront, "pair", ""))
        elif one.get("substance"):
            flags.add((storefront, "substance", numbers.get(str(one["substance"]), str(one["substance"]))))
    return flags


def _clusters(store: Store, truth: Facts) -> float:
    operators = cast("Mapping[str, list[str]]", truth["operators"])
    real = {storefront: storefront for storefront in cast("Facts", truth["storefronts"])}
    real |= {storefront: name for name, members in operators.items() for storefront in members}
    found = {str(one["storefront"]): str(one["cluster"]) for one in store.scan("storefront", {"withdrawn": False})}
    return agreement.b_cubed(real, found).f1


def _events(store: Store, truth: Facts) -> float:
    kinds = set(cast("list[str]", truth["event_kinds"]))
    found = (one for one in store.scan("event", {"withdrawn": False}) if one["event"] in kinds)
    return agreement.events(_happened(cast("list[Document]", truth["events"])), _happened(found), SAME_VISIT).f1


def _happened(events: Iterable[Document]) -> list[Happened]:
    return [
        Happened(
            str(one["storefront"]),
            str(one["event"]),
            parse_instant(str(one["after"])) if one["after"] else None,
            parse_instant(str(one["by"])),
        )
        for one in events
    ]
