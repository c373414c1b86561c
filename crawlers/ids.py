"""Content ids: the same parts give the same id on every machine, so every stage may run twice."""

import base64
import hashlib
import json
from datetime import UTC, datetime

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once: `dumps` makes one a call


def content_id(tag: str, *parts: str | int | None) -> str:
    """`<tag>_<32 lower-case base32 characters>`: the first 20 bytes of SHA-256 over the canonical JSON array of `parts`.

    Parts are strings, whole numbers or None; times go in as `instant(t)`. Raise the tag when the meaning of the parts changes.
    """
    canonical = _ENCODE(parts).encode("utf-8", "surrogatepass")
    return f"{tag}_{base64.b32encode(hashlib.sha256(canonical).digest()[:20]).decode().lower()}"


def instant(time: datetime) -> str:
    """The UTC time as `2026-01-31T12:00:00Z` in whole seconds; raises ValueError for a time without a zone."""
    if time.tzinfo is None:
        raise ValueError(f"time without a zone: {time!r}")
    return time.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> datetime:
    """The aware UTC time of an ISO 8601 string with `Z` or an offset; raises ValueError when there is no zone or no time."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"time without a zone: {text!r}")
    return time.astimezone(UTC)
