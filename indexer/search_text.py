"""Search text: one tokenisation for both stores, for documents and for queries, so that both see the same tokens.

Source: DESIGN.md section 7. NFKC, casefold, marks removed, split at anything but letters and digits, one token per Han
character, joined by spaces. SQLite reads the outcome with `unicode61`, Elasticsearch with the `whitespace` analyzer.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from indexer.store import QUERY_MAX, StoreError

# Letters of the Han script in planes 0, 2 and 3. Most Chinese words have two characters: each is a token, a word is a phrase.
_HAN = "\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# 127 code points are at most 254 UTF-16 units: Lucene's whitespace tokenizer cuts at 255, on one store only.
_LONGEST = 127
_REMEMBERED = 40  # characters of a word; longer runs, most of them Chinese sentences, seldom come twice
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]{{1,{_LONGEST}}}")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_MAYBE_MARKS = re.compile(r"[^\w\x00-\x7f]+")
_QUOTE = re.compile(r'["“”„«»]')
# Stands between the parts of a list. A token for both stores (private use), never one of a query: no phrase runs from part to part.
_BETWEEN = " \ue000 "


def search_text(text: str | list[str]) -> str:
    """The tokens of `text` joined by single spaces; the parts of a list stay apart, so that no phrase matches across two of them."""
    if isinstance(text, list):
        return _BETWEEN.join(map(search_text, text))
    if text.isascii():  # as below, ten times as fast
        words = text.translate(_ASCII).split()
        if len(text) <= _LONGEST or len(max(words, key=len, default="")) <= _LONGEST:
            return " ".join(words)
    # Nothing that folding or cutting does reaches across white space, and words come again and again.
    cut = [_cut_word(word) if len(word) <= _REMEMBERED else _cut(word) for word in text.split()]
    return " ".join(filter(None, cut))


def _cut(text: str) -> str:
    return " ".join(_TOKEN.findall(folded_text(text)))


@lru_cache(maxsize=16_384)  # 5 MB at most
def _cut_word(word: str) -> str:
    return _cut(word)


def phrases(query: str) -> tuple[str, ...]:
    """The phrases of a query as search text, in order, without doubles: the whole query, or its parts when double quotes cut it.

    `free shipping` gives one phrase of two tokens, `"free shipping" 4-AP` gives `free shipping` and `4 ap`; a part without a letter
    or digit gives none.
    """
    return tuple(dict.fromkeys(filter(None, map(search_text, _QUOTE.split(query)))))


def sought(query: str) -> tuple[str, ...] | None:
    """The phrases a search must find; none for an empty query, which lists all, and None for one without a letter or digit.

    Raises StoreError for a query longer than any search.
    """
    if len(query) > QUERY_MAX:
        raise StoreError(f"a search of {len(query)} characters is too long; {QUERY_MAX} are allowed")
    found = phrases(query)
    return found if found or not query.strip() else None


def tokens(folded: str) -> Iterator[re.Match[str]]:
    """The tokens of a text that is folded already, where they stand in it."""
    return _TOKEN.finditer(folded)


def folded_text(text: str) -> str:
    """The text as its tokens are cut from it: NFKC, casefold, no marks."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    # Composed letters (é, й) hold their mark inside; taken apart, the mark is a character of its own.
    bare = _MAYBE_MARKS.sub(lambda run: _without_marks(run[0]), unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=4096)  # the same few runs of signs and marks come again and again
def _without_marks(run: str) -> str:
    return "".join(character for character in run if not unicodedata.category(character).startswith("M"))
