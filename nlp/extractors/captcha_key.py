"""Site keys of captchas (reCAPTCHA, hCaptcha, Turnstile, GeeTest, Friendly Captcha, SmartCaptcha) as `vendor:key`. Read, never solved.

Source: each vendor's installation page; keys stand in `data-sitekey`, in script addresses and in render calls.
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids
from nlp.xpath import elements

KIND = IDENTIFIER = "captcha_key"
PIVOT = True
READS = "page"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
VENDORS = (
    vendor("recaptcha", "6L", r"(?<![\w-])(6L[\w-]{6}AAAAA[\w-]{27})(?![\w-])", tags=True),
    vendor("hcaptcha", "-", rf"^({UUID})$", rf"hcaptcha\.render\([^)]{{0,200}}?sitekey['\"]?\s*:\s*['\"]({UUID})['\"]", tags=True),
    vendor("turnstile", "x4AAAAAA", r"(?<![\w-])(0x4AAAAAA[\w-]{14,16})(?![\w-])", tags=True),
    vendor("geetest", "captchaId", r"captchaId['\"]?\s*:\s*['\"]([0-9a-f]{32})['\"]", lower=True, tags=True),
    vendor("friendly", "FCM", r"^(FCM[A-Z0-9]{13,17})$", tags=True),
    vendor("smartcaptcha", "ysc1_", r"(?<![\w-])(ysc1_[A-Za-z0-9]{40,60})(?![\w-])", tags=True),
)
# Keys that look like any other UUID or code: they count in `data-sitekey` on a page that has the vendor's box.
SITE_KEYS = elements("//*[@data-sitekey]")
BOXES = {"hcaptcha": "h-captcha", "friendly": "frc-captcha"}
EXAMPLES = [
    (
        '<div class="g-recaptcha" data-sitekey="6LcK7p2QAAAAAM9xT4vB1nZq8sD3fG6hJ0kL5wEr"></div>',
        ["recaptcha:6LcK7p2QAAAAAM9xT4vB1nZq8sD3fG6hJ0kL5wEr"],
    ),
    (
        '<div class="h-captcha" data-sitekey="4f1a2b3c-4d5e-4f60-8192-a3b4c5d6e7f8"></div>',
        ["hcaptcha:4f1a2b3c-4d5e-4f60-8192-a3b4c5d6e7f8"],
    ),
    ('<div class="cf-turnstile" data-sitekey="0x4AAAAAAAk7p2Q9xM4nZq8s"></div>', ["turnstile:0x4AAAAAAAk7p2Q9xM4nZq8s"]),
    ('<div class="g-recaptcha" data-sitekey="6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI"></div>', []),
    ('<div class="h-captcha" data-sitekey="10000000-ffff-ffff-ffff-000000000001"></div>', []),
    ('<div data-product="4f1a2b3c-4d5e-4f60-8192-a3b4c5d6e7f8"></div>', []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints `vendor:key`; a bare UUID counts only in `data-sitekey` of an element that says h-captcha."""
    boxed = page.root is not None and (SITE_KEYS(page.root) or page.source.holding("hcaptcha").values)
    for found in vendor_ids(page, KIND, VENDORS if boxed else [row for row in VENDORS if row.tag != "hcaptcha"]):
        box = BOXES.get(found.value.partition(":")[0])
        if box is None or found.where.inside != "attribute" or (found.where.name == "data-sitekey" and page.holds_class(box)):
            yield found
