"""How much a sentence reads like a promise: a linear model over the slots and letter groups of one sentence, one set of weights a language.

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

SIZE = 1 << 15  # places of letter groups; as many again for slots and pairs of slots
LETTERS = {"zh": (1, 2, 3)}  # lengths of letter groups; a Chinese character carries about half a word
LETTERS_ELSE = (3, 4, 5)


@dataclass(frozen=True, eq=False, slots=True)
class PromiseModel:
    """Weights per language, as whole numbers times a scale."""

    weights: "dict[str, NDArray[np.int8]]"
    scales: dict[str, float]
    biases: dict[str, float]

    def probability(self, sentence: str, slots: Iterable[str], language: str) -> float:
        """0 to 1 that a folded sentence with these slots promises something; 0 for a language without weights."""
        if language not in self.weights:
            return 0.0
        weights, total = self.weights[language], 0.0
        for places in features(sentence, slots, language):
            if places:
                total += sum(int(weights[place]) for place in places) / math.sqrt(len(places))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total * self.scales[language] + self.biases[language]))))


def features(sentence: str, slots: Iterable[str], language: str) -> tuple[list[int], list[int]]:
    """Places of the letter groups and words, then of the slots and pairs of slots; each group weighs 1 / sqrt(its size)."""
    text = f" {sentence} "
    lengths = LETTERS.get(language, LETTERS_ELSE)
    groups = {_place(f"{size}{text[at : at + size]}") for size in lengths for at in range(len(text) - size + 1)}
    if language not in LETTERS:
        groups.update(map(_place, _words(text)))
    names = sorted(set(slots))
    pairs = {SIZE + _place(f"S{name}") for name in names} | {SIZE + _place(f"P{one}{other}") for one, other in combinations(names, 2)}
    return sorted(groups), sorted(pairs)


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
        return PromiseModel(
            {language: stored[f"weights_{language}"] for language in languages},
            {language: float(stored[f"numbers_{language}"][0]) for language in languages},
            {language: float(stored[f"numbers_{language}"][1]) for language in languages},
        )
