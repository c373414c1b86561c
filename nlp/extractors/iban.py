"""International bank account numbers: country, length and pattern of the registry, check digits modulo 97.

Source: ISO 13616-1, SWIFT IBAN registry release 99 (structures as n digits, a capitals, c either).
"""

import re
from collections.abc import Iterator

from nlp.findings import Payment
from nlp.parse import ParsedPage

KIND = IDENTIFIER = "iban"
PIVOT = True
READS = "page"
# Country → structure behind the check digits.
_ROWS = """
AD:8n12c AE:19n AL:8n16c AT:16n AZ:4a20c BA:16n BE:12n BG:4a6n8c BH:4a14c BI:23n BR:23n1a1c BY:4c4n16c CH:5n12c CR:18n CY:8n16c
CZ:20n DE:18n DJ:23n DK:14n DO:4c20n EE:16n EG:25n ES:20n FI:14n FK:2a12n FO:14n FR:10n11c2n GB:4a14n GE:2a16n GI:4a15c GL:14n
GR:7n16c GT:4c20c HN:4a20n HR:17n HU:24n IE:4a14n IL:19n IQ:4a15n IS:22n IT:1a10n12c JO:4a4n18c KW:4a22c KZ:3n13c LB:4n20c
LC:4a24c LI:5n12c LT:16n LU:3n13c LV:4a13c LY:21n MC:10n11c2n MD:2c18c ME:18n MK:3n10c2n MN:16n MR:23n MT:4a5n18c MU:4a19n3a
NI:4a20n NL:4a10n NO:11n OM:3n16c PK:4a16c PL:24n PS:4a21c PT:21n QA:4a21c RO:4a16c RS:18n RU:14n15c SA:2n18c SC:4a20n3a SD:14n
SE:20n SI:15n SK:20n SM:1a10n12c SO:19n ST:21n SV:4a20n TL:19n TN:20n TR:5n1n16c UA:6n19c VA:18n VG:4a16n XK:16n YE:4a4n18c
"""
STRUCTURES = {row[:2]: row[3:] for row in _ROWS.split()}
CLASSES = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
WRITTEN = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2}[ ]?\d\d(?:[ \u00a0-]?[A-Za-z0-9]{1,4}){3,9})(?![A-Za-z0-9])")
# Payment forms show the registry's examples to testers.
TESTING = re.compile(r"\b(?:test(?:ing)?|sandbox|dummy|placeholder)\b", re.IGNORECASE)
# The registry's own examples.
EXAMPLES = [
    ("IBAN GB29 NWBK 6016 1331 9268 19", ["GB29NWBK60161331926819"]),
    ("IBAN: DE89370400440532013000", ["DE89370400440532013000"]),
    ('<td data-copy="FR1420041010050500013M02606">copy</td>', ["FR1420041010050500013M02606"]),
    ("IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX", ["DE89370400440532013000"]),
    ("IBAN GB29 NWBK 6016 1331 9268 18", []),
    ("use the test account number AT611904300234573201", []),
    ("order DE12 3456 7890, part NO12345678901", []),
]


def extract(page: ParsedPage) -> Iterator[Payment]:
    """Payments of valid numbers without spaces, in capitals; from text, attributes and inline JSON."""
    for places in (page.plain_text, page.attributes(), page.scripts()):
        for where, match in places.find(WRITTEN):
            found = valid_iban(match[1])
            if found is not None and not TESTING.search(match.string, max(0, match.start() - 60), match.start()):
                yield Payment(KIND, found, where)


def valid_iban(written: str) -> str | None:
    """The number without spaces in capitals, words that follow it cut off; None when no number is valid."""
    letters = re.sub(r"[^A-Za-z0-9]", "", written).upper()
    structure = STRUCTURES.get(letters[:2])
    if structure is None:
        return None
    parts = re.findall(r"(\d+)([nac])", structure)
    number = letters[: 4 + sum(int(count) for count, _ in parts)]
    if not re.fullmatch(r"[A-Z]{2}\d\d" + "".join(CLASSES[kind] + "{" + count + "}" for count, kind in parts), number):
        return None
    # A number cut out of a longer unbroken word is no number.
    if len(letters) > len(number) and not ends_at_break(written, len(number)):
        return None
    return number if int("".join(str(int(letter, 36)) for letter in number[4:] + number[:4])) % 97 == 1 else None


def ends_at_break(written: str, count: int) -> bool:
    """True when a space or dash follows the first `count` letters and digits."""
    seen = 0
    for place, letter in enumerate(written):
        seen += letter.isalnum()
        if seen == count:
            return place + 1 == len(written) or not written[place + 1].isalnum()
    return False
