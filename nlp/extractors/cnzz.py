"""CNZZ (Umeng) site numbers, from the addresses of its counters.

Source: Umeng+ web help, "Get the code" (`s4.cnzz.com/z_stat.php?id=`, `c.cnzz.com/core.php?web_id=`).
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "cnzz"
PIVOT = True
READS = "page"
VENDORS = (
    vendor(
        "",
        "cnzz.com",
        r"cnzz\.com/(?:z_stat|stat|core|q_stat)\.php\?(?:[^'\"\s]{0,60}&)?(?:web_)?id=(\d{6,11})(?!\d)",
        r"cnzz_stat_icon_(\d{6,11})(?!\d)",
    ),
)
EXAMPLES = [
    ('<script src="https://s4.cnzz.com/z_stat.php?id=1278491827&web_id=1278491827"></script>', ["1278491827"]),
    (
        "<script>document.write(unescape(\"%3Cspan id='cnzz_stat_icon_1278491827'%3E%3Cscript src='https://s4.cnzz.com/\"))</script>",
        ["1278491827"],
    ),
    ('<script src="https://s4.cnzz.com/z_stat.php?id="></script>', []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints with the site's number."""
    yield from vendor_ids(page, KIND, VENDORS)
