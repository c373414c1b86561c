"""Contacts that no single string of the page shows: put together or decoded by scripts, turned round by style, kept in hidden boxes.

Nothing is run. Each finding is a string as a reader of the finished page would see it, with the place it was read from; the extractors
search these strings like attributes.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from nlp.visible_text import UNSEEN, is_hidden
from nlp.where import Where

if TYPE_CHECKING:
    from lxml import etree

    from nlp.parse import ParsedPage
    from nlp.places import Outside

Found = tuple[str, Callable[[re.Match[str]], Where]]
SPOTS_MAX = 400  # places of one page that are looked at; a library full of @ has no more to say
AROUND = 240  # characters on each side of a mark that are read
HIDDEN_MAX = 20_000  # characters of hidden text of one page
LITERAL = r"""(?:'[^'\\\n]{0,160}'|"[^"\\\n]{0,160}"|`[^`\\\n$]{0,160}`)"""
TERM = rf"(?:{LITERAL}|[A-Za-z_$][\w$]{{0,40}})"
CHAIN = re.compile(rf"{TERM}(?:\s{{0,4}}\+\s{{0,4}}{TERM}){{1,12}}")
APPENDED = re.compile(
    rf"(?<![\w$.])([A-Za-z_$][\w$]{{0,40}})\s{{0,3}}=\s{{0,3}}{LITERAL}\s{{0,3}};(?:\s{{0,9}}\1\s{{0,3}}\+=\s{{0,3}}{LITERAL}\s{{0,3}};?){{1,8}}"
)
TERMS = re.compile(TERM)
LIST = re.compile(rf"\[\s*({LITERAL}(?:\s*,\s*{LITERAL}){{1,5}})\s*\]")
LITERALS = re.compile(LITERAL)
JOIN = re.compile(r"\.join\(\s*[\"'](@|)[\"']\s*\)")
ESCAPE = re.compile(r"\\(?:u00|x)([0-9a-fA-F]{2})")
TEMPLATE = re.compile(r"`[^`\n]{0,160}\$\{[^`\n]{0,160}`")
FILLED = re.compile(r"\$\{\s*([A-Za-z_$][\w$]{0,40})\s*\}")
BASE64 = re.compile(r"atob\(\s*[\"']([A-Za-z0-9+/=]{8,400})[\"']\s*\)")
CODES = re.compile(r"fromCharCode\(\s*(\d{2,4}(?:\s*,\s*\d{2,4}){5,200})\s*\)")
# A key or word that says what the value behind it is, in data that is no JSON of its own and in attributes that hold JSON.
NAMED = re.compile(r"phone|fax|mobile|whats|tel|\"wa\"", re.IGNORECASE)
ADDRESS = r"[A-Za-z0-9_][\w%+.-]{0,63}@(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,6}[A-Za-z]{2,24}"
WHOLE = re.compile(rf"(?:<[^<>]{{1,80}}>)?{ADDRESS}(?:<[^<>]{{1,20}}>)?")
MAILED = re.compile(rf"(?:e-?mail|mailto)\w{{0,20}}[\"'\\\s:=]{{1,8}}(?:mailto:)?({ADDRESS})(?![\w@])", re.IGNORECASE)
NUMBERED = re.compile(
    r"(\w{0,24}(?:phone|telefax|fax|mobile|whats_?app|tel|wa)\w{0,16})[\"'\\]{0,4}\s?[:=]\s?[\"'\\]{0,4}(?:tel:)?"
    r"([+(]{0,2}\d[\d ().\-/]{6,24}\d)(?=\\?[\"'\s,<.;]|$)",
    re.IGNORECASE,
)
SPEAKS = ("@", "wa.me/", "whatsapp.com/send", "t.me/", "tel:", "skype:", "signal.me/", "threema.id/")
MAIL_MARKS, NUMBER_MARKS = ("@",), ("phone", "fax", "whatsapp", "mobile", "tel:", '"tel"', "wa:", '"wa"')
JOIN_MARKS = ('join("@")', "join('@')")
CHAIN_MARKS = ('"@', "'@", "@'", '@"', "mailto:", "wa.me/", "whatsapp.com/send")
DOMAINS = ("domain", "maildomain", "host", "server", "dom", "site", "d")
# Names of attributes that the page lists while it reads its attributes.
NOTED = frozenset({"href", "style", "hidden", "dir", "data-cfemail", *(f"data-{name}" for name in DOMAINS)})
USERS = ("user", "name", "local", "u", "login", "box", "mailbox", "account", "mail", "email", "recipient", "to", "first", "part1", "id")


def woven(page: "ParsedPage") -> list[Found]:
    """(string, place) of everything found, scripts first."""
    return [*_in_code(page), *_in_attributes(page), *_in_halves(page), *_turned(page), *_hidden(page)]


def _in_code(page: "ParsedPage") -> Iterator[Found]:
    """What the source of scripts says behind keys, and what it puts together."""
    for value, place, at in _spots(page.source, MAIL_MARKS):
        yield from ((f"email: {match[1]}", place) for match in MAILED.finditer(_around(value, at)))
    for value, place, at in _spots(page.source, NUMBER_MARKS):
        yield from ((_numbered(match), place) for match in NUMBERED.finditer(_around(value, at)))
    for value, place, at in _spots(page.source, CHAIN_MARKS):
        yield from ((words, place) for words in _chains(_around(value, at), value))
    for value, place, at in _spots(page.source, JOIN_MARKS):
        lists = list(LIST.finditer(value, max(0, at - 4 * AROUND), at))
        if lists:
            yield "@".join(literal[1:-1] for literal in LITERALS.findall(lists[-1][1])), place
    for value, place, at in _spots(page.source, ("atob(", "fromcharcode(")):
        yield from ((words, place) for words in _decoded(value[max(0, at - 8) : at + 1200]))


def _in_attributes(page: "ParsedPage") -> Iterator[Found]:
    """The same in event handlers and in attributes that hold JSON."""
    for value, place in page.attribute_values:
        if "+" in value and ("'" in value or '"' in value):
            yield from ((words, place) for words in _chains(value[:2000], value))
        if "\\" in value and "mailto" in value:
            yield ESCAPE.sub(lambda code: chr(int(code[1], 16)), value), place
        if value[:1] in "{[" and '"' in value and NAMED.search(value):
            yield from ((_numbered(match), place) for match in NUMBERED.finditer(value))
        if "atob(" in value:
            yield from ((words, place) for words in _decoded(value[:2000]))
        elif len(value) < 120 and (words := _base64(value)):
            yield words, place


def _in_halves(page: "ParsedPage") -> Iterator[Found]:
    """Addresses whose two halves stand in two attributes of one element."""
    for element in (element for name in DOMAINS for element in page.noted.get(f"data-{name}", ())):
        named = {str(name).removeprefix("data-").replace("-", ""): str(value) for name, value in element.attrib.items()}
        domain = next((named[key] for key in DOMAINS if "." in named.get(key, "")), "")
        user = next((named[key] for key in USERS if named.get(key)), "")
        if domain and re.fullmatch(r"[\w.+-]{1,64}", user) and re.fullmatch(r"@?[\w.-]{3,200}", domain):
            yield f"{user}@{domain.removeprefix('@')}", page.at_attribute(element, "data-domain")


def _turned(page: "ParsedPage") -> Iterator[Found]:
    """Words that style turns round, as they are read on the screen."""
    written = [element for element in page.noted.get("style", ()) if "bidi-override" in element.get("style", "")]
    written += [element for element in page.noted.get("dir", ()) if element.tag == "bdo"]
    for element in written:
        if "rtl" not in (element.get("style") or element.get("dir") or ""):
            continue
        yield "".join(map(str, element.itertext()))[:400][::-1], page.at_attribute(element, "text")


def _hidden(page: "ParsedPage") -> Iterator[Found]:
    """The words of boxes that are shown on a click only, where they speak of an address or a number."""
    left = HIDDEN_MAX
    for element in (*page.noted.get("hidden", ()), *page.noted.get("style", ())):
        if left > 0 and element.tag not in UNSEEN and is_hidden(element):
            words = " ".join(" ".join(_words(element)).split())[:left]
            if "@" in words or "+" in words:
                left -= len(words)
                yield words, page.at_attribute(element, "text")


def _words(element: "etree._Element") -> Iterator[str]:
    for part in element.iter():
        if isinstance(part.tag, str) and part.tag not in UNSEEN and part.text:
            yield part.text
        if part is not element and part.tail:
            yield part.tail


def _spots(source: "Outside", marks: Sequence[str]) -> Iterator[tuple[str, Callable[[re.Match[str]], Where], int]]:
    """(string, place, offset) of each mark in the source; a mark within reach of the one before is seen with that one."""
    count = 0
    for mark in marks:
        last, reached = -1, 0
        for entry, at in source.spots(mark):
            if entry == last and at - reached < AROUND // 2:
                continue
            last, reached, count = entry, at, count + 1
            if count > SPOTS_MAX:
                return
            _, value, place = source.entries[entry]
            if value[:1] not in "{[":  # JSON was read as such
                yield value, place, at


def _around(value: str, at: int) -> str:
    window = value[max(0, at - AROUND) : at + AROUND]
    return ESCAPE.sub(lambda code: chr(int(code[1], 16)), window) if "\\" in window else window


def _numbered(match: re.Match[str]) -> str:
    return f"{'whatsapp' if 'wh' in match[1].lower() or match[1].lower() == 'wa' else 'tel'}: {match[2]}"


def _chains(window: str, whole: str) -> Iterator[str]:
    """Literals and known names joined by + that come out as an address or a link."""
    for chain in CHAIN.finditer(window):
        if not any(mark in chain[0] for mark in ("@", "mailto", "://", ".me", "tel:")):
            continue
        words = "".join(_value(term, whole) for term in TERMS.findall(chain[0]))
        yield from _spoken(words)
    for match in APPENDED.finditer(window):
        yield from _spoken("".join(literal[1:-1] for literal in LITERALS.findall(match[0])))
    for template in TEMPLATE.finditer(window):
        yield from _spoken(FILLED.sub(lambda name: _value(name[1], whole), template[0][1:-1]))


def _spoken(words: str) -> Iterator[str]:
    """The words, when they are an address or a link to somebody."""
    # A name before @ and an address of a page is what error reports print of a function: only a whole address counts.
    if any(mark in words for mark in SPEAKS[1:]) or "mailto:" in words or WHOLE.fullmatch(words.strip()):
        yield words


def _value(term: str, whole: str) -> str:
    """The words of a literal, or those last given to the name; a gap that no address crosses when nothing is known of it."""
    if term[0] in "'\"`":
        return term[1:-1]
    given = re.search(rf"(?<![\w$.]){re.escape(term)}\s{{0,3}}=\s{{0,3}}({LITERAL})", whole[:20_000])
    return given[1][1:-1] if given else " \n "


def _decoded(window: str) -> Iterator[str]:
    for match in BASE64.finditer(window):
        if words := _base64(match[1]):
            yield words
    for match in CODES.finditer(window):
        yield "".join(chr(int(code)) for code in re.findall(r"\d+", match[1]) if int(code) < 0xD800)


def _base64(written: str) -> str:
    """What base64 says when that is readable and speaks of a contact, else an empty string."""
    if len(written) < 12 or len(written) % 4 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", written):
        return ""
    try:
        words = base64.b64decode(written, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
    return words if words.isprintable() and any(mark in words for mark in SPEAKS) else ""
