"""What the ledger itself proves: who signed its lines, when an authority saw them, and what has no such proof yet."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawlers.errors import EvidenceError
from crawlers.ids import parse_instant
from crawlers.ledger import LEDGER, LedgerLine, read_ledger
from crawlers.signing import KEYS, is_signed, kept_key
from crawlers.timestamp import KIND, STAMPS, checked, kept_chains, stamped_digest, stamped_line
from crawlers.warc_records import exact_time

MAX_SKEW_S = 300  # between our clock and an authority's; a machine that keeps time with NTP is within one


@dataclass(frozen=True, slots=True)
class Trust:
    """What a checker brings along instead of believing the folder: key ids of the operators, the authority's chain (PEM).

    Without them the folder's own copies are used, which a forger could have put there.
    """

    keys: Collection[str] = ()
    chain: bytes | None = None


def signature_faults(folder: Path, lines: Sequence[LedgerLine], trust: Trust) -> Iterator[str]:
    """Lines that nobody signed though others are, lines whose signature does not hold, and keys that are not the expected ones."""
    keys = {named: kept_key(folder, named) for named in {line.key for line in lines if line.key is not None}}
    for named in sorted(name for name, key in keys.items() if key is None):
        yield f"{KEYS}/{named}.pem: missing or changed: it is not the public key that its name says"
    unsigned = []
    for line in lines:
        if line.key is None or line.signature is None:
            unsigned.append(line.n)
            continue
        if trust.keys and line.key not in trust.keys:
            yield f"{_named(line)}: wrong key: signed by {line.key[:16]}…, which is not a key you expect"
        key = keys[line.key]
        if key is not None and not is_signed(key, line.signature, line.hash.encode()):
            yield f"{_named(line)}: wrong signature: it is not that of key {line.key[:16]}…"
    if unsigned and (keys or trust.keys):
        yield f"{LEDGER}: {ranges(unsigned)}: not signed"


def stamp_faults(folder: Path, lines: Sequence[LedgerLine], trust: Trust) -> Iterator[str]:
    """Stamps that are missing, changed, replayed or of somebody else, stamps without a line, and lines that no stamp covers."""
    rows = {line.n: line.row for line in lines}
    by_digest = {hashlib.sha256(row).digest(): n for n, row in rows.items()}
    stamps = [line for line in lines if line.kind == KIND]
    covered, last = 0, None
    for line in stamps:
        of = stamped_line(line)
        if of is None or not covered < of < line.n or of not in rows:
            yield f"{_named(line)}: {line.manifest[:100]!r} is no stamp that could stand here"
            continue
        at, fault = _stamp(folder, line, rows[of], trust)
        if fault:
            other = by_digest.get(_digest(folder / line.manifest) or b"")
            yield f"{line.manifest}: {fault}" + (f"; it is a replayed stamp, that of line {other}" if other not in (None, of) else "")
            continue
        if at is not None and exact_time(at) != line.planned_at:
            yield f"{_named(line)}: gives another time than the stamp it seals ({line.planned_at}, {exact_time(at)})"
        if last is not None and at is not None and at < last:
            yield f"{line.manifest}: out of order: its time is before that of the stamp above"
        covered, last = of, at
    anchored = {line.manifest for line in stamps}
    for path in sorted((folder / STAMPS).glob("*.tsr")):
        if f"{STAMPS}/{path.name}" not in anchored:
            yield f"{STAMPS}/{path.name}: not anchored: the ledger has no line for this stamp"
    for path in sorted((folder / STAMPS).glob("*.pem")):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
            yield f"{STAMPS}/{path.name}: changed: its SHA-256 is not its name"
    tail = [line for line in lines if line.n > covered and line.kind != KIND]
    if tail and (stamps or anchored or trust.chain is not None):
        visits = ", ".join(line.visit_id for line in tail[:3]) + (", …" if len(tail) > 3 else "")
        yield f"{LEDGER}: {ranges([line.n for line in tail])}: unanchored: no time stamp covers them yet ({visits})"


def first_stamp(line: LedgerLine, stamps: Sequence[LedgerLine]) -> LedgerLine | None:
    """The first stamp that covers a line, or None."""
    return next((stamp for stamp in stamps if (stamped_line(stamp) or 0) >= line.n), None)


def stamp_time(stamp: LedgerLine) -> datetime | None:
    """When a stamp's line says it was given, None when that is no time (the line is then named as changed)."""
    try:
        return parse_instant(stamp.planned_at)
    except ValueError:
        return None


def claims(folder: Path, trust: Trust) -> Iterator[str]:
    """How many lines are signed and stamped, and whose word that rests on, in people's words."""
    lines, _ = read_ledger(folder)
    visits = [line for line in lines if line.kind is None]
    signed = sum(line.signature is not None for line in visits)
    covered = max((stamped_line(line) or 0 for line in lines if line.kind == KIND), default=0)
    stamped = sum(line.n <= covered for line in visits)
    by_key = "by keys you expect" if trust.keys else "by keys kept in the folder; name yours with --key"
    by_chain = "by the authority you trust" if trust.chain is not None else "by a chain kept in the folder; name yours with --tsa-chain"
    yield f"signed: {signed} of {len(visits)}" + (f", {by_key}" if signed else "")
    yield f"time stamped: {stamped} of {len(visits)}" + (f", {by_chain}" if stamped else "")


def ranges(numbers: Sequence[int]) -> str:
    """Line numbers for people: `line 3`, `lines 3 to 7, 9`."""
    parts: list[tuple[int, int]] = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1] = parts[-1][0], number
        else:
            parts.append((number, number))
    shown = ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in parts)
    return f"line{'s' if len(numbers) > 1 else ''} {shown}"


def _stamp(folder: Path, line: LedgerLine, row: bytes, trust: Trust) -> tuple[datetime | None, str | None]:
    """The time of the stamp that `line` seals and that should be on `row`, or what is wrong with it."""
    try:
        answer = (folder / line.manifest).read_bytes()
    except OSError:
        return None, f"missing stamp: ledger line {line.n} seals it"
    if hashlib.sha256(answer).hexdigest() != line.seal:
        return None, f"changed stamp: its SHA-256 is not the seal in ledger line {line.n}"
    why = "its authority's chain is missing from the folder"
    for chain in [trust.chain] if trust.chain is not None else kept_chains(folder):
        try:
            return checked(answer, row, chain), None
        except EvidenceError as error:
            why = str(error)
    return None, f"wrong stamp for line {stamped_line(line)}: {why}"


def _digest(path: Path) -> bytes | None:
    try:
        return stamped_digest(path.read_bytes())
    except OSError:
        return None


def _named(line: LedgerLine) -> str:
    return f"{LEDGER}:{line.n}" + (f" (visit {line.visit_id})" if line.visit_id else "")
