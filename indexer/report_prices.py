"""Prices that moved, with the line of every price seen."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from indexer.plain_text import shown, shown_price
from indexer.store import Document, Store
from indexer.values import standing, text

# How many listings get their line of prices read; the rest of the price changes are in the store.
MOST = 200
LINE_WIDTH, LINE_HEIGHT = 120, 24


@dataclass(frozen=True, slots=True)
class PriceMove:
    """One offer's first and newest price; `line` are the points of an SVG polyline of LINE_WIDTH by LINE_HEIGHT."""

    storefront: str
    title: str
    first: str
    now: str
    change: str
    fell: bool
    seen: str
    line: str


def price_moves(store: Store) -> tuple[PriceMove, ...]:
    """Offers whose price changed in one currency, the largest relative change first."""
    changed = {text(one, "listing_id") for one in store.scan("event", {"event": "price_changed"}) if standing(one)} - {""}
    if not changed:
        return ()
    seen: dict[str, dict[str, Document]] = defaultdict(dict)
    for sighting in store.scan("listing_obs", {"listing_id": [*sorted(changed)[:MOST]]}):
        if standing(sighting) and _price(sighting) is not None:
            seen[text(sighting, "listing_id")][text(sighting, "seen_at")] = sighting
    moves = [move for by_time in seen.values() if (move := _move([by_time[time] for time in sorted(by_time)]))]
    return tuple(move for _, move in sorted(moves, key=lambda pair: (-abs(pair[0]), pair[1].storefront, pair[1].title)))


def _move(sightings: list[Document]) -> tuple[Decimal, PriceMove] | None:
    newest = sightings[-1]
    currency = text(newest, "currency")
    prices = [price for one in sightings if text(one, "currency") == currency and (price := _price(one)) is not None]
    if len(prices) < 2 or prices[0] == 0:
        return None
    change = (prices[-1] - prices[0]) / prices[0]
    move = PriceMove(
        storefront=shown(text(newest, "storefront")),
        title=shown(text(newest, "title"), 120),
        first=shown(shown_price(format(prices[0], "f"), currency)),
        now=shown(shown_price(format(prices[-1], "f"), currency)),
        change=f"{change * 100:+.1f} %",
        fell=change < 0,
        seen=f"{text(sightings[0], 'seen_at')[:10]} to {text(newest, 'seen_at')[:10]}",
        line=_line(prices),
    )
    return change, move


def _line(prices: list[Decimal]) -> str:
    low, high = min(prices), max(prices)
    height = float(high - low) or 1.0
    step = LINE_WIDTH / (len(prices) - 1)
    return " ".join(
        f"{place * step:.1f},{LINE_HEIGHT - 2 - float(price - low) / height * (LINE_HEIGHT - 4):.1f}" for place, price in enumerate(prices)
    )


def _price(sighting: Document) -> Decimal | None:
    try:
        price = Decimal(text(sighting, "price"))
    except InvalidOperation:
        return None
    return price if price.is_finite() else None
