"""The first steps of normalisation, for all languages: compatibility forms, invisible characters, case, marks, digits, dashes."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

from nlp.channels import Channel, Edit
from nlp.glyphs import DASHES, code_character, extends, is_invisible, script

MARKS_MAX = 30  # a base keeps so many marks (UAX 15 stream-safe text): ordering more costs quadratic time
GROWTH_MAX = 6  # the two phrase ligatures that grow to 8 and 18 letters (U+FDFA, U+FDFB) stay: a page of them must not grow so
MARKLESS = frozenset({"LATIN", "CYRILLIC", "GREEK"})  # scripts whose marks people leave out; elsewhere a mark is a vowel
_SPACES = re.compile(r"\s{2,}")
_NEWLINES = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_PLAIN = dict.fromkeys(DASHES, "-") | dict.fromkeys("’‘ʼ`´", "'") | dict.fromkeys(" \t\x1f\u1680", " ") | dict.fromkeys(_NEWLINES, "\n")
# Blocks of everyday letters: what steps (a) and (c) do to each of their characters alone is known beforehand.
_EVERYDAY = [(0xA0, 0x530), (0x1E00, 0x2070), (0x3000, 0x3040), (0x4E00, 0xA000), (0xFF00, 0xFF61)]


def clean(text: str) -> Channel:
    """Channel (a): NFKC without format and other invisible characters. For phones, prices, payments."""
    return Channel(text, () if text.isascii() else _rewrites(_unclean(), text, _compatible))


def folded(cleaned: str) -> Channel:
    """Cleaned text as terms are compared: case-folded, dashes and quotes plain, marks off Latin, Cyrillic and Greek, white space single."""
    edits: list[Edit] = [(m.start(), m.end(), "\n" if any(c in _NEWLINES for c in m[0]) else " ") for m in _SPACES.finditer(cleaned)]
    if not cleaned.isascii():
        edits = sorted([*edits, *_rewrites(_uncommon(), cleaned, _caseless)])
    channel = Channel(cleaned, edits)
    channel.text = _plain(channel.text)
    return channel


def _plain(text: str) -> str:
    """The changes that are one character for one: offsets stay, so they cost no edit. ASCII in bulk: a table costs ten times as much."""
    if not text.isascii():
        text = _BEYOND_ASCII.sub(lambda run: run[0].translate(_one_to_one()), text)
    text = text.lower()
    for char, plain in _PLAIN.items():
        if char.isascii() and char != plain and char in text:
            text = text.replace(char, plain)
    return text


def code_text(cleaned: str) -> str:
    """Channel (b), same length as the cleaned text: digits of every kind as ASCII, dashes as `-`."""
    return cleaned if cleaned.isascii() else _BEYOND_ASCII.sub(lambda run: "".join(map(code_character, run[0])), cleaned)


def fold_word(word: str) -> str:
    """One word or phrase, cleaned and folded: what both sides of every comparison of terms look like."""
    return folded(clean(word).text).text


@cache
def _one_to_one() -> dict[int, str]:
    """Every change of one character of an everyday block to another in the folding step."""
    everyday = {code: _caseless(chr(code)) for code in _codes() if not extends(chr(code))}
    folded_ones = {code: read for code, read in everyday.items() if len(read) == 1 and read != chr(code)}
    return folded_ones | str.maketrans(_PLAIN)


@cache
def _unclean() -> re.Pattern[str]:
    """Characters that channel (a) changes, or that join the one before them, with that one."""
    return _runs_without(char for char in map(chr, _codes()) if not extends(char) and _compatible(char) == char)


@cache
def _uncommon() -> re.Pattern[str]:
    """The same for the folding step, without what is folded one for one."""
    return _runs_without(char for char in map(chr, _codes()) if not extends(char) and len(_caseless(char)) == 1)


def _codes() -> Iterator[int]:
    return (code for low, high in _EVERYDAY for code in range(low, high))


def _runs_without(known: Iterable[str]) -> re.Pattern[str]:
    return re.compile(f"[^\\x00-\\x7f{re.escape(''.join(known))}]+")


def _rewrites(odd: re.Pattern[str], text: str, reading: Callable[[str], str]) -> Iterator[Edit]:
    """One edit for every cluster (a character and what may join it) outside ASCII that `reading` changes. Invisible characters at the
    end of a cluster are dropped by an edit of their own, so that no span grows by them."""
    for run in odd.finditer(text):
        start = run.start() - 1 if run.start() and extends(run[0][0]) else run.start()
        shown = text[start : run.end()]
        for at, end in _clusters(shown):
            visible = end
            while visible > at and is_invisible(shown[visible - 1]):
                visible -= 1
            cluster = shown[at:visible]
            read = cluster if cluster.isascii() else reading(cluster if len(cluster) <= MARKS_MAX else _cut(cluster))
            if read != cluster:
                yield start + at, start + visible, read
            if visible < end:
                yield start + visible, start + end, ""


def _clusters(run: str) -> Iterator[tuple[int, int]]:
    start = 0
    for at, char in enumerate(run):
        if at and not extends(char):
            yield start, at
            start = at
    yield start, len(run)


def _cut(cluster: str) -> str:
    return "".join(char for char in cluster if not is_invisible(char))[: MARKS_MAX + 1]


@lru_cache(maxsize=65536)
def _compatible(cluster: str) -> str:
    before, read = None, cluster
    while read != before:
        before = read
        read = unicodedata.normalize("NFKC", "".join(char for char in read if not is_invisible(char)))
    return read if len(read) <= len(cluster) * GROWTH_MAX else cluster


@lru_cache(maxsize=65536)
def _caseless(cluster: str) -> str:
    before, read = None, cluster
    while read != before:
        before = read
        read = unicodedata.normalize("NFC", read.casefold())
        if script(read[:1]) in MARKLESS:
            marked = unicodedata.normalize("NFD", read)
            read = unicodedata.normalize("NFC", "".join(char for char in marked if unicodedata.category(char) != "Mn"))
    return read
