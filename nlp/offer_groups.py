"""Which drafts speak of one offer: the product a page is about (one group per seller), or the cards of a list."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

from nlp.draft import Draft
from nlp.parse import ParsedPage
from nlp.product_signs import ARTICLES, TEXT_TYPES, declares

ORDER = ("json_ld", "microdata", "open_graph", "inline_json", "visible")  # who is asked first where only one answer can stand
WORD = re.compile(r"\w+")
VIEW = re.compile(
    r"^/(?:[a-z]{2}(?:-[a-z]{2})?/)?collections/[^/]+(?=/products/)", re.IGNORECASE
)  # Shopify: one product below every collection
MANY = 4  # cards of a list; a product page shows fewer that are not called related
Drafts = Mapping[str, Sequence[Draft]]


def rank(source: str) -> int:
    """The place of a source in the order of trust; unknown readers come last."""
    return ORDER.index(source) if source in ORDER else len(ORDER)


def product_groups(page: ParsedPage, read: Drafts) -> list[list[Draft]]:
    """The drafts of the product the page is about, one group per seller; empty when the page is about none.

    Among several products in data, the page's own is the one named by its heading, its title or its address.
    """
    visible = next((draft for draft in read.get("visible", ()) if draft.role == "product"), None)
    cards = sum(draft.role == "card" for draft in read.get("visible", ()))
    names = {key for name in (visible.title if visible else "", page.meta("og:title") or "", page.title) if (key := title_key(name))}
    found: dict[str, list[Draft]] = {source: own_of(page, source, drafts, names) for source, drafts in read.items() if source != "visible"}
    if visible is None:
        found = {source: own for source, own in found.items() if own and stands_alone(page, own[0], cards, names)}
    groups = by_seller(found)
    if visible is not None:
        join(page, groups, visible)
    return [group for group in groups.values() if group]


def by_seller(found: Mapping[str, Sequence[Draft]]) -> dict[str, list[Draft]]:
    """The drafts that data give of one product, by the seller they name; a source that names none speaks of all."""
    groups: dict[str, list[Draft]] = defaultdict(list)
    for source in sorted(found, key=rank):
        for draft in found[source]:
            seller = seller_name(draft)
            unnamed = groups.get("", ())
            if seller and seller not in groups and unnamed and all(other.source != source for other in unnamed) and len(found[source]) == 1:
                groups[""].append(draft)  # one source names the shop itself, another does not
            elif not seller and groups:
                for group in groups.values():
                    if same_offer(group[0], draft):
                        group.append(draft)
            else:
                groups[seller].append(draft)
    return groups


def join(page: ParsedPage, groups: dict[str, list[Draft]], visible: Draft) -> None:
    """Adds what the page shows to the groups it can belong to; data about something else give way to it."""
    near = [group for group in groups.values() if same_offer(group[0], visible) or not any(draft.price for draft in group)]
    if not near:
        own = page_address(page.url)
        near = [group for group in groups.values() if visible.price in group[0].prices or page_address(group[0].url) in ("", own)]
    if len(near) > 1:
        seller = seller_name(visible)
        near = [
            group for group in near if seller in ("", seller_name(group[0])) and (visible.price is None or visible.price in group[0].prices)
        ]
    elif not near and visible.price is None and groups:
        return
    elif not near:
        groups.clear()
        near = [groups.setdefault("", [])]
    for group in near:
        group.append(visible)


def own_of(page: ParsedPage, source: str, drafts: Sequence[Draft], names: set[str]) -> list[Draft]:
    """One source's drafts of the page's own product; drafts of one title are its sellers."""
    address = page_address(page.url)
    named = [draft for draft in drafts if title_key(draft.title) in names]
    placed = [draft for draft in drafts if draft.url and page_address(draft.url) == address]
    alone = [draft for draft in drafts if draft.role == "product"]
    if source == "inline_json":
        heads = [draft for draft in drafts if any(starts_with(name, title_key(draft.title)) for name in names)]
        own = (
            [draft for draft in named if draft in placed]
            or named
            or placed
            or heads[:1]
            or (alone if len(alone) == 1 and shares_words(alone[0], names) else [])
        )
        own = sorted(own, key=lambda draft: draft.price is None)[:1]
    else:
        own = (
            alone
            or [draft for draft in named if draft in placed]
            or named
            or (placed if len({title_key(draft.title) for draft in placed}) == 1 else [])
        )
    return own if len({title_key(draft.title) for draft in own}) == 1 else own[:1]


def stands_alone(page: ParsedPage, draft: Draft, cards: int, names: set[str]) -> bool:
    """True when data alone may say that the page is about this product.

    Not on a list page that describes itself as one product with a price range, nor in an article about something else.
    """
    if cards >= MANY and (draft.role == "card" or (draft.price_max is not None and draft.sku is None) or draft.source == "open_graph"):
        return False
    if declares(page, TEXT_TYPES) and title_key(draft.title) not in names and not shares_words(draft, names):
        return False
    return (
        draft.role == "product" or (cards < MANY and title_key(draft.title) in names) or page_address(draft.url) == page_address(page.url)
    )


def starts_with(name: str, title: str) -> bool:
    """True when a page's title begins with the words of the offer's (`Beaker | Green Door`)."""
    return bool(title) and (name == title or name.startswith(title + " "))


def shares_words(draft: Draft, names: set[str]) -> bool:
    """True when half of the draft's words stand in one of the page's names."""
    words = set(title_key(draft.title).split())
    return any(2 * len(words & set(name.split())) >= len(words) for name in names)


def card_groups(page: ParsedPage, read: Drafts) -> list[list[Draft]]:
    """The cards of a list page, each reader's draft of one offer in one group; visible order, then what only data names.

    Where readers agree on a list, what only one of them names without a price is no offer, and so is what only the page's state names.
    """
    groups: list[list[Draft]] = []
    index: dict[tuple[str, str], list[Draft]] = {}
    if declares(page, ARTICLES):
        return groups
    shared = shared_addresses(page, read)
    for source in sorted(read, key=lambda source: (source != "visible", rank(source))):
        taken: set[int] = set()
        for draft in read[source]:
            if draft.role == "product" and source == "open_graph":
                continue
            keys = [(kind, value) for kind, value in (("url", page_address(draft.url)), ("title", title_key(draft.title))) if value]
            keys = [(f"{kind} {seller_name(draft)}", value) for kind, value in keys if kind == "title" or value not in shared]
            group = next((index[key] for key in keys if key in index and id(index[key]) not in taken), None)
            if group is None:
                if source != "visible" and any(key in index for key in keys):
                    continue  # a second variant of a card
                group = []
                groups.append(group)
            taken.add(id(group))
            group.append(draft)
            for key in keys:
                index.setdefault(key, group)
    return trusted(groups)


def trusted(groups: list[list[Draft]]) -> list[list[Draft]]:
    """The groups without those that one reader alone made up beside a list that several agree on."""
    seen = [group for group in groups if group[0].source == "visible"]
    priced = [group for group in seen if group[0].price is not None]
    agreed = [group for group in seen if len(group) > 1]
    if len(agreed) >= MANY and 2 * len(agreed) >= len(seen):
        groups = [group for group in groups if len(group) > 1 or any(draft.price is not None for draft in group)]
    if len(priced) >= 2:
        groups = [group for group in groups if group[0].source != "inline_json"]
    return groups


def shared_addresses(page: ParsedPage, read: Drafts) -> set[str]:
    """Addresses that name no single offer: the page's own, and those several cards of one reader link to."""
    shared = {page_address(page.url)}
    for drafts in read.values():
        titles: dict[str, set[str]] = defaultdict(set)
        for draft in drafts:
            if draft.url:
                titles[page_address(draft.url)].add(f"{title_key(draft.title)} {seller_name(draft)}")
        shared |= {address for address, different in titles.items() if len(different) > 1}
    return shared


def seller_name(draft: Draft) -> str:
    """The seller's name folded, so that readers can be compared."""
    return title_key(draft.seller or "")


def page_address(url: str) -> str:
    """Host and path with its query, which is what two spellings of a page's address share; empty for an empty address."""
    if not url:
        return ""
    parts = urlsplit(url)
    path = VIEW.sub("", unquote(parts.path)).rstrip("/")
    return f"{parts.netloc.removeprefix('www.')}{path}?{parts.query}"


def title_key(title: str) -> str:
    """The words of a title, folded: the same offer named by two readers has one key."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", title).casefold()))


def same_offer(one: Draft, other: Draft) -> bool:
    """True when two drafts can be one offer: one title, one contained in the other, or most words shared."""
    left, right = set(title_key(one.title).split()), set(title_key(other.title).split())
    return bool(left and right) and (left <= right or right <= left or 2 * len(left & right) > len(left | right))
