"""Figures on our own labelled texts: by hand on three, and the shipped texts are read as they are written."""

from importlib.resources import files
from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from nlp.accuracy import Labelled, labelled, measured
from nlp.lexicon import load_lexicons


def test_figures_by_hand() -> None:
    texts = {
        "en": [
            Labelled("4-piperidone, 1 kg. If customs seize the parcel, we reship it free.", promises=True),
            Labelled("4-piperidone, 1 kg. Ask for the colour of the box.", promises=True),
            Labelled("Sea salt, 1 kg. Duties are paid by the buyer.", promises=False),
        ]
    }
    found = measured(load_lexicons(), texts)
    assert found.languages["en"]["recall of promises"] == 0.5
    assert found.languages["en"]["precision of promises"] == 1.0
    assert found.languages["en"]["promises rated high"] == 0.5
    assert found.languages["en"]["lawful rated high"] == 0.0
    assert sum(count for count, _ in found.bands.values()) == 3
    assert found.bands["0 to 0.2"] == (2, 0.5)  # a name alone, and salt
    assert measured(load_lexicons(), {"en": texts["en"][:2]}).texts != found.texts


def test_the_shipped_texts_are_in_four_languages_and_of_both_kinds() -> None:
    texts = labelled()
    assert set(texts) == {"en", "es", "ru", "zh"}
    for rows in texts.values():
        assert 60 <= sum(one.promises for one in rows) <= len(rows) - 60


def test_a_line_without_a_label_is_named(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("# why\n+ one\ntwo\n", "utf-8")
    with pytest.raises(ConfigError, match=r"en\.txt:3"):
        labelled(tmp_path)


def test_labelled_texts_hold_no_reserved_words() -> None:
    folder = files("lexicons") / "labelled"
    for file in folder.iterdir():
        for word in ("synthes", "reflux", "合成", "синтез"):
            assert word not in file.read_text("utf-8").casefold(), file.name
