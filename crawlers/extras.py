"""What a visit keeps of a shop besides its pages: every icon it declares, its sitemap, and its product pictures when the site file asks.

All of it is bounded, obeys robots and keeps the site's distance between requests; a host that answers 429 or 503 is asked for no more.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree, html
from w3lib.encoding import html_to_unicode

from crawlers.canonical import canonical, host_and_port
from crawlers.recorder import Answer
from crawlers.site import Site

MAX_ICONS = 8  # of one host; a page for every device declares up to a dozen sizes of the same picture
MAX_SITEMAPS = 3  # of one visit
MAX_PICTURES = 60  # of one visit
MAX_PAGE_PICTURES = 12
MAX_PICTURE_BYTES = 64 * 1024 * 1024  # of one visit's pictures together
MAX_BYTES = 4 * 1024 * 1024  # of HTML that is read
MIN_SIDE = 64  # pixels as declared; smaller ones are icons and counters
_ICON_RELS = frozenset({"icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon", "fluid-icon"})
_ICON_METAS = frozenset({"msapplication-tileimage", "msapplication-square150x150logo"})
_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-zoom-image", "src")
_PICTURE_METAS = frozenset({"og:image", "og:image:secure_url", "twitter:image"})
_FRAMES = frozenset({"nav", "header", "footer"})
_NO_PICTURE = re.compile(r"\.(?:svg|ico)$|(?:^|[/_-])(?:logo|sprite|spacer|blank|pixel|placeholder|loading)s?[._-]", re.IGNORECASE)
_SLOW_DOWN = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Declared:
    """The pictures that an HTML page names, canonical URLs in its order, each once."""

    icons: tuple[str, ...]
    pictures: tuple[str, ...]


class Extras:
    """The extras of one visit. `ask` gives the answer for a role and a URL, None when there is none or no time is left."""

    def __init__(self, site: Site, ask: Callable[[str, str], Awaitable[Answer | None]], in_scope: Callable[[str], str | None]) -> None:
        self._site, self._ask, self._in_scope = site, ask, in_scope
        self._seen: set[tuple[str, int]] = set()  # hosts whose icons are known
        self._pictures: set[str] = set()
        self._picture_bytes = 0
        self._off = False
        self.sitemaps_asked: set[str] = set()

    async def of_page(self, page: Answer) -> None:
        """Icons at the first page of a host, pictures of every page when the site file asks for them."""
        place = host_and_port(page.capture.url)
        wanted = self._site.images and len(self._pictures) < MAX_PICTURES
        if self._off or (place in self._seen and not wanted):
            return
        declared = declared_on(page.body, page.capture.header("Content-Type"), page.capture.url)
        if place not in self._seen:
            self._seen.add(place)
            icons = [icon for named in declared.icons if (icon := self._in_scope(named)) is not None]
            for icon in icons[:MAX_ICONS] or [urljoin(page.capture.url, "/favicon.ico")]:
                await self._take("favicon", icon)
        if wanted:
            await self._take_pictures(declared.pictures)

    async def sitemaps(self, entry: str, named: Sequence[str]) -> tuple[Answer, ...]:
        """The answers for the sitemaps that the robots file names, else for the usual one."""
        found = [inside for url in named if (address := canonical(url, entry)) and (inside := self._in_scope(address)) is not None]
        usual: list[str | None] = [self._in_scope(urljoin(entry, "/sitemap.xml"))]
        wanted = [url for url in list(dict.fromkeys(found))[:MAX_SITEMAPS] or usual if url is not None]
        self.sitemaps_asked.update(wanted)
        answers = [await self._take("sitemap", url) for url in wanted]
        return tuple(answer for answer in answers if answer is not None)

    async def _take_pictures(self, pictures: Sequence[str]) -> None:
        new = [picture for named in pictures if (picture := self._reachable(named)) is not None and picture not in self._pictures]
        for picture in new[: min(MAX_PAGE_PICTURES, MAX_PICTURES - len(self._pictures))]:
            self._pictures.add(picture)
            if self._picture_bytes < MAX_PICTURE_BYTES:
                answer = await self._take("asset", picture)
                self._picture_bytes += answer.capture.body_bytes if answer is not None else 0

    async def _take(self, role: str, url: str) -> Answer | None:
        answer = None if self._off else await self._ask(role, url)
        self._off = self._off or (answer is not None and answer.capture.status in _SLOW_DOWN)
        return answer

    def _reachable(self, url: str) -> str | None:
        """The picture's URL when it lies in the storefront or on a host that the site file allows."""
        host, port = host_and_port(url)
        return self._in_scope(url) or (url if {host, f"{host}:{port}"} & set(self._site.allow_hosts) else None)


def declared_on(body: bytes, content_type: str | None, url: str) -> Declared:
    """The icons and pictures that a page names (content coding undone); none for anything that does not parse."""
    _, text = html_to_unicode(content_type, body[:MAX_BYTES], default_encoding="utf-8")
    try:
        root = html.document_fromstring(text.replace("\0", ""), parser=html.HTMLParser(encoding=None, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return Declared((), ())
    base = next((urljoin(url, element.get("href", "").strip()) for element in root.iter("base") if element.get("href")), url)
    icons: dict[str, None] = {}
    pictures: dict[str, None] = {}
    for element in root.iter("link", "meta", "img"):
        for kind, address in ((icons, _icon(element)), *((pictures, named) for named in _pictures(element))):
            target = canonical(address, base) if address else None
            if target is not None:
                kind[target] = None
    return Declared(tuple(icons), tuple(pictures))


def _icon(element: html.HtmlElement) -> str | None:
    if element.tag == "link":
        return element.get("href") if _ICON_RELS.intersection((element.get("rel") or "").lower().split()) else None
    return element.get("content") if element.tag == "meta" and (element.get("name") or "").lower() in _ICON_METAS else None


def _pictures(element: html.HtmlElement) -> Iterator[str]:
    """The one best address of an image, if it may show a thing: not a tiny one, nor one of the page's frame."""
    if element.tag == "meta":
        if (element.get("property") or element.get("name") or "").lower() in _PICTURE_METAS and element.get("content"):
            yield element.get("content", "").strip()
        return
    if element.tag != "img" or _is_small(element) or any(around.tag in _FRAMES for around in element.iterancestors()):
        return
    named = _largest(element.get("srcset") or element.get("data-srcset") or "")
    named = named or next((element.get(name, "").strip() for name in _SOURCES if _is_address(element.get(name))), None)
    if named and not _NO_PICTURE.search(named.partition("?")[0]):
        yield named


def _is_address(value: str | None) -> bool:
    return bool(value and value.strip() and not value.strip().lower().startswith(("data:", "blob:", "about:")))


def _is_small(element: html.HtmlElement) -> bool:
    sides = [int(side) for name in ("width", "height") if (side := (element.get(name) or "").strip().removesuffix("px")).isdecimal()]
    return any(side < MIN_SIDE for side in sides)


def _largest(srcset: str) -> str | None:
    """The candidate of a srcset with the largest width or density (HTML standard, 4.8.4.2.1)."""
    best, size = None, 0.0
    for address, number in re.findall(r"(\S*[^\s,])(?:\s+([\d.]{1,9})[wx])?\s*(?:,|$)", srcset[:20_000]):
        try:
            weight = float(number or 1)
        except ValueError:
            continue
        if weight > size and _is_address(address):
            best, size = address, weight
    return best
