"""Finds a finding's words again in a text that may have changed since."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from nlp.parse import ParsedPage
from nlp.script_json import leaves
from nlp.where import QUOTE_MAX, Where


class Anchor(NamedTuple):
    """`exact` (the words stand where they stood), `moved` (they stand elsewhere: the new span) or `lost` (no span)."""

    state: str
    start: int | None
    end: int | None


def anchor(where: Where, text: str) -> Anchor:
    """Where the quote stands in `text` (code points); among several, the place whose surroundings agree best, then the nearest.

    A quote cut at 200 code points stands for its whole finding: the span keeps the finding's length.
    """
    quote = where.quote or ""
    if not quote:
        return Anchor("lost", None, None)
    start = where.start if where.start is not None else -1
    length = where.end - start if where.end is not None and start >= 0 and len(quote) == QUOTE_MAX else len(quote)
    if start >= 0 and text.startswith(quote, start):
        return Anchor("exact", start, start + length)
    best: tuple[int, int, int] | None = None
    for number, found in enumerate(re.finditer(re.escape(quote), text)):
        if number == 1000:
            break
        agreement = shared(reversed_(where.before or ""), reversed_(text[max(0, found.start() - 64) : found.start()]))
        agreement += shared(where.after or "", text[found.end() : found.end() + 64])
        rank = (agreement, -abs(found.start() - start), found.start())
        best = rank if best is None or rank > best else best
    return Anchor("moved", best[2], min(best[2] + length, len(text))) if best else Anchor("lost", None, None)


def standing(where: Where, page: ParsedPage) -> str:
    """`exact`, `moved` or `lost` for a place outside the visible text: an attribute, a JSON value or a script of the page as read today.

    `kept` for what the page itself does not hold: headers, certificates, DNS answers, pictures.
    """
    quote = where.quote or ""
    if where.inside not in ("attribute", "json", "body") or not quote:
        return "kept"
    if where.inside == "attribute":
        found = [(page.paths.of(element), "") for element, value in attributes(page, where.name or "") if quote in value]
    elif where.inside == "json":
        found = [(page.paths.of(one.script), at) for one in page.inline_json for at, text in leaves(one.value) if quote in text]
    else:
        found = [(page.paths.of(script), "") for script in page.elements if script.tag == "script" and quote in (script.text or "")]
    if (where.path or "", where.pointer or "") in found:
        return "exact"
    return "moved" if found else "lost"


def attributes(page: ParsedPage, name: str) -> Iterator[tuple[etree._Element, str]]:
    """(element, value) of every attribute of this name; `text` means the words inside an element, as for the title."""
    for element in page.elements:
        value = " ".join("".join(map(str, element.itertext())).split()) if name == "text" and element.tag == "title" else element.get(name)
        if value:
            yield element, unquote(value) if value[:7].lower() == "mailto:" else value


def shared(one: str, other: str) -> int:
    """How many characters two strings have in common from their beginning."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def reversed_(text: str) -> str:
    """The text from its end."""
    return text[::-1]
