"""The promise model: the shipped weights are whole, a denial lowers the probability, and training data stay apart from the unseen."""

from importlib.resources import files

import pytest

from nlp.claims import slots_of
from nlp.lexicon import load_lexicons
from nlp.promise_model import SIZE, features, load_promise_model
from tests.benchmarks.claims import LANGUAGES, batches, cores

LEXICONS = load_lexicons()


def probability(text: str, language: str) -> float:
    return load_promise_model().probability(*slots_of(text, language, LEXICONS), language)


def test_every_language_has_weights_of_the_right_size() -> None:
    model = load_promise_model()
    assert sorted(model.weights) == sorted(LANGUAGES)
    assert all(len(weights) == 2 * SIZE for weights in model.weights.values())
    assert len(files("lexicons").joinpath("promises.npz").read_bytes()) < 300_000


@pytest.mark.parametrize(
    ("language", "promise", "lawful"),
    [
        ("en", "Our agents bring every box past the border.", "Our agents need your import licence before the border."),
        ("es", "Nuestros agentes pasan cada caja por la frontera sin problema.", "El comprador paga los aranceles en la frontera."),
        ("ru", "Наши агенты проводят каждую коробку через границу.", "Покупатель сам платит пошлину на границе."),
        ("zh", "我们的代理保证每一箱都能过海关。", "进口税由买方在海关缴纳。"),
    ],
)
def test_a_promise_is_likelier_than_lawful_words_about_the_same(language: str, promise: str, lawful: str) -> None:
    assert probability(promise, language) > 0.5 > probability(lawful, language)


def test_an_unknown_language_says_nothing() -> None:
    assert load_promise_model().probability("nous garantissons", ["STRONG"], "fr") == 0.0


def test_features_are_places_within_the_weights_and_the_same_each_time() -> None:
    groups, slots, claims = features("we pass customs", ["STRONG", "CUSTOMS", "claim customs_pass"], "en")
    assert features("we pass customs", ["claim customs_pass", "CUSTOMS", "STRONG"], "en") == (groups, slots, claims)
    assert all(0 <= place < SIZE for place in groups)
    assert all(SIZE <= place < 2 * SIZE for place in [*slots, *claims])
    assert (len(slots), len(claims)) == (3, 1)  # two slots, one pair; a claim makes no pair


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_batch_is_large_and_no_line_stands_in_two(language: str) -> None:
    seen: set[str] = set()
    assert len(batches(language)) >= 7
    for batch in batches(language):
        rows = cores(language, batch)
        enough = 40 if batch <= 7 else 8  # later batches hold whole listings and paragraphs
        assert sum(promises for _, promises in rows) >= enough
        assert sum(not promises for _, promises in rows) >= enough
        assert not seen & {text for text, promises in rows if promises}
        seen |= {text for text, _ in rows}
