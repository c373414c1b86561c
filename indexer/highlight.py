"""Where a search's words stand in a document as people read it: the same on both stores, since it is read from the document itself."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from indexer.fields import searched
from indexer.search_text import folded_text, search_text, tokens
from indexer.store import Document

_RUN = re.compile(r"\S+")
_BESIDE = 40  # code points shown on each side of the words found
Span = tuple[int, int]


def marks(text: str, phrases: Sequence[str]) -> list[Span]:
    """Half-open spans, in code points of `text`, of the places where a phrase of `search_text.phrases` stands; in order, apart."""
    found = list(_tokens(text))
    words = [word for word, _ in found]
    spans: list[Span] = []
    for phrase in phrases:
        sought = phrase.split(" ")
        places = (at for at in range(len(words) - len(sought) + 1) if words[at : at + len(sought)] == sought)
        spans += [(found[at][1][0], found[at + len(sought) - 1][1][1]) for at in places]
    return _joined(sorted(spans))


def highlights(family: str, document: Document, phrases: Sequence[str]) -> dict[str, list[Span]]:
    """Marks by field, for the fields that a search of the family looks through and that hold one text."""
    texts = {name: value for name in searched(family) if isinstance(value := document.get(name), str)}
    return {name: spans for name, text in texts.items() if (spans := marks(text, phrases))}


def snippet(text: str, spans: Sequence[Span]) -> str:
    """The first mark with the words around it, the mark in «…»."""
    start, end = spans[0]
    before, after = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
    left, right = "…" * (start > _BESIDE), "…" * (end + _BESIDE < len(text))
    return f"{left}{before}«{text[start:end]}»{after}{right}"


def _tokens(text: str) -> Iterator[tuple[str, Span]]:
    """Search tokens with the span each was made from."""
    for run in _RUN.finditer(text):
        folded, origin = _folded_with_origin(run[0])
        placed = [
            (match[0], (run.start() + origin[match.start()][0], run.start() + origin[match.end() - 1][1])) for match in tokens(folded)
        ]
        words = [word for word in search_text(run[0]).split(" ") if word]
        if [word for word, _ in placed] == words:
            yield from placed
        else:  # characters that change each other across clusters: the whole run stands for each of its words
            yield from ((word, run.span()) for word in words)


def _folded_with_origin(run: str) -> tuple[str, list[Span]]:
    """A run folded cluster by cluster (a character with its marks), and for each folded character the span it came from."""
    folded, origin, start = [], list[Span](), 0
    while start < len(run):
        end = start + 1
        while end < len(run) and unicodedata.category(run[end]).startswith("M"):
            end += 1
        part = folded_text(run[start:end])
        folded.append(part)
        origin += [(start, end)] * len(part)
        start = end
    return "".join(folded), origin


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
