"""Small pictures made from a name: the favicon that shops of one operator share, and product pictures."""

import struct
import zlib

from churnwatch.demo.draw import Draw

_SIDE = 16


def favicon(draw: Draw, name: str) -> bytes:
    """An ICO file holding one 16 × 16 PNG picture."""
    picture = png(draw, name)
    directory = struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", _SIDE, _SIDE, 0, 0, 1, 24, len(picture), 22)
    return directory + picture


def png(draw: Draw, name: str) -> bytes:
    """A PNG picture of 16 × 16 points: a mirrored pattern in one colour on another.

    The rows are stored, not compressed, so that the bytes (and the favicon hash) do not depend on the zlib at hand.
    """
    front, back = draw.bytes("icon", name, "front", size=3), bytes(255 - part // 3 for part in draw.bytes("icon", name, "back", size=3))
    bits = draw.bytes("icon", name, size=16)
    rows = bytearray()
    for row in range(_SIDE):
        half = [front if bits[row] >> column & 1 else back for column in range(_SIDE // 2)]
        rows += b"\0" + b"".join(half + half[::-1])
    head = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", _stored(bytes(rows))) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _stored(body: bytes) -> bytes:
    """A zlib stream of one stored block (RFC 1950, RFC 1951 section 3.2.4); `body` must be under 64 KiB."""
    return b"\x78\x01\x01" + struct.pack("<HH", len(body), 0xFFFF - len(body)) + body + struct.pack(">I", zlib.adler32(body))
