"""Ground truth of a demo market as one JSON document: what is true of the invented world, not what any page reader found."""

import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from churnwatch.demo.certificates import key_of
from churnwatch.demo.days import day_time
from churnwatch.demo.life import KINDS, happenings
from churnwatch.demo.model import Product, Shop
from churnwatch.demo.operators import analytics_id, kind_of
from churnwatch.demo.pages import Shelf
from churnwatch.demo.prices import price_before, price_on
from churnwatch.demo.shops import CDN_ADDRESS, CDN_KEY, VENDOR
from churnwatch.demo.timeline import OUTAGE_DAYS
from churnwatch.demo.wording import PROMISES
from churnwatch.demo.world import World

CONTACTS = ("email", "phone", "telegram", "wechat")
PAYMENTS = ("bitcoin",)
_NOTE = "invented market; agreement with it is self-consistency on invented data and says nothing of accuracy in the field"


def truth(world: World) -> dict[str, object]:
    """What the demo is compared with, for the days 0 to `days` - 1. Days are numbers, times ISO 8601 with `Z`, prices decimal strings."""
    present = [place for place in _places(world) if place.outcomes]
    keys = {place.key for place in present}
    return {
        "note": _NOTE,
        "simulated": True,
        "seed": world.seed,
        "days": world.days,
        "day_zero": _time(0),
        "outage_days": [day for day in OUTAGE_DAYS if day < world.days],
        "canaries": [{"url": f"https://{host}:{world.port}/", "phrase": phrase} for host, phrase in world.canaries.items()],
        "operators": {
            name: sorted(place.key for place in present if place.operator == name)
            for name in world.operators
            if any(place.operator == name for place in present)
        },
        "storefronts": {place.key: place.facts() for place in present},
        "outcomes": {place.key: {str(day): outcome for day, outcome in place.outcomes} for place in present},
        "listings": {place.key: place.listings() for place in present},
        "contacts": {place.key: place.identifiers(CONTACTS, "kind") for place in present},
        "payments": {place.key: place.identifiers(PAYMENTS, "kind") for place in present},
        "identifiers": {place.key: place.identifiers((), "type") for place in present},
        "event_kinds": list(KINDS),
        "events": [event for place in present for event in place.events()],
        "successions": [
            {"storefront": shop.host, "successor_of": f"{shop.successor_of}.example"}
            for shop in world.shops
            if shop.successor_of is not None and shop.host in keys
        ],
        "hubs": _hubs(world),
    }


def write_truth(world: World, path: Path) -> Path:
    """Writes the truth as JSON, the same bytes for the same world."""
    path.write_text(json.dumps(truth(world), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


class _Place:
    """One storefront: a site, or a seller on the marketplace."""

    def __init__(self, world: World, shop: Shop, seller: str | None = None) -> None:
        self.world, self.shop, self.seller = world, shop, seller
        known = next((each for each in shop.sellers if each.seller == seller), None)
        self.key = f"{shop.host}#{seller}" if seller else shop.host
        self.operator = known.operator if known else shop.operator
        self.shown = known.shown if known else shop.shown
        self.first_day = known.first_day if known else shop.born
        self.last_day = known.last_day if known else None
        self.outcomes = [(day, self._outcome(day)) for day in range(self.first_day, world.days)]

    def _outcome(self, day: int) -> str:
        state = self.world.state(self.shop, day)
        if state == "live" and self.last_day is not None and day > self.last_day:
            return "not_found"
        return state

    def facts(self) -> dict[str, object]:
        """What kind of storefront it is, and what an alert may rest on."""
        products = self._products()
        wording = () if self.seller else self.shop.wording
        return {
            "site": self.shop.site,
            "kind": "seller" if self.seller else "marketplace" if self.shop.sellers else "storefront",
            "operator": self.operator,
            "language": self.shop.language,
            "template": self.shop.template,
            "currency": self.shop.currency,
            "first_day": self.first_day,
            "controlled": any(product.substance and product.substance.controlled for product in products),
            "promise": any(product.promise for product in products) or any(name in PROMISES for name in wording),
            # What the pair flag means: a controlled substance, or a "research chemical", and a promise on one page.
            "pair": any(_is_pair(product) for product in products) or {"research", "guarantee"} <= set(wording),
            "on_cdn": self.shop.address == CDN_ADDRESS,
        }

    def listings(self) -> dict[str, list[dict[str, object]]]:
        """The offers of each day on which the storefront can be read, by day."""
        return {
            str(day): [self._listing(product, day) for product in self._products(day)]
            for day, outcome in self.outcomes
            if outcome == "live"
        }

    def _products(self, day: int | None = None) -> tuple[Product, ...]:
        """The offers of one day, or of all days of the world; a marketplace has none of its own."""
        if self.shop.sellers and self.seller is None:
            return ()
        if day is not None:
            return self.world.offers(self.shop, day, self.seller)
        last = self.world.days - 1
        return tuple(
            product for product in self.world.products[self.shop.site] if product.seller == self.seller and product.first_day <= last
        )

    def _listing(self, product: Product, day: int) -> dict[str, object]:
        draw, substance = self.world.draw, product.substance
        was = price_before(draw, self.shop.site, product, day)
        shelf = Shelf(self.world, self.shop, day)
        return {
            "url": shelf.origin + shelf.path(product),
            "title": product.title,
            "price": str(price_on(draw, self.shop.site, product, day)),
            "price_was": str(was) if was is not None else None,
            "currency": product.currency,
            "sku": product.sku,
            "availability": "in_stock" if product.in_stock else "out_of_stock",
            "flags": {
                "coded": product.coded,
                "substance": substance.name if substance else None,
                "cas": substance.cas if substance else None,
                "controlled": substance is not None and substance.controlled,
                "promise": product.promise,
                "research": product.research,
                "pair": _is_pair(product),
            },
        }

    def identifiers(self, kinds: tuple[str, ...], name: str) -> list[dict[str, str]]:
        """Its identifiers of these kinds (all when empty) in canonical form, under the key `name`."""
        shown = sorted({(kind_of(slot), value) for slot, value in self.shown.items()})
        return [{name: kind, "value": value} for kind, value in shown if not kinds or kind in kinds]

    def events(self) -> list[dict[str, object]]:
        """Its life-cycle events that can be certain by the last day."""
        seen = [(day, outcome) for day, outcome in self.outcomes if outcome != "portal"]
        return [
            {
                "storefront": self.key,
                "event": happening.kind,
                "after": _time(happening.after) if happening.after is not None else None,
                "by": _time(happening.by),
                "confirmed_at": _time(happening.confirmed),
                "days": [happening.after, happening.by, happening.confirmed],
            }
            for happening in happenings(seen)
        ]


def _is_pair(product: Product) -> bool:
    return product.promise and (product.research or (product.substance is not None and product.substance.controlled))


def _places(world: World) -> list[_Place]:
    """The storefronts in table order, sellers after their marketplace."""
    return [_Place(world, shop, seller) for shop in world.shops for seller in (None, *(seller.seller for seller in shop.sellers))]


def _hubs(world: World) -> list[dict[str, str]]:
    spki = key_of(world.draw, CDN_KEY).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return [
        {"type": "ip", "value": CDN_ADDRESS, "why": "a shared CDN address"},
        {"type": "tls_spki", "value": hashlib.sha256(spki).hexdigest(), "why": "the CDN's key pair"},
        {"type": "google_analytics", "value": analytics_id(world.draw, VENDOR), "why": "a template vendor's own account"},
    ]


def _time(day: int) -> str:
    return day_time(day).strftime("%Y-%m-%dT%H:%M:%SZ")
