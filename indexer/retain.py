"""Retention: whole months of observations dropped by class and age, unless somebody holds them.

A legal hold is a judgement with the verdict `hold` (who, when, why; `release` ends it) on a site, a storefront or a month, so it is
kept where the documents are and every machine sees it. What a hold touches keeps its whole month in every family.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from crawlers.errors import ConfigError
from crawlers.ids import content_id, instant
from indexer.documents import fields_of
from indexer.fields import MONTHLY
from indexer.store import Document, Store

HOLD, RELEASE = "hold", "release"
HELD = ("site", "storefront", "month")
# Class → its families. What a page said costs most room and is in the evidence anyway; looks are few, and the network is made of them.
CLASSES: dict[str, tuple[str, ...]] = {
    "pages": ("capture", "hostfacts"),
    "findings": ("finding", "listing_obs"),
    "looks": ("plan", "visit", "look", "analysis"),
}
# Months kept beside the current one: a year and its comparison month, two years, five years.
MONTHS: Mapping[str, int] = {"pages": 13, "findings": 25, "looks": 61}


@dataclass(frozen=True, slots=True)
class Dropped:
    """One month of a family that is or would be dropped, or is held."""

    family: str
    month: str
    documents: int
    held: str | None = None  # what holds it, as `storefront:shop.example`


def hold(store: Store, what: str, who: str, why: str, at: datetime, *, release: bool = False) -> Document:
    """Keeps a hold on `site:NAME`, `storefront:KEY` or `month:2026-03`, or its release, and gives the judgement as kept."""
    kind, _, value = what.partition(":")
    if kind not in HELD or not value or not who.strip() or not why.strip():
        raise ConfigError(f"{what!r}: hold site:NAME, storefront:KEY or month:2026-03, with --who and --why", key="--hold")
    verdict = RELEASE if release else HOLD
    document: Document = {
        "id": content_id("jdg", verdict, what, instant(at)),
        "kind": "judgement",
        "verdict": verdict,
        "left": what,
        "who": who,
        "why": why,
        "at": instant(at),
    }
    store.put("judgement", [document], create=True)
    store.settle()
    return document


def holds(store: Store) -> list[str]:
    """What is held today, in order: the newest word on each thing counts, and a hold wins over a release of the same second."""
    newest: dict[str, tuple[str, bool]] = {}
    for one in store.scan("judgement", {"verdict": [HOLD, RELEASE]}):
        said = (str(one["at"]), one["verdict"] == HOLD)
        newest[str(one["left"])] = max(newest.get(str(one["left"]), said), said)
    return sorted(what for what, (_, held) in newest.items() if held)


def retain(store: Store, now: datetime, months: Mapping[str, int] = MONTHS, *, apply: bool = False) -> list[Dropped]:
    """Months older than their class keeps, dropped with `apply`, each with what holds it when something does."""
    unknown = months.keys() - CLASSES.keys()
    if unknown or any(number < 1 for number in months.values()):
        raise ConfigError(f"keep {', '.join(CLASSES)} for one month or more; not {dict(months)}", key="--keep")
    held = dict(_held_months(store))
    dropped: list[Dropped] = []
    for name, number in {**MONTHS, **months}.items():
        before = _month_before(now, number)
        for family in CLASSES[name]:
            old = {month: count for month, count in store.months(family).items() if month < before}
            if apply and old:
                store.drop_months(family, before, [*held])
            dropped += [Dropped(family, month, count, held.get(month)) for month, count in old.items()]
    return dropped


def _held_months(store: Store) -> Iterator[tuple[str, str]]:
    for what in holds(store):
        kind, _, value = what.partition(":")
        if kind == "month":
            yield value, what
            continue
        for family in MONTHLY:
            if kind in fields_of(family):
                for one in store.scan(family, {kind: value}):
                    yield str(one["planned_at"])[:7], what


def _month_before(now: datetime, number: int) -> str:
    """The month so many months before that of `now`, as `2026-03`."""
    count = now.year * 12 + now.month - 1 - number
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
