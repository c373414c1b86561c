"""Lexicon files: the shipped ones hold, broken ones are refused whole, with file, line and key."""

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from nlp.cas import is_cas
from nlp.lexicon import Lexicons, check_lexicons, load_checked, load_lexicons

SHIPPED = ("substances.yml", "claims.yml", "risk.yml", "en.yml", "es.yml", "ru.yml", "zh.yml")
# Words of making things, which identification never needs. Compared as word beginnings, in every shipped lexicon.
MAKING = re.compile(
    r"\b(?:synthes|react(?!or|iv)|yield|reflux|distil|precipitat|stir|heat(?:ed|ing)|catalys|solvent|recipe|step \d|route of"
    r"|intermediate in|used (?:to|for|in|as)|converted|prepared from|procedure|protocol|cook|reduc(?:e|tion)|alkylat|acylat)"
    r"|\b(?:sintesis|síntesis|sintetiz|reacción|rendimiento|disolvente|синтез|реакци|растворител|выход продукта)"
    r"|合成|反应|工艺|步骤|制备|催化|用途是|用于制|溶剂|收率|还原"
)


def folder_with(tmp_path: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """A copy of the shipped lexicons with one replacement per named file."""
    for name in SHIPPED:
        text = files("lexicons").joinpath(name).read_text(encoding="utf-8")
        old, new = changes.get(name, ("", ""))
        assert old in text, old
        (tmp_path / name).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return tmp_path


def test_every_inline_example_of_the_shipped_lexicons_holds() -> None:
    assert check_lexicons() == []


def test_a_wrong_example_is_named(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, {"en.yml": ("match: [fent powder in stock kilo price]", "match: [nothing of the kind]")})
    lines = (folder / "en.yml").read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "nothing of the kind" in text)
    said = f"en.yml:{line} (fent): must match 'nothing of the kind'; found []"
    assert check_lexicons(load_lexicons(folder)) == [said]
    with pytest.raises(ConfigError, match="nothing of the kind") as error:
        load_checked(folder)
    assert (error.value.file, error.value.line, error.value.key) == ("en.yml", line, "fent")


def test_lexicons_hold_no_words_of_making() -> None:
    for name in SHIPPED:
        for number, line in enumerate(files("lexicons").joinpath(name).read_text(encoding="utf-8").casefold().splitlines(), 1):
            assert not MAKING.search(line), f"{name}:{number}: {line}"


def test_every_listed_number_has_its_check_digit_and_the_table_of_the_reference_is_whole() -> None:
    lexicons = load_lexicons()
    listed = {number: substance for number, substance in lexicons.numbers.items() if number not in lexicons.wrong_numbers}
    assert all(map(is_cas, listed))
    assert {number: substance for number, substance in listed.items() if lexicons.substances[substance].near == []} == {
        "21409-26-7": "anpp",
        "39742-60-4": "npp",
        "23056-29-3": "4-ap",
        "125541-22-2": "1-boc-4-ap",
        "288573-56-8": "4-fluoro-1-boc-4-ap",
        "19099-93-5": "1-cbz-4-piperidone",
        "1609-66-1": "norfentanyl",
        "41661-47-6": "4-piperidone",
        "40064-34-4": "4-piperidone",
        "79099-07-3": "1-boc-4-piperidone",
        "1474-02-8": "benzylfentanyl",
        "123-62-6": "propionic-anhydride",
        "110-89-4": "piperidine",
        "103-79-7": "p-2-p",
        "4676-39-5": "pmk",
        "4468-48-8": "apaan",
        "4433-77-6": "apaa",
        "16648-44-5": "mapa",
        "13605-48-6": "pmk-glycidate",
        "89-52-1": "n-acetylanthranilic-acid",
        "82-58-6": "lysergic-acid",
    }


def test_every_list_of_the_issue_is_covered_and_unread_rows_say_so() -> None:
    rows = [row for substance in load_lexicons().substances.values() for row in substance.control]
    assert len(load_lexicons().substances) >= 50
    for name, category, least in [("UN 1988", "Table I", 25), ("UN 1988", "Table II", 7), ("USA", "List I", 30), ("EU", "category", 20)]:
        assert sum(row.list == name and row.category.startswith(category) for row in rows) >= least, (name, category)
    assert any(row.verified for row in rows)
    assert any(not row.verified for row in rows)


@pytest.mark.parametrize(
    ("alone", "beside"),
    [
        ("acetone, CAS 67-64-1, and 1-boc-4-piperidone", "acetone, CAS 67-64-1, fentanyl precursors"),
        ("丙酮 5升 现货", "丙酮 芬太尼前体"),
        ("efedrina gotas nasales", "efedrina y precursores de fentanilo"),
        ("перманганат калия 1 кг", "перманганат калия, прекурсоры фентанила"),
    ],
)
def test_a_substance_of_wide_lawful_use_is_named_only_where_precursors_are_the_talk(alone: str, beside: str) -> None:
    from nlp.match import find_flags

    lexicons = load_lexicons()
    wide = {entry.id for entry in lexicons.entries.values() if entry.substance and lexicons.substances[entry.substance].near}
    assert not wide & {flag.id for flag in find_flags(alone, None, lexicons)}
    assert wide & {flag.id for flag in find_flags(beside, None, lexicons)}


def test_decision_and_force_are_kept_apart() -> None:
    row = next(row for row in load_lexicons().substances["4-ap"].control if row.list == "UN 1988")
    assert (row.decided, row.in_force, row.category) == ("2022-03", "2022-11-23", "Table I")
    assert [row.category for row in load_lexicons().substances["anpp"].control if row.list == "USA"] == ["Schedule II"]


def test_the_digest_follows_content_only(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        folder_with(folder, {})
    assert load_lexicons(one).digest == load_lexicons(two).digest == load_lexicons().digest
    (two / "README.md").write_text("notes", encoding="utf-8")
    assert load_lexicons(two).digest == load_lexicons().digest
    text = (two / "risk.yml").read_text(encoding="utf-8")
    (two / "risk.yml").write_text(text.replace("base: -3.3", "base: -3.4"), encoding="utf-8")
    assert load_lexicons(two).digest != load_lexicons().digest


def test_loading_twice_gives_the_same_object() -> None:
    assert load_lexicons() is load_lexicons()
    assert isinstance(load_lexicons(), Lexicons)


@pytest.mark.parametrize(
    ("file", "old", "new", "line_of", "key", "message"),
    [
        ("substances.yml", "cas: 21409-26-7", "cas: 21409-26-6", "21409-26-6", "substances.0.numbers.0.cas", "check digit"),
        ("substances.yml", "cas: 39742-60-4", "cas: 21409-26-7", None, "substances.1.numbers.0.cas", "anpp as well"),
        ("substances.yml", "forms: [NPP]", "forms: [ANPP]", "forms: [ANPP]", "substances.1.terms.1.forms.0", "collides"),
        ("substances.yml", "forms: [NPP]", "forms: [ＡＮＰＰ]", "forms: [ＡＮＰＰ]", "substances.1.terms.1.forms.0", "collides"),
        ("substances.yml", "id: npp-short", "id: anpp-short", None, "substances.1.terms.1.id", "twice"),
        ("substances.yml", "weight: 0.95", "weight: 9.5", "weight: 9.5", "substances.0.weight", "less than or equal to 1"),
        ("substances.yml", "in_force: 2017", "in_force: soon", "in_force: soon", "substances.0.control.0.in_force", "pattern"),
        ("en.yml", "near: [opioid]", "near: [opoid]", "near: [opoid]", "entries.3.near.0", "no word group opoid"),
        ("en.yml", "language: en", "language: en\nlangauge: en", "langauge", "langauge", "Extra inputs"),
        ("en.yml", "    weight: 0.3\n", "    weight: 0.3\n    role: x\n", "role: x", "entries.0.role", "Extra inputs"),
        ("en.yml", "    weight: 0.3\n", "    weight: 0.3\n    weight: 0.4\n", "weight: 0.4", "entries.0.weight", "stands twice"),
        ("en.yml", "    weight: 0.3\n", "", "id: research-chemical", "entries.0.weight", "Field required"),
        ("zh.yml", "substance: anpp", "substance: anp", "substance: anp", "entries.0.substance", "no substance anp"),
        ("zh.yml", "language: zh", "language: [zh", None, None, "not YAML"),
        ("claims.yml", "need: [STRONG, PASS, CUSTOMS]", "need: [STRONG, PAS, CUSTOMS]", "PAS,", "claims.0.rules.0", "no slot PAS"),
        (
            "claims.yml",
            "claims: [customs_pass, reship_if_seized",
            "claims: [customs_pas, reship_if_seized",
            None,
            "pairs.0.claims",
            "no claim customs_pas",
        ),
        ("risk.yml", "high: 0.7", "high: 7.5", "high: 7.5", "high", "less than 1"),
    ],
)
def test_broken_files_are_refused_with_file_line_and_key(
    tmp_path: Path, file: str, old: str, new: str, line_of: str | None, key: str | None, message: str
) -> None:
    folder = folder_with(tmp_path, {file: (old, new)})
    with pytest.raises(ConfigError, match=re.escape(message)) as caught:
        load_lexicons(folder)
    assert (caught.value.file, caught.value.key) == (file, key)
    assert caught.value.line
    if line_of:
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        assert line_of in "".join(lines[caught.value.line - 1 : caught.value.line + 1])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, {})
    (folder / "risk.yml").unlink()
    with pytest.raises(ConfigError, match=r"risk\.yml: cannot be read"):
        load_lexicons(folder)


def test_a_new_language_is_one_file(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, {})
    shutil.copy(folder / "en.yml", folder / "keep.txt")
    (folder / "pt.yml").write_text(
        "language: pt\nentries:\n  - {id: pt-npp, forms: [N-fenetil-4-piperidinona-pt], category: precursor, weight: 0.9, substance: npp,\n"
        "     source: {name: test of the format, year: 2026}, match: [N-fenetil-4-piperidinona-pt em pó], miss: [piperidona]}\n",
        encoding="utf-8",
    )
    lexicons = load_lexicons(folder)
    assert lexicons.languages["pt-npp"] == "pt"
    assert check_lexicons(lexicons) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a: {b",
        "- x\n- y",
        "\t",
        "&a [*a]",
        "a: &x [1]\nb: *x",
        "[" * 5000,
        "language: en\nlanguage: en",
        "? [a]\n: b",
        "language: 2020-99-99",
    ],
)
def test_hostile_yaml_is_a_config_error(tmp_path: Path, text: str) -> None:
    folder = folder_with(tmp_path, {})
    (folder / "en.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"en\.yml"):
        load_lexicons(folder)
