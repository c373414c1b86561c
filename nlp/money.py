"""Amounts of money in text: exact decimals, ISO 4217 currencies, ranges, and what an ambiguous sign means on this page."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from price_parser import Price

# Signs and words that mean one currency.
SIGNS = {
    "€": "EUR", "£": "GBP", "₽": "RUB", "₹": "INR", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₫": "VND", "₱": "PHP", "฿": "THB", "₪": "ILS",
    "₿": "BTC", "us$": "USD", "usd$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "hk$": "HKD", "nt$": "TWD",
    "s$": "SGD", "nz$": "NZD", "mx$": "MXN", "r$": "BRL", "元": "CNY", "块": "CNY", "圆": "CNY", "人民币": "CNY", "円": "JPY",
    "원": "KRW", "美元": "USD", "美金": "USD", "欧元": "EUR", "руб": "RUB", "руб.": "RUB", "рублей": "RUB", "rub": "RUB", "грн": "UAH",
    "zł": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON", "лв": "BGN", "fr.": "CHF", "sfr.": "CHF", "rs.": "INR", "rs": "INR",
    "rmb": "CNY", "euro": "EUR", "euros": "EUR", "dollars": "USD", "tl": "TRY",
}  # fmt: skip
AMBIGUOUS = frozenset({"$", "¥", "kr", "kr.", "币"})
CODES = frozenset({
    "AED", "ARS", "AUD", "BGN", "BRL", "BTC", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS",
    "INR", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD",
    "USDT", "VND", "ZAR",
})  # fmt: skip
# Full-width forms fold one to one, so offsets hold.
FOLD = str.maketrans("０１２３４５６７８９．，＄￥￡\u00a0\u202f\u2009\u3000’", "0123456789.,$¥£    '")
# Not grouped: the pack size behind a price (`€30 500 g`).
GROUPED = r"\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,2})?(?!\d)(?! ?(?:k?g|m[gl]|克|千克|毫升)(?![a-z]))"
NUMBER = GROUPED + r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,8})?(?!\d)"
LETTERED = "|".join(sorted(CODES)) + "|RMB"
BEFORE = rf"(?:US|USD|AU|A|CA|C|HK|NT|S|NZ|MX|R)\$|[€£¥$₽₹₩₺₴₫₱฿₪₿]|S?Fr\.|Rs\.?|人民币|\b(?:{LETTERED}|EURO?)(?![A-Za-z])"
WORDED = rf"人民币|美元|美金|欧元|元|块|圆|円|원|zł|Kč|(?:kr|Ft|TL|lei|euros?|dollars|руб(?:лей|\.)?|грн|лв|{LETTERED})(?![A-Za-zА-я])"
MONEY = re.compile(
    rf"(?:(?:(?<![\w.,])|(?=[€£¥$₽₹₩₺₴₫₱฿₪]))(?P<sign>{BEFORE})[ \t]{{0,2}}(?P<amount>{NUMBER})(?:[.,][-–])?(?:[ \t]?(?P<code>{WORDED}))?"
    rf"|(?<![\w.,])(?<!-\d\d-)(?P<amount2>{NUMBER})(?:[.,][-–])? {{0,2}}(?P<sign2>[€£¥$₽₹₩₺₴₫₱฿₪](?!\d)|{WORDED}))",
    re.IGNORECASE,
)
RANGE = re.compile(r"[ \t]*(?:-|–|—|~|～|\bto\b|\bbis\b|至|到)[ \t]*$", re.IGNORECASE)
OPEN_RANGE = re.compile(rf"(?<![\w.,])({NUMBER})[ \t]*(?:-|–|—|~|～|至|到)[ \t]*$", re.IGNORECASE)
PLAIN = re.compile(rf"({NUMBER})(?:[.,][-–])?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount at `text[start:end]`; `currency` is None while the sign alone does not tell, `sign` is what stood there, lower-case."""

    amount: Decimal
    currency: str | None
    sign: str
    start: int
    end: int
    upper: Decimal | None = None  # the top of a range


def find_money(text: str) -> list[Money]:
    """Every amount with a currency sign, word or code in running text, left to right; ranges (`€10 – €20`, `10-20 €`) are one."""
    found: list[Money] = []
    folded = text.translate(FOLD)
    for match in MONEY.finditer(folded):
        raw = match["amount"] or match["amount2"]
        amount = read_number(raw)
        if amount is None:
            continue
        sign = (match["sign"] or match["sign2"]).lower()
        money = Money(amount, currency_of(match["code"] or sign) or currency_of(sign), sign, match.start(), match.end())
        gap = folded[found[-1].end : match.start()] if found else ""
        opened = OPEN_RANGE.search(folded, max(0, match.start() - 24), match.start()) if match["amount2"] else None
        if found and len(gap) < 8 and RANGE.fullmatch(gap) and found[-1].upper is None and found[-1].amount < amount:
            first = found.pop()
            money = Money(first.amount, first.currency or money.currency, first.sign, first.start, money.end, amount)
        elif opened and (low := read_number(opened[1])) is not None and low < amount:
            money = Money(low, money.currency, sign, opened.start(), money.end, amount)
        found.append(money)
    return found


def read_number(text: str, *, machine: bool = False) -> Decimal | None:
    """The exact value of a written number, or None.

    A last separator followed by three digits groups thousands (`1.299` is 1299) unless it is the second kind of sign in the
    number, or the number starts with 0. With `machine` (JSON, attributes) one dot is always decimal, as schema.org has it.
    """
    digits = text.translate(FOLD).replace(" ", "").replace("'", "")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        head, tail, sign = digits[:last], digits[last + 1 :], digits[last]
        other = "," if sign == "." else "."
        grouped = len(tail) == 3 and other not in head and not head.startswith("0") and not (machine and sign == "." and "." not in head)
        if grouped or head.count(sign):
            digits = digits.replace(",", "").replace(".", "")
        else:
            digits = head.replace(",", "").replace(".", "") + "." + tail
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def currency_of(sign: str) -> str | None:
    """The ISO 4217 code of a sign, word or code that means one currency; None for `$`, `¥` and `kr`, and for anything unknown."""
    code = sign.strip().upper()
    if code in CODES:
        return code
    return SIGNS.get(sign.strip().lower())


def settle(sign: str, language: str, host: str, declared: str | None) -> str | None:
    """What an ambiguous sign means here: the page's declared currency when it fits the sign, else by language and country of the host."""
    country = host.rpartition(".")[2].lower()
    fits = {"$": ("USD", "AUD", "CAD", "HKD", "SGD", "NZD", "TWD", "MXN"), "¥": ("CNY", "JPY"), "kr": ("SEK", "NOK", "DKK")}
    if declared in fits.get(sign.rstrip("."), ()):
        return declared
    if sign == "$":
        return {"au": "AUD", "ca": "CAD", "nz": "NZD", "sg": "SGD", "hk": "HKD", "tw": "TWD", "mx": "MXN"}.get(country, "USD")
    if sign == "¥":
        return "JPY" if language.startswith("ja") or country == "jp" else "CNY"
    if sign.startswith("kr"):
        by_language = {"sv": "SEK", "nb": "NOK", "no": "NOK", "nn": "NOK", "da": "DKK"}
        return by_language.get(language[:2]) or {"se": "SEK", "no": "NOK", "dk": "DKK"}.get(country)
    return None


def read_price(raw: object) -> tuple[Decimal | None, str | None]:
    """(amount, currency) of a JSON value or attribute meant as a price: numbers as they are, text with or without a sign.

    Text in no known form goes to price-parser, which knows the long tail of currency words. Zero and negative are None: no
    shop sells for nothing, and templates fill in 0 for "ask us".
    """
    amount: Decimal | None = None
    currency: str | None = None
    if isinstance(raw, bool) or raw is None:
        return None, None
    if isinstance(raw, int | float | Decimal):
        amount = Decimal(str(raw)) if raw == raw else None
    elif isinstance(raw, str) and len(raw) <= 60 and raw.strip():
        found = find_money(raw)
        plain = PLAIN.fullmatch(raw.strip().translate(FOLD))
        if found:
            amount, currency = found[0].amount, found[0].currency
        elif plain:
            amount = read_number(plain[1], machine=True)
        else:
            other = Price.fromstring(raw)
            amount, currency = other.amount, currency_of(other.currency or "")
    return (amount if amount is not None and amount.is_finite() and amount > 0 else None), currency
