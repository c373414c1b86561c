"""HTML text to an lxml tree of bounded depth: lxml itself, and BeautifulSoup where lxml gives up."""

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, Tag
from lxml import etree

MAX_CHARS = 8_000_000  # of one page; a shop page is 0.05 to 2 MB (2026-11), more is cut and named
REPAIR_CHARS = 1_500_000  # BeautifulSoup reads about 2 MB of bare tags a second
MAX_DEPTH = 200  # lxml stops at 256


def build(html: str) -> tuple[etree._Element | None, tuple[str, ...]]:
    """The root element, or None when there is no element at all, and the losses in people's words.

    lxml drops everything behind the 256th nested tag; such a page is read again by BeautifulSoup, and what lies deeper than
    200 levels becomes children of the 200th.
    """
    losses: list[str] = []
    if len(html) > MAX_CHARS:
        losses.append(f"page of {len(html)} characters cut at {MAX_CHARS}")
        html = html[:MAX_CHARS]
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        root = None
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log) or (root is None and "<" in html):
        if len(html) > REPAIR_CHARS:
            losses.append(f"broken page of {len(html)} characters repaired only up to {REPAIR_CHARS}")
            html = html[:REPAIR_CHARS]
        root = repaired(html)
    return root, tuple(losses)


def repaired(html: str) -> etree._Element | None:
    """The tree as BeautifulSoup mends it, copied into lxml with everything below the depth limit hung on its last level."""
    soup = BeautifulSoup(html, "lxml")
    first = next((child for child in soup.children if isinstance(child, Tag)), None)
    if first is None:
        return None
    root = etree.Element("html")
    # Below the limit every element hangs on `shelf`, the last level's element, in document order.
    places: dict[int, tuple[etree._Element, etree._Element | None, int]] = {id(soup): (root, None, 0), id(first): (root, None, 0)}
    for node in soup.descendants:
        if node is first:
            continue
        parent, shelf, depth = places[id(node.parent)]
        if isinstance(node, Tag):
            made = etree.SubElement(parent if shelf is None else shelf, safe_name(node.name), safe_attributes(node))
            places[id(node)] = (made, parent if shelf is None and depth >= MAX_DEPTH else shelf, depth + 1)
        elif isinstance(node, NavigableString) and not isinstance(node, Comment):
            append_text(parent if shelf is None or shelf[-1] is parent else shelf, str(node))
    return root


def append_text(parent: etree._Element, text: str) -> None:
    """Puts text behind the last child of `parent`."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def safe_name(name: str) -> str:
    """A tag or attribute name that lxml accepts; a hostile one becomes `span`."""
    return name if name.replace("-", "").isalnum() and name.isascii() and name[0].isalpha() else "span"


def safe_attributes(tag: Tag) -> dict[str, str]:
    """The tag's attributes with names that lxml accepts; list values (class) joined by spaces."""
    named = (
        (name, value) for name, value in tag.attrs.items() if name.replace("-", "a").isalnum() and name.isascii() and name[0].isalpha()
    )
    return {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in named}


def fragment_text(fragment: str) -> str:
    """The words of a piece of HTML (a description inside JSON, say), whitespace collapsed; text without markup comes back as it is."""
    if "<" not in fragment and "&" not in fragment:
        return " ".join(fragment.split())
    return " ".join(BeautifulSoup(fragment[:20_000], "lxml").get_text(" ").split())
