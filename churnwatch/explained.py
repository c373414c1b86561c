"""Why, shown to people: a document with its places on the page re-anchored in the evidence, or two storefronts side by side."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from churnwatch.show import fields, plain, say, table
from crawlers.errors import EvidenceError
from crawlers.evidence import read_visit
from indexer.defang import defang
from indexer.store import Document, Store, Value
from nlp.explain import anchor
from nlp.parse import ParsedPage
from nlp.where import Where

HIDDEN = ("where", "reasons", "evidence", "text", "headers", "document", "images")
MAX_PLACES = 20


def places_of(document: Document) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Every place a document names, with what it is said to show."""
    where = document.get("where")
    if isinstance(where, dict):
        yield str(document.get("term_id") or document.get("value") or document.get("title") or document["kind"]), where
    reasons = document.get("reasons")
    for reason in reasons if isinstance(reasons, list) else ():
        if isinstance(reason, dict):
            places = reason.get("places")
            for place in places if isinstance(places, list) else ():
                if isinstance(place, dict):
                    yield str(reason["id"]), place


def anchored(store: Store, evidence: Path, document: Document) -> list[dict[str, Value]]:
    """The places of a document as rows: what, where, quote with its surroundings, and `exact|moved|lost` in today's reading of the page.

    `unread` when the evidence folder lacks the visit.
    """
    texts: dict[str, str | None] = {}
    rows: list[dict[str, Value]] = []
    for what, place in list(places_of(document))[:MAX_PLACES]:
        key = str(place.get("capture_id") or "")
        if key and key not in texts:
            texts[key] = _text(store, evidence, key)
        text = texts.get(key)
        state = "unread"
        if text is not None and place.get("in") == "text":
            state = anchor(_where(place), text).state
        elif text is not None:
            state = "kept" if place.get("quote") is None else "exact" if str(place["quote"]) in text else "kept"
        rows.append({"what": what, "state": state, **place})
    return rows


def show_document(document: Document, rows: list[dict[str, Value]]) -> None:
    """A document and its places for people; addresses defanged."""
    fields({name: defang(plain(value)) for name, value in document.items() if name not in HIDDEN and value not in (None, [], "")})
    for row in rows:
        say()
        quote = f"{row.get('before') or ''}[{row.get('quote') or ''}]{row.get('after') or ''}".replace("\n", " ")
        at = " ".join(plain(row[name]) for name in ("path", "name", "pointer", "start", "end") if row.get(name) is not None)
        say(f"{row['what']}  ({row['state']}, {row['in']} {at}, capture {row.get('capture_id')})")
        say(f"    {defang(quote)}")


def show_pair(pair: Mapping[str, object]) -> None:
    """Why two storefronts are linked or not."""
    verdict = "linked" if pair["linked"] else "not linked"
    say(f"{defang(str(pair['a']))} and {defang(str(pair['b']))}: {verdict}, probability {cast('float', pair['probability']):.3f}")
    rows = cast("list[dict[str, object]]", pair["evidence"])
    table(
        "Shared values",
        ("family", "type", "value", "storefronts", "bits", "hub", "why"),
        ((row["family"], row["type"], defang(str(row["value"])), row["df"], row["bits"], row["hub"], row["why"]) for row in rows),
    )
    path = cast("list[str]", pair["path"])
    if len(path) > 2:
        say("joined through: " + " - ".join(defang(one) for one in path))


def _where(place: Mapping[str, Value]) -> Where:
    start, end = place.get("start"), place.get("end")
    return Where(
        "text",
        start=start if isinstance(start, int) else None,
        end=end if isinstance(end, int) else None,
        quote=str(place.get("quote") or ""),
        before=str(place.get("before") or ""),
        after=str(place.get("after") or ""),
    )


def _text(store: Store, evidence: Path, key: str) -> str | None:
    """The visible text of a capture as read from its evidence today, None when it cannot be had."""
    capture = store.get("capture", key)
    if capture is None:
        return None
    try:
        visit = read_visit(evidence / str(capture["warc_file"]))
    except (EvidenceError, OSError):
        return None
    seen = next((one for one in visit.captures if one.capture_id == key), None)
    body = visit.bodies.get(key)
    if seen is None or body is None:
        return None
    return ParsedPage(body, seen.url, key, "", content_type=seen.header("Content-Type") or "").text
