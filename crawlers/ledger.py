"""Ledger: one append-only chain of seals for an evidence folder, each line holding the hash of the line before.

Signing and time stamps come on top of its head.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from crawlers.errors import EvidenceError
from crawlers.manifest import Manifest

LEDGER = "ledger.jsonl"
FIRST_PREVIOUS = "0" * 64
_TAIL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One sealed visit; `hash` covers all other fields, so changing or moving a line breaks every later one."""

    n: int
    site: str
    visit_id: str
    planned_at: str
    manifest: str  # path inside the evidence folder
    seal: str
    previous: str
    hash: str


_LINES = TypeAdapter(LedgerLine)


def line_hash(fields: Mapping[str, object]) -> str:
    """SHA-256 over the canonical JSON of a ledger line's fields without `hash`."""
    plain = {name: value for name, value in fields.items() if name != "hash"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def anchor(folder: Path, manifest: Manifest, path: str, seal: str, *, perhaps_there: bool = False) -> None:
    """Append one line for a sealed visit, under an exclusive lock, and sync it to the disk.

    With `perhaps_there` (a seal that was interrupted) the whole ledger is read first and a line with this visit and seal is not
    written twice. A last line torn by a crash is cut off: it never anchored anything. Raises EvidenceError when the last whole line
    cannot be read.
    """
    file = folder / LEDGER
    with file.open("a+b", buffering=0) as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)
        if perhaps_there and any(line.visit_id == manifest.visit_id and line.seal == seal for line in read_ledger(folder)[0]):
            return
        size = ledger.seek(0, os.SEEK_END)
        start = max(0, size - _TAIL_BYTES)
        tail = os.pread(ledger.fileno(), _TAIL_BYTES, start)
        whole, _, torn = tail.rpartition(b"\n")
        if torn:
            ledger.truncate(size - len(torn))
        last = _line(whole.rpartition(b"\n")[2], file) if whole else None
        fields: dict[str, object] = {
            "n": last.n + 1 if last else 1,
            "site": manifest.site,
            "visit_id": manifest.visit_id,
            "planned_at": manifest.planned_at,
            "manifest": path,
            "seal": seal,
            "previous": last.hash if last else FIRST_PREVIOUS,
        }
        ledger.write((json.dumps(fields | {"hash": line_hash(fields)}, sort_keys=True, separators=(",", ":")) + "\n").encode())
        os.fsync(ledger.fileno())


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
            problems.append(f"{LEDGER}:{number}: not a ledger line")
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
        return _LINES.validate_json(row)
    except ValidationError as error:
        raise EvidenceError(f"{file}: a line cannot be read ({error.error_count()} wrong fields); run `churnwatch verify`") from error
