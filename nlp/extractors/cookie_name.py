"""Names of cookies the entry page sets, without those of frameworks, shops systems and content networks (lexicons/known_defaults.yml).

Source: RFC 6265. Session numbers inside a name are one sign, so `cart_4711` and `cart_4712` are one.
"""

import re
from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.known import known
from nlp.sources import CapturedBody

KIND = IDENTIFIER = "cookie_name"
PIVOT = True
READS = "capture"
NAME = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{3,80})=")
CHANGING = re.compile(r"[0-9a-f]{16,}|\d{3,}", re.IGNORECASE)
EXAMPLES = [
    (("page", (("Set-Cookie", "gd_visitor=1; Path=/"), ("Set-Cookie", "PHPSESSID=abc")), b""), ["gd_visitor"]),
    (("page", (("Set-Cookie", "gdcart_48172=1"),), b""), ["gdcart_#"]),
    (("page", (("Set-Cookie", "csrftoken=x"), ("Set-Cookie", "__cf_bm=y"), ("Set-Cookie", "wp_woocommerce_session_1a2b=z")), b""), []),
    (("favicon", (("Set-Cookie", "gd_visitor=1"),), b""), []),
]


def extract(source: CapturedBody) -> Iterator[Fingerprint]:
    """One fingerprint for each name; `where` is the header."""
    if source.capture.role == "page":
        for name, value in source.capture.headers:
            match = NAME.match(value) if name.lower() == "set-cookie" else None
            if match:
                cookie = CHANGING.sub("#", match[1])
                if known(KIND, cookie) is None and len(cookie.strip("#_-")) > 2:
                    yield Fingerprint(KIND, cookie, source.header_where(name))
