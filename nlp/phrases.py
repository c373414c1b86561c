"""Slot phrases as spaCy patterns, tried only where all their words stand: a matcher with all of them at once costs 50 times as much."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.clean import fold_word

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

Span = tuple[int, int]  # tokens, half-open
# A blank is one word or none, but never a denial: `send _ again` is not `send not again`.
_DENIALS = [
    "not",
    "n't",
    "nt",
    "never",
    "cannot",
    "no",
    "nunca",
    "jamas",
    "ni",
    "tampoco",
    "не",
    "ни",
    "никогда",
    "нет",
    "不",
    "没",
    "未",
    "无",
    "勿",
]
_ANY: dict[str, object] = {"OP": "?", "LOWER": {"NOT_IN": _DENIALS}}


@dataclass(frozen=True, slots=True)
class _Phrase:
    slot: str
    words: tuple[tuple[str, ...], ...]  # per place the choices, `*` at the end for any ending
    matcher: "Matcher | None"  # None for a single word: its place is the answer


class Phrases:
    """The slots of one language on a blank spaCy pipeline. Importing spaCy takes a second: make one when the first sentence asks."""

    def __init__(self, language: str, slots: Mapping[str, Sequence[str]]) -> None:
        import spacy

        self.pipeline = spacy.blank(language)
        self._phrases: list[_Phrase] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_prefix: dict[str, list[int]] = defaultdict(list)
        for slot, phrases in slots.items():
            for phrase in phrases:
                folded = fold_word(phrase)
                self._add(slot, [_choices(place) for place in (list(folded) if language == "zh" else folded.split(" "))])
        self._prefix_sizes = sorted({len(prefix) for prefix in self._by_prefix})

    def find(self, doc: "Doc") -> dict[str, list[Span]]:
        """Slot → token spans, in order."""
        words = [token.lower_ for token in doc]
        present: dict[int, list[int]] = defaultdict(list)  # phrase → places of its first word
        for at, word in enumerate(words):
            for number in self._starting(word):
                present[number].append(at)
        vocabulary = set(words)
        spans: dict[str, set[Span]] = defaultdict(set)
        for number, places in present.items():
            phrase = self._phrases[number]
            if phrase.matcher is None:
                spans[phrase.slot].update((at, at + 1) for at in places)
            elif all(_any_present(choices, vocabulary) for choices in phrase.words[1:]):
                spans[phrase.slot].update((start, end) for _, start, end in phrase.matcher(doc))
        return {slot: sorted(found) for slot, found in spans.items() if found}

    def _add(self, slot: str, places: list[tuple[str, ...]]) -> None:
        from spacy.matcher import Matcher

        words = tuple(choices for choices in places if choices != ("_",))
        matcher = None
        if len(places) > 1:
            matcher = Matcher(self.pipeline.vocab)
            matcher.add(slot, [[_ANY if choices == ("_",) else _token(choices) for choices in places]])
        for choice in words[0]:
            index = self._by_prefix if choice.endswith("*") else self._by_word
            index[choice.removesuffix("*")].append(len(self._phrases))
        self._phrases.append(_Phrase(slot, words, matcher))

    def _starting(self, word: str) -> Iterator[int]:
        yield from self._by_word.get(word, ())
        for size in self._prefix_sizes:
            if size <= len(word):
                yield from self._by_prefix.get(word[:size], ())


def _choices(place: str) -> tuple[str, ...]:
    choices = place.split("|")
    return tuple([*choices, "nt"] if "n't" in choices else choices)  # the tokeniser reads `dont` as `do`, `nt`


def _any_present(choices: Sequence[str], vocabulary: set[str]) -> bool:
    return any(
        choice in vocabulary or (choice.endswith("*") and any(word.startswith(choice[:-1]) for word in vocabulary)) for choice in choices
    )


def _token(choices: Sequence[str]) -> dict[str, object]:
    if any(choice.endswith("*") for choice in choices):
        ends = (re.escape(choice.removesuffix("*")) + ("" if choice.endswith("*") else "$") for choice in choices)
        return {"LOWER": {"REGEX": f"^(?:{'|'.join(ends)})"}}
    return {"LOWER": {"IN": list(choices)}}
