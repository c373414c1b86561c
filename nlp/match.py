"""Flags of one text: controlled names and numbers, coded words in context, promises, and the pairs that mean more together."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from nlp.cas import Number, cas_numbers
from nlp.claims import find_claims
from nlp.context import doubt
from nlp.findings import Flag
from nlp.lexicon import Lexicons
from nlp.lexicon_models import Entry, Substance
from nlp.mismatch import mismatches
from nlp.normalize import Normalised, normalise
from nlp.passage_model import ASKED_MAX, PASSAGE_MAX, load_passage_model, plain
from nlp.scan import Scan, TermHit, scan
from nlp.where import text_place

NUMBER_REACH = 160
OFFERED = 1.0  # log-odds of a passage in which a doubtful short name is believed
SAID_MIN = 12  # characters of such a passage: a name alone says nothing
TEXT_MAX = 2_000_000  # code points looked at; what stands behind is not read


def find_flags(text: str, language: str | None, lexicons: Lexicons) -> list[Flag]:  # noqa: ARG001 - sellers mix languages: all are tried
    """Flags in text order; flags of kind `term` never overlap. Spans are half-open code points of `text`; text beyond 2 million code
    points is not read. `language` is part of the contract but only a hint: every lexicon is tried on every text."""
    shown = normalise(text[:TEXT_MAX], lexicons)
    seen = scan(shown.skeleton, lexicons)
    cleaned = shown.channels[0]
    numbers = [
        (number, cleaned.span(number.start)[0], cleaned.span(number.end - 1)[1]) for number in cas_numbers(cleaned.text, lexicons.numbers)
    ]
    names = _names(shown, seen, lexicons)
    listed = [place for place in numbers if _is_listed(place[0], _skeleton_place(shown, place[0]), seen, lexicons)]
    named = [_named(hit, shown, seen, lexicons) for hit in names]
    terms = _apart([*(_numbered(place, text, seen, shown, lexicons) for place in listed), *named])
    substances = sorted(
        [(hit.start, lexicons.entries[hit.entry].category) for hit in names]
        + [(_skeleton_place(shown, place[0]), _substance(place[0], lexicons).category) for place in listed]
    )
    claims = [
        _flag(shown, "claim", hit.claim.id, hit.claim.term, hit.claim.category, None, hit.start, hit.end, hit.weight, hit.language)
        for hit in find_claims(shown.skeleton, seen, substances, lexicons, lambda start, end: _passage(shown, start, end))
    ]
    wrong = [
        Flag("mismatch", found.id, found.term, "identity", found.substance, text[found.start : found.end], found.score, obfuscated=False,
             where=text_place(text, found.start, found.end))
        for found in mismatches([_span(flag) for flag in named if flag.substance], numbers, text, lexicons)
    ]  # fmt: skip
    flags = [*terms, *claims, *_pairs(text, terms, claims, lexicons), *wrong]
    return sorted(flags, key=lambda flag: (flag.where.start or 0, flag.where.end or 0, flag.kind, flag.id))


def _names(shown: Normalised, seen: Scan, lexicons: Lexicons) -> list[TermHit]:
    """The names in their context: words that its entry asks for, or a passage that offers and promises where the entry allows that."""
    fit, doubted = [], []
    for hit in seen.terms:
        entry = lexicons.entries[hit.entry]
        if _fits(entry, hit, seen):
            fit.append(hit)
        elif entry.offered and not (entry.not_near and seen.has_near(entry.not_near, hit.start, hit.end, entry.within)):
            doubted.append(hit)
    if doubted[:ASKED_MAX]:
        passages = [_passage(shown, hit.start, hit.end) for hit in doubted[:ASKED_MAX]]
        odds = load_passage_model().log_odds(passages)
        fit += [hit for hit, one, said in zip(doubted, odds, passages, strict=False) if one >= OFFERED and len(said) >= SAID_MIN]
    return sorted(fit, key=lambda hit: (hit.start, hit.end, hit.entry))


def _passage(shown: Normalised, start: int, end: int) -> str:
    """The written text around a stretch of the skeleton within its line, at most 400 characters unless the stretch is longer."""
    first, last = shown.span(start, end)
    room = max(0, PASSAGE_MAX - (last - first))
    line = shown.text.rfind("\n", max(0, first - room), first) + 1 or max(0, first - room)
    stop = shown.text.find("\n", last, last + room)
    stop = min(len(shown.text), last + room) if stop < 0 else stop
    before = min(first - line, max(room // 2, room - (stop - last)))
    return plain(shown.text[first - before : min(stop, last + room - before)])


def _fits(entry: Entry, hit: TermHit, seen: Scan) -> bool:
    """The entry's context test: a word of a `near` group within reach and none of a `not_near` group."""
    if entry.not_near and seen.has_near(entry.not_near, hit.start, hit.end, entry.within):
        return False
    return not entry.near or seen.has_near(entry.near, hit.start, hit.end, entry.within, outside=True)


def _named(hit: TermHit, shown: Normalised, seen: Scan, lexicons: Lexicons) -> Flag:
    entry = lexicons.entries[hit.entry]
    score = round(entry.weight * doubt(seen, hit.start, hit.end), 4)
    term = entry.term or entry.forms[0]
    return _flag(shown, "term", entry.id, term, entry.category, entry.substance, hit.start, hit.end, score, lexicons.languages[entry.id])


def _is_listed(number: Number, at: int, seen: Scan, lexicons: Lexicons) -> bool:
    if not number.is_valid or number.value not in lexicons.numbers or number.value in lexicons.wrong_numbers:
        return False
    near = _substance(number, lexicons).near
    return not near or seen.has_near(near, at, at + len(number.value), NUMBER_REACH, outside=True)


def _substance(number: Number, lexicons: Lexicons) -> Substance:
    return lexicons.substances[lexicons.numbers[number.value]]


def _numbered(place: tuple[Number, int, int], text: str, seen: Scan, shown: Normalised, lexicons: Lexicons) -> Flag:
    number, start, end = place
    substance = _substance(number, lexicons)
    at = _skeleton_place(shown, number)
    score = round(substance.weight * doubt(seen, at, at), 4)
    written = text[start:end]
    return Flag("term", f"{substance.id}-cas", number.value, substance.category, substance.id, written, score, written != number.value,
                text_place(text, start, end))  # fmt: skip


def _skeleton_place(shown: Normalised, number: Number) -> int:
    place = number.start
    for channel in shown.channels[1:]:
        place = channel.at(place)
    return place


def _flag(
    shown: Normalised,
    kind: str,
    name: str,
    term: str,
    category: str,
    substance: str | None,
    start: int,
    end: int,
    score: float,
    language: str,
) -> Flag:
    first, last = shown.span(start, end)
    where = text_place(shown.text, first, last)
    disguised = shown.is_disguised(start, end)
    return Flag(kind, name, term, category, substance, shown.text[first:last], score, disguised, where, language)


def _span(flag: Flag) -> tuple[str, int, int]:
    return flag.substance or "", flag.where.start or 0, flag.where.end or 0


def _apart(terms: Sequence[Flag]) -> list[Flag]:
    """Terms without overlap, in text order: of two that overlap the longer stays, of equals the earlier."""
    kept: list[Flag] = []
    for flag in sorted(terms, key=lambda flag: (flag.where.start or 0, -len(flag.text))):
        if not kept or _span(flag)[1] >= _span(kept[-1])[2]:
            kept.append(flag)
        elif len(flag.text) > len(kept[-1].text):
            kept[-1] = flag
    return kept


def _pairs(text: str, terms: Sequence[Flag], claims: Sequence[Flag], lexicons: Lexicons) -> Iterator[Flag]:
    """Each pair once a text: the surest claim with a term within reach and the nearest such term, the span from the first to the last of
    them. A doubted promise makes a weak pair."""
    weights = {claim.id: claim.weight for claim in lexicons.claims.claims}
    for pair in lexicons.claims.pairs:
        ours = [_span(term) for term in terms if term.category in pair.categories]
        starts = [start for _, start, _ in ours]
        couples = [
            (-claim.score / weights[claim.id], max(term[1] - last, first - term[2], 0), min(term[1], first), max(term[2], last))
            for claim in claims
            if claim.id in pair.claims
            for _, first, last in [_span(claim)]
            for term in ours[max(0, bisect_right(starts, first) - 1) : bisect_right(starts, first) + 1]
        ]
        near = [couple for couple in couples if couple[1] <= pair.within]
        if near:
            share, _, start, end = min(near)
            score = round(pair.weight * math.sqrt(min(1.0, -share)), 4)
            yield Flag("pair", pair.id, pair.term, pair.category, None, text[start:end], score, obfuscated=False,
                       where=text_place(text, start, end))  # fmt: skip
