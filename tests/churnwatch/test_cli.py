"""Exit codes and errors: 0 done, 1 failed, 2 bad input; every message says what, where and what next, and bad input writes nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

GOOD_SITE = 'name: shop\nseeds: ["http://shop.example:9/"]\ndelay_s: 0\n'


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with files that are wrong in one way each."""
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "shop.yml").write_text(GOOD_SITE, "utf-8")
    (tmp_path / "sites" / "typo.yml").write_text('name: typo\nseeds: ["http://shop.example/"]\ndelays: 3\n', "utf-8")
    (tmp_path / "sites" / "other.yml").write_text('name: shop\nseeds: ["http://shop.example/"]\n', "utf-8")
    (tmp_path / "sites" / "broken.yml").write_text("name: [broken\n", "utf-8")
    (tmp_path / "hosts").write_text("127.0.0.1 shop.example\n", "utf-8")
    (tmp_path / "bad-hosts").write_text("shop.example 127.0.0.1\n", "utf-8")
    (tmp_path / "bad.jsonl").write_text('{"id": "1", "text": "fine"}\n{"id": "2"}\n', "utf-8")
    (tmp_path / "bad.csv").write_text("site,type,value\na.example,shoe_size,44\n", "utf-8")
    (tmp_path / "bad-looks.jsonl").write_text('{"storefront": "a.example", "at": "yesterday", "outcome": "live"}\n', "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nosuchverb"], ["nosuchverb"]),
        (["search", "x", "--nosuchoption"], ["--nosuchoption"]),
        (["search"], ["TEXT"]),
        (["crawl", "typo", "--sites", "sites", "--hosts", "hosts"], ["typo.yml", ":3", "delays"]),
        (["crawl", "other", "--sites", "sites", "--hosts", "hosts"], ["other.yml", "name"]),
        (["crawl", "broken", "--sites", "sites"], ["broken.yml"]),
        (["crawl", "missing", "--sites", "sites"], ["missing.yml", "no such site file"]),
        (["crawl", "shop", "--sites", "sites", "--hosts", "bad-hosts"], ["bad-hosts:1"]),
        (["crawl", "shop", "--sites", "sites", "--hosts", "hosts", "--planned-at", "noon"], ["--planned-at", "noon"]),
        (["crawl", "shop", "--sites", "sites"], ["delay_s"]),
        (["run", "typo", "--sites", "sites", "--hosts", "hosts"], ["typo.yml", "delays"]),
        (["normalise", "--text", "bad.jsonl"], ["bad.jsonl:2", "text"]),
        (["analyse", "--text", "bad.jsonl"], ["bad.jsonl:2", "text"]),
        (["analyse", "--text", "nowhere.jsonl"], ["nowhere.jsonl"]),
        (["analyse", "--html"], ["--html"]),
        (["analyse", "page.html"], ["--html"]),
        (["link", "--identifiers", "bad.csv"], ["bad.csv:2", "type", "shoe_size"]),
        (["churn", "--visits", "bad-looks.jsonl"], ["bad-looks.jsonl:1", "at", "yesterday"]),
        (["search", "x", "--kind", "shoe"], ["shoe", "listing"]),
        (["search", "x", "--where", "shoe=1"], ["shoe=1"]),
        (["pivot", "shoe", "44"], ["shoe", "telegram"]),
        (["explain", "fnd_nothing"], ["fnd_nothing"]),
        (["export", "--format", "docx", "--out", "x"], ["docx", "csv"]),
        (["verify", "nowhere"], ["nowhere"]),
        (["check", "shoes"], ["shoes", "lexicons"]),
        (["demo", "--dir", "sites", "--days", "1"], ["sites", "--dir"]),
        (["demo", "--days", "0"], ["--days"]),
        (["search", "x", "--store", "http://192.0.2.1:9200/p"], ["http", "192.0.2.1"]),
        (["search", "x", "--store", "oracle://x"], ["oracle://x", "sqlite:///"]),
    ],
    ids=lambda value: " ".join(value)[:48] if isinstance(value, list) else "",
)
def test_bad_input_exits_2_and_says_where(words: list[str], says: list[str], desk: Path, cli: Callable) -> None:  # type: ignore[type-arg]
    before = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file() and not path.name.startswith("churnwatch.db")}
    done = cli(*words, cwd=desk)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for word in says:
        assert word in done.stderr + done.stdout
    after = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file() and not path.name.startswith("churnwatch.db")}
    assert after == before, "bad input wrote something"


def test_a_store_that_is_away_exits_1_and_the_evidence_is_kept(desk: Path, cli: Callable) -> None:  # type: ignore[type-arg]
    done = cli("run", "shop", "--sites", "sites", "--hosts", "hosts", "--store", "http://127.0.0.1:9/away", cwd=desk)
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
    assert cli("verify", "evidence", cwd=desk).returncode == 0
    later = cli("analyse", "--store", "sqlite:///later.db", "--json", cwd=desk)
    assert json.loads(later.stdout)["analysed"] == 1


def test_an_unreachable_host_is_a_visit_with_its_outcome(desk: Path, cli: Callable) -> None:  # type: ignore[type-arg]
    done = cli("run", "shop", "--sites", "sites", "--hosts", "hosts", "--json", cwd=desk)
    assert done.returncode == 0, done.stderr
    visits = json.loads(done.stdout)["visits"]
    assert [(visit["site"], visit["stop"]) for visit in visits] == [("shop", "refused")]


def test_a_wrong_setting_is_named(desk: Path, cli: Callable) -> None:  # type: ignore[type-arg]
    (desk / "churnwatch.toml").write_text("smtp_port = 'often'\n", "utf-8")
    done = cli("store", "status", cwd=desk)
    assert done.returncode == 2
    assert "churnwatch.toml" in done.stderr
    assert "smtp_port" in done.stderr


def test_help_of_every_verb_exits_0(cli: Callable, tmp_path: Path) -> None:  # type: ignore[type-arg]
    assert cli("--help", cwd=tmp_path).returncode == 0
    assert cli("store", "--help", cwd=tmp_path).returncode == 0
