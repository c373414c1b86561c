"""`lexicon discover` and `review` on the command line: found, shown, decided in a batch, all or nothing, never shown again."""

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

ROWS = [
    ("a", "Zorvimto powder 1 kg in stock, we ship fentanyl precursors and zorvimto in drums. Also 4-piperidone."),
    ("b", "Buy 4-piperidone or zorvimto powder, wholesale price per kg."),
    ("c", "NPP and zorvimto powder, wholesale price. Made in house. KB-40R powder 1 kg. 4-AP powder 1 kg"),
    ("d", "KB-40R powder wholesale price, 4-AP powder wholesale price, KB-40R per kg."),
]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Texts of four shops, a lawful one, and a lexicon folder of its own."""
    (tmp_path / "lex").mkdir()
    for file in files("lexicons").iterdir():
        if file.name.endswith(".yml"):
            shutil.copy(str(file), tmp_path / "lex" / file.name)
    texts = [{"id": f"cap_{key}", "text": text, "storefront": f"{key}.example"} for key, text in ROWS]
    (tmp_path / "texts.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in texts), "utf-8")
    (tmp_path / "lawful.jsonl").write_text('{"id": "n", "text": "The zorvimto festival in May was fun."}\n', "utf-8")
    return tmp_path


def discovered(desk: Path, inside: Callable) -> list[dict[str, object]]:  # type: ignore[type-arg]
    seeds = ("--seeds", "4-piperidone,NPP,4-AP", "--lexicons", "lex")
    done = inside("lexicon", "discover", "--texts", "texts.jsonl", "--benign", "lawful.jsonl", *seeds, "--json", cwd=desk)
    assert done.returncode == 0, done.stderr
    (desk / "found.jsonl").write_text(done.stdout, "utf-8")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_found_terms_are_decided_once_and_for_all(desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    found = {str(one["term"]): one for one in discovered(desk, inside)}
    assert {"zorvimto", "kb-40r", "wholesale"} <= set(found)
    (lawful,) = found["zorvimto"]["benign_spans"]  # type: ignore[misc]
    assert (lawful["before"], lawful["quote"], lawful["after"]) == ("The ", "zorvimto", " festival in May was fun.")
    shown = inside("lexicon", "review", "found.jsonl", "--lexicons", "lex", cwd=desk).stdout
    assert "zorvimto  (score" in shown
    assert "4 places on 3 storefronts, 1 in lawful text" in shown
    assert "lawful, n: The zorvimto festival in May was fun." in shown
    decide = ("--accept", "zorvimto", "--accept", "kb-40r", "--reject", "wholesale", "--who", "Ann", "--why", "on three shops")
    done = inside("lexicon", "review", "found.jsonl", *decide, "--lexicons", "lex", "--store", "sqlite:///s.db", "--json", cwd=desk)
    assert done.returncode == 0, done.stderr
    assert [(row["verdict"], row["file"]) for row in map(json.loads, done.stdout.splitlines())] == [
        ("accepted", "en.yml"), ("accepted", "en.yml"), ("rejected", "rejected.yml"),
    ]  # fmt: skip
    entries = yaml.safe_load((desk / "lex" / "en.yml").read_text("utf-8"))["entries"][-2:]
    assert [(entry["id"], entry["found"]["who"], entry["found"]["spans"][0]) for entry in entries] == [
        ("found-zorvimto", "Ann", "cap_a:0-8"), ("found-kb-40r", "Ann", "cap_c:57-63"),
    ]  # fmt: skip
    assert inside("check", "lexicons", "--lexicons", "lex", cwd=desk).returncode == 0
    assert not {"zorvimto", "kb-40r", "wholesale"} & {str(one["term"]) for one in discovered(desk, inside)}
    kept = inside("search", "", "--kind", "judgement", "--store", "sqlite:///s.db", "--json", cwd=desk).stdout.splitlines()
    assert {(row["verdict"], row["left"]) for row in map(json.loads, kept)} == {
        ("accepted", "zorvimto"), ("accepted", "kb-40r"), ("rejected", "wholesale"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--accept", "zorvimto", "--why", "x"], ["--who"]),
        (["--accept", "zorvimto", "--who", "a"], ["why"]),
        (["--reject", "nosuchterm", "--who", "a", "--why", "x"], ["nosuchterm"]),
        (["--reject", "wholesale", "--accept", "wholesale", "--who", "a", "--why", "x"], ["twice"]),
        (["--reject", "wholesale", "--accept", "in", "--near", "nogroup", "--who", "a", "--why", "x"], ["in"]),
        (["--decisions", "wrong.jsonl", "--who", "a", "--why", "x"], ["wrong.jsonl:1", "verdict"]),
        (["--decisions", "extra.jsonl", "--who", "a", "--why", "x"], ["extra.jsonl:1", "nearby"]),
    ],
)
def test_a_wrong_decision_leaves_every_file_as_it_was(words: list[str], says: list[str], desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    spans = [{"id": f"s{at}", "start": 0, "end": 2, "storefront": f"{at}.example", "quote": "in", "after": " stock"} for at in range(3)]
    rows = [{"term": term, "score": 1.0, "spans": spans, "benign_spans": spans[:1]} for term in ("zorvimto", "wholesale", "in")]
    (desk / "found.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    (desk / "wrong.jsonl").write_text('{"term": "wholesale", "verdict": "maybe"}\n', "utf-8")
    (desk / "extra.jsonl").write_text('{"term": "wholesale", "verdict": "rejected", "nearby": 1}\n', "utf-8")
    before = {path.name: path.read_bytes() for path in (desk / "lex").iterdir()}
    done = inside("lexicon", "review", "found.jsonl", *words, "--lexicons", "lex", cwd=desk)
    assert done.returncode == 2, done.stdout
    for word in says:
        assert word in done.stderr
    assert {path.name: path.read_bytes() for path in (desk / "lex").iterdir()} == before


def test_the_pages_of_a_store_are_searched_and_their_captures_named(short_demo, inside: Callable, tmp_path: Path) -> None:  # type: ignore[no-untyped-def, type-arg]
    shutil.copy(short_demo.folder / "churnwatch.db", tmp_path / "churnwatch.db")
    done = inside("lexicon", "discover", "--top", "30", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert found
    for one in found:
        assert all(str(span["id"]).startswith("cap_") for span in one["spans"])
        assert len({span["storefront"] for span in one["spans"]}) >= 2
        assert not {span["storefront"] for span in one["spans"]} & {"alder-scientific.example", "brightwater-labs.example"}


def test_a_change_of_the_lexicons_prints_what_it_does_to_accuracy(desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    same = inside("check", "lexicons", "--lexicons", "lex", cwd=desk)
    assert same.returncode == 0
    path = desk / "lex" / "risk.yml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("high: 0.7\n", "high: 0.97\n", 1), "utf-8")
    changed = inside("check", "lexicons", "--lexicons", "lex", cwd=desk)
    assert changed.returncode == 0
    lines = [line.split() for line in changed.stdout.splitlines() if "promises rated high" in line]
    assert [line[0] for line in lines] == ["en", "es", "ru", "zh"]
    for line in lines:
        old, new = float(line[-4]), float(line[-2])
        assert new < old
        assert float(line[-1].strip("()")) == pytest.approx(new - old, abs=0.0011)  # each is rounded
    assert "invented" in changed.stdout
    path.write_text(text.replace("base: -3.3", "base: low", 1), "utf-8")
    broken = inside("check", "lexicons", "--lexicons", "lex", cwd=desk)
    assert broken.returncode == 2
    assert "risk.yml:" in broken.stderr
    assert inside("check", "--lexicons", "lex", "--accept-figures", cwd=desk).returncode == 2
