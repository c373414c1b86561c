"""What the invented market is made of. Nothing here is read from a page: it is what the pages are written from."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Substance:
    """A chemical by name and number; `controlled` when it stands on the lists of the 1988 Convention or a national list."""

    name: str
    short: str  # how sellers write it
    cas: str
    chinese: str
    controlled: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """One offer of one shop or seller, from its first to its last day on the shelf (whole days, inclusive)."""

    sku: str
    title: str
    text: str  # the description on its page
    substance: Substance | None
    coded: bool  # the title hides the name: only a number, look-alike letters, spaced letters, digits for letters
    promise: bool  # the text promises delivery, or to get the goods past a control, or to make good when they are stopped
    research: bool  # the text calls it a research chemical (and then promises delivery)
    base_price: Decimal
    currency: str
    pack: str
    purity: str
    in_stock: bool
    first_day: int
    last_day: int
    seller: str | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """The people behind several storefronts: identifiers by slot (`telegram`, `email`, `email2`, …); a slot's letters are its kind."""

    name: str
    identifiers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shop:
    """One site: a shop, or the marketplace (then `sellers` is not empty)."""

    site: str
    brand: str
    operator: str | None
    template: str  # json_ld | visible | state | zh | market
    language: str
    currency: str
    born: int
    address: str
    headers: str  # name of its header style
    favicon: str  # shops with one name share one icon
    key: str  # certificates with one name share one key pair
    shown: Mapping[str, str]  # the identifiers it shows, by slot
    contacts_in_footer: bool
    wording: tuple[str, ...]  # names of the sentences on its shipping page
    sellers: tuple["Seller", ...] = ()
    successor_of: str | None = None

    @property
    def host(self) -> str:
        """The only host of the site."""
        return f"{self.site}.example"


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller on the marketplace; the id is also the name shown."""

    seller: str
    operator: str | None
    shown: Mapping[str, str]
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class Phase:
    """What a site shows from its first to its last day instead of its shop (inclusive)."""

    site: str
    first_day: int
    last_day: int
    state: str  # blocked | parked | seized | suspended | nxdomain | refused | server_error


@dataclass(frozen=True, slots=True)
class Page:
    """One answer before it is put on the wire."""

    status: int
    media_type: str
    body: bytes
    location: str | None = None
