"""What `verify` names when evidence was tampered with."""

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from crawlers.evidence import VisitWriter, verify
from crawlers.evidence_records import exchange_drafts
from crawlers.ledger import line_hash
from crawlers.manifest import manifest_bytes, read_manifest
from crawlers.records import Capture, Visit, capture_id, visit_id
from crawlers.warc_records import pack, record_id

DAY = datetime(2026, 1, 1, tzinfo=UTC)
SITE = SimpleNamespace(name="green-door", legal_reason="case 2026-017")
VISITS = [visit_id("green-door", DAY + timedelta(days=day)) for day in range(3)]


def capture(visit: str, n: int) -> tuple[Capture, bytes, bytes, bytes]:
    body = f"<h1>Acetone {n}</h1>".encode() * 30
    url = f"https://green-door.example/p/{n}"
    found = Capture(
        capture_id(visit, "page", "http", url, 0, 1), visit, "page", url, url, 0, 1, 200, (("Content-Type", "text/html"),),
        hashlib.sha256(body).hexdigest(), len(body), DAY + timedelta(seconds=n), "127.0.0.9", "HTTP/1.1",
    )  # fmt: skip
    return found, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", body


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three sealed visits of three captures each."""
    for day, visit in enumerate(VISITS):
        planned = DAY + timedelta(days=day)
        with VisitWriter(tmp_path, SITE, "name: green-door\n", visit, info={}) as archive:
            for n in range(3):
                archive.add(*capture(visit, n))
            archive.seal(Visit(visit, "green-door", planned, planned, planned, "done", 3, 3, None))
    return tmp_path


def warc(folder: Path) -> Path:
    return folder / "green-door" / f"{VISITS[1]}.warc.gz"


def manifest(folder: Path) -> Path:
    return folder / "green-door" / f"{VISITS[1]}.json"


def rebuild(folder: Path, order: Callable[[list[bytes]], list[bytes]]) -> None:
    """Writes the second visit's archive anew from its records as stored."""
    content = warc(folder).read_bytes()
    members = [content[entry.offset : entry.offset + entry.length] for entry in read_manifest(manifest(folder)).records]
    warc(folder).write_bytes(b"".join(order(members)))


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


def changed_page(folder: Path) -> None:
    """One page's record is written again with other text, digests and all: as a forger would."""
    found, request, head, body = capture(VISITS[1], 1)
    body = body.replace(b"Acetone", b"Ethanol")
    forged = replace(found, body_sha256=hashlib.sha256(body).hexdigest())
    rebuild(folder, lambda m: [*m[:5], pack(exchange_drafts(forged, request, head, body, record_id("x"))[1]), *m[6:]])


def resealed(folder: Path) -> None:
    """A forger who also rewrites the manifest, but cannot rewrite the ledger."""
    changed_page(folder)
    old = read_manifest(manifest(folder))
    content = warc(folder).read_bytes()
    manifest(folder).write_bytes(manifest_bytes(replace(old, warc_bytes=len(content), warc_sha256=hashlib.sha256(content).hexdigest())))


def edit_ledger(folder: Path, change: Callable[[list[str]], list[str]]) -> None:
    path = folder / "ledger.jsonl"
    path.write_text("".join(f"{line}\n" for line in change(path.read_text().splitlines())))


def edited_line(line: str, **fields: object) -> str:
    """A ledger line with other fields and a hash that fits them."""
    known = json.loads(line) | fields
    return json.dumps(known | {"hash": line_hash(known)}, sort_keys=True, separators=(",", ":"))


def left_open(folder: Path) -> None:
    """A visit that is still being written, or was interrupted."""
    with VisitWriter(folder, SITE, "x", "vis_open", info={}) as archive:
        archive.add(*capture("vis_open", 0))


TAMPERED: list[tuple[str, Callable[[Path], object], str]] = [
    (
        "a bit of a record flipped",
        lambda f: flip(warc(f), read_manifest(manifest(f)).records[5].offset + 40),
        r"changed: .*response record",
    ),
    ("a page replaced", changed_page, r"changed: response record .* of cap_"),
    ("a page and the manifest replaced", resealed, r"changed manifest: its SHA-256 is not the seal in ledger line 2"),
    ("a record taken out", lambda f: rebuild(f, lambda m: [*m[:4], *m[6:]]), r"missing: response record .* of cap_"),
    ("the last record taken out", lambda f: rebuild(f, lambda m: m[:-1]), r"missing: metadata record"),
    ("two records swapped", lambda f: rebuild(f, lambda m: [*m[:3], m[5], m[4], m[3], *m[6:]]), r"re-ordered: response record"),
    ("a record doubled", lambda f: rebuild(f, lambda m: [*m[:4], m[3], *m[4:]]), r"doubled: response record"),
    (
        "cut off inside a record",
        lambda f: warc(f).write_bytes(warc(f).read_bytes()[:-100]),
        r"truncated: \d+ bytes at byte \d+.*metadata record",
    ),
    ("cut off between records", lambda f: rebuild(f, lambda m: m[:6]), r"missing: request record"),
    ("a record appended", lambda f: rebuild(f, lambda m: [*m, m[0]]), r"an unanchored tail|doubled"),
    ("rubbish appended", lambda f: warc(f).write_bytes(warc(f).read_bytes() + b"later"), r"an unanchored tail: 5 bytes"),
    ("archive removed", lambda f: warc(f).unlink(), r"missing archive: its manifest lists 9 records"),
    ("archive emptied", lambda f: warc(f).write_bytes(b""), r"missing: warcinfo record"),
    ("manifest removed", lambda f: manifest(f).unlink(), r"missing manifest: ledger line 2 anchors it"),
    (
        "manifest edited",
        lambda f: manifest(f).write_text(manifest(f).read_text().replace("2026-01-02", "2026-01-03", 1)),
        r"changed manifest",
    ),
    ("manifest broken", lambda f: manifest(f).write_text("{"), r"not a readable manifest"),
    ("archives exchanged", lambda f: warc(f).write_bytes(warc(f).with_name(f"{VISITS[0]}.warc.gz").read_bytes()), r"missing: "),
    ("visit and manifest removed", lambda f: (warc(f).unlink(), manifest(f).unlink()), r"missing manifest: ledger line 2"),
    ("ledger removed", lambda f: (f / "ledger.jsonl").unlink(), r"not anchored: the ledger has no line for it"),
    ("ledger line removed", lambda f: edit_ledger(f, lambda lines: [lines[0], lines[2]]), r"ledger.jsonl:2: out of order"),
    ("last ledger line removed", lambda f: edit_ledger(f, lambda lines: lines[:2]), r"not anchored: the ledger has no line for it"),
    ("ledger lines swapped", lambda f: edit_ledger(f, lambda lines: [lines[1], lines[0], lines[2]]), r"ledger.jsonl:1: out of order"),
    (
        "ledger line edited",
        lambda f: edit_ledger(f, lambda lines: [lines[0].replace("2026-01-01", "2026-01-09"), *lines[1:]]),
        r"ledger.jsonl:1: changed",
    ),
    (
        "ledger line edited with its hash",
        lambda f: edit_ledger(f, lambda lines: [edited_line(lines[0], seal="0" * 64), *lines[1:]]),
        r"ledger.jsonl:2: out of order",
    ),
    ("ledger line repeated", lambda f: edit_ledger(f, lambda lines: [*lines, lines[2]]), r"anchored twice, by ledger lines 3 and 3"),
    (
        "ledger line torn",
        lambda f: (f / "ledger.jsonl").write_bytes((f / "ledger.jsonl").read_bytes()[:-9]),
        r"ledger.jsonl:3: the last line is torn",
    ),
    ("rubbish in the ledger", lambda f: edit_ledger(f, lambda lines: [*lines, "{}"]), r"ledger.jsonl:4: not a ledger line"),
    (
        "a path that leads outside",
        lambda f: edit_ledger(f, lambda lines: [*lines, edited_line(lines[2], manifest="../x.json", n=4)]),
        r"is no manifest of this folder",
    ),
    ("visit not sealed", left_open, r"vis_open.warc.gz: not sealed"),
]


def test_untouched_evidence_has_no_problem(folder):
    assert verify(folder) == []


@pytest.mark.parametrize(("tamper", "named"), [case[1:] for case in TAMPERED], ids=[case[0] for case in TAMPERED])
def test_verify_names_what_was_tampered_with(folder, tamper, named):
    tamper(folder)
    problems = verify(folder)
    assert any(re.search(named, problem) for problem in problems), problems


def test_verify_names_only_the_visit_that_was_touched(folder):
    changed_page(folder)
    problems = verify(folder)
    assert len(problems) == 1 and VISITS[1] in problems[0]


@pytest.mark.parametrize(("digest", "named"), [("Block", "block digest is wrong"), ("Payload", "body digest is wrong")])
def test_an_archive_whose_records_contradict_themselves_is_named_though_sealed(tmp_path, monkeypatch, digest, named):
    def packed_wrongly(draft):
        right = gzip.decompress(pack(draft))
        return gzip.compress(re.sub(rb"(WARC-%s-Digest: sha256:)\w{64}" % digest.encode(), rb"\g<1>" + b"0" * 64, right), mtime=0)

    monkeypatch.setattr("crawlers.visit_writer.pack", packed_wrongly)
    with VisitWriter(tmp_path, SITE, "x", VISITS[0], info={}) as archive:
        archive.add(*capture(VISITS[0], 0))
        archive.seal(Visit(VISITS[0], "green-door", DAY, DAY, DAY, "done", 1, 1, None))
    assert any(named in problem for problem in verify(tmp_path))


def test_a_torn_ledger_line_is_cut_off_by_the_next_seal(folder):
    ledger = folder / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + b'{"half')
    planned = DAY + timedelta(days=9)
    with VisitWriter(folder, SITE, "x", "vis_next", info={}) as archive:
        archive.seal(Visit("vis_next", "green-door", planned, planned, planned, "timeout", 0, 0, None))
    assert ledger.read_bytes().startswith(whole) and verify(folder) == []
    assert asdict(read_manifest(folder / "green-door" / "vis_next.json"))["site"] == "green-door"


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path):
    assert verify(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'}: no such evidence folder"]
