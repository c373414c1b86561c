"""What a visit asks for next: links of the storefront that are no trap, less the detail pages whose cards stand as they were."""

import logging
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from crawlers.canonical import canonical, host_and_port
from crawlers.digest import LinkLedger, words_digest
from crawlers.frontier import Frontier, Place
from crawlers.links import DETAIL, PageLinks, Rank, may_follow
from crawlers.site import Site, scope_key
from crawlers.sitemap import SitemapPage
from crawlers.traps import Traps

LOOPBACK = frozenset({"localhost", "127.0.0.1"})
MAX_REMEMBERED = 1_000  # URLs whose scope is known; a menu and a list page or two
logger = logging.getLogger(__name__)


class Planner:
    """The plan of one visit: `frontier` says what is next, `ledger` what need not be fetched again."""

    def __init__(self, site: Site, ledger: LinkLedger) -> None:
        self._site, self.ledger = site, ledger
        self.seeds = [seed for seed in map(canonical, site.seeds) if seed is not None]
        self._scope = scope_key(site, self.seeds[0])
        self._ports = open_ports(site)
        self._traps = Traps(site.budget.pages)
        self.frontier = Frontier(site.budget.pages)
        self._targets: dict[str, str | None] = {}
        self._menu: set[str] = set()
        self._listed: set[str] = set()
        self._priced: set[str] = set()
        for seed in self.seeds:
            self.frontier.add(seed, Rank.SEED)

    def plan(self, found: PageLinks, place: Place, at: datetime) -> None:
        """Plan what is new on a page fetched `at`. Detail pages whose card stands as the last visit knew it are noted and not asked for."""
        if place.rank == Rank.SEED:
            self._menu.update(link.url for link in found.links)
        is_list = place.rank not in DETAIL or found.is_list(self._menu, self._listed, was_priced=place.url in self._priced)
        if is_list:
            self._listed |= found.shown
            self._priced |= found.priced
        self.ledger.fetched(place.url, at, is_list=is_list)
        self._traps.learn(link.url for link in found.links)
        self._traps.shown(place.url, found.words)
        via = place.url if place.rank in DETAIL else None
        new = 0
        for link in sorted(found.links, key=lambda link: link.rank == Rank.NEXT):  # what is new counts before the next page is thought of
            target = self.open_target(link.url)
            if target is None:
                continue
            if link.rank == Rank.NEXT:  # an endless list of empty pages would eat the budget: a page without news has no next one
                if (place.rank != Rank.NEXT or new) and not self._refused(target, further=True):
                    self.frontier.add(target, Rank.NEXT, place.depth)
            elif link.rank in DETAIL and self.ledger.stands(target, link.cards, via):
                new += self._keep(target)
            elif not self._refused(target) and self.frontier.add(target, link.rank, place.depth + 1):
                new += 1

    def plan_target(self, target: str, place: Place) -> None:
        """Plan a page of the storefront that a page's script wanted to go to."""
        if self.is_open(target) and not self._refused(target):
            self.frontier.add(target, Rank.LIST, place.depth + 1)

    def plan_named(self, page: SitemapPage) -> None:
        """Plan a page that only a sitemap names; its `lastmod` is its card."""
        target = self.open_target(page.url)
        if target is None or self.frontier.knows(target) or not may_follow(target, target):
            return
        card = (words_digest(f"lastmod {page.changed}"),) if page.changed else ()
        if self.ledger.stands(target, card, None):
            self._keep(target)
        elif not self._refused(target):
            self.frontier.add(target, Rank.OTHER, 1)

    def open_target(self, url: str) -> str | None:
        """The URL when it is part of the storefront and its port is one that the operator named, else None."""
        if url not in self._targets:
            if len(self._targets) >= MAX_REMEMBERED:
                self._targets.clear()
            target = self.in_scope(url)
            self._targets[url] = target if target is not None and self.is_open(target) else None
        return self._targets[url]

    def in_scope(self, url: str) -> str | None:
        """The URL when it belongs to this storefront, else None. A shop's names for its own machine are spelled as the seed spells it:
        one that calls itself localhost in its links and sitemaps, at whatever address it is reached, is one shop."""
        parts = urlsplit(url)
        seed = urlsplit(self.seeds[0])
        if parts.hostname != seed.hostname and parts.hostname in LOOPBACK and parts.port == seed.port:
            url = urlunsplit(parts._replace(scheme=seed.scheme, netloc=seed.netloc))
        return url if scope_key(self._site, url) == self._scope else None

    def is_open(self, url: str) -> bool:
        """Whether the URL's port is one that the operator named."""
        return host_and_port(url)[1] in self._ports

    def _keep(self, target: str) -> bool:
        """A detail page that stands: it is known, and so is what only it led to. Whether it is news to this visit."""
        pending, is_new = [target], False
        while pending:
            url = pending.pop()
            if self.frontier.skip(url):
                is_new = True
                pending.extend(self.ledger.behind(url))
        return is_new

    def _refused(self, target: str, *, further: bool = False) -> bool:
        if self.frontier.knows(target):
            return False
        why = self._traps.refuses(target, further=further)
        if why is not None:
            logger.debug("%s: %s is not followed: %s", self._site.name, target, why)
        return why is not None


def open_ports(site: Site) -> frozenset[int]:
    """The ports that a visit may connect to: 80, 443, those of its seeds, and those its file names (`ports`, `allow_hosts` with a port)."""
    seeds = [seed for seed in map(canonical, site.seeds) if seed is not None]
    allowed = (int(port) for _, colon, port in (host.rpartition(":") for host in site.allow_hosts) if colon and port.isdecimal())
    return frozenset({80, 443, *site.ports, *(host_and_port(seed)[1] for seed in seeds), *allowed})
