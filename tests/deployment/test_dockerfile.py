"""The Dockerfile without an engine: what it copies is there, who it runs as, and its build step on just the files that it gets."""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.deployment.compose_file import ROOT, services

PIP = "/opt/churnwatch/bin/pip"


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order, lines joined."""
    lines = [line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())]


def copied() -> list[tuple[list[str], str]]:
    """Sources and target of every COPY out of the checkout."""
    found = [rest.split() for name, rest in instructions() if name == "COPY" and not rest.startswith("--from")]
    return [(words[:-1], words[-1]) for words in found]


def let_in(path: str) -> bool:
    """Does .dockerignore send a file of the checkout to the engine: the last line that fits decides, a folder speaks for what is in it."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!")
        if line.startswith("#") or not line:
            continue
        parents = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
        names = [pattern, pattern.removeprefix("**/")]
        if any(
            fnmatch.fnmatch(one, each) or (fnmatch.fnmatch(Path(one).name, each) and "**/" in pattern) for one in parents for each in names
        ):
            sent = line.startswith("!")
    return sent


def test_what_is_copied_is_there_and_is_sent() -> None:
    for sources, _ in copied():
        for source in sources:
            path = ROOT / source
            assert path.exists(), source
            assert let_in(source if path.is_file() else f"{source}/__init__.py" if source != "lexicons" else f"{source}/risk.yml"), source
    for kept in ("secrets/elastic_password", "churnwatch.env", "sites/a.yml", ".git/config", "tests/conftest.py", "nlp/__pycache__/x.pyc"):
        assert not let_in(kept), kept


def test_it_ends_as_nobody_with_versions_and_a_health_check() -> None:
    made = instructions()
    bases = [rest.split()[0] for name, rest in made if name == "FROM"]
    assert len(bases) == 2 and len(set(bases)) == 1
    version = re.fullmatch(r"python:(\d+\.\d+)\.\d+-slim-bookworm", bases[0])
    lowest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert version and lowest.startswith(f">={version[1]},")
    assert [rest for name, rest in made if name == "USER"] == ["1000:1000"]
    last = len(made) - 1 - [name for name, _ in made][::-1].index("USER")
    assert "RUN" not in [name for name, _ in made[last:]] and "COPY" not in [name for name, _ in made[last:]]
    assert "HEALTHCHECK" in dict(made)
    assert services()["scheduler"]["healthcheck"]["test"][1].replace("$$", "$") in dict(made)["HEALTHCHECK"]
    assert ("ENTRYPOINT", '["tini", "--", "churnwatch"]') in made
    installs = [rest for name, rest in made if name == "RUN" and "apt-get install" in rest]
    assert len(installs) == 1 and {"chromium", "openssl", "tini"} <= set(installs[0].split()) and "rm -rf /var/lib/apt/lists" in installs[0]


def test_folders_that_volumes_need_belong_to_nobody_before_they_are_mounted() -> None:
    made = next(rest for name, rest in instructions() if "install -d -o 1000 -g 1000" in rest)
    folders = set(made.partition("install -d -o 1000 -g 1000")[2].split())
    for name, service in services().items():
        for volume in service.get("volumes", ()) if "build" in service else ():
            source, target, *read_only = volume.split(":")
            assert target in folders or (read_only and source.startswith(".")), f"{name}: {volume}"


def test_the_image_has_what_the_wheel_lacks() -> None:
    lock = (ROOT / "requirements" / "image.lock").read_text("utf-8")
    for needed in ("hatchling", "playwright", "redis", "elasticsearch", "scrapy"):
        assert re.search(rf"^{needed}==", lock, re.MULTILINE), needed
    base = dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", (ROOT / "requirements" / "base.lock").read_text("utf-8"), re.MULTILINE))
    image = dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", lock, re.MULTILINE))
    assert {name: version for name, version in base.items() if image.get(name) != version} == {}  # the image runs what the tests run


def run_lines() -> list[list[str]]:
    """The commands of the build stage that call pip."""
    stage = " && ".join(rest for name, rest in instructions()[: [name for name, _ in instructions()].index("FROM", 1)] if name == "RUN")
    return [words.split() for words in stage.split(" && ") if words.startswith(PIP)]


@pytest.mark.slow
def test_the_build_step_works_on_what_it_gets(tmp_path: Path) -> None:
    build, target = tmp_path / "build", tmp_path / "site"
    for sources, to in copied():
        for source in sources:
            if to.startswith("/"):
                continue
            place = build / (to if to != "./" else source)
            place.parent.mkdir(parents=True, exist_ok=True)
            path = ROOT / source
            shutil.copytree(path, place, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")) if path.is_dir() else shutil.copy(
                path, place
            )
    command = run_lines()[1]
    assert command[0] == PIP and command[-3:] == ["--no-deps", "--no-build-isolation", "."]
    ours = [sys.executable, "-m", "pip", *command[1:-1], "--target", str(target), "."]
    done = subprocess.run(ours, cwd=build, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(target), "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-c", "import churnwatch, lexicons; print(churnwatch.__path__[0]); from churnwatch.cli import main; main()"]
    seen = subprocess.run([*words, "check", "lexicons"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert seen.returncode == 0, seen.stderr
    assert seen.stdout.startswith(str(target))


@pytest.mark.long
def test_the_lock_installs_into_an_empty_environment(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True, timeout=120)
    command = run_lines()[0]
    assert command[-3:] == ["--require-hashes", "-r", "requirements/image.lock"]
    done = subprocess.run([tmp_path / "env" / "bin" / "pip", *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr[-2000:]
    program = "import elasticsearch, hatchling, playwright, redis, scrapy"
    subprocess.run([tmp_path / "env" / "bin" / "python", "-c", program], check=True, timeout=120)
