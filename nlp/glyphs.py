"""What single characters are: look-alikes (TR39), digits, dashes, invisible and combining characters, scripts."""

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

DASHES = frozenset("‐‑‒–—―−⁃˗➖﹘﹣－─━᐀־⸺⸻〜〰ー")  # Pd and what is typed for it
HAN = "\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
LEET = {"0": "o", "1": "l", "2": "z", "3": "e", "4": "a", "5": "s", "6": "b", "7": "t", "8": "b", "9": "g"} | {
    "@": "a", "$": "s", "!": "l", "|": "l", "€": "e", "+": "t", "£": "l", "i": "l",
}  # fmt: skip
_CLASS = str.maketrans(LEET)
# Invisible although not of category Cf: grapheme joiner, Hangul fillers, Khmer and Mongolian selectors, variation selectors.
_IGNORED = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\u2065") | {chr(c) for c in range(0xFE00, 0xFE10)}
# Second characters of canonical pairs that are no marks by class: Indic vowel signs lie here, conjoining jamo besides.
_PAIRED = ((0x900, 0x1100), (0x1B00, 0x1B80), (0x11000, 0x12000))


@cache
def lookalikes() -> dict[str, str]:
    """Character → the ASCII letters or digits it is read as (`lexicons/confusables.txt`, Unicode's table of the version named there)."""
    table: dict[str, str] = {}
    for line in files("lexicons").joinpath("confusables.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            read, points = line.split("\t")
            table |= {chr(int(point, 16)): read for point in points.split()}
    return table


@cache
def _second_of_a_pair() -> frozenset[str]:
    pairs = (unicodedata.decomposition(chr(c)).split() for low, high in _PAIRED for c in range(low, high))
    indic = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    return frozenset(indic | {chr(c) for c in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))})


@lru_cache(maxsize=65536)
def is_invisible(char: str) -> bool:
    """True for format characters and the other default-ignorable ones: people do not see them."""
    return unicodedata.category(char) == "Cf" or char in _IGNORED or 0xE0100 <= ord(char) <= 0xE01EF


@lru_cache(maxsize=65536)
def extends(char: str) -> bool:
    """True when the character may join the one before it under NFKC, so the two must be normalised together."""
    first = unicodedata.normalize("NFKD", char)[:1]
    return is_invisible(char) or unicodedata.combining(first) != 0 or first in _second_of_a_pair()


@lru_cache(maxsize=65536)
def script(char: str) -> str:
    """The script of a letter by its Unicode name (`LATIN`, `CYRILLIC`, `CJK`, …), "" for anything that is no letter."""
    return unicodedata.name(char, "").split(" ")[0] if char.isalpha() else ""


@lru_cache(maxsize=65536)
def code_character(char: str) -> str:
    """The character as codes are read: any script's or circled digit as ASCII digit, any dash as `-`, else itself."""
    if char in DASHES or unicodedata.category(char) == "Pd":
        return "-"
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)


def look_class(word: str) -> str:
    """The folded word with every digit, sign and letter of one look as one letter: equal for `fentanyl`, `f3ntany1` and `fentany|`."""
    return word.translate(_CLASS)
