"""docs/evidence.md does what it says: its commands, run as written, accept sound evidence and name what was tampered with."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.signing import load_signer
from crawlers.timestamp import load_authority, stamp_head

GUIDE = Path(__file__).parent.parent.parent / "docs" / "evidence.md"
LEDGER, STAMP, ARCHIVES = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def sealed(authority, key_file: Path, tmp_path: Path, seal_visits: Callable[..., Path]) -> tuple[Path, dict[str, str]]:
    """A signed and stamped folder, and what the expert brings along."""
    signer = load_signer(key_file)
    folder = seal_visits(3, signer)
    stamp_head(folder, load_authority(authority.url, authority.chain), signer)
    (tmp_path / "public.pem").write_bytes(signer.public_pem)
    return folder, {"KEY": str(tmp_path / "public.pem"), "CHAIN": str(authority.chain), "PATH": "/usr/bin:/bin"}


def by_hand(script: str, sealed: tuple[Path, dict[str, str]]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-eu", "-c", script], cwd=sealed[0], env=sealed[1], capture_output=True, text=True, timeout=60)


def test_stock_tools_accept_what_was_sealed(sealed, key_file: Path) -> None:
    ledger, stamp, archives = by_hand(LEDGER, sealed), by_hand(STAMP, sealed), by_hand(ARCHIVES, sealed)
    assert (ledger.returncode, stamp.returncode, archives.returncode) == (0, 0, 0), ledger.stdout + ledger.stderr + stamp.stderr
    assert ledger.stdout.count("Verified Successfully") == 4 and load_signer(key_file).key_id in ledger.stdout
    assert "Verification: OK" in stamp.stdout and "Time stamp" in stamp.stdout
    # warcinfo, site file, request, response and Visit of each of the three visits
    assert archives.stdout.splitlines() == ["WARC/1.1"] * 15


def change(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_stock_tools_name_what_was_tampered_with(sealed) -> None:
    folder, brought = sealed
    rows = (folder / "ledger.jsonl").read_text().splitlines(keepends=True)
    changed = rows[1].replace("2026-01-02", "2026-01-05")
    cases: list[tuple[str, Callable[[Path], object], str]] = [
        (LEDGER, lambda f: (f / "ledger.jsonl").write_text("".join([rows[0], changed, *rows[2:]])), "line 2: changed"),
        (LEDGER, lambda f: (f / "ledger.jsonl").write_text("".join([rows[1], rows[0], *rows[2:]])), "line 2: not where it was written"),
        (LEDGER, lambda f: change(min(f.glob("green-door/*.json")), b'"version": 1', b'"version": 2'), ".json: changed"),
        (LEDGER, lambda f: change(f / "stamps" / "00000003.tsr", b"\x30", b"\x31"), "stamps/00000003.tsr: changed"),
        (STAMP, lambda f: (f / "ledger.jsonl").write_text("".join([*rows[:2], rows[2].replace('"n":3', '"n":4'), rows[3]])), "FAILED"),
        (ARCHIVES, lambda f: change(sorted(f.glob("*/*.warc.gz"))[1], b"\x1f\x8b", b"\x1f\x8c"), ".warc.gz: changed"),
    ]
    for number, (script, tamper, says) in enumerate(cases):
        copy = folder.parent / f"case{number}"
        shutil.copytree(folder, copy)
        tamper(copy)
        done = by_hand(script, (copy, brought))
        assert done.returncode != 0 and says in done.stdout + done.stderr, (number, done.stdout, done.stderr)


def test_another_key_is_not_accepted(sealed, tmp_path: Path) -> None:
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", tmp_path / "other.pem"], check=True, timeout=30)
    subprocess.run(["openssl", "pkey", "-in", tmp_path / "other.pem", "-pubout", "-out", tmp_path / "other.pub"], check=True, timeout=30)
    done = by_hand(LEDGER, (sealed[0], sealed[1] | {"KEY": str(tmp_path / "other.pub")}))
    assert done.returncode == 1 and "line 1: not signed by this key" in done.stdout
