"""Any sentence-transformers model that lies on this machine, by folder or by a name already in the local cache. Extra `embeddings`.

The library looks online for whatever it misses; here it is told not to, so a model that is not there is an error with an instruction.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.errors import ConfigError

if TYPE_CHECKING:
    from nlp.encode import Vectors

BATCH = 64
_WEIGHTS = ("*.safetensors", "*.bin")


class SentenceTransformerEncoder:
    """Loads the model when made: about 0.6 s for a small one after the import of torch (14 s of CPU the first time)."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ConfigError(f"encoder {model!r} needs the extra `embeddings`: pip install 'churnwatch[embeddings]'") from error
        try:
            self._model = SentenceTransformer(model, local_files_only=True, device="cpu")
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"no sentence-transformers model {model!r} on this machine ({error}): give the folder of a saved model"
            ) from error
        self._source = model

    @property
    def name(self) -> str:
        return f"sentence-transformers-{Path(self._source).name}-{self._digest()}"

    def encode(self, texts: Sequence[str]) -> "Vectors":
        import numpy

        if not texts:
            return numpy.zeros((0, self.encode([""]).shape[1]), dtype=numpy.float32)
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return numpy.asarray(vectors, dtype=numpy.float32)

    def _digest(self) -> str:
        """Of the weight files of a folder; of the parameters themselves for a model known by name."""
        seen = hashlib.sha256()
        found = sorted(path for pattern in _WEIGHTS for path in Path(self._source).rglob(pattern)) if Path(self._source).is_dir() else []
        for path in found:
            seen.update(path.read_bytes())
        if not found:
            for key, values in sorted(self._model.state_dict().items()):
                seen.update(key.encode())
                seen.update(values.cpu().numpy().tobytes())
        return seen.hexdigest()[:12]
