"""XPath expressions compiled once, with answers of one type: elements, or attribute values with the element each stands on."""

from collections.abc import Callable

from lxml import etree


def elements(expression: str) -> Callable[[etree._Element], list[etree._Element]]:
    """A search for elements, in document order."""
    compiled = etree.XPath(expression)

    def search(root: etree._Element) -> list[etree._Element]:
        found = compiled(root)
        return [one for one in found if isinstance(one, etree._Element)] if isinstance(found, list) else []

    return search


def values(expression: str) -> Callable[[etree._Element], list[tuple[str, etree._Element]]]:
    """A search for attributes: the value of each and its element, in document order."""
    compiled = etree.XPath(expression)

    def search(root: etree._Element) -> list[tuple[str, etree._Element]]:
        found = compiled(root)
        strings = [one for one in found if isinstance(one, etree._ElementUnicodeResult)] if isinstance(found, list) else []
        return [(str(one), parent) for one in strings if (parent := one.getparent()) is not None]

    return search
