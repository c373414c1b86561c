"""Signs in an HTML answer that scripts would still fill it: placeholders, empty roots and lists, holes where prices belong, thin text.

Pure: bytes that the HTTP client got in, the first sign out. Read for what the page lacks, never for whose framework made it.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree, html
from w3lib.encoding import html_to_unicode

from crawlers.pager_words import turns_pages

MAX_BYTES = 4 * 1024 * 1024
# Visible code points of a page's own part (menus and footers left out) below which it shows no offer and no list.
THIN = 200
# A script address counts as this many bytes: the median of 40 shops' external scripts is far above (storefronts.md, section 3).
SCRIPT_BYTES = 8 * 1024
SCRIPT_RATIO = 20  # bytes of script per visible code point; server-rendered shop pages with text of their own stay below on thin pages
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "head", "select", "datalist", "iframe", "textarea"})
_QUOTED = frozenset({"code", "pre", "kbd", "samp"})  # a page that explains templates is not one
_FRAMES = frozenset({"nav", "header", "footer", "aside"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "title"})
_PLACEHOLDER = re.compile(r"\{\{[^{}]{1,200}\}\}|\{\$[^{}$]{1,200}\$\}|<%[=-][^%]{1,200}%>|\$\{[\w.\[\]]{1,80}\}|\{%[^%]{1,200}%\}")
_LOOSE_PLACEHOLDER = re.compile(r"\[\[[^\[\]]{1,100}\]\]|#\{[^{}]{1,80}\}|%[A-Z_]{3,30}%|__[A-Z_]{3,30}__")
_REPEATERS = ("v-for", "ng-repeat", "data-ng-repeat", "x-for", "*ngfor", "wire:init", "data-v-for")
_ROOT_ID = re.compile(
    r"root|app|__next|__nuxt|___gatsby|svelte|q-app|react-root|main-app|app-root|(?:[a-z]+[-_])?(?:app|root|spa|mount)", re.IGNORECASE
)
_PRICE_NAME = re.compile(
    r"(?:^|[-_ ])(?:price|preis|precio|prix|prezzo|tsena|jiage|amount)s?(?:$|[-_ ])|Price$|价格|價格|цена", re.IGNORECASE
)
_NO_PRICE = re.compile(
    r"filter|slider|range|currency|switch|alert|symbol|icon|label|old|was|compare|rrp|range|min|max|total|cart", re.IGNORECASE
)
_LIST_NAME = re.compile(
    r"(?:^|[-_ ])(?:products|goods|items|catalog(?:ue)?|listings?|results|offers|(?:product|goods|item|shop|store)s?[-_]?"
    r"(?:list|grid|cards|wrap(?:per)?))(?:$| )"
    r"|(?:^| )(?:list|grid|cards)(?:$| )|商品|产品|товар",
    re.IGNORECASE,
)
_PRICE_TEXT = re.compile(r"(?:[$€£¥₹₽]|\b(?:usd|eur|gbp|cny|rmb|rub)) ?\d|\d ?(?:[€£¥₽元]|руб|usd\b|eur\b|rmb\b)", re.IGNORECASE)
_WAITING_NAME = re.compile(r"(?:^|[-_ ])(?:skeleton|shimmer|spinner|loader|loading|preloader|placeholder-glow)s?(?:$|[-_ ])", re.IGNORECASE)
_WAITING_TEXT = re.compile(
    r"(?:loading|please wait|加载中|載入中|正在加载|загрузка|cargando|chargement|wird geladen|carregando|読み込み中)\W{0,5}", re.IGNORECASE
)
_NEEDS_SCRIPT = re.compile(
    r"(?:enable|requires?|need|turn on|without|启用|啟用|需要|开启|включит|habilit|activ)\W?.{0,40}java ?script"
    r"|java ?script.{0,40}(?:enable|required|启用|включ|habilit|activ)",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[\s\W_]*|loading\W*|(?:nan|null|undefined)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sign:
    """Why a page needs a browser. `strong`: the answer visibly lacks its content, so few useless tries do not speak against it."""

    name: str
    shown: str
    strong: bool


@dataclass(frozen=True, slots=True)
class _Outside:
    """What the signs are read from; sizes in code points, `own` without menus and footers, scripts in bytes."""

    root: html.HtmlElement
    texts: tuple[tuple[html.HtmlElement, str, bool], ...]  # with whether it stands in a menu, header or footer
    priced: bool
    own: int
    size: int
    scripts: int


def sign_of(body: bytes, content_type: str | None) -> Sign | None:
    """The first sign that a browser would show more than this HTML (content coding undone), or None; never raises for a page's fault."""
    lower = body[:MAX_BYTES].lower()
    if b"<script" not in lower and b"javascript:" not in lower and b"onclick" not in lower:
        return None  # nothing would run
    _, text = html_to_unicode(content_type, body[:MAX_BYTES], default_encoding="utf-8")
    try:
        root = html.document_fromstring(text.replace("\0", ""), parser=html.HTMLParser(encoding=None, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    page = _outside(root)
    signs: tuple[Callable[[_Outside], Sign | None], ...] = (
        _placeholder, _repeater, _empty_root, _price_holes, _empty_list, _waiting, _wants_script, _thin, _script_pager,
    )  # fmt: skip
    return next((sign for read in signs if (sign := read(page)) is not None), None)


def visible_size(body: bytes, content_type: str | None) -> int:
    """Code points of visible text in an HTML page; 0 for what does not parse."""
    _, text = html_to_unicode(content_type, body[:MAX_BYTES], default_encoding="utf-8")
    try:
        return _outside(html.document_fromstring(text.replace("\0", ""), parser=html.HTMLParser(encoding=None, huge_tree=False))).size
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return 0


def _outside(root: html.HtmlElement) -> _Outside:
    texts = tuple(_visible(root))
    scripts = 0
    for script in root.iter("script"):
        kind = (script.get("type") or "").lower()
        if "json" not in kind and "template" not in kind:
            scripts += SCRIPT_BYTES if script.get("src") else len(script.text or "")
    own = sum(len(text) for _, text, framed in texts if not framed)
    priced = any(_PRICE_TEXT.search(text) for _, text, framed in texts if not framed)
    return _Outside(root, texts, priced, own, sum(len(text) for _, text, _ in texts), scripts)


def _visible(root: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str, bool]]:
    """Every run of text a reader would see with its element, blanks folded; and the page's title."""
    walk = etree.iterwalk(root, events=("start", "end"))
    frames = 0
    for event, element in walk:
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if event == "start":
            frames += tag in _FRAMES
            if tag in _UNSEEN and tag != "head":
                walk.skip_subtree()
            elif tag != "head" and element.text and (text := " ".join(element.text.split())):
                yield element, text, frames > 0 or tag == "title"
        else:
            frames -= tag in _FRAMES
            if element.tail and element.getparent() is not None and (text := " ".join(element.tail.split())):
                yield element.getparent(), text, frames > 0


def _framed(element: html.HtmlElement) -> bool:
    return element.tag == "title" or element.tag in _FRAMES or any(around.tag in _FRAMES for around in element.iterancestors())


def _in_link(element: html.HtmlElement) -> bool:
    """Whether the element stands in a link that leads somewhere."""
    link = next(element.iterancestors("a"), None)
    return link is not None and not (link.get("href") or "#").lower().startswith(("#", "javascript:"))


def _names(element: html.HtmlElement) -> str:
    return " ".join(filter(None, (element.get("class"), element.get("id"), element.get("itemprop"), element.get("data-testid"))))[:300]


def _placeholder(page: _Outside) -> Sign | None:
    for element, text, _ in page.texts:
        if "{" not in text and "%" not in text and "[[" not in text and "__" not in text:
            continue
        if element.tag in _QUOTED or any(around.tag in _QUOTED for around in element.iterancestors()):
            continue
        telling = element.tag in _HEADINGS or _PRICE_NAME.search(_names(element)) is not None
        found = _PLACEHOLDER.search(text) or (_LOOSE_PLACEHOLDER.search(text) if telling else None)
        if found is not None:
            return Sign("placeholder", found[0][:100], strong=telling)
    return None


def _repeater(page: _Outside) -> Sign | None:
    """An element that a script repeats, still as its author wrote it: served pages hold copies instead."""
    for element in page.root.iter() if not page.priced else ():
        if isinstance(element.tag, str):
            named = next((name for name in _REPEATERS if name in element.attrib), None)
            if named is not None:
                return Sign("repeater", f"<{element.tag} {named}>"[:100], strong=True)
    return None


def _empty_root(page: _Outside) -> Sign | None:
    if page.own >= THIN or not page.scripts:
        return None
    for element in page.root.iter("div", "main", "section", "app-root", "body"):
        named = element.tag == "app-root" or _ROOT_ID.fullmatch(element.get("id") or "") is not None
        if named and not "".join(element.itertext()).strip() and not len(element):
            return Sign("empty root", f"<{element.tag} id={element.get('id')!r}>"[:100], strong=True)
    return None


def _price_holes(page: _Outside) -> Sign | None:
    """Elements named after a price that hold none; a shop that hides its prices writes words there."""
    holes, filled = [], 0
    for element in page.root.iter("span", "div", "p", "td", "b", "strong", "ins", "em", "dd", "li", "meta", "data"):
        if not _PRICE_NAME.search(_names(element)) or _NO_PRICE.search(_names(element)) or len(element) > 8:
            continue
        text = "".join(element.itertext()) + (element.get("content") or "") + (element.get("value") or "")
        if _BLANK.fullmatch(text[:400].strip()):
            holes.append(element)
        else:
            filled += 1
    if holes and (filled == 0 or (len(holes) >= 3 and len(holes) > filled)):
        return Sign("price hole", f"{len(holes)} of {len(holes) + filled} price elements are empty", strong=filled == 0)
    return None


def _empty_list(page: _Outside) -> Sign | None:
    for element in page.root.iter("div", "ul", "ol", "section", "tbody", "main", "table") if not page.priced else ():
        empty = not len(element) and not (element.text or "").strip() and not _framed(element)
        if empty and (element.tag == "main" or _LIST_NAME.search(_names(element))):
            return Sign("empty list", f"<{element.tag} {_names(element)!r}>"[:100], strong=page.own < THIN)
    return None


def _waiting(page: _Outside) -> Sign | None:
    if page.priced:
        return None
    for _, text, framed in page.texts:
        if len(text) < 60 and not framed and _WAITING_TEXT.fullmatch(text):
            return Sign("waiting", text[:100], strong=page.own < THIN)
    marks = sum(
        1 for element in page.root.iter("div", "li", "span", "section") if _WAITING_NAME.search(_names(element)) and not _framed(element)
    )
    return Sign("waiting", f"{marks} elements named after loading", strong=False) if marks >= 3 else None


def _wants_script(page: _Outside) -> Sign | None:
    if page.own >= 2 * THIN:
        return None
    said = next((text for element in page.root.iter("noscript") if _NEEDS_SCRIPT.search(text := " ".join(element.itertext())[:500])), None)
    return Sign("noscript", " ".join(said.split())[:100], strong=page.own < THIN) if said else None


def _thin(page: _Outside) -> Sign | None:
    if page.own < THIN and page.scripts > SCRIPT_RATIO * max(page.size, 1):
        return Sign("thin", f"{page.own} code points of text, {page.scripts} bytes of script", strong=page.size == 0)
    return None


def _script_pager(page: _Outside) -> Sign | None:
    """A control that turns pages and is no link; whether the page also links to its next page the caller knows."""
    for element in page.root.iter("button", "a", "li", "span", "div", "input"):
        address = (element.get("href") or "").strip().lower()
        if address and not address.startswith(("#", "javascript:")):
            continue
        if element.find(".//a") is not None or element.get("disabled") is not None or _in_link(element):
            continue
        words = " ".join("".join(element.itertext()).split()) or element.get("value") or ""
        if len(words) > 40:
            continue
        label = element.get("aria-label") or element.get("title") or ""
        if not words and not label:
            continue
        real = element.tag in ("button", "a", "input") or element.get("role") == "button" or element.get("onclick") is not None
        real = real and element.get("aria-haspopup") is None and element.get("aria-expanded") is None and not _framed(element)
        around = " ".join(_names(a) + " " + (a.get("aria-label") or "") for a in [element, *itertools.islice(element.iterancestors(), 5)])
        if turns_pages(words, around, real=real) or turns_pages(label, around, real=real):
            return Sign("script pager", f"<{element.tag}> {words or label}"[:100], strong=False)
        if words.isdigit() and 1 < int(words[:6]) < 1000 and turns_pages("next", around, real=real):
            return Sign("script pager", f"<{element.tag}> {words}"[:100], strong=False)
    endless = next(
        (e for e in page.root.iter("div", "ul", "section", "span") if "infinite" in _names(e).lower() or "load-more" in _names(e).lower()),
        None,
    )
    return Sign("script pager", f"<{endless.tag} {_names(endless)!r}>"[:100], strong=False) if endless is not None else None
