"""Yandex Metrica counters, from the inline call, the script address and the picture for browsers without scripts.

Source: Yandex Metrica help, "Installing the tag" (`ym(ID, 'init', …)`, `new Ya.Metrika({id: …})`, `mc.yandex.ru/watch/ID`).
"""

from collections.abc import Iterator

from nlp.findings import Fingerprint
from nlp.parse import ParsedPage
from nlp.vendors import vendor, vendor_ids

KIND = IDENTIFIER = "yandex_metrika"
PIVOT = True
READS = "page"
VENDORS = (
    vendor("", "ym(", r"\bym\(\s*['\"]?(\d{5,9})['\"]?\s*,\s*['\"]init"),
    vendor("", "Metrika", r"Ya\.Metrika2?\(\s*\{[^{}]{0,200}?\bid\s*:\s*['\"]?(\d{5,9})(?!\d)"),
    vendor("", "mc.yandex", r"mc\.yandex\.[a-z.]{2,6}/(?:watch/|pixel/|metrika/tag\.js\?id=)(\d{5,9})(?!\d)", tags=True),
)
EXAMPLES = [
    ("<script>ym(48219377, 'init', {clickmap:true});</script>", ["48219377"]),
    ("<script>w.yaCounter = new Ya.Metrika({id:48219377, clickmap:true})</script>", ["48219377"]),
    ('<noscript><img src="https://mc.yandex.ru/watch/48219377"></noscript>', ["48219377"]),
    ("<script>ym(48219377, 'reachGoal', 'x'); ym(00000000, 'init')</script>", []),
]


def extract(page: ParsedPage) -> Iterator[Fingerprint]:
    """Fingerprints with the counter's number."""
    yield from vendor_ids(page, KIND, VENDORS)
