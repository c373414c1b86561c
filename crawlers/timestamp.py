"""RFC 3161 time stamps: proof by a third party that the ledger stood as it does at a certain time, and so everything it seals.

What is stamped is the last line of the ledger, newline included; by the chain it stands for every line above. The authority's whole
answer is kept as `stamps/<number of the line>.tsr` and sealed by a line of its own. `openssl ts -verify` checks the same.
"""

import fcntl
import hashlib
import os
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerificationError, VerifierBuilder, decode_timestamp_response
from rfc3161_client.tsp import TimeStampRequest, TimeStampResponse

from crawlers.errors import ConfigError, EvidenceError
from crawlers.ledger import LedgerLine, append, last_line, read_ledger
from crawlers.signing import Signer
from crawlers.warc_records import exact_time

STAMPS = "stamps"  # folder inside an evidence folder: `<line>.tsr`, and `<sha256>.pem` for each chain of an authority
KIND = "stamp"
LOCK = ".lock"  # holds the name of a stamp while it is being kept
MAX_BYTES = 256 * 1024  # of an answer; one with a chain of three certificates takes 6,000


@dataclass(frozen=True, slots=True)
class Authority:
    """A time stamp authority: where it answers, the PEM chain that its answers must end in, and the one certificate it may sign with.

    Without `certificate` any time stamping certificate below the chain is taken.
    """

    url: str
    chain: bytes
    certificate: bytes | None = None
    timeout_s: float = 20.0


def load_authority(url: str, chain: Path, certificate: Path | None = None) -> Authority:
    """The authority with its certificates read; raises ConfigError when the URL or a file is none."""
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise ConfigError(f"{url!r} is not an http(s) URL", key="tsa_url")
    return Authority(url, read_chain(chain), read_chain(certificate) if certificate else None)


def read_chain(path: Path) -> bytes:
    """The PEM certificates in a file as they are; raises ConfigError when there is none in it."""
    try:
        content = path.read_bytes()
        x509.load_pem_x509_certificates(content)
    except (OSError, ValueError) as error:
        raise ConfigError("no readable PEM certificates", file=path, key="tsa_chain") from error
    return content


def stamp_head(folder: Path, authority: Authority, signer: Signer | None = None, *, pause_s: float = 0.0) -> int | None:
    """The number of the ledger line that was stamped now; None when there is nothing new to stamp or another process is at it.

    With `pause_s` the authority is not asked so soon after the last time. A stamp that a crash left without its line is taken in first.
    Raises EvidenceError when the authority is away or its answer does not hold: the tail then stays without a stamp, and the next call
    tries again. Reads the ledger's end only, however long it is.
    """
    if last_line(folder) is None:
        return None
    stamps = folder / STAMPS
    stamps.mkdir(exist_ok=True)
    with (stamps / LOCK).open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        lock.seek(0)
        if left := lock.read(64).decode("ascii", "replace"):
            _take_in(folder, left, authority, signer)
            lock.truncate(0)
        head = last_line(folder)
        if head is None or head.kind == KIND or (_has_stamps(stamps) and time.time() - os.fstat(lock.fileno()).st_mtime < pause_s):
            return None
        answer = _ask(authority, head.row)
        _keep(stamps / f"{hashlib.sha256(authority.chain).hexdigest()}.pem", authority.chain)
        path = stamps / f"{head.n:08d}.tsr"
        lock.write(path.name.encode())  # what a kill from here on leaves is known to the next call
        lock.flush()
        _keep(path, answer)
        _seal(folder, path, answer, signer)
        lock.truncate(0)
        return head.n


def checked(answer: bytes, row: bytes, chain: bytes, certificate: bytes | None = None, nonce: int | None = None) -> datetime:
    """When the authority says it saw the ledger row; raises EvidenceError when the stamp is not its, or not of this row."""
    try:
        builder = VerifierBuilder(
            roots=x509.load_pem_x509_certificates(chain),
            tsa_certificate=x509.load_pem_x509_certificate(certificate) if certificate else None,
            nonce=nonce,
        )
        response = decode_timestamp_response(answer)
        builder.build().verify_message(response, row)
    except (VerificationError, ValueError) as error:
        raise EvidenceError(f"the time stamp does not hold: {error}") from error
    return response.tst_info.gen_time


def stamped_digest(answer: bytes) -> bytes | None:
    """The digest that a stamp is on, or None for bytes that are no stamp."""
    with suppress(ValueError):
        return decode_timestamp_response(answer).tst_info.message_imprint.message
    return None


def stamped_line(line: LedgerLine) -> int | None:
    """The number of the ledger line that a stamp's line speaks of, None when its file name gives none."""
    folder, _, name = line.manifest.partition("/")
    number = name.removesuffix(".tsr")
    return int(number) if folder == STAMPS and name == f"{number}.tsr" and number.isascii() and number.isdigit() else None


def kept_chains(folder: Path) -> Iterator[bytes]:
    """The authorities' chains kept beside the evidence, only those that are byte for byte what their name says."""
    for path in sorted((folder / STAMPS).glob("*.pem")):
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == path.stem:
            yield content


def _take_in(folder: Path, name: str, authority: Authority, signer: Signer | None) -> None:
    """Seal a stamp that stands there without its line; one that does not hold is left for `verify` to name."""
    path = folder / STAMPS / name
    row = next((line.row for line in read_ledger(folder)[0] if f"{line.n:08d}.tsr" == name), None)
    if row is not None and path.exists():
        with suppress(EvidenceError):
            answer = path.read_bytes()
            checked(answer, row, authority.chain, authority.certificate)
            _seal(folder, path, answer, signer, perhaps_there=True)


def _has_stamps(stamps: Path) -> bool:
    return next(stamps.glob("*.tsr"), None) is not None


def _ask(authority: Authority, row: bytes) -> bytes:
    request = TimestampRequestBuilder().data(row).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).cert_request(cert_request=True)
    built = request.build()
    answer = _post(authority, built)
    try:
        checked(answer, row, authority.chain, authority.certificate, built.nonce)
    except EvidenceError as error:
        raise EvidenceError(f"{authority.url}: {error}; the ledger's tail stays without a stamp") from error
    return answer


def _post(authority: Authority, request: TimeStampRequest) -> bytes:
    """The authority's answer; it is no target of ours, and RFC 3161 section 3.4 wants a POST."""
    parts = urlsplit(authority.url)
    secure = parts.scheme == "https"
    connection = (
        HTTPSConnection(parts.hostname or "", parts.port, timeout=authority.timeout_s, context=ssl.create_default_context())
        if secure
        else HTTPConnection(parts.hostname or "", parts.port, timeout=authority.timeout_s)
    )
    away = f"{authority.url}: the time stamp authority gives no stamp"
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, request.as_bytes(), {"Content-Type": "application/timestamp-query"})
        answer = connection.getresponse()
        content = answer.read(MAX_BYTES + 1)
    except (OSError, HTTPException) as error:
        raise EvidenceError(
            f"{away} ({type(error).__name__}: {error}); the ledger's tail stays without one, the next run asks again"
        ) from error
    finally:
        connection.close()
    if answer.status != 200 or len(content) > MAX_BYTES:
        raise EvidenceError(
            f"{away} (status {answer.status}, {len(content)} bytes); the ledger's tail stays without one, the next run asks again"
        )
    return content


def _seal(folder: Path, path: Path, answer: bytes, signer: Signer | None, *, perhaps_there: bool = False) -> None:
    at: TimeStampResponse = decode_timestamp_response(answer)
    sealed = {
        "kind": KIND,
        "site": "",
        "visit_id": "",
        "planned_at": exact_time(at.tst_info.gen_time),
        "manifest": f"{STAMPS}/{path.name}",
        "seal": hashlib.sha256(answer).hexdigest(),
    }
    append(folder, sealed, signer, perhaps_there=perhaps_there)


def _keep(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
