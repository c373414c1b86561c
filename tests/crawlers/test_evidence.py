"""Evidence written, killed, resumed, sealed and read back."""

import gzip
import hashlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawlers.errors import DiskError, EvidenceError
from crawlers.evidence import VisitWriter, read_info, read_visit, sealed_visits, unsealed_visits, verify, visit_path
from crawlers.manifest import read_manifest
from crawlers.records import Capture, Certificate, DnsAnswer, HostFacts, Visit, capture_id, visit_id

DAY = datetime(2026, 1, 1, tzinfo=UTC)
SITE = SimpleNamespace(name="green-door", legal_reason="case 2026-017")
SITE_TEXT = 'name: green-door\nseeds: ["https://green-door.example:18443/"]\n'
VISIT = visit_id("green-door", DAY)
REQUEST = b"GET /p/1 HTTP/1.1\r\nHost: green-door.example:18443\r\nUser-Agent: churnwatch\r\n\r\n"
PAGE = ("<html><title>丙酮</title>" + "<p>Acetone, technical, 12.00 USD</p>" * 20).encode()


def exchange(n: int, body: bytes = PAGE, headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),), **change):
    """A capture and the response head that it came with."""
    url = f"https://green-door.example:18443/p/{n}"
    capture = Capture(
        capture_id=capture_id(VISIT, "page", "http", url, 0, 1),
        visit_id=VISIT,
        role="page",
        url=url,
        asked_url=url,
        hop=0,
        attempt=1,
        status=200,
        headers=headers,
        body_sha256=hashlib.sha256(body).hexdigest(),
        body_bytes=len(body),
        fetched_at=DAY + timedelta(seconds=n),
        ip="127.0.0.9",
        protocol="HTTP/1.1",
        seen_as="live",
        rules="d" * 64,
    )
    head = b"HTTP/1.1 200 OK\r\n" + b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in headers) + b"\r\n"
    return replace(capture, **change), REQUEST, head, body


FACTS = HostFacts(
    visit_id=VISIT,
    host="green-door.example",
    port=18443,
    seen_at=DAY + timedelta(seconds=1, microseconds=250),
    dns=(DnsAnswer("A", ("127.0.0.9",), "hosts-file"),),
    certificates=(
        Certificate(
            b"\x30\x82\x00\xff",
            "a" * 64,
            "b" * 64,
            "CN=green-door.example",
            "CN=Test CA",
            ("green-door.example",),
            DAY,
            DAY + timedelta(days=90),
        ),
    ),
    robots="allowed",
    robots_capture_id="cap_robots",
)


def ended(pages: int = 3) -> Visit:
    return Visit(VISIT, "green-door", DAY, DAY, DAY + timedelta(seconds=60), "done", pages, pages, True, clock="simulated")


def writer(folder: Path, text: str = SITE_TEXT) -> VisitWriter:
    return VisitWriter(folder, SITE, text, VISIT, info={"egress": "direct", "clock": "simulated", "planned-at": "2026-01-01T00:00:00Z"})


def write(folder: Path, pages: int = 3) -> Path:
    """A sealed visit with some pages and one host; the archive's path."""
    with writer(folder) as archive:
        archive.add_host(FACTS)
        for n in range(pages):
            archive.add(*exchange(n))
        archive.seal(ended(pages))
    return folder / "green-door" / f"{VISIT}.warc.gz"


def test_a_visit_reads_back_exactly_as_it_was_written(tmp_path):
    captures = []
    with writer(tmp_path) as archive:
        archive.add_host(FACTS)
        captures += [archive.add(*exchange(n)) for n in range(3)]
        archive.seal(ended())
    evidence = read_visit(visit_path(tmp_path, ended()))
    assert evidence.captures == tuple(captures)
    assert (evidence.visit, evidence.site_text, evidence.hosts, evidence.warnings) == (ended(), SITE_TEXT, (FACTS,), ())
    assert set(evidence.bodies.values()) == {PAGE}
    assert captures[0].warc_file == f"green-door/{VISIT}.warc.gz" and captures[0].warc_offset > 0
    assert verify(tmp_path) == []


@pytest.mark.parametrize(
    ("headers", "head"),
    [
        ((("Server", "nginx"), ("SERVER", "second"), ("x-lower", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), None),
        ((("Transfer-Encoding", "chunked"), ("transfer-encoding", "gzip"), ("Content-Type", "text/html")), None),
        ((("X-Archive-Orig-Transfer-Encoding", "sent by the server"), ("Content-Type", "text/html")), None),
        ((("X-Name", "süß"), ("X-Empty", ""), ("Content-Type", "text/html")), None),
        ((("X-Folded", "one two"),), b"HTTP/1.1 200 OK\r\nX-Folded: one\r\n two\r\n\r\n"),
        ((("Content-Type", "text/html"),), b"HTTP/1.1 200 \r\nContent-Type:text/html\r\n\r\n"),
        ((), b"HTTP/1.0 200 OK\r\n\r\n"),
    ],
)
def test_header_order_case_and_repeats_survive(tmp_path, headers, head):
    capture, request, built, body = exchange(1, headers=headers)
    with writer(tmp_path) as archive:
        archive.add(capture, request, head or built, body)
        archive.seal(ended(1))
    evidence = read_visit(visit_path(tmp_path, ended()))
    assert evidence.captures[0].headers == headers
    assert evidence.bodies[capture.capture_id] == PAGE


@pytest.mark.parametrize(
    "change",
    [
        {"role": "redirect", "hop": 3, "attempt": 2, "status": 302, "render": "browser"},
        {"ip": None, "seen_as": "unknown", "rules": ""},
        {"ip": "via-proxy"},
        {"ip": "2001:db8::9"},
        {"url": 'https://green-door.example:18443/搜索?q=a b\n"<>', "asked_url": "https://green-door.example:18443/\ud800"},
        {"fetched_at": datetime(2026, 1, 1, 0, 0, 5, 123456, tzinfo=UTC)},
    ],
)
def test_every_field_of_a_capture_survives(tmp_path, change):
    capture, *rest = exchange(1, **change)
    with writer(tmp_path) as archive:
        placed = archive.add(capture, *rest)
        archive.seal(ended(1))
    assert read_visit(visit_path(tmp_path, ended())).captures == (placed,)
    assert replace(placed, warc_file="", warc_offset=0) == capture


def test_a_capture_without_an_http_head_reads_back_and_resumes(tmp_path):
    picture = b"\x89PNG\r\n\x1a\n" + bytes(300)
    known = (("Content-Type", "image/png"),)
    shot, *_ = exchange(1, picture, known, role="screenshot", render="browser", capture_id="cap_shot", protocol="none", status=0)
    bare, *_ = exchange(2, b"{}", (), role="resources", render="browser", capture_id="cap_list", ip=None)
    with writer(tmp_path) as archive:
        placed = archive.add_resource(shot, picture, "image/png")
        assert archive.add_resource(shot, picture, "image/png") == placed
    with writer(tmp_path) as archive:
        assert archive.captures() == [placed] and archive.body("cap_shot") == picture
        archive.add_resource(bare, b"{}", "application/json")
        archive.seal(ended(0))
    path = visit_path(tmp_path, ended())
    evidence = read_visit(path)
    assert [replace(one, warc_file="", warc_offset=0) for one in evidence.captures] == [shot, bare]
    assert (evidence.bodies, evidence.site_text, evidence.warnings) == ({"cap_shot": picture, "cap_list": b"{}"}, SITE_TEXT, ())
    assert verify(tmp_path) == []
    with path.open("rb") as file:
        stock = [
            (record.rec_headers.get_header("WARC-Target-URI"), record.content_type, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
            if record.rec_type == "resource"
        ]
    assert stock[1:] == [
        ("urn:churnwatch:screenshot:https://green-door.example:18443/p/1", "image/png", picture),
        ("urn:churnwatch:resources:https://green-door.example:18443/p/2", "application/json", b"{}"),
    ]
    with writer(tmp_path / "other") as archive, pytest.raises(ValueError, match="body_sha256"):
        archive.add_resource(shot, b"another picture", "image/png")


def test_a_stock_reader_reads_every_record_and_its_digests_hold(tmp_path):
    packed = gzip.compress(PAGE, mtime=0)
    with writer(tmp_path) as archive:
        archive.add(*exchange(1, packed, (("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("X-Name", "süß"))))
        archive.add(*exchange(2, b"", ()))
        archive.add_host(FACTS)
        path = archive.seal(ended(2))
    seen = []
    with (path.with_name(f"{VISIT}.warc.gz")).open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            content = record.content_stream().read()
            seen.append((record.rec_type, record.rec_headers.protocol, len(content)))
            assert record.digest_checker.passed is True
            if record.rec_type == "response":
                assert record.http_headers.get_header("transfer-encoding") is None
    assert [kind for kind, _, _ in seen] == ["warcinfo", "resource", "request", "response", "request", "response", "metadata", "metadata"]
    assert {protocol for _, protocol, _ in seen} == {"WARC/1.1"}
    assert seen[3][2] == len(PAGE)


def test_a_page_that_looks_chunked_is_not_taken_apart(tmp_path):
    body = b"5\r\nhello\r\n0\r\n\r\n"  # a text that happens to be valid chunked coding, received after de-chunking
    with writer(tmp_path) as archive:
        archive.add(*exchange(1, body, (("Transfer-Encoding", "chunked"), ("Content-Type", "text/plain"))))
        archive.seal(ended(1))
    path = visit_path(tmp_path, ended())
    with path.open("rb") as file:
        stock = [record.content_stream().read() for record in ArchiveIterator(file) if record.rec_type == "response"]
    assert stock == [body] == list(read_visit(path).bodies.values())
    assert read_visit(path).captures[0].header("transfer-encoding") == "chunked"


def test_writing_twice_gives_the_same_bytes(tmp_path):
    first, second = write(tmp_path / "a"), write(tmp_path / "b")
    for name in (first.name, f"{VISIT}.json"):
        assert first.with_name(name).read_bytes() == second.with_name(name).read_bytes()
    assert (tmp_path / "a" / "ledger.jsonl").read_bytes() == (tmp_path / "b" / "ledger.jsonl").read_bytes()


def test_warcinfo_names_software_site_file_egress_reason_and_clock(tmp_path):
    info = read_info(write(tmp_path))
    assert info["legal-reason"] == "case 2026-017"
    assert (info["egress"], info["clock"], info["planned-at"]) == ("direct", "simulated", "2026-01-01T00:00:00Z")
    assert info["site-file-sha256"] == hashlib.sha256(SITE_TEXT.encode()).hexdigest()
    assert info["software"].startswith("churnwatch/") and len(info["software-sha256"]) == 64


def test_an_archive_cut_at_any_byte_keeps_its_whole_records_and_resumes(tmp_path):
    whole = write(tmp_path / "whole").read_bytes()
    ids = [exchange(n)[0].capture_id for n in range(3)]
    records = read_manifest(tmp_path / "whole" / "green-door" / f"{VISIT}.json").records
    ends = [record.offset + record.length for record in records if record.type == "response"]
    for cut in sorted({*range(0, len(whole), 23), *range(len(whole) - 40, len(whole))}):
        folder = tmp_path / str(cut)
        path = folder / "green-door" / f"{VISIT}.warc.gz"
        path.parent.mkdir(parents=True)
        path.write_bytes(whole[:cut])
        with writer(folder) as archive:
            assert [capture.capture_id for capture in archive.captures()] == ids[: sum(end <= cut for end in ends)]
            archive.add_host(FACTS)
            for n in range(3):
                archive.add(*exchange(n))
            archive.seal(ended())
        evidence = read_visit(path)
        assert [capture.capture_id for capture in evidence.captures] == ids
        assert (evidence.warnings, evidence.hosts, evidence.visit) == ((), (FACTS,), ended())
        assert verify(folder) == []


def test_a_truncated_archive_gives_every_whole_record_and_names_the_loss(tmp_path):
    path = write(tmp_path, pages=4)
    whole = path.read_bytes()
    placed = read_visit(path).captures
    path.write_bytes(whole[: placed[2].warc_offset + 50])
    sealed = read_visit(path)
    assert [capture.capture_id for capture in sealed.captures] == [capture.capture_id for capture in placed[:2]]
    assert sealed.visit == ended(4)  # the manifest still has it
    assert any("the file ends inside a record" in warning for warning in sealed.warnings)
    assert sum("is lost" in warning and "response record" in warning for warning in sealed.warnings) == 2
    path.with_name(f"{VISIT}.json").unlink()
    unsealed = read_visit(path)
    assert (unsealed.visit.stop, unsealed.visit.planned_at, unsealed.visit.clock) == ("unknown", DAY, "simulated")
    assert len(unsealed.captures) == 2 and any("not finished" in warning for warning in unsealed.warnings)


def test_a_damaged_record_in_the_middle_costs_only_itself_once_sealed(tmp_path):
    path = write(tmp_path, pages=4)
    placed = read_visit(path).captures
    content = bytearray(path.read_bytes())
    content[placed[1].warc_offset + 30] ^= 0xFF
    path.write_bytes(bytes(content))
    evidence = read_visit(path)
    assert [capture.url[-1] for capture in evidence.captures] == ["0", "2", "3"]
    assert any(placed[1].warc_file in warning and "lost" in warning for warning in evidence.warnings)


def test_a_forged_record_inside_a_page_is_never_read(tmp_path):
    forged = write(tmp_path / "forger", pages=1).read_bytes()
    path = visit_path(tmp_path / "victim", ended())
    with writer(tmp_path / "victim") as archive:
        placed = archive.add(*exchange(7, os.urandom(4000) + forged + os.urandom(4000), (("Content-Type", "image/png"),)))
    content = bytearray(path.read_bytes())
    content[placed.warc_offset] = 0  # the page's own record is damaged, the bytes of the forged archive are not
    path.write_bytes(bytes(content))
    assert read_visit(path).captures == ()


def test_resume_refuses_an_archive_damaged_before_its_end(tmp_path):
    with writer(tmp_path) as archive:
        placed = [archive.add(*exchange(n)) for n in range(3)]
    path = visit_path(tmp_path, ended())
    content = bytearray(path.read_bytes())
    content[placed[1].warc_offset + 30] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(EvidenceError, match="damaged at byte"):
        writer(tmp_path)
    assert path.read_bytes() == bytes(content)


def test_zeros_left_by_a_power_cut_are_cut_off(tmp_path):
    with writer(tmp_path) as archive:
        archive.add(*exchange(0))
    path = visit_path(tmp_path, ended())
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(bytes(4096))
    with writer(tmp_path) as archive:
        assert len(archive.seen()) == 1
    assert path.stat().st_size == size


CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_evidence import exchange, writer
archive = writer(Path(sys.argv[1]))
for n in range(100000):
    archive.add(*exchange(n))
    print(n, flush=True)
"""


def test_a_process_killed_while_writing_loses_nothing_it_had_reported(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path), str(Path(__file__).parent)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    reported = -1
    for line in child.stdout:
        reported = int(line)
        if reported == 40:
            child.send_signal(signal.SIGKILL)
            break
    rest = child.stdout.read().split()
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    reported = int(rest[-1]) if rest and rest[-1].isdigit() else reported
    assert unsealed_visits(tmp_path) == [visit_path(tmp_path, ended())]
    with writer(tmp_path) as archive:
        urls = [int(capture.url.rpartition("/")[2]) for capture in archive.captures()]
        assert urls == list(range(len(urls))) and len(urls) > reported >= 40
        assert archive.body(archive.captures()[40].capture_id) == PAGE
        archive.add(*exchange(len(urls)))
        archive.seal(ended(len(urls) + 1))
    assert len(read_visit(visit_path(tmp_path, ended())).captures) == len(urls) + 1
    assert verify(tmp_path) == []
    assert (unsealed_visits(tmp_path), len(sealed_visits(tmp_path))) == ([], 1)


def test_a_second_process_cannot_write_the_same_visit(tmp_path):
    with writer(tmp_path), pytest.raises(EvidenceError, match="another process"):
        writer(tmp_path)


def test_adding_the_same_capture_twice_writes_it_once(tmp_path):
    with writer(tmp_path) as archive:
        first = archive.add(*exchange(1))
        size = archive.path.stat().st_size
        assert archive.add(*exchange(1)) == first
        archive.add_host(FACTS)
        archive.add_host(FACTS)
        assert archive.hosts() == [FACTS] and archive.seen() == {first.capture_id}
    assert size < archive.path.stat().st_size
    with archive.path.open("rb") as file:
        assert sum(record.rec_type == "metadata" for record in ArchiveIterator(file)) == 1


def test_later_facts_of_a_host_stand_for_it(tmp_path):
    later = replace(FACTS, robots="denied", seen_at=DAY + timedelta(seconds=9))
    with writer(tmp_path) as archive:
        archive.add_host(FACTS)
        archive.add_host(later)
        archive.seal(ended(0))
    assert read_visit(visit_path(tmp_path, ended())).hosts == (later,)


def test_a_sealed_visit_stays_as_it_is(tmp_path):
    path = write(tmp_path)
    before = path.read_bytes(), (tmp_path / "ledger.jsonl").read_bytes()
    with writer(tmp_path) as archive:
        assert archive.sealed and len(archive.seen()) == 3
        with pytest.raises(EvidenceError, match="sealed"):
            archive.add(*exchange(9))
        archive.seal(replace(ended(), stop="budget"))
    assert (path.read_bytes(), (tmp_path / "ledger.jsonl").read_bytes()) == before


def test_a_seal_that_was_interrupted_is_finished_once(tmp_path):
    path = write(tmp_path)
    ledger, manifest = (tmp_path / "ledger.jsonl").read_bytes(), path.with_name(f"{VISIT}.json").read_bytes()
    path.with_name(f"{VISIT}.json").unlink()  # killed between the ledger line and the manifest
    with writer(tmp_path) as archive:
        assert archive.sealed
    assert ((tmp_path / "ledger.jsonl").read_bytes(), path.with_name(f"{VISIT}.json").read_bytes()) == (ledger, manifest)
    path.with_name(f"{VISIT}.json").unlink()  # killed before both
    (tmp_path / "ledger.jsonl").unlink()
    writer(tmp_path, text="name: green-door # edited since\n").close()
    assert ((tmp_path / "ledger.jsonl").read_bytes(), path.with_name(f"{VISIT}.json").read_bytes()) == (ledger, manifest)


def test_a_site_file_edited_between_kill_and_resume_is_kept_too(tmp_path):
    with writer(tmp_path) as archive:
        archive.add(*exchange(0))
    with writer(tmp_path, text="name: green-door\ndelay_s: 3\n") as archive:
        archive.add(*exchange(1))
        archive.seal(ended(2))
    evidence = read_visit(visit_path(tmp_path, ended()))
    assert evidence.site_text == "name: green-door\ndelay_s: 3\n" and len(evidence.captures) == 2
    assert verify(tmp_path) == []


def test_a_full_disk_leaves_a_resumable_archive(tmp_path, monkeypatch):
    with writer(tmp_path) as archive:
        archive.add(*exchange(0))
        size = archive.path.stat().st_size
        really = archive._file

        class FullDisk:
            def write(self, data):
                really.write(bytes(data[:100]))
                raise OSError(28, "No space left on device")

            def truncate(self, size):
                return really.truncate(size)

        monkeypatch.setattr(archive, "_file", FullDisk())
        with pytest.raises(DiskError, match="No space"):
            archive.add(*exchange(1))
        monkeypatch.undo()
        assert archive.path.stat().st_size == size
        archive.add(*exchange(1))
        archive.seal(ended(2))
    assert verify(tmp_path) == []


@pytest.mark.parametrize("failing", [1, 2, 3, 4], ids=["archive", "ledger", "manifest", "folder"])
def test_a_disk_that_fills_up_while_sealing_leaves_a_visit_that_the_next_opening_seals(tmp_path, monkeypatch, failing):
    calls = []

    def fsync(descriptor):
        calls.append(descriptor)
        if len(calls) == failing:
            raise OSError(28, "No space left on device")

    with writer(tmp_path) as archive:
        archive.add(*exchange(0))
        monkeypatch.setattr("os.fsync", fsync)
        with pytest.raises(DiskError, match="No space left"):
            archive.seal(ended(1))
    monkeypatch.undo()
    with writer(tmp_path) as archive:
        assert archive.sealed
    assert verify(tmp_path) == [] and not list(tmp_path.rglob("*.part"))
    assert len((tmp_path / "ledger.jsonl").read_text().splitlines()) == 1


def test_an_archive_in_which_nothing_was_written_is_no_visit(tmp_path):
    writer(tmp_path).close()
    assert not visit_path(tmp_path, ended()).exists()
    visit_path(tmp_path, ended()).touch()  # killed before its first record
    assert (unsealed_visits(tmp_path), verify(tmp_path)) == ([], [])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"body_sha256": "0" * 64}, "body_sha256"),
        ({"visit_id": "vis_other"}, "belongs to"),
    ],
)
def test_a_capture_that_contradicts_its_archive_is_refused(tmp_path, given, message):
    with writer(tmp_path) as archive, pytest.raises(ValueError, match=message):
        archive.add(*exchange(1, **given))


def test_sealed_visits_come_in_the_order_they_were_planned(tmp_path):
    for day in (3, 1, 2):
        planned = DAY + timedelta(days=day)
        one = visit_id("green-door", planned)
        with VisitWriter(tmp_path, SITE, SITE_TEXT, one, info={}) as archive:
            archive.seal(replace(ended(0), visit_id=one, planned_at=planned))
    other = VisitWriter(tmp_path, SimpleNamespace(name="other", legal_reason=None), "name: other\n", VISIT, info={})
    other.add(*exchange(0))
    other.close()
    assert [path.name.partition(".")[0] for path in sealed_visits(tmp_path)] == [
        visit_id("green-door", DAY + timedelta(days=day)) for day in (1, 2, 3)
    ]
    assert (sealed_visits(tmp_path, "other"), unsealed_visits(tmp_path, "green-door")) == ([], [])
    assert unsealed_visits(tmp_path) == [other.path]


@pytest.mark.parametrize("content", [b"", b"not an archive", gzip.compress(b"hello", mtime=0)])
def test_a_file_that_is_no_archive_is_said_to_be_none(tmp_path, content):
    path = tmp_path / "green-door" / f"{VISIT}.warc.gz"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(EvidenceError, match="site file"):
        read_visit(path)
