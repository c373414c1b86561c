"""Amounts of money in text: exact decimals, ISO 4217 currencies, ranges."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from price_parser import Price

from nlp.currencies import CODES, SIGNS, THOUSANDTHS, currency_of, is_code

# Full-width, Arabic-Indic and Persian digits and typographic spaces fold one to one, so offsets hold.
FOLD = str.maketrans(
    "０１２３４５６７８９．，＄￥￡٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬\u00a0\u202f\u2009\u2007\u3000’‘＇",
    "0123456789.,$¥£01234567890123456789.,     '''",
)
# Not grouped: the pack size behind a price (`€30 500 g`, `$5 100 tablets`).
SIZE = r"(?! ?(?:k?g|m[gl]|gr|pcs|pc|tabs?|tablets?|pills?|vials?|克|千克|公斤|毫升|片|粒|шт|г|кг|мл)(?![a-zа-я]))"
GROUPED = rf"\d{{1,3}}(?:[ .,']\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d){SIZE}"
NUMBER = GROUPED + r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,8})?(?!\d)|\.\d{2}(?!\d)"
SYMBOLS = r"€£¥$₽₹₩₺₴₫₱฿₪₿₸₼₾₦₵₡₲₮₭৳៛֏₨﷼"
CODE = "|".join(sorted(CODES, reverse=True))
BEFORE = (
    r"(?:USD?|AUD?|CAD?|CDN|HKD?|NT|SGD?|NZD?|MXN?|MEX|AR|COP|CLP)[ ]?\$|[ACSR]\$|U\$[SD]|(?:CN|JP)¥|GH₵"
    rf"|[{SYMBOLS}]|S/\.?(?=[ ]?\d)|S?Fr\.|\b(?:RMB|EURO?|Rs\.?|Rp\.?|RM|Dhs?\.?|Kshs?\.?|kr\.?|zł|Kč|лв\.?"
    rf"|R(?=[ ]?\d[\d ,]*[.,]\d\d(?!\d))|{CODE})(?![A-Za-z])"
    r"|人民币|港币|新台币|د\.إ|ر\.س|ر\.ق|د\.ك|ج\.م"
)
WORDS = sorted((word for word in SIGNS if word[0].isalpha() and word[-1] not in "/$¥₵"), key=lambda word: (-len(word), word))
WORDED = "|".join(re.escape(word) for word in WORDS) + rf"|US\$(?![ ]?\d)|kr\.?|{CODE}"
LETTER_END = r"(?<![a-zа-яё])|(?![A-Za-zА-яёёđł])"
MONEY = re.compile(
    rf"(?:(?:(?<![\w.,])|(?=[{SYMBOLS}])"
    rf"|(?<=[\d)])(?=[A-Z]{{1,3}}\$))(?P<sign>{BEFORE})[ \t]{{0,2}}(?P<amount>{NUMBER})(?P<wan>[ ]?万(?!亿))?(?:[.,][-–—])?"
    rf"(?:[ \t]?(?P<code>{WORDED})(?:{LETTER_END})(?![ \t]{{0,2}}\d))?"
    rf"|(?<![\w.,])(?<!-\d\d-)(?P<amount2>{NUMBER})(?P<wan2>[ ]?万(?=元|块|美元|人民币))?(?:[.,][-–—])? {{0,2}}"
    rf"(?P<sign2>[{SYMBOLS}](?P<cents>(?<=\d[€£])\d{{2}}(?![\d.,€£%]))?(?!\d)|(?:{WORDED})(?:{LETTER_END}))"
    rf"|(?<![\w.,:])(?P<amount3>\d{{1,6}}|{GROUPED})(?P<dash>:-|,[-–—])(?![\d\w]))",
    re.IGNORECASE,
)
RANGE = re.compile(r"[ \t]*(?:-|–|—|~|～|\.\.\.?|…|\bto\b|\bbis\b|\bdo\b|\bà\b|\ba\b|до|至|到)[ \t]*$", re.IGNORECASE)
OPEN_RANGE = re.compile(rf"(?<![\w.,])({NUMBER})[ \t]*(?:-|–|—|~|～|至|到)[ \t]*$", re.IGNORECASE)
DIGIT = re.compile(r"\d")
PLAIN = re.compile(rf"({NUMBER})(?:[.,][-–—])?")
FEET = 20  # forints below this are feet (`6 Ft long`); a forint is a third of a US cent


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
    if DIGIT.search(text) is None:
        return found
    folded = text.translate(FOLD) if not text.isascii() else text
    for match in numbered_lines(folded):
        money = read_match(match)
        if money is None:
            continue
        gap = folded[found[-1].end : match.start()] if found else ""
        opened = OPEN_RANGE.search(folded, max(0, match.start() - 24), match.start()) if match["amount2"] else None
        if found and len(gap) < 8 and RANGE.fullmatch(gap) and found[-1].upper is None and found[-1].amount < money.amount:
            first = found.pop()
            money = Money(first.amount, first.currency or money.currency, first.sign, first.start, money.end, money.amount)
        elif opened and (low := read_number(opened[1])) is not None and low < money.amount:
            money = Money(low, money.currency, money.sign, opened.start(), money.end, money.amount)
        found.append(money)
    return found


def numbered_lines(text: str) -> Iterator[re.Match[str]]:
    """Every match of the pattern; it never crosses a line, and lines without a digit need not be tried."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if DIGIT.search(line):
            yield from MONEY.finditer(text, start, end)
        start = end + 1


def read_match(match: re.Match[str]) -> Money | None:
    """The amount a match stands for; None for words that only look like a currency (`6 ft`, `try 30`)."""
    written = "kr" if match["dash"] == ":-" else (match["sign"] or match["sign2"] or "")[: -2 if match["cents"] else None]
    sign = written.replace(" ", "").lower()
    trailing = match["code"] or ""
    if trailing and not is_written_so(trailing):
        trailing = ""
    end = match.end() if trailing or not match["code"] else match.start("code")
    currency = currency_of(trailing) or (None if sign in ("r", "p") else currency_of(sign) or currency_of(written))
    amount = read_number(match["amount"] or match["amount2"] or match["amount3"], thousandths=currency in THOUSANDTHS)
    if amount is None or not is_written_so(written) or (sign == "ft" and amount < FEET):
        return None
    if match["cents"]:
        amount += Decimal(match["cents"]) / 100
    if match["wan"] or match["wan2"]:
        amount *= 10_000
    return Money(amount, currency, sign, match.start(), end)


def is_written_so(word: str) -> bool:
    """True when a currency is written this way: codes in capitals, `Ft`, `RM` and `Rp` as they are, everything else in any case."""
    exact = {
        "ft": ("Ft", "FT"),
        "rm": ("RM",),
        "rp": ("Rp", "RP", "rp"),
        "r": ("R",),
        "km": ("KM",),
        "dh": ("DH", "Dh", "dh"),
        "tl": ("TL", "Tl"),
    }
    forms = exact.get(word.lower().rstrip("."))
    return word.rstrip(".") in forms if forms else is_code(word.strip())


def read_number(text: str, *, machine: bool = False, thousandths: bool = False) -> Decimal | None:
    """The exact value of a written number, or None.

    A last separator followed by three digits groups thousands (`1.299` is 1299) unless it is the second kind of sign in the
    number, or the number starts with 0. With `machine` (JSON, attributes) one dot is always decimal, as schema.org has it; with
    `thousandths` three decimals are usual in the currency.
    """
    digits = text.translate(FOLD).replace(" ", "").replace("'", "")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        head, tail, sign = digits[:last], digits[last + 1 :], digits[last]
        other = "," if sign == "." else "."
        decimal = head.startswith("0") or thousandths or (machine and sign == "." and "." not in head)
        grouped = len(tail) == 3 and other not in head and head != "" and not decimal
        if grouped or head.count(sign):
            digits = digits.replace(",", "").replace(".", "")
        else:
            digits = head.replace(",", "").replace(".", "") + "." + tail
    try:
        return Decimal(digits)
    except InvalidOperation:
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
        plain = PLAIN.fullmatch(raw.strip().translate(FOLD))
        found = [] if plain else find_money(raw)
        if found:
            amount, currency = found[0].amount, found[0].currency
        elif plain:
            amount = read_number(plain[1], machine=True)
        elif any(map(str.isdigit, raw)) and "-" not in raw.strip()[:1]:
            other = Price.fromstring(raw)
            amount, currency = other.amount, currency_of(other.currency or "")
    return (amount if amount is not None and amount.is_finite() and amount > 0 else None), currency
