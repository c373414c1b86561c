"""Link digests: whether the card around a link says what it said when the page behind it was last fetched.

A card is the largest element that links to no other detail page: the repeated element of a list. A detail page whose card stands as it
was, and that was fetched less than MAX_AGE ago, is not asked for again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from lxml import etree

from crawlers.records import LinkDigest

MAX_AGE = timedelta(days=14)
MAX_CARDS = 8  # of one link: featured, in its category, among the related …
MAX_LINKS = 20_000  # kept of one visit
_TOP = ("body", "html")


def card_digests(links: Iterable[tuple[etree._Element, str]]) -> dict[str, tuple[str, ...]]:
    """URL → digests of the cards around its links, sorted; `links` are the detail links of one page. A link without a card gives none."""
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
    return {url: tuple(sorted({_digest(card) for card in around}))[:MAX_CARDS] for url, around in cards.items()}


def words_digest(words: str) -> str:
    """SHA-256 of a text with single blanks, lower-case hex."""
    return hashlib.sha256(" ".join(words.split()).encode("utf-8", "replace")).hexdigest()


class LinkLedger:
    """What one visit learns of detail links, against what the last sealed visit knew. `now`: when the visit was planned."""

    def __init__(self, known: Mapping[str, LinkDigest], now: datetime) -> None:
        self._known, self._now = known, now
        self._cards: dict[str, set[str]] = {}
        self._via: dict[str, str | None] = {}
        self._fetched: dict[str, datetime] = {}
        self._behind: dict[str, list[str]] = {}
        for link in known.values():
            if link.via is not None:
                self._behind.setdefault(link.via, []).append(link.url)

    def stands(self, url: str, cards: tuple[str, ...], via: str | None) -> bool:
        """Whether the page behind a link need not be fetched; notes the link. `via`: the detail page it stands on, None on a list."""
        self._cards.setdefault(url, set()).update(cards)
        self._via[url] = None if via is None or self._via.get(url, via) is None else via
        known = self._known.get(url)
        return known is not None and bool(cards) and self._is_young(known) and set(cards) <= set(known.cards)

    def behind(self, url: str) -> tuple[str, ...]:
        """The young pages that only this detail page led to: while it stands, they stand."""
        standing = tuple(link for link in self._behind.get(url, ()) if self._is_young(self._known[link]))
        for link in standing:
            self.stands(link, self._known[link].cards, url)
        return standing

    def fetched(self, url: str, at: datetime) -> None:
        """A detail page was fetched and showed the shop."""
        self._fetched[url] = at

    def kept(self, *, complete: bool) -> tuple[LinkDigest, ...]:
        """What the next visit may rely on, by URL; a visit that did not see everything hands on what it did not get to."""
        rows = {url: known for url, known in self._known.items() if not complete and self._is_young(known)}
        for url, cards in self._cards.items():
            known = self._known.get(url)
            at = self._fetched.get(url) or (known.fetched_at if known else None)
            if at is not None and cards:
                rows[url] = LinkDigest(url, tuple(sorted(cards))[:MAX_CARDS], at, self._via.get(url))
            else:
                rows.pop(url, None)
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


def _digest(card: etree._Element) -> str:
    return words_digest(" ".join(part for part in card.itertext() if isinstance(part, str)))
