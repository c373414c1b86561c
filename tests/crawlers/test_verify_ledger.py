"""What `verify` names when signatures, stamps or any one byte of signed and stamped evidence were tampered with."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawlers.errors import EvidenceError
from crawlers.evidence import VisitWriter, verify
from crawlers.ledger import line_hash
from crawlers.records import Visit
from crawlers.signing import Signer, load_signer
from crawlers.timestamp import Authority, load_authority, stamp_head
from crawlers.verify_ledger import Trust, ranges


@dataclass
class Forger:
    """A folder that somebody changes, and what he may know: his own key and authority, never the operator's."""

    folder: Path
    signer: Signer
    authority: Authority

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.jsonl"

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(row) for row in self.ledger.read_text().splitlines()]

    def write(self, lines: list[dict[str, object]]) -> None:
        self.ledger.write_text("".join(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n" for line in lines))

    def chained(self, lines: list[dict[str, object]], *, sign: bool) -> None:
        """Lines numbered, chained and hashed anew; signed with the forger's own key, or with the old signatures left standing."""
        previous, made = "0" * 64, []
        for n, line in enumerate(lines, 1):
            line = line | {"n": n, "previous": previous} | ({"key": self.signer.key_id} if sign else {})
            line["hash"] = previous = line_hash(line)
            if sign:
                self.signer.keep_public_key(self.folder)
                line["signature"] = self.signer.sign(previous.encode()).hex()
            made.append(line)
        self.write(made)

    def edit(self, n: int, **fields: object) -> None:
        """One line with other fields and a hash that fits them; None takes a field out."""
        lines = self.lines
        known = {name: value for name, value in (lines[n - 1] | fields).items() if value is not None}
        lines[n - 1] = known | {"hash": line_hash(known)}
        self.write(lines)

    def stamp(self, n: int) -> Path:
        return self.folder / "stamps" / f"{n:08d}.tsr"

    def only(self, pattern: str) -> Path:
        (path,) = self.folder.glob(pattern)
        return path


@pytest.fixture(scope="module")
def sealed(authority, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Lines 1, 2: visits; 3: stamp on 2; 4: visit; 5: stamp on 4. All signed. With the id of the operator's key."""
    folder, key = tmp_path_factory.mktemp("good") / "evidence", tmp_path_factory.mktemp("key") / "operator.pem"
    signer = _key(key)
    for n in range(3):
        _seal(folder, n, signer)
        if n:
            stamp_head(folder, load_authority(authority.url, authority.chain), signer)
    return folder, signer.key_id


def _key(path: Path) -> Signer:
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True, timeout=30)
    path.chmod(0o600)
    return load_signer(path)


def _seal(folder: Path, n: int, signer: Signer | None) -> None:
    from datetime import UTC, datetime, timedelta
    from types import SimpleNamespace

    planned = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n)
    site = SimpleNamespace(name="green-door", legal_reason=None)
    with VisitWriter(folder, site, "name: green-door\n", f"vis_{n}", info={}, signer=signer) as archive:
        archive.seal(Visit(f"vis_{n}", "green-door", planned, planned, planned, "timeout", 0, 0, None))


@pytest.fixture
def forger(sealed: tuple[Path, str], tmp_path: Path, other_authority) -> Forger:
    shutil.copytree(sealed[0], tmp_path / "evidence")
    forged = load_authority(other_authority.url, other_authority.chain)
    return Forger(tmp_path / "evidence", _key(tmp_path / "forger.pem"), forged)


def expected(sealed: tuple[Path, str], authority) -> Trust:
    return Trust(keys=[sealed[1]], chain=authority.chain.read_bytes())


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


def restamped(f: Forger) -> None:
    """The last stamp replaced by one of the forger's own authority, which stamps the right line."""
    lines = f.lines[:4]
    f.write(lines)
    f.stamp(4).unlink()
    stamp_head(f.folder, f.authority)


TAMPERED: list[tuple[str, Callable[[Forger], object], str]] = [
    ("a signature taken out", lambda f: f.edit(2, signature=None), r"ledger.jsonl: line 2: not signed"),
    ("a signature and its key taken out", lambda f: f.edit(2, signature=None, key=None), r"line 2: not signed"),
    ("a signature changed", lambda f: f.edit(2, signature="0" * 128), r"ledger.jsonl:2 \(visit vis_1\): wrong signature"),
    ("a signature of another line", lambda f: f.edit(2, signature=f.lines[0]["signature"]), r"ledger.jsonl:2 .*wrong signature"),
    ("a signature in capitals", lambda f: f.edit(2, signature=str(f.lines[1]["signature"]).upper()), r"ledger.jsonl:2 .*wrong signature"),
    ("a signature that is no hex", lambda f: f.edit(2, signature="zz"), r"ledger.jsonl:2 .*wrong signature"),
    ("a key's name changed", lambda f: f.edit(2, key="0" * 64), r"keys/0{64}.pem: missing or changed"),
    (
        "all signatures and keys taken out",
        lambda f: f.chained([{k: v for k, v in line.items() if k not in ("key", "signature")} for line in f.lines], sign=False),
        r"lines 1 to 5: not signed",
    ),
    ("all signed anew with another key", lambda f: f.chained(f.lines, sign=True), r"ledger.jsonl:1 \(visit vis_0\): wrong key"),
    (
        "signed visits re-ordered and chained anew",
        lambda f: f.chained([f.lines[1], f.lines[0], *f.lines[2:]], sign=False),
        r"ledger.jsonl:1 \(visit vis_1\): wrong signature",
    ),
    ("a signed visit left out, chained anew", lambda f: f.chained(f.lines[1:], sign=False), r"green-door/vis_0.json: not anchored"),
    ("the public key removed", lambda f: f.only("keys/*.pem").unlink(), r"keys/\w{64}.pem: missing or changed"),
    ("the public key exchanged", lambda f: f.only("keys/*.pem").write_bytes(f.signer.public_pem), r"keys/\w{64}.pem: missing or changed"),
    (
        "the public key with a line more",
        lambda f: f.only("keys/*.pem").write_bytes(f.only("keys/*.pem").read_bytes() + b"\n"),
        r"keys/\w{64}.pem: missing or changed",
    ),
    ("a visit added without a signature", lambda f: _seal(f.folder, 8, None), r"line 6: not signed"),
    ("a visit added with another key", lambda f: _seal(f.folder, 8, f.signer), r"ledger.jsonl:6 \(visit vis_8\): wrong key"),
    (
        "a stamp changed",
        lambda f: flip(f.stamp(2), 400),
        r"stamps/00000002.tsr: changed stamp: its SHA-256 is not the seal in ledger line 3",
    ),
    ("a stamp removed", lambda f: f.stamp(2).unlink(), r"stamps/00000002.tsr: missing stamp: ledger line 3 seals it"),
    ("a stamp emptied", lambda f: f.stamp(4).write_bytes(b""), r"stamps/00000004.tsr: changed stamp"),
    (
        "a stamp replayed",
        lambda f: f.stamp(4).write_bytes(f.stamp(2).read_bytes()),
        r"stamps/00000004.tsr: changed stamp.*; it is a replayed stamp, that of line 2",
    ),
    (
        "a replayed stamp sealed",
        lambda f: (f.stamp(4).write_bytes(f.stamp(2).read_bytes()), f.edit(5, seal=f.lines[2]["seal"])),
        r"stamps/00000004.tsr: wrong stamp for line 4: .*; it is a replayed stamp, that of line 2",
    ),
    (
        "stamps exchanged",
        lambda f: (f.stamp(2).rename(f.folder / "x"), f.stamp(4).rename(f.stamp(2)), (f.folder / "x").rename(f.stamp(4))),
        r"stamps/00000002.tsr: changed stamp.*replayed stamp, that of line 4",
    ),
    ("a stamp under another name", lambda f: f.stamp(2).rename(f.stamp(7)), r"stamps/00000007.tsr: not anchored"),
    (
        "a stamp and its line removed",
        lambda f: (f.stamp(4).unlink(), f.write(f.lines[:4])),
        r"ledger.jsonl: line 4: unanchored: no time stamp covers them yet \(vis_2\)",
    ),
    (
        "all stamps and their lines removed",
        lambda f: (shutil.rmtree(f.folder / "stamps"), f.chained([line for line in f.lines if line.get("kind") is None], sign=False)),
        r"lines 1 to 3: unanchored",
    ),
    ("a stamp of another authority", restamped, r"stamps/00000004.tsr: wrong stamp for line 4"),
    (
        "a stamp's line that speaks of a later line",
        lambda f: f.edit(3, manifest="stamps/00000004.tsr"),
        r"ledger.jsonl:3: 'stamps/00000004.tsr' is no stamp that could stand here",
    ),
    (
        "a stamp's line that leads outside",
        lambda f: f.edit(3, manifest="../00000002.tsr"),
        r"ledger.jsonl:3: '../00000002.tsr' is no stamp",
    ),
    (
        "a stamp's line with a later time",
        lambda f: f.edit(3, planned_at="2099-01-01T00:00:00Z"),
        r"ledger.jsonl:3: .*another time than the stamp",
    ),
    (
        "the authority's chain changed",
        lambda f: flip(f.only("stamps/*.pem"), 100),
        r"stamps/\w{64}.pem: changed: its SHA-256 is not its name",
    ),
    (
        "a stamp's line with a time that is none",
        lambda f: f.edit(3, planned_at="2026,01-01"),
        r"ledger.jsonl:3: gives another time than the stamp",
    ),
    ("a line of another kind", lambda f: f.edit(1, kind="note"), r"ledger line 1: of a kind that nobody writes: 'note'"),
    (
        "a visit after the last stamp",
        lambda f: _seal(f.folder, 8, None),
        r"ledger.jsonl: line 6: unanchored: no time stamp covers them yet \(vis_8\)",
    ),
    (
        "a row spelled otherwise",
        lambda f: f.ledger.write_text(f.ledger.read_text().replace('"n":2,', '"n": 2,')),
        r"ledger.jsonl:2: not a ledger line as it was written",
    ),
    (
        "a row with a field more",
        lambda f: f.ledger.write_text(f.ledger.read_text().replace('"n":2,', '"n":2,"note":"x",')),
        r"ledger.jsonl:2: not a ledger line as it was written",
    ),
]


def test_untouched_signed_and_stamped_evidence_has_no_problem(forger: Forger, sealed, authority) -> None:
    assert verify(forger.folder) == verify(forger.folder, expected(sealed, authority)) == []


@pytest.mark.parametrize(("tamper", "named"), [case[1:] for case in TAMPERED], ids=[case[0] for case in TAMPERED])
def test_verify_names_what_was_tampered_with(forger: Forger, sealed, authority, tamper, named) -> None:
    tamper(forger)
    problems = verify(forger.folder, expected(sealed, authority))
    assert any(re.search(named, problem) for problem in problems), problems


def test_at_least_thirty_kinds_of_tampering_are_tried() -> None:
    assert len({name for name, _, _ in TAMPERED}) == len(TAMPERED) >= 30


@pytest.mark.parametrize("stride", [61, pytest.param(1, marks=pytest.mark.long)])
def test_any_one_byte_changed_anywhere_is_named(forger: Forger, sealed, authority, stride: int) -> None:
    trust = expected(sealed, authority)
    for path in sorted(one for one in forger.folder.rglob("*") if one.is_file() and one.stat().st_size):
        whole = path.read_bytes()
        for at in {*range(0, len(whole), stride), len(whole) - 1}:
            changed = bytearray(whole)
            changed[at] ^= 1
            path.write_bytes(bytes(changed))
            problems = verify(forger.folder, trust)
            assert any(_names(problem, path) for problem in problems), f"byte {at} of {path}: {problems}"
        path.write_bytes(whole)
    assert verify(forger.folder, trust) == []


def _names(problem: str, path: Path) -> bool:
    """Whether a problem names the file, or of a manifest and its archive the other one."""
    return path.name.partition(".")[0] in problem


def test_a_visit_that_ended_after_its_stamp_is_named(authority, tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta
    from types import SimpleNamespace

    later, site = datetime.now(UTC) + timedelta(hours=1), SimpleNamespace(name="green-door", legal_reason=None)
    for n, clock in enumerate(("system", "simulated")):
        with VisitWriter(tmp_path, site, "x", f"vis_{n}", info={}) as archive:
            archive.seal(Visit(f"vis_{n}", "green-door", later, later, later, "timeout", 0, 0, None, clock=clock))
    stamp_head(tmp_path, load_authority(authority.url, authority.chain))
    (problem,) = verify(tmp_path)
    assert problem.startswith("green-door/vis_0.json: says it ended at") and "stamps/00000002.tsr" in problem


@pytest.mark.parametrize(
    ("numbers", "said"), [([4], "line 4"), ([1, 2, 3], "lines 1 to 3"), ([1, 3, 4, 9], "lines 1, 3 to 4, 9"), ([7, 9], "lines 7, 9")]
)
def test_line_numbers_are_said_in_ranges(numbers: list[int], said: str) -> None:
    assert ranges(numbers) == said


def test_a_full_ledger_disk_leaves_the_ledger_as_it_was(forger: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    before = forger.ledger.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crawlers.ledger.os.fsync", full)
    with pytest.raises((OSError, EvidenceError)):
        _seal(forger.folder, 8, None)
    assert forger.ledger.read_bytes() == before
