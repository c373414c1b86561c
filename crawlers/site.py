"""Site files: what an operator asks to watch, and `storefront_key`, the ONE definition of which storefront a URL belongs to."""

import functools
import hashlib
import importlib.resources
import ipaddress
import itertools
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from publicsuffixlist import PublicSuffixList
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, ValidationInfo, field_validator

from crawlers.canonical import ascii_host, canonical
from crawlers.errors import ConfigError
from crawlers.every import EVERY, bounds
from crawlers.site_yaml import place_of, read_yaml

ADHOC = "adhoc-"  # begins the names of captures on request (`churnwatch capture`): they are no planned looks
MAX_BYTES = 64 * 1024
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
# Where marketplaces put a seller's id in the path or the query.
_SELLER_SEGMENT = re.compile(r"sellers?|vendors?|merchants?|suppliers?|stores?|shops?|user|profile|u", re.IGNORECASE)
_SELLER_FIELD = re.compile(r"(?:seller|vendor|merchant|supplier|store|shop)(?:[_-]?(?:id|name))?", re.IGNORECASE)


FilledField = Literal["price", "currency", "sku", "seller", "description", "quantity", "codes", "images", "ships_from", "ships_to"]


class Budget(BaseModel):
    """How much one visit may take: pages (captures of role `page`) and minutes of wall time."""

    model_config = _STRICT
    pages: Annotated[int, Field(ge=1, le=100_000)] = 500
    minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 30


class Expect(BaseModel):
    """What a sound reading of the site gives: the least and the most listings, and the least share of them that has each field."""

    model_config = _STRICT
    listings: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] | None = None
    fill: Mapping[FilledField, Annotated[float, Field(gt=0, le=1)]] = {}

    @field_validator("listings")
    @classmethod
    def _least_comes_first(cls, listings: tuple[int, int] | None) -> tuple[int, int] | None:
        if listings is not None and listings[0] > listings[1]:
            raise ValueError(f"the least comes first; write [{listings[1]}, {listings[0]}]")
        return listings


class Site(BaseModel):
    """One site file; only `name` and `seeds` are required. `delay_s`: seconds between requests to one host; `ports`: asked besides
    80, 443 and those of the seeds; `egress`: the profile of the settings that requests leave by."""

    model_config = _STRICT
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    seeds: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]
    kind: Literal["storefront", "marketplace", "hosted"] = "storefront"
    tenant: Literal["host", "path", "seller"] | None = None
    legal_reason: str | None = None
    robots: Literal["obey", "record"] = "obey"
    render: Literal["auto", "http", "browser"] = "auto"
    delay_s: Annotated[float, Field(ge=0, le=3600)] = 2
    budget: Budget = Budget()
    every: Annotated[str, Field(pattern=EVERY)] = "24h"
    allow_hosts: tuple[str, ...] = ()
    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = ()
    egress: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")] | None = None
    images: bool = False  # whether product pictures are kept too
    expect: Expect | None = None
    selectors: Mapping[str, str] = {}

    @field_validator("seeds")
    @classmethod
    def _seeds_are_urls(cls, seeds: tuple[str, ...]) -> tuple[str, ...]:
        for seed in seeds:
            if canonical(seed) is None:
                raise ValueError(f"{seed!r} is not an http or https URL without a user name")
        return seeds

    @field_validator("every")
    @classmethod
    def _shorter_gap_comes_first(cls, every: str) -> str:
        found = bounds(every)
        if found is not None and found[0] > found[1]:
            raise ValueError("the shorter time comes first, like 12h-7d")
        return every

    @field_validator("robots")
    @classmethod
    def _recording_has_a_reason(cls, robots: str, others: ValidationInfo) -> str:
        if robots == "record" and not (others.data.get("legal_reason") or "").strip():
            raise ValueError("record needs a legal_reason; write why this site's robots file is recorded and not obeyed")
        return robots


class TenantHost(NamedTuple):
    """One line of `lexicons/hosts.yml`."""

    host: str
    tenant: str
    prefix: str


class _HostLine(BaseModel):
    model_config = _STRICT
    host: str
    tenant: Literal["path", "host"]
    prefix: Annotated[str, Field(pattern=r"^/(?:\S+/)?$")] = "/"


def load_site(path: Path) -> Site:
    """The site in a file; raises ConfigError with file, line and key, also when the file's stem is not the site's name."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"larger than {MAX_BYTES} bytes, which no site file needs", file=path)
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", file=path) from error
    site = parse_site(text, str(path))
    if site.name.startswith(ADHOC):
        line = place_of(text, ("name",))[0]
        raise ConfigError(f"{ADHOC!r} begins captures on request, which count in no churn; rename it", file=path, line=line, key="name")
    if site.name != path.stem:
        line = place_of(text, ("name",))[0]
        raise ConfigError(f"name is {site.name!r} but the file is called {path.name!r}; rename one", file=path, line=line, key="name")
    return site


def parse_site(text: str, file: str) -> Site:
    """The site in a YAML text; `file` is what errors name. Raises ConfigError with file, line and key."""
    fields = read_yaml(text, file)
    if not isinstance(fields, dict):
        raise ConfigError("a site file is a list of `key: value` lines", file=file, line=1)
    try:
        site = Site.model_validate(_tuples(fields))
    except ValidationError as error:
        first = error.errors()[0]
        line, key = place_of(text, first["loc"])
        unknown = f"unknown key; known keys are {', '.join(Site.model_fields)}" if len(first["loc"]) == 1 else "unknown key"
        message = unknown if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
        raise ConfigError(message, file=file, line=line, key=key or None) from error
    keys = sorted({scope_key(site, seed) for seed in site.seeds})
    if len(keys) > 1:
        line, key = place_of(text, ("seeds",))
        raise ConfigError(
            f"these belong to {len(keys)} storefronts ({', '.join(keys[:3])}); write one site file for each", file=file, line=line, key=key
        )
    return site


def load_sites(folder: Path) -> list[Site]:
    """Every site file (`*.yml`) of a folder by name; raises ConfigError at the first wrong one or when there is no such folder."""
    if not folder.is_dir():
        raise ConfigError("no such folder of site files", file=folder)
    return [load_site(path) for path in sorted(folder.glob("*.yml"))]


def site_digest(text: str) -> str:
    """SHA-256 of a site file's text, lower-case hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def storefront_key(site: Site, url: str, seller: str | None = None) -> str:
    """The key of the storefront that a URL of this site shows.

    The registrable domain; `ip:port` for an address; `host/tenant` on a host of many tenants; on a marketplace `market.example#seller`
    with the seller's id as the URL has it, else `seller` folded (NFKC, lower case, single blanks). Raises ValueError for no http(s) URL.
    """
    key = scope_key(site, url)
    if site.tenant == "seller" or (site.tenant is None and site.kind == "marketplace"):
        name = _seller_in(url) or " ".join(unicodedata.normalize("NFKC", seller or "").casefold().split())
        return f"{key}#{name}" if name else key
    return key


def scope_key(site: Site, url: str) -> str:
    """The key without a seller: what a visit to this site may follow. Raises ValueError for no http(s) URL."""
    spelled = canonical(url)
    if spelled is None:
        raise ValueError(f"not an http(s) URL: {url!r}")
    parts = urlsplit(spelled)
    host = parts.hostname or ""
    # RFC 6761: localhost and names under it always mean this machine, whatever a shop's canonical link calls itself.
    host = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _named_key(site, host, parts.path)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def registrable_domain(host: str) -> str:
    """The part of a host name that somebody registered (`shop.co.uk` of `www.shop.co.uk`); the host itself when it is a bare suffix."""
    spelled = ascii_host(host) or host.lower()
    return _suffixes().privatesuffix(spelled) or spelled


def tenant_hosts() -> tuple[TenantHost, ...]:
    """The hosts of many tenants in `lexicons/hosts.yml`; raises ConfigError when the table is wrong."""
    return _tenant_hosts()


def _named_key(site: Site, host: str, path: str) -> str:
    segments = [unquote(segment) for segment in path.split("/") if segment]
    if site.tenant == "host":
        return host
    if site.tenant == "path":
        return f"{host}/{segments[0]}" if segments else host
    # On a marketplace the seller tells tenants apart, and the visit may follow all of them.
    for known in () if site.kind == "marketplace" else _tenant_hosts():
        if known.tenant == "host" and host.endswith("." + known.host):
            return f"{known.host}/{host.removesuffix('.' + known.host).rpartition('.')[2]}"
        if known.tenant == "path" and (host == known.host or host == f"www.{known.host}") and path.startswith(known.prefix):
            tenant = unquote(path.removeprefix(known.prefix).partition("/")[0])
            return f"{known.host}/{tenant}" if tenant else known.host
    return registrable_domain(host)


def _seller_in(url: str) -> str:
    """The seller's id that a marketplace URL names, or an empty text."""
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query, max_num_fields=200):
        if _SELLER_FIELD.fullmatch(name) and value.strip():
            return value.strip()
    segments = [unquote(segment) for segment in parts.path.split("/")]
    for before, after in itertools.pairwise(segments):
        if after.strip() and _SELLER_SEGMENT.fullmatch(before):
            return after.strip()
    return ""


def _tuples(value: object) -> object:
    """Lists as tuples, all the way down: strict models take no list for a tuple."""
    if isinstance(value, dict):
        return {name: _tuples(inner) for name, inner in value.items()}
    return tuple(_tuples(inner) for inner in value) if isinstance(value, list) else value


@functools.cache
def _suffixes() -> PublicSuffixList:
    with importlib.resources.files("lexicons").joinpath("public_suffix_list.dat").open("rb") as snapshot:
        return PublicSuffixList(snapshot, accept_unknown=True)


@functools.cache
def _tenant_hosts() -> tuple[TenantHost, ...]:
    text = importlib.resources.files("lexicons").joinpath("hosts.yml").read_text("utf-8")
    try:
        lines = TypeAdapter(tuple[_HostLine, ...]).validate_python(_tuples(read_yaml(text, "lexicons/hosts.yml")))
    except ValidationError as error:
        first = error.errors()[0]
        line, key = place_of(text, first["loc"])
        raise ConfigError(first["msg"], file="lexicons/hosts.yml", line=line, key=key or None) from error
    return tuple(TenantHost(line.host, line.tenant, line.prefix) for line in lines)
