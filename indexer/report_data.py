"""What one report shows, read from the store once: leads, groups and why, lives, events, prices, hubs, figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crawlers.ids import instant
from indexer.lead_evidence import holding_links
from indexer.lead_ground import LIFE
from indexer.lead_view import (
    UNKNOWN_CALIBRATION,
    Happening,
    Item,
    LeadView,
    Tie,
    happening_view,
    is_growing,
    item_view,
    lead_view,
    tie_view,
)
from indexer.plain_text import shown, shown_time
from indexer.report_lives import Life, lives
from indexer.report_prices import PriceMove, price_moves
from indexer.store import Document, Store
from indexer.values import earliest, latest, number, standing, text, texts
from indexer.wording import ENDS, LINKS_CALIBRATED_ON, spaced

# A report is one page for people: the rest is in the store, and the page says how much that is.
MOST_LEADS, MOST_GROUPS, MOST_LIVES, MOST_EVENTS, MOST_PRICES, MOST_HUBS, MOST_TIES = 60, 60, 150, 200, 30, 40, 40
MEASURES = {
    "listing_recall": "Offers that were found",
    "price_exact": "Prices read exactly",
    "contact_precision": "Contacts that are right",
    "contact_recall": "Contacts that were found",
    "flag_precision": "Wording flags that are right",
    "flag_recall": "Suspicious wording that was found",
    "cluster_b_cubed_f1": "Storefronts grouped by operator (B-cubed F1)",
    "event_f1": "Openings and endings (F1)",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name; `share` is set for a part of 1 and draws a bar."""

    name: str
    value: str
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Storefronts that are held to be one operator's, with the links that hold them together."""

    name: str
    id: str
    held: bool
    members: tuple[str, ...]
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything on the page, ready to print; `left_out` says in words what the page had no room for."""

    title: str
    at: str
    simulated: bool
    span: tuple[str, str]
    figures: tuple[Figure, ...]
    calibrated_on: tuple[str, ...]
    links_calibrated_on: str
    leads: tuple[LeadView, ...]
    lead_groups: Mapping[str, str]  # lead id → name of its group in the report
    lives: tuple[Life, ...]
    groups: tuple[Group, ...]
    happenings: tuple[Happening, ...]
    prices: tuple[PriceMove, ...]
    hubs: tuple[Item, ...]
    truth: tuple[Figure, ...]
    left_out: tuple[str, ...]


def report_data(store: Store, title: str, at: datetime, truth: Mapping[str, object] | None = None) -> ReportData:
    """The report's content. `truth` are figures of a comparison with known truth, by the names of `demo --json`; None without one."""
    storefronts = sorted((one for one in store.scan("storefront") if standing(one)), key=lambda one: text(one, "storefront"))
    leads = sorted((one for one in store.scan("lead") if standing(one)), key=lambda one: (-(number(one, "score") or 0.0), text(one, "id")))
    clusters = [one for one in store.scan("cluster") if standing(one) and len(texts(one, "members")) > 1]
    clusters.sort(key=lambda one: (-len(texts(one, "members")), text(one, "id")))
    names = {text(one, "id"): f"G{place}" for place, one in enumerate(clusters, start=1)}
    links = [one for one in store.scan("link") if standing(one)]
    events = sorted(
        (one for one in store.scan("event", {"event": [*LIFE]}) if standing(one)),
        key=lambda one: (text(one, "by"), text(one, "storefront")),
    )
    prices = price_moves(store)
    span = earliest(*(text(one, "first_seen") for one in storefronts)), latest(*(text(one, "last_seen") for one in storefronts))
    homes = {member: names[text(one, "id")] for one in clusters for member in texts(one, "members")}
    rows = lives(storefronts, events, homes, span)
    totals = {
        "leads": (leads, MOST_LEADS),
        "groups": (clusters, MOST_GROUPS),
        "storefronts on the chart": (rows, MOST_LIVES),
        "events": (events, MOST_EVENTS),
    }
    return ReportData(
        title=shown(title),
        at=shown_time(instant(at)),
        simulated=any(bool(one.get("simulated")) for one in [*storefronts, *leads]),
        span=(shown_time(span[0]), shown_time(span[1])),
        figures=_figures(store, storefronts, len(leads), len(clusters)),
        calibrated_on=tuple(dict.fromkeys(shown(text(one, "calibrated_on")) or UNKNOWN_CALIBRATION for one in leads)),
        links_calibrated_on=LINKS_CALIBRATED_ON,
        leads=tuple(lead_view(one) for one in leads[:MOST_LEADS]),
        lead_groups={text(one, "id"): names.get(text(one, "cluster"), "") for one in leads[:MOST_LEADS]},
        lives=rows[:MOST_LIVES],
        groups=tuple(_groups(clusters[:MOST_GROUPS], names, links)),
        happenings=tuple(happening_view(one) for one in events[-MOST_EVENTS:]),
        prices=prices[:MOST_PRICES],
        hubs=tuple(item_view(one) for one in _market_hubs(store)[:MOST_HUBS]),
        truth=tuple(_measures(truth or {})),
        left_out=tuple(f"{len(some) - most} more {name}" for name, (some, most) in totals.items() if len(some) > most),
    )


def _figures(store: Store, storefronts: list[Document], leads: int, groups: int) -> tuple[Figure, ...]:
    counts = store.status()
    ended = sum(1 for one in storefronts if text(one, "state") in ENDS)
    return (
        Figure("leads", f"{leads}"),
        Figure("storefronts watched", f"{len(storefronts)}"),
        Figure("open now", f"{sum(1 for one in storefronts if text(one, 'state') == 'live')}"),
        Figure("closed or moved", f"{ended}"),
        Figure("groups of one operator", f"{groups}"),
        Figure("offers", f"{counts['listing']}"),
        Figure("visits made", f"{counts['visit']}"),
        Figure("pages and files sealed", f"{counts['capture']}"),
    )


def _groups(clusters: list[Document], names: Mapping[str, str], links: list[Document]) -> Iterable[Group]:
    home = {member: text(one, "id") for one in clusters for member in texts(one, "members")}
    inside = defaultdict(list)
    for link in links:
        owner = home.get(text(link, "a"))
        if owner and owner == home.get(text(link, "b")) and link.get("linked") is True:
            inside[owner].append(link)
    for cluster in clusters:
        key = text(cluster, "id")
        yield Group(
            name=names[key],
            id=shown(key),
            held=is_growing(cluster),
            members=tuple(shown(member) for member in texts(cluster, "members")),
            ties=tuple(tie_view(link) for link in holding_links(inside[key])[:MOST_TIES]),
        )


def _market_hubs(store: Store) -> list[Document]:
    """What many unrelated storefronts share, most widely shared first, in the shape of a link's evidence."""
    hubs = [one for one in store.scan("identifier", {"hub": True}) if standing(one)]
    hubs.sort(key=lambda one: (-(number(one, "size") or 0.0), text(one, "id")))
    return [
        {"type": one.get("identifier"), "value": one.get("value"), "df": one.get("size"), "hub": True, "why": one.get("reason")}
        for one in hubs
    ]


def _measures(truth: Mapping[str, object]) -> Iterable[Figure]:
    for name, value in truth.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        words = MEASURES.get(name, shown(spaced(name)))
        yield Figure(words, f"{value:.3f}", float(value)) if name in MEASURES else Figure(words, f"{value:g}")
