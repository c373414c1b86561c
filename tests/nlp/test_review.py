"""Found terms into the lexicon: with their places, held apart from lawful use, beside everything that is there; or rejected for good."""

import shutil
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from crawlers.errors import ConfigError
from nlp.lexicon import check_lexicons, load_lexicons
from nlp.match import find_flags
from nlp.review import Acceptance, Place, Proposal, accepted, entry_id, language_of, rejected, rejected_terms

ANN = Acceptance("Ann", date(2026, 11, 24), "seen on three shops")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped lexicons."""
    for file in files("lexicons").iterdir():
        if file.name.endswith(".yml"):
            shutil.copy(str(file), tmp_path / file.name)
    return tmp_path


def place(text: str, term: str, shop: str) -> Place:
    at = text.casefold().index(term.casefold())
    end = at + len(term)
    return Place(f"cap_{shop}", at, end, f"{shop}.example", text[:at], text[at:end], text[end:])


def proposal(term: str, texts: list[str], lawful: list[str] | None = None) -> Proposal:
    spans = tuple(place(text, term, f"s{at}") for at, text in enumerate(texts))
    return Proposal(term, 1.0, spans, tuple(place(text, term, "paper") for text in lawful or []))


ZORVIMTO = proposal(
    "zorvimto",
    ["Zorvimto powder 1 kg in stock", "we sell zorvimto, price per kg", "bulk zorvimto for sale, order now"],
    ["The zorvimto festival was fun for the children"],
)


def test_an_accepted_term_is_an_entry_with_its_places_and_the_file_keeps_its_shape(folder: Path) -> None:
    before = (folder / "en.yml").read_text("utf-8")
    name, after = accepted(folder, ZORVIMTO, ANN)
    assert name == "en.yml"
    assert (folder / "en.yml").read_text("utf-8") == before  # nothing is written
    assert after.startswith(before)
    entry = yaml.safe_load(after)["entries"][-1]
    assert entry["id"] == "found-zorvimto"
    assert entry["near"] == ["supply"]
    assert entry["match"] == ["Zorvimto powder 1 kg in stock", "we sell zorvimto, price per kg", "bulk zorvimto for sale, order now"]
    assert entry["miss"] == ["The zorvimto festival was fun for the children"]
    assert entry["found"] == {
        "who": "Ann", "at": date(2026, 11, 24), "why": "seen on three shops", "storefronts": 3,
        "spans": ["cap_s0:0-8", "cap_s1:8-16", "cap_s2:5-13"], "benign": ["cap_paper:4-12"],
    }  # fmt: skip
    (folder / name).write_text(after, "utf-8")
    lexicons = load_lexicons(folder)
    assert check_lexicons(lexicons) == []
    assert [flag.id for flag in find_flags("zоrvimto powder, 5 kg in stock", None, lexicons)] == ["found-zorvimto"]


def test_a_product_code_may_stand_alone_and_a_word_may_not(folder: Path) -> None:
    code = proposal("KB-40R", ["KB-40R, new", "have KB-40R", "KB-40R is back"])
    assert "near" not in yaml.safe_load(accepted(folder, code, ANN)[1])["entries"][-1]
    with pytest.raises(ConfigError, match="cannot be told from lawful use"):
        accepted(folder, proposal("zorvimto", ["zorvimto, new", "have zorvimto", "zorvimto is back"]), ANN)


def test_chinese_and_russian_terms_go_into_their_own_files(folder: Path) -> None:
    chinese = proposal("蓝砖", ["蓝砖现货供应，一公斤起", "厂家直销蓝砖，价格优惠", "大量蓝砖库存，欢迎订购"], ["公园里的蓝砖路很漂亮"])
    name, text = accepted(folder, chinese, ANN)
    assert name == "zh.yml"
    entry = yaml.safe_load(text)["entries"][-1]
    assert (entry["forms"], entry["near"]) == (["蓝砖"], ["supply"])
    assert entry["id"] == entry_id("蓝砖", "zh")
    assert entry["id"].startswith("zh-found-")
    (folder / name).write_text(text, "utf-8")
    assert check_lexicons(load_lexicons(folder)) == []
    assert language_of(proposal("синька", ["синька", "синька", "синька"])) == "ru"


def test_what_reads_like_a_term_that_is_there_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigError, match="collides"):
        accepted(folder, proposal("ＦＥＮＴ", ["ＦＥＮＴ powder, 1 kg", "ＦＥＮＴ price per kg", "sell ＦＥＮＴ"]), ANN)


def test_a_term_that_lawful_text_uses_alike_needs_another_context_or_none(folder: Path) -> None:
    everywhere = [
        "zorvimto powder 1 kg in stock, fentanyl precursor",
        "we sell zorvimto, price per kg, precursors",
        "order zorvimto, fentanyl",
    ]
    same = proposal("zorvimto", everywhere, ["zorvimto powder, 1 kg in stock, cas on request"])
    assert yaml.safe_load(accepted(folder, same, ANN)[1])["entries"][-1]["near"] == ["precursor-talk"]
    with pytest.raises(ConfigError, match="lawful"):
        accepted(folder, proposal("zorvimto", everywhere, ["zorvimto powder, 1 kg in stock, fentanyl"]), ANN)


@pytest.mark.parametrize("texts", [["zorvimto price"], ["zorvimto price", "zorvimto kg"]])
def test_too_few_places_are_nothing_to_judge_by(folder: Path, texts: list[str]) -> None:
    with pytest.raises(ConfigError, match="too few places"):
        accepted(folder, proposal("zorvimto", texts), ANN)


def test_three_places_of_one_storefront_are_too_few() -> None:
    spans = tuple(place("zorvimto price", "zorvimto", "one") for _ in range(5))
    assert not Proposal("zorvimto", 1.0, spans, ()).is_shown()


def test_a_rejected_term_stays_rejected(folder: Path) -> None:
    text = rejected(folder, "made in", "Ann", date(2026, 11, 24), 'an "everyday" phrase')
    assert text.startswith((folder / "rejected.yml").read_text("utf-8").splitlines()[0])
    (folder / "rejected.yml").write_text(text, "utf-8")
    assert rejected_terms(folder) == {"made in"}
    assert rejected(folder, "Made In", "Bob", date(2026, 11, 25), "again") == text
    (folder / "rejected.yml").unlink()
    assert rejected_terms(folder) == frozenset()
    (folder / "rejected.yml").write_text("rejected:\n  - {term: x, who: Ann, at: soon}\n", "utf-8")
    with pytest.raises(ConfigError, match=r"rejected\.yml:2"):
        rejected_terms(folder)


def test_an_excerpt_is_one_line_of_whole_words() -> None:
    found = place(f"{'long ' * 30}\nzud\u0007 {'tail ' * 30}", "zud", "s")
    assert found.excerpt() == f"{'long ' * 7}zud {'tail ' * 7}".strip()
    assert len(found.excerpt()) <= 90
