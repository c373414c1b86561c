"""WARC 1.1 records as bytes: one gzip member a record, the same draft gives the same bytes on one machine.

Both directions are ours: evidence must also be read when it is torn, every record needs its place, and warcio's writer takes a quarter
of the time of a page (2026-11-24). Tests hold every record against warcio's reader and writer.
Source: ISO 28500:2017 (WARC 1.1), annex D: record-at-time compression.
"""

import hashlib
import re
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from isal import igzip_lib

from crawlers.errors import EvidenceError

MAX_RECORD_BYTES = 256 * 1024 * 1024  # unpacked; far above the client's body limit, so only a forged archive reaches it
_CHUNK_BYTES = 32 * 1024
_UNSAFE_IN_URI = re.compile(r"""[^!#-;=?-\[\]_a-z~]""")


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
    payload_sha256: str = ""  # hex, when it is known already


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


# igzip's level 2 packs a real page of 68 kB in 49 us to 14.4 kB, zlib's level 5 in 560 us to 12.5 kB (2026-11-24).
PACKING = 2
_NAMES = hashlib.sha1(uuid.NAMESPACE_URL.bytes + b"churnwatch:", usedforsecurity=False)


def record_id(*parts: str) -> str:
    """`<urn:uuid:…>` made from the parts (RFC 9562 version 5), so that writing twice gives the same id."""
    made = _NAMES.copy()
    made.update("\0".join(parts).encode())
    named = bytearray(made.digest()[:16])
    named[6], named[8] = named[6] & 0x0F | 0x50, named[8] & 0x3F | 0x80
    return urn_of(named)


def urn_of(named: bytes | bytearray) -> str:
    """A UUID's 16 bytes as a record id."""
    text = named.hex()
    return f"<urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}>"


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
        headers.append(("WARC-Payload-Digest", f"sha256:{draft.payload_sha256 or _payload_sha256(draft)}"))
    headers += (("Content-Type", draft.content_type), ("Content-Length", str(len(draft.block))))
    head = "".join([f"{name}: {value}\r\n" for name, value in headers])
    if head.count("\n") != len(headers) or head.count("\r") != len(headers):
        raise ValueError(f"a WARC header must be one line: {headers!r}")
    record = b"".join((b"WARC/1.1\r\n", head.encode(), b"\r\n", draft.block, b"\r\n\r\n"))
    return igzip_lib.compress(record, PACKING, igzip_lib.COMP_GZIP)


def _payload_sha256(draft: Draft) -> str:
    return hashlib.sha256(memoryview(draft.block)[draft.payload_at :]).hexdigest()


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
    return _UNSAFE_IN_URI.sub(_percent, target)


def _percent(unsafe: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in unsafe[0].encode("utf-8", "surrogatepass"))
