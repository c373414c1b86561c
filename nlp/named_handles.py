"""Handles that stand under the name of their app in data: `{"wechat": "…"}`, `<span data-tg="…">`."""

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
    "//@*[starts-with(name(), 'data-') and ("
    + " or ".join(f"contains(name(), '{app}')" for app in APPS if app.isascii())
    + ")]"
)
# Keys and names of the app's own programs: WeChat app ids, class names, addresses.
OWN = re.compile(r"wx[0-9a-f]{16}|.*(?:wechat|weixin|telegram|skype|icon|svg|btn|button|enable|true|false|null|share).*", re.IGNORECASE)


def named_handles(page: "ParsedPage", kind: str) -> Iterator[tuple[str, Callable[[re.Match[str]], Where]]]:
    """(value, place) of strings under a key that names the app and nothing else; words that may be switches are left out."""
    for name, value, place in page.named_values:
        key = KEY.fullmatch(name)
        if key and APPS[key[1].lower()] == kind and not OWN.fullmatch(value.strip()):
            if key["firm"] or re.search(r"[\d_@]", value):
                yield value.strip(), place


def named_attributes(page: "ParsedPage") -> Iterator[tuple[str, str, Callable[[re.Match[str]], Where]]]:
    """(name, value, place) of data attributes that name an app."""
    for value, element in ATTRIBUTES(page.root) if page.root is not None else ():
        for name, written in element.attrib.items():
            if written == value and KEY.fullmatch(str(name)):
                yield str(name), str(value), page.at_attribute(element, str(name))
