"""What the elements around an amount say of it: basket, filter, related goods, struck through, called a price.

Class and id names are read word by word, as themes use them; what a style sheet strikes through is read from the page's own styles.
"""

import functools
import re
from bisect import bisect_left

from lxml import etree

from nlp.parse import ParsedPage

NOT_OFFER_TAGS = frozenset({"nav", "footer", "aside", "option", "select"})
# A whole shop may stand in `cart` (the form around a product's buy button), so only a cart's parts are named.
NOT_OFFER = re.compile(
    r"(?:^|[-_])(?:mini-?(?:cart|basket|bag)|(?:cart|basket|bag)[-_](?:mini|total|summary|count|widget|drawer|preview"
    r"|amount|subtotal|icon"
    r"|link)|(?:header|nav|top)[-_](?:cart|basket)|sub-?total|grand-?total|order-?total|shipping(?:[-_]\w+)?|delivery(?:[-_]\w+)?|freight"
    r"|postage|coupons?|vouchers?|savings?|you-?save|filters?|facets?|refine(?:ments?)?|price-?(?:range|slider|filter)"
    r"|range-?slider|top-?bar|navbar"
    r"|announcement(?:-?bar)?|(?:site|page|main|global|shop)[-_]footer|site-?header|cookie\w*|tax-?line|installments?|mega-?menu|shopping-?cart|flyout-?cart)(?:$|[-_])",
    re.IGNORECASE,
)
FOOTER = re.compile(r"footer(?:$|[-_])", re.IGNORECASE)  # `card-footer` is where cards have their prices
# Names in which those words mean something else: `filter-results` holds the goods, `shipping-taxable` is a product's tax class.
HOLDS_GOODS = re.compile(
    r"results?|products?(?:$|[-_])|items(?:$|[-_])|(?:^|[-_])(?:grid|listing|catalog|taxable|class|main|body|page"
    r"|layout|template|has|with|no)(?:$|[-_])"
    r"|filter(?:ed|able)|(?:in|over)stock",
    re.IGNORECASE,
)
RELATED = re.compile(
    r"(?:^|[-_])(?:related|similar|upsells?|up-sells|cross-?sells?|recommend\w*|recently|you-?may|also-?(?:bought|like"
    r"|viewed)|bestsellers?"
    r"|complementary|add-?ons?|frequently|bought-?together|bundles?|sponsored)(?:$|[-_])",
    re.IGNORECASE,
)
STRUCK_TAGS = frozenset({"del", "s", "strike"})
STRUCK = re.compile(
    r"(?:^|[-_])(?:old(?:[-_]?price)?|price[-_]{0,2}(?:old|was|before|original|compare|strike\w*|list|regular-strike)"
    r"|was(?:[-_]?price)?|rrp|msrp"
    r"|uvp|list[-_]?price|compare(?:[-_]at)?[-_]price|compare[-_]at|strike\w*|crossed|line-through|original[-_]?price|market[-_]?price"
    r"|before[-_]?price|previous[-_]?price)(?:$|[-_])|^(?:oldprice|wasprice|pricewas|priceold)$",
    re.IGNORECASE,
)
PRICE_CLASS = re.compile(
    r"(?:^|[-_])(?:price|prices|amount|cost|preis|prix|precio|cena|цена|product-?price\w*|offer-?price|sale-?price)(?:$"
    r"|[-_])|price$|^price",
    re.IGNORECASE,
)
NAMED = (("struck", STRUCK), ("related", RELATED), ("price", PRICE_CLASS))
STRUCK_RULE = re.compile(r"([^{}]{1,300})\{[^{}]{0,2000}?line-through", re.IGNORECASE)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
SIMPLE = re.compile(r"[\w.\s>-]+")
STYLE_MAX = 400_000
MAX_RULES = 200
STRUCK_WORDS = 60  # code points


class Surroundings:
    """What the ancestors of an amount say, remembered per element so that a page of 1,000 prices costs linear time."""

    def __init__(self, page: ParsedPage) -> None:
        self.page = page
        self.known: dict[etree._Element, frozenset[str]] = {}
        self.amounts = [money.start for money in page.amounts]
        self.struck = struck_rules(page)
        self.last = frozenset(name for rule in self.struck for name in rule[-1])
        # An element that holds the page's heading holds the goods, whatever it is called.
        heads = [] if page.root is None else list(page.root.iter("h1"))
        self.heading = {around for head in heads[:3] for around in head.iterancestors()}

    def of(self, element: etree._Element) -> frozenset[str]:
        """Which of `elsewhere`, `header`, `main`, `struck`, `related` and `price` hold for the element or anything around it."""
        chain: list[etree._Element] = []
        at: etree._Element | None = element
        while at is not None and at not in self.known:
            chain.append(at)
            at = at.getparent()
        said = self.known[at] if at is not None else frozenset()
        for inner in reversed(chain):
            own = own_words(inner)
            if own and (inner in self.heading or self.holds_goods(inner)):
                own = own & {"main", "price"}
            elif "struck" in own and inner.tag not in STRUCK_TAGS and not self.holds_one(inner):
                own = own - {"struck"}
            if self.last and self.is_struck(inner):
                own = own | {"struck"}
            said = said | own
            self.known[inner] = said
        return said

    def holds_goods(self, element: etree._Element) -> bool:
        """True for a part that shows half of the page's amounts and a third of its words: the goods stand there, whatever it is called."""
        span = self.page.text_of(element)
        if span is None or 3 * (span[1] - span[0]) < len(self.page.text):
            return False
        return 2 * self.amounts_in(span) >= len(self.amounts)

    def holds_one(self, element: etree._Element) -> bool:
        """True when one amount and few other words stand in the element: only then do its names speak of that amount."""
        span = self.page.text_of(element)
        return span is not None and span[1] - span[0] <= STRUCK_WORDS and self.amounts_in(span) == 1

    def amounts_in(self, span: tuple[int, int]) -> int:
        """How many amounts stand in a span of the text."""
        return bisect_left(self.amounts, span[1]) - bisect_left(self.amounts, span[0])

    def is_struck(self, element: etree._Element) -> bool:
        """True when a rule of the page's own style sheets strikes the element through."""
        classes = set((element.get("class") or "").split())
        if self.last.isdisjoint(classes):
            return False
        around: set[str] | None = None
        for rule in self.struck:
            if rule[-1] <= classes:
                if len(rule) == 1:
                    return True
                if around is None:
                    around = {name for outer in element.iterancestors() for name in (outer.get("class") or "").split()}
                if all(part <= around for part in rule[:-1]):
                    return True
        return False


def struck_rules(page: ParsedPage) -> list[tuple[frozenset[str], ...]]:
    """The class names of each selector that strikes through, outer parts first; selectors of other kinds are left out."""
    style = "" if page.root is None else "".join(tag.text or "" for tag in page.root.iter("style"))[:STYLE_MAX]
    rules: list[tuple[frozenset[str], ...]] = []
    at = style.find("line-through")
    while at >= 0 and len(rules) < MAX_RULES:
        opened = style.rfind("{", 0, at)
        begun = max(style.rfind("}", 0, opened), style.rfind("{", 0, opened), opened - 300) + 1
        if opened >= 0 and at - opened < 2000 and "}" not in style[opened:at]:
            for selector in style[begun:opened].split(","):
                if SIMPLE.fullmatch(selector.strip()):
                    parts = [frozenset(part.split(".")[1:]) for part in selector.replace(">", " ").split()]
                    if parts and parts[-1]:
                        rules.append(tuple(part for part in parts if part))
        at = style.find("line-through", at + 1)
    return rules


def own_words(element: etree._Element) -> frozenset[str]:
    """What one element's tag, class, id and style say of the amounts inside."""
    tag = str(element.tag)
    attributes = element.attrib
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:400] if attributes and tag not in ("body", "html") else ""
    words = named_words(names)
    extra: set[str] = set()
    if tag in NOT_OFFER_TAGS:
        extra.add("elsewhere")
    elif tag == "header" and (parent := element.getparent()) is not None and parent.tag in ("body", "div"):
        extra.add("header")
    elif tag in STRUCK_TAGS:
        extra.add("struck")
    elif tag in ("main", "article"):
        extra.add("main")
    if attributes:
        if "line-through" in str(attributes.get("style", "")):
            extra.add("struck")
        if attributes.get("itemprop") in ("price", "lowPrice"):
            extra.add("price")
    return words | extra if extra else words


@functools.lru_cache(maxsize=20_000)
def named_words(names: str) -> frozenset[str]:
    """What class and id names say, each name on its own."""
    found: set[str] = set()
    for name in CAMEL.sub("-", names).split():
        found.update(word for word, pattern in NAMED if pattern.search(name))
        if (NOT_OFFER.search(name) and not HOLDS_GOODS.search(name)) or FOOTER.match(name):
            found.add("elsewhere")
    return frozenset(found)
