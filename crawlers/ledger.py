"""Ledger: one append-only chain of seals for an evidence folder, each line holding the hash of the line before.

A line seals a file: a visit's manifest, or (`kind` `stamp`) a time stamp on the line that the stamp's file name gives. Fields without a
value are left out, and the row is canonical JSON, so a line has one spelling only.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from crawlers.errors import EvidenceError
from crawlers.manifest import Manifest
from crawlers.signing import Signer

LEDGER = "ledger.jsonl"
FIRST_PREVIOUS = "0" * 64
_TAIL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One sealed file; `hash` covers all other fields but the signature, so changing or moving a line breaks every later one."""

    n: int
    site: str
    visit_id: str
    planned_at: str  # of the visit; of a stamp the time it gives
    manifest: str  # path inside the evidence folder
    seal: str  # SHA-256 of that file
    previous: str
    hash: str
    kind: str | None = None  # None for a visit, `stamp`
    key: str | None = None  # SHA-256 of the public key that signed
    signature: str | None = None  # Ed25519 over `hash` as 64 ASCII characters, lower-case hex

    @property
    def row(self) -> bytes:
        """The line's exact bytes in the file, newline included."""
        return _row({name: value for name, value in asdict(self).items() if value is not None})


_LINES = TypeAdapter(LedgerLine)


def line_hash(fields: Mapping[str, object]) -> str:
    """SHA-256 over the canonical JSON of a ledger line's fields without `hash`, `signature` and those without a value."""
    plain = {name: value for name, value in fields.items() if name not in ("hash", "signature") and value is not None}
    return hashlib.sha256(_row(plain)[:-1]).hexdigest()


def anchor(folder: Path, manifest: Manifest, path: str, seal: str, *, signer: Signer | None = None, perhaps_there: bool = False) -> None:
    """Append one line for a sealed visit; see `append`. With `perhaps_there` (a seal that was interrupted) it is not written twice."""
    visit = {"site": manifest.site, "visit_id": manifest.visit_id, "planned_at": manifest.planned_at, "manifest": path, "seal": seal}
    append(folder, visit, signer, perhaps_there=perhaps_there)


def append(folder: Path, sealed: Mapping[str, str], signer: Signer | None = None, *, perhaps_there: bool = False) -> None:
    """Append one line, signed when there is a signer, under an exclusive lock, and sync it to the disk.

    With `perhaps_there` the whole ledger is read first and a line that seals this file with this seal is not written twice. A last line
    torn by a crash is cut off: it never anchored anything. Raises EvidenceError when the last whole line cannot be read, OSError (and
    leaves the ledger as it was) when the disk is full.
    """
    file = folder / LEDGER
    if signer is not None:
        signer.keep_public_key(folder)
    with file.open("a+b", buffering=0) as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)
        if perhaps_there and any((line.manifest, line.seal) == (sealed["manifest"], sealed["seal"]) for line in read_ledger(folder)[0]):
            return
        size, last = _whole_end(ledger, file)
        fields: dict[str, object] = {"n": last.n + 1 if last else 1, **sealed, "previous": last.hash if last else FIRST_PREVIOUS}
        if signer is not None:
            fields["key"] = signer.key_id
        fields["hash"] = line_hash(fields)
        if signer is not None:
            fields["signature"] = signer.sign(str(fields["hash"]).encode()).hex()
        rest = memoryview(_row(fields))
        try:
            while rest:
                rest = rest[ledger.write(rest) :]
            os.fsync(ledger.fileno())
        except OSError:
            ledger.truncate(size)
            raise


def last_line(folder: Path) -> LedgerLine | None:
    """The last whole line, None for an empty ledger; reads only its end. Raises EvidenceError when that line cannot be read."""
    file = folder / LEDGER
    if not file.exists():
        return None
    with file.open("rb") as ledger:
        ledger.seek(max(0, ledger.seek(0, os.SEEK_END) - _TAIL_BYTES))
        whole = ledger.read().rpartition(b"\n")[0]
    return _line(whole.rpartition(b"\n")[2], file) if whole else None


def _whole_end(ledger: FileIO, file: Path) -> tuple[int, LedgerLine | None]:
    """Where the whole lines end (what a crash tore is cut off) and the last of them."""
    size = ledger.seek(0, os.SEEK_END)
    tail = os.pread(ledger.fileno(), _TAIL_BYTES, max(0, size - _TAIL_BYTES))
    whole, _, torn = tail.rpartition(b"\n")
    if torn:
        size -= len(torn)
        ledger.truncate(size)
    return size, _line(whole.rpartition(b"\n")[2], file) if whole else None


def read_ledger(folder: Path) -> tuple[tuple[LedgerLine, ...], tuple[str, ...]]:
    """The readable lines in file order, and what is wrong with the chain: unreadable, changed, moved or torn lines, by line number."""
    file = folder / LEDGER
    if not file.exists():
        return (), ()
    lines: list[LedgerLine] = []
    problems: list[str] = []
    previous, expected = FIRST_PREVIOUS, 1
    text = file.read_bytes()
    rows = text.split(b"\n")
    if rows[-1]:
        problems.append(f"{LEDGER}:{len(rows)}: the last line is torn; the next seal cuts it off")
    for number, row in enumerate(rows[:-1], 1):
        try:
            line = _line(row, file)
        except EvidenceError:
            problems.append(f"{LEDGER}:{number}: not a ledger line as it was written")
            continue
        if line_hash(asdict(line)) != line.hash:
            problems.append(f"{LEDGER}:{number}: changed: its hash does not cover its fields (visit {line.visit_id})")
        elif (line.previous, line.n) != (previous, expected):
            problems.append(
                f"{LEDGER}:{number}: out of order: it follows line {line.n - 1} of the chain, not the line above (visit {line.visit_id})"
            )
        previous, expected = line.hash, line.n + 1
        lines.append(line)
    return tuple(lines), tuple(problems)


def _line(row: bytes, file: Path) -> LedgerLine:
    try:
        line = _LINES.validate_json(row)
    except ValidationError as error:
        raise EvidenceError(f"{file}: a line cannot be read ({error.error_count()} wrong fields); run `churnwatch verify`") from error
    if line.row != row + b"\n":
        raise EvidenceError(f"{file}: line {line.n} is not spelled as it was written; run `churnwatch verify`")
    return line


def _row(fields: Mapping[str, object]) -> bytes:
    return (json.dumps(fields, sort_keys=True, separators=(",", ":")) + "\n").encode()
