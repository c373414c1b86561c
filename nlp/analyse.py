"""The stage: one visit's evidence in, everything it says out. No network, clock, store or settings."""

import functools
import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable

from crawlers.canonical import canonical
from crawlers.ids import content_id
from crawlers.page_state import PageState, Rules, page_state
from crawlers.records import Capture, VisitEvidence
from crawlers.site import Site, parse_site, scope_key, site_digest, storefront_key
from nlp.extract import extract_all
from nlp.findings import Analysis, Finding, Flag, Listing, Look, Page, Risk
from nlp.lexicon import Lexicons
from nlp.looks import Entry, entry_of, rendered, states
from nlp.merge import Seen, merged_listings
from nlp.offer_groups import page_address
from nlp.outlinks import outlinks
from nlp.ownership import platform_of
from nlp.page_findings import PageFindings, Placed, read_page
from nlp.parse import ParsedPage
from nlp.picture_text import capture_pictures
from nlp.risk import assess
from nlp.sources import CapturedBody

HTML = re.compile(r"html|^$", re.IGNORECASE)
TEXT_MAX = 20_000  # code points of a page's text kept for searching
# What changes from visit to visit without the shop changing: numbers, and the names of months and days.
CHANGING = re.compile(
    r"\w*\d[\w.,:/-]*|\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t|tember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|[年月日号时分秒]",
    re.IGNORECASE,
)
NOTHING = Risk(None, "abstain")
PICTURES = ("favicon", "asset", "screenshot")
FILES = ("favicon", "robots", "sitemap", "asset")  # roles whose every capture tells of the host; of pages only the entry does


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A captured page and what it says; `findings` is None when its state is not `live`."""

    capture: Capture
    state: PageState
    page: ParsedPage
    findings: PageFindings | None


def analyse(evidence: VisitEvidence, lexicons: Lexicons, rules: Rules) -> Analysis:
    """Looks, listings, findings and risk of one visit, under these lexicons and page-state rules.

    Pages in another state than `live` (a block page, a parking page) give no listing, flag or fingerprint; without a live entry
    page the host gives none either. Raises ConfigError when the site text kept in the evidence cannot be read.
    """
    site = parse_site(evidence.site_text, f"{evidence.visit.site}.yml")
    judged = states(evidence, rules)
    entry = entry_of(evidence, site, judged)
    main = scope_key(site, site.seeds[0])
    pages = [read_capture(evidence, capture, judged[capture.capture_id], site, lexicons) for capture in distinct_pages(evidence)]
    live = [read for read in pages if read.findings is not None]
    listings, risks = judge_listings(live)
    findings = list(distinct([*page_findings(live), *host_findings(evidence, site, entry)]))
    code = code_digest()
    return Analysis(
        content_id("ana", evidence.visit.visit_id, site_digest(evidence.site_text), code, lexicons.digest, rules.digest),
        evidence.visit.visit_id,
        site.name,
        looks=tuple(looks(evidence, entry, main, pages, listings, risks)),
        listings=tuple(listings),
        findings=tuple(findings),
        lexicon=lexicons.digest,
        code=code,
        layout_changed=layout_change(site, entry, listings, evidence.unchanged()),
        barred=barred_share(evidence, judged),
        risks=tuple(risks.items()),
        pages=tuple(kept_page(read) for read in pages),
    )


def distinct_pages(evidence: VisitEvidence) -> Iterator[Capture]:
    """The page captures in the order fetched; of two with the same final URL and body only the first.

    A page that the browser showed is read as it was shown, in all its states, in place of the answer it came from.
    """
    seen: set[tuple[str, str]] = set()
    shown = rendered(evidence)
    for capture in evidence.captures:
        same = (canonical(capture.url) or capture.url, capture.body_sha256)
        if capture.role == "page" and (capture.asked_url, capture.attempt) in shown:
            continue
        if capture.role in ("page", "dom") and same not in seen:
            seen.add(same)
            yield capture


def read_capture(evidence: VisitEvidence, capture: Capture, state: PageState, site: Site, lexicons: Lexicons) -> ReadPage:
    """The page parsed and, when it is live, read."""
    content_type = capture.header("Content-Type") or ""
    body = evidence.bodies.get(capture.capture_id, b"") if HTML.search(content_type) else b""
    page = ParsedPage(body, capture.url, capture.capture_id, storefront_key(site, capture.url), content_type=content_type)
    return ReadPage(capture, state, page, read_page(page, site, lexicons) if state.outcome == "live" and body else None)


def judge_listings(live: Sequence[ReadPage]) -> tuple[list[Listing], dict[str, Risk]]:
    """The visit's listings, each once, and the risk of each: of its whole page when the page is about it, else of its card."""
    seen: list[Seen] = []
    for read in live:
        found = read.findings
        assert found is not None
        products = [offer for offer in found.offers if offer.is_product]
        for offer in found.offers:
            span = read.page.text_of(offer.block) if offer.block is not None else None
            is_only = products == [offer]
            holes = [hole for element in offer.holes if (hole := read.page.text_of(element))]
            flags = [flag for flag in found.flags if (outside(flag, holes) if is_only else inside(flag, offer.listing, span))]
            codes = [code for code in found.codes if code.value in (*offer.listing.codes, offer.listing.sku)]
            contacts, payments = (found.contacts, found.payments) if is_only else ((), ())
            risk = assess(flags, codes, contacts, payments, found.judged_in, [offer.listing], found.weights)
            seen.append(Seen(offer.listing, offer.is_product, risk))
    return merged_listings(seen)


def outside(flag: Flag, holes: Sequence[tuple[int, int]]) -> bool:
    """True unless the flag stands in one of the parts that tell of other offers."""
    return not any(hole[0] <= (flag.where.start if flag.where.start is not None else -1) < hole[1] for hole in holes)


def inside(flag: Flag, listing: Listing, span: tuple[int, int] | None) -> bool:
    """True when the flag stands in the listing's card or in the JSON that tells of it."""
    where = flag.where
    if where.inside == "text" and where.start is not None and where.end is not None:
        own = span or (listing.where.start or 0, listing.where.end or 0)
        return own[0] <= where.start and where.end <= own[1]
    return where.inside == "json" and (where.path, where.pointer) == (listing.where.path, listing.where.pointer)


def page_findings(live: Iterable[ReadPage]) -> Iterator[Finding]:
    """Everything the live pages say, in reading order."""
    for read in live:
        found = read.findings
        if found is not None:
            groups: tuple[Sequence[Finding], ...] = (found.flags, found.codes, found.contacts, found.payments, found.fingerprints)
            yield from itertools.chain.from_iterable(groups)


def host_findings(evidence: VisitEvidence, site: Site, entry: Entry) -> Iterator[Finding]:
    """What certificate, DNS, headers and files say of whoever runs the pages; nothing when the entry page is not the shop's own."""
    if entry.outcome != "live" or entry.capture is None:
        return
    platform = platform_of(scope_key(site, site.seeds[0]))
    for capture in evidence.captures:
        if capture.role in ("page", *FILES) and platform_of(scope_key(site, capture.url)) == platform:
            source = CapturedBody(capture, evidence.bodies.get(capture.capture_id, b""), platform)
            if capture.role != "page" or capture.capture_id == entry.capture.capture_id:
                yield from extract_all(source, "capture")
    yield from capture_pictures(
        [
            CapturedBody(capture, evidence.bodies.get(capture.capture_id, b""), platform)
            for capture in evidence.captures
            if capture.role in PICTURES and platform_of(scope_key(site, capture.url)) == platform
        ]
    )
    for host in evidence.hosts:
        if platform_of(scope_key(site, f"https://{host.host}:{host.port}/")) == platform:
            for found in extract_all(host, "host"):
                yield replace(found, where=replace(found.where, capture_id=entry.capture.capture_id, storefront=platform))


def distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each (storefront, kind, value) once, at its first place; flags by the lexicon entry or claim they name."""
    seen: set[tuple[str, str, str, str]] = set()
    for finding in findings:
        value = finding.id if isinstance(finding, Flag) else finding.value
        key = (finding.where.storefront, type(finding).__name__, finding.kind, value)
        if key not in seen:
            seen.add(key)
            yield finding


def looks(
    evidence: VisitEvidence,
    entry: Entry,
    main: str,
    pages: Sequence[ReadPage],
    listings: Sequence[Listing],
    risks: Mapping[str, Risk],
) -> Iterator[Look]:
    """The look at the site's own storefront, then one for each seller seen, by key."""
    visit = evidence.visit
    offered: dict[str, list[Risk]] = {}
    for listing in listings:
        offered.setdefault(listing.storefront, []).append(risks[listing.listing_id])
    failed = next((host.seen_at for host in evidence.hosts if host.failure), visit.started_at)
    shown = next((read for read in pages if entry.shown is not None and read.capture.capture_id == entry.shown.capture_id), None)
    ids = tuple(dict.fromkeys([*([entry.capture.capture_id] if entry.capture else []), *(read.capture.capture_id for read in pages)]))
    yield Look(
        visit.visit_id,
        main,
        entry.outcome,
        entry.capture.fetched_at if entry.capture else failed,
        ids,
        highest([*offered.get(main, ()), *(page_risk(read, main) for read in pages)]),
        language=shown.findings.language if shown is not None and shown.findings is not None else None,
        reason=entry.reason,
        moved_to=entry.moved_to,
        content=content_digest(shown.page) if shown is not None else None,
    )
    sellers = {key for read in pages for key in (read.page.storefront, *mentioned(read)) if key.startswith(f"{main}#")}
    for seller in sorted(sellers | {key for key in offered if key.startswith(f"{main}#")}):
        yield seller_look(evidence, seller, pages, offered.get(seller, []))


def mentioned(read: ReadPage) -> set[str]:
    """The storefronts whose listings the page shows."""
    return {listing.storefront for listing in read.findings.listings} if read.findings is not None else set()


def seller_look(evidence: VisitEvidence, seller: str, pages: Sequence[ReadPage], offered: Sequence[Risk]) -> Look:
    """The look at a seller: his own page's state when it was captured, else `live` since his listings were seen."""
    own = next((read for read in pages if read.page.storefront == seller), None)
    seen = [read for read in pages if read is own or seller in mentioned(read)]
    first = own or seen[0]
    return Look(
        evidence.visit.visit_id,
        seller,
        own.state.outcome if own is not None and not offered else "live",
        first.capture.fetched_at,
        tuple(read.capture.capture_id for read in ([first] + [read for read in seen if read is not first])),
        highest([*offered, *(page_risk(read, seller) for read in seen)]),
        language=first.findings.language if first.findings is not None else None,
        reason=first.state.reason if own is not None else "listings of this seller were seen",
        content=content_digest(own.page) if own is not None else None,
    )


def page_risk(read: ReadPage, storefront: str) -> Risk:
    """The risk of what one page says of one storefront."""
    found = read.findings
    if found is None:
        return NOTHING
    flags, codes = here(found.flags, storefront), here(found.codes, storefront)
    contacts, payments = here(found.contacts, storefront), here(found.payments, storefront)
    listings = [listing for listing in found.listings if listing.storefront == storefront]
    if read.page.storefront != storefront and not (flags or codes or listings):
        return NOTHING
    return assess(flags, codes, contacts, payments, found.judged_in, listings, found.weights)


def here(findings: Iterable[Placed], storefront: str) -> list[Placed]:
    """The findings that belong to the storefront."""
    return [finding for finding in findings if finding.where.storefront == storefront]


def highest(risks: Iterable[Risk]) -> Risk:
    """The highest of the risks, an abstention below every number; an abstention when there is none."""
    return max(risks, key=lambda risk: -1.0 if risk.score is None else risk.score, default=NOTHING)


def content_digest(page: ParsedPage) -> str | None:
    """SHA-256 of the visible words without numbers and dates, so that a price or a clock is no change; None without words."""
    words = " ".join(CHANGING.sub(" ", page.text.casefold()).split())
    return hashlib.sha256(words.encode()).hexdigest() if words else None


def layout_change(site: Site, entry: Entry, listings: Sequence[Listing], unchanged: Sequence[str] = ()) -> str | None:
    """What the site file expected and what came, when they differ on a visit that reached the shop; None when it fits.

    A detail page that was not fetched because its card stood unchanged counts as its listing: what has not changed cannot have changed
    form. Fields are looked for in the listings that were read.
    """
    if site.expect is None or entry.outcome != "live":
        return None
    wrong = []
    standing = {page_address(url) for url in unchanged}
    fetched = [listing for listing in listings if page_address(listing.url) not in standing]
    if site.expect.listings is not None:
        low, high = site.expect.listings
        count = len(listings) + len(standing - {page_address(listing.url) for listing in listings})
        if count < low or len(listings) > high:
            wrong.append(f"expected {low} to {high} listings, found {len(listings)}")
    for name, least in sorted(site.expect.fill.items()) if fetched or not standing else ():
        share = sum(getattr(listing, name) not in (None, "", ()) for listing in fetched) / max(1, len(fetched))
        if share < least:
            wrong.append(f"expected {name} in {least:.0%} of the listings, found it in {share:.0%} of {len(fetched)}")
    return "; ".join(wrong) or None


def barred_share(evidence: VisitEvidence, judged: Mapping[str, PageState]) -> float | None:
    """The share of the visit's pages that a block or captcha stood before; None without a page."""
    outcomes = [judged[capture.capture_id].outcome for capture in evidence.captures if capture.role == "page"]
    return sum(outcome in ("blocked", "captcha") for outcome in outcomes) / len(outcomes) if outcomes else None


def kept_page(read: ReadPage) -> Page:
    """The page as the store keeps it for searching."""
    language = read.findings.language if read.findings is not None else None
    named = outlinks(read.page) if read.state.outcome == "live" else ()
    return Page(
        read.capture.capture_id, read.page.storefront, read.state.outcome, language, read.page.title[:500], read.page.text[:TEXT_MAX], named
    )


@functools.cache
def code_digest() -> str:
    """SHA-256 over the sources that decide what an analysis says: `nlp/`; of `crawlers/` the page states, the site, the URL spelling."""
    digest = hashlib.sha256()
    judging = [file for file in files("crawlers").iterdir() if re.fullmatch(r"(?:page_\w+|site|canonical)\.py", file.name)]
    for file in sorted([*judging, *sources(files("nlp"))], key=str):
        digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def sources(folder: Traversable) -> Iterator[Traversable]:
    """Every Python file below a folder."""
    for file in folder.iterdir():
        if file.is_dir():
            yield from sources(file)
        elif file.name.endswith(".py"):
            yield file


@dataclass(frozen=True, slots=True)
class PageAnalysis:
    """One HTML page without a visit: `state` is its outcome word; findings are empty unless it is `live`."""

    url: str | None
    state: PageState
    page: ParsedPage
    findings: PageFindings
    risk: Risk


def analyse_page(html: bytes, url: str | None, lexicons: Lexicons, rules: Rules) -> PageAnalysis:
    """Everything one page says. Without an http(s) `url` links stay relative and storefronts empty."""
    address = canonical(url) if url else None
    site = Site(name="page", seeds=(address,)) if address else None
    page = ParsedPage(html, address or "", storefront=storefront_key(site, address) if site is not None and address else "")
    state = page_state(200, (), html, address or "", rules)
    if state.outcome != "live":
        return PageAnalysis(url, state, page, PageFindings(None), NOTHING)
    found = read_page(page, site, lexicons)
    risk = assess(found.flags, found.codes, found.contacts, found.payments, found.judged_in, found.listings, found.weights)
    return PageAnalysis(url, state, page, found, risk)
