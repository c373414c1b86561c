"""Which amounts on a page are prices: not basket totals, shipping thresholds, struck-through prices, taxes or amounts in sentences."""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lxml import etree

from nlp.bare_amounts import asked_places, bare_amounts
from nlp.money import Money
from nlp.parse import ParsedPage
from nlp.price_tables import column_heads
from nlp.price_words import LATIN, OTHER
from nlp.surroundings import Surroundings

WORDS_WAS = re.compile(
    r"\b(?:was|before|instead of|old price|original(?:ly| price)?(?: was)?|previous(?:ly)?(?: price)?|you paid|statt"
    r"|vorher|bisher|au lieu de|avant"
    r"|antes|prima|ранее|было)\b[ \t:]*$|(?:原价|市场价|划线价|门市价|старая цена|staré? ceny?|stara cena)[ \t:：]*$",
    re.IGNORECASE,
)
# Old prices only when another price stands beside them; alone they are what is asked.
WORDS_LIST = re.compile(
    r"\b(?:regular(?: price)?|list(?: price)?|retail(?: price)?|rrp|r\.r\.p\.?|msrp|uvp|m\.r\.p\.?|mrp|standard price"
    r"|normal(?: price|preis)?"
    r"|valued? at|compare at|cena regularna|prix conseillé|ordinarie pris|ordinær pris|normaalihinta|rrp:?)\b[ \t:.]*$"
    r"|(?:定价|零售价|吊牌价)[ \t:：]*$",
    re.IGNORECASE,
)
WORDS_BEFORE = re.compile(
    r"\b(?:total|subtotal|basket|cart|bag|balance|shipping|delivery|postage|freight|deposit|discount|save|saving|off"
    r"|tax|vat|mwst|over|above"
    r"|orders? (?:of|from|over|above)|spend|up to|minimum(?: order)?(?: value)?|min\.? order|voucher|coupon|cashback"
    r"|reward|worth|fee|under|used for"
    r"|used from|trade-?in(?: value)?|installments? of|payments? of|months? (?:at|for)|refunds?|insurance|warranty"
    r"|protection plan(?: from)?|starting at \+"
    r"|Versand(?:kosten)?|Warenkorb|Summe|Bestellwert|panier|livraison|carrito|envío|spedizione|carrello|wysyłk\w+"
    r"|dostaw\w+|doprav\w+|koszyk"
    r"|frakt|leverans|verzendkosten|szállítás|kargo|phí (?:ship|vận chuyển)|vận chuyển|ongkir|frete|porto|envio)\b[^\n]{0,24}$"
    r"|\+\s?$|(?<=\s)[-−–]$|^[-−–]\s?$|(?:满|运费|合计|总计|小计|购物车|邮费|优惠|立减|定金|押金|起送|корзин[аеу]"
    r"|доставк[аи]|итого|скидка"
    r"|кэшбэк|送料|합계|배송비|택배비|الشحن|شحن|משלוח|ค่าส่ง)[^\n]{0,8}$",
    re.IGNORECASE,
)
# `free shipping` behind a price goes with it; `shipping` alone makes the amount the cost of it.
WORDS_AFTER = re.compile(
    r"^[ \t]*\(?(?:(?:for |per |flat )?(?:shipping|delivery|postage)\b|off\b|discount\b|minimum\b|min\.? order"
    r"|in total\b|(?:in )?(?:instant )?savings?\b|refine\b|or (?:less|more|above|under)\b|and (?:up|under|above|over"
    r"|below)\b|gift card|credit\b"
    r"|deposit\b|cashback|rabatt|korting|起送|运费|优惠|立减|Versand|üzeri|ve üzeri|이상|以上)",
    re.IGNORECASE,
)
# A rate of pay, rent or instalment is no price of goods; a price per weight is one, of another amount of them.
PER_TIME = re.compile(
    r"^[ \t]?(?:/|per|a|an|pro|par|por|al|na|в|за)[ \t]?(?:h(?:ou)?rs?|hour|hr|day|week|wk|month|mo|mth|year|yr|night"
    r"|annum|session|class|person|people|guest|user|seat"
    r"|credit|mile|min(?:ute)?|Stunde|Std|Tag|Monat|Jahr|heure|jour|mois|an|mes|ora|mese|час|день|месяц|мес|год)\b"
    r"|^[ \t]?(?:hourly|monthly|weekly|p/?m|pcm)\b"
    r"|^[ \t]?(?:每月|/月|每小时|/小时|/天|/年)",
    re.IGNORECASE,
)
PER_UNIT = re.compile(
    r"^[ \t]?(?:/|per|je|pro|par|por|al|za|за)[ \t]?(?:1[ \t]?)?(?:10+[ \t]?)?(?:kg|g|gr|gram|mg|l|ml|litre|liter|oz|lb"
    r"|lbs|m|m2|sq|cm|Stück|stk|unit|pc|pcs|шт|кг|г|л)\b"
    r"|^[ \t]?/[ \t]?(?:克|千克|公斤|斤|kg|毫升|升|件|瓶|盒|片)",
    re.IGNORECASE,
)
# Amounts of news and salaries, not of goods.
MAGNITUDE = re.compile(r"\s?(?:(?:million|billion|trillion|thousand|mio|mrd|млн|млрд)\b|(?:[MKBmkb]|bn|[MB]n)\b(?!\.\w)|[万亿])")
NET = re.compile(
    r"excl\.?|without tax|before tax|ex\.? (?:vat|tax)|\bnet\b|netto|zzgl|exkl|hors taxe|\bHT\b|不含税|bez DPH|без НДС|税抜|ohne MwSt",
    re.IGNORECASE,
)
PRICE_WORD = re.compile(rf"(?:\b(?:{LATIN}|cost|ár)|{OTHER}|价[:：])[^\n]{{0,14}}$", re.IGNORECASE)
SAVED = re.compile(
    r"\b(?:save|saving|savings|up to|discount|total|subtotal|credit|spend)\b[^\n]{0,10}$|(?:优惠|合计|总计)$",
    re.IGNORECASE,
)
STARTS = re.compile(
    r"(?:\b(?:now|only|from|starting at|as low as|ab|nur|à partir de|dès|desde|a partire da|vanaf|od|fra|från|alkaen)|от|від)[ \t:]*$",
    re.IGNORECASE,
)
WEIGHT = re.compile(r"\b(?:weigh\w*|weight|capacity|load|rating)\b", re.IGNORECASE)  # `item weight 0.1 pounds`
PAIR_GAP = 3  # code points between a price and the old one beside it
ASK = "ask"
BARE = 12  # code points beside an amount that has its line to itself (`from`, `incl. VAT`)
SENTENCE = 90  # code points of other words on its line make an amount part of a sentence


@dataclass(frozen=True, slots=True)
class PagePrice:
    """One amount and what its surroundings make of it.

    Roles: `price`, `was` (struck or called old), `list` (called list or regular price), `net` (without tax), `unit` (per weight or
    piece), `ask` (words in a price's place: on request; the amount is 0). `marked` when it is labelled
    or classed as a price, `classed` when names or microdata say so.
    """

    money: Money
    owner: etree._Element
    role: str
    marked: bool
    alone: bool  # little else on its line
    classed: bool = False
    bare: bool = False  # next to nothing else on its line


@functools.lru_cache(maxsize=2)  # the readers of one page ask for the same prices one after the other
def read_prices(page: ParsedPage) -> tuple[Surroundings, tuple[PagePrice, ...]]:
    """What stands around the page's amounts, and the amounts that may be prices."""
    surroundings = Surroundings(page)
    return surroundings, tuple(paired(page, list(page_prices(page, surroundings))))


def paired(page: ParsedPage, prices: list[PagePrice]) -> list[PagePrice]:
    """The prices, where two stand directly side by side the higher one as the old one, whatever their classes say.

    Three in a row are no pair: pack sizes, other currencies.
    """
    gaps = [page.text[one.money.end : other.money.start] for one, other in itertools.pairwise(prices)]
    touches = [len(gap) <= PAIR_GAP and not any(map(str.isalnum, gap)) and not any(sign in gap for sign in "/|(+") for gap in gaps]
    for number, touching in enumerate(touches):
        one, other = prices[number], prices[number + 1]
        alone = not (number and touches[number - 1]) and not (number + 1 < len(touches) and touches[number + 1])
        if not (touching and alone and one.marked | other.marked) or {one.role, other.role} - {"price", "was", "list"}:
            continue
        if one.money.sign == other.money.sign and one.money.amount != other.money.amount and one.money.upper is other.money.upper is None:
            low, high = (number, number + 1) if one.money.amount < other.money.amount else (number + 1, number)
            if prices[low].role == "was" and "\n" in gaps[number] and prices[high].role == "price":
                continue
            prices[low], prices[high] = replace(prices[low], role="price"), replace(prices[high], role="was")
    return prices


def page_prices(page: ParsedPage, surroundings: Surroundings) -> Iterator[PagePrice]:
    """The amounts that may be prices, in document order, without zeros and those of baskets, shipping, filters, rates and sentences."""
    text = page.text
    bare = {money.start: money for money in bare_amounts(page)}
    heads = column_heads(page)
    asked = [Money(Decimal(0), None, ASK, *span) for span in asked_places(page)]
    for money in sorted((*page.amounts, *bare.values(), *asked), key=lambda money: money.start):
        owner = page.visible.owner(money.start)
        if owner is None or (money.amount == 0 and money.upper is None and money.sign != ASK):
            continue
        said = surroundings.of(owner)
        if "elsewhere" in said or ("header" in said and "main" not in said):
            continue
        start = text.rfind("\n", 0, money.start) + 1
        line_end = text.find("\n", money.end)
        end = line_end if line_end >= 0 else len(text)
        before, after = text[max(start, money.start - 60) : money.start], text[money.end : min(end, money.end + 40)]
        following = after or text[money.end + 1 : money.end + 24]
        if money.sign == ASK:
            yield PagePrice(money, owner, ASK, True, True)
            continue
        if heads and (cell := next((around for around in (owner, *owner.iterancestors("td", "th")) if around in heads), None)) is not None:
            before = text[(page.text_of(cell) or (start, 0))[0] : money.start].strip() or heads[cell]
        if WORDS_BEFORE.search(before) and not PRICE_WORD.search(before):
            continue
        if money.sign == "pounds" and WEIGHT.search(before):
            continue
        if MAGNITUDE.match(after) or WORDS_AFTER.search(after) or PER_TIME.search(after) or PER_TIME.search(following):
            continue
        label = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : start] if start == money.start else ""
        told = before if before.strip() else label.strip() if len(label) < 24 and not any(map(str.isdigit, label)) else ""
        if told is not before and SAVED.search(told):
            continue
        marked = "price" in said or money.start in bare or PRICE_WORD.search(told) is not None or STARTS.search(told) is not None
        yield PagePrice(
            money,
            owner,
            role_of(said, told, after),
            marked,
            end - start - (money.end - money.start) <= SENTENCE or marked,
            "price" in said,
            end - start - (money.end - money.start) <= BARE,
        )


def role_of(said: frozenset[str], before: str, after: str) -> str:
    """What the words around an amount make of it."""
    if "struck" in said or WORDS_WAS.search(before):
        return "was"
    if PER_UNIT.search(after):
        return "unit"
    if WORDS_LIST.search(before):
        return "list"
    return "net" if NET.search(before) else "price"


ASKED = ("price", "net", "unit", "list", "was")  # which role is the price when there is no better one


def asked_among(prices: Sequence[PagePrice]) -> list[PagePrice]:
    """The amounts of the best role there is: asked prices, else those without tax, per unit, and only then list or struck ones."""
    return next((found for role in ASKED if (found := [price for price in prices if price.role == role])), [])


def old_price(asked: PagePrice, prices: Sequence[PagePrice]) -> PagePrice | None:
    """The nearest struck or list price above what is asked."""
    olds = [price for price in prices if price.role in ("was", "list") and price.money.amount > (asked.money.upper or asked.money.amount)]
    return min(olds, key=lambda price: abs(price.money.start - asked.money.start), default=None)
