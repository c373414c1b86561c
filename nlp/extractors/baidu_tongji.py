"""Baidu Tongji site keys, from the script's address in its inline loader.

Source: Baidu Tongji help, "Get the code" (`hm.baidu.com/hm.js?KEY`).
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "baidu_tongji"
PIVOT = True
READS = "page"
VENDORS = (vendor("", "hm.baidu.com", r"hm\.baidu\.com/(?:hm\.js|h\.js)\?([0-9a-f]{32})(?![0-9a-f])"),)
EXAMPLES = [
    ('<script>hm.src = "https://hm.baidu.com/hm.js?4f1a2b3c4d5e6f708192a3b4c5d6e7f8";</script>', ["4f1a2b3c4d5e6f708192a3b4c5d6e7f8"]),
    ('<script>hm.src = "https://hm.baidu.com/hm.js?xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";</script>', []),
    ('<script src="https://hm.baidu.example/hm.js?4f1a2b3c4d5e6f708192a3b4c5d6e7f8"></script>', []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints with the site key."""
    yield from vendor_ids(page, KIND, VENDORS)
