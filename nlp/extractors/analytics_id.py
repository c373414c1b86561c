"""Accounts at vendors of analytics and advertising that have no identifier type of their own, as `vendor:id`.

Source: each vendor's installation page; ids are read from script addresses and from the inline call that starts the counter.
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "analytics_id"
PIVOT = True
READS = "page"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
VENDORS = (
    vendor("51la", "51.la", r"(?:js|sdk)\.(?:users\.)?51\.la/(\d{6,10})\.js"),
    vendor("51la", "LA.init", r"LA\.init\(\s*\{[^{}]{0,100}?\bid\s*:\s*['\"]([A-Za-z0-9]{14,20})['\"]"),
    vendor("linkedin", "_linkedin_partner_id", r"_linkedin_partner_id\s*=\s*['\"]?(\d{4,9})(?!\d)"),
    vendor("pinterest", "pintrk", r"pintrk\(\s*['\"]load['\"]\s*,\s*['\"](\d{12,14})['\"]"),
    vendor("snapchat", "snaptr", rf"snaptr\(\s*['\"]init['\"]\s*,\s*['\"]({UUID})['\"]"),
    vendor("twitter", "twq", r"twq\(\s*['\"](?:init|config)['\"]\s*,\s*['\"]([a-z0-9]{5,6})['\"]"),
    vendor("bing", "uetq", r"(?<!\w)ti\s*:\s*['\"](\d{6,9})['\"]"),
    vendor("reddit", "rdt(", r"rdt\(\s*['\"]init['\"]\s*,\s*['\"]((?:t2|a2)_[a-z0-9]{6,14})['\"]"),
    vendor("vk", "VK-RTRG", r"(VK-RTRG-\d{4,8}-[A-Za-z0-9]{4,6})(?!\w)"),
    vendor(
        "mailru",
        "top.mail.ru",
        r"_tmr\.push\(\s*\{\s*['\"]?id['\"]?\s*:\s*['\"](\d{6,8})['\"]",
        r"top[\w.-]{0,10}\.mail\.ru/counter\?id=(\d{6,8})(?!\d)",
    ),
    vendor("mixpanel", "mixpanel", r"mixpanel\.init\(\s*['\"]([0-9a-f]{32})['\"]"),
    vendor("amplitude", "amplitude", r"amplitude\.(?:getInstance\(\)\.)?init\(\s*['\"]([0-9a-f]{32})['\"]"),
    vendor("segment", "analytics.load", r"analytics\.load\(\s*['\"]([A-Za-z0-9]{20,40})['\"]"),
    vendor("heap", "heap.load", r"heap\.load\(\s*['\"]?(\d{8,11})['\"]?"),
    vendor("fullstory", "_fs_org", r"_fs_org['\"]?\]?\s*=\s*['\"]([A-Za-z0-9-]{4,14})['\"]"),
    vendor(
        "luckyorange",
        "uckyorange",
        r"__lo_site_id\s*=\s*(\d{4,8})(?!\d)",
        r"luckyorange\.com/core/lo\.js\?site-id=([0-9a-f]{8})(?![0-9a-f])",
    ),
    vendor("mouseflow", "mouseflow", rf"cdn\.mouseflow\.com/projects/({UUID})\.js"),
    vendor("statcounter", "sc_project", r"\bsc_project\s*=\s*(\d{4,9})(?!\d)"),
    vendor("quantcast", "quantserve", r"qacct['\"]?\s*:\s*['\"](p-[\w-]{10,16})['\"]"),
    vendor(
        "klaviyo",
        "klaviyo",
        r"static\.klaviyo\.com/onsite/js/([A-Za-z0-9]{6})/klaviyo\.js",
        r"klaviyo\.js\?company_id=([A-Za-z0-9]{6})(?!\w)",
    ),
    vendor("shopify", "myshopify.com", r"(?:Shopify\.shop\s*=\s*['\"]|\bshop=)([a-z0-9][a-z0-9-]{1,60})\.myshopify\.com"),
    vendor("wix", "metaSiteId", rf"metaSiteId['\"]\s*:\s*['\"]({UUID})['\"]"),
    vendor("cloudflare", "cf-beacon", r"['\"]token['\"]\s*:\s*['\"]([0-9a-f]{32})['\"]"),
    vendor("cloudflare", '"token"', r'^\s*\{\s*"token"\s*:\s*"([0-9a-f]{32})"', tags=True),
    vendor("criteo", "setAccount", r"['\"]setAccount['\"]\s*,\s*['\"]?account['\"]?\s*:\s*['\"]?(\d{4,7})(?!\d)"),
)
EXAMPLES = [
    ('<script>_linkedin_partner_id = "4918273";</script>', ["linkedin:4918273"]),
    ('<script src="https://js.users.51.la/21849273.js"></script>', ["51la:21849273"]),
    ('<script>Shopify.shop = "green-door-lab.myshopify.com";</script>', ["shopify:green-door-lab"]),
    ('<script>_linkedin_partner_id = "YOUR_ID"; mixpanel.init("YOUR TOKEN"); heap.load("123456789")</script>', []),
    ("<p>_linkedin_partner_id = 4918273</p>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints `vendor:id`; `where` is the script or its address."""
    yield from vendor_ids(page, KIND, VENDORS)
