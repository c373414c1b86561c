"""Whose finding it is: on a marketplace a seller owns his blocks and pages, everything else on the page is the market's."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from crawlers.site import Site, registrable_domain, storefront_key
from nlp.agreement import Offer
from nlp.parse import ParsedPage
from nlp.where import Where

LANDMARKS = ("header", "footer", "nav", "aside")


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the page that belongs to one storefront: an element without the landmarks inside it, or the JSON below a pointer."""

    storefront: str
    span: tuple[int, int] | None
    holes: tuple[tuple[int, int], ...]
    path: str
    hole_paths: tuple[str, ...]
    pointer: str | None = None

    def holds(self, where: Where) -> bool:
        """True when the place lies in this area."""
        if where.inside == "text" and self.span and where.start is not None and where.end is not None:
            inside = self.span[0] <= where.start and where.end <= self.span[1]
            return inside and not any(hole[0] <= where.start < hole[1] for hole in self.holes)
        if where.inside == "json":
            pointer = where.pointer or ""
            return self.pointer is not None and where.path == self.path and (pointer + "/").startswith(self.pointer + "/")
        if where.inside in ("attribute", "image") and self.pointer is None:
            path = where.path or ""
            return (path + " > ").startswith(self.path + " > ") and not any(
                (path + " > ").startswith(hole + " > ") for hole in self.hole_paths
            )
        return False


def platform_of(storefront: str) -> str:
    """Who runs the pages a storefront stands on: the marketplace of a seller, the host of a tenant, else the storefront itself.

    Host facts, headers and page fingerprints belong there.
    """
    market = storefront.partition("#")[0]
    host, slash, _ = market.partition("/")
    return registrable_domain(host) if slash else market


def areas(page: ParsedPage, site: Site | None, offers: Sequence[Offer]) -> list[Area]:
    """The sellers' areas on the page, smallest first; none off a marketplace. A block that two sellers share is nobody's."""
    if site is None:
        return []
    own = storefront_key(site, page.url)
    market = own.partition("#")[0]
    blocks: dict[etree._Element, set[str]] = defaultdict(set)
    found: list[Area] = []
    for offer in offers:
        if "#" not in offer.listing.storefront:
            continue
        if offer.core is not None:
            blocks[offer.core].add(offer.listing.storefront)
        if offer.listing.where.inside == "json":
            found.append(Area(offer.listing.storefront, None, (), offer.listing.where.path or "", (), offer.listing.where.pointer))
    found += [area_of(page, block, next(iter(keys))) for block, keys in blocks.items() if len(keys) == 1]
    if own != market and page.root is not None:
        body = next(page.root.iter("main"), None)
        body = body if body is not None else page.first("body")
        found.append(area_of(page, body if body is not None else page.root, own))
    return sorted(found, key=lambda area: area.span[1] - area.span[0] if area.span else 0)


def area_of(page: ParsedPage, block: etree._Element, storefront: str) -> Area:
    """The block as an area, landmarks cut out."""
    landmarks = list(block.iter(*LANDMARKS))
    holes = tuple(span for mark in landmarks if (span := page.text_of(mark)))
    return Area(storefront, page.text_of(block), holes, page.paths.of(block), tuple(page.paths.of(mark) for mark in landmarks))


def owner(where: Where, found: Sequence[Area], otherwise: str) -> str:
    """The storefront a place belongs to: the smallest area that holds it, else `otherwise`."""
    return next((area.storefront for area in found if area.holds(where)), otherwise)
