"""Where a page sends its readers: addresses outside its own storefront, from links and from addresses written out in the text.

They say who a seller knows, or where he has moved to; `indexer/network/discovery.py` ranks them.
"""

import re
from collections.abc import Iterator
from functools import cache

from crawlers.canonical import canonical
from crawlers.site import Site, scope_key
from nlp.parse import ParsedPage

MOST = 200  # storefronts of one page; more is a list of links, of which the first tell as much
LINK = re.compile(r"https?://\S+", re.IGNORECASE)
WRITTEN = re.compile(r"(?<![\w@/.-])(?:https?://|www\.)[\w-]+(?:\.[\w-]+)+(?::\d{2,5})?(?:/[^\s<>\"')\]]*)?", re.IGNORECASE)


def outlinks(page: ParsedPage) -> tuple[str, ...]:
    """The first address of each other storefront, canonical, in document order: links first, then the text."""
    own = {target_key(page.url) if canonical(page.url) else "", page.storefront.partition("#")[0]}
    found: dict[str, str] = {}
    for address in _addresses(page):
        url = canonical(address)
        key = target_key(url) if url else ""
        if url and key not in own and key not in found and len(found) < MOST:
            found[key] = url
    return tuple(found.values())


def target_key(url: str) -> str:
    """The storefront key of an address that no site file is about; raises ValueError for no http(s) address."""
    return scope_key(_nobody(), url)


def _addresses(page: ParsedPage) -> Iterator[str]:
    for _, match in page.links().find(LINK):
        yield match[0]
    for _, match in page.running_text().find(WRITTEN):
        yield match[0].rstrip(".,;:!?") if "://" in match[0] else "https://" + match[0].rstrip(".,;:!?")


@cache
def _nobody() -> Site:
    return Site(name="nobody", seeds=("https://nobody.example/",))
