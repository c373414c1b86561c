"""A lead as people read it, in a mail and in the report: every string is one line, plain and defanged; escaping is the template's job."""

from dataclasses import dataclass

from indexer.plain_text import likely, look_alikes, share, shown, shown_price, shown_quote, shown_time, visible
from indexer.store import Document
from indexer.values import number, row, rows, text, texts
from indexer.wording import BANDS, LINKS_CALIBRATED_ON, event_words, place_words, spaced, state_words, type_words

UNKNOWN_CALIBRATION = "not noted by the version that made this lead"


@dataclass(frozen=True, slots=True)
class Quote:
    """One reason on one place; `against` says that it lowers the score. The copy cited may be younger than the first sight."""

    says: str
    points: str
    against: bool
    storefront: str
    before: str
    hit: str
    after: str
    look_alikes: str
    place: str
    url: str
    first_seen: str
    copied_at: str
    capture_id: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that two storefronts share, or contradict each other in (`against`); a `hub` is shared by too many to prove anything."""

    what: str
    value: str
    why: str
    storefronts: str
    bits: str
    hub: bool
    against: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """Why two storefronts are held to be one operator's."""

    a: str
    b: str
    likely: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Shop:
    """One storefront of a lead."""

    key: str
    state: str
    first_seen: str
    last_seen: str
    ended_at: str
    offers: str
    rating: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One listing."""

    storefront: str
    title: str
    price: str
    url: str
    seen: str
    current: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One contact or payment address of the seller."""

    what: str
    value: str
    storefronts: str
    before: str
    hit: str
    after: str
    first_seen: str
    capture_id: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One change in a storefront's life: it lies between `after` and `by`."""

    storefront: str
    what: str
    after: str
    by: str
    continues: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where one cited capture lies in the evidence folder."""

    capture_id: str
    url: str
    fetched_at: str
    file: str
    offset: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LeadView:
    """One lead, ready to print."""

    id: str
    title: str
    tlp: str
    status: str
    score: str
    calibrated_on: str
    links_calibrated_on: str
    judgements: tuple[str, ...]
    cluster: str
    held: bool
    simulated: bool
    first_seen: str
    last_seen: str
    shops: tuple[Shop, ...]
    quotes: tuple[Quote, ...]
    ties: tuple[Tie, ...]
    hubs: tuple[Item, ...]
    offers: tuple[Offer, ...]
    ways: tuple[Way, ...]
    happenings: tuple[Happening, ...]
    sources: tuple[Source, ...]
    left_out: tuple[str, ...]


def lead_view(lead: Document) -> LeadView:
    """The lead in people's words, from its own document alone."""
    held = row(lead, "evidence")
    captures = row(held, "captures")
    return LeadView(
        id=shown(text(lead, "id")),
        title=shown(text(lead, "title")),
        tlp=shown(text(lead, "tlp")),
        status=shown(text(lead, "status")),
        score=share(number(lead, "score")),
        calibrated_on=shown(text(lead, "calibrated_on")) or UNKNOWN_CALIBRATION,
        links_calibrated_on=LINKS_CALIBRATED_ON,
        judgements=tuple(judgement_words(one) for one in rows(held, "judgements")),
        cluster=shown(text(lead, "cluster")),
        held=is_growing(row(held, "cluster")),
        simulated=bool(lead.get("simulated")),
        first_seen=shown_time(text(lead, "first_seen")),
        last_seen=shown_time(text(lead, "last_seen")),
        shops=tuple(_shop(one) for one in rows(held, "storefronts")),
        quotes=tuple(_quote(one, row(captures, text(one, "capture_id"))) for one in rows(held, "reasons")),
        ties=tuple(tie_view(one) for one in rows(held, "links")),
        hubs=tuple(item_view(one) for one in rows(held, "hubs")),
        offers=tuple(_offer(one) for one in rows(held, "listings")),
        ways=tuple(_way(one) for one in rows(held, "contacts")),
        happenings=tuple(happening_view(one) for one in rows(held, "events")),
        sources=tuple(_source(key, row(captures, key)) for key in sorted(captures)),
        left_out=tuple(f"{number_of} more {kind}" for kind, number_of in sorted(row(held, "left_out").items())),
    )


def is_growing(cluster: Document) -> bool:
    """True for a cluster that the growth alarm labelled: people look at it before anything is mailed."""
    return any(label.startswith("grow") for label in texts(cluster, "label"))


def item_view(item: Document) -> Item:
    """One piece of evidence of a link, in people's words."""
    bits, shared = number(item, "bits"), number(item, "df")
    return Item(
        what=shown(type_words(text(item, "type"))),
        value=shown(text(item, "value"), 120),
        why=shown(text(item, "why")),
        storefronts="" if shared is None else f"{shared:.0f}",
        bits="" if bits is None else f"{bits:.1f}",
        hub=item.get("hub") is True,
        against=bits is not None and bits < 0,
        counts=item.get("hub") is not True and (bits is None or bits > 0 or text(item, "type") == "judgement"),
    )


def happening_view(event: Document) -> Happening:
    """One event in people's words."""
    old, probability = shown(text(event, "successor_of")), number(event, "probability")
    return Happening(
        storefront=shown(text(event, "storefront")),
        what=shown(event_words(text(event, "event"))),
        after=shown_time(text(event, "after")) if event.get("after") else "",
        by=shown_time(text(event, "by")),
        continues=f"{old}, {likely(probability)}" if old else "",
    )


def judgement_words(judgement: Document) -> str:
    """One judgement in people's words: `shop.example judged true on 2026-03-01 by Ann: why`."""
    left, right = text(judgement, "left"), text(judgement, "right")
    what = f"{left} and {right}" if right else f"lead {left}" if left.startswith("lea_") else left
    said = f"judged {spaced(text(judgement, 'verdict'))} on {text(judgement, 'at')[:10]} by {text(judgement, 'who')}"
    return shown(f"{what} {said}: {text(judgement, 'why')}")


def _shop(shop: Document) -> Shop:
    score = number(shop, "score")
    rating = BANDS.get(text(shop, "band"), "not judged")
    return Shop(
        key=shown(text(shop, "storefront")),
        state=shown(state_words(text(shop, "state"))),
        first_seen=shown_time(text(shop, "first_seen")),
        last_seen=shown_time(text(shop, "last_seen")),
        ended_at=shown_time(text(shop, "ended_at")) if shop.get("ended_at") else "",
        offers=text(shop, "listings"),
        rating=rating if score is None else f"{rating} ({share(score)})",
    )


def _quote(reason: Document, capture: Document) -> Quote:
    before, hit, after = shown_quote(text(reason, "before"), text(reason, "quote"), text(reason, "after"))
    points = number(reason, "points") or 0.0
    return Quote(
        says=_sentence(shown(text(reason, "says"))),
        points=f"{points:+.1f}",
        against=points < 0,
        storefront=shown(text(reason, "storefront")),
        before=before,
        hit=hit,
        after=after,
        look_alikes=look_alikes(hit),
        place=shown(place_words(row(reason, "where"))),
        url=shown(text(reason, "url")),
        first_seen=shown_time(text(reason, "first_seen")),
        copied_at=shown_time(text(capture, "fetched_at")),
        capture_id=shown(text(reason, "capture_id")),
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def tie_view(link: Document) -> Tie:
    """Why two storefronts belong together, what is no proof included."""
    items = tuple(item_view(one) for one in rows(link, "evidence"))
    return Tie(shown(text(link, "a")), shown(text(link, "b")), likely(number(link, "probability")), items)


def _offer(listing: Document) -> Offer:
    return Offer(
        storefront=shown(text(listing, "storefront")),
        title=shown(text(listing, "title"), 160),
        price=shown(shown_price(text(listing, "price"), text(listing, "currency"))),
        url=shown(text(listing, "url")),
        seen=f"{text(listing, 'first_seen')[:10]} to {text(listing, 'last_seen')[:10]}",
        current=bool(listing.get("current")),
    )


def _way(contact: Document) -> Way:
    before, hit, after = shown_quote(text(contact, "before"), text(contact, "quote"), text(contact, "after"))
    return Way(
        what=shown(type_words(text(contact, "kind"))),
        value=shown(text(contact, "value"), 120),
        storefronts=", ".join(shown(one) for one in texts(contact, "storefronts")[:8]),
        before=before,
        hit=hit,
        after=after,
        first_seen=shown_time(text(contact, "first_seen")),
        capture_id=shown(text(contact, "capture_id")),
    )


def _source(key: str, capture: Document) -> Source:
    return Source(
        capture_id=shown(key),
        url=shown(text(capture, "url")),
        fetched_at=shown_time(text(capture, "fetched_at")),
        file=visible(text(capture, "warc_file")),
        offset=text(capture, "warc_offset"),
        sha256=shown(text(capture, "body_sha256")),
    )
