"""The whole invented market of one seed: who is there, where, and what stands on the shelves on a given day."""

from dataclasses import dataclass, field
from functools import cached_property

from churnwatch.demo.draw import Draw
from churnwatch.demo.model import Operator, Product, Seller, Shop
from churnwatch.demo.operators import make_operators
from churnwatch.demo.shelves import make_products
from churnwatch.demo.shops import make_shops
from churnwatch.demo.timeline import OUTAGE_DAYS, state_of

PORT = 18443
CANARY_ADDRESSES = {"canary-north.example": "127.8.8.1", "canary-south.example": "127.8.8.2"}
PARKING_ADDRESS = "127.210.0.4"
SEIZURE_ADDRESS = "127.210.0.8"
_WORDS = ("amber", "birch", "cobalt", "delta", "ember", "fjord", "garnet", "heron", "indigo", "juniper", "kelp", "lilac")


@dataclass(frozen=True)
class World:
    """A pure value: the same seed, days and port give the same world, byte for byte."""

    seed: int
    days: int
    port: int
    operators: dict[str, Operator]
    shops: tuple[Shop, ...]
    products: dict[str, tuple[Product, ...]]  # by site
    canaries: dict[str, str]  # host → the phrase its page holds
    draw: Draw = field(repr=False)

    @cached_property
    def by_host(self) -> dict[str, Shop]:
        """The sites by their host name."""
        return {shop.host: shop for shop in self.shops}

    def state(self, shop: Shop, day: int) -> str:
        """What the site shows on that day: an outcome word, `unborn` or `portal`."""
        return state_of(shop.site, shop.born, day)

    def is_outage(self, day: int) -> bool:
        """Is our own line out on that day, so that every name answers with the provider's page?"""
        return day in OUTAGE_DAYS

    def open_shops(self, day: int) -> tuple[Shop, ...]:
        """The sites born by that day, dead ones too: those with a site file."""
        return tuple(shop for shop in self.shops if shop.born <= day)

    def offers(self, shop: Shop, day: int, seller: str | None = None) -> tuple[Product, ...]:
        """What is on the shelf that day, in shelf order; of one seller when named."""
        return tuple(
            product
            for product in self.products[shop.site]
            if product.first_day <= day <= product.last_day and (seller is None or product.seller == seller)
        )

    def sellers(self, shop: Shop, day: int) -> tuple[Seller, ...]:
        """The sellers present on the marketplace that day."""
        return tuple(seller for seller in shop.sellers if seller.first_day <= day <= seller.last_day)

    def address(self, shop: Shop, day: int) -> str | None:
        """Where the site's name leads on that day, None when the name does not exist."""
        state = self.state(shop, day)
        if state in ("unborn", "nxdomain") or (state == "portal" and state_of(shop.site, shop.born, _before_outage(day)) == "nxdomain"):
            return None
        return {"parked": PARKING_ADDRESS, "seized": SEIZURE_ADDRESS}.get(state, shop.address)

    def hosts(self, day: int) -> dict[str, str]:
        """Every name that exists on that day with its address, canaries first."""
        return CANARY_ADDRESSES | {shop.host: address for shop in self.shops if (address := self.address(shop, day)) is not None}


def make_world(seed: int, days: int = 20, port: int = PORT) -> World:
    """The market of that seed; raises ValueError when there is no day to live."""
    if days < 1:
        raise ValueError(f"a demo needs at least one day, not {days}")
    draw = Draw(seed)
    operators = make_operators(draw)
    shops = make_shops(draw, operators)
    return World(
        seed=seed,
        days=days,
        port=port,
        operators=operators,
        shops=shops,
        products={shop.site: make_products(draw, shop) for shop in shops},
        canaries={host: " ".join(draw.pick(_WORDS, "canary", host, place) for place in range(4)) for host in CANARY_ADDRESSES},
        draw=draw,
    )


def _before_outage(day: int) -> int:
    while day in OUTAGE_DAYS:
        day -= 1
    return day
