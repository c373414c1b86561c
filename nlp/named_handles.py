"""Handles that stand under the name of their app in data: `{"wechat": "…"}`, `<span data-tg="…">`."""

import itertools
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from nlp.where import Where
from nlp.xpath import values

if TYPE_CHECKING:
    from nlp.parse import ParsedPage

APPS = {
    "telegram": "telegram", "tg": "telegram", "wechat": "wechat", "weixin": "wechat", "wx": "wechat", "微信": "wechat", "微信号": "wechat",
    "wickr": "wickr", "threema": "threema", "skype": "skype", "qq": "qq", "qq号": "qq", "signal": "signal",
}  # fmt: skip
KEY = re.compile(
    rf"(?:data[-_])?(?:(?:contact|kefu|service|my|user|support|sales|social|seller|shop)[-_]?)?({'|'.join(APPS)})"
    r"(?P<firm>[-_]?(?:id|name|username|handle|user|account|number|no|num))?",
    re.IGNORECASE,
)
ATTRIBUTES = values(
    "//@*[starts-with(name(), 'data-') and (" + " or ".join(f"contains(name(), '{app}')" for app in APPS if app.isascii()) + ")]"
)
# Keys and names of the app's own programs: WeChat app ids, class names, addresses.
OWN = re.compile(r"wx[0-9a-f]{16}|.*(?:wechat|weixin|telegram|skype|icon|svg|btn|button|enable|true|false|null|share).*", re.IGNORECASE)


def named_handles(page: "ParsedPage", kind: str) -> Iterator[tuple[str, Callable[[re.Match[str]], Where]]]:
    """(value, place) of strings under a key that names the app and nothing else; words that may be switches are left out."""
    for name, value, place in page.named_values:
        key = KEY.fullmatch(name)
        if key is None or APPS[key[1].lower()] != kind or OWN.fullmatch(value.strip()):
            continue
        if key["firm"] or re.search(r"[\d_@]", value):
            yield value.strip(), place


IN_CODE = re.compile(
    rf"(?<![\w$.])[\"']?((?:[a-z]{{2,10}}[-_])?(?:{'|'.join(app for app in APPS if app.isascii())})(?:[-_]?(?:id|name|number))?)"
    r"[\"']?\s?:\s?[\"']([^\"'\\\n]{4,40})[\"']",
    re.IGNORECASE,
)
# `signal:` is a word of every script; the short names count with their colon only.
SAID = ("telegram", "wechat", "weixin", "wickr", "threema", "skype", "tg:", 'tg":', "wx:", 'wx":', "qq:", 'qq":')
COPIED = values("//@data-clipboard-text | //@data-copy | //@data-clipboard")
LABELLED = re.compile(
    r"(?P<wechat>微信|wechat|weixin)|(?P<qq>qq)|(?P<telegram>telegram|电报|телеграм)|(?P<skype>skype)|(?P<wickr>wickr)", re.IGNORECASE
)


def named_in_code(page: "ParsedPage") -> Iterator[tuple[str, str, Callable[[re.Match[str]], Where]]]:
    """(name, value, place) of values that script source gives to a key that names an app, and of what buttons with its name copy."""
    for app in SAID:
        for entry, at in itertools.islice(page.source.spots(app), 60):
            yield from _keyed(page.source.entries[entry], at)
    for value, element in COPIED(page.root) if page.root is not None else ():
        label = LABELLED.search(" ".join((page.words_of(element), element.get("title") or "", element.get("aria-label") or "")))
        if label and label.lastgroup:
            yield f"{label.lastgroup}_id", str(value), page.at_attribute(element, "data-clipboard-text")


def _keyed(
    entry: tuple[int, str, Callable[[re.Match[str]], Where]], at: int
) -> Iterator[tuple[str, str, Callable[[re.Match[str]], Where]]]:
    for match in IN_CODE.finditer(entry[1], max(0, at - 30), at + 80):
        yield match[1], match[2], entry[2]


def named_attributes(page: "ParsedPage") -> Iterator[tuple[str, str, Callable[[re.Match[str]], Where]]]:
    """(name, value, place) of data attributes that name an app."""
    for value, element in ATTRIBUTES(page.root) if page.root is not None else ():
        for name, written in element.attrib.items():
            if written == value and KEY.fullmatch(str(name)):
                yield str(name), str(value), page.at_attribute(element, str(name))
