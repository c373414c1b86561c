"""Link digests: whether the card around a link says what it said when the page behind it was last fetched.

A card is the largest element that links to no other detail page: the repeated element of a list. A detail page whose card stands as it
was, and that was fetched less than MAX_AGE ago, is not asked for again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from crawlers.page_traits import PRICE
from crawlers.records import LinkDigest

MAX_AGE = timedelta(days=14)
MAX_CARDS = 8  # of one link: featured, in its category, among the related …
MAX_LINKS = 20_000  # kept of one visit
_TOP = ("body", "html")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards around one link: digests of their words, sorted, and whether one names a price."""

    digests: tuple[str, ...]
    priced: bool


def cards_of(links: Iterable[tuple[etree._Element, str]]) -> dict[str, Cards]:
    """URL → the cards around its links; `links` are the detail links of one page. A link without a card is left out."""
    found = list(links)
    owner: dict[etree._Element, str | None] = {}
    for element, url in found:
        at: etree._Element | None = element
        while at is not None:
            if at not in owner:
                owner[at] = url
            elif owner[at] is None:
                break
            elif owner[at] != url:
                owner[at] = None
            at = at.getparent()
    cards: dict[str, set[etree._Element]] = {}
    for element, url in found:
        card = _card(element, owner)
        if card is not None:
            cards.setdefault(url, set()).add(card)
    found_words = {url: {_words(card) for card in around} for url, around in cards.items()}
    return {
        url: Cards(tuple(sorted(map(words_digest, words)))[:MAX_CARDS], any(PRICE.search(one[:2_000].lower()) for one in words))
        for url, words in found_words.items()
    }


def is_rich(element: etree._Element) -> bool:
    """Whether a link shows a thing: a picture in it or beside it, a heading around it, or words beside it in a small element.

    Entries of menus are bare links, entries of lists of goods hardly ever.
    """
    if element.find(".//img") is not None:
        return True
    at, own = element, len(_words(element).split())
    for _ in range(3):
        parent = at.getparent()
        if parent is None or parent.tag in _TOP or len(parent) > 12:
            return False
        if parent.tag in _HEADINGS or parent.find(".//img") is not None:
            return True
        links = sum(1 for _ in parent.iter("a"))
        if links <= 2 and len(_words(parent).split()) > own:
            return True
        if links > 2:
            return False
        at = parent
    return False


def words_digest(words: str) -> str:
    """SHA-256 of a text with single blanks, lower-case hex."""
    return hashlib.sha256(" ".join(words.split()).encode("utf-8", "replace")).hexdigest()


class LinkLedger:
    """What one visit learns of detail links, against what the last sealed visit knew. `now`: when the visit was planned."""

    def __init__(self, known: Mapping[str, LinkDigest], now: datetime) -> None:
        self._known, self._now = known, now
        self._cards: dict[str, tuple[str, ...]] = {}
        self._via: dict[str, str | None] = {}
        self._fetched: dict[str, datetime] = {}
        self._lists: set[str] = set()
        self._behind: dict[str, list[str]] = {}
        for link in known.values():
            if link.via is not None:
                self._behind.setdefault(link.via, []).append(link.url)

    def stands(self, url: str, cards: tuple[str, ...], via: str | None) -> bool:
        """Whether the page behind a link need not be fetched; notes the link. `via`: the detail page it stands on, None on a list."""
        before = self._cards.get(url, ())
        self._cards[url] = before if set(cards) <= set(before) else tuple(sorted({*before, *cards}))
        self._via[url] = None if via is None or self._via.get(url, via) is None else via
        known = self._known.get(url)
        return known is not None and bool(cards) and self._is_young(known) and set(cards) <= set(known.cards)

    def behind(self, url: str) -> tuple[str, ...]:
        """The young pages that only this detail page led to: while it stands, they stand."""
        standing = tuple(link for link in self._behind.get(url, ()) if self._is_young(self._known[link]))
        for link in standing:
            self.stands(link, self._known[link].cards, url)
        return standing

    def fetched(self, url: str, at: datetime, *, is_list: bool) -> None:
        """A page was fetched and showed the shop. One that lists other pages is asked for at every visit, whatever its own card says."""
        if is_list:
            self._lists.add(url)
        else:
            self._fetched[url] = at

    def kept(self, *, complete: bool) -> tuple[LinkDigest, ...]:
        """What the next visit may rely on, by URL; a visit that did not see everything hands on what it did not get to."""
        rows = {url: known for url, known in self._known.items() if not complete and self._is_young(known)}
        for url, cards in self._cards.items():
            fetched, known = self._fetched.get(url), self._known.get(url)
            if url in self._lists or not (cards if fetched else known):
                rows.pop(url, None)
            elif fetched is not None:
                rows[url] = LinkDigest(url, cards[:MAX_CARDS], fetched, self._via.get(url))
            elif known is not None:  # a card that changed is no news of its page until the page was read
                rows[url] = LinkDigest(url, known.cards, known.fetched_at, self._via.get(url))
        return tuple(rows[url] for url in sorted(rows))[:MAX_LINKS]

    def _is_young(self, known: LinkDigest) -> bool:
        return timedelta() <= self._now - known.fetched_at < MAX_AGE


def _card(element: etree._Element, owner: Mapping[etree._Element, str | None]) -> etree._Element | None:
    """The largest element around a link that is its own; None when that is the page itself: a page with one link has no list."""
    card: etree._Element | None = None
    at: etree._Element | None = element
    while at is not None and owner[at] is not None:
        card, at = at, at.getparent()
    return None if at is None or card is None or card.tag in _TOP else card


def _words(element: etree._Element) -> str:
    return " ".join(part for part in element.itertext() if isinstance(part, str))
