"""Google Tag Manager containers (GTM-), Google Ads accounts (AW-) and Floodlight (DC-), from script source and addresses.

Source: Google Tag Manager and Google Ads tag documentation (`gtm.js?id=`, `ns.html?id=`, `gtag('config', 'AW-…')`, AdSense `ca-pub-`).
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "google_tag"
PIVOT = True
READS = "page"
VENDORS = (
    vendor("", "GTM-", r"(?:[?&]id=|['\"])(GTM-[A-Z0-9]{4,9})(?![\w-])", tags=True),
    vendor("", "AW-", r"(?:[?&]id=|['\"])(AW-\d{8,12})(?![\w-])"),
    vendor("", "DC-", r"(?:[?&]id=|['\"])(DC-\d{6,10})(?![\w-])"),
    vendor("", "ca-pub-", r"(?:client=|['\"])(ca-pub-\d{14,18})(?!\d)"),
)
EXAMPLES = [
    ("<script>(function(w,d,s,l,i){})(window,document,'script','dataLayer','GTM-K7P2Q9X');</script>", ["GTM-K7P2Q9X"]),
    ('<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-K7P2Q9X"></iframe></noscript>', ["GTM-K7P2Q9X"]),
    ("<script>gtag('config', 'AW-918273645');</script>", ["AW-918273645"]),
    ('<ins class="adsbygoogle" data-ad-client="ca-pub-4918273645019283"></ins>', []),
    (
        '<script src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-4918273645019283"></script>',
        ["ca-pub-4918273645019283"],
    ),
    ("<script>var id = 'GTM-XXXX'; gtag('config', 'AW-XXXXXXXXX');</script> part GTM-K7P2Q9X", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints with the id as Google writes it; `where` is the script, its address or the frame's."""
    yield from vendor_ids(page, KIND, VENDORS)
