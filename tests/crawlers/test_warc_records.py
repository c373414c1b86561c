"""Records as bytes, held against a stock writer: warcio's, which packed them until 2026-11-24."""

import gzip
import hashlib
import io
import json
import uuid
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.manifest import Entry, Manifest, manifest_bytes
from crawlers.records import LinkDigest
from crawlers.warc_records import Draft, Record, pack, record_id, unpack

AT = datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
BODIES = [b"", b"<h1>Acetone</h1>", bytes(range(256)) * 300, "丙酮".encode() * 9_000]
TARGETS = [
    ("https://shop.example/a?b=c&d=[1]#x", "https://shop.example/a?b=c&d=[1]#x"),
    ('https://shop.example/a b"<c>\\^`{|}\x7f', "https://shop.example/a%20b%22%3Cc%3E%5C%5E%60%7B%7C%7D%7F"),
    ("https://shop.example/丙酮\r\nX: 1", "https://shop.example/%E4%B8%99%E9%85%AE%0D%0AX:%201"),
    ("urn:churnwatch:dom:https://shop.example/\udc80", "urn:churnwatch:dom:https://shop.example/%ED%B2%80"),
]


def draft(block: bytes, target: str = "https://shop.example/", **more: object) -> Draft:
    known = {"payload_at": len(HEAD), "extra": (("WARC-IP-Address", "192.0.2.7"),)} | more
    return Draft("response", record_id("cap_x", "response"), AT, "application/http; msgtype=response", block, target=target, **known)


def by_warcio(one: Draft, target: str) -> bytes:
    """The same record as the stock writer writes it, not packed."""
    lines = [
        ("WARC-Type", one.type),
        ("WARC-Record-ID", one.record_id),
        ("WARC-Date", "2026-03-01T12:00:00.000250Z"),
        ("WARC-Target-URI", target),
        *one.extra,
        ("WARC-Block-Digest", f"sha256:{hashlib.sha256(one.block).hexdigest()}"),
        ("WARC-Payload-Digest", f"sha256:{hashlib.sha256(one.block[one.payload_at :]).hexdigest()}"),
    ]
    head = StatusAndHeaders("", lines, protocol="WARC/1.1")
    record = ArcWarcRecord("warc", one.type, head, io.BytesIO(one.block), None, one.content_type, len(one.block))
    written = io.BytesIO()
    WARCWriter(written, gzip=False, warc_version="1.1").write_record(record)
    return written.getvalue()


@pytest.mark.parametrize("body", BODIES, ids=len)
@pytest.mark.parametrize(("target", "spelled"), TARGETS)
def test_a_record_is_byte_for_byte_what_a_stock_writer_writes(body: bytes, target: str, spelled: str) -> None:
    one = draft(HEAD + body, target)
    assert gzip.decompress(pack(one)) == by_warcio(one, spelled)


@pytest.mark.parametrize("body", BODIES, ids=len)
def test_a_payload_digest_that_is_known_is_not_made_again(body: bytes) -> None:
    known = draft(HEAD + body, payload_sha256=hashlib.sha256(body).hexdigest())
    assert pack(known) == pack(draft(HEAD + body))


@pytest.mark.parametrize("line", ["a\r\nb", "a\nb", "a\rb"])
def test_a_header_of_two_lines_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        pack(draft(HEAD, extra=(("X", line),)))


def test_records_one_after_the_other_read_back(tmp_path: object) -> None:
    drafts = [draft(HEAD + body) for body in BODIES]
    archive, at = b"".join(map(pack, drafts)), 0
    for one in drafts:
        found = unpack(archive, at)
        assert isinstance(found, Record)
        assert (found.block, found.type, found.record_id) == (one.block, one.type, one.record_id)
        at += found.length
    assert at == len(archive)


def test_a_record_id_is_a_version_5_uuid_of_its_parts() -> None:
    for parts in (("cap_x", "response"), ("",), ("丙酮", "b", "c")):
        assert record_id(*parts) == f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'churnwatch:' + chr(0).join(parts))}>"


@pytest.mark.parametrize("links", [(), (LinkDigest("https://shop.example/丙", ("a", "b"), AT, None), LinkDigest("u", (), AT, 'v"\\'))])
@pytest.mark.parametrize(
    "records", [(), (Entry("<urn:uuid:1>", "warcinfo", None, 0, 7, "ab"), Entry("<2>", "response", "cap_x", 7, 9, "cd"))]
)
def test_a_manifest_is_byte_for_byte_what_a_pretty_printer_writes(records: tuple[Entry, ...], links: tuple[LinkDigest, ...]) -> None:
    manifest = Manifest("vis_x", "shop", "2026-03-01T12:00:00Z", "vis_x.warc.gz", 16, "ef", "01", '{"stop": "done"}', records, links=links)
    printed = json.dumps(asdict(manifest), sort_keys=True, indent=1, default=lambda time: "2026-03-01T12:00:00.000250Z")
    assert manifest_bytes(manifest) == (printed + "\n").encode()
