"""A page ready to be read: visible text with exact offsets, and the places where patterns may stand."""

import itertools
import re
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import cast
from urllib.parse import urljoin

from lxml import etree

from crawlers.canonical import canonical
from nlp.decode import clean, decode
from nlp.framework_state import flight
from nlp.long_words import MAX_WORDS, LongWord, long_words
from nlp.money import Money, find_money
from nlp.named_handles import KEY, named_attributes, named_in_code
from nlp.obfuscation import unmasking
from nlp.page_amounts import page_amounts
from nlp.places import VALUE_MAX, Outside, Paths, PlainText, RunningText, Values, quote_of
from nlp.script_json import InlineJson, Steps, inline_json, pointer_of, strings
from nlp.tree import build
from nlp.visible_text import VisibleText, visible_text
from nlp.where import QUOTE_MAX, Where, text_place
from nlp.woven import NOTED, woven
from nlp.xpath import values

# Attributes that never carry words or handles; links have their own list.
MUTE = frozenset({
    "class", "d", "height", "href", "id", "lang", "media", "points", "rel", "sizes", "srcset", "style", "tabindex", "target",
    "transform", "type", "viewbox", "width",
})  # fmt: skip
# Elements whose address is no link; others of a page's own making are (`<dropdown-item href="sms:…">`).
NO_LINKS = frozenset({"link", "base", "use", "image", "script"})
ITEM_TYPES = values("//@itemtype | //@typeof")
CODE = frozenset({"script", "style", "template"})
# What source that holds a coin address speaks of; the rest is libraries.
COIN_MARKS = (
    "wallet",
    "crypto",
    "bitcoin",
    "coinbase",
    "ethereum",
    "monero",
    "tether",
    "usdt",
    "btc",
    "xmr",
    "trc20",
    "erc20",
    "bc1q",
    "0x",
)


class ParsedPage:
    """One page. Offsets everywhere are code points of `.text`; every place made here carries the page's capture_id and storefront."""

    def __init__(
        self, html: bytes | str, url: str = "", capture_id: str = "", storefront: str = "", *, content_type: str | None = None
    ) -> None:
        self.url, self.capture_id, self.storefront = url, capture_id, storefront
        decoded, self.encoding = (clean(html), "str") if isinstance(html, str) else decode(html, content_type)
        self.root, self.losses = build(decoded)
        self.paths = Paths()
        self.visible = VisibleText("", [], [], [], {}) if self.root is None else visible_text(self.root)
        self.text = self.visible.text

    @classmethod
    def of_text(cls, text: str, capture_id: str = "", storefront: str = "") -> "ParsedPage":
        """A page of nothing but running text, kept code point for code point."""
        page = cls("", capture_id=capture_id, storefront=storefront)
        page.text = text
        return page

    @cached_property
    def title(self) -> str:
        """The words of the first title element, whitespace collapsed; empty without one."""
        found = self.first("title")
        return "" if found is None else " ".join("".join(map(str, found.itertext())).split())

    @cached_property
    def language_tag(self) -> str:
        """What the page says its language is, lower-case (`en`, `zh-cn`); empty when it does not say."""
        return "" if self.root is None else (self.root.get("lang") or self.root.get("xml:lang") or "").strip().lower()

    @cached_property
    def base(self) -> str:
        """The address that relative links start from."""
        found = self.first("base")
        return urljoin(self.url, found.get("href", "").strip()) if found is not None else self.url

    @cached_property
    def canonical_link(self) -> str:
        """The address that the page's head calls canonical, in canonical form; empty when there is none."""
        links = [] if self.root is None else self.root.iter("link")
        found = next((link.get("href") or "" for link in links if "canonical" in (link.get("rel") or "").lower().split()), "")
        return canonical(found, self.base) or "" if found else ""

    @cached_property
    def elements(self) -> list[etree._Element]:
        """Every element in document order."""
        return [] if self.root is None else list(self.root.iter(etree.Element))

    def holds_class(self, name: str) -> bool:
        """True when some element is of this class."""
        return any(name in element.get("class", "").split() for element in self.elements)

    @cached_property
    def item_types(self) -> frozenset[str]:
        """Every type that microdata and RDFa on the page name."""
        return frozenset() if self.root is None else frozenset(kind for names, _ in ITEM_TYPES(self.root) for kind in names.split())

    def item_count(self, kind: str) -> int:
        """How many microdata or RDFa items of that schema.org type the page holds."""
        return (
            0
            if self.root is None
            else sum(names.rstrip("/").endswith(("/" + kind, ":" + kind)) or names == kind for names, _ in ITEM_TYPES(self.root))
        )

    def first(self, tag: str) -> etree._Element | None:
        """The first element of that name, or None."""
        return None if self.root is None else next(self.root.iter(tag), None)

    def meta(self, *names: str) -> str | None:
        """The content of the first meta tag whose name, property or itemprop is one of `names` (lower-case), or None."""
        for key, content in self.metas:
            if key in names and content:
                return content
        return None

    @cached_property
    def metas(self) -> list[tuple[str, str]]:
        """(name, content) of every meta tag, names lower-case."""
        found = [] if self.root is None else self.root.iter("meta")
        return [
            ((tag.get("name") or tag.get("property") or tag.get("itemprop") or "").lower(), tag.get("content", "").strip()) for tag in found
        ]

    @cached_property
    def amounts(self) -> list[Money]:
        """Every amount of money in the visible text, in order."""
        return page_amounts(self.visible) if self.visible.starts else find_money(self.text)

    def absolute(self, href: str) -> str:
        """The link as an absolute address; an address no one can parse comes back as it is."""
        try:
            return urljoin(self.base, href.strip())
        except ValueError:
            return href

    def text_of(self, element: etree._Element) -> tuple[int, int] | None:
        """The half-open span of the element's visible words in `.text`; None when it shows none."""
        return self.visible.span(element)

    def words_of(self, element: etree._Element) -> str:
        """The element's visible words on one line; empty when it shows none."""
        span = self.text_of(element)
        return " ".join(self.text[span[0] : span[1]].split()) if span else ""

    def text_where(self, start: int, end: int) -> Where:
        """The place of a span of `.text`."""
        return text_place(self.text, start, end, capture_id=self.capture_id, storefront=self.storefront)

    def attribute_where(self, element: etree._Element, name: str, quote: str) -> Where:
        """The place of an attribute; the name `text` means words that are no visible text, as those of the title element."""
        return Where("attribute", self.capture_id, self.storefront, quote=quote[:QUOTE_MAX], path=self.paths.of(element), name=name)

    def json_where(self, script: etree._Element, pointer: str, quote: str) -> Where:
        """The place of a JSON value inside a script."""
        return Where("json", self.capture_id, self.storefront, quote=quote[:QUOTE_MAX], path=self.paths.of(script), pointer=pointer)

    def running_text(self) -> RunningText:
        """The visible text."""
        return RunningText(self.text, self.capture_id, self.storefront)

    @cached_property
    def plain_text(self) -> PlainText:
        """The visible text as numbers and handles are read: full-width, styled and foreign digits folded, invisible characters gone."""
        return PlainText(self.text, self.capture_id, self.storefront)

    @cached_property
    def unmasked_text(self) -> PlainText:
        """The plain text with look-alike letters inside words, letters for digits and digits written as words undone: for contacts."""
        return self.plain_text.edited(unmasking(self.plain_text.text))

    @cached_property
    def outside(self) -> Outside:
        """Every link, speaking attribute and string of inline JSON, searchable at once."""
        return Outside(self.link_values, self.attribute_values + self.woven, self.json_values)

    @cached_property
    def woven(self) -> list[tuple[str, Callable[[re.Match[str]], Where]]]:
        """(string, place) of what scripts put together, style turns round and hidden boxes hold, as far as it speaks of contacts."""
        return woven(self)

    @cached_property
    def source(self) -> Outside:
        """The addresses and the source of scripts and frames, searchable at once."""
        return Outside(self.code_values)

    @cached_property
    def long_words(self) -> list[LongWord]:
        """Every word of 25 characters and more, at most 5,000: links, text, attributes, inline JSON, then script source."""
        plain = self.plain_text
        found = itertools.chain(
            long_words(self.link_values, shown=True),
            long_words([(plain.text, lambda match: plain.at(match.start(), match.end()))], shown=True),
            long_words(self.attribute_values, shown=True),
            long_words(self.json_values, shown=False),
            long_words((pair for pair in self.source.holding(*COIN_MARKS).values if pair[0][:1] not in "{["), shown=False),  # JSON was read
        )
        return list(itertools.islice(found, MAX_WORDS))

    def links(self) -> Values:
        """The address of every link, trimmed; one without a scheme of its own (`//host/…`) gets https."""
        return Values(self.link_values)

    def attributes(self) -> Values:
        """Every attribute that may carry words or handles: not links, classes, styles or script source."""
        return Values(self.attribute_values)

    def scripts(self) -> Values:
        """Every string inside the page's inline JSON, with its JSON pointer."""
        return Values(self.json_values)

    def code(self) -> Values:
        """The addresses and the source of scripts."""
        return Values(self.code_values)

    @cached_property
    def link_values(self) -> list[tuple[str, Callable[[re.Match[str]], Where]]]:
        """(address, place) of every link, in document order."""
        found = (tag for tag in self.noted.get("href", ()) if tag.tag not in NO_LINKS)
        hrefs = ((tag, (tag.get("href") or "").strip()[:VALUE_MAX]) for tag in found)
        return [("https:" + href if href.startswith("//") else href, self.at_attribute(tag, "href")) for tag, href in hrefs if href]

    @cached_property
    def attribute_values(self) -> list[tuple[str, Callable[[re.Match[str]], Where]]]:
        """(value, place) of every speaking attribute, in document order; of equal ones the first."""
        return self._attributes[0]

    @cached_property
    def noted(self) -> dict[str, list[etree._Element]]:
        """Attribute name → elements that have it, in document order, for the names that contacts hide behind."""
        return self._attributes[1]

    @cached_property
    def _attributes(self) -> tuple[list[tuple[str, Callable[[re.Match[str]], Where]]], dict[str, list[etree._Element]]]:
        """Speaking attributes and noted elements, in one pass over the page."""
        seen: set[tuple[str, str]] = set()
        found: list[tuple[str, Callable[[re.Match[str]], Where]]] = []
        noted: dict[str, list[etree._Element]] = {}
        for element in self.elements:
            pairs = element.items()
            if pairs and element.tag not in CODE:
                for name, value in cast("list[tuple[str, str]]", pairs):
                    if name in NOTED:
                        noted.setdefault(name, []).append(element)
                    if len(value) > 3 and name not in MUTE and (name, value) not in seen:
                        seen.add((name, value))
                        found.append((value[:VALUE_MAX], self.at_attribute(element, name)))
        return found, noted

    @cached_property
    def inline_json(self) -> list[InlineJson]:
        """Every JSON value the page carries in scripts, in document order; what is pushed in pieces stands in the first one's script."""
        scripts = [] if self.root is None else list(self.root.iter("script"))
        found = [value for script in scripts for value in inline_json(script)]
        pushing = [script for script in scripts if "__next_f" in (script.text or "")]
        return found + [InlineJson(pushing[0], "state", value) for value in flight(script.text or "" for script in pushing)]

    @cached_property
    def json_strings(self) -> list[tuple[etree._Element, Steps, str]]:
        """(script, way, string) of every JSON leaf of more than three characters, cut to 20,000."""
        return [
            (block.script, steps, text[:VALUE_MAX]) for block in self.inline_json for steps, text in strings(block.value) if len(text) > 3
        ]

    @cached_property
    def named_values(self) -> list[tuple[str, str, Callable[[re.Match[str]], Where]]]:
        """(key, string, place) of JSON leaves and data attributes whose key names a messaging app."""
        found = [
            (steps[1], text, self.at_json(script, steps))
            for script, steps, text in self.json_strings
            if len(text) < 60 and steps and isinstance(steps[1], str) and KEY.fullmatch(steps[1])
        ]
        return [*found, *named_attributes(self), *named_in_code(self)]

    @cached_property
    def json_values(self) -> list[tuple[str, Callable[[re.Match[str]], Where]]]:
        """(string, place) of every JSON leaf; of equal ones the first."""
        firsts: dict[str, tuple[etree._Element, Steps]] = {}
        for script, steps, text in self.json_strings:
            firsts.setdefault(text, (script, steps))
        return [(text, self.at_json(script, steps)) for text, (script, steps) in firsts.items()]

    @cached_property
    def code_values(self) -> list[tuple[str, Callable[[re.Match[str]], Where]]]:
        """(source or address, place) of every script."""
        found: list[tuple[str, Callable[[re.Match[str]], Where]]] = []
        for script in [] if self.root is None else self.root.iter("script", "noscript", "iframe"):
            if script.get("src"):
                found.append((script.get("src", "")[:VALUE_MAX], self.at_attribute(script, "src")))
            if script.tag == "script" and script.text:
                found.append((script.text, self.at_source(script)))
        return found

    def at_attribute(self, element: etree._Element, name: str) -> Callable[[re.Match[str]], Where]:
        """A way to name this attribute once something was found in it."""
        return partial(self._attribute, element, name)  # made for every attribute of a page: half the cost of a closure

    def at_json(self, script: etree._Element, steps: Steps) -> Callable[[re.Match[str]], Where]:
        """A way to name this JSON string once something was found in it."""
        return partial(self._json, script, steps)

    def at_source(self, script: etree._Element) -> Callable[[re.Match[str]], Where]:
        """A way to name this script's source once something was found in it."""
        return lambda match: Where("body", self.capture_id, self.storefront, quote=quote_of(match), path=self.paths.of(script))

    def tags(self) -> Iterator[str]:
        """The tag names in document order."""
        return (str(element.tag) for element in self.elements)

    def _attribute(self, element: etree._Element, name: str, match: re.Match[str]) -> Where:
        return self.attribute_where(element, name, quote_of(match))

    def _json(self, script: etree._Element, steps: Steps, match: re.Match[str]) -> Where:
        return self.json_where(script, pointer_of(steps), quote_of(match))
