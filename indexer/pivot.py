"""Pivot: every storefront seen with one identifier, and whether that identifier says anything at all."""

from collections import defaultdict

from crawlers.errors import ConfigError
from crawlers.ids import content_id
from indexer.network.identifiers import TYPES
from indexer.store import Document, Store, Value

MAX_CAPTURES = 50  # captures named per storefront; the findings hold them all


def identifier_id(kind: str, value: str) -> str:
    """Document id of one identifier value."""
    return content_id("idf", kind, value)


def pivot_rows(store: Store, kind: str, value: str) -> list[dict[str, Value]]:
    """One row a storefront, ordered by first sighting: `{"storefront","first_seen","last_seen","captures","hub","why"}`.

    `kind` is an identifier type; raises ConfigError for another word.
    """
    if kind not in TYPES:
        raise ConfigError(f"{kind!r} is no identifier type: one of {', '.join(sorted(TYPES))}", key="KIND")
    verdict = store.get("identifier", identifier_id(kind, value))
    hub = bool(verdict and verdict.get("hub"))
    why = str(verdict["reason"]) if verdict else "not judged yet: run churnwatch link"
    wanted = value.partition(":")[2] if kind == "wallet" and ":" in value else value
    seen: dict[str, list[Document]] = defaultdict(list)
    for finding in store.scan("finding", {"identifier": kind, "value": wanted, "superseded": False}):
        if kind != "wallet" or value in (wanted, f"{finding['finding_kind']}:{wanted}"):
            seen[str(finding["storefront"])].append(finding)
    rows: list[dict[str, Value]] = []
    for storefront, findings in seen.items():
        times = sorted(str(one["seen_at"]) for one in findings)
        captures: list[Value] = [*sorted({str(one["capture_id"]) for one in findings if one["capture_id"]})[:MAX_CAPTURES]]
        rows.append(
            {"storefront": storefront, "first_seen": times[0], "last_seen": times[-1], "captures": captures, "hub": hub, "why": why}
        )
    return sorted(rows, key=lambda row: (str(row["first_seen"]), str(row["storefront"])))
