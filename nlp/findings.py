"""What analysis hands on: findings, listings, looks, risk and the Analysis that holds them. Prices are `Decimal`, times UTC."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from nlp.where import Where


@dataclass(frozen=True, slots=True)
class Flag:
    """Wording worth an analyst's eye: kind `term`, `claim`, `pair` or `mismatch`.

    `id` names the lexicon entry or claim, `term` its canonical form, `text` the original wording (the slice of the page),
    `score` is 0 to 1, `obfuscated` says that the writing had to be undone to see it.
    """

    kind: str
    id: str
    term: str
    category: str
    substance: str | None
    text: str
    score: float
    obfuscated: bool
    where: Where
    language: str = ""  # language of the lexicon entry


@dataclass(frozen=True, slots=True)
class Code:
    """A product code: kind `cas` (check digit verified) or `sku`."""

    kind: str
    value: str
    where: Where


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach the seller, value in the canonical form of the command-line contract."""

    kind: str
    value: str
    where: Where


@dataclass(frozen=True, slots=True)
class Payment:
    """A checksum-validated payment address; `networks` when a legacy address is valid on more than one."""

    kind: str
    value: str
    where: Where
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A trace of how the page or host is built or run; `kind` is an identifier type of the command-line contract."""

    kind: str
    value: str
    where: Where


Finding = Flag | Code | Contact | Payment | Fingerprint


@dataclass(frozen=True, slots=True)
class PackPrice:
    """What one pack of an offer costs: an amount of goods in a unit (g, kg, mg, ml, l, pcs), and its price in the listing's currency."""

    quantity: Decimal
    unit: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Said:
    """What a source that lost said of a field (`price`, `sku`, `availability`) of a listing."""

    field: str
    source: str
    value: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One offer on one page. `source` names the reader whose price won, `disagreed` what the others said instead.

    Readers: `json_ld`, `microdata`, `open_graph`, `inline_json`, `visible`.
    """

    listing_id: str
    storefront: str
    capture_id: str
    url: str
    title: str
    where: Where
    source: str
    description: str = ""
    price: Decimal | None = None
    currency: str | None = None  # ISO 4217
    price_was: Decimal | None = None
    price_max: Decimal | None = None
    quantity: Decimal | None = None
    unit: str | None = None  # g, kg, ml, l, mg, pcs
    min_order: str | None = None
    sku: str | None = None
    availability: str = "unknown"  # in_stock | out_of_stock | unknown
    seller: str | None = None
    ships_from: str | None = None
    ships_to: str | None = None
    codes: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    pack_prices: tuple[PackPrice, ...] = ()
    price_per_kg: Decimal | None = None
    disagreed: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a risk score: the rule's id, its points (log-odds, may be negative) and every place it stands on."""

    id: str
    points: float
    places: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """How much an offer asks for an analyst's eye: score 0 to 1 or None, band `high`, `medium`, `low` or `abstain` (score None).

    `calibrated_on` says in a line what the score's figures were held against; "" with an abstention."""

    score: float | None
    band: str
    reasons: tuple[Reason, ...] = ()
    calibrated_on: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What one visit says of one storefront; `outcome` is the state of its entry page after redirects."""

    visit_id: str
    storefront: str
    outcome: str
    at: datetime
    capture_ids: tuple[str, ...]
    risk: Risk
    language: str | None = None
    reason: str = ""  # why this outcome, in people's words
    moved_to: str | None = None  # storefront key of the redirect target when outcome is `moved` or `parked`
    content: str | None = None  # digest of the entry page's visible text, None without a page


@dataclass(frozen=True, slots=True)
class Page:
    """One analysed page capture: its state under today's rules, and its visible text for searching (at most 20,000 code points)."""

    capture_id: str
    storefront: str
    state: str
    language: str | None
    title: str
    text: str
    outlinks: tuple[str, ...] = ()  # addresses of other storefronts that it names


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything one visit's captures say, under one version of code and lexicons. `findings` carry their storefront in `where`."""

    analysis_id: str
    visit_id: str
    site: str
    looks: tuple[Look, ...]
    listings: tuple[Listing, ...]
    findings: tuple[Finding, ...]
    lexicon: str  # content digest of the lexicons used
    code: str  # digest of the analysing sources
    layout_changed: str | None = None  # what the site file expected and what came, None when it fits
    barred: float | None = None  # the share of the visit's pages that a block or captcha stood before, None without a page
    risks: tuple[tuple[str, Risk], ...] = field(default=())  # (listing_id, its own risk)
    pages: tuple[Page, ...] = field(default=())
