"""The phone numbers of a page with their labels, and the country its national numbers are dialled in."""

import functools
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import phonenumbers

from nlp.parse import ParsedPage
from nlp.phone_numbers import Seen, numbers_in
from nlp.places import plain
from nlp.where import Where

LANGUAGE_REGION = {
    "zh": "CN", "ru": "RU", "de": "DE", "fr": "FR", "it": "IT", "ja": "JP", "nl": "NL", "pl": "PL", "tr": "TR", "ko": "KR", "cs": "CZ",
    "da": "DK", "fi": "FI", "sv": "SE", "el": "GR", "hu": "HU", "he": "IL", "th": "TH", "vi": "VN", "uk": "UA", "hi": "IN", "id": "ID",
}  # fmt: skip
CURRENCY_REGION = {
    "GBP": "GB", "INR": "IN", "AUD": "AU", "CAD": "CA", "NZD": "NZ", "USD": "US", "CNY": "CN", "RUB": "RU", "JPY": "JP", "PLN": "PL",
    "CHF": "CH", "SEK": "SE", "DKK": "DK", "NOK": "NO", "TRY": "TR", "BRL": "BR", "MXN": "MX", "ZAR": "ZA", "KRW": "KR", "HKD": "HK",
}  # fmt: skip
# Country domains that the world registers in: their host says nothing of a country.
_GENERIC = """
ac ai am bz cc cd cf co cx eu fm ga gg gl gq io la li ly me ml ms mu nu pw sc sh st su tk tl to tv vc vg ws
"""
GENERIC = frozenset(_GENERIC.split())
COUNTRY = re.compile(
    r'"(?:addressCountry|countryCode|country_code|shopCountry|country)"\s*:\s*(?:\{[^{}]{0,80}?"name"\s*:\s*)?"([A-Z]{2})"'
)
CURRENCY = re.compile(r'"(?:priceCurrency|currency|currencyCode|currency_code|shopCurrency|active)"\s*:\s*"([A-Z]{3})"')
SPEAKING = re.compile(r"tele?phone|phone|mobile|\btel\b|fax|whats_?app|hotline|contact_?(?:no|number)", re.IGNORECASE)
UNREAD = frozenset({"placeholder", "pattern", "data-mask", "data-inputmask"})  # attributes that show what to type, not whom to reach


@functools.lru_cache(maxsize=1)
def page_numbers(page: ParsedPage) -> tuple[tuple[Where, Seen], ...]:
    """Every phone number of the page with its place: text first, then attributes and inline JSON. Several extractors ask in a row."""
    return tuple(_page_numbers(page))


def _page_numbers(page: ParsedPage) -> Iterator[tuple[Where, Seen]]:
    region = region_of(page)
    text = page.unmasked_text
    for seen in numbers_in(text.text, region):
        yield text.at(seen.start, seen.end), seen
    for value, place in page.woven:
        if "://" not in value and ".me/" not in value and (match := FIRST.match(value)) is not None:
            yield from ((place(match), seen) for seen in numbers_in(plain(value), region))
    for value, place in (*page.attribute_values, *page.json_values):
        if PLUS.search(value) if "+" in value else BARE.fullmatch(value):
            match = FIRST.match(value)
            if match:
                where = place(match)
                if where.name not in UNREAD:
                    yield from _of_value(plain(value), where, region)


# An attribute or JSON string holds a number with a plus sign, or is nothing but one.
PLUS = re.compile(r"\+[ ]?[(]?[1-9][\d ().-]{7,18}")
BARE = re.compile(r"[(\d][\d ().x/-]{6,24}\d")
GROUPED = re.compile(r"[+(]?\d+[ ().-]+\d[\d ().-]{4,}")  # `content` says nothing of what it holds: groups must
FIRST = re.compile(r".", re.DOTALL)


def _of_value(value: str, where: Where, region: str | None) -> Iterator[tuple[Where, Seen]]:
    """The numbers of an attribute or JSON string; its name or key is the label of a value that is nothing but a number."""
    name = where.name or (where.pointer or "").rpartition("/")[2]
    speaking = SPEAKING.search(name) is not None or (name == "content" and GROUPED.fullmatch(value) is not None)
    label = "whatsapp" if re.search("whats_?app", name, re.IGNORECASE) else "tel"
    shift = len(label) + 1 if speaking and not re.search(r"[^\W\d_]{3}", value) else 0
    for seen in numbers_in(f"{label} {value}" if shift else value, region):
        yield where, seen


def region_of(page: ParsedPage) -> str | None:
    """Where the page's national numbers are dialled: the host's country, else the country the page names in its data, its language tag
    or its numbers with a plus sign, else that of its currency or language. None when nothing says so."""
    suffix = (urlsplit(page.url).hostname or "").rpartition(".")[2]
    region = "GB" if suffix == "uk" else suffix.upper()
    if len(suffix) == 2 and suffix not in GENERIC and region in phonenumbers.SUPPORTED_REGIONS:
        return region
    language, _, country = page.language_tag.replace("_", "-").partition("-")
    locale = (page.meta("og:locale") or "").replace("-", "_").partition("_")[2]
    sources = [value for value, _ in page.code_values]
    named = Counter(code for source in sources for code in COUNTRY.findall(source[:SCRIPT_MAX]))
    candidates = [named.most_common(1)[0][0] if len(named) == 1 else "", country[-2:].upper(), locale[:2].upper()]
    candidates += _plus_regions(page.plain_text.text)
    money = Counter(code for source in sources for code in CURRENCY.findall(source[:SCRIPT_MAX]))
    currency = page.meta("og:price:currency", "product:price:currency", "pricecurrency") or (
        money.most_common(1)[0][0] if len(money) == 1 else ""
    )
    candidates += [CURRENCY_REGION.get(currency, ""), LANGUAGE_REGION.get(language, ""), "CN" if HAN.search(page.text[:2000]) else ""]
    return next((code for code in candidates if code in phonenumbers.SUPPORTED_REGIONS), None)


SCRIPT_MAX = 200_000  # characters of one script searched for country and currency
HAN = re.compile(r"[\u4e00-\u9fff]")


def _plus_regions(text: str) -> Iterator[str]:
    """The one country of the page's numbers with a plus sign; nothing when they name several, or North America as a whole."""
    regions = set()
    for match in list(PLUS.finditer(text))[:20]:
        try:
            region = phonenumbers.region_code_for_number(phonenumbers.parse(match[0], None))
        except phonenumbers.NumberParseException:
            continue
        regions.add(region or "")
    if len(regions) == 1:
        yield regions.pop()
