"""Who was open when, for the report's chart: one row per storefront, one bar per time it was open."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawlers.ids import parse_instant
from indexer.plain_text import shown
from indexer.store import Document
from indexer.values import text
from indexer.wording import BANDS, ENDS, state_words


@dataclass(frozen=True, slots=True)
class Bar:
    """One time a storefront was open: `left` and `width` in per cent of the span of the report."""

    ended: bool
    opened: str
    until: str
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Life:
    """One storefront's row: its state at the end and the times it was open, in order; a shop that came back has more than one."""

    key: str
    group: str
    state: str
    rating: str
    opened: str
    bars: tuple[Bar, ...]


def lives(
    storefronts: Sequence[Document], events: Iterable[Document], groups: Mapping[str, str], span: tuple[str, str]
) -> tuple[Life, ...]:
    """Rows ordered by group (single storefronts last), then by opening. `events` by their time; `groups` names a storefront's group."""
    if not span[0]:
        return ()
    start, end = parse_instant(span[0]), parse_instant(span[1])
    told = defaultdict(list)
    for event in events:
        told[text(event, "storefront")].append(event)
    rows = []
    for one in storefronts:
        key = text(one, "storefront")
        bars = tuple(_bar(since, until, ended, start, end) for since, until, ended in _times(one, told[key]))
        rows.append(
            Life(
                key=shown(key),
                group=groups.get(key, ""),
                state=shown(state_words(text(one, "state"))),
                rating=BANDS.get(text(one, "band"), "not judged"),
                opened=bars[0].opened,
                bars=bars,
            )
        )
    return tuple(sorted(rows, key=lambda life: (not life.group, int(life.group[1:] or 0), life.opened, life.key)))


def _times(one: Document, events: Sequence[Document]) -> list[tuple[str, str, bool]]:
    """When a storefront was open, as (since, until, ended). The last comes from its own document, earlier ones from its events."""
    opened = text(one, "opened_at") or text(one, "first_seen")
    times, since = [], ""
    for event in events:
        kind, by = text(event, "event"), text(event, "by")
        if by >= opened:
            break
        if kind in ENDS:
            if since:
                times.append((since, by, True))
            since = ""
        elif kind in ("appeared", "returned"):
            since = since or by
    times.append((opened, text(one, "ended_at") or text(one, "last_seen"), text(one, "state") in ENDS))
    return times


def _bar(since: str, until: str, ended: bool, start: datetime, end: datetime) -> Bar:
    whole = max((end - start).total_seconds(), 1.0)

    def share(time: str) -> float:
        return min(max((parse_instant(time) - start).total_seconds() / whole, 0.0), 1.0) * 100 if time else 0.0

    left = share(since)
    width = max(share(until) - left, 1.0)
    return Bar(ended, since[:10], until[:10], round(min(left, 99.0), 2), round(width, 2))
