"""Tokens by which search engines and others know the owner of a site, from meta tags in the head, as `vendor:token`.

Source: each vendor's help on verifying a site (the name of the meta tag stands in the table).
"""

import re
from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.known import known
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "site_verification"
PIVOT = True
READS = "page"
TAGS = {
    "google-site-verification": "google",
    "verify-v1": "google",
    "msvalidate.01": "bing",
    "yandex-verification": "yandex",
    "baidu-site-verification": "baidu",
    "sogou_site_verification": "sogou",
    "360-site-verification": "qihoo",
    "shenma-site-verification": "shenma",
    "bytedance-verification-code": "bytedance",
    "naver-site-verification": "naver",
    "seznam-wmt": "seznam",
    "p:domain_verify": "pinterest",
    "facebook-domain-verification": "facebook",
    "norton-safeweb-site-verification": "norton",
    "alexaverifyid": "alexa",
    "wmail-verification": "mailru",
    "mailru-verification": "mailru",
    "ahrefs-site-verification": "ahrefs",
    "trustpilot-one-time-domain-verification-id": "trustpilot",
    "wot-verification": "wot",
    "webmoney": "webmoney",
    "freekassa": "freekassa",
    "enotio": "enot",
    "cryptomus": "cryptomus",
    "interkassa-verification": "interkassa",
    "coinzilla": "coinzilla",
    "a.validate.02": "antispam",
}
TOKEN = re.compile(r"[\w+/=.~-]{6,128}", re.ASCII)
EXAMPLES = [
    (
        '<meta name="google-site-verification" content="k7p2Q9xM4nZq8sD3fG6hJ0kL5wErTyUiOpAsDfGhJkL">',
        ["google:k7p2Q9xM4nZq8sD3fG6hJ0kL5wErTyUiOpAsDfGhJkL"],
    ),
    ('<meta name="msvalidate.01" content="4F1A2B3C4D5E6F708192A3B4C5D6E7F8">', ["bing:4F1A2B3C4D5E6F708192A3B4C5D6E7F8"]),
    ('<meta name="p:domain_verify" content="4f1a2b3c4d5e6f708192a3b4c5d6e7f8">', ["pinterest:4f1a2b3c4d5e6f708192a3b4c5d6e7f8"]),
    ('<meta name="google-site-verification" content="your-verification-code">', []),
    ('<meta name="google-site-verification" content="">', []),
    ('<meta name="verification" content="k7p2Q9xM4nZq8sD3fG6hJ0kL5wErTyUiOpAsDfGhJkL">', []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints `vendor:token`; a content that holds a whole meta tag by mistake gives the token inside."""
    for element in [] if page.root is None else page.root.iter("meta"):
        vendor = TAGS.get((element.get("name") or element.get("property") or "").strip().lower())
        if vendor:
            content = element.get("content", "").strip()
            pasted = re.search(r"content=['\"]([^'\"]{6,128})|(?<=-verification=)(.{6,128})", content)
            value = f"{vendor}:{(pasted[1] or pasted[2]) if pasted else content}"
            if TOKEN.fullmatch(value.partition(":")[2]) and known(KIND, value) is None:
                yield Fingerprint(KIND, value, page.attribute_where(element, "content", content))
