"""Which WARC record holds what: exchange, host facts, site file, visit; to records and back, exactly.

What the HTTP head in a record shows is read from there. What it cannot show (role, hop, exact times, a header list that the head's
text would not give back) stands as JSON in the record's `Churnwatch-Capture` line.
"""

import base64
import dataclasses
import functools
import hashlib
import ipaddress
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from crawlers.errors import EvidenceError
from crawlers.records import Capture, HostFacts, LinkDigest, Visit
from crawlers.warc_records import Draft, Record, exact_time, record_id

CAPTURE_LINE = "Churnwatch-Capture"
CAPTURE_ID_LINE = "Churnwatch-Capture-ID"
VISIT_TARGET, HOST_TARGET, SITE_TARGET = "urn:churnwatch:visit:", "urn:churnwatch:host:", "urn:churnwatch:site:"
LINKS_TARGET = "urn:churnwatch:links:"
_TRANSFER_ENCODING = re.compile(rb"^(transfer-encoding[ \t]*:)", re.IGNORECASE | re.MULTILINE)
_KEPT_PREFIX = "x-archive-orig-transfer-encoding"
_CAPTURES, _VISITS, _HOSTS = TypeAdapter(Capture), TypeAdapter(Visit), TypeAdapter(HostFacts)
_LINKS = TypeAdapter(tuple[LinkDigest, ...])
_SHOWN_ELSEWHERE = frozenset({"headers", "warc_file", "warc_offset"})
_KNOWN_FIELDS = tuple(field.name for field in dataclasses.fields(Capture) if field.name not in _SHOWN_ELSEWHERE)


def warcinfo_draft(visit_id: str, at: datetime, fields: Mapping[str, str]) -> Draft:
    """The record that says by whom, why and how this visit was made; `fields` become `name: value` lines."""
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value).encode()
    return Draft("warcinfo", record_id(visit_id, "warcinfo", _digest(block)), at, "application/warc-fields", block)


def site_draft(visit_id: str, at: datetime, site: str, site_text: str, warcinfo: str) -> Draft:
    """The site file's full text, so that the visit can be analysed from its evidence alone."""
    block = site_text.encode("utf-8", "surrogatepass")
    made = record_id(visit_id, "site", _digest(block))
    return Draft("resource", made, at, "application/yaml", block, target=SITE_TARGET + site, extra=(("WARC-Warcinfo-ID", warcinfo),))


def exchange_drafts(capture: Capture, request: bytes, response_head: bytes, body: bytes, warcinfo: str) -> tuple[Draft, Draft]:
    """The request and the response record of one exchange.

    `Transfer-Encoding` is written as `X-Archive-Orig-Transfer-Encoding` (case kept): the body is stored de-chunked, and a stock
    reader would otherwise take page text for chunk sizes.
    """
    head = response_head.rstrip(b"\r\n") + b"\r\n\r\n"
    if not head.startswith(b"HTTP/1."):
        raise ValueError(f"{capture.capture_id}: a response head must begin with HTTP/1.x, got {head[:40]!r}")
    _check_body(capture, body)
    stored = _TRANSFER_ENCODING.sub(rb"X-Archive-Orig-\1", head)
    known = _known_of(capture, _headers_in(stored))
    about = (CAPTURE_ID_LINE, capture.capture_id), ("WARC-Warcinfo-ID", warcinfo), *_ip_line(capture.ip)
    asked = Draft(
        "request",
        record_id(capture.capture_id, "request", _digest(request), exact_time(capture.fetched_at)),
        capture.fetched_at,
        "application/http; msgtype=request",
        request,
        payload_at=len(request),
        target=capture.url,
        extra=about,
    )
    answered = Draft(
        "response",
        record_id(capture.capture_id, "response"),
        capture.fetched_at,
        "application/http; msgtype=response",
        stored + body,
        payload_at=len(stored),
        target=capture.url,
        extra=(("WARC-Concurrent-To", asked.record_id), *about, (CAPTURE_LINE, _line(known, len(stored)))),
        payload_sha256=capture.body_sha256,
    )
    return asked, answered


def resource_draft(capture: Capture, body: bytes, media_type: str, warcinfo: str) -> Draft:
    """The record of a capture that came over no wire of its own: a rendered document, a screenshot, a list of what a page loaded.

    Its target is `urn:churnwatch:<role>:<url>`, so that a replay tool does not take a picture of the page for the page.
    """
    _check_body(capture, body)
    known = _known_of(capture, ())
    return Draft(
        "resource",
        record_id(capture.capture_id, "resource"),
        capture.fetched_at,
        media_type,
        body,
        target=f"urn:churnwatch:{capture.role}:{capture.url}",
        extra=(
            (CAPTURE_ID_LINE, capture.capture_id),
            ("WARC-Warcinfo-ID", warcinfo),
            *_ip_line(capture.ip),
            (CAPTURE_LINE, _line(known, 0)),
        ),
        payload_sha256=capture.body_sha256,
    )


def host_draft(facts: HostFacts, warcinfo: str) -> Draft:
    """What the visit learned of one host, as JSON with certificates in base64."""
    return _metadata(facts, facts.visit_id, f"{HOST_TARGET}{facts.host}:{facts.port}", facts.seen_at, warcinfo)


def visit_draft(visit: Visit, warcinfo: str) -> Draft:
    """The Visit: the last record of a sealed archive."""
    return _metadata(visit, visit.visit_id, VISIT_TARGET + visit.visit_id, visit.done_at, warcinfo)


def links_draft(links: Sequence[LinkDigest], visit_id: str, at: datetime, warcinfo: str) -> Draft:
    """The detail pages that the visit saw named, fetched or not."""
    rows = [{"cards": link.cards, "fetched_at": exact_time(link.fetched_at), "url": link.url, "via": link.via} for link in links]
    block = _ENCODE(rows).encode()
    target = LINKS_TARGET + visit_id
    made = record_id(visit_id, "metadata", target, _digest(block))
    return Draft("metadata", made, at, "application/json", block, target=target, extra=(("WARC-Warcinfo-ID", warcinfo),))


def links_of(record: Record) -> tuple[LinkDigest, ...]:
    """The link digests of a metadata record; raises EvidenceError when it holds none."""
    try:
        return _LINKS.validate_json(record.block)
    except ValidationError as error:
        raise _unreadable(record, "link digests", error) from error


def capture_of(record: Record, warc_file: str) -> tuple[Capture, bytes]:
    """The capture of a response or resource record and its body as received; raises EvidenceError when the record does not say."""
    try:
        known = json.loads(record.headers[CAPTURE_LINE.lower()])
        head_bytes = int(known.pop("head_bytes"))
        if "headers" not in known:
            known["headers"] = _headers_in(record.block[:head_bytes])
        return _CAPTURES.validate_python(known | {"warc_file": warc_file, "warc_offset": record.offset}), record.block[head_bytes:]
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _unreadable(record, "capture", error) from error


def host_of(record: Record) -> HostFacts:
    """The host facts of a metadata record; raises EvidenceError when it holds none."""
    try:
        known = json.loads(record.block)
        for certificate in known["certificates"]:
            certificate["der"] = base64.b64decode(certificate["der"], validate=True)
        return _HOSTS.validate_python(known)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _unreadable(record, "host facts", error) from error


def visit_of(block: bytes | str) -> Visit:
    """The Visit of a metadata record's block; raises EvidenceError when it holds none."""
    try:
        return _VISITS.validate_json(block)
    except ValidationError as error:
        raise EvidenceError(f"the Visit record cannot be read: {error.error_count()} wrong fields") from error


def visit_json(visit: Visit) -> str:
    """The Visit as canonical JSON, the form that the record and the manifest hold."""
    return json.dumps(dataclasses.asdict(visit), default=_plain, sort_keys=True, separators=(",", ":"))


def target_of(record: Record) -> str:
    """The record's target URI, or an empty text."""
    return record.headers.get("warc-target-uri", "")


def is_capture(record: Record) -> bool:
    """Whether the record holds a capture's body: a response, or a resource that names its capture (the site file's does not)."""
    return record.type == "response" or (record.type == "resource" and CAPTURE_LINE.lower() in record.headers)


def _check_body(capture: Capture, body: bytes) -> None:
    if hashlib.sha256(body).hexdigest() != capture.body_sha256 or len(body) != capture.body_bytes:
        raise ValueError(f"{capture.capture_id}: body_sha256 or body_bytes is not that of the body given ({len(body)} bytes)")


def _known_of(capture: Capture, shown: tuple[tuple[str, str], ...]) -> dict[str, object]:
    """What the capture's JSON line must say: everything but its place, and its headers only when the record's head does not show them."""
    known = {name: getattr(capture, name) for name in _KNOWN_FIELDS}
    return known if capture.headers == shown else known | {"headers": capture.headers}


def _line(known: dict[str, object], head_bytes: int) -> str:
    return _ENCODE(known | {"head_bytes": head_bytes})


def _metadata(thing: HostFacts | Visit, visit_id: str, target: str, at: datetime, warcinfo: str) -> Draft:
    block = json.dumps(dataclasses.asdict(thing), default=_plain, sort_keys=True, separators=(",", ":")).encode()
    made = record_id(visit_id, "metadata", target, _digest(block))
    return Draft("metadata", made, at, "application/json", block, target=target, extra=(("WARC-Warcinfo-ID", warcinfo),))


def _headers_in(head: bytes) -> tuple[tuple[str, str], ...]:
    """The header list as a stored head's text shows it; the archive's own name for Transfer-Encoding is undone."""
    pairs = []
    for line in head.decode("latin-1").rstrip("\r\n").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() == _KEPT_PREFIX:
            name = name[len("x-archive-orig-") :]
        pairs.append((name, value.strip(" \t")))
    return tuple(pairs)


@functools.lru_cache(maxsize=256)
def _ip_line(ip: str | None) -> tuple[tuple[str, str], ...]:
    """WARC-IP-Address only for an address; `via-proxy` and the like stay in the JSON."""
    try:
        return (("WARC-IP-Address", str(ipaddress.ip_address(ip or ""))),)
    except ValueError:
        return ()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return exact_time(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"no JSON form for {type(value).__name__}")


_ENCODE = json.JSONEncoder(default=_plain, separators=(",", ":")).encode  # made once: `dumps` makes one a call


def _digest(block: bytes) -> str:
    return hashlib.sha256(block).hexdigest()


def _unreadable(record: Record, what: str, error: Exception) -> EvidenceError:
    return EvidenceError(f"record {record.record_id} at byte {record.offset}: its {what} cannot be read ({type(error).__name__})")
