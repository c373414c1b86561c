"""Signatures over the ledger's lines, checked by us and by OpenSSL alone."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.errors import ConfigError
from crawlers.evidence import verify
from crawlers.signing import load_public_key, load_signer
from crawlers.verify_ledger import Trust


def openssl(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, cwd=cwd, timeout=30)


def lines(folder: Path) -> list[dict[str, str]]:
    return [json.loads(row) for row in (folder / "ledger.jsonl").read_text().splitlines()]


def test_every_line_is_signed_and_the_key_stands_beside(tmp_path: Path, key_file: Path, seal_visits: Callable[..., Path]) -> None:
    signer = load_signer(key_file)
    folder = seal_visits(3, signer=signer)
    assert [line["key"] for line in lines(folder)] == [signer.key_id] * 3
    assert verify(folder) == verify(folder, Trust(keys=[load_public_key(folder / "keys" / f"{signer.key_id}.pem")])) == []


def test_stock_openssl_checks_what_we_signed(tmp_path: Path, key_file: Path, seal_visits: Callable[..., Path]) -> None:
    folder = seal_visits(2, signer=load_signer(key_file))
    public = tmp_path / "public.pem"
    assert openssl("pkey", "-in", key_file, "-pubout", "-out", public).returncode == 0
    der = subprocess.run(["openssl", "pkey", "-pubin", "-in", public, "-outform", "DER"], capture_output=True, check=True).stdout
    for line in lines(folder):
        # What docs/evidence.md tells an opposing expert to do; only the standard library and OpenSSL are used.
        bare = {name: value for name, value in line.items() if name not in ("hash", "signature")}
        assert hashlib.sha256(json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()).hexdigest() == line["hash"]
        assert hashlib.sha256((folder / line["manifest"]).read_bytes()).hexdigest() == line["seal"]
        assert hashlib.sha256(der).hexdigest() == line["key"]
        (tmp_path / "message").write_text(line["hash"])
        (tmp_path / "signature").write_bytes(bytes.fromhex(line["signature"]))
        check = (
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            public,
            "-rawin",
            "-in",
            tmp_path / "message",
            "-sigfile",
            tmp_path / "signature",
        )
        assert "Verified Successfully" in openssl(*check).stdout
        (tmp_path / "message").write_text(line["hash"].replace(line["hash"][0], "x"))
        assert openssl(*check).returncode != 0


def test_a_key_that_others_can_read_is_refused(key_file: Path) -> None:
    for mode in (0o644, 0o640, 0o604, 0o602):
        key_file.chmod(mode)
        with pytest.raises(ConfigError, match="chmod 600"):
            load_signer(key_file)
    key_file.chmod(0o400)
    assert len(load_signer(key_file).key_id) == 64


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (("genpkey", "-algorithm", "ed448"), "not an Ed25519 key"),
        (("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"), "not an Ed25519 key"),
        (("genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:x"), "unencrypted"),
        (("rand", "-base64", "60"), "not an unencrypted PEM key"),
    ],
)
def test_another_kind_of_key_is_refused(tmp_path: Path, made: tuple[str, ...], says: str) -> None:
    path = tmp_path / "key.pem"
    assert openssl(made[0], "-out", path, *made[1:]).returncode == 0
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=says):
        load_signer(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_signer(tmp_path / "nowhere.pem")


def test_a_private_key_is_never_printed(key_file: Path) -> None:
    signer = load_signer(key_file)
    assert "Key" not in repr(signer) and key_file.read_text().split("\n")[1] not in repr(signer)


def test_a_second_key_from_some_day_on_is_no_fault_unless_only_the_first_is_expected(
    tmp_path: Path, seal_visits: Callable[..., Path]
) -> None:
    made = []
    for n in range(2):
        path = tmp_path / f"key{n}.pem"
        assert openssl("genpkey", "-algorithm", "ed25519", "-out", path).returncode == 0
        path.chmod(0o600)
        made.append(load_signer(path))
    seal_visits(1, signer=made[0])
    folder = seal_visits(2, signer=made[1])
    assert verify(folder) == verify(folder, Trust(keys=[made[0].key_id, made[1].key_id])) == []
    (fault,) = verify(folder, Trust(keys=[made[0].key_id]))
    assert fault.startswith("ledger.jsonl:2 (visit ") and f"wrong key: signed by {made[1].key_id[:16]}" in fault


def test_unsigned_evidence_is_no_fault_unless_a_key_is_expected(key_file: Path, seal_visits: Callable[..., Path]) -> None:
    folder = seal_visits(2)
    assert verify(folder) == []
    assert verify(folder, Trust(keys=[load_signer(key_file).key_id])) == ["ledger.jsonl: lines 1 to 2: not signed"]
