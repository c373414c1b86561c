"""QQ numbers behind their label and in the links that open a QQ chat; numbers of QQ groups are no contacts.

Source: Tencent QQ numbers (5 to 11 digits, no leading zero); chat links wpa.qq.com/msgrd?uin=, tencent://message/?uin=, mqqwpa://.
"""

import re
from collections.abc import Iterator

from nlp.findings import Contact
from nlp.handles import JOIN, SIGN
from nlp.labels import LABELS, MARKS
from nlp.named_handles import named_handles
from nlp.parse import ParsedPage
from nlp.places import Outside

KIND = IDENTIFIER = "qq"
PIVOT = True
READS = "page"
NUMBER = r"[1-9]\d{4,10}"
TEXT = re.compile(
    rf"(?:{LABELS[KIND]}){JOIN}{SIGN}(?P<handle>[1-9](?:[ ]?\d){{4,10}}|[1-9]\d\d-\d{{3}}-\d{{3,5}})(?![^\W\u4e00-\u9fff]|[@-]|\.\d)",
    re.IGNORECASE,
)
LINK = re.compile(
    rf"(?:wpa\.qq\.com/msgrd\?|tencent://message/?\?|mqqwpa://im/chat\?|mqq://im/chat\?)[^#\s'\"]{{0,200}}?\buin=({NUMBER})(?!\d)",
    re.IGNORECASE,
)
EXAMPLES = [
    ("QQ：1234567890", ["1234567890"]),
    ("客服QQ 800012345 在线", ["800012345"]),
    ("扣扣号码: １２３４５６７８", ["12345678"]),
    ('<a href="http://wpa.qq.com/msgrd?v=3&amp;uin=1234567890&amp;site=qq&amp;menu=yes">QQ</a>', ["1234567890"]),
    ('<a href="tencent://message/?uin=12345678&Site=x">QQ</a>', ["12345678"]),
    ("QQ群：123456789", []),
    ('<a href="https://connect.qq.com/widget/shareqq/index.html?url=x">share</a>', []),
    ("mail 12345678@qq.com", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts in digits; `where` is the link, text span, attribute or JSON value."""
    for values in (page.outside.holding("uin="), page.source.holding("uin=")):
        for where, match in values.find(LINK):
            yield Contact(KIND, match[1], where)
    for value, place in named_handles(page, KIND):
        if (named := re.fullmatch(NUMBER, value)) is not None:
            yield Contact(KIND, value, place(named))
    for where, match in page.unmasked_text.find(TEXT):
        yield Contact(KIND, re.sub(r"\D", "", match["handle"]), where)
    for where, match in page.outside.holding(*MARKS[KIND], groups=(Outside.ATTRIBUTES, Outside.JSON)).find(TEXT):
        yield Contact(KIND, re.sub(r"\D", "", match["handle"]), where)
