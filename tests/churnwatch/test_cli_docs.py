"""Every verb is documented by an example that runs."""

import json
import re
import shlex
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
import typer

from churnwatch.cli import build_app

ROOT = Path(__file__).parent.parent.parent


def verbs() -> dict[str, str]:
    """Every verb with the help text that its function carries."""
    app = build_app()
    found = {str(one.name): str(one.callback.__doc__) for one in app.registered_commands if one.callback}
    for group in app.registered_groups:
        assert isinstance(group.typer_instance, typer.Typer)
        for one in group.typer_instance.registered_commands:
            assert one.callback is not None
            found[f"{group.name} {one.name or one.callback.__name__}"] = str(one.callback.__doc__)
    return found


def example(text: str) -> str | None:
    """The command line a help text gives as its example."""
    found = re.search(r"^\s*Example: (churnwatch .+)$", text, re.MULTILINE)
    return found[1] if found else None


def test_the_verbs_of_the_contract_are_there() -> None:
    wanted = [
        "demo",
        "check",
        "crawl",
        "normalise",
        "analyse",
        "link",
        "churn",
        "run",
        "search",
        "pivot",
        "explain",
        "alert",
        "export",
        "verify",
        "capture",
        "diff",
        "schedule",
        "judge",
        "calibrate",
        "rescore",
    ]
    assert set(wanted) | {"store init", "store status", "store rebuild", "lexicon discover", "lexicon review"} <= set(verbs())
    assert {"sites propose", "sites accept", "sites reject", "sites add"} <= set(verbs())


@pytest.fixture(scope="module")
def desk(short_demo, tmp_path_factory: pytest.TempPathFactory) -> Path:  # type: ignore[no-untyped-def]
    """A working folder as a user has one: site files, evidence, a store, and the small files that examples name."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("sites", "evidence"):
        shutil.copytree(short_demo.folder / name, folder / name)
    for name in ("hosts", "churnwatch.db"):
        shutil.copy(short_demo.folder / name, folder / name)
    (folder / "texts.jsonl").write_text('{"id": "1", "text": "4-\u0410\u0420 in stock, 100% delivery guarantee"}\n', "utf-8")
    (folder / "page.html").write_text("<title>Shop</title><h1>Beaker</h1><p>Price: 4.50 EUR", "utf-8")
    (folder / "seen.csv").write_text(
        "site,type,value,first_seen,last_seen\na.example,telegram,shopdesk,,\nb.example,telegram,shopdesk,,\n", "utf-8"
    )
    (folder / "looks.jsonl").write_text('{"storefront": "a.example", "at": "2026-01-05T06:00:00Z", "outcome": "live"}\n', "utf-8")
    rows = [{"storefront": f"{name}.example", "status": "proposed", "score": 0.5, "reasons": []} for name in ("blue-gate", "lone-hill")]
    (folder / "sites" / "proposals.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    _to_decide(folder)
    return folder


def _to_decide(folder: Path) -> None:
    """What human decisions start from: judged storefronts that today's weights rate too high, a found term, a lexicon folder."""
    rows = []
    for at in range(200):
        reasons = [{"id": "controlled_precursor", "points": 2.4}, {"id": "coin_address", "points": 0.6}] if at % 2 else []
        verdict = "true" if at % 8 == 1 else "false"
        rows.append({"storefront": f"{at}.example", "cluster": f"g{at % 40}", "verdict": verdict, "reasons": reasons})
    (folder / "judged.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    spans = [
        {"id": f"cap_{at}", "start": 0, "end": 7, "storefront": f"{at}.example", "quote": "made in", "after": " house"} for at in range(3)
    ]
    (folder / "found.jsonl").write_text(json.dumps({"term": "made in", "score": 1.0, "spans": spans, "benign_spans": []}) + "\n", "utf-8")
    shutil.copytree(str(files("lexicons")), folder / "lexicons", ignore=shutil.ignore_patterns("models", "*.dat", "__pycache__"))


@pytest.mark.parametrize("verb", sorted(verbs()))
def test_every_verb_has_an_example_that_runs(verb: str, desk: Path, cli) -> None:  # type: ignore[no-untyped-def]
    line = example(verbs()[verb])
    assert line, f"churnwatch {verb}: the help text has no line `Example: churnwatch {verb} …`"
    words = shlex.split(line)[1:]
    assert " ".join(words).startswith(verb)
    done = cli(*words, cwd=desk)
    assert done.returncode == 0, f"{line}\n{done.stdout[-500:]}\n{done.stderr[-1500:]}"
    assert done.stdout.strip()


def test_every_command_line_of_the_readme_is_a_known_verb() -> None:
    known = {verb.split()[0] for verb in verbs()}
    used = re.findall(r"^(?:\$ )?(?:\.venv/bin/)?churnwatch (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert used
    assert set(used) <= known
