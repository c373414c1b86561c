"""Content codings undone (gzip, deflate, br), bounded: a small body that unpacks into gigabytes is refused and named.

Source: RFC 9110 section 8.4; codings are listed in the order they were applied.
"""

import importlib
import zlib
from collections.abc import Sequence
from types import ModuleType

try:
    brotli: ModuleType | None = importlib.import_module("brotli")
except ImportError:
    brotli = None

MAX_BODY_BYTES = 32 * 1024 * 1024
_MAX_CODINGS = 3
_MAX_GZIP_MEMBERS = 64  # honest servers send one; each further member costs a copy of the rest of the body
_CHUNK_BYTES = 64 * 1024


def undo_coding(headers: Sequence[tuple[str, str]], body: bytes, limit: int = MAX_BODY_BYTES) -> tuple[bytes, str | None]:
    """The body as its author wrote it, and what went wrong in people's words (None when nothing did).

    A bomb or an unknown coding gives `b""`; a stream that breaks off gives what it held until then; a body that never was coded,
    whatever its headers say, comes back as it is, as browsers show it.
    """
    codings = [word.strip().lower() for name, value in headers if name.lower() == "content-encoding" for word in value.split(",")]
    codings = [word for word in codings if word not in ("", "identity")]
    if not codings or not body:
        return body, None
    if len(codings) > _MAX_CODINGS:
        return b"", f"{len(codings)} content codings on one body, at most {_MAX_CODINGS} are undone"
    problem = None
    for coding in reversed(codings):
        body, trouble = _undo_one(coding, body, limit)
        problem = problem or trouble
    return body, problem


def _undo_one(coding: str, body: bytes, limit: int) -> tuple[bytes, str | None]:
    if coding in ("gzip", "x-gzip"):
        return _inflate(body, 31, coding, limit)
    if coding == "deflate":
        # RFC 9110 asks for the zlib form; some servers send bare deflate. A zlib head is a multiple of 31 (RFC 1950).
        zlib_form = len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
        return _inflate(body, 15 if zlib_form else -15, coding, limit)
    if coding == "br" and brotli is not None:
        return _unbrotli(brotli, body, limit)
    return b"", f"content coding {coding[:20]!r} cannot be undone here"


def _inflate(body: bytes, form: int, coding: str, limit: int) -> tuple[bytes, str | None]:
    """gzip members may follow each other; bytes after the last one are ignored, as browsers do."""
    parts: list[bytes] = []
    size, rest = 0, body
    while rest and len(parts) < _MAX_GZIP_MEMBERS:
        inflater = zlib.decompressobj(form)
        try:
            part = inflater.decompress(rest, limit + 1 - size)
        except zlib.error as error:
            if parts:
                return b"".join(parts), None
            return _salvage(body, form, coding, limit, error)
        size += len(part)
        if size > limit:
            return b"", f"{coding} body of {len(body)} bytes unpacks to more than {limit}"
        parts.append(part)
        if not inflater.eof:
            return b"".join(parts), f"{coding} body breaks off after {size} bytes"
        rest = inflater.unused_data if form == 31 else b""
    return b"".join(parts), f"{coding} body of more than {_MAX_GZIP_MEMBERS} members, the rest is left packed" if rest else None


def _salvage(body: bytes, form: int, coding: str, limit: int, error: zlib.error) -> tuple[bytes, str | None]:
    """What a damaged stream gives before the damage, in small steps; a body that gives nothing was never coded."""
    inflater, parts, size = zlib.decompressobj(form), [], 0
    for at in range(0, len(body), 256):
        try:
            parts.append(inflater.decompress(body[at : at + 256], limit + 1 - size))
        except zlib.error:
            break
        size += len(parts[-1])
        if size > limit:
            return b"", f"{coding} body of {len(body)} bytes unpacks to more than {limit}"
    if size:
        return b"".join(parts), f"{coding} body is damaged after {size} bytes ({error})"
    return body, f"the headers say {coding}, the body is not"


def _unbrotli(codec: ModuleType, body: bytes, limit: int) -> tuple[bytes, str | None]:
    decoder, parts, size = codec.Decompressor(), [], 0
    try:
        part = decoder.process(body, output_buffer_limit=_CHUNK_BYTES)
        while part or not decoder.can_accept_more_data():
            size += len(part)
            if size > limit:
                return b"", f"br body of {len(body)} bytes unpacks to more than {limit}"
            parts.append(part)
            part = decoder.process(b"", output_buffer_limit=_CHUNK_BYTES)
    except codec.error as error:
        return (
            (b"".join(parts), f"br body is damaged after {size} bytes ({error})") if size else (body, "the headers say br, the body is not")
        )
    return b"".join(parts), None if decoder.is_finished() else f"br body breaks off after {size} bytes"
