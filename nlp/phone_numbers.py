"""Phone numbers in running text: candidates by shape, judged by libphonenumber's metadata and matcher (package `phonenumbers`).

A number counts with its plus sign, behind a label, or grouped as its country groups numbers. Dates, prices, ISBNs, CAS numbers,
coordinates and product codes are digits too: what looks like one of them is never asked about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

from nlp.labels import labels_of

# A dash before belongs to a word ("My number-415…"); behind capitals or digits it is part of a code.
CANDIDATE = re.compile(
    r"(?:(?<![A-Za-z0-9_\u00c0-\u04ff.,/-])|(?<=[a-z]{3}-))[+(]{0,3}\d(?:[ \t\u00a0().·/~-]{0,3}\d){6,18}(?![\d%])"
    r"|\+[ ]?[1-9(](?:[ \t\u00a0().·/~-]{0,3}\d){6,16}(?![\d%])"
)
AROUND = 30  # code points the matcher sees on each side: it refuses numbers inside words, prices and dates by them
CANDIDATES_MAX = 600  # of one text; a table of numbers is no contact page
# Shapes of other things. A plus sign or a label outweighs only those without a fixed form of their own.
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
DATE = re.compile(rf"(?<!\d)(?:(?:19|20)\d\d[-/. ]{_MONTH}[-/. ]{_DAY}|{_DAY}[-/.]{_DAY}[-/.](?:19|20)?\d\d)(?!\d)")
ISBN = re.compile(r"97[89][ -]?(?:\d[ -]?){9}\d")
NUMBERED = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|\d{1,3}\.\d{4,}|\d{2,7}-\d\d-\d(?!\d)")
CODED = re.compile(
    r"(?:\bsku|\bref|\bart(?:icle|ikel)?|\bitem|\border|\bmodel|\bpart|\bserial|\bbatch|\blot|\bisbn|\bissn|\bean|\bgtin|\bupc|\bcas|\bvat|\btax|\breg(?:istration)?|\bcompany"
    r"|\biban|\bkonto|\baccount|\bcode|\bid|\bhrb|\babn|\bacn|\bсорт|\bинн|\bогрн|\bкпп|\bбик|\bсчет|\bsiret|\bsiren|\bnif|\bcif|\bustid|\bpatent|\btracking|\basin|\bwarranty"
    r"|货号|编号|型号|条码|订单号|备案号?|批号|执照号?|证号?)[ ]?(?:no|nr|number|num|id|code|#|№)?[ ]?[.:：#№]{0,2}[ ]{0,2}$|[#№$€£¥₹]\s?$",
    re.IGNORECASE,
)
# Reserved for fiction: North America 555-01xx (ATIS-0300115), United Kingdom (Ofcom, "Telephone numbers for use in TV and radio drama"),
# France (Arcep, decision 2018-0881), Germany (Bundesnetzagentur, "Rufnummern für Medienproduktionen"), Australia (ACMA, "Phone numbers for
# use in radio, TV, film and ads"), Ireland (ComReg), Sweden (PTS, "Telefonnummer för användning i böcker och filmer").
_FICTION = """
1(?:\\d{3})?55501\\d\\d  155501\\d{5}
447700900\\d{3}  44(?:11[3-8]|121|131|141|151|161)4960\\d{3}  441914980\\d{3}  442079460\\d{3}  442896496\\d{3}  442920180\\d{3}
441632960\\d{3}  448081570\\d{3}  449098790\\d{3}  443069990\\d{3}
33(?:19900|26191|35301|46571|53649|63998)\\d{4}
493023125\\d{3}  496990009\\d{3}  494066969\\d{3}  492214710\\d{3}  498999998\\d{3}  4917139200\\d\\d  4915228817386  491729925904
61[2378](?:5550|7010)\\d{4}  6149157(?:0006|015[6-9]|0110|1266|1491|1804|2549|2665)
6149157(?:2983|3087|3770|4118|4632|5254|5789|6398|6801|7426|7644|8957|9760)
35320910\\d{4}  4670174(?:060[5-9]|06[1-9]\\d)  468465004\\d\\d  46313900(?:6\\d\\d)
"""
FICTION = re.compile(rf"\+(?:{'|'.join(_FICTION.split())})")
MONEY = tuple("$€£¥₹")
AMOUNT = re.compile(r"\d{1,6}[ ]{1,2}(?=[(\d])")
WHOLE = re.compile(r"(?:00)?([1-9]\d{10,14})")
NORTH_AMERICA = re.compile(r"(?<![\d.-])(?:\+?1[-. ]?)?(?:\([2-9]\d\d\)[ -]?|[2-9]\d\d([-. ]))[2-9]\d\d(?(1)\1|[-. ])\d{4}(?!\d|[-.]\d)")
UNCLOSED = re.compile(r"(?<=\d)[ \t]*\([^()]*$")
SINGLY = re.compile(r"\d(?:[ ]{0,2}\d)*")  # digit by digit, or by groups of any size
CHINA_MOBILE = re.compile(r"1[3-9]\d(?:\d{8}|[ .-]\d{4}[ .-]\d{4})")


@dataclass(frozen=True, slots=True)
class Seen:
    """A number in E.164 at `[start:end]` of the text, and the labels the words around give it."""

    start: int
    end: int
    number: str
    labels: frozenset[str]


def numbers_in(text: str, region: str | None = None) -> Iterator[Seen]:
    """The phone numbers of a text, in order. `region` (ISO 3166) is where numbers without a plus sign are dialled; without one
    only labelled or plus-signed international numbers count."""
    done = 0
    for _ in range(CANDIDATES_MAX):
        candidate = CANDIDATE.search(text, done)
        if candidate is None:
            return
        start, end = candidate.span()
        done = end
        amount = AMOUNT.match(text, start, end) if text[max(0, start - 1) : start] in MONEY else None
        if amount:  # "$20 415-666-7777": the amount is no part of the number
            start = amount.end()
        if is_something_else(text, start, end):
            continue
        labels = labels_of(text, start, end)
        if text[start:end].lstrip("(").startswith("+"):
            found = international(text, start, end)
        elif labels:
            found = labelled(text, start, end, region) or national(text, start, end, region, 0 if amount else AROUND)
        else:
            found = national(text, start, end, region, 0 if amount else AROUND)
        if found is not None:
            done = max(found[1], start + 1)
            yield Seen(*found, labels)


def is_something_else(text: str, start: int, end: int) -> bool:
    """True for a date, an ISBN, an IP address, a coordinate, a CAS number, or digits behind the name of a code or a currency sign."""
    written = text[start:end]
    if DATE.match(written) or (ISBN.fullmatch(written) and "+" not in written) or NUMBERED.fullmatch(written):
        return True
    return CODED.search(text, max(0, start - 40), start) is not None


def international(text: str, start: int, end: int) -> tuple[int, int, str] | None:
    """The number with a plus sign that begins here."""
    for match in PhoneNumberMatcher(text[max(0, start - AROUND) : end + AROUND], None, Leniency.VALID):
        at = match.start + max(0, start - AROUND)
        if start <= at < end:
            return at, match.end + max(0, start - AROUND), spelled(match.number)
    number = e164(text[start:end])  # ranges set apart for fiction are no valid numbers to the matcher
    return (start, end, number) if number else None


def labelled(text: str, start: int, end: int, region: str | None) -> tuple[int, int, str] | None:
    """A number behind a label: dialled in the region, or written in full without its plus sign. A bracket left open ends it."""
    written = UNCLOSED.sub("", text[start:end])
    end = start + len(written)
    digits = re.sub(r"\D", "", written)
    whole = WHOLE.fullmatch(digits)
    readings: list[tuple[str, str | None]] = [(written, region)] if region else []
    if not region and CHINA_MOBILE.fullmatch(digits if SINGLY.fullmatch(written) else written):
        readings.append((written, "CN"))
    if not region and NORTH_AMERICA.fullmatch(written):
        readings.append((written, "US"))
    if whole:
        readings.append(("+" + whole[1], None))
    for reading, dialled in readings:
        number = e164(reading, dialled)
        if number is not None:
            return start, end, number
    return None


def national(text: str, start: int, end: int, region: str | None, around: int) -> tuple[int, int, str] | None:
    """A number without plus sign and label, grouped as its country writes it: a bare run of digits is a code until something names it.
    Where nothing names a country, only North America's own grouping counts, which no other country shares."""
    if text[start:end].isdigit():
        return None
    if region is None:
        american = NORTH_AMERICA.search(text, start, end)
        if american is None:
            return None
        (start, end), region = american.span(), "US"
    offset = max(0, start - around)
    for match in PhoneNumberMatcher(text[offset : end + AROUND], region, Leniency.EXACT_GROUPING):
        if start <= match.start + offset < end and not match.raw_string.isdigit():
            return match.start + offset, match.end + offset, spelled(match.number)
    return None


def e164(written: str, region: str | None = None, *, dialled: bool = False) -> str | None:
    """The number in E.164, or None when no such number can exist; `region` (ISO 3166) is where a number without plus sign is dialled.

    Valid by the metadata, or in a range set apart for fiction (demo data use these). With `dialled` (the page has a link that
    dials it) a possible length is enough: metadata trail new ranges by months.
    """
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    exists = (
        FICTION.fullmatch(spelled(number)) or phonenumbers.is_valid_number(number) or (dialled and phonenumbers.is_possible_number(number))
    )
    return spelled(number) if exists else None


def spelled(number: phonenumbers.PhoneNumber) -> str:
    """The number in E.164, extension left out."""
    written: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written
