"""Reading disguised words: look-alike letters, digits and signs for letters, letters spaced out. Source: UTS #39, DESIGN.md section 5.

A word that mixes scripts is read by its look-alikes. Everything else is undone only where a known word comes out, except digits inside
a word (`supp0rt`), which stand for letters unless the word is known as written. `4-AP` has its digit behind a dash: never touched.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from nlp.channels import Edit
from nlp.glyphs import HAN, LEET, look_class, lookalikes, script

WORD_MAX = 48  # longer runs are no words; also bounds the work per word
_TOKEN = re.compile(rf"(?:[^\W_{HAN}]|[@$!|€+*])+")
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[ .\-_*·•/|~\n]{1,3}[^\W_](?![^\W_])){1,63}")
_BROKEN = re.compile(r"(?<![a-z0-9])[a-z]{1,20}(?:[.\-_*·~|][a-z]{1,20}){1,6}(?![a-z0-9])")
_DIGIT_WORD = re.compile(r"[a-z]+(?:[0-9]{1,2}[a-z]+)*[018]?")
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxz")
_CYRILLIC = {read: char for char, read in lookalikes().items() if script(char) == "CYRILLIC" and char.islower() and len(read) == 1} | {
    "m": "м", "h": "н", "t": "т", "b": "в", "k": "к", "e": "е", "i": "і",
}  # fmt: skip


class Words:
    """The words that terms and claims are made of, found by their look. Built once per lexicon."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if len(word) > 1)
        self._by_look = {look_class(word): word for word in sorted(self._words) if len(word) >= 4 and word.isalpha()}
        self._by_length: dict[tuple[int, str], list[str]] = {}
        for word in sorted(word for word in self._words if len(word) >= 6):
            self._by_length.setdefault((len(word), word[0]), []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def read(self, word: str) -> str | None:
        """The known word that `word` is, or (from four letters) looks like; `*` stands for a letter left out when only one word fits."""
        if word in self._words:
            return word
        if "*" not in word:
            return self._by_look.get(look_class(word))
        known = [known for known in self._by_length.get((len(word), word[0]), ()) if _fits(word, known)]
        return known[0] if len(known) == 1 and word.count("*") <= 2 else None


def disguises(text: str, raw_at: Callable[[int], str], odd: Sequence[int], words: Words) -> list[Edit]:
    """Edits over the folded text that undo disguise, in order. `raw_at` gives the character as written; `odd` are the places (in order)
    where what was written looks unlike what was folded: a capital I after small letters, a styled letter."""
    found = sorted([*_joined(text, words), *_tokens(text, raw_at, odd, words)], key=lambda edits: (edits[0][0], -edits[-1][1]))
    kept: list[Edit] = []
    for edits in found:
        if not kept or edits[0][0] >= kept[-1][1]:
            kept += edits
    return kept


def _joined(text: str, words: Words) -> Iterator[list[Edit]]:
    for run in _SPACED.finditer(text):
        places = [run.start() + at for at, char in enumerate(run[0]) if char.isalnum()]
        yield from _spelled(text, places, words)
    for run in _BROKEN.finditer(text):
        places = [run.start() + at for at, char in enumerate(run[0]) if char.isalpha()]
        if len(places) >= 6 and "".join(text[at] for at in places) in words:
            yield [(a, b, "") for a, b in _gaps(places)]


def _spelled(text: str, places: Sequence[int], words: Words) -> Iterator[list[Edit]]:
    """Known words among the single letters at `places`, longest first from the left; short ones only when they are the whole run."""
    letters = [lookalikes().get(text[at], text[at])[0] for at in places]
    first = 0
    while first < len(places):
        for last in range(min(len(places), first + 24), first + 1, -1):
            length = last - first
            if length < 4 and (length != len(places) or (length < 3 and text[places[0]].isascii())):
                continue
            known = words.read("".join(letters[first:last]))
            if known:
                here = places[first:last]
                changed = [(at, at + 1, letter) for at, letter in zip(here, known, strict=True) if text[at] != letter]
                yield sorted([*((a, b, "") for a, b in _gaps(here)), *changed])
                first = last - 1
                break
        first += 1


def _gaps(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((a + 1, b) for a, b in itertools.pairwise(places) if b > a + 1)


def _tokens(text: str, raw_at: Callable[[int], str], odd: Sequence[int], words: Words) -> Iterator[list[Edit]]:
    strange = 0  # index of the next odd place
    for match in _TOKEN.finditer(text):
        token, start = match[0], match.start()
        while strange < len(odd) and odd[strange] < start:
            strange += 1
        is_odd = strange < len(odd) and odd[strange] < match.end()
        if len(token) > WORD_MAX or (token.isascii() and token.isalpha() and not is_odd) or token.isdigit():
            continue
        raw = [raw_at(at) for at in range(start, match.end())] if is_odd or not token.isascii() else list(token)
        reading = _reading(token, raw, words, alone=text[max(0, start - 1) : match.end() + 1].strip() == token)
        edits = [(start + at, start + at + 1, read) for at, read in enumerate(reading) if read != token[at]]
        if edits:
            yield edits


def _reading(token: str, raw: Sequence[str], words: Words, *, alone: bool) -> Sequence[str]:
    """What each character of the token reads as; the token itself when nothing is to be undone."""
    if token in words:
        return token
    table = lookalikes()
    caseless = [table.get(char, char) for char in token]
    visual = ["l" if char == "I" and at else table.get(char, caseless[at]) for at, char in enumerate(raw)]
    for guess in (visual, caseless, *([_as_cyrillic(token)] if not token.isascii() else [])):
        known = words.read("".join(guess))
        if known:
            return _dealt(known, guess)
    if len(token) == 1:
        return visual if alone and raw[0] != token and raw[0].lower() != token else token
    if _mixes(token, raw):
        shouted = all(char.isupper() or not char.isalpha() for char in raw)
        mixed = [caseless[at] if char.isupper() and (at == 0 or shouted) else visual[at] for at, char in enumerate(raw)]
        return [_letter_for_digit(mixed, at) for at in range(len(mixed))] if _DIGIT_WORD.fullmatch("".join(mixed)) else mixed
    if token.isascii() and sum(map(str.isalpha, token)) >= 4 and _DIGIT_WORD.fullmatch(token):
        return [_letter_for_digit(token, at) for at in range(len(token))]
    return token


def _dealt(word: str, guess: Sequence[str]) -> list[str]:
    """The letters of `word` dealt to the places of a guess that is as long in all."""
    dealt, at = [], 0
    for piece in guess:
        dealt.append(word[at : at + len(piece)])
        at += len(piece)
    return dealt


def _mixes(token: str, raw: Sequence[str]) -> bool:
    """Letters of more than one script, a letter that only looks like an everyday Latin one, or styled beside plain letters."""
    scripts = {script(char) for char in token} - {""}
    if len(scripts) > 1:
        return True
    if scripts != {"LATIN"}:
        return False
    return any(not char.isascii() and char in lookalikes() for char in token) or (
        any(char.isascii() and char.isalpha() for char in raw) and any(not char.isascii() for char in raw)
    )


def _letter_for_digit(word: Sequence[str], at: int) -> str:
    if word[at] == "1" and 0 < at < len(word) - 1 and word[at - 1] in _CONSONANTS and word[at + 1] in _CONSONANTS:
        return "i"
    return LEET[word[at]] if word[at].isdigit() else word[at]


def _as_cyrillic(token: str) -> list[str]:
    return [_CYRILLIC.get(char, char) if char.isascii() else char for char in token]


def _fits(censored: str, word: str) -> bool:
    return all(mark in {"*", letter} for mark, letter in zip(censored, word, strict=True))
