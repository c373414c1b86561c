"""`make mutants`: one seeded fault for each guard, each in a copy of the tree; the suite must turn red on every one of them.

For speed a mutant runs the test files that hold its guard, and those must be green without the fault. Exit 1 when a mutant lives.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIED = ("crawlers", "nlp", "indexer", "churnwatch", "lexicons", "tests", "scripts", "requirements", "pyproject.toml", "README.md")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: (old, new) pairs in one file (old empty: a new file), and the tests that must catch it."""

    name: str
    file: str
    changes: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "an upward import",
        "nlp/where.py",
        (("from dataclasses import dataclass\n", "from dataclasses import dataclass\n\nimport indexer.fields\n"),),
        ("tests/test_boundary.py",),
    ),
    Mutant("a fetcher inside nlp", "nlp/parse.py", (('"""\n\n', '"""\n\nimport warcio\n'),), ("tests/test_boundary.py",)),
    Mutant(
        "a span off by one",
        "nlp/where.py",
        (("        start,\n        end,\n        quote", "        start + 1,\n        end + 1,\n        quote"),),
        ("tests/nlp/test_where.py", "tests/nlp/test_match.py"),
    ),
    Mutant(
        "a POST let through",
        "crawlers/client.py",
        (('if request.method != "GET" or request.body:', "if request.body:"),),
        ("tests/crawlers/test_client.py",),
    ),
    Mutant("a POST sent", "crawlers/client.py", ((".get(", ".post("),), ("tests/crawlers/test_client.py",)),
    Mutant(
        "the basket total taken as price",
        "nlp/page_prices.py",
        (
            ("if owner is None or (money.amount == 0 and money.upper is None and money.sign != ASK):", "if owner is None:"),
            ('if "elsewhere" in said or ("header" in said and "main" not in said):', "if False:"),
            ("if WORDS_BEFORE.search(before) and not PRICE_WORD.search(before):", "if False:"),
        ),
        ("tests/nlp/test_listings.py",),
    ),
    Mutant(
        "a hub that links",
        "indexer/network/weights.py",
        (("Weight(len(names), 0.0, True, hubs[key])", "Weight(len(names), 20.0, False, hubs[key])"),),
        ("tests/indexer/network/test_link.py",),
    ),
    Mutant(
        "an undocumented verb",
        "churnwatch/commands/secret.py",
        (("", 'def secret() -> None:\n    """Does something."""\n'),),
        ("tests/churnwatch/test_cli_docs.py",),
    ),
    Mutant(
        "robots not heeded",
        "crawlers/gate.py",
        (("if self.file is not None and not self.file.allows(url):", "if False:"),),
        ("tests/crawlers/test_robots.py", "tests/crawlers/test_storefront.py"),
    ),
    Mutant(
        "a private address allowed",
        "crawlers/egress.py",
        (('        ("10.0.0.0/8", "private"),\n', ""),),
        ("tests/crawlers/test_egress.py",),
    ),
    Mutant(
        "our own outage blamed on shops",
        "indexer/network/life.py",
        (("if look.canary is False:", "if look.canary is None and False:"),),
        ("tests/indexer/network/test_churn.py",),
    ),
    Mutant(
        "an end believed at first sight",
        "indexer/network/life.py",
        (("AGREES_AFTER = timedelta(hours=6)", "AGREES_AFTER = timedelta(0)"),),
        ("tests/indexer/network/test_churn.py",),
    ),
    Mutant("a wrong check digit believed", "nlp/cas.py", (("% 10 == int(match[3])", "% 10 >= 0"),), ("tests/nlp/test_cas.py",)),
    Mutant(
        "a changed record unnoticed",
        "crawlers/verify.py",
        (
            (
                "def verify(folder: Path, trust: Trust = NOBODY) -> list[str]:\n",
                (
                    "def verify(folder: Path, trust: Trust = NOBODY) -> list[str]:\n    return []\n\n\n"
                    "def unused(folder: Path, trust: Trust = NOBODY) -> list[str]:\n"
                ),
            ),
        ),
        ("tests/crawlers/test_verify.py",),
    ),
    Mutant(
        "an alert claimed twice",
        "indexer/sqlite_store.py",
        (("if not is_claimable(alert, expired):", "if not alert:"),),
        ("tests/indexer/test_store_contract.py",),
    ),
    Mutant(
        "a live link in a mail",
        "indexer/defang.py",
        (("def defang(text: str) -> str:\n", "def defang(text: str) -> str:\n    return text\n\n\ndef unused(text: str) -> str:\n"),),
        ("tests/indexer/test_defang.py", "tests/indexer/test_alerts.py"),
    ),
    Mutant(
        "a formula in a CSV cell",
        "indexer/exports/comma_separated.py",
        (('return f"\'{words}" if', "return words if"),),
        ("tests/indexer/test_exports.py",),
    ),
    Mutant(
        "judgements may be written over",
        "indexer/fields.py",
        (('FIRST_STANDS = (*MONTHLY, "assignment", "judgement", "intervention")', "FIRST_STANDS = MONTHLY"),),
        ("tests/indexer/test_store_contract.py",),
    ),
    Mutant(
        "folds part an operator",
        "nlp/calibrate.py",
        (("    return [fold_of[row.group] for row in rows]", "    return [at % count for at in range(len(rows))]"),),
        ("tests/nlp/test_calibrate.py",),
    ),
    Mutant(
        "worse weights are taken",
        "nlp/new_weights.py",
        (("    if min(gains) < GAIN_MIN:", "    if min(gains) < -1:"),),
        ("tests/nlp/test_calibrate.py",),
    ),
    Mutant(
        "a foreign text is judged",
        "nlp/language.py",
        (("    return best not in LANGUAGES and share >= FOREIGN_MIN", "    return False"),),
        ("tests/nlp/test_risk.py",),
    ),
    Mutant(
        "a rejected term comes back",
        "churnwatch/discovering.py",
        ((" + sorted(rejected_terms(folder_of(lexicons)))", ""),),
        ("tests/churnwatch/test_lexicon_review.py",),
    ),
)


def main() -> int:
    """Runs every mutant, or those whose name holds one of the words given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    words = parser.parse_args().words
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="churnwatch-mutants-") as place:
        tree = copy_tree(Path(place))
        guards = sorted({test for mutant in chosen for test in mutant.tests})
        if not is_green(tree, guards):
            print("the tests are red without any fault; mend them first")
            return 1
        alive = [mutant.name for mutant in chosen if not is_killed(tree, mutant)]
    print(f"{len(chosen) - len(alive)} of {len(chosen)} mutants killed" + (f"; ALIVE: {', '.join(alive)}" if alive else ""))
    return 1 if alive else 0


def copy_tree(place: Path) -> Path:
    """A copy of what the tests need, under git so that tests of tracked files work."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, place / name)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=place, check=True)
    return place


def is_killed(tree: Path, mutant: Mutant) -> bool:
    """Whether the tests see the fault; the tree is as before afterwards. A fault that finds nothing to change counts as alive."""
    path = tree / mutant.file
    original = path.read_text("utf-8") if path.exists() else ""
    text = original
    for old, new in mutant.changes:
        if old and old not in text:
            print(f"ALIVE   {mutant.name}: {mutant.file} no longer holds {old!r}; write the fault anew")
            return False
        text = text.replace(old, new) if old else new
    path.write_text(text, "utf-8")
    try:
        killed = not is_green(tree, list(mutant.tests))
    finally:
        if original:
            path.write_text(original, "utf-8")
        else:
            path.unlink()
    print(f"{'killed ' if killed else 'ALIVE  '} {mutant.name} ({mutant.file})", flush=True)
    return killed


def is_green(tree: Path, tests: list[str]) -> bool:
    """Whether these test files pass in the tree, which stands before the installed packages on the path."""
    environment = {
        "PYTHONPATH": str(tree),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tree),
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-m",
        "not elastic and not oscar and not wheel",
        *tests,
    ]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=900)
    if done.returncode not in (0, 1):
        print(done.stdout[-2000:], done.stderr[-2000:])
        raise RuntimeError(f"pytest ended with {done.returncode}, which says nothing of the fault")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
