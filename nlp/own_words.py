"""The words a page says of its own: visible text without the frame (header, footer, navigation, asides, forms) that every page repeats."""

import re
import unicodedata
from collections.abc import Iterator

from nlp.parse import ParsedPage

FRAME = ("header", "footer", "nav", "aside", "form", "select", "button")
TOKEN = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
DIGIT = re.compile(r"\d")
HAN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7ff]")


def own_text(page: ParsedPage) -> str:
    """The visible text outside the frame, in small letters, compatibility forms folded, every number one sign."""
    spans = [] if page.root is None else [span for element in page.root.iter(*FRAME) if (span := page.text_of(element))]
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start > at:
            pieces.append(page.text[at:start])
        at = max(at, end)
    pieces.append(page.text[at:])
    return unicodedata.normalize("NFKC", " ".join(pieces)).casefold()


def shingles(text: str) -> Iterator[str]:
    """Three words in a row; four characters where the text is mostly Han, Kana or Hangul. Numbers are all one word."""
    words = TOKEN.findall(text)
    if not text.isascii() and len(HAN.findall(text)) * 3 > len(words):
        letters = "".join(char for char in text if char.isalnum() and not char.isdigit())
        return (letters[at : at + 4] for at in range(len(letters) - 3))
    if DIGIT.search(text):
        words = ["#" if word[0].isdigit() else word for word in words]
    return map(" ".join, zip(words, words[1:], words[2:], strict=False))
