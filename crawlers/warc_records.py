"""WARC 1.1 records as bytes: one gzip member a record, the same draft always gives the same bytes.

Writing goes through warcio; reading is ours, because evidence must also be read when it is torn, and every record needs its place.
Source: ISO 28500:2017 (WARC 1.1), annex D: record-at-time compression.
"""

import hashlib
import io
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.errors import EvidenceError

MAX_RECORD_BYTES = 256 * 1024 * 1024  # unpacked; far above the client's body limit, so only a forged archive reaches it
_CHUNK_BYTES = 32 * 1024
_UNSAFE_IN_URI = {code: f"%{code:02X}" for code in (*range(0x21), *b'<>"\\^`{|}', 0x7F)}


@dataclass(frozen=True, slots=True)
class Draft:
    """A record before it has a place; `target` may hold any text, `extra` are further WARC header lines (ASCII, one line each)."""

    type: str
    record_id: str
    at: datetime
    content_type: str
    block: bytes
    payload_at: int = 0  # where the payload begins in the block: after the HTTP head of a request or response
    target: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One whole record read back; header names in lower case, offset and length in bytes of the file."""

    type: str
    record_id: str
    headers: Mapping[str, str]
    block: bytes
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Loss:
    """A stretch of the file that gives no record; `torn` when the file simply ends inside one."""

    offset: int
    length: int
    torn: bool
    why: str


PACKING = 5


def record_id(*parts: str) -> str:
    """`<urn:uuid:…>` made from the parts (RFC 9562 version 5), so that writing twice gives the same id."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'churnwatch:' + chr(0).join(parts))}>"


def exact_time(time: datetime) -> str:
    """The UTC time with `Z`, with microseconds only when there are some (WARC 1.1 allows fractions); ValueError without a zone."""
    if time.tzinfo is None:
        raise ValueError(f"time without a zone: {time!r}")
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def pack(draft: Draft) -> bytes:
    """The record as one gzip member with block and payload digests (SHA-256, hex)."""
    headers = [("WARC-Type", draft.type), ("WARC-Record-ID", draft.record_id), ("WARC-Date", exact_time(draft.at))]
    if draft.target is not None:
        headers.append(("WARC-Target-URI", _ascii_uri(draft.target)))
    headers += draft.extra
    headers.append(("WARC-Block-Digest", f"sha256:{hashlib.sha256(draft.block).hexdigest()}"))
    if draft.type != "warcinfo":
        headers.append(("WARC-Payload-Digest", f"sha256:{hashlib.sha256(draft.block[draft.payload_at :]).hexdigest()}"))
    if any("\r" in value or "\n" in value for _, value in headers):
        raise ValueError(f"a WARC header must be one line: {headers!r}")
    # No http_headers: warcio would write them anew, and the bytes of the wire would be lost.
    lines = StatusAndHeaders("", headers, protocol="WARC/1.1")
    record = ArcWarcRecord("warc", draft.type, lines, io.BytesIO(draft.block), None, draft.content_type, len(draft.block))
    member = io.BytesIO()
    WARCWriter(member, gzip=False, warc_version="1.1").write_record(record)
    # warcio packs at level 9: twice the time for 2 % less room on 17 kB pages (2026-11-24).
    packer = zlib.compressobj(PACKING, zlib.DEFLATED, 31)
    return packer.compress(member.getvalue()) + packer.flush()


def unpack(archive: bytes | memoryview, offset: int = 0) -> Record | Loss:
    """The record whose gzip member begins at `offset`, or what is wrong there (`length` of a Loss: to the end of the archive)."""
    view = memoryview(archive)
    inflater, parts, size, at = zlib.decompressobj(31), [], 0, offset
    try:
        while not inflater.eof:
            chunk = view[at : at + _CHUNK_BYTES]
            if not chunk:
                return Loss(offset, len(view) - offset, True, "the file ends inside a record")
            parts.append(inflater.decompress(chunk, MAX_RECORD_BYTES + 1 - size))
            at, size = at + len(chunk), size + len(parts[-1])
            if inflater.unconsumed_tail or size > MAX_RECORD_BYTES:
                return Loss(offset, len(view) - offset, False, f"a record of more than {MAX_RECORD_BYTES} bytes")
    except zlib.error as error:
        return Loss(offset, len(view) - offset, False, f"not a gzip member ({error})")
    length = at - len(inflater.unused_data) - offset
    try:
        return _parse(b"".join(parts), offset, length)
    except EvidenceError as error:
        return Loss(offset, len(view) - offset, False, str(error))


def read_records(archive: bytes, offsets: Sequence[int] = ()) -> Iterator[Record | Loss]:
    """Every whole record in file order, and each stretch that is none.

    After a damaged stretch reading goes on at the next of `offsets` (the manifest's). It never searches for the next gzip magic:
    a page's own bytes can hold a whole forged record. Without offsets the first loss is therefore the last thing told.
    """
    at = 0
    while at < len(archive):
        found = unpack(archive, at)
        if isinstance(found, Loss):
            after = min((offset for offset in offsets if at < offset < len(archive)), default=len(archive))
            found = Loss(at, after - at, found.torn and after == len(archive), found.why)
        yield found
        at += found.length


def _parse(member: bytes, offset: int, length: int) -> Record:
    """The one record that a member holds; raises EvidenceError when it is no WARC record or not exactly one."""
    head, gap, rest = member.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    if not gap or not lines[0].startswith("WARC/1."):
        raise EvidenceError("a gzip member without a WARC head")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    size = headers.get("content-length", "")
    if not (size.isascii() and size.isdigit()) or len(rest) != int(size) + 4 or not rest.endswith(b"\r\n\r\n"):
        raise EvidenceError("a WARC record whose Content-Length is wrong")
    return Record(headers.get("warc-type", ""), headers.get("warc-record-id", ""), headers, rest[:-4], offset, length)


def _ascii_uri(target: str) -> str:
    """The URL in ASCII without blanks or controls: what a header line and stock readers can take; the exact text stands in JSON."""
    spaced = target.translate(_UNSAFE_IN_URI)
    return spaced if spaced.isascii() else "".join(c if c.isascii() else _percent(c) for c in spaced)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
