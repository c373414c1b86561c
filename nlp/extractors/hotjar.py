"""Hotjar and Contentsquare site ids, from the inline loader and the script's address.

Source: Hotjar help, "Install your tracking code" (`_hjSettings={hjid:ID,…}`, `static.hotjar.com/c/hotjar-ID.js`).
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "hotjar"
PIVOT = True
READS = "page"
VENDORS = (
    vendor("", "hj", r"\bhjid\s*[:=]\s*['\"]?(\d{5,8})(?!\d)"),
    vendor("", "hotjar", r"hotjar\.com/c/hotjar-(\d{5,8})\.js", r"\bhj\(\s*['\"]init['\"]\s*,\s*(\d{5,8})"),
)
EXAMPLES = [
    ("<script>h._hjSettings={hjid:3847291,hjsv:6};</script>", ["3847291"]),
    ('<script src="https://static.hotjar.com/c/hotjar-3847291.js?sv=6"></script>', ["3847291"]),
    ("<script>h._hjSettings={hjid:YOUR_ID,hjsv:6}; h._hjSettings={hjid:000000}</script>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints with the site's number."""
    yield from vendor_ids(page, KIND, VENDORS)
