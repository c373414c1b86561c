"""Which source's price stands where sources disagree, and what the losers said.

A price two sources name wins. Where the page shows one thing and data say another, data win when the page shows their price too,
as an asked one; a price nobody can see gives way to the one that is shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from nlp.currencies import currency_of
from nlp.draft import Draft
from nlp.findings import Said
from nlp.page_prices import read_prices
from nlp.parse import ParsedPage


@dataclass(frozen=True, slots=True)
class Choice:
    """The winning draft and the price as it stands: a variant's price can win inside the winner's range."""

    winner: Draft
    price: Decimal | None


def choose_price(page: ParsedPage, group: Sequence[Draft]) -> Choice:
    """The draft whose price stands, most trusted first among equals, and its price; the first draft when none has one.

    `group` is in order of trust.
    """
    priced = [draft for draft in group if draft.price is not None]
    if not priced:
        return Choice(group[0], None)
    visible = next((draft for draft in priced if draft.source == "visible"), None)
    told = [draft for draft in priced if draft is not visible]
    if visible is None or not told:
        return most_named(page, told or priced)
    agreeing = [draft for draft in told if draft.price == visible.price]
    if agreeing:
        return Choice(agreeing[0], visible.price)
    if any(visible.price in draft.prices for draft in told):
        return Choice(visible, visible.price)
    best = most_named(page, told)
    return best if is_asked(page, best.price, best.winner.currency) else Choice(visible, visible.price)


def most_named(page: ParsedPage, drafts: Sequence[Draft]) -> Choice:
    """The price most of these sources name; among equals one the page shows, then the most trusted source's."""
    votes = Counter(draft.price for draft in drafts)
    best = max(drafts, key=lambda draft: (votes[draft.price], is_asked(page, draft.price, draft.currency)))
    return Choice(best, best.price)


def is_asked(page: ParsedPage, price: Decimal | None, currency: str | None) -> bool:
    """True when the page shows this amount as a price that is asked, in this currency as far as both say theirs."""
    known = currency_of(currency or "")
    for shown in read_prices(page)[1]:
        money = shown.money
        fits = known is None or money.currency is None or money.currency == known
        if fits and shown.role not in ("was", "list") and price in (money.amount, money.upper):
            return True
    return False


def disagreements(group: Sequence[Draft], choice: Choice, sku: str | None, availability: str) -> tuple[Said, ...]:
    """What sources said that did not win, each source once per field."""
    said: list[Said] = []
    for draft in group:
        if draft.price is not None and draft.price != choice.price:
            said.append(Said("price", draft.source, f"{draft.price:f} {draft.currency or ''}".strip()))
        if draft.sku and draft.sku != sku:
            said.append(Said("sku", draft.source, draft.sku))
        if draft.availability not in ("unknown", availability):
            said.append(Said("availability", draft.source, draft.availability))
    return tuple(dict.fromkeys(said))
