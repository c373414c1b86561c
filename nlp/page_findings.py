"""Everything one live page says: listings, flags, codes, contacts, payments, fingerprints, each with its place and its storefront."""

import functools
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from crawlers.site import Site
from nlp.agreement import Offer, offers_of
from nlp.cas import find_cas
from nlp.extract import extract_all
from nlp.findings import Code, Contact, Fingerprint, Flag, Listing, Payment
from nlp.language import detect_language, is_foreign
from nlp.lexicon import Lexicons
from nlp.lexicon_models import RiskFile
from nlp.match import find_flags
from nlp.ownership import areas, owner, platform_of
from nlp.parse import ParsedPage
from nlp.picture_text import page_pictures
from nlp.risk import FOREIGN
from nlp.where import QUOTE_MAX, Where

Placed = TypeVar("Placed", Flag, Code, Contact, Payment)
UNSHOWN_MAX = 20_000  # code points of titles, alternative texts and JSON descriptions read beside the visible text


@dataclass(frozen=True, slots=True)
class PageFindings:
    """What one page says; `offers` keep the block each listing stands in."""

    language: str | None
    offers: tuple[Offer, ...] = ()
    flags: tuple[Flag, ...] = ()
    codes: tuple[Code, ...] = ()
    contacts: tuple[Contact, ...] = ()
    payments: tuple[Payment, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    weights: RiskFile | None = None  # of the lexicons that the page was read with
    is_foreign: bool = False  # surely in a language that is none of ours

    @property
    def listings(self) -> tuple[Listing, ...]:
        """The page's listings, a product page's product first."""
        return tuple(offer.listing for offer in self.offers)

    @property
    def judged_in(self) -> str | None:
        """The language that risk is judged in: None is doubt, FOREIGN means not at all."""
        return FOREIGN if self.is_foreign else self.language


def read_page(page: ParsedPage, site: Site | None, lexicons: Lexicons) -> PageFindings:
    """The findings of a live page: the caller has asked `page_state`, since a block page or a parking page says nothing of the shop."""
    numbers = find_cas(page.text)
    offers = offers_of(page, site, numbers)
    unshown = Unshown(page, [offer.listing for offer in offers])
    language = detect_language(page.text if len(page.text) > len(unshown.text) else unshown.text)
    flags = find_flags(page.text, language, lexicons)
    shown = {(flag.kind, flag.id) for flag in flags}
    flags += [flag for flag in unshown.placed(find_flags(unshown.text, language, lexicons)) if (flag.kind, flag.id) not in shown]
    codes = [
        *numbers,
        *unshown.placed(find_cas(unshown.text)),
        *(code for offer in offers for code in sku_codes(page, offer.listing)),
    ]
    extracted = [*extract_all(page, "page"), *page_pictures(page)]
    market = platform_of(page.storefront)
    found = areas(page, site, offers)
    otherwise = market if "#" in page.storefront else page.storefront

    def homed(finding: Placed) -> Placed:
        return replace(finding, where=replace(finding.where, capture_id=page.capture_id, storefront=owner(finding.where, found, otherwise)))

    return PageFindings(
        language,
        tuple(offers),
        tuple(map(homed, flags)),
        tuple(map(homed, codes)),
        tuple(homed(finding) for finding in extracted if isinstance(finding, Contact)),
        tuple(homed(finding) for finding in extracted if isinstance(finding, Payment)),
        tuple(
            replace(f, where=replace(f.where, capture_id=page.capture_id, storefront=market))
            for f in extracted
            if isinstance(f, Fingerprint)
        ),
        lexicons.risk,
        language is None and is_foreign(page.text),
    )


def sku_codes(page: ParsedPage, listing: Listing) -> Iterator[Code]:
    """The listing's product number where it can be seen, else where the listing stands."""
    if listing.sku:
        at = page.text.find(listing.sku)
        yield Code("sku", listing.sku, page.text_where(at, at + len(listing.sku)) if at >= 0 else listing.where)


class Unshown:
    """Words of the page that its visible text lacks, as one text whose spans lead back to their places.

    The title element, the description in the head, alternative texts of pictures, and listings that only inline JSON tells of.
    """

    def __init__(self, page: ParsedPage, listings: Sequence[Listing]) -> None:
        self.starts: list[int] = []
        self.places: list[Callable[[str], Where]] = []
        pieces: list[str] = []
        length = 0
        seen: set[str] = set()
        for words, place in self.candidates(page, listings):
            if len(words) > 2 and words not in seen and words not in page.text and length < UNSHOWN_MAX:
                seen.add(words)
                self.starts.append(length)
                self.places.append(place)
                pieces.append(words)
                length += len(words) + 2
        self.text = "\n\n".join(pieces)

    def candidates(self, page: ParsedPage, listings: Sequence[Listing]) -> Iterator[tuple[str, Callable[[str], Where]]]:
        """(words, how to name their place) in order of weight."""
        title = page.first("title")
        if title is not None:
            yield page.title[:1000], functools.partial(page.attribute_where, title, "text")
        for listing in listings:
            for words in (listing.title, listing.description):
                yield words, functools.partial(quoted, listing.where)
        if page.root is not None:
            for tag in page.root.iter("meta"):
                if (tag.get("name") or tag.get("property") or "").lower() in ("description", "keywords", "og:title", "og:description"):
                    yield " ".join((tag.get("content") or "").split())[:2000], functools.partial(page.attribute_where, tag, "content")
            for tag in page.root.iter("img"):
                yield " ".join((tag.get("alt") or "").split())[:500], functools.partial(page.attribute_where, tag, "alt")

    def placed(self, findings: Sequence[Placed]) -> Iterator[Placed]:
        """The findings with their places on the page in place of spans of this text."""
        for finding in findings:
            start, end = finding.where.start or 0, finding.where.end or 0
            place = self.places[bisect_right(self.starts, start) - 1]
            yield replace(finding, where=place(self.text[start:end]))


def quoted(where: Where, words: str) -> Where:
    """The listing's place with the words found there as its quote."""
    return where if where.inside == "text" else replace(where, quote=words[:QUOTE_MAX])
