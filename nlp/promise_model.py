"""How much a sentence reads like a promise: a linear model over its letter groups, slots and claims, one set of weights a language.

It hears what the rules of `lexicons/claims.yml` have no words for. Trained by `scripts/train_promises` on invented wording only; the
weights are data, `lexicons/promises.npz`.
"""

import math
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIZE = 1 << 16  # places of letter groups; as many again for slots, claims and pairs of them
LETTERS = {"zh": (1, 2, 3)}  # lengths of letter groups; a Chinese character carries about half a word
LETTERS_ELSE = (3, 4, 5)
CLAIM = "claim "  # what the name of a claim begins with, beside the names of slots


@dataclass(frozen=True, eq=False, slots=True)
class PromiseModel:
    """Weights per language, as whole numbers times a scale."""

    weights: "dict[str, NDArray[np.int8]]"
    scales: dict[str, tuple[float, float]]  # of the letter groups, of the rest
    biases: dict[str, float]

    def probability(self, sentence: str, names: Iterable[str], language: str) -> float:
        """0 to 1 that a folded sentence with these slots and claims promises something; 0 for a language without weights."""
        if language not in self.weights:
            return 0.0
        weights, total = self.weights[language], self.biases[language]
        for group, places in enumerate(features(sentence, names, language)):
            if places:
                scale = self.scales[language][min(group, 1)]
                total += scale * int(weights[places].sum(dtype="int64")) / math.sqrt(len(places))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def features(sentence: str, names: Iterable[str], language: str) -> tuple[list[int], list[int], list[int]]:
    """Places of the letter groups and words, of the slots and pairs of slots, of the claims; each group weighs 1 / sqrt(its size)."""
    text = f" {sentence} "
    lengths = LETTERS.get(language, LETTERS_ELSE)
    groups = {_place(f"{size}{text[at : at + size]}") for size in lengths for at in range(len(text) - size + 1)}
    if language not in LETTERS:
        groups.update(map(_place, _words(text)))
    given = sorted(set(names))
    slots = [name for name in given if not name.startswith(CLAIM)]
    pairs = {SIZE + _place(f"S{name}") for name in slots} | {SIZE + _place(f"P{one} {other}") for one, other in combinations(slots, 2)}
    claims = {SIZE + _place(name) for name in given if name.startswith(CLAIM)}
    return sorted(groups), sorted(pairs), sorted(claims)


def _words(text: str) -> Iterator[str]:
    words = text.split()
    yield from (f"w{word}" for word in words)
    yield from (f"b{one} {other}" for one, other in pairwise(words))


def _place(name: str) -> int:
    return zlib.crc32(name.encode()) % SIZE


@cache
def load_promise_model() -> PromiseModel:
    """The shipped weights. Importing numpy takes a while: asked for when the first sentence near a listed substance asks."""
    import numpy as np

    with files("lexicons").joinpath("promises.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        languages = [name.removeprefix("weights_") for name in stored.files if name.startswith("weights_")]
        numbers = {language: [float(number) for number in stored[f"numbers_{language}"]] for language in languages}
        return PromiseModel(
            {language: stored[f"weights_{language}"] for language in languages},
            {language: (scales[0], scales[1]) for language, scales in numbers.items()},
            {language: scales[2] for language, scales in numbers.items()},
        )
