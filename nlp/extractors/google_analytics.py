"""Google Analytics ids: UA- accounts without the property suffix, and GA4 measurement ids (G-), from script source and addresses.

Source: Google's tag documentation (`gtag/js?id=`, `gtag('config', …)`, `ga('create', …)`, `_gaq.push(['_setAccount', …])`).
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "google_analytics"
PIVOT = True
READS = "page"
VENDORS = (
    vendor("", "UA-", r"(?<![\w-])(UA-\d{4,10})-\d{1,4}(?![\w-])"),
    vendor("", "G-", r"(?:gtag/js\?id=|['\"])(G-[A-Z0-9]{8,12})(?![\w-])"),
)
EXAMPLES = [
    ("<script>gtag('config', 'G-7Q2M4K9PXA');</script>", ["G-7Q2M4K9PXA"]),
    ('<script async src="https://www.googletagmanager.com/gtag/js?id=G-7Q2M4K9PXA"></script>', ["G-7Q2M4K9PXA"]),
    ("<script>ga('create', 'UA-48219377-2', 'auto');</script>", ["UA-48219377"]),
    ("<script>gtag('config', 'G-XXXXXXXXXX'); ga('create', 'UA-XXXXX-Y'); ga('create', 'UA-12345678-1')</script>", []),
    ("<p>Valve G-1234567890 and part UA-48219377-2 in stock</p>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints with the id as Google writes it, UA ids without their property; `where` is the script or its address."""
    yield from vendor_ids(page, KIND, VENDORS)
