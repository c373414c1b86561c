"""Two captures side by side: what each says, and what the second says otherwise. Pure; `churnwatch diff` shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

from crawlers.page_state import Rules, page_state
from crawlers.records import Capture, VisitEvidence
from crawlers.site import parse_site, storefront_key
from nlp.analyse import read_capture
from nlp.extract import extract_all
from nlp.findings import Code, Contact, Fingerprint, Flag, Listing, Payment
from nlp.lexicon import Lexicons
from nlp.line_diff import LineDiff, line_diff
from nlp.report_json import listing_json
from nlp.sources import CapturedBody

# Where a listing was read, and under which id, is no part of the offer.
NOT_COMPARED = ("where", "source")
Named = Code | Contact | Fingerprint | Flag | Payment


@dataclass(frozen=True, slots=True)
class Side:
    """What one capture says; `lines` is its visible text without blank lines, `host` what its host showed in that visit."""

    capture: Capture
    state: str
    lines: tuple[str, ...]
    listings: tuple[Listing, ...]
    found: dict[str, tuple[str, ...]]  # group → values, `kind:value`, sorted


@dataclass(frozen=True, slots=True)
class ChangedListing:
    """An offer that both sides have, with the fields that differ: name → (before, after)."""

    title: str
    fields: dict[str, tuple[object, object]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`b` against `a`: what came, what went, what changed. `added` and `removed` are by group (contacts, fingerprints, …)."""

    a: Side
    b: Side
    text: LineDiff
    added: dict[str, tuple[str, ...]]
    removed: dict[str, tuple[str, ...]]
    same: dict[str, tuple[str, ...]]
    listings_added: tuple[Listing, ...]
    listings_removed: tuple[Listing, ...]
    listings_changed: tuple[ChangedListing, ...]
    listings_same: int

    @property
    def differs(self) -> bool:
        """Whether anything that is compared differs."""
        listings = self.listings_added or self.listings_removed or self.listings_changed
        return bool(listings or any(not hunk.same for hunk in self.text.hunks) or any(self.added.values()) or any(self.removed.values()))


def side_of(evidence: VisitEvidence, capture_id: str, lexicons: Lexicons, rules: Rules) -> Side:
    """What one capture of a visit says, host facts of its host included; raises KeyError for a capture that is not in the evidence.

    A page that is not live (a block page, a parking page) has text and host facts only, as in analysis.
    """
    capture = next((one for one in evidence.captures if one.capture_id == capture_id), None)
    if capture is None:
        raise KeyError(capture_id)
    site = parse_site(evidence.site_text, f"{evidence.visit.site}.yml")
    body = evidence.bodies.get(capture_id, b"")
    state = page_state(capture.status, capture.headers, body, capture.url, rules)
    read = read_capture(evidence, capture, state, site, lexicons)
    page = read.findings
    storefront = storefront_key(site, capture.url)
    parts = urlsplit(capture.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    hosts = [host for host in evidence.hosts if (host.host, host.port) == (parts.hostname, port)]
    beside = [
        *extract_all(CapturedBody(capture, body, storefront), "capture"),
        *chain.from_iterable(extract_all(host, "host") for host in hosts),
    ]
    groups: dict[str, Iterable[Named]] = {
        "flags": page.flags if page else (),
        "codes": page.codes if page else (),
        "contacts": [*(page.contacts if page else ()), *(one for one in beside if isinstance(one, Contact))],
        "payments": [*(page.payments if page else ()), *(one for one in beside if isinstance(one, Payment))],
        "fingerprints": [*(page.fingerprints if page else ()), *(one for one in beside if isinstance(one, Fingerprint))],
    }
    lines = tuple(line for row in read.page.text.splitlines() if (line := " ".join(row.split())))
    found = {name: tuple(sorted({_value(one) for one in group})) for name, group in groups.items()}
    return Side(capture, state.outcome, lines, page.listings if page else (), found)


def compare(a: Side, b: Side) -> Comparison:
    """What `b` says otherwise than `a`. Listings are the same by id, else by product number, else by title."""
    pairs, removed, added = _paired(a.listings, b.listings)
    changed = [ChangedListing(new.title, fields) for old, new in pairs if (fields := _changed(old, new))]
    return Comparison(
        a,
        b,
        line_diff(a.lines, b.lines),
        {name: tuple(one for one in b.found[name] if one not in set(a.found[name])) for name in a.found},
        {name: tuple(one for one in a.found[name] if one not in set(b.found[name])) for name in a.found},
        {name: tuple(one for one in a.found[name] if one in set(b.found[name])) for name in a.found},
        tuple(added),
        tuple(removed),
        tuple(changed),
        len(pairs) - len(changed),
    )


def _paired(old: Sequence[Listing], new: Sequence[Listing]) -> tuple[list[tuple[Listing, Listing]], list[Listing], list[Listing]]:
    """Listings that are one offer, then those only the old and only the new side has, each in its side's order."""
    left, right = list(old), list(new)
    pairs: list[tuple[Listing, Listing]] = []
    for key in (_id, _number, _title):
        waiting: dict[str, list[Listing]] = {}
        for listing in right:
            if key(listing):
                waiting.setdefault(key(listing), []).append(listing)
        met = [(one, waiting[key(one)].pop(0)) for one in left if key(one) and waiting.get(key(one))]
        pairs += met
        gone_left, gone_right = {id(old) for old, _ in met}, {id(new) for _, new in met}
        left = [one for one in left if id(one) not in gone_left]
        right = [one for one in right if id(one) not in gone_right]
    return pairs, left, right


def _id(listing: Listing) -> str:
    return listing.listing_id


def _number(listing: Listing) -> str:
    return (listing.sku or "").casefold()


def _title(listing: Listing) -> str:
    return " ".join(listing.title.casefold().split())


def _changed(old: Listing, new: Listing) -> dict[str, tuple[object, object]]:
    before, after = listing_json(old), listing_json(new)
    return {name: (before[name], after[name]) for name in before if name not in NOT_COMPARED and before[name] != after[name]}


def _value(finding: Named) -> str:
    return f"{finding.kind}:{finding.id if isinstance(finding, Flag) else finding.value}"


def comparison_json(found: Comparison) -> dict[str, object]:
    """The exact shape of `diff --json` without the two captures' provenance, which the caller adds as `a` and `b`."""
    hunks = [
        {"a": list(hunk.a), "b": list(hunk.b), "removed": list(found.a.lines[slice(*hunk.a)]), "added": list(found.b.lines[slice(*hunk.b)])}
        for hunk in found.text.hunks
        if not hunk.same
    ]
    same_lines = sum(hunk.a[1] - hunk.a[0] for hunk in found.text.hunks if hunk.same)
    all_lines = len(found.a.lines) + len(found.b.lines)
    return {
        "differs": found.differs,
        "same_body": found.a.capture.body_sha256 == found.b.capture.body_sha256,
        "page_state": [found.a.state, found.b.state],
        "text": {"similarity": round(2 * same_lines / all_lines, 4) if all_lines else 1.0, "bounded": found.text.bounded, "hunks": hunks},
        "listings": {
            "added": [listing_json(one) for one in found.listings_added],
            "removed": [listing_json(one) for one in found.listings_removed],
            "changed": [
                {"title": one.title, "fields": {name: list(pair) for name, pair in one.fields.items()}} for one in found.listings_changed
            ],
            "same": found.listings_same,
        },
        **{
            name: {"added": _rows(found.added[name]), "removed": _rows(found.removed[name]), "same": _rows(found.same[name])}
            for name in found.added
        },
    }


def _rows(values: Iterable[str]) -> list[dict[str, str]]:
    return [{"kind": kind, "value": value} for kind, _, value in (one.partition(":") for one in values)]
