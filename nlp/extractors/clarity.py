"""Microsoft Clarity projects, from the inline loader and the script's address.

Source: Microsoft Clarity, "Manual installation" (`clarity.ms/tag/ID`, loader called with `\"clarity\", \"script\", \"ID\"`).
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "clarity"
PIVOT = True
READS = "page"
VENDORS = (
    vendor(
        "",
        "clarity",
        r"clarity\.ms/tag/([a-z0-9]{8,12})(?![a-z0-9])",
        r"['\"]clarity['\"]\s*,\s*['\"]script['\"]\s*,\s*['\"]([a-z0-9]{8,12})['\"]",
    ),
)
EXAMPLES = [
    ('<script>(function(c,l,a,r,i){})(window, document, "clarity", "script", "k7p2q9x4m1");</script>', ["k7p2q9x4m1"]),
    ('<script src="https://www.clarity.ms/tag/k7p2q9x4m1"></script>', ["k7p2q9x4m1"]),
    ('<script>t.src="https://www.clarity.ms/tag/"+i;</script>', []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints with the project's id."""
    yield from vendor_ids(page, KIND, VENDORS)
