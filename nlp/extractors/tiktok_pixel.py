"""TikTok pixels, from the inline call and the script's address.

Source: TikTok Business help, "Install TikTok pixel code" (`ttq.load('ID')`, `events.js?sdkid=ID`).
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "tiktok_pixel"
PIVOT = True
READS = "page"
VENDORS = (
    vendor("", "ttq", r"ttq\.load\(\s*['\"]([A-Z0-9]{18,22})['\"]"),
    vendor("", "sdkid=", r"analytics\.tiktok\.com/[^'\"\s]{0,60}[?&]sdkid=([A-Z0-9]{18,22})(?![A-Z0-9])"),
)
EXAMPLES = [
    ("<script>ttq.load('C4Q7K2M9P1X8B5N3V6Z0'); ttq.page();</script>", ["C4Q7K2M9P1X8B5N3V6Z0"]),
    (
        '<script src="https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=C4Q7K2M9P1X8B5N3V6Z0&lib=ttq"></script>',
        ["C4Q7K2M9P1X8B5N3V6Z0"],
    ),
    ("<script>ttq.load('YOUR_PIXEL_ID')</script>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints with the pixel's id."""
    yield from vendor_ids(page, KIND, VENDORS)
