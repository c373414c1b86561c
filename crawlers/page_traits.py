"""What a page shows before anybody judges it: title, headings, visible text, forms, scripts, and whether it trades or tells.

Bounded: at most 1 MB is parsed, libxml2 stops at its own depth limit, and nothing here recurses.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from lxml import etree
from w3lib.encoding import html_to_unicode

from crawlers.page_cut import without_bulk
from crawlers.parking import host_of

MAX_BODY_BYTES = 8 * 1024 * 1024  # what is looked at; 5 MB was the longest of 248 real shop pages (2026-11-24)
MAX_PARSED = 1024 * 1024  # bytes handed to the parser, after scripts, styles and drawings were cut
MAX_TEXT = 8_000  # code points that rules look at; the longest notice page seen (a distribution's default page) has 3,600
MAX_SEEN = 60_000  # code points of visible text that are read at all
LONG, MANY_LINKS = 30_000, 60  # bytes and link tags from which on title and headings decide whether a page is read at all
MANY_WORDS = 2_600  # code points of text, more than any rule but those on titles and headings looks at
RICH = 10_001  # the size given for such a page: more than any notice has
_BEGINNINGS = (10_000, 40_000)  # bytes of a page that mostly show enough of it
_SHORT = 1_500  # below this, image descriptions and noscript text count as text: challenge and banner pages live there
_UNSEEN = ("script", "style", "template", "noscript", "svg", "iframe", "head", "select", "datalist")
_HIDDEN = etree.XPath("//*[@hidden or contains(@style,'none')]")
_NOT_SHOWN = re.compile(r"display\s{0,3}:\s{0,3}none", re.IGNORECASE)
PRICE = re.compile(
    r"(?:[$€£¥₹₽]|\b(?:usd|eur|gbp|cny|rmb|hkd|rub)) ?\d[\d.,]{0,12}"
    r"|\b\d[\d.,]{0,12} ?(?:[€£元₽]|usd\b|eur\b|gbp\b|cny\b|rmb\b|руб\b|р\.)",
)
_TRADE = re.compile(
    r"add to (?:cart|basket|bag)|\bin stock\b|out of stock|checkout|free shipping|min(?:imum|\.)? order|\bmoq\b"
    r"|a[ñn]adir (?:al carrito|a la cesta)|en existencias|agotado|finalizar compra|env[ií]o gratis|pedido m[ií]nimo"
    r"|в корзин[ау]|в наличии|нет в наличии|оформить заказ|бесплатная доставка|мин(?:имальн\w{2,3}|\.)? заказ"
    r"|加入购物车|加入購物車|立即购买|立即購買|现货|有货|起订|库存"
)
# Pages that talk about blocking, seizing or missing pages without being such a page.
_TELLS = re.compile(
    r"^(?:faqs?|frequently asked questions|help(?: cent(?:er|re))?|terms(?: (?:of|and|&) [a-z ]{3,30})?"
    r"|(?:privacy|shipping|refund|return) policy"
    r"|shipping|delivery|returns|refunds|(?:[a-z]{3,12} )?rules|about(?: us)?|contact(?: us)?|blog|news|guarantees?|reviews"
    r"|preguntas frecuentes|ayuda|qui[eé]nes somos|sobre nosotros|contacto|aviso legal|pol[ií]tica de [a-zñáéíóú ]{3,20}"
    r"|t[eé]rminos y condiciones|condiciones de [a-zñáéíóú ]{3,20}|env[ií]os?(?: y [a-zñáéíóú]{3,14})?|devoluciones|noticias"
    r"|о (?:компании|нас|магазине)|вопросы и ответы|вопрос-ответ|частые вопросы|доставка(?: и оплата)?|оплата|контакты|новости|гарантии"
    r"|возврат|условия [а-яё ]{3,25}|пользовательское соглашение|политика [а-яё ]{3,25}|помощь|отзывы"
    r"|帮助|幫助|常见问题|常見問題|关于我们|联系我们|新闻|公司简介|服务条款|隐私政策|买家须知|购物须知)(?: ?[|–·-] ?.{2,40})?$"
)
# Titles of texts about something: a notice page's title is no question and no guide.
_STORY = re.compile(
    r"^(?:how (?:to|we|i|can)|why (?!have)|what (?:if|is|are|to do|does)|when )"
    r"|^(?:c[oó]mo |por qu[eé] |¿?(?:qu[eé]|y si) |как |почему |что делать|зачем |если )"
    r"|怎么办|怎么做|如何|为什么|什么是|指南|教程|攻略"
    r"|\b(?:guide|tutorial|explained|review|auction)\b|gu[ií]a (?:de|para)|руководство|обзор|аукцион|拍卖"
)
# Somebody reports: no notice quotes a reporter or an agency.
_REPORT = re.compile(
    r"本报讯|本网讯|记者.{0,8}(?:报道|获悉|了解到|从)|据.{2,10}(?:报道|消息)|通讯员|our reporters?\b|told reporters|\((?:reuters|ap|afp)\)"
    r"|seg[uú]n (?:inform[oó]|publica)|nuestra redacci[oó]n|сообща(?:ет|ют) (?:пресс|наш|корр|риа|тасс)|наш корреспондент|\bdpa\b"
)
_PRODUCT_DATA = re.compile(rb'"@type"\s{0,4}:\s{0,4}\[?\s{0,4}"(?:Product|ItemList|Offer|AggregateOffer|ProductGroup)"')
_ARTICLE_DATA = re.compile(rb'"@type"\s{0,4}:\s{0,4}\[?\s{0,4}"(?:NewsArticle|Article|BlogPosting)"')
_HEADING = re.compile(rb"<[hH][12](?![a-z0-9])[^>]{0,600}>(.{0,600}?)</[hH][12]", re.DOTALL)
_TAG = re.compile(rb"<[^>]{0,600}>|\s+")
_ANY_TAG = re.compile(rb"<[^>]{0,4000}>")
_UNSHOWN = re.compile(rb"<script[^>]{0,4000}>[^<]{0,4000}", re.IGNORECASE)
# Words that nobody sees: a block page may carry a shop of them.
_CONCEALED: tuple[tuple[bytes, tuple[bytes, ...]], ...] = (  # a word, and in what company
    (b"none", (b"display:none", b"display: none", b"display :none")),
    (b"hidden", (b" hidden", b"\thidden", b"\nhidden")),
    (b"frame", (b"<iframe", b"<frame")),
    (b"<noscript", ()),
    (b"<template", ()),
    (b"<select", ()),
    (b"<textarea", ()),
    (b"\0", ()),
)
# Title or headings like these are looked at closely, however many links stand around them.
_SUSPECT = re.compile(
    r"default|welcome to|index of|test page|it works|future home|apache|nginx|\biis\b|plesk|tomcat|web server|just a|one mo|wait|attention"
    r"|security check|checking|password|members only|access (?:denied|to this)|request|too many|firewall|\bgone\b|公告|默认|通知|访问"
    r"|acceso|aviso|доступ|внимание|проверк|запрос|по умолчанию|хостинг"
    r"|404|40[13]|50\d|not (?:be )?found|no longer|does(?:n't| not) exist|oops|sorry|lost|error|denied|forbidden|block|captcha|human|robot"
    r"|verif|seiz|confiscat|suspend|disabled|unavailable|parked|for sale|expired|coming soon|construction|maintenance|moved|log ?in"
    r"|sign ?in|closed|wrong|missing|找不到|不存在|删除|失效|下架|抱歉|错误|拒绝|拦截|验证|查封|关闭|停用|暂停|出售|过期"
    r"|建设|维护|登录|出错|走丢"
    r"|encontrad|existe|eliminad|lo sentimos|\bups\b|denegad|bloquead|verific|incautad|suspendid|dominio|pr[oó]ximamente|mantenimiento"
    r"|sesi[oó]n|perdid|не найден|нет такой|не существует|удал[её]н|ошибк|запрещ|заблокирован|ограничен|робот|изъят|приостановлен|отключ"
    r"|домен|скоро|работы|вход|закрыт"
)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_COUNTED = (
    "script", "input", "meta", "title", "iframe", "frame", "img", "form", "link", "noscript", "div", "main", "section", "app-root",
)  # fmt: skip
_APP_ROOTS = frozenset({"root", "app", "__next", "__nuxt", "___gatsby", "svelte", "q-app", "react-root", "main-app"})
_NO_FIELD = frozenset({"hidden", "submit", "button", "image", "reset", "checkbox", "radio", "password"})


@dataclass(frozen=True, slots=True)
class Traits:
    """One response's outside. Texts are NFKC, lower case, with single blanks; sizes in code points of visible text."""

    status: int
    headers: tuple[tuple[str, str], ...]  # names in lower case, values as sent
    kind: Literal["html", "text", "other"]
    body_bytes: int
    title: str = ""
    headings: tuple[str, ...] = ()
    text: str = ""  # lines: title, MAX_TEXT of visible text, and on a short page picture descriptions and noscript text
    size: int = 0  # of all visible text
    code: str = ""  # beginnings of inline scripts, lower case
    addresses: str = ""  # sources of scripts, frames, images and style sheets, form actions, refreshes; one a line, lower case
    links: int = 0
    images: int = 0
    passwords: int = 0
    fields: int = 0  # inputs a visitor would type in, passwords not counted
    scripts: int = 0
    frames: int = 0
    app_root: bool = False  # an element that a script fills
    refresh: str = ""  # content of a meta refresh
    marks: str = ""  # ids and classes of the page's first elements, lower case
    link_hosts: tuple[str, ...] = ()  # hosts of the absolute links, each once
    named_hosts: tuple[str, ...] = ()  # those of them that a link spells out as its words
    navigates: bool = False  # a menu
    prices: int = 0
    trades: bool = False  # product data, or prices beside trading words
    tells: bool = False  # an article


@dataclass(frozen=True, slots=True)
class Data:
    """What a page's structured data and size say, before it is cut."""

    product: bool
    article: bool
    item: bool
    size: int


def traits_of(status: int, headers: Sequence[tuple[str, str]], body: bytes) -> Traits:
    """The traits of a response; `body` has its content coding undone. Never raises for a page's fault."""
    lower = tuple((name.lower(), value) for name, value in headers)
    content_type = next((value.lower() for name, value in lower if name == "content-type"), "")
    if not body.strip(b" \t\r\n\0"):
        return Traits(status, lower, "html", 0)
    looks_html = body[:1024].lstrip().lower().startswith((b"<!doctype html", b"<html", b"<head", b"<body"))
    kind = "html" if looks_html or not content_type or "html" in content_type or "xml" in content_type else "text"
    if kind == "text" and "text/" not in content_type and "json" not in content_type:
        return Traits(status, lower, "other", len(body))
    page = body[:MAX_BODY_BYTES]
    if kind == "html" and 200 <= status < 300 and (rich := _rich(page, status, lower)) is not None:
        return rich
    shown = without_bulk(page) if kind == "html" else page
    _, text = html_to_unicode(content_type or None, shown[:MAX_PARSED] if kind == "html" else shown, auto_detect_fun=_guess)
    data = Data(bool(_PRODUCT_DATA.search(page)), bool(_ARTICLE_DATA.search(page)), b"schema.org/Product" in page, len(body))
    root = _parse(text) if kind == "html" else None
    if root is not None:
        return _of_tree(root, status, lower, data)
    plain = _plain(text)
    first = _plain(text.strip()[:300].split("\n")[0])
    return Traits(status, lower, "text", len(body), headings=(first,), text=plain[:MAX_TEXT], size=len(plain))


def _rich(page: bytes, status: int, headers: tuple[tuple[str, str], ...]) -> Traits | None:
    """What is enough to know of a page full of links or words whose title and headings speak of nothing wrong; None for any other.

    It cannot be a notice: of 410 notices written by hand none has over 20 links, and rules that look at more words than MANY_WORDS look
    at titles, headings or response headers.
    """
    links = page.count(b"<a ") if len(page) >= LONG else 0
    linked = links > MANY_LINKS
    if len(page) < MANY_WORDS:
        return None
    names = [found[1] for found in (_TITLE.search(page), *itertools.islice(_HEADING.finditer(page), 8)) if found is not None]
    _, text = html_to_unicode(None, b"\n".join(_TAG.sub(b" ", name) for name in names), auto_detect_fun=_guess)
    title, *headings = map(_plain, text.split("\n")) if names else ("",)
    if _SUSPECT.search(f"{title} {' '.join(headings)}") or not (linked or (_is_wordy(page) and not _TELLS.match(title))):
        return None
    return Traits(
        status, headers, "html", len(page), title=title, headings=tuple(headings), text=title, size=RICH, links=links, trades=True
    )


def _is_wordy(page: bytes) -> bool:
    """Whether the page's beginning, or else all of it, shows more words than a notice, and none that nobody sees.

    A block page may carry a hidden shop.
    """
    return any(_shows_many_words(page[: page.rfind(b">", 0, size) + 1 or size]) for size in _BEGINNINGS if size < len(page)) or (
        _shows_many_words(page)
    )


def _shows_many_words(part: bytes) -> bool:
    shown = without_bulk(part)
    if len(shown) < MANY_WORDS or _conceals(shown.lower()):
        return False
    words = _ANY_TAG.sub(b" ", _UNSHOWN.sub(b" ", shown)).decode("utf-8", "ignore").split()
    return len(" ".join(words)) >= MANY_WORDS


def _conceals(shown: bytes) -> bool:
    return any(word in shown and (not company or any(mark in shown for mark in company)) for word, company in _CONCEALED)


def _of_tree(root: etree._Element, status: int, headers: tuple[tuple[str, str], ...], data: Data) -> Traits:
    """Reads scripts and forms first, then takes everything unseen out of the tree and reads the text that is left."""
    found: dict[str, list[etree._Element]] = {tag: [] for tag in _COUNTED}
    for element in root.iter(*_COUNTED):
        found[element.tag].append(element)
    inputs = [(element.get("type") or "text").lower() for element in found["input"]]
    meta = {(m.get("http-equiv") or m.get("property") or m.get("name") or "").lower(): m.get("content") or "" for m in found["meta"]}
    title = _plain((found["title"][0].text or "")[:500]) if found["title"] else ""
    addresses, code = _addresses(found), _inline(found["script"])
    framing = [*found["div"], *found["main"], *found["section"], *found["iframe"]]
    app_root = bool(found["app-root"]) or any((element.get("id") or "") in _APP_ROOTS for element in framing)
    marks = " ".join(f"{element.get('id') or ''} {element.get('class') or ''}" for element in framing[:40])
    product = data.product or meta.get("og:type") == "product" or data.item
    article = data.article or meta.get("og:type") == "article"
    aside = " ".join(_joined(element)[:500] for element in found["noscript"][:5])
    _drop(cast("list[etree._Element]", _HIDDEN(root)))
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    visible = _plain(_joined(root)[:MAX_SEEN])
    images = list(root.iter("img"))
    aside = _plain(" ".join((aside, *((i.get("alt") or "")[:200] for i in images[:10])))) if len(visible) < _SHORT else ""
    headings = [_plain(_joined(element)[:300]) for element in list(root.iter("h1", "h2"))[:4]]
    outgoing = [(host_of(a.get("href") or ""), a) for a in list(root.iter("a"))[:30]]
    prices = len(list(itertools.islice(PRICE.finditer(visible[:20_000]), 4)))
    return Traits(
        status,
        headers,
        "html",
        data.size,
        title=title,
        headings=tuple(heading for heading in headings if heading),
        text=f"{title}\n{visible[:MAX_TEXT]}\n{aside}".strip(),
        size=_width(visible),
        code=code,
        addresses=addresses,
        links=sum(not (a.get("href") or "#").startswith("#") for a in root.iter("a")),
        images=len(images),
        passwords=inputs.count("password"),
        fields=sum(kind not in _NO_FIELD for kind in inputs),
        scripts=len(found["script"]),
        frames=len(found["iframe"]) + len(found["frame"]),
        app_root=app_root,
        refresh=meta.get("refresh", "")[:300],
        marks=" ".join(marks.split())[:2_000].lower(),
        link_hosts=tuple(dict.fromkeys(host for host, _ in outgoing)),
        named_hosts=tuple(host for host, a in outgoing if host and host.removeprefix("www.") in _joined(a)[:200].lower()),
        navigates=next(root.iter("nav"), None) is not None,
        prices=prices,
        trades=product or prices >= 4 or (prices >= 1 and bool(_TRADE.search(visible[:20_000]))),
        tells=article
        or (len(visible) > 250 and next(root.iter("article"), None) is not None)
        or any(map(_TELLS.match, (title, *headings)))
        or bool(_STORY.search(title) or _REPORT.search(visible[:1_500])),
    )


def _parse(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(text.replace("\0", " ").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return root


def _inline(scripts: Iterable[etree._Element]) -> str:
    """The beginnings of inline programs, in lower case."""
    return "\n".join(text[:2_000] for script in scripts if (text := script.text) and "json" not in (script.get("type") or ""))[
        :8_000
    ].lower()


def _addresses(found: Mapping[str, Sequence[etree._Element]]) -> str:
    sources = [element.get("src") for tag in ("script", "iframe", "frame", "img") for element in found[tag]]
    sources += [element.get("action") for element in found["form"]]
    sources += [element.get("href") for element in found["link"]]
    sources += [element.get("content") for element in found["meta"] if (element.get("http-equiv") or "").lower() == "refresh"]
    return "\n".join(address[:200] for address in sources[:200] if address).lower()[:16_000]


def _drop(elements: Iterable[etree._Element]) -> None:
    """Empties elements that nobody sees; the text after them stays."""
    for element in elements:
        hidden = element.get("hidden") is not None or _NOT_SHOWN.search(element.get("style") or "")
        if hidden and element.tag not in ("html", "body"):
            tail = element.tail
            element.clear()
            element.tail = tail


def _width(visible: str) -> int:
    """Code points; on a nearly empty page Han characters count three times, since they say as much as a short word."""
    return len(visible) + 2 * sum(character >= "⺀" for character in visible) if len(visible) < 30 else len(visible)


def _joined(element: etree._Element) -> str:
    return " ".join(cast("Iterable[str]", element.itertext()))


def _guess(body: bytes) -> str:
    """An undeclared page: UTF-8 when it is UTF-8, else the encoding of Chinese pages when it fits, else Western."""
    for encoding in ("utf-8", "gb18030"):
        try:
            body[:65_536].decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8" and error.start >= 65_530:  # the cut went through a character
                return encoding
            continue
        return encoding
    return "cp1252"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", " ".join(text.split())).replace("’", "'").lower()
