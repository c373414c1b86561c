"""The first steps of normalisation, for all languages: compatibility forms, invisible characters, case, marks, digits, dashes."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from nlp.channels import Channel, Edit
from nlp.glyphs import DASHES, code_character, extends, is_invisible, script

MARKS_MAX = 30  # a base keeps so many marks (UAX 15 stream-safe text): ordering more costs quadratic time
GROWTH_MAX = 6  # the two phrase ligatures that grow to 8 and 18 letters (U+FDFA, U+FDFB) stay: a page of them must not grow so
MARKLESS = frozenset({"LATIN", "CYRILLIC", "GREEK"})  # scripts whose marks people leave out; elsewhere a mark is a vowel
_RUN = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
_SPACES = re.compile(r"\s{2,}")
_NEWLINES = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_PLAIN = (
    dict.fromkeys(DASHES, "-")
    | dict.fromkeys("’‘ʼ`´", "'")
    | dict.fromkeys(" \t\x1f\u1680", " ")
    | dict.fromkeys(_NEWLINES, "\n")
    | {chr(upper): chr(upper + 32) for upper in range(ord("A"), ord("Z") + 1)}
)
_PLAIN_TABLE = str.maketrans(_PLAIN)


def clean(text: str) -> Channel:
    """Channel (a): NFKC without format and other invisible characters. For phones, prices, payments."""
    return Channel(text, () if text.isascii() else _rewrites(text, _compatible))


def folded(cleaned: str) -> Channel:
    """Cleaned text as terms are compared: case-folded, dashes and quotes plain, marks off Latin, Cyrillic and Greek, white space single."""
    edits: list[Edit] = [(m.start(), m.end(), "\n" if any(c in _NEWLINES for c in m[0]) else " ") for m in _SPACES.finditer(cleaned)]
    if not cleaned.isascii():
        edits = sorted([*edits, *_rewrites(cleaned, _caseless)])
    channel = Channel(cleaned, edits)
    channel.text = channel.text.translate(_PLAIN_TABLE)
    return channel


def code_text(cleaned: str) -> str:
    """Channel (b), same length as the cleaned text: digits of every kind as ASCII, dashes as `-`."""
    return cleaned if cleaned.isascii() else "".join(map(code_character, cleaned))


def fold_word(word: str) -> str:
    """One word or phrase, cleaned and folded: what both sides of every comparison of terms look like."""
    return folded(clean(word).text).text


def _rewrites(text: str, reading: Callable[[str], str]) -> Iterator[Edit]:
    """One edit for every cluster (a character and what may join it) outside ASCII that `reading` changes. Invisible characters at the
    end of a cluster are dropped by an edit of their own, so that no span grows by them."""
    for run in _RUN.finditer(text):
        start, shown = run.start(), run[0]
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
