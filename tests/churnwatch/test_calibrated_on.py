"""Wherever a score or a probability is printed, it says what it was calibrated on."""

import csv
import email
import email.policy
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.wording import LINKS_CALIBRATED_ON
from nlp.lexicon import load_lexicons

SCORES = load_lexicons().risk.calibrated_on


@pytest.fixture
def desk(short_demo, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    """A folder with small inputs; the store is the demo's."""
    (tmp_path / "texts.jsonl").write_text('{"id": "1", "text": "4-piperidone in stock, 100% pass customs guaranteed"}\n', "utf-8")
    (tmp_path / "page.html").write_text("<title>Shop</title><h1>4-piperidone</h1><p>Price: 4.50 EUR", "utf-8")
    (tmp_path / "seen.csv").write_text("site,type,value\na.example,telegram,shopdesk\nb.example,telegram,shopdesk\n", "utf-8")
    (tmp_path / "churnwatch.toml").write_text(f'store = "{short_demo.store}"\n', "utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", ["lead", "storefront", "listing"])
def test_search_says_it_in_the_table_and_in_every_document(kind: str, desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    assert f"scores calibrated on: {SCORES}" in inside("search", "", "--kind", kind, cwd=desk).stdout
    found = [json.loads(line) for line in inside("search", "", "--kind", kind, "--json", cwd=desk).stdout.splitlines()]
    assert found
    assert {one["calibrated_on"] for one in found if one["score"] is not None} == {SCORES}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("analyse", "--text", "texts.jsonl"), SCORES),
        (("analyse", "--text", "texts.jsonl", "--json"), SCORES),
        (("analyse", "--html", "page.html", "--json"), SCORES),
        (("link", "--identifiers", "seen.csv"), LINKS_CALIBRATED_ON),
        (("link", "--identifiers", "seen.csv", "--json"), LINKS_CALIBRATED_ON),
        (("link", "--identifiers", "seen.csv", "--explain", "a.example", "b.example"), LINKS_CALIBRATED_ON),
        (("explain", "northpier-lab.example", "harbor-reagents.example"), LINKS_CALIBRATED_ON),
        (("explain", "northpier-lab.example", "harbor-reagents.example", "--json"), LINKS_CALIBRATED_ON),
        (("explain", "northpier-lab.example"), SCORES),
        (("explain", "northpier-lab.example", "--json"), SCORES),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else "",
)
def test_verbs_say_it(words: tuple[str, ...], says: str, desk: Path, inside: Callable) -> None:  # type: ignore[type-arg]
    done = inside(*words, cwd=desk)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


def test_report_mails_and_exports_say_it(short_demo, desk: Path, inside: Callable) -> None:  # type: ignore[no-untyped-def, type-arg]
    page = (short_demo.folder / "report.html").read_text("utf-8").replace("&#39;", "'")
    assert SCORES in page
    assert LINKS_CALIBRATED_ON in page
    mails = sorted((short_demo.folder / "mail").glob("*.eml"))
    for path in mails:
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for kind in ("plain", "html"):
            body = mail.get_body((kind,)).get_content().replace("&#39;", "'")  # type: ignore[union-attr]
            assert SCORES in body
            assert ("they belong together" in body.lower()) == (LINKS_CALIBRATED_ON in body)
    assert mails
    done = inside("export", "--format", "csv", "--out", "leads.csv", "--allow-simulated", cwd=desk)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((desk / "leads.csv").read_text("utf-8-sig").splitlines()))
    assert {row["calibrated_on"] for row in rows} == {SCORES}
