"""Whether a product can be bought, as its part of the page shows it: what its buttons say first, then lines, classes, choices, counts.

Themes keep words for every state in their pages and show one by style sheet, so `sold out` beside a button that can be pressed is
no word of the shop.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from nlp.cards import Card
from nlp.draft import BUY, IN_STOCK, OUT_OF_STOCK, availability_of
from nlp.money import find_money
from nlp.parse import ParsedPage
from nlp.product_node import stock

STOCK_LINE = 60  # code points of a line that speaks of stock; longer ones are sentences about something else
NEAR_TITLE = 2500  # code points behind the title within which stock words speak of the product
BUTTON_MAX = 60  # code points on a button
SHORT = 30  # code points of a mark on one choice (`XL`, `250 g`)
OUT_CLASS = re.compile(
    r"(?:^|[-_ ])(?:out[-_]?of[-_]?stock|sold[-_]?out|unavailable|no[-_]?stock|stock[-_]{1,2}out|outstock)(?:$|[-_ ])", re.IGNORECASE
)
IN_CLASS = re.compile(r"(?:^|[-_ ])in[-_]?stock(?:$|[-_ ])", re.IGNORECASE)
DISABLED = re.compile(r"(?:^|[-_ ])(?:is-|btn-|button-{1,2})?(?:disabled|inactive)(?:$|[-_ ])|Inactive(?:$|_)|Disabled(?:$|_)")
UNSEEN_CLASS = frozenset(
    {"hidden", "hide", "d-none", "is-hidden", "visually-hidden", "sr-only", "u-hidden", "display-none", "ng-hide", "hid"}
)
# A button that takes an address in place of an order.
NOTIFY = re.compile(
    r"notify me|(?:e-?mail|tell|alert|text) me when|(?:join|add to) (?:the )?wait(?:ing)? ?list|back in stock|benachrichtig"
    r"|(?:me )?prévenir|m'avertir|avísame|avisar(?:me)?|avvisami|houd me op de hoogte|powiadom"
    r"|сообщить о поступлении|уведомить|到货通知|缺货登记|再入荷|입고 ?알림",
    re.IGNORECASE,
)
# Lines that are nothing but these: an offer that is over, on auction and marketplace pages.
OVER = re.compile(
    r"(?:(?:this )?(?:listing|auction|sale|item|offer)(?: has| was| is)? )?(?:ended|sold|closed|expired|no longer for sale)\.?"
    r"|beendet|verkauft|vendu|terminé|terminata|venduto|vendido|finalizado|завершено|продано|已结束|已售出"
    r"|販売終了|売約済み?|판매 ?완료|sprzedan[ey]|zakończon[ae]",
    re.IGNORECASE,
)
COUNT = re.compile(
    r"(?:\b(?:in stock|stock(?: level)?|qty available|available|quantity available|lagerbestand|bestand|auf lager"
    r"|en stock|existencias|disponibili"
    r"|stan(?: magazynowy)?|stok(?: adedi)?|tồn kho)|库存|庫存|在庫数?|재고|в наличии|остаток|на складе)"
    r"(?:量|数量|件)?[ \t]*[:：(]?[ \t]*(?P<behind>\d{1,6})(?![\d.,]*\d|[ \t]?%)"
    r"|\b(?:only |nur (?:noch )?|noch |plus que |solo |quedan |осталось |还剩|残り)?(?P<before>\d{1,6})[ \t]?"
    r"(?:(?:items?|pieces?|pcs|units?|stück|stk|шт\.?)[ \t])?(?:in stock|left(?: in stock)?|available|auf lager"
    r"|verfügbar|en stock|restants?|disponibles?"
    r"|op voorraad|skladem|в наличии|на складе)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Buttons:
    """What the buttons of a product's part say: one buys, one buys but cannot be pressed, one refuses, one takes an address."""

    can_buy: bool = False
    is_disabled: bool = False
    refuses: bool = False
    notifies: bool = False


def product_stock(page: ParsedPage, block: etree._Element, words: str, cards: Sequence[Card]) -> str:
    """`in_stock`, `out_of_stock` or `unknown`; `words` are the block's without those of its cards."""
    holes = [card.block for card in cards]
    buttons = buttons_of(page, block, set(holes))
    if buttons.can_buy and not buttons.refuses:
        return "in_stock"
    if buttons.refuses or buttons.notifies:
        return "out_of_stock"
    counted = count_in(words[:NEAR_TITLE])
    if counted is not None:
        return "in_stock" if counted else "out_of_stock"
    lines = [line.strip() for line in words[:NEAR_TITLE].splitlines() if len(line) <= STOCK_LINE]
    if any(OUT_OF_STOCK.search(line) or OVER.fullmatch(line) for line in lines) or all_choices_out(block, set(holes)):
        return "out_of_stock"
    said = stock_words(page, block, holes)
    if said != "unknown":
        return said
    if any(IN_STOCK.search(line) for line in lines):
        return "in_stock"
    return "unknown" if buttons.is_disabled else availability_of(words)


def buttons_of(page: ParsedPage, block: etree._Element, holes: set[etree._Element]) -> Buttons:
    """What the block's buttons say, in document order: a refusal counts only before the first button that buys."""
    disabled = refuses = notifies = False
    for button, words in buttons_with_words(page, block):
        if (holes and not holes.isdisjoint(button.iterancestors())) or is_unseen(button):
            continue
        if is_said(BUY, words):
            if not is_disabled(button):
                return Buttons(True, disabled, refuses, False)
            disabled = True
        elif is_said(OUT_OF_STOCK, words) and button.tag != "a":
            refuses = True
        elif NOTIFY.search(words) and len(words) < BUTTON_MAX:
            notifies = True
    return Buttons(False, disabled, refuses, notifies)


def buttons_with_words(page: ParsedPage, block: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The buttons, submit fields and short links of the block with what they say, prices left out."""
    for button in block.iter("button", "a", "input"):
        if button.tag == "input":
            words = (button.get("value") or "") if button.get("type") in ("submit", "button", "image") else ""
        else:
            span = page.text_of(button)
            words = page.words_of(button) if span is not None and span[1] - span[0] <= BUTTON_MAX else ""
        if words:
            for money in reversed(find_money(words)):
                words = words[: money.start] + words[money.end :]
            yield button, words.strip(" -–—|·•")


def is_said(pattern: re.Pattern[str], words: str) -> bool:
    """True when the words say this and little else."""
    found = pattern.search(words)
    return found is not None and 2 * len(found[0]) > 0.9 * len(words)


def is_disabled(button: etree._Element) -> bool:
    """True for a button that cannot be pressed."""
    return (
        button.get("disabled") is not None
        or (button.get("aria-disabled") or "").lower() == "true"
        or DISABLED.search(button.get("class") or "") is not None
    )


def is_unseen(element: etree._Element) -> bool:
    """True when a class that hides stands on the element or right around it."""
    at: etree._Element | None = element
    for _ in range(3):
        if at is None:
            return False
        if not UNSEEN_CLASS.isdisjoint((at.get("class") or "").split()):
            return True
        at = at.getparent()
    return False


def count_in(words: str) -> int | None:
    """How many there are, as a short line says it; None when none does."""
    for line in words.splitlines():
        found = COUNT.search(line) if len(line) <= STOCK_LINE else None
        if found is not None:
            return int(found["behind"] or found["before"])
    return None


def all_choices_out(block: etree._Element, holes: set[etree._Element]) -> bool:
    """True when the block has a choice of versions and every one of them is called sold out."""
    for choice in block.iter("select"):
        options = [option for option in choice.iter("option") if option.get("value") and (option.text or "").strip()]
        if options and holes.isdisjoint(choice.iterancestors()) and all(OUT_OF_STOCK.search(option.text or "") for option in options):
            return True
    return False


def stock_words(page: ParsedPage, block: etree._Element, holes: Sequence[etree._Element] = ()) -> str:
    """What microdata and class names say of stock; a mark on one of several choices speaks of that choice only."""
    others = set(holes)
    for element in block.iter(etree.Element):
        attributes = element.attrib
        if not attributes:
            continue
        called = attributes.get("class", "")
        told = attributes.get("itemprop") == "availability"
        lowered = called.lower()
        if not told and "stock" not in lowered and "sold" not in lowered and "unavailable" not in lowered:
            continue
        if others and (element in others or not others.isdisjoint(element.iterancestors())):
            continue
        if told and (state := stock(attributes.get("href") or attributes.get("content") or page.words_of(element))) != "unknown":
            return state
        refused, offered = OUT_CLASS.search(called), IN_CLASS.search(called)
        if (refused or offered) and speaks_of_all(page, element, block):
            return "out_of_stock" if refused else "in_stock"
    return "unknown"


def speaks_of_all(page: ParsedPage, element: etree._Element, block: etree._Element) -> bool:
    """False for a mark on one choice, for what is not shown, and for a part with other goods: a large part counts with the h1 in it."""
    words = page.words_of(element)
    if not words or is_unseen(element) or element.tag in ("svg", "path", "option", "input"):
        return False
    if len(words) > SHORT:
        return element is block or next(element.iter("h1"), None) is not None
    return OUT_OF_STOCK.search(words) is not None or IN_STOCK.search(words) is not None


def card_stock(page: ParsedPage, block: etree._Element, words: str) -> str:
    """What a card says of stock."""
    said = stock_words(page, block)
    return said if said != "unknown" else availability_of(words)
