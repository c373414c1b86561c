"""Findings as JSON: the exact shapes of `analyse --text` and `analyse --html` (DESIGN.md section 8)."""

from decimal import Decimal
from typing import TYPE_CHECKING

from nlp.findings import Code, Contact, Flag, Listing, Payment, Risk

if TYPE_CHECKING:
    from nlp.analyse import PageAnalysis


def flag_json(flag: Flag) -> dict[str, object]:
    """A flag; `start` and `end` are null when it stands outside the visible text."""
    return {
        "kind": flag.kind,
        "id": flag.id,
        "term": flag.term,
        "category": flag.category,
        "substance": flag.substance,
        "start": flag.where.start,
        "end": flag.where.end,
        "text": flag.text,
        "score": flag.score,
        "obfuscated": flag.obfuscated,
    }


def contact_json(finding: Code | Contact | Payment) -> dict[str, object]:
    """A code, contact or payment; a payment valid on several networks names them."""
    found: dict[str, object] = {"kind": finding.kind, "value": finding.value, "start": finding.where.start, "end": finding.where.end}
    if isinstance(finding, Payment) and finding.networks:
        found["networks"] = list(finding.networks)
    return found


def risk_json(risk: Risk, *, places: bool = False) -> dict[str, object]:
    """The risk with its reasons; spans are those in the visible text, `places` adds every place."""
    reasons: list[dict[str, object]] = []
    for reason in risk.reasons:
        spans = [[where.start, where.end] for where in reason.places if where.start is not None and where.end is not None]
        row: dict[str, object] = {"id": reason.id, "points": reason.points, "spans": spans}
        if places:
            row["places"] = [where.as_json() for where in reason.places]
        reasons.append(row)
    return {"score": risk.score, "band": risk.band, "reasons": reasons, "calibrated_on": risk.calibrated_on or None}


def listing_json(listing: Listing) -> dict[str, object]:
    """A listing; amounts are decimal strings."""
    return {
        "title": listing.title,
        "price": decimal(listing.price),
        "currency": listing.currency,
        "price_was": decimal(listing.price_was),
        "price_max": decimal(listing.price_max),
        "quantity": decimal(listing.quantity),
        "unit": listing.unit,
        "pack_prices": [
            {"quantity": decimal(pack.quantity), "unit": pack.unit, "price": decimal(pack.price)} for pack in listing.pack_prices
        ],
        "price_per_kg": decimal(listing.price_per_kg),
        "min_order": listing.min_order,
        "sku": listing.sku,
        "availability": listing.availability,
        "seller": listing.seller,
        "ships_from": listing.ships_from,
        "ships_to": listing.ships_to,
        "description": listing.description,
        "codes": list(listing.codes),
        "images": list(listing.images),
        "url": listing.url,
        "source": listing.source,
        "disagreed": [{"field": said.field, "source": said.source, "value": said.value} for said in listing.disagreed],
        "where": listing.where.as_json(),
    }


def decimal(amount: Decimal | None) -> str | None:
    """The amount as plain decimal text, never in exponent form."""
    return None if amount is None else f"{amount:f}"


def page_json(analysis: "PageAnalysis", file: str, *, with_text: bool = False) -> dict[str, object]:
    """The output line of `analyse --html` for one file."""
    found = analysis.findings
    line: dict[str, object] = {
        "file": file,
        "url": analysis.url,
        "page_state": analysis.state.outcome,
        "language": found.language,
        "listings": [listing_json(listing) for listing in found.listings],
        "flags": [flag_json(flag) | {"where": flag.where.as_json()} for flag in found.flags],
        "codes": [contact_json(code) | {"where": code.where.as_json()} for code in found.codes],
        "contacts": [contact_json(contact) | {"where": contact.where.as_json()} for contact in found.contacts],
        "payments": [contact_json(payment) | {"where": payment.where.as_json()} for payment in found.payments],
        "fingerprints": [{"kind": print_.kind, "value": print_.value, "where": print_.where.as_json()} for print_ in found.fingerprints],
        "risk": risk_json(analysis.risk, places=True),
    }
    if analysis.page.losses:
        line["losses"] = list(analysis.page.losses)
    return line | {"text": analysis.page.text} if with_text else line
