"""Accounts of live-chat widgets: tawk.to, LiveChat, Crisp, Intercom, Zendesk, Tidio, Jivo, Drift, HubSpot and others, as `vendor:id`.

Source: each vendor's installation page; ids are read from script addresses and from the inline call that starts the widget.
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "chat_widget"
PIVOT = True
READS = "page"
UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
VENDORS = (
    # The property before the slash is the account; the widget behind it differs from page to page.
    vendor("tawk", "tawk.to", r"embed\.tawk\.to/([0-9a-f]{24})(?![0-9a-f])", lower=True),
    vendor("livechat", "__lc", r"__lc\.license\s*=\s*['\"]?(\d{5,10})(?!\d)"),
    vendor("livechat", "livechatinc.com", r"livechatinc\.com/[^'\"\s]{0,80}[?&]license(?:_id)?=(\d{5,10})(?!\d)"),
    vendor("crisp", "CRISP_WEBSITE_ID", rf"CRISP_WEBSITE_ID['\"]?\]?\s*=\s*['\"]({UUID})['\"]", lower=True),
    vendor("intercom", "intercom.io", r"widget\.intercom\.io/widget/([a-z0-9]{6,12})(?![a-z0-9])"),
    vendor("intercom", "ntercom", r"intercomSettings\s*=\s*\{[^{}]{0,300}?app_id['\"]?\s*:\s*['\"]([a-z0-9]{6,12})['\"]"),
    vendor("zendesk", "zdassets.com", rf"static\.zdassets\.com/ekr/snippet\.js\?key=({UUID})", lower=True),
    vendor("zopim", "zopim", r"v2\.zopim\.com/\?([A-Za-z0-9]{28,40})(?![A-Za-z0-9])"),
    vendor("tidio", "code.tidio.co", r"code\.tidio\.co/([a-z0-9]{32})(?:\.js)?(?![a-z0-9])"),
    vendor("jivo", "jivo", r"code\.jivo(?:site|chat)?\.(?:com|ru)/(?:script/)?widget/([A-Za-z0-9]{8,12})(?![A-Za-z0-9])"),
    vendor("drift", "drift", r"drift\.load\(\s*['\"]([a-z0-9]{10,16})['\"]"),
    vendor("hubspot", "hs-scripts.com", r"js(?:-[a-z]{2}\d)?\.hs-scripts\.com/(\d{5,9})\.js"),
    vendor("olark", "olark", r"olark\.identify\(\s*['\"](\d{4}-\d{3}-\d{2}-\d{4})['\"]"),
    vendor("smartsupp", "smartsupp", r"_smartsupp\.key\s*=\s*['\"]([0-9a-f]{40})['\"]", lower=True),
    vendor("freshchat", "wchat.freshchat.com", rf"(?:fcWidget|freshchat)[^'\"]{{0,200}}?token\s*:\s*['\"]({UUID})['\"]", lower=True),
    vendor("gorgias", "gorgias", r"config\.gorgias\.(?:chat|io)/bundle-loader/(?:shopify/)?([A-Z0-9]{26})(?![A-Z0-9])"),
    vendor("chatra", "ChatraID", r"ChatraID\s*=\s*['\"]([A-Za-z0-9]{15,20})['\"]"),
    vendor("chaport", "chaport", r"chaportConfig\s*=\s*\{[^{}]{0,100}?appId\s*:\s*['\"]([0-9a-f]{24})['\"]", lower=True),
    vendor("53kf", "53kf.com", r"tb\.53kf\.com/code/(?:code|client)/([0-9a-f]{20,40})(?:/|['\"])", lower=True),
    vendor("meiqia", "meiqia", r"_MEIQIA\(\s*['\"]entId['\"]\s*,\s*['\"]?(\d{4,8}|[0-9a-f]{32})(?![0-9a-f])"),
    vendor("qiao", "qiao.baidu.com", r"qiao\.baidu\.com/cps\d?/chatIndex\?[^'\"\s]{0,80}siteId=(\d{5,10})(?!\d)"),
)
EXAMPLES = [
    ("<script>s1.src='https://embed.tawk.to/5f1a2b3c4d5e6f708192a3b4/default';</script>", ["tawk:5f1a2b3c4d5e6f708192a3b4"]),
    ("<script>window.__lc = window.__lc || {}; window.__lc.license = 18273645;</script>", ["livechat:18273645"]),
    ("<script>s1.src='https://embed.tawk.to/PROPERTY_ID/default'; window.__lc.license = 1234567;</script>", []),
    ("<p>embed.tawk.to/5f1a2b3c4d5e6f708192a3b4</p>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints `vendor:id`; `where` is the script or its address."""
    yield from vendor_ids(page, KIND, VENDORS)
