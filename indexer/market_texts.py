"""The texts of the store for finding new terms: what suspicious storefronts write, and what lawful ones write beside it."""

from indexer.store import Document, Store
from indexer.values import standing, text
from nlp.discover import Text

SUSPICIOUS = ("high", "medium")


def market_texts(store: Store) -> tuple[list[Text], list[Text]]:
    """Page texts by capture id, the newest capture of each page: those of storefronts rated high or medium and not judged false, and those
    of the others that were rated. Ordered by storefront and URL."""
    rated = {text(one, "storefront"): one for one in store.scan("storefront") if standing(one)}
    newest: dict[tuple[str, str], Document] = {}
    for capture in store.scan("capture"):
        if text(capture, "text") and text(capture, "storefront") in rated:
            key = text(capture, "storefront"), text(capture, "url")
            known = newest.get(key)
            if known is None or text(capture, "fetched_at") > text(known, "fetched_at"):
                newest[key] = capture
    wanted, lawful = [], []
    for (storefront, _), capture in sorted(newest.items()):
        shop = rated[storefront]
        if text(shop, "band") in SUSPICIOUS and text(shop, "verdict") != "false":
            wanted.append(Text(text(capture, "id"), text(capture, "text"), storefront))
        elif shop.get("score") is not None:
            lawful.append(Text(text(capture, "id"), text(capture, "text"), storefront))
    return wanted, lawful
