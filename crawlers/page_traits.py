"""What a page shows before anybody judges it: title, headings, visible text, forms, scripts, and whether it trades or tells.

Bounded: at most 1 MB is parsed, libxml2 stops at its own depth limit, and nothing here recurses.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from lxml import etree
from w3lib.encoding import html_to_unicode

from crawlers.parking import host_of

MAX_BODY_BYTES = 8 * 1024 * 1024  # what is looked at; 5 MB was the longest of 248 real shop pages (2026-11-24)
MAX_PARSED = 1024 * 1024  # code points handed to the parser, after long scripts, styles and drawings were shortened
MAX_TEXT = 8_000  # code points that rules look at; the longest notice page seen (a distribution's default page) has 3,600
_SHORT = 1_500  # below this, image descriptions and noscript text count as text: challenge and banner pages live there
_UNSEEN = ("script", "style", "template", "noscript", "svg", "iframe", "head", "select", "datalist")
_HIDDEN = etree.XPath("//*[@hidden or (contains(@style,'display') and contains(translate(@style,' ',''),'display:none'))]")
_PRICE = re.compile(
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
_PRODUCT_DATA = re.compile(r'"@type"\s{0,4}:\s{0,4}\[?\s{0,4}"(?:product|itemlist|offer|aggregateoffer|productgroup)"')
_ARTICLE_DATA = re.compile(r'"@type"\s{0,4}:\s{0,4}\[?\s{0,4}"(?:newsarticle|article|blogposting)"')
_BULKY = re.compile(r"<(script|style|svg)\b", re.IGNORECASE)
_BULKY_END = {tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style", "svg")}
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
    prices: int = 0
    trades: bool = False  # product data, or prices beside trading words
    tells: bool = False  # an article


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
    _, text = html_to_unicode(content_type or None, body[:MAX_BODY_BYTES], auto_detect_fun=_guess)
    if len(text) > MAX_PARSED:
        text = _shortened(text)[:MAX_PARSED]
    root = _parse(text) if kind == "html" else None
    if root is not None:
        return _of_tree(root, status, lower, len(body))
    plain = _plain(text)
    first = _plain(text.strip()[:300].split("\n")[0])
    return Traits(status, lower, "text", len(body), headings=(first,), text=plain[:MAX_TEXT], size=len(plain))


def _of_tree(root: etree._Element, status: int, headers: tuple[tuple[str, str], ...], body_bytes: int) -> Traits:
    """Reads scripts and forms first, then takes everything unseen out of the tree and reads the text that is left."""
    scripts = list(root.iter("script"))
    code, data = _inline(scripts)
    inputs = [(element.get("type") or "text").lower() for element in root.iter("input")]
    meta = {(m.get("http-equiv") or m.get("property") or m.get("name") or "").lower(): m.get("content") or "" for m in root.iter("meta")}
    title = next((_plain((element.text or "")[:500]) for element in root.iter("title")), "")
    addresses, frames = _addresses(root), sum(1 for _ in root.iter("iframe", "frame"))
    app_root = (
        any((element.get("id") or "") in _APP_ROOTS for element in root.iter("div", "main", "section"))
        or root.find(".//app-root") is not None
    )
    marks = " ".join(f"{element.get('id') or ''} {element.get('class') or ''}" for element in list(root.iter("div", "iframe"))[:40])
    product = (
        bool(_PRODUCT_DATA.search(data))
        or meta.get("og:type") == "product"
        or bool(root.findall(".//*[@itemtype='https://schema.org/Product']"))
    )
    article = bool(_ARTICLE_DATA.search(data)) or meta.get("og:type") == "article"
    aside = " ".join(_joined(element)[:500] for element in list(root.iter("noscript"))[:5])
    _drop(cast("list[etree._Element]", _HIDDEN(root)))
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    visible = _plain(_joined(root)[:200_000])
    images = list(root.iter("img"))
    if len(visible) < _SHORT:
        aside = _plain(" ".join((aside, *((image.get("alt") or "")[:200] for image in images[:10]))))
    else:
        aside = ""
    headings = [_plain(_joined(element)[:300]) for element in list(root.iter("h1", "h2"))[:4]]
    prices = len(_PRICE.findall(visible[:20_000]))
    return Traits(
        status,
        headers,
        "html",
        body_bytes,
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
        scripts=len(scripts),
        frames=frames,
        app_root=app_root,
        refresh=meta.get("refresh", "")[:300],
        marks=" ".join(marks.split())[:2_000].lower(),
        link_hosts=tuple(dict.fromkeys(host_of(a.get("href") or "") for a in list(root.iter("a"))[:30])),
        prices=prices,
        trades=product or prices >= 4 or (prices >= 1 and bool(_TRADE.search(visible[:20_000]))),
        tells=article
        or (len(visible) > 250 and root.find(".//article") is not None)
        or any(map(_TELLS.match, (title, *headings)))
        or bool(_STORY.search(title)),
    )


def _shortened(text: str) -> str:
    """A long page with only the beginnings of scripts, styles and drawings.

    13 of 248 real pages have over 512 kB of them before any text (2026-11-24).
    One pass: an element that never ends takes the rest of the page with it, as in a browser.
    """
    parts, at = [], 0
    while opened := _BULKY.search(text, at):
        parts.append(text[at : opened.end() + 2_000])
        closed = _BULKY_END[opened[1].lower()].search(text, opened.end())
        if closed is None:
            return "".join(parts)
        if closed.start() > opened.end() + 2_000:
            parts.append(closed[0])
        else:
            parts[-1] = text[at : closed.end()]
        at = closed.end()
    return "".join((*parts, text[at:]))


def _parse(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(text.replace("\0", " ").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return root


def _inline(scripts: Iterable[etree._Element]) -> tuple[str, str]:
    """The beginnings of inline programs, and structured data; both in lower case."""
    code: list[str] = []
    data: list[str] = []
    for script in scripts:
        text = script.text
        if text and "json" in (script.get("type") or ""):
            data.append(text[:20_000])
        elif text:
            code.append(text[:2_000])
    return "\n".join(code)[:8_000].lower(), "\n".join(data)[:100_000].lower()


def _addresses(root: etree._Element) -> str:
    found = [element.get("src") for element in root.iter("script", "iframe", "frame", "img")]
    found += [element.get("action") for element in root.iter("form")]
    found += [element.get("href") for element in root.iter("link")]
    found += [element.get("content") for element in root.iter("meta") if (element.get("http-equiv") or "").lower() == "refresh"]
    return "\n".join(address[:200] for address in found[:200] if address).lower()[:16_000]


def _drop(elements: Iterable[etree._Element]) -> None:
    """Empties elements that nobody sees; the text after them stays."""
    for element in elements:
        if element.tag not in ("html", "body"):
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
