"""Meta (Facebook) pixels, from the inline call and the picture for browsers without scripts.

Source: Meta for Developers, "Get started with the Meta pixel" (`fbq('init', 'ID')`, `facebook.com/tr?id=ID`).
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "meta_pixel"
PIVOT = True
READS = "page"
VENDORS = (
    vendor("", "fbq", r"fbq\(\s*['\"]init['\"]\s*,\s*['\"]?(\d{12,17})(?!\d)"),
    vendor("", "facebook.com/tr", r"facebook\.com/tr/?\?(?:[^'\"\s]{0,100}&)?(?:amp;)?id=(\d{12,17})(?!\d)", tags=True),
)
EXAMPLES = [
    ("<script>fbq('init', '491827364501928');fbq('track','PageView');</script>", ["491827364501928"]),
    ('<noscript><img src="https://www.facebook.com/tr?id=491827364501928&ev=PageView&noscript=1"></noscript>', ["491827364501928"]),
    ("<script>fbq('init', '1234567890123456'); fbq('track', '491827364501928')</script>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints with the pixel's number."""
    yield from vendor_ids(page, KIND, VENDORS)
