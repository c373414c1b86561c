"""Sentences of a skeleton: where they begin and end, cheaply, without a tokeniser."""

import re
from collections.abc import Iterator

SENTENCE_MAX = 600  # code points; a longer stretch without an end is read in pieces
WRAPPED_LINE = 60  # a line at least this long that ends in no punctuation goes on in the next line
_END = re.compile(r"[.!?;]+(?=\s|$|[\u4e00-\u9fff])|[。！？；]+|\n|[•·|]")
_ASKS = re.compile(r"(?:do|does|did|will|would|can|could|is|are|how|why|where|who|which|should|may|am|has|have)\b")
_ASKS_ZH = re.compile(r"[吗嘛呢]\s*[?？]\s*$")
_ANSWERS = re.compile(
    r"\s*(?:yes|of course|absolutely|sure|definitely|certainly|100|guaranteed|in that case|then|no problem|don't worry|no worr"
    r"|会|是的|可以|当然|放心|保证|没问题|不用担心)"
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Half-open spans of sentences. A question or a colon is read together with its answer; a question nobody answers is no statement
    and is left out."""
    start = 0
    waiting: int | None = None  # where a question began that the next sentence may answer
    for end in _ends(text):
        first, last = start + len(text[start:end]) - len(text[start:end].lstrip()), end
        start = end
        if not text[first:last].strip(".!?;。！？；•·| \n"):
            continue
        if waiting is not None:
            if _is_answer(text, waiting, first):
                first = waiting
            elif not _asks(text, waiting, first):
                yield waiting, first
            waiting = None
        if text[first:last].rstrip()[-1:] in {"?", "？"}:
            waiting = first
            continue
        for cut in range(first, last, SENTENCE_MAX):
            yield cut, min(last, cut + SENTENCE_MAX)
    if waiting is not None and not _asks(text, waiting, len(text)):
        yield waiting, min(len(text), waiting + SENTENCE_MAX)


def _is_answer(text: str, question: int, reply: int) -> bool:
    """After a yes-or-no question only a plain yes answers; after a condition (`Parcel seized?`, `What if …?`) whatever follows does."""
    if reply - question > SENTENCE_MAX // 2:
        return False
    return not _asks(text, question, reply) or bool(_ANSWERS.match(text, reply))


def _asks(text: str, start: int, end: int) -> bool:
    return bool(_ASKS.match(text, start) or _ASKS_ZH.search(text[max(start, end - 8) : end]))


def _ends(text: str) -> Iterator[int]:
    line = 0
    for match in _END.finditer(text):
        if match[0] == "\n":
            wrapped = match.start() - line >= WRAPPED_LINE
            line = match.end()
            if wrapped and text[line : line + 1].isalnum():
                continue
        elif match[0].startswith(";") and match.end() < len(text) and text[match.end()] != "\n":
            continue
        yield match.end()
    if not text or not _END.fullmatch(text[-1:]):
        yield len(text)
