"""Currency signs, words and codes, and what an ambiguous sign means on a page of this language and country.

Sources: ISO 4217 (codes, number of decimals), Unicode CLDR 46 (symbols and narrow symbols), shop pages for local abbreviations.
"""

# Signs and words that mean one currency, lower-case.
SIGNS = {
    "€": "EUR", "£": "GBP", "₽": "RUB", "₹": "INR", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₫": "VND", "đ": "VND", "₱": "PHP", "฿": "THB",
    "₪": "ILS", "₿": "BTC", "₸": "KZT", "₼": "AZN", "₾": "GEL", "₦": "NGN", "₵": "GHS", "₡": "CRC", "₲": "PYG", "₮": "MNT", "₭": "LAK",
    "৳": "BDT", "៛": "KHR", "֏": "AMD", "₨": "INR", "﷼": "IRR", "د.إ": "AED", "ر.س": "SAR", "ر.ق": "QAR", "د.ك": "KWD", "ج.م": "EGP",
    "د.م.": "MAD", "ریال": "IRR", "us$": "USD", "usd$": "USD", "u$s": "USD", "u$d": "USD", "a$": "AUD", "au$": "AUD", "aud$": "AUD",
    "c$": "CAD", "ca$": "CAD", "cad$": "CAD", "cdn$": "CAD", "hk$": "HKD", "hkd$": "HKD", "nt$": "TWD", "s$": "SGD", "sgd$": "SGD",
    "nz$": "NZD", "nzd$": "NZD", "mx$": "MXN", "mex$": "MXN", "r$": "BRL", "ar$": "ARS", "cop$": "COP", "clp$": "CLP", "s/": "PEN",
    "s/.": "PEN", "元": "CNY", "块": "CNY", "圆": "CNY", "人民币": "CNY", "rmb": "CNY", "cn¥": "CNY", "円": "JPY",
    "日元": "JPY", "jp¥": "JPY",
    "원": "KRW", "美元": "USD", "美金": "USD", "欧元": "EUR", "英镑": "GBP", "港币": "HKD", "港元": "HKD",
    "新台币": "TWD", "台币": "TWD", "澳元": "AUD",
    "加元": "CAD", "韩元": "KRW", "卢布": "RUB", "泰铢": "THB", "บาท": "THB", "руб": "RUB", "руб.": "RUB", "рублей": "RUB", "рубля": "RUB",
    "р.": "RUB", "р": "RUB", "rub": "RUB", "грн": "UAH", "грн.": "UAH", "гривень": "UAH", "тг": "KZT", "тг.": "KZT", "тенге": "KZT",
    "сум": "UZS", "сом": "KGS", "бел.руб": "BYN", "бел. руб": "BYN", "zł": "PLN", "zl": "PLN", "złotych": "PLN", "kč": "CZK", "ft": "HUF",
    "lei": "RON", "лв": "BGN", "лв.": "BGN", "дин": "RSD", "дин.": "RSD", "рсд": "RSD", "ден": "MKD", "ден.": "MKD", "km": "BAM",
    "fr.": "CHF", "sfr.": "CHF", "sfr": "CHF", "rs.": "INR", "rs": "INR", "euro": "EUR", "euros": "EUR", "eur": "EUR", "evro": "EUR",
    "dollars": "USD", "dollar": "USD", "pounds": "GBP", "tl": "TRY", "rm": "MYR", "rp": "IDR", "rp.": "IDR", "dhs": "AED", "dhs.": "AED",
    "dh": "AED", "ksh": "KES", "kshs": "KES", "gh₵": "GHS", "vnđ": "VND", "vnd": "VND", "php": "PHP", "nis": "ILS", "ש״ח": "ILS",
    "ש\"ח": "ILS", "usdt": "USDT", "us dollars": "USD", "us dollar": "USD", "us-dollar": "USD", "dólares": "USD", "долларов": "USD",
    "доллара": "USD", "доллар": "USD", "евро": "EUR", "roubles": "RUB", "rubles": "RUB", "yuan": "CNY", "yen": "JPY", "rupees": "INR",
    "reais": "BRL", "francs suisses": "CHF", "schweizer franken": "CHF", "đồng": "VND", "baht": "THB", "zlotys": "PLN", "złote": "PLN",
}  # fmt: skip
# Upper-case as written; codes that are English words (ALL, TOP, CUP, MOP) are left out.
CODES = frozenset({
    "AED", "AMD", "ARS", "AUD", "AZN", "BAM", "BDT", "BGN", "BHD", "BOB", "BRL", "BTC", "BYN", "CAD", "CHF", "CLP", "CNY", "COP", "CRC",
    "CZK", "DKK", "DOP", "DZD", "EGP", "ETH", "EUR", "GBP", "GEL", "GHS", "GTQ", "HKD", "HRK", "HUF", "IDR", "ILS", "INR", "IQD", "IRR",
    "ISK", "JOD", "JPY", "KES", "KGS", "KHR", "KRW", "KWD", "KZT", "LAK", "LBP", "LKR", "LTC", "MAD", "MDL", "MKD", "MMK", "MNT", "MUR",
    "MXN", "MYR", "NGN", "NOK", "NPR", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD",
    "THB", "TND", "TRY", "TWD", "TZS", "UAH", "UGX", "USD", "USDC", "USDT", "UYU", "UZS", "VND", "XAF", "XMR", "XOF", "ZAR", "ZMW",
})  # fmt: skip
# Codes people also write in lower case; `try 30 days` and `pen 5` are no prices.
LOWER = frozenset({"usd", "eur", "gbp", "cny", "rmb", "rub", "jpy", "inr", "aud", "cad", "chf", "pln", "czk", "sek", "nok", "dkk", "uah"})
THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "OMR", "TND"})  # three decimals (ISO 4217): `46.060` groups nothing
WHOLE = frozenset({"CLP", "HUF", "IDR", "IRR", "JPY", "KRW", "PYG", "VND"})  # written without decimals
# What an ambiguous sign can mean, the likeliest first.
MEANINGS = {
    "$": ("USD", "AUD", "CAD", "HKD", "SGD", "NZD", "TWD", "MXN", "ARS", "CLP", "COP"),
    "¥": ("CNY", "JPY"), "kr": ("SEK", "NOK", "DKK", "ISK"), "rs": ("INR", "PKR", "LKR", "NPR"), "₨": ("INR", "PKR", "LKR", "NPR"),
    "£": ("GBP", "EGP", "LBP"), "r": ("ZAR",), "dh": ("AED", "MAD"), "币": ("CNY",), "lei": ("RON", "MDL"), "fr": ("CHF",),
    "p": ("RUB",), "q": ("GTQ",),
}  # fmt: skip
AMBIGUOUS = frozenset({"$", "¥", "kr", "kr.", "币", "r", "fr", "p."})
COUNTRY = {
    "au": "AUD", "ca": "CAD", "nz": "NZD", "sg": "SGD", "hk": "HKD", "tw": "TWD", "mx": "MXN", "ar": "ARS", "cl": "CLP", "co": "COP",
    "jp": "JPY", "cn": "CNY", "se": "SEK", "no": "NOK", "dk": "DKK", "is": "ISK", "in": "INR", "pk": "PKR", "lk": "LKR", "np": "NPR",
    "eg": "EGP", "lb": "LBP", "za": "ZAR", "ae": "AED", "ma": "MAD", "ro": "RON", "md": "MDL", "ch": "CHF", "us": "USD", "gb": "GBP",
    "uk": "GBP", "ru": "RUB", "gt": "GTQ", "br": "BRL",
}  # fmt: skip
LANGUAGE = {"sv": "SEK", "nb": "NOK", "no": "NOK", "nn": "NOK", "da": "DKK", "is": "ISK", "ja": "JPY", "zh": "CNY", "ro": "RON"}


def currency_of(sign: str) -> str | None:
    """The ISO 4217 code of a sign, word or code that means one currency; None for `$`, `¥` and `kr`, and for anything unknown."""
    code = sign.strip().upper()
    return code if code in CODES else SIGNS.get(sign.strip().lower())


def is_code(written: str) -> bool:
    """False for a word that is a currency code only in other letters (`try`, `pen`); True for codes, signs and other words."""
    return written.upper() not in CODES or written.isupper() or written.lower() in LOWER


def settle(sign: str, language: str, host: str, declared: str | None) -> str | None:
    """What an ambiguous sign means here: the page's declared currency when it fits the sign, else by region, country and language.

    `host` gives the country by its last label, `language` its region (`en-AU`) or itself. `$` is the US dollar when nothing
    speaks against it, `¥` the yuan.
    """
    key = sign.strip().rstrip(".").lower()
    fits = MEANINGS.get(key, ())
    if declared in fits:
        return declared
    region = language.replace("_", "-").partition("-")[2].rpartition("-")[2].lower()
    found = (COUNTRY.get(host.rpartition(".")[2].lower()), COUNTRY.get(region), LANGUAGE.get(language[:2].lower()))
    likely = next((code for code in found if code in fits), None)
    if likely:
        return likely
    return fits[0] if key in ("$", "¥", "币", "rs", "₨", "r") else None
