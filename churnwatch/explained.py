"""Why, shown to people: a document with its places on the page re-anchored in the evidence, or two storefronts side by side."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import cast

from churnwatch.show import fields, plain, say, table
from crawlers.errors import EvidenceError
from crawlers.evidence import read_visit
from indexer.defang import defang
from indexer.lead_view import judgement_words
from indexer.observe import place_json
from indexer.store import Document, Store, Value
from indexer.wording import LINKS_CALIBRATED_ON
from nlp.explain import anchor, standing
from nlp.listing_places import listing_places
from nlp.parse import ParsedPage
from nlp.where import Where

HIDDEN = ("where", "reasons", "evidence", "text", "headers", "document", "images", "disagreed", "pack_prices")
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
    pages: dict[str, ParsedPage | None] = {}
    rows: list[dict[str, Value]] = []
    for what, place in list(places_of(document))[:MAX_PLACES]:
        key = str(place.get("capture_id") or "")
        if key and key not in pages:
            pages[key] = _page(store, evidence, key)
        page = pages.get(key)
        state = "unread"
        if page is not None:
            state = anchor(_where(place), page.text).state if place.get("in") == "text" else standing(_where(place), page)
        rows.append({"what": what, "state": state, **place})
    if document.get("kind") == "listing" and (page := _page(store, evidence, str(document.get("capture_id")))) is not None:
        price, sku = document.get("price"), document.get("sku")
        places = listing_places(page, str(document["title"]), Decimal(str(price)) if price else None, str(sku) if sku else None)
        read = [{"what": what, "state": "exact", **place_json(where), "capture_id": document.get("capture_id")} for what, where in places]
        rows = [*read, *rows]
    return rows


def show_document(document: Document, rows: list[dict[str, Value]], judgements: Iterable[Document] = ()) -> None:
    """A document, what was judged of it, and its places, for people; addresses defanged."""
    fields({name: defang(plain(value)) for name, value in document.items() if name not in HIDDEN and value not in (None, [], "")})
    for line in sources_of(document):
        say(line)
    if document.get("probability") is not None:
        say(f"probability calibrated on: {LINKS_CALIBRATED_ON}")
    for judgement in judgements:
        say(defang(judgement_words(judgement)))
    for row in rows:
        say()
        say(f"{row['what']}  ({row['state']}, capture {row.get('capture_id')})")
        say(f"    {place_words(row)}")
        if row.get("quote"):
            say(f"    {defang(highlighted(row))}")


def place_words(place: Mapping[str, Value]) -> str:
    """Where a finding stands, in words: text with its span, attribute, JSON value, header, certificate field, DNS record or picture box."""
    name, path, pointer = (str(place.get(key) or "") for key in ("name", "path", "pointer"))
    box = place.get("box")
    corners = ", ".join(map(str, box)) if isinstance(box, list | tuple) else ""
    words = {
        "text": f"visible text, characters {place.get('start')} to {place.get('end')}",
        "attribute": f"attribute {name} of {path}",
        "json": f"value {pointer or '/'} in {path}",
        "header": f"response header {name}" if name else "the response headers in their order",
        "certificate": f"certificate field {name} of {path}",
        "dns": f"DNS record {name} of {path}",
        "image": "picture"
        + (f" in attribute {name} of {path}" if path else "")
        + (f", box {corners} (left, top, right, bottom)" if corners else ""),
        "body": f"source of {path}" if path else "the body as a whole",
    }
    return words.get(str(place.get("in")), str(place.get("in")))


def highlighted(place: Mapping[str, Value]) -> str:
    """The quote in 〔brackets〕 between its surroundings, on one line; in a longer quote only the value itself stands in brackets."""
    quote, what = str(place.get("quote") or ""), str(place.get("what") or "")
    around = [str(place.get(key) or "") for key in ("before", "after")]
    at = quote.lower().find(what.lower()) if what else -1
    if at >= 0 and len(what) < len(quote):
        quote = f"{quote[:at]}〔{quote[at : at + len(what)]}〕{quote[at + len(what) :]}"
    else:
        quote = f"〔{quote}〕"
    return " ".join(f"{around[0]}{quote}{around[1]}".split())


def sources_of(document: Document) -> Iterator[str]:
    """What a listing's sources said that did not win, and its pack sizes, a line each."""
    said = document.get("disagreed")
    for one in said if isinstance(said, list) else ():
        if isinstance(one, dict):
            kept = defang(plain(document.get(str(one["field"]))))
            winner = f"{document.get('source')} won" if one["field"] == "price" else "the most trusted source that names one"
            yield f"{one['field']} {kept} stands ({winner}); {one['source']} said {defang(str(one['value']))}"
    packs = document.get("pack_prices")
    for pack in packs if isinstance(packs, list) else ():
        if isinstance(pack, dict):
            yield f"pack of {pack['quantity']} {pack['unit']}: {pack['price']} {document.get('currency') or ''}".rstrip()


def show_pair(pair: Mapping[str, object]) -> None:
    """Why two storefronts are linked or not."""
    verdict = "linked" if pair["linked"] else "not linked"
    say(f"{defang(str(pair['a']))} and {defang(str(pair['b']))}: {verdict}, probability {cast('float', pair['probability']):.3f}")
    say(f"calibrated on: {LINKS_CALIBRATED_ON}")
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
        str(place.get("in")),
        start=start if isinstance(start, int) else None,
        end=end if isinstance(end, int) else None,
        quote=str(place.get("quote") or ""),
        before=str(place.get("before") or ""),
        after=str(place.get("after") or ""),
        path=str(place.get("path") or ""),
        name=str(place.get("name") or ""),
        pointer=str(place.get("pointer") or ""),
    )


def _page(store: Store, evidence: Path, key: str) -> ParsedPage | None:
    """A capture's page as read from its evidence today, None when it cannot be had."""
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
    return ParsedPage(body, seen.url, key, "", content_type=seen.header("Content-Type") or "")
