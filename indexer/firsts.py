"""First sights: the first time anybody was seen using a term or a product number, an event on the storefront that used it."""

from collections.abc import Iterable, Mapping, Sequence

from indexer.listings import event_document
from indexer.store import Document


def first_events(findings: Iterable[Document], looks: Mapping[str, Sequence[Document]], sequence: int) -> list[Document]:
    """`term_first_seen` and `code_first_seen` events, ordered by id. What stood there on the first day of looking is no news."""
    began = min((str(seen[0]["at"]) for seen in looks.values()), default="")
    first: dict[tuple[str, str], Document] = {}
    for finding in findings:
        key = _key(finding)
        if key and (key not in first or _order(finding) < _order(first[key])):
            first[key] = finding
    events = []
    for (event, value), finding in sorted(first.items()):
        if str(finding["planned_at"])[:10] > began[:10]:
            events.append(event_document(event, finding | {"value": value}, value, None, finding["seen_at"], sequence) | {"new": value})
    return sorted(events, key=lambda one: str(one["id"]))


def _key(finding: Document) -> tuple[str, str] | None:
    if finding["group"] == "code" and finding["finding_kind"] == "cas":
        return "code_first_seen", str(finding["value"])
    if finding["group"] == "flag" and finding["finding_kind"] == "term":
        return "term_first_seen", str(finding["term_id"])
    return None


def _order(finding: Document) -> tuple[str, str]:
    return str(finding["seen_at"]), str(finding["id"])
