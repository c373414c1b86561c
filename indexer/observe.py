"""Documents of one visit and its analysis: the append-only families, ready for `Store.put`."""

import functools
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from crawlers.ids import content_id, instant
from crawlers.records import Capture, HostFacts, Visit, VisitEvidence
from indexer.store import Document, Store, Value
from nlp.extract import extractors
from nlp.findings import Analysis, Code, Contact, Finding, Fingerprint, Flag, Listing, Look, Payment, Risk
from nlp.where import Where

GROUPS = {Flag: "flag", Code: "code", Contact: "contact", Payment: "payment", Fingerprint: "fingerprint"}
# Every finding is kept with its place; a page may repeat one a thousand times, and a bound keeps a hostile page from filling the store.
MAX_FINDINGS = 5_000


def keep(store: Store, evidence: VisitEvidence, analysis: Analysis, warc_file: str, warc_sha256: str) -> None:
    """Writes a visit, its captures, host facts and analysis, and makes that analysis the current one of the visit."""
    visit = evidence.visit
    texts = {page.capture_id: (page.title, page.text) for page in analysis.pages}
    homes = {page.capture_id: page.storefront for page in analysis.pages}
    outlinks = {page.capture_id: page.outlinks for page in analysis.pages}
    archive: Document = {"warc_file": warc_file, "warc_sha256": warc_sha256, "unchanged": list(evidence.unchanged())}
    store.put("visit", [visit_document(visit) | archive])
    store.put(
        "capture",
        [
            _capture(visit, capture, homes.get(capture.capture_id), texts.get(capture.capture_id))
            | {"outlinks": [*outlinks.get(capture.capture_id, ())]}
            for capture in evidence.captures
        ],
    )
    store.put("hostfacts", [_host(visit, facts) for facts in evidence.hosts])
    for family, documents in analysis_documents(evidence, analysis):
        store.put(family, documents)
    store.supersede(visit.visit_id, analysis.analysis_id)


def analysis_documents(evidence: VisitEvidence, analysis: Analysis) -> Iterator[tuple[str, list[Document]]]:
    """An analysis as documents, by family, in the order in which they are written: the analysis itself, looks, listings, findings."""
    visit, risks = evidence.visit, dict(analysis.risks)
    seen = {capture.capture_id: capture.fetched_at for capture in evidence.captures}
    yield "analysis", [_analysis(visit, analysis)]
    yield "look", [_look(visit, analysis, look) for look in analysis.looks]
    yield "listing_obs", [_listing(visit, analysis, listing, seen, risks.get(listing.listing_id)) for listing in analysis.listings]
    yield "finding", list(_findings(visit, analysis, seen))


def plan_document(site: str, planned_at: datetime, visit_id: str, budget_minutes: float) -> Document:
    """The Plan of a due visit, family `plan`; a plan without a visit one budget later reads as outcome `not_run`."""
    return {
        "id": content_id("pln", visit_id),
        "kind": "plan",
        "visit_id": visit_id,
        "site": site,
        "planned_at": instant(planned_at),
        "budget_minutes": budget_minutes,
    }


def reasons_json(risk: Risk) -> list[Value]:
    """A risk's reasons as stored: id, points and the places with their capture."""
    return [{"id": reason.id, "points": reason.points, "places": [place_json(place) for place in reason.places]} for reason in risk.reasons]


def place_json(where: Where) -> dict[str, Value]:
    """A place as stored: the contract's `where` object with capture_id and storefront beside it."""
    place: dict[str, Value] = {"capture_id": where.capture_id, "storefront": where.storefront}
    for key, value in where.as_json().items():
        place[key] = list(value) if isinstance(value, tuple) else value  # type: ignore[assignment]  # Where holds str, int and one tuple of ints
    return place


def visit_document(visit: Visit) -> Document:
    """A visit as stored, without its archive's name and digest."""
    return {
        "id": visit.visit_id,
        "kind": "visit",
        "site": visit.site,
        "planned_at": instant(visit.planned_at),
        "started_at": instant(visit.started_at),
        "done_at": instant(visit.done_at),
        "took_s": (visit.done_at - visit.started_at).total_seconds(),
        "stop": visit.stop,
        "pages_planned": visit.pages_planned,
        "pages_got": visit.pages_got,
        "canary": visit.canary,
        "egress": visit.egress,
        "clock": visit.clock,
    }


def _capture(visit: Visit, capture: Capture, storefront: str | None, page: tuple[str, str] | None) -> Document:
    title, text = page or (None, None)
    return {
        "id": capture.capture_id,
        "kind": "capture",
        "visit_id": visit.visit_id,
        "site": visit.site,
        "storefront": storefront,
        "planned_at": instant(visit.planned_at),
        "role": capture.role,
        "render": capture.render,
        "url": capture.url,
        "asked_url": capture.asked_url,
        "hop": capture.hop,
        "attempt": capture.attempt,
        "status_code": capture.status,
        "headers": [f"{name}: {value}" for name, value in capture.headers],
        "body_sha256": capture.body_sha256,
        "body_bytes": capture.body_bytes,
        "fetched_at": instant(capture.fetched_at),
        "ip": capture.ip if capture.ip != "via-proxy" else None,
        "protocol": capture.protocol,
        "warc_file": capture.warc_file,
        "warc_offset": capture.warc_offset,
        "seen_as": capture.seen_as,
        "title": title,
        "text": text,
    }


def _host(visit: Visit, facts: HostFacts) -> Document:
    leaf = facts.certificates[0] if facts.certificates else None
    return {
        "id": content_id("hst", visit.visit_id, facts.host, facts.port),
        "kind": "hostfacts",
        "visit_id": visit.visit_id,
        "site": visit.site,
        "planned_at": instant(visit.planned_at),
        "host": facts.host,
        "port": facts.port,
        "seen_at": instant(facts.seen_at),
        "dns": [f"{answer.type} {value} ({answer.source})" for answer in facts.dns for value in answer.values],
        "certificates": [certificate.sha256 for certificate in facts.certificates],
        "spki": leaf.spki_sha256 if leaf else None,
        "sans": list(leaf.sans) if leaf else [],
        "issuer": leaf.issuer if leaf else None,
        "not_before": instant(leaf.not_before) if leaf else None,
        "not_after": instant(leaf.not_after) if leaf else None,
        "robots": facts.robots,
        "robots_capture_id": facts.robots_capture_id,
        "failure": facts.failure,
        "detail": facts.detail or None,
    }


def _head(visit: Visit, analysis: Analysis, kind: str, key: str, storefront: str | None) -> Document:
    return {
        "id": key,
        "kind": kind,
        "analysis_id": analysis.analysis_id,
        "visit_id": visit.visit_id,
        "site": visit.site,
        "planned_at": instant(visit.planned_at),
        "superseded": False,
        "storefront": storefront,
    }


def _analysis(visit: Visit, analysis: Analysis) -> Document:
    return _head(visit, analysis, "analysis", analysis.analysis_id, None) | {
        "lexicon": analysis.lexicon,
        "code": analysis.code,
        "layout_changed": analysis.layout_changed,
        "barred": analysis.barred,
        "at": instant(visit.done_at),
    }


def _look(visit: Visit, analysis: Analysis, look: Look) -> Document:
    return _head(visit, analysis, "look", content_id("lok", analysis.analysis_id, look.storefront), look.storefront) | {
        "outcome": look.outcome,
        "at": instant(look.at),
        "capture_ids": list(look.capture_ids),
        "score": look.risk.score,
        "band": look.risk.band,
        "reasons": reasons_json(look.risk),
        "calibrated_on": look.risk.calibrated_on or None,
        "language": look.language,
        "reason": look.reason or None,
        "moved_to": look.moved_to,
        "content": look.content,
        "canary": visit.canary,
    }


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _listing(visit: Visit, analysis: Analysis, listing: Listing, seen: dict[str, datetime], risk: Risk | None) -> Document:
    key = content_id("obs", analysis.analysis_id, listing.listing_id, listing.capture_id)
    return _head(visit, analysis, "listing_obs", key, listing.storefront) | {
        "capture_id": listing.capture_id,
        "seen_at": instant(seen[listing.capture_id]),
        "listing_id": listing.listing_id,
        "url": listing.url,
        "title": listing.title,
        "description": listing.description or None,
        "price": _decimal(listing.price),
        "currency": listing.currency,
        "price_was": _decimal(listing.price_was),
        "price_max": _decimal(listing.price_max),
        "quantity": _decimal(listing.quantity),
        "unit": listing.unit,
        "min_order": listing.min_order,
        "sku": listing.sku,
        "pack_prices": [{"quantity": f"{pack.quantity:f}", "unit": pack.unit, "price": f"{pack.price:f}"} for pack in listing.pack_prices],
        "price_per_kg": _decimal(listing.price_per_kg),
        "disagreed": [{"field": said.field, "source": said.source, "value": said.value} for said in listing.disagreed],
        "availability": listing.availability,
        "seller": listing.seller,
        "ships_from": listing.ships_from,
        "ships_to": listing.ships_to,
        "codes": list(listing.codes),
        "images": list(listing.images),
        "source": listing.source,
        "score": risk.score if risk else None,
        "band": risk.band if risk else None,
        "reasons": reasons_json(risk) if risk else None,
        "calibrated_on": (risk.calibrated_on or None) if risk else None,
        "where": place_json(listing.where),
    }


@functools.cache
def _identifiers() -> dict[str, tuple[str, bool]]:
    """Kind of finding → identifier type it feeds, and whether it may link."""
    return {module.KIND: (module.IDENTIFIER, module.PIVOT) for module in extractors()}


def _findings(visit: Visit, analysis: Analysis, seen: dict[str, datetime]) -> Iterator[Document]:
    for finding in analysis.findings[:MAX_FINDINGS]:
        where = finding.where
        at = seen.get(where.capture_id, visit.done_at)
        yield _finding(visit, analysis, finding, at)


def _finding(visit: Visit, analysis: Analysis, finding: Finding, at: datetime) -> Document:
    where = finding.where
    value = finding.text if isinstance(finding, Flag) else finding.value
    key = content_id(
        "fnd", analysis.analysis_id, GROUPS[type(finding)], finding.kind, finding.id if isinstance(finding, Flag) else value,
        where.storefront, where.capture_id, where.inside, where.start, where.end, where.path, where.pointer, where.name,
    )  # fmt: skip
    kind, pivot = (None, False) if isinstance(finding, Flag | Code) else _identifiers().get(finding.kind, (None, False))
    document = _head(visit, analysis, "finding", key, where.storefront) | {
        "capture_id": where.capture_id or None,
        "seen_at": instant(at),
        "group": GROUPS[type(finding)],
        "finding_kind": finding.kind,
        "value": value[:1024],
        "identifier": kind,
        "pivot": pivot,
        "where": place_json(where),
        "text": where.quote,
    }
    if isinstance(finding, Flag):
        document |= {
            "term": finding.term,
            "term_id": finding.id,
            "category": finding.category,
            "substance": finding.substance,
            "weight": finding.score,
            "obfuscated": finding.obfuscated,
            "language": finding.language or None,
        }
    if isinstance(finding, Payment) and finding.networks:
        document["networks"] = list(finding.networks)
    return document
