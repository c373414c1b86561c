"""URLs in one spelling, so that a page is asked for once: host, port, path, query; tracking and session parameters fall away."""

import functools
import re
from urllib.parse import SplitResult, unquote_to_bytes, urljoin, urlsplit, urlunsplit

import idna

MAX_URL = 2000  # characters; longer ones are traps or payloads
DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|hsa|oly)_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|yclid|ymclid|msclkid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid"
    r"|_ga|_gl|_hsenc|_hsmi|_openstat|spm|scm|srsltid|li_fat_id|vero_id|zanpid|phpsessid|jsessionid|aspsessionid\w*|oscsid|zenid|sid_?hash",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = _UNRESERVED | frozenset(b"!$&'()*+,;=:@/")
_QUERY_SAFE = _UNRESERVED | frozenset(b"!$'()*+,;=:@/?")
_PART = re.compile(rb"%[0-9A-Fa-f]{2}|.", re.DOTALL)


def ascii_host(host: str) -> str | None:
    """The host in lower case and IDNA (UTS 46), without a closing dot; IPv6 without brackets; None when it is no host."""
    host = host.strip("[]") if ":" in host else host.rstrip(".")
    if ":" in host:
        return host.lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    host = host.lower()
    return host if len(host) <= 253 and _HOST.fullmatch(host) else None


@functools.lru_cache(maxsize=2048)  # a shop's menu stands on every page
def canonical(url: str, base: str | None = None) -> str | None:
    """The one spelling of an http(s) URL, resolved against `base`; None for other schemes, URLs with a user name, and over-long ones.

    Fragment, default port, tracking and session parameters are dropped, the query is sorted by name; it changes nothing when applied twice.
    """
    parts = _split(url, base)
    if parts is None:
        return None
    fields = [field for field in parts.query.split("&") if field and not _TRACKING.fullmatch(field.partition("=")[0])]
    fields = sorted((_encode(field, _QUERY_SAFE) for field in fields), key=lambda field: field.partition("=")[0])
    return _join(parts, _SESSION_IN_PATH.sub("", parts.path), "&".join(fields))


def as_asked(url: str, base: str | None = None) -> str | None:
    """A redirect's target made sendable and otherwise left as the server wrote it: a server may insist on its own order of parameters."""
    parts = _split(url, base)
    return None if parts is None else _join(parts, parts.path, _encode(parts.query, _QUERY_SAFE | {0x26}))


@functools.lru_cache(maxsize=2048)
def host_and_port(url: str) -> tuple[str, int]:
    """Host and port of a canonical URL, the scheme's default filled in."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]


def _split(url: str, base: str | None) -> SplitResult | None:
    """The parts with an ASCII host in place of the authority, or None."""
    url = url.strip().translate({9: None, 10: None, 13: None})
    if len(url) > MAX_URL:
        return None
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        port, host = parts.port, ascii_host(parts.hostname or "")
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not host or parts.username is not None or parts.password is not None:
        return None
    named = f"[{host}]" if ":" in host else host
    authority = named if port in (None, DEFAULT_PORTS[scheme]) else f"{named}:{port}"
    return parts._replace(scheme=scheme, netloc=authority, fragment="")


def _join(parts: SplitResult, path: str, query: str) -> str | None:
    spelled = urlunsplit((parts.scheme, parts.netloc, _without_dots(_encode(path, _PATH_SAFE)) or "/", query, ""))
    return spelled if len(spelled) <= MAX_URL else None


def _encode(text: str, safe: frozenset[int]) -> str:
    """Percent-encoding in one form (RFC 3986 section 6.2.2): unreserved characters bare, everything else upper-case hex."""
    spelled = []
    for part in _PART.findall(text.encode("utf-8", "replace")):
        if len(part) == 3 and part[:1] == b"%":
            code = unquote_to_bytes(part)[0]
            spelled.append(chr(code) if code in _UNRESERVED else part.decode().upper())
        else:
            code = part[0]
            spelled.append(chr(code) if code in safe else f"%{code:02X}")
    return "".join(spelled)


def _without_dots(path: str) -> str:
    """The path without `.` and `..` segments (RFC 3986 section 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if path.endswith(("/.", "/..")):
        kept.append("")
    return "/".join(kept)
