"""WeChat ids behind their label: 微信, 微信号, V信, 薇信, wechat, weixin.

Source: WeChat id rules (6 to 20 characters, letter or underscore first, then letters, digits, _ and -); a mainland mobile number too.
"""

import re
from collections.abc import Iterator

from nlp.findings import Contact
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "wechat"
PIVOT = True
READS = "page"
LABEL = r"(?:(?:微|薇|威|徽)[ ]?(?:信|❤)|[vＶ][ ]?信|加[vＶ](?![a-z])|卫星号|(?<![a-z])we[ -]?chat|(?<![a-z])weixin|(?<![a-z])wx(?![a-z]))"
TEXT = re.compile(
    rf"{LABEL}(?:[ ]?(?:号码?|账号|帐号|客服|咨询|同号|联系|id|no\.?|contact))?[ \t]{{0,3}}(?:[:：=]|是|为)?\s{{0,3}}"
    r"@?([a-z_][a-z0-9_-]{5,19}|1[3-9]\d{9})(?![a-z0-9_@-])(?!\.[a-z])",
    re.IGNORECASE,
)
# Words that follow the label in running text and are no ids.
WORDS = frozenset({
    "account", "address", "article", "available", "channel", "customer", "contact", "delivery", "follow", "friends", "message",
    "mini-program", "moments", "number", "official", "payment", "please", "public", "qrcode", "qr-code", "scan-qr", "service", "support",
    "telegram", "wechat", "weixin", "whatsapp", "users", "program",
})  # fmt: skip
EXAMPLES = [
    ("微信：greendoor_88", ["greendoor_88"]),
    ("加V信 GreenDoor-88 咨询", ["greendoor-88"]),
    ("<td>WeChat ID</td><td>greendoor88</td>", ["greendoor88"]),
    ("微信号: 13900000000", ["13900000000"]),
    ('<meta name="contact" content="weixin: greendoor_88">', ["greendoor_88"]),
    ("微信支付 accepted, WeChat payment, wechat official account", []),
    ("We accept WeChat and Alipay. wx123", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts with lower-case ids (the app ignores case); `where` is the text span, attribute or JSON value."""
    for places in (page.running_text(), page.attributes(), page.scripts()):
        for where, match in places.find(TEXT):
            handle = match[1].lower()
            # An id is told from a word by what words lack: a digit, underscore or dash, or a colon between label and id.
            if handle not in WORDS and (re.search(r"[\d_-]", handle) or re.search(r"[:：]", match[0])):
                yield Contact(KIND, handle, where)
