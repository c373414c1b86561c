"""Prices without a currency sign: behind a price label, in an element called price, in a table's price column; and words for a price."""

import re
from collections.abc import Iterator

from nlp.currencies import currency_of
from nlp.money import FOLD, NUMBER, Money, find_money, read_number
from nlp.parse import ParsedPage
from nlp.price_tables import columns_of
from nlp.price_words import PRICE_NOUN
from nlp.xpath import elements

LABELLED = re.compile(
    rf"(?:\b(?:unit |our |your |sale |net )?(?:price|preis|prix|precio|preço|prezzo|prijs|cena|pris|hinta|fiyat)|цена"
    rf"|ціна|价格|售价|单价|现价|会员价|批发价|価格|가격)"
    rf"[ \t]*(?:\((?P<unit>[^()\n]{{1,12}})\))?[ \t]*[:：\t\n][ \t]*(?P<amount>{NUMBER})(?![\d%]|[ \t]?(?:k?g|m[gl]|%|[-–]\d)\b)",
    re.IGNORECASE,
)
CALLED = elements(
    "//*[@itemprop='price' or contains(@class, 'price') or contains(@class, 'Price') or contains(@class, 'preis')"
    " or contains(@class, 'prix') or contains(@class, 'cena') or contains(@id, 'price')]"
)
WHOLE = re.compile(rf"({NUMBER})(?:[.,]?[-–—])?")
CODE = re.compile(r"\b[A-Z]{3}\b|[€£$₽₹¥]|元|руб|zł|Kč")
ASKED = re.compile(
    r"(?:price|pricing) (?:up)?on (?:request|application|enquiry|inquiry)|\bP\.?O\.?A\.?(?=\s|$)|call for (?:a )?(?:price|pricing|quote)"
    r"|contact (?:us )?for (?:a )?(?:price|pricing|quote)|get (?:latest |best |a )?(?:price|quote)|price:? negotiable"
    r"|^negotiable$|(?:request|ask for) (?:a )?(?:quote|price)"
    r"|inquire (?:now|for price)|Preis auf Anfrage|prix sur demande|prezzo su richiesta|precio (?:a consultar"
    r"|bajo consulta)|cena na (?:zapytanie|dotaz)"
    r"|prijs op aanvraag|цен[ау] по запросу|^по запросу$|договорная|面议|电议|询价|価格はお問い合わせ",
    re.IGNORECASE,
)
ASKED_LINE = 40  # code points of a line that stands where a price would
MAX_CALLED = 2_000


def bare_amounts(page: ParsedPage) -> list[Money]:
    """The amounts without a sign that the page calls prices, in order; `sign` is what a column or label says of the currency.

    Where other amounts have signs, only a column called price makes bare numbers amounts.
    """
    signed = any(money.amount for money in page.amounts)
    found = {money.start: money for money in (*(() if signed else (*labelled(page), *called(page))), *columns(page))}
    return [found[start] for start in sorted(found)]


def labelled(page: ParsedPage) -> Iterator[Money]:
    """Amounts behind a price label."""
    for match in LABELLED.finditer(page.text.translate(FOLD)):
        amount = read_number(match["amount"])
        if amount:
            sign = (match["unit"] or "").strip().lower()
            yield Money(amount, currency_of(sign), sign if currency_of(sign) else "", match.start("amount"), match.end("amount"))


def called(page: ParsedPage) -> Iterator[Money]:
    """Amounts that are all an element called price says."""
    for element in ([] if page.root is None else CALLED(page.root))[:MAX_CALLED]:
        span = page.text_of(element)
        match = WHOLE.fullmatch(page.text[span[0] : span[1]].translate(FOLD)) if span is not None and span[1] - span[0] <= 16 else None
        amount = read_number(match[1]) if match else None
        if span is not None and amount:
            yield Money(amount, None, "", span[0], span[1])


def columns(page: ParsedPage) -> Iterator[Money]:
    """Amounts in the columns of tables whose head is called price; a currency in the head is theirs."""
    for table in () if page.root is None else page.root.iter("table"):
        for head, cells in columns_of(page, table):
            if not PRICE_NOUN.search(head) or find_money(head):
                continue
            sign = next((code for code in CODE.findall(head) if currency_of(code) or code in "$¥"), "")
            for cell in cells:
                span = page.text_of(cell)
                match = WHOLE.fullmatch(page.text[span[0] : span[1]].translate(FOLD)) if span is not None else None
                amount = read_number(match[1]) if match else None
                if span is not None and amount:
                    yield Money(amount, currency_of(sign), sign.lower(), span[0], span[1])


def asked_places(page: ParsedPage) -> Iterator[tuple[int, int]]:
    """Spans of short lines that say the price is to be asked for."""
    for match in ASKED.finditer(page.text):
        start = page.text.rfind("\n", 0, match.start()) + 1
        end = page.text.find("\n", match.end())
        if (end if end >= 0 else len(page.text)) - start <= ASKED_LINE:
            yield match.span()
