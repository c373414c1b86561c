"""The import graph is the data flow: crawlers <- nlp <- indexer <- churnwatch, and reading pages never drags in what fetches them."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ("crawlers", "nlp", "indexer", "churnwatch")
# What nlp may take from crawlers: pure modules only.
PURE = {"crawlers.canonical", "crawlers.records", "crawlers.ids", "crawlers.errors", "crawlers.site", "crawlers.page_state"}
BROAD = {"crawlers/run.py", "churnwatch/pipeline.py"}
FETCHERS = ("scrapy", "twisted", "playwright", "aiohttp", "warcio", "elasticsearch")


def modules() -> Iterator[Path]:
    """Every module of the four packages."""
    for package in ORDER:
        yield from sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Dotted names of everything a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" if node.module in ORDER else str(node.module) for alias in node.names)


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_only_to_the_left(path: Path) -> None:
    here = ORDER.index(path.relative_to(ROOT).parts[0])
    for name in imported(path):
        top = name.partition(".")[0]
        if top in ORDER:
            assert ORDER.index(top) <= here, f"{path.relative_to(ROOT)} imports {name}: imports run one way, {' <- '.join(ORDER)}"
            if ORDER[here] == "nlp" and top == "crawlers":
                assert name in PURE, f"{path.relative_to(ROOT)} imports {name}: nlp takes only pure modules from crawlers"
        assert top != "tests"


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_package_files_import_nothing_and_broad_catches_stay_in_two_files(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    tree = ast.parse(path.read_text("utf-8"))
    if path.name == "__init__.py":
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)], f"{place} imports something"
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and place not in BROAD and not isinstance(node.body[-1], ast.Raise):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in ("Exception", "BaseException", "everything"), f"{place}:{node.lineno} catches {caught}"


def test_modules_stay_small() -> None:
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for path in modules() if path.name != "__init__.py")
    too_long = [str(path.relative_to(ROOT)) for path in modules() if len(path.read_text("utf-8").splitlines()) > 350]
    assert too_long == []
    assert lengths[len(lengths) // 2] <= 110


def test_functions_fit_one_screen() -> None:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 60, f"{path.relative_to(ROOT)}:{node.lineno} {node.name} is over 60 lines"


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("nlp.analyse", FETCHERS),
        ("churnwatch.cli", (*FETCHERS, "spacy", "lxml", "pydantic", "numpy", "rich", "orjson", "phonenumbers", "jinja2")),
    ],
)
def test_importing_loads_none_of_the_heavy_packages(module: str, heavy: tuple[str, ...]) -> None:
    program = f"import sys, {module}\n" + ("import churnwatch.cli; churnwatch.cli.build_app()\n" if module == "churnwatch.cli" else "")
    program += f"print(*sorted(set({heavy!r}) & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert printed == []


def test_only_settings_reads_the_environment() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in ("environ", "getenv")
    }
    assert readers <= {"churnwatch/settings.py", "churnwatch/cli.py"}  # cli sets one variable for scrapy's suffix list and reads none
