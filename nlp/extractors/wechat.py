"""WeChat ids behind their label: 微信, 微信号, V信, 薇信, wechat, weixin, and in links of the app.

Source: WeChat id rules (6 to 20 characters, letter or underscore first, then letters, digits, _ and -); a mobile number or QQ number too.
"""

import re
from collections.abc import Iterator

from nlp.dialling import page_numbers
from nlp.findings import Contact
from nlp.handles import handle_pattern, labelled_handles
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "wechat"
PIVOT = True
READS = "page"
TEXT = handle_pattern(KIND, r"[a-z_][a-z0-9_-]{5,19}|1[3-9]\d{9}")
LINK = re.compile(r"weixin://(?:dl/chat\?|contacts/profile/)([a-z_][a-z0-9_-]{5,19})(?![\w-])", re.IGNORECASE)
EXAMPLES = [
    ("微信：greendoor_88", ["greendoor_88"]),
    ("加V信 GreenDoor-88 咨询", ["greendoor-88"]),
    ("<td>WeChat ID</td><td>greendoor88</td>", ["greendoor88"]),
    ("微信号: 13900000000", ["13900000000"]),
    ("薇❤：ｇｒｅｅｎｄｏｏｒ８８", ["greendoor88"]),
    ("加微信 一三九零零零零零零零零", ["13900000000"]),
    ("WeChat/WhatsApp: +44 7700 900123", ["+447700900123"]),
    ('<meta name="contact" content="weixin: greendoor_88">', ["greendoor_88"]),
    ('<a href="weixin://contacts/profile/greendoor_88">add</a>', ["greendoor_88"]),
    ("微信支付 accepted, WeChat payment, wechat official account", []),
    ("We accept WeChat and Alipay. wx123", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts with lower-case ids (the app ignores case), mainland numbers as written, others in E.164."""
    for where, match in page.links().find(LINK):
        yield Contact(KIND, match[1].lower(), where)
    for where, written in labelled_handles(page, KIND, TEXT):
        yield Contact(KIND, written.lower(), where)
    for where, seen in page_numbers(page):
        if KIND in seen.labels:
            yield Contact(KIND, seen.number.removeprefix("+86"), where)
