"""Promises of the repository itself: no addresses in locks, no registry hosts, no process words, examples for every verb."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def tracked() -> list[Path]:
    """Every file git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, cwd=ROOT).stdout.decode().split("\0")
    return [ROOT / name for name in listed if name]


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    locks = sorted((ROOT / "requirements").glob("*.lock"))
    assert [lock.name for lock in locks] == ["base.lock", "cartridge.lock", "dev.lock", "image.lock", "oscar.lock"]
    for lock in locks:
        text = lock.read_text("utf-8")
        assert "://" not in text
        pins = re.findall(r"^[A-Za-z0-9._-]+(?:\[[a-z_,-]+\])?==", text, re.MULTILINE)
        assert len(pins) > 20
        assert text.count("--hash=sha256:") >= len(pins)


def test_every_ruff_exception_has_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    for code in tomllib.loads(text)["tool"]["ruff"]["lint"]["ignore"]:
        assert re.search(rf'"{code}",\s*# \S+', text), f"{code} is ignored without a reason"


def test_module_docstrings_say_what_a_file_is_for() -> None:
    import ast

    for path in tracked():
        if path.suffix == ".py" and path.name != "__init__.py" and path.exists():
            assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path.relative_to(ROOT)} has no docstring"
