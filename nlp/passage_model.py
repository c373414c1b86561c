"""How much a passage reads like an offer with a promise: a linear model over the packaged sentence encoder's vector, all languages alike.

It hears meaning where the letters are new; nlp/promise_model.py hears letters and slots of one sentence. Trained by
`scripts/train_passages` on invented wording only; the weights are data, `lexicons/passages.npz`.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crawlers.errors import ConfigError
from nlp.encode import PACKAGED, Encoder, open_encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PASSAGE_MAX = 400  # code points around a sentence that are read with it: who speaks, of what
ASKED_MAX = 40  # passages of one text: a catalogue of thousands of names costs bounded time


@dataclass(frozen=True, eq=False, slots=True)
class PassageModel:
    """Weights of the vector and the bias, and how its log-odds and those of the sentence model are weighed together."""

    encoder: Encoder
    weights: "NDArray[np.float32]"
    bias: float
    shares: tuple[float, float, float]  # of the passage's log-odds, of the sentence's, and a constant

    def log_odds(self, passages: Sequence[str]) -> list[float]:
        """Log-odds that each passage offers and promises."""
        vectors = self.encoder.encode(list(passages))
        return [round(float(vector @ self.weights) + self.bias, 3) for vector in vectors]  # coarser than what processors differ by

    def together(self, passage: float, sentence: float) -> float:
        """The probability from the passage's log-odds and the sentence model's probability."""
        sentence = min(max(sentence, 1e-6), 1 - 1e-6)
        of_passage, of_sentence, constant = self.shares
        total = of_passage * passage + of_sentence * math.log(sentence / (1 - sentence)) + constant
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def plain(text: str) -> str:
    """The passage as the model reads it: compatibility forms folded, spaces single, no format characters."""
    folded = unicodedata.normalize("NFKC", text)
    return " ".join("".join(char for char in folded if unicodedata.category(char) != "Cf").split())


@cache
def load_passage_model() -> PassageModel:
    """The shipped weights beside the packaged encoder. Raises ConfigError when they were made for another encoder."""
    import numpy as np

    encoder = open_encoder(PACKAGED)
    with files("lexicons").joinpath("passages.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        made_for = str(stored["encoder"])
        if made_for != encoder.name:
            raise ConfigError(f"made for {made_for}, not for {encoder.name}: run scripts/train_passages", file="lexicons/passages.npz")
        bias, *shares = (float(number) for number in stored["numbers"])
        return PassageModel(encoder, stored["weights"].astype(np.float32), bias, (shares[0], shares[1], shares[2]))
