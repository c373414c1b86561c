"""Looks as churn reads them: one outcome of one storefront at one time, from a JSON Lines file or from visits with their sellers."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawlers.errors import ConfigError
from crawlers.ids import parse_instant
from crawlers.records import OUTCOMES
from indexer.network.identifiers import TYPES
from indexer.network.postings import Key

UP = frozenset({"live", "empty"})
NAMED_ENDS = frozenset({"parked", "seized", "suspended", "moved"})
DEAD = frozenset({"nxdomain", "not_found", "soft_404", "refused", "tls"})
BLOCKS = frozenset({"blocked", "captcha"})
LINE_MAX = 1_000_000  # bytes of one line
FIELDS = frozenset({"storefront", "at", "outcome", "identifiers", "content", "canary", "visit_id"})


@dataclass(frozen=True, slots=True)
class Observation:
    """One look. `identifiers` are (type, value) pairs; `content` is a digest of the page; `canary` says whether our canaries answered
    with their expected content in that run, None when unknown.
    """

    storefront: str
    at: datetime
    outcome: str
    identifiers: tuple[Key, ...] = ()
    content: str | None = None
    canary: bool | None = None
    visit_id: str = ""


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """The looks by time, then storefront, each once, whatever order they came in."""
    tidy = {
        Observation(o.storefront, o.at, o.outcome, tuple(sorted(set(o.identifiers))), o.content, o.canary, o.visit_id) for o in observations
    }
    return sorted(tidy, key=lambda o: (o.at, o.storefront, o.outcome, o.visit_id, o.content or "", str(o.canary), o.identifiers))


def seller_looks(observations: Iterable[Observation], stops: Mapping[str, str]) -> tuple[Observation, ...]:
    """The looks that visits of a marketplace imply for sellers they did not see; `stops` gives the stop reason per visit_id.

    Where the marketplace itself (`market.example`) was not `live`, each seller (`market.example#name`) known from another visit gets the
    market's outcome; where it was live and the visit is complete (stop `done`), `not_found`. An incomplete visit says nothing.
    """
    looks = in_order(observations)
    sellers: dict[str, set[str]] = {}
    seen: set[tuple[str, str]] = set()
    for look in looks:
        market, mark, _ = look.storefront.partition("#")
        if mark:
            sellers.setdefault(market, set()).add(look.storefront)
            seen.add((look.visit_id, look.storefront))
    implied = []
    for look in looks:
        if look.outcome == "live" and stops.get(look.visit_id) != "done":
            continue
        outcome = "not_found" if look.outcome == "live" else look.outcome
        unseen = (seller for seller in sorted(sellers.get(look.storefront, ())) if (look.visit_id, seller) not in seen)
        implied += [Observation(seller, look.at, outcome, canary=look.canary, visit_id=look.visit_id) for seller in unseen]
    return tuple(implied)


def read_visits(path: Path | str, *, allow_unknown: bool = False) -> Iterator[Observation]:
    """The looks of a JSON Lines file in its order; blank lines are skipped.

    Raises ConfigError (file, line, key) for a line that is no JSON object, a missing or unknown key, an unknown outcome or identifier
    type (unless `allow_unknown`) and a time without a zone.
    """
    file = Path(path)
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(iter(lambda: lines.readline(LINE_MAX + 1), b""), start=1):
                if len(line) > LINE_MAX:
                    raise ConfigError(f"longer than {LINE_MAX} bytes", file=file, line=number)
                if line.strip():
                    yield _observation(_decoded(line, file, number), file, number, allow_unknown)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=file) from error


def _decoded(line: bytes, file: Path, number: int) -> dict[str, object]:
    try:
        record = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"is no JSON object: {error}", file=file, line=number) from error
    if not isinstance(record, dict):
        raise ConfigError("is no JSON object", file=file, line=number)
    for key in record:
        if key not in FIELDS:
            raise ConfigError(f"unknown key; the keys are {', '.join(sorted(FIELDS))}", file=file, line=number, key=key)
    return record


def _observation(record: dict[str, object], file: Path, line: int, allow_unknown: bool) -> Observation:
    text = {}
    for key in ("storefront", "at", "outcome"):
        value = record.get(key)
        if not isinstance(value, str) or not value:
            raise ConfigError("must be a text", file=file, line=line, key=key)
        text[key] = value
    try:
        at = parse_instant(text["at"])
    except ValueError as error:
        raise ConfigError(f"{text['at']!r} is no ISO 8601 time with a zone", file=file, line=line, key="at") from error
    if text["outcome"] not in OUTCOMES:
        raise ConfigError(
            f"unknown outcome {text['outcome']!r}; the outcomes are {', '.join(OUTCOMES)}", file=file, line=line, key="outcome"
        )
    content, visit_id = record.get("content"), record.get("visit_id", "")
    if content is not None and not isinstance(content, str):
        raise ConfigError("must be a text or null", file=file, line=line, key="content")
    if not isinstance(visit_id, str):
        raise ConfigError("must be a text", file=file, line=line, key="visit_id")
    canary = record.get("canary")
    if canary is not None and not isinstance(canary, bool):
        raise ConfigError("must be true, false or null", file=file, line=line, key="canary")
    identifiers = _identifiers(record.get("identifiers"), file, line, allow_unknown)
    return Observation(text["storefront"], at, text["outcome"], identifiers, content, canary, visit_id)


def _identifiers(values: object, file: Path, line: int, allow_unknown: bool) -> tuple[Key, ...]:
    if values is None:
        return ()
    if not isinstance(values, list):
        raise ConfigError("must be a list", file=file, line=line, key="identifiers")
    pairs = []
    for value in values:
        kind, text = (value.get("type"), value.get("value")) if isinstance(value, dict) else (None, None)
        if not (isinstance(kind, str) and kind and isinstance(text, str) and text):
            raise ConfigError('must hold objects {"type": …, "value": …}', file=file, line=line, key="identifiers")
        if kind not in TYPES and not allow_unknown:
            raise ConfigError(f"unknown identifier type {kind!r}", file=file, line=line, key="identifiers")
        pairs.append((kind, text))
    return tuple(sorted(set(pairs)))
