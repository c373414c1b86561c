"""What the store's observations say today: looks, identifiers and listing sightings of current analyses, and visits nobody ran."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawlers.ids import parse_instant
from crawlers.site import ADHOC
from indexer.network.churn import Observation
from indexer.network.identifiers import Identifier
from indexer.sightings import Coverage
from indexer.store import Document, Store
from nlp.offer_groups import page_address

# Types that several kinds feed: their value carries the kind (`bitcoin:bc1…`).
SHARED = frozenset({"wallet"})
MAX_CAPTURES = 20  # captures an identifier names; the findings hold them all
UP = ("live", "empty")


@dataclass(frozen=True, slots=True)
class Current:
    """What a projection reads, once."""

    visits: Mapping[str, Document]
    looks: Mapping[str, tuple[Document, ...]]  # storefront → its looks in time order
    worn: Mapping[tuple[str, str], tuple[tuple[str, str], ...]]  # (visit, storefront) → identifiers seen there
    findings: tuple[Document, ...]  # those with an identifier, a term or a code
    sightings: tuple[Document, ...]  # listing_obs
    overdue: tuple[Document, ...]  # plans whose budget is over and that nothing ran

    def sites(self) -> dict[str, str]:
        """Storefront → site whose visits look at it."""
        return {
            storefront: str(next((look for look in reversed(seen) if is_planned(look)), seen[-1])["site"])
            for storefront, seen in self.looks.items()
        }


def read_current(store: Store, at: datetime) -> Current:
    """Everything current in the store; `at` decides which plans are overdue."""
    visits = {str(one["id"]): one for one in store.scan("visit")}
    looks: dict[str, list[Document]] = defaultdict(list)
    for look in sorted(store.scan("look", {"superseded": False}), key=lambda one: (str(one["at"]), str(one["id"]))):
        looks[str(look["storefront"])].append(look)
    findings = tuple(store.scan("finding", {"superseded": False}))
    worn: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for finding in findings:
        if finding.get("identifier") and finding.get("pivot") is not False:
            worn[str(finding["visit_id"]), str(finding["storefront"])].add(identifier_of(finding))
    return Current(
        visits=visits,
        looks={storefront: tuple(seen) for storefront, seen in sorted(looks.items())},
        worn={key: tuple(sorted(values)) for key, values in worn.items()},
        findings=findings,
        sightings=tuple(store.scan("listing_obs", {"superseded": False})),
        overdue=tuple(_overdue(store, visits, at)),
    )


def identifier_of(finding: Document) -> tuple[str, str]:
    """Type and value of a finding as linking knows them."""
    kind, value = str(finding["identifier"]), str(finding["value"])
    return kind, f"{finding['finding_kind']}:{value}" if kind in SHARED else value


def is_planned(look: Document) -> bool:
    """Whether a look was planned. One on request sees one page, chosen because something was the matter: it says nothing of a life."""
    return not str(look["site"]).startswith(ADHOC)


def observations(current: Current) -> list[Observation]:
    """The planned looks as the churn machine reads them, overdue plans as `not_run`, in time order."""
    found = [
        Observation(
            storefront=storefront,
            at=parse_instant(str(look["at"])),
            outcome=str(look["outcome"]),
            identifiers=current.worn.get((str(look["visit_id"]), storefront), ()),
            content=str(look["content"]) if look.get("content") else None,
            canary=_canary(current, look),
            visit_id=str(look["visit_id"]),
        )
        for storefront, seen in current.looks.items()
        for look in seen
        if is_planned(look)
    ]
    by_site: dict[str, list[str]] = defaultdict(list)
    for storefront, site in current.sites().items():
        by_site[site].append(storefront)
    for plan in current.overdue:
        at = parse_instant(str(plan["planned_at"]))
        found.extend(
            Observation(storefront=one, at=at, outcome="not_run", visit_id=str(plan["visit_id"]))
            for one in by_site.get(str(plan["site"]), ())
        )
    return sorted(found, key=lambda one: (one.at, one.storefront, one.visit_id))


def identifiers(current: Current) -> list[Identifier]:
    """One row a storefront and value with first and last sighting; a redirect to another storefront is one as well."""
    rows: dict[tuple[str, str, str], list[tuple[datetime, str]]] = defaultdict(list)
    for finding in current.findings:
        if finding.get("identifier") and finding.get("pivot") is not False:
            kind, value = identifier_of(finding)
            rows[str(finding["storefront"]), kind, value].append(
                (parse_instant(str(finding["seen_at"])), str(finding.get("capture_id") or ""))
            )
    for storefront, seen in current.looks.items():
        for look in seen:
            if look["outcome"] == "moved" and look.get("moved_to"):  # a parked page leads to its parking host, which is nobody's shop
                rows[storefront, "redirect", str(look["moved_to"])].append((parse_instant(str(look["at"])), ""))
    return [
        Identifier(
            storefront, kind, value, min(held)[0], max(held)[0], tuple(sorted({capture for _, capture in held if capture}))[:MAX_CAPTURES]
        )
        for (storefront, kind, value), held in sorted(rows.items())
    ]


def coverage(current: Current) -> dict[str, tuple[Coverage, ...]]:
    """Storefront → the visits that saw it up, in time order."""
    return {
        storefront: tuple(_covered(current, look) for look in seen if look["outcome"] in UP) for storefront, seen in current.looks.items()
    }


def _covered(current: Current, look: Document) -> Coverage:
    visit = current.visits.get(str(look["visit_id"]), {})
    unchanged = visit.get("unchanged")
    addresses = frozenset(page_address(str(url)) for url in unchanged) if isinstance(unchanged, list) else frozenset()
    return Coverage(str(look["visit_id"]), str(look["at"]), visit.get("stop") == "done" and is_planned(look), addresses)


def _canary(current: Current, look: Document) -> bool | None:
    answered = current.visits.get(str(look["visit_id"]), {}).get("canary")
    return answered if isinstance(answered, bool) else None


def _overdue(store: Store, visits: Mapping[str, Document], at: datetime) -> Iterable[Document]:
    for plan in store.scan("plan"):
        minutes = plan.get("budget_minutes")
        over = parse_instant(str(plan["planned_at"])) + timedelta(minutes=float(minutes) if isinstance(minutes, int | float) else 0)
        if str(plan["visit_id"]) not in visits and over < at:
            yield plan
