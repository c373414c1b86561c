"""Which links of a page a visit may follow, and in what order: further list pages, then category and information pages, then listings.

Never a link that logs in or out, fills or empties a basket, orders, registers, votes, or only switches language, currency or sorting.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from enum import IntEnum
from typing import cast
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from lxml import etree, html
from w3lib.encoding import html_to_unicode

from crawlers.canonical import canonical
from crawlers.digest import cards_of, is_rich, words_digest

MAX_BYTES = 4 * 1024 * 1024  # of HTML that is read for links
MAX_LINKS = 5000  # of one page; the largest real category pages seen hold a few hundred
MAX_SAME_SEGMENT = 3  # /a/b/a/b/a/b/a/b: a relative link that a server answers at every depth


class Rank(IntEnum):
    """The order in which pages are asked for: the lower first."""

    SEED = 0
    NEXT = 1  # a further page of a list
    LIST = 2  # categories, sellers, and the pages that carry contacts and promises
    LISTING = 3
    OTHER = 4
    RETRY = 5


@dataclass(frozen=True, slots=True)
class Link:
    """A link worth following: canonical URL and rank."""

    url: str
    rank: Rank
    cards: tuple[str, ...] = ()  # digests of the list entries it stands in (crawlers/digest.py), of links to detail pages only


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The links of one page in document order, each once, its icon (canonical URL) if it names one, and a digest of its words."""

    links: tuple[Link, ...]
    icon: str | None
    words: str = ""
    shown: frozenset[str] = frozenset()  # detail links that show a thing, as entries of lists do
    bare: frozenset[str] = frozenset()  # the other detail links that stand in entries of a list
    priced: frozenset[str] = frozenset()  # detail links whose card names a price
    is_product: bool = False  # the page declares itself one product

    def is_list(self, menu: Set[str], listed: Set[str], *, was_priced: bool) -> bool:
        """Whether the page lists others, so that it is asked for at every visit: it shows two things, or has two bare links besides the
        `menu` (which stands on every page). A page that a list shows with a price may show its likes: it is a list when it shows one
        that no list has (`listed`).
        """
        if self.is_product:
            return False
        if len(self.bare.difference(menu)) >= 2:
            return True
        return not self.shown <= listed if was_priced else len(self.shown) >= 2


DETAIL = (Rank.LISTING, Rank.OTHER)

# A path segment or parameter value that is one of these, whole, does something or belongs to somebody's account.
_DOING = re.compile(
    r"(?:wp-)?(?:log|sign)[-_]?(?:in|on|out|off|up)|regist(?:er|ration)|(?:my|customer|user)?[-_]?accounts?|(?:my|shopping|view)?[-_]?(?:carts?|baskets?|bag)"
    r"|check-?out|(?:my[-_]?)?(?:wish-?lists?|favou?rites?|orders?)|order-history|compar(?:e|ison)|buy(?:[-_]?now)?|pay|payment-process"
    r"|(?:forgot|lost|reset|change)?[-_]?passwords?(?:-reset)?|reset|o?auth2?|sso|sessions?|(?:wp-)?admin(?:istrator)?|dashboard|user-panel"
    r"|add|delete|remove|edit|update|vote|rate|report|(?:un)?subscribe|print|share|email-friend|tell-a-friend"
    r"|i18n|(?:set|change|switch)[-_]?(?:lang(?:uage)?|currency)|cdn-cgi|feed|rss|xmlrpc"
    r"|登录|登陆|注册|退出|注销|购物车|结算|结账|收藏|我的订单|会员中心",
    re.IGNORECASE,
)
_ADDING = re.compile(
    r"(?:add|remove|delete|move|update|clear|empty)[-_ ]?(?:item)?[-_ ]?(?:to|from)?[-_ ]?(?:my)?[-_ ]?"
    r"(?:cart|basket|bag|wish-?list|compare|favou?rites?|trolley)",
    re.IGNORECASE,
)
# Parameters whose value says what an old-style shop does (index.php?route=checkout/cart).
_ACTION_FIELD = re.compile(r"action|act|do|op|cmd|task|mode|route|main_page|controller|func|fn|m|a", re.IGNORECASE)
_CHANGING_FIELD = re.compile(
    r"add(?:[-_]?to[-_]?(?:cart|basket|wishlist|compare))?|(?:remove|delete|undo)(?:[-_]?item)?|logout|redirect_to|return_?(?:to|url)|next_url"
    r"|_?(?:csrf|token|nonce|_wpnonce)|quantity|qty|vote|rating|replytocom|share",
    re.IGNORECASE,
)
_LANGUAGE_FIELD = re.compile(r"lang|language|locale|hl|lc|setlang|currency|cur|setcurrency", re.IGNORECASE)
# Another order or cut of a list that is read anyway.
_SORT_FIELD = re.compile(
    r"(?:product_?list_?)?(?:sort|order|dir|limit)(?:[-_]?(?:by|order|dir|type))?|per_?page|page_?size"
    r"|filter\w*|f\[.*|(?:selected_?)?facets?(?:\[.*)?|min_?price|max_?price|price(?:_?(?:range|min|max|from|to))?|rating_filter",
    re.IGNORECASE,
)
_LOOK_FIELD = re.compile(r"(?:product_?list_?)?(?:view|mode|show|display|layout)(?:[-_]?(?:as|mode|type))?", re.IGNORECASE)
_LOOK_VALUE = re.compile(r"list|grid|table|tiles?|gallery|compact|all|\d+", re.IGNORECASE)
_PAGE_FIELD = re.compile(r"(?:page|p|pg|paged|page_?no|page_?num(?:ber)?|currentpage|offset|start|from)", re.IGNORECASE)
_PAGE_PATH = re.compile(r"/(?:page|seite|pagina|страница|页)[/_-]?\d{1,5}/?$|[-_]page[-_]?\d{1,5}(?:\.\w{2,5})?$", re.IGNORECASE)
_SHORT_PAGE_PATH = re.compile(r"/p[/_-]?\d{1,5}/?$", re.IGNORECASE)
_NEXT_TEXT = re.compile(
    r"\s*(?:next(?:\s+page)?|older|more(?:\s+products)?|load more|下一页|下页|后页|siguiente|далее|следующая|[›»→>]{1,2})\s*", re.IGNORECASE
)
_LIST_WORD = re.compile(
    r"(?:product-?)?categor(?:y|ies|ia|ias|ie)|collections?|catalog(?:ue)?|shop|store|department|departments|products|all-products|brands?|c|cat"
    r"|sellers?|vendors?|merchants?|suppliers?|stores|shops|категории|каталог|products-list|product-list|list|分类|产品|产品中心|全部商品",
    re.IGNORECASE,
)
_INFORMATION_WORD = re.compile(
    r"(?:about|contact|imprint|impressum|faq|shipping|delivery|payment|pay|terms|refund|return|guarantee|warranty|how-?to-?(?:order|buy|pay)|order-?guide"
    r"|policy|policies|company|联系|关于|付款|配送|物流)(?:s|-?us|-?info(?:rmation)?|-?methods?|-?polic(?:y|ies)|-?options?|我们|方式)?",
    re.IGNORECASE,
)
_LISTING_WORD = re.compile(r"products?|items?|p|goods|listings?|offer|detail|details|dp|sku|produkt|producto|товар|商品", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|css|js|mjs|json|xml|rss|atom|txt|pdf|docx?|xlsx?|pptx?|csv|zip|rar|7z|gz|tar|exe|apk|dmg|iso"
    r"|mp[34]|m4[av]|avi|mov|webm|ogg|wav|woff2?|ttf|eot)$",
    re.IGNORECASE,
)
_PRODUCT = re.compile(rb'"@type"\s{0,4}:\s{0,4}"Product"')
_PRODUCT_META = re.compile(rb"og:type[\"']\s{1,4}content=[\"']product")
_WRITTEN = etree.XPath(".//text()[not(parent::script or parent::style or parent::noscript or parent::template)]")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_FRAMES = frozenset({"nav", "header", "footer", "aside"})


def page_links(body: bytes, content_type: str | None, url: str) -> PageLinks:
    """The followable links of an HTML page (content coding undone); none for anything that does not parse. `url`: where it was found."""
    _, text = html_to_unicode(content_type, body[:MAX_BYTES], default_encoding="utf-8")
    try:
        root = html.document_fromstring(text.replace("\0", ""), parser=html.HTMLParser(encoding=None, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return PageLinks((), None)
    base, origin, icon = url, urljoin(url, "/"), None
    ranked: dict[str, Rank] = {}
    standing: list[tuple[html.HtmlElement, str]] = []
    for count, element in enumerate(root.iter("base", "link", "meta", "a", "area", "frame", "iframe")):
        if count >= MAX_LINKS:
            break
        if element.tag == "base" and element.get("href"):
            base = urljoin(url, element.get("href", "").strip()) if base == url else base
            origin = urljoin(base, "/")
        elif element.tag == "link" and "icon" in _rel(element) and icon is None:
            icon = canonical(element.get("href", ""), base)
        else:
            link = _link(element, base, origin, url)
            if link is not None:
                ranked[link.url] = min(ranked.get(link.url, Rank.RETRY), link.rank)
                standing.append((element, link.url))
    ranked.pop(canonical(url) or url, None)
    cards = cards_of((element, target) for element, target in standing if ranked.get(target) in DETAIL)
    shown = frozenset(target for element, target in standing if target in cards and is_rich(element))
    declared = len(_PRODUCT.findall(body[:MAX_BYTES])) == 1 or bool(_PRODUCT_META.search(body[:MAX_BYTES]))
    links = tuple(Link(target, rank, cards[target].digests if target in cards else ()) for target, rank in ranked.items())
    priced = frozenset(target for target, around in cards.items() if around.priced)
    return PageLinks(links, icon, _words(root), shown, frozenset(cards) - shown, priced, declared)


def may_follow(target: str, page: str) -> bool:
    """Whether GET on this canonical URL only shows something; `page`: the URL of the page that links to it."""
    parts = urlsplit(target)
    segments = [unquote(segment).lower() for segment in parts.path.split("/") if segment]
    if any(_does_something(segment) for segment in segments) or _FILE.search(parts.path):
        return False
    if any(segments.count(segment) > MAX_SAME_SEGMENT for segment in segments):
        return False
    here = set(parse_qsl(urlsplit(page).query, keep_blank_values=True, max_num_fields=500))
    for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=500):
        if _CHANGING_FIELD.fullmatch(name) or _ADDING.fullmatch(name) or _SORT_FIELD.fullmatch(name):
            return False
        if _LANGUAGE_FIELD.fullmatch(name) and (name, value) not in here:
            return False
        if _LOOK_FIELD.fullmatch(name) and _LOOK_VALUE.fullmatch(value):
            return False
        if _ACTION_FIELD.fullmatch(name) and any(_does_something(part) for part in re.split(r"[/.:]", value.lower())):
            return False
    return True


def _does_something(segment: str) -> bool:
    stem = segment.partition(".")[0].partition(";")[0]
    return (_DOING.fullmatch(stem) or _ADDING.fullmatch(stem)) is not None


def _link(element: html.HtmlElement, base: str, origin: str, page: str) -> Link | None:
    rel = _rel(element)
    if element.tag == "meta":
        address = _refresh(element)
    elif element.tag in ("frame", "iframe"):
        address = element.get("src")
    elif element.tag == "link":
        address = element.get("href") if "next" in rel or "prev" in rel else None
    else:
        address = element.get("href")
    if not address or address.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    # What is absolute on its host is resolved against the host alone: the same link on another page is then known already.
    target = canonical(address, origin if address.startswith("/") and not address.startswith("//") else base)
    if target is None or not may_follow(target, page) or _switches_language(element):
        return None
    if element.tag in ("meta", "frame", "iframe"):
        return Link(target, Rank.LIST)
    if "next" in rel or "prev" in rel:
        return Link(target, Rank.NEXT)
    return Link(target, Rank.OTHER if "nofollow" in rel else _rank(element, target))


def _rank(element: html.HtmlElement, target: str) -> Rank:
    parts = urlsplit(target)
    fields = parse_qsl(parts.query, max_num_fields=500)
    path = unquote(parts.path)
    if any(_PAGE_FIELD.fullmatch(name) and value.isdigit() for name, value in fields) or _PAGE_PATH.search(path):
        return Rank.NEXT
    text = " ".join(element.itertext())[:60]
    if _NEXT_TEXT.fullmatch(text) or (_SHORT_PAGE_PATH.search(path) and text.strip().isdecimal()):  # /p/7 may be a product as well
        return Rank.NEXT
    segments = [segment.partition(".")[0] for segment in path.split("/") if segment]
    if not segments or any(_INFORMATION_WORD.fullmatch(segment) for segment in segments):
        return Rank.LIST
    framed, shown = _surroundings(element)
    if any(_LIST_WORD.fullmatch(segment) for segment in segments[-2:]) and not shown:
        return Rank.LIST
    if framed:
        return Rank.LIST
    return Rank.LISTING if shown or any(_LISTING_WORD.fullmatch(segment) for segment in segments[:-1]) else Rank.OTHER


def _surroundings(element: html.HtmlElement) -> tuple[bool, bool]:
    """Whether the link stands in a frame of the page (navigation, footer), and whether it shows a thing (with a picture, in a heading)."""
    shown = element.find(".//img") is not None
    for depth, around in enumerate(element.iterancestors()):
        if around.tag in _FRAMES:
            return True, shown
        shown = shown or (depth < 3 and around.tag in _HEADINGS)
    return False, shown


def _words(root: html.HtmlElement) -> str:
    """A digest of everything written on the page; scripts and styles are not."""
    body = root.find("body")
    written = cast("list[str]", _WRITTEN(body if body is not None else root))
    return words_digest(" ".join(written))[:16]


def _switches_language(element: html.HtmlElement) -> bool:
    """A link whose declared language is not the page's own."""
    declared = (element.get("hreflang") or "").lower()
    own = (element.getroottree().getroot().get("lang") or "").lower()
    return bool(declared) and declared.partition("-")[0] != own.partition("-")[0]


def _rel(element: html.HtmlElement) -> list[str]:
    return (element.get("rel") or "").lower().split()


def _refresh(element: html.HtmlElement) -> str | None:
    """The address that a <meta http-equiv=refresh> sends a browser to."""
    if (element.get("http-equiv") or "").lower() != "refresh":
        return None
    match = re.search(r"url\s*=\s*['\"]?([^'\"\s]{1,2000})", element.get("content") or "", re.IGNORECASE)
    return match[1] if match else None
