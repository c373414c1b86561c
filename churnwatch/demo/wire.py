"""How each owner's server writes an answer: header names in their own order and case, framing, coding."""

import gzip
import hashlib
import http

from churnwatch.demo.days import http_date
from churnwatch.demo.model import Page

# Style → (header name as on the wire, value). `{…}` is filled in; a header without a value is left out. Server names are invented.
_PLAIN = (("Server", "pond"), ("Date", "{date}"), ("Content-Type", "{type}"), ("Content-Length", "{length}"), ("Location", "{location}"))
STYLES: dict[str, tuple[tuple[str, str], ...]] = {
    "kestrel": (
        ("Server", "kitehttp"), ("Date", "{date}"), ("Content-Type", "{type}"), ("Content-Length", "{length}"), ("Location", "{location}"),
        ("Connection", "keep-alive"), ("Vary", "Accept-Encoding"), ("ETag", "{etag}"), ("X-Frame-Options", "SAMEORIGIN"),
    ),
    "amber": (
        ("date", "{date}"), ("server", "lantern/2"), ("content-type", "{type}"), ("location", "{location}"),
        ("transfer-encoding", "chunked"), ("x-powered-by", "Lantern Shop"), ("set-cookie", "lshop=guest; path=/"),
    ),
    "quartz": (
        ("Content-Type", "{type}"), ("Content-Length", "{length}"), ("Location", "{location}"), ("X-Shop-Engine", "slate 4"),
        ("Cache-Control", "no-cache"), ("Date", "{date}"), ("Server", "slate"),
        ("Set-Cookie", "sl_view=1; path=/"), ("Set-Cookie", "sl_lang=1; path=/"),
    ),
    "willow": (
        ("Server", "Tanghe"), ("Content-Type", "{type}"), ("Content-Length", "{length}"), ("Connection", "keep-alive"), ("Date", "{date}"),
        ("ETag", "{etag}"), ("X-Via", "tanghe-03"),
    ),
    "ibis": (
        ("Date", "{date}"), ("Content-Type", "{type}"), ("Content-Encoding", "{coding}"), ("Content-Length", "{length}"),
        ("Vary", "Accept-Encoding"), ("X-Runtime", "fruit"), ("Server", "ibisd"),
    ),
    "cdn": (
        ("Date", "{date}"), ("Content-Type", "{type}"), ("Content-Length", "{length}"), ("Location", "{location}"),
        ("Connection", "keep-alive"), ("X-Edge-Cache", "MISS"), ("Via", "1.1 example-edge"), ("Server", "example-edge"),
    ),
    "alder-scientific": (
        ("Date", "{date}"), ("Server", "benchd"), ("Last-Modified", "{date}"), ("ETag", "{etag}"),
        ("Content-Length", "{length}"), ("Content-Type", "{type}"),
    ),
    "bazaar-nine": (
        ("content-type", "{type}"), ("content-length", "{length}"), ("date", "{date}"),
        ("strict-transport-security", "max-age=86400"), ("server", "bazaar"),
    ),
}  # fmt: skip
_CHUNK = 1024


def answer(page: Page, style: str, day: int, *, gzipped: bool, close: bool) -> bytes:
    """The whole answer as bytes; `gzipped` is obeyed by styles that have a content coding, `close` adds `Connection: close` at the end."""
    table = STYLES.get(style, _PLAIN)
    coded = gzipped and any(value == "{coding}" for _, value in table) and bool(page.body)
    body = gzip.compress(page.body, 6, mtime=0) if coded else page.body
    chunked = any(value == "chunked" for _, value in table)
    values = {
        "{date}": http_date(day),
        "{type}": page.media_type,
        "{length}": str(len(body)),
        "{location}": page.location or "",
        "{etag}": f'"{hashlib.sha256(page.body).hexdigest()[:16]}"',
        "{coding}": "gzip" if coded else "",
    }
    lines = [f"HTTP/1.1 {page.status} {http.HTTPStatus(page.status).phrase}"]
    for name, value in table:
        if close and name.lower() == "connection":
            continue
        filled = values.get(value, value)
        if filled:
            lines.append(f"{name}: {filled}")
    if close:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (_chunks(body) if chunked else body)


def _chunks(body: bytes) -> bytes:
    """The chunked form (RFC 9112, section 7.1) in pieces of 1 KiB."""
    pieces = [body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
