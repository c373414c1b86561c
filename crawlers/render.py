"""Does this page need a browser? Decided per page from its HTTP answer, and remembered per site and shape of URL."""

import re
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from crawlers.links import Rank, page_links
from crawlers.recorder import Answer
from crawlers.render_signs import Sign, sign_of, visible_size

Render = Literal["auto", "http", "browser"]
_SHOWABLE = frozenset({"live", "unknown", "empty"})  # a block, parking or error page is no page to render
# Tries without gain after which a sign is no longer believed for a shape of URL: a wrong "no" loses listings, a wrong "yes" a second.
_USELESS, _USELESS_STRONG = 2, 6
_GAIN = 1.2  # the rendered page's visible text over the answer's, from which on the browser was worth it
_PERHAPS_A_PRODUCT = re.compile(r"/p/\d{1,5}/?$")  # as often a product as a page of a list
_NUMBER = re.compile(r"\d+")


def url_shape(url: str) -> str:
    """The URL with what names one thing left out: numbers as 0, the last path segment and slugs as *, query names without values."""
    parts = urlsplit(url)
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    shaped = [_segment(segment, last=number == len(segments) - 1) for number, segment in enumerate(segments)]
    fields = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100)})
    return f"{parts.netloc}/{'/'.join(shaped)}" + (f"?{'&'.join(fields)}" if fields else "")


class Decisions:
    """What one site's pages taught: which shapes of URL a browser shows more of."""

    def __init__(self, mode: Render) -> None:
        self.mode = mode
        self._useless: dict[tuple[str, str], int] = {}
        self._worth: set[str] = set()
        self._mixed: set[str] = set()  # shapes with pages of both kinds: only their own signs count

    def sign(self, answer: Answer) -> Sign | None:
        """Why this answer is to be rendered, or None. Only a page that answered as itself is; `http` never is."""
        capture = answer.capture
        if self.mode == "http" or capture.role != "page" or capture.seen_as not in _SHOWABLE or not _is_html(answer):
            return None
        if self.mode == "browser":
            return Sign("site file", "render: browser", strong=True)
        shape = url_shape(capture.url)
        found = sign_of(answer.body, capture.header("Content-Type"))
        if found is not None and found.name == "script pager" and links_on(answer.body, capture.header("Content-Type"), capture.url):
            found = None
        if found is None:
            like = shape in self._worth - self._mixed
            return Sign("shape", f"others like {shape} needed it", strong=False) if like else None
        limit = _USELESS_STRONG if found.strong else _USELESS
        return None if self._useless.get((shape, found.name), 0) >= limit else found

    def learn(self, url: str, sign: Sign, *, gained: bool) -> None:
        """Remember whether the browser showed more of this page than its answer did."""
        shape = url_shape(url)
        if sign.name == "shape":
            if not gained:
                self._mixed.add(shape)
        elif gained:
            self._useless.pop((shape, sign.name), None)
            if sign.strong:
                self._worth.add(shape)
        else:
            self._useless[shape, sign.name] = self._useless.get((shape, sign.name), 0) + 1


def is_unfinished(html: str) -> bool:
    """Whether a rendered page still lacks its content, so that waiting a little longer may help."""
    found = sign_of(html.encode("utf-8", "replace"), "text/html; charset=utf-8")
    return found is not None and found.strong and found.name not in ("repeater", "noscript")


def links_on(body: bytes, content_type: str | None, url: str) -> bool:
    """Whether a page links to a further page of its list."""
    links = page_links(body, content_type, url).links
    return any(link.rank == Rank.NEXT and not _PERHAPS_A_PRODUCT.search(link.url) for link in links)


def gained(answer: Answer, text: str, html: str, turned: int) -> bool:
    """Whether the browser was worth it: pages turned, clearly more text, or a sign of missing content that is gone."""
    content_type = answer.capture.header("Content-Type")
    before = visible_size(answer.body, content_type)
    if turned or len(text) > _GAIN * before + 20:
        return True
    sign = sign_of(answer.body, content_type)
    return sign is not None and sign.strong and not is_unfinished(html)


def _segment(segment: str, *, last: bool) -> str:
    if _NUMBER.fullmatch(segment):
        return "0"
    stem, dot, ending = segment.rpartition(".")
    if last:
        return f"*.{ending}" if dot and stem and len(ending) <= 5 else "*"
    return "*" if _NUMBER.search(segment) or segment.count("-") + segment.count("_") >= 2 else segment


def _is_html(answer: Answer) -> bool:
    content_type = (answer.capture.header("Content-Type") or "html").lower()
    return "html" in content_type and bool(answer.body.strip())
