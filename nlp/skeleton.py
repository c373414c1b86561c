"""Reading disguised words: look-alike letters, digits and signs for letters, letters spaced out. Source: UTS #39, DESIGN.md section 5.

A word that mixes scripts is read by its look-alikes. Everything else is undone only where a known word comes out, with three exceptions
that no ordinary word needs: digits inside a word (`supp0rt`), one letter torn off (`paypa-l`), letters that draw another one where
they cannot stand (`adrnin`, `vvord`). `4-AP` has its digit behind a dash: never touched. Words without anything odd are not looked at.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from nlp.channels import Edit
from nlp.glyphs import HAN, LEET, look_class, lookalikes, script

WORD_MAX = 48  # longer runs are no words; also bounds the work per word
# Letters, digits, the signs of leet, and look-alikes that are no letters to this Python's Unicode (outlined digits).
_SIGNS = "".join(sorted(char for char in lookalikes() if not char.isalnum()))
_TOKEN = re.compile(rf"(?:[^\W_{HAN}]|[@$!|€+*]|[{re.escape(_SIGNS)}])+")
_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[ .\-_*·•/|~\n]{1,3}[^\W_](?![^\W_])){1,63}")
_SEPARATOR = re.compile(r"[.\-_*·~|](?=[a-z])(?<=[a-z].)")
_HEAD = re.compile(r"(?<![^\W_])[a-z]{1,20}\Z")
_BROKEN = re.compile(r"[a-z]{1,20}(?:[.\-_*·~|][a-z]{1,20}){1,6}(?![a-z0-9])")
_TORN = re.compile(r"[a-z]{4,20}-[a-z]")
# Places that make a token worth reading. Each pattern begins with one set or one letter pair: alternations cost ten times as much.
_SIGN_RUN = re.compile(r"[0-9@$!|€+*]+")
_FOREIGN = re.compile(rf"[^{HAN}\x00-\xa9\u2000-\u206f\u3000-\u303f]+")
_PAIRS = [re.compile(pair) for pair in ("rn", "vv", "cl")]
_PAIR = re.compile("rn|vv|cl")
_DIGIT_WORD = re.compile(r"0?[a-z]+(?:[0-9]{1,2}[a-z]+)*[018]?")
_SIGN_WORD = re.compile(r"\$[a-z]{4,}|[a-z]+[$!|][a-z]+")
# Letter pairs that draw one letter, where English does not write them: after another consonant, at the beginning, before a consonant.
_DRAWN = re.compile(r"(?<![aeiouy])rn(?=[a-z])|vv(?![aeiouy]\b)|(?<=[aeiou])cl(?=[bcdfghjkmnpqstvwxz])")
_DRAWS = {"rn": "m", "vv": "w", "cl": "d"}
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxz")
_CYRILLIC = {read: char for char, read in lookalikes().items() if script(char) == "CYRILLIC" and char.islower() and len(read) == 1} | {
    "m": "м", "h": "н", "t": "т", "b": "в", "k": "к", "e": "е", "i": "і",
}  # fmt: skip
# Letters that only people take for these: `feпtaпyl`. Read where a known word comes out, never otherwise.
_DRAWN_CYRILLIC = {
    "п": "n",
    "и": "u",
    "я": "r",
    "ш": "w",
    "г": "r",
    "м": "m",
    "т": "t",
    "н": "h",
    "в": "b",
    "к": "k",
    "д": "d",
    "э": "e",
    "ч": "y",
    "л": "n",
}


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


def disguises(text: str, raw_of: Callable[[int, int], str], odd: Sequence[int], words: Words) -> list[Edit]:
    """Edits over the folded text that undo disguise, in order. `raw_of` gives a stretch as written, one character for each of the text;
    `odd` are the places (in order) where what was written looks unlike what was folded: a capital I after small letters, a styled
    letter."""
    found = sorted([*_joined(text, words), *_tokens(text, raw_of, odd, words)], key=lambda edits: (edits[0][0], -edits[-1][1]))
    kept: list[Edit] = []
    for edits in found:
        if not kept or edits[0][0] >= kept[-1][1]:
            kept += edits
    return kept


def _joined(text: str, words: Words) -> Iterator[list[Edit]]:
    for run in _SPACED.finditer(text):
        places = [run.start() + at for at, char in enumerate(run[0]) if char.isalnum()]
        yield from _spelled(text, places, words)
    done = 0
    for separator in _SEPARATOR.finditer(text):
        if separator.start() < done:
            continue
        head = _HEAD.search(text, max(done, separator.start() - 20), separator.start())
        broken = _BROKEN.match(text, head.start()) if head else None
        if not broken:
            continue
        first = broken.start()
        done = broken.end()
        places = [first + at for at, char in enumerate(broken[0]) if char.isalpha()]
        torn = _TORN.fullmatch(broken[0]) and not _touches_dash(text, first, done) and broken[0][:-2] not in words
        if len(places) >= 6 and ("".join(text[at] for at in places) in words or torn):
            yield [(a, b, "") for a, b in _gaps(places)]


def _touches_dash(text: str, start: int, end: int) -> bool:
    """True inside a longer written name (`4-vitamin-c`, `n-(butan-e`), where nothing is joined."""
    return text[max(0, start - 1) : start] in {"-", ",", "(", "."} or text[end : end + 1] in {"-", ",", "("}


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


def _tokens(text: str, raw_of: Callable[[int, int], str], odd: Sequence[int], words: Words) -> Iterator[list[Edit]]:
    done = 0
    for place in _suspects(text, odd):
        if place < done:
            continue
        start = place
        while start > done and place - start <= WORD_MAX and _TOKEN.match(text[start - 1]):
            start -= 1
        match = _TOKEN.match(text, start)
        if not match:
            continue
        token, done = match[0], match.end()
        if len(token) > WORD_MAX or (token.isdigit() and token.isascii() and done - start > 1):
            continue
        raw = raw_of(start, done)
        alone = text[max(0, start - 1) : done + 1].strip() == token
        reading = _reading(token, raw, words, alone)
        if reading:
            yield [(start + a, start + b, read) for a, b, read in reading]


def _suspects(text: str, odd: Sequence[int]) -> list[int]:
    """Places where a token holds something odd, in order: signs and digits that touch letters, letters outside ASCII, drawn letters."""
    places = list(odd)
    for run in _SIGN_RUN.finditer(text):
        start, end = run.span()
        if (start and text[start - 1].isalpha()) or text[end : end + 1].isalpha():
            places.append(start)
    for pair in _PAIRS:
        places += [match.start() for match in pair.finditer(text)]
    if not text.isascii():
        places += [match.start() for match in _FOREIGN.finditer(text)]
    return sorted(places)


@lru_cache(maxsize=16384)
def _reading(token: str, raw: str, words: Words, alone: bool) -> tuple[Edit, ...] | None:
    """What is to be read otherwise in the token, as edits of it; None when nothing is."""
    read = _read(token, raw, words, alone=alone)
    edits = tuple((at, at + 1, letters) for at, letters in enumerate(read) if letters != token[at])
    return edits or (_drawn(token, words) if token.isascii() and token.isalpha() else None)


def _drawn(token: str, words: Words) -> tuple[Edit, ...] | None:
    """Edits that read letters drawn by two others: a known word comes out, or they stand where no word has them."""
    pairs = list(_PAIR.finditer(token))
    if not pairs or token in words:
        return None
    for chosen in (pairs, *([pair] for pair in pairs)):
        shown = _redrawn(token, chosen)
        if len(shown) >= 4 and shown in words:
            return tuple((pair.start(), pair.end(), _DRAWS[pair[0]]) for pair in chosen)
    return tuple((pair.start(), pair.end(), _DRAWS[pair[0]]) for pair in _DRAWN.finditer(token)) if len(token) >= 5 else None


def _redrawn(token: str, pairs: Sequence[re.Match[str]]) -> str:
    for pair in reversed(pairs):
        token = token[: pair.start()] + _DRAWS[pair[0]] + token[pair.end() :]
    return token


def _read(token: str, raw: str, words: Words, *, alone: bool) -> Sequence[str]:
    """What each character of the token reads as; the token itself when nothing is to be undone."""
    if token in words:
        return token
    table = lookalikes()
    caseless = [table.get(char, char) for char in token]
    visual = ["l" if char == "I" and at else table.get(char, caseless[at]) for at, char in enumerate(raw)]
    for guess in (
        visual,
        caseless,
        *([_as_cyrillic(token), [_DRAWN_CYRILLIC.get(char, char) for char in caseless]] if not token.isascii() else []),
    ):
        known = words.read("".join(guess))
        if known:
            return _dealt(known, guess)
    if len(token) == 1:
        styled = raw.lower() != token or not token.isalnum()
        return visual if alone and styled else token
    if _mixes(token, raw):
        shouted = all(char.isupper() or not char.isalpha() for char in raw)
        mixed = [caseless[at] if char.isupper() and (at == 0 or shouted) else visual[at] for at, char in enumerate(raw)]
        return _letters(mixed) if _is_leet("".join(mixed)) else mixed
    return _letters(token) if token.isascii() and _is_leet(token) else token


def _is_leet(token: str) -> bool:
    return sum(map(str.isalpha, token)) >= 4 and bool(_DIGIT_WORD.fullmatch(token) or _SIGN_WORD.fullmatch(token))


def _letters(word: Sequence[str]) -> list[str]:
    return [_letter_for_digit(word, at) for at in range(len(word))]


def _dealt(word: str, guess: Sequence[str]) -> list[str]:
    """The letters of `word` dealt to the places of a guess that is as long in all."""
    dealt, at = [], 0
    for piece in guess:
        dealt.append(word[at : at + len(piece)])
        at += len(piece)
    return dealt


def _mixes(token: str, raw: str) -> bool:
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
    if word[at] in "1!" and 0 < at < len(word) - 1 and word[at - 1] in _CONSONANTS and word[at + 1] in _CONSONANTS:
        return "i"
    return LEET[word[at]] if word[at] in LEET and not word[at].isalpha() else word[at]


def _as_cyrillic(token: str) -> list[str]:
    return [_CYRILLIC.get(char, char) if char.isascii() else char for char in token]


def _fits(censored: str, word: str) -> bool:
    return all(mark in {"*", letter} for mark, letter in zip(censored, word, strict=True))
