"""Phone numbers in international form anywhere, in national form behind a label or in a `tel:` link.

Source: libphonenumber's metadata (package `phonenumbers`). Dates, prices, CAS numbers, ISBNs and product codes are digits without
a plus sign and without a label, so they are never asked about.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import phonenumbers

from nlp.findings import Contact
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "phone"
PIVOT = True
READS = "page"
LINK = re.compile(r"^(?:tel|callto|sms):(?://)?(.{5,40})$", re.IGNORECASE)
PLUS = re.compile(r"(?<![\w+])(\+[ ]?[1-9](?:[ \t\u00a0().·/-]{0,3}\d){6,14})(?![\d%])")
LABELLED = re.compile(
    r"(?:\b(?:tel(?:ephone|efon)?|phone|mobile|cell|call us|fon|hotline|handy|тел(?:ефон)?)|电话|手机"
    r"|联系方式|微信同号)\.?(?:[ ]?(?:no\.?|number|号))?[ \t]{0,3}[:：]?\s{0,3}"
    r"(\(?\d(?:[ \t\u00a0().-]{0,3}\d){6,14})(?!\d)",
    re.IGNORECASE,
)
# Reserved: North America 555-01xx (ATIS-0300115), United Kingdom 07700 900xxx (Ofcom, numbers for use in TV and radio drama).
FICTION = re.compile(r"\+1(?:\d{3})?55501\d\d|\+155501\d{5}|\+447700900\d{3}")
LANGUAGE_REGION = {
    "zh": "CN",
    "ru": "RU",
    "de": "DE",
    "fr": "FR",
    "es": "ES",
    "it": "IT",
    "ja": "JP",
    "nl": "NL",
    "pl": "PL",
    "pt": "PT",
    "tr": "TR",
}
SUFFIX_REGION = {
    "uk": "GB",
    "au": "AU",
    "ca": "CA",
    "in": "IN",
    "ie": "IE",
    "nz": "NZ",
    "us": "US",
    "cn": "CN",
    "hk": "HK",
    "de": "DE",
    "at": "AT",
    "ch": "CH",
}
EXAMPLES = [
    ("Call +44 7700 900123 today", ["+447700900123"]),
    ("+1 (202) 555-0143", ["+12025550143"]),
    ('<a href="tel:+1-202-555-0143">call</a>', ["+12025550143"]),
    ('<html lang="en-gb"><p>Phone: 07700 900123</p>', ["+447700900123"]),
    ('<script type="application/ld+json">{"telephone": "+44 7700 900123"}</script>', ["+447700900123"]),
    ("2026-11-24 10:30, 24.11.2026, 2026/11/24 18:00", []),
    ("$1,299.00 or 1 299 000,00 EUR, was +15 %", []),
    ("ISBN 978-3-16-148410-0, EAN 4006381333931", []),
    ("CAS 99-98-9, 504-24-5, EC 207-987-9", []),
    ("SKU 4000000000042, Phone: model 12345", []),
    ("+1 234", []),
]


def extract(page: ParsedPage) -> Iterator[Contact]:
    """Contacts in E.164; `where` is the link, text span, attribute or JSON value."""
    region = region_of(page)
    for pattern, places in (
        (LINK, page.links()),
        (PLUS, page.running_text()),
        (PLUS, page.attributes()),
        (PLUS, page.scripts()),
        (LABELLED, page.running_text()),
    ):
        for where, match in places.find(pattern):
            number = e164(unquote(match[1]), region, dialled=pattern is LINK)
            if number is not None:
                yield Contact(KIND, number, where)


def e164(written: str, region: str | None = None, *, dialled: bool = False) -> str | None:
    """The number in E.164, or None when no such number can exist; `region` (ISO 3166) is where a number without plus sign is dialled.

    Valid by the metadata, or in a range set apart for fiction (demo data use these). With `dialled` (the page has a link that
    dials it) a possible length is enough: metadata trail new ranges by months.
    """
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    spelled: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    exists = FICTION.fullmatch(spelled) or phonenumbers.is_valid_number(number) or (dialled and phonenumbers.is_possible_number(number))
    return spelled if exists else None


def region_of(page: ParsedPage) -> str | None:
    """Where the page's national numbers are dialled: the host's country, else the page's language with country, else the language's."""
    suffix = (urlsplit(page.url).hostname or "").rpartition(".")[2]
    language, _, country = page.language_tag.replace("_", "-").partition("-")
    if suffix in SUFFIX_REGION:
        return SUFFIX_REGION[suffix]
    if len(country) == 2:
        return country.upper()
    return LANGUAGE_REGION.get(language) or ("CN" if re.search(r"[\u4e00-\u9fff]", page.text[:2000]) else None)
