"""What may be a term: words, product codes, phrases of two and three words, and Han strings, with every place they stand at.

Chinese needs no segmenter: a Han string counts when its characters hold together (pointwise mutual information) and its edges are free
(several different neighbours on either side).
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

SPANS_MIN, STOREFRONTS_MIN = 3, 2
PHRASE_MAX, HAN_MAX = 3, 5
HOLD_MIN = {"phrase": 3.0, "han": 2.0}  # nats of mutual information between the parts
NEIGHBOURS_MIN = 2
COMMON_SHARE, COMMON_MIN = 0.0008, 30  # a token this frequent neither begins nor ends a phrase: `of`, `my`, `is`
LENGTH_MAX = 200_000  # code points read of one text
_H = "\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(rf"[{_H}]|[^\W_{_H}]+(?:[-'’.][^\W_{_H}]+)*|[^\w\s]|\n")
_HAN = re.compile(f"[{_H}]")
_AMOUNT = re.compile(r"[\d.,/-]+(?:mgs?|mcg|ug|g|kg|ml|l|oz|lbs?|x|k|st|nd|rd|th|am|pm|hrs?|min|usd|%)?")

Term = tuple[str, ...]
Place = tuple[int, int, int]  # text, first token, token behind the last


class TextLike(Protocol):
    """A text with an id and the storefront it belongs to."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def storefront(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts as lower-case tokens with their places."""

    texts: Sequence[TextLike]
    tokens: Sequence[Sequence[str]]
    offsets: Sequence[Sequence[tuple[int, int]]]

    def span(self, place: Place) -> tuple[str, int, int]:
        """(text id, start, end) of a place, half-open code points of that text."""
        at, first, last = place
        return self.texts[at].id, self.offsets[at][first][0], self.offsets[at][last - 1][1]


def read_corpus(texts: Iterable[TextLike]) -> Corpus:
    """The texts, cut to 200,000 code points each."""
    kept = list(texts)
    found = [[(match[0].casefold(), match.span()) for match in _TOKEN.finditer(text.text[:LENGTH_MAX])] for text in kept]
    return Corpus(kept, [[word for word, _ in row] for row in found], [[span for _, span in row] for row in found])


def term_of(term: Term) -> str:
    """The tokens as people write them: Han without spaces."""
    return ("" if _HAN.match(term[0]) else " ").join(term)


def candidates(corpus: Corpus, only: set[Term] | None = None) -> dict[Term, list[Place]]:
    """Term → places in corpus order. With `only`, those terms wherever they stand; else every candidate with at least 3 spans from at
    least 2 storefronts, no mere amounts, no part of a longer candidate that always stands in it."""
    counts = Counter(token for row in corpus.tokens for token in row)
    total = sum(counts.values())
    common = {token for token, count in counts.items() if count >= max(COMMON_MIN, COMMON_SHARE * total) and not _HAN.match(token)}
    places: dict[Term, list[Place]] = defaultdict(list)
    for at, row in enumerate(corpus.tokens):
        for first, last in _runs(row):
            term = tuple(row[first:last])
            if only is None or term in only:
                places[term].append((at, first, last))
    if only is not None:
        return dict(places)
    kept = {
        term: found for term, found in places.items() if _is_enough(found, corpus) and _is_term(term, found, corpus, counts, total, common)
    }
    return _without_parts(kept)


def _runs(row: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Token spans that may be terms: one to three words, two to five Han characters."""
    for first, token in enumerate(row):
        if not token[0].isalnum():
            continue
        is_han = bool(_HAN.match(token))
        for last in range(first + 1 + is_han, min(len(row), first + (HAN_MAX if is_han else PHRASE_MAX)) + 1):
            newest = row[last - 1]
            if not newest[0].isalnum() or bool(_HAN.match(newest)) != is_han:
                break
            if is_han and last - first == 2 and not _HAN.match(row[first + 1]):
                break
            yield first, last


def _is_enough(found: Sequence[Place], corpus: Corpus) -> bool:
    return len(found) >= SPANS_MIN and len({corpus.texts[at].storefront for at, *_ in found}) >= STOREFRONTS_MIN


def _is_term(term: Term, found: Sequence[Place], corpus: Corpus, counts: Mapping[str, int], total: int, common: set[str]) -> bool:
    if len(term) == 1:
        return not _AMOUNT.fullmatch(term[0]) and (len(term[0]) > 1 or term[0].isalpha())
    if _HAN.match(term[0]):
        return _holds(term, len(found), counts, total) >= HOLD_MIN["han"] and _is_free(found, corpus)
    edges = (term[0], term[-1])
    if any(token in common or _AMOUNT.fullmatch(token) for token in edges):
        return False
    return _holds(term, len(found), counts, total) >= HOLD_MIN["phrase"]


def _holds(term: Term, count: int, counts: Mapping[str, int], total: int) -> float:
    """Mutual information per joint: how much likelier the tokens stand together than by chance."""
    return (math.log(count / total) - sum(math.log(counts[token] / total) for token in term)) / (len(term) - 1)


def _is_free(found: Sequence[Place], corpus: Corpus) -> bool:
    before = {corpus.tokens[at][first - 1] if first else f"<{at}" for at, first, _ in found}
    after = {corpus.tokens[at][last] if last < len(corpus.tokens[at]) else f">{at}" for at, _, last in found}
    return len(before) >= NEIGHBOURS_MIN and len(after) >= NEIGHBOURS_MIN


def _without_parts(kept: Mapping[Term, list[Place]]) -> dict[Term, list[Place]]:
    """Drops what stands nearly always (9 of 10 times) inside one longer candidate."""
    swallowed: set[Term] = set()
    for term, found in kept.items():
        for size in range(1, len(term)):
            for start in range(len(term) - size + 1):
                part = term[start : start + size]
                if part in kept and len(found) >= 0.9 * len(kept[part]):
                    swallowed.add(part)
    return {term: found for term, found in kept.items() if term not in swallowed}
