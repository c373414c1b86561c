"""What a reader of the page sees, as one string, with the span of every element in it."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from lxml import etree

# Elements that stand on lines of their own. Table cells part with a tab, as in a browser's innerText.
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li",
    "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "textarea",
    "tfoot", "thead", "tr", "ul",
})  # fmt: skip
CELLS = frozenset({"td", "th"})
# Inline elements that are words of their own: beside another element without text between, margins part them on the screen.
APART = frozenset({"a", "del", "ins", "s", "strike"})
UNSEEN = frozenset({
    "applet", "audio", "canvas", "datalist", "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "style",
    "svg", "template", "title", "video",
})  # fmt: skip
LONG_LIST = 20  # a list of pack sizes is shorter; one of countries would name every language and currency
HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class VisibleText:
    """The text, where each run of it starts and ends, which element each run belongs to, and each element's runs (first, behind last)."""

    text: str
    starts: list[int]
    ends: list[int]
    owners: list[etree._Element]
    runs: dict[etree._Element, tuple[int, int]]

    def span(self, element: etree._Element) -> tuple[int, int] | None:
        """The half-open span of the element's visible words in `text`; None when it shows none."""
        first, behind = self.runs.get(element, (0, 0))
        return (self.starts[first], self.ends[behind - 1]) if first < behind else None

    def owner(self, offset: int) -> etree._Element | None:
        """The innermost element whose own words stand at `offset`; between two runs, the one before; None on an empty page."""
        return self.owners[max(0, bisect_right(self.starts, offset) - 1)] if self.owners else None


def is_hidden(element: etree._Element) -> bool:
    """True when the element's own attributes keep it from being shown (style sheets are not read)."""
    attributes = element.attrib
    if not attributes:
        return False
    return "hidden" in attributes or ("style" in attributes and HIDING.search(str(attributes["style"])[:1000]) is not None)


def in_long_list(option: etree._Element) -> bool:
    """True for an option of a closed list of more than twenty (languages, countries) that is not the one shown."""
    parent = option.getparent()
    return parent is not None and len(parent) > LONG_LIST and "selected" not in option.attrib


class Writer:
    """Collects runs of text; separators wait until the next word, so none stands at an end and none is doubled."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.waiting = ""
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.owners: list[etree._Element] = []

    def part(self, separator: str) -> None:
        """Asks for a separator before the next word: a new line outranks a tab, a tab a space."""
        if self.length and " \t\n".find(separator) > " \t\n".find(self.waiting or "?"):
            self.waiting = separator

    def write(self, text: str, owner: etree._Element, keep_lines: bool) -> None:
        """Adds a text node with its whitespace collapsed; with `keep_lines` (pre) its line breaks stay."""
        if keep_lines and "\n" in text:
            for line in text.splitlines(keepends=True):
                self.write(line, owner, keep_lines=False)
                if line[-1] in "\r\n":
                    self.part("\n")
            return
        words = " ".join(text.split())
        if not words:
            if text:
                self.part(" ")
            return
        if text[0].isspace():
            self.part(" ")
        if self.waiting:
            self.pieces.append(self.waiting)
            self.length += 1
            self.waiting = ""
        self.starts.append(self.length)
        self.pieces.append(words)
        self.length += len(words)
        self.ends.append(self.length)
        self.owners.append(owner)
        if text[-1].isspace():
            self.waiting = " "


def visible_text(root: etree._Element) -> VisibleText:
    """The page's visible text: blocks on lines of their own, cells parted by tabs, other whitespace collapsed to one space.

    Scripts, styles, templates, embedded media and elements hidden by attribute are left out. One pass, linear in the page.
    """
    writer = Writer()
    runs: dict[etree._Element, tuple[int, int]] = {}
    first: dict[etree._Element, int] = {}
    preformatted = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        separator = "\n" if tag in BLOCKS else "\t" if tag in CELLS else ""
        if event == "start":
            if tag in UNSEEN or is_hidden(element) or (tag == "option" and in_long_list(element)):
                walker.skip_subtree()
                continue
            if separator:
                writer.part(separator)
            elif tag in APART and (before := element.getprevious()) is not None and not before.tail:
                writer.part(" ")
            preformatted += tag == "pre"
            first[element] = len(writer.starts)
            if element.text:
                writer.write(element.text, element, preformatted > 0)
            continue
        begun = first.pop(element, None)
        if begun is not None:
            runs[element] = (begun, len(writer.starts))
            preformatted -= tag == "pre"
            if separator:
                writer.part(separator)
        if tag in APART and not element.tail and element.getnext() is not None:
            writer.part(" ")
        if element.tail and element is not root:
            writer.write(element.tail, element.getparent(), preformatted > 0)
    return VisibleText("".join(writer.pieces), writer.starts, writer.ends, writer.owners, runs)
