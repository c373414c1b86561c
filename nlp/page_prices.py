"""Which amounts on a page are prices: not basket totals, shipping thresholds, struck-through prices, taxes or amounts in sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from nlp.money import Money
from nlp.parse import ParsedPage

NOT_OFFER_TAGS = frozenset({"nav", "footer", "aside", "option", "select"})
# Class and id words. A whole shop may stand in `cart` (the form around a product's buy button), so only a cart's parts are named.
NOT_OFFER = re.compile(
    r"(?:^|[-_ ])(?:mini-?(?:cart|basket|bag)|(?:cart|basket|bag)[-_](?:mini|total|summary|count|widget"
    r"|drawer|preview|amount|subtotal|icon|link)"
    r"|(?:header|nav|top)[-_](?:cart|basket)|sub-?total|grand-?total|order-?total|shipping(?:[-_]\w+)?"
    r"|delivery(?:[-_]\w+)?|freight|postage|coupon|voucher|savings?|you-?save"
    r"|filters?|facets?|price-?(?:range|slider|filter)|range-?slider|top-?bar|navbar|announcement(?:-?bar)?"
    r"|footer|site-?header|cookie\w*|tax-?line|installments?)(?:$|[-_ ])",
    re.IGNORECASE,
)
RELATED = re.compile(
    r"(?:^|[-_ ])(?:related|similar|upsells?|up-sells|cross-?sells?|recommend\w*|recently|you-?may|also-?(?:bought"
    r"|like|viewed)|bestsellers?)(?:$|[-_ ]|\w*)",
    re.IGNORECASE,
)
STRUCK_TAGS = frozenset({"del", "s", "strike"})
STRUCK = re.compile(
    r"(?:^|[-_ ])(?:old(?:[-_]?price)?|price[-_]?(?:old|was|before|original|compare)|was(?:[-_]?price)?"
    r"|rrp|msrp|uvp|list[-_]?price|compare(?:[-_]at)?(?:[-_]price)?|strike\w*"
    r"|crossed|line-through|original[-_]?price|market[-_]?price|before[-_]?price|previous[-_]?price)(?:$|[-_ ])",
    re.IGNORECASE,
)
# Classes that the page's own style sheet strikes through.
STRUCK_RULE = re.compile(r"([^{}]{1,300})\{[^{}]{0,2000}?line-through", re.IGNORECASE)
STYLE_MAX = 200_000
WORDS_WAS = re.compile(
    r"\b(?:was|before|instead of|rrp|msrp|uvp|list price|old price|regular price|statt|vorher|au lieu de"
    r"|antes)\b[ \t:]*$|(?:原价|市场价|划线价|старая цена)[ \t:：]*$",
    re.IGNORECASE,
)
WORDS_BEFORE = re.compile(
    r"\b(?:total|subtotal|basket|cart|bag|balance|shipping|delivery|postage|freight|deposit|discount|save"
    r"|saving|off|tax|vat|mwst|over|above|orders? (?:of|from|over|above)|spend"
    r"|minimum(?: order)?(?: value)?|min\.? order|voucher|coupon|cashback|reward|worth|fee|Versand(?:kosten)?"
    r"|Warenkorb|Summe|Bestellwert|panier|livraison|carrito|envío)\b[^\n]{0,18}$"
    r"|\+\s?$|(?:满|运费|合计|总计|小计|购物车|邮费|优惠|立减|定金|押金|起送|корзин[аеу]|доставка|итого|скидка)[^\n]{0,8}$",
    re.IGNORECASE,
)
# `free shipping` behind a price goes with it; `shipping` alone makes the amount the cost of it.
WORDS_AFTER = re.compile(
    r"^[ \t]*\(?(?:(?:for |per |flat )?(?:shipping|delivery|postage)\b|off\b|discount\b|minimum\b"
    r"|min\.? order|in total\b|起送|运费|优惠|立减|Versand)",
    re.IGNORECASE,
)
# Amounts of news and salaries, not of goods.
MAGNITUDE = re.compile(r"\s?(?:(?:million|billion|trillion|thousand|mio|mrd|млн|млрд)\b|(?:[MKBmkb]|bn|[MB]n)\b|[万亿])")
NET = re.compile(r"excl\.?|without tax|before tax|ex\.? (?:vat|tax)|\bnet\b|netto|zzgl|exkl|hors taxe|\bHT\b|不含税", re.IGNORECASE)
PRICE_CLASS = re.compile(
    r"(?:^|[-_ ])(?:price|prices|amount|cost|preis|prix|precio|цена|product-?price\w*|offer-?price|sale-?price)(?:$|[-_ ]|\w*price)",
    re.IGNORECASE,
)
PRICE_WORD = re.compile(
    r"(?:\bprice|\bpreis|\bprix|\bprecio|\bcost|цена|价格|售价|单价|现价|促销价|特价|会员价|批发价)[^\n]{0,14}$", re.IGNORECASE
)
SENTENCE = 90  # code points of other words on its line make an amount part of a sentence


@dataclass(frozen=True, slots=True)
class PagePrice:
    """One amount and what its surroundings make of it: `price`, `was` or `net`; `marked` when it is labelled or classed as a price."""

    money: Money
    owner: etree._Element
    role: str
    marked: bool
    alone: bool  # little else on its line


class Surroundings:
    """What the ancestors of an amount say, remembered per element so that a page of 1,000 prices costs linear time."""

    def __init__(self, page: ParsedPage) -> None:
        self.known: dict[etree._Element, frozenset[str]] = {}
        style = "".join(tag.text or "" for tag in page.root.iter("style"))[:STYLE_MAX] if page.root is not None else ""
        rules = STRUCK_RULE.findall(style) if "line-through" in style else []
        self.struck = frozenset(name for selector in rules for name in re.findall(r"\.([\w-]+)\s*(?:,|$)", selector))

    def of(self, element: etree._Element) -> frozenset[str]:
        """Which of `elsewhere`, `struck`, `related` and `price` hold for the element or anything around it."""
        chain: list[etree._Element] = []
        at: etree._Element | None = element
        while at is not None and at not in self.known:
            chain.append(at)
            at = at.getparent()
        said = self.known[at] if at is not None else frozenset()
        for inner in reversed(chain):
            struck = bool(self.struck) and not self.struck.isdisjoint((inner.get("class") or "").split())
            said = said | own_words(inner) | (frozenset({"struck"}) if struck else frozenset())
            self.known[inner] = said
        return said


def own_words(element: etree._Element) -> frozenset[str]:
    """What one element's tag, class, id and style say of the amounts inside."""
    words: set[str] = set()
    tag = str(element.tag)
    if tag in NOT_OFFER_TAGS:
        words.add("elsewhere")
    elif tag == "header" and (parent := element.getparent()) is not None and parent.tag in ("body", "div"):
        words.add("header")
    if tag in STRUCK_TAGS:
        words.add("struck")
    if tag in ("main", "article"):
        words.add("main")
    attributes = element.attrib
    if attributes:
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip()[:300]
        if names:
            words.update(word for word, pattern in NAMED if tag != "body" and pattern.search(names))
        if "line-through" in str(attributes.get("style", "")):
            words.add("struck")
        if attributes.get("itemprop") in ("price", "lowPrice"):
            words.add("price")
    return frozenset(words)


NAMED = (("elsewhere", NOT_OFFER), ("struck", STRUCK), ("related", RELATED), ("price", PRICE_CLASS))


def page_prices(page: ParsedPage, surroundings: Surroundings) -> Iterator[PagePrice]:
    """The amounts that may be prices, in document order, without zeros and those of baskets, shipping, filters and sentences."""
    text = page.text
    for money in page.amounts:
        owner = page.visible.owner(money.start)
        if owner is None or (money.amount == 0 and money.upper is None):
            continue
        said = surroundings.of(owner)
        if "elsewhere" in said or ("header" in said and "main" not in said):
            continue
        start = text.rfind("\n", 0, money.start) + 1
        line_end = text.find("\n", money.end)
        end = line_end if line_end >= 0 else len(text)
        before, after = text[max(start, money.start - 60) : money.start], text[money.end : min(end, money.end + 40)]
        if WORDS_BEFORE.search(before) and not PRICE_WORD.search(before):
            continue
        if MAGNITUDE.match(after) or WORDS_AFTER.search(after):
            continue
        label = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : start] if start == money.start else ""
        marked = (
            "price" in said or PRICE_WORD.search(before) is not None or (len(label) < 24 and PRICE_WORD.search(label.strip()) is not None)
        )
        role = "was" if "struck" in said or WORDS_WAS.search(before) else "net" if NET.search(before) else "price"
        yield PagePrice(money, owner, role, marked, end - start - (money.end - money.start) <= SENTENCE or marked)
