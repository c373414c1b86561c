"""What one visit says of its entry page: the outcome word, judged anew from the captures with today's page-state rules."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawlers.canonical import as_asked, canonical
from crawlers.page_state import PageState, Rules, page_state
from crawlers.records import OUTCOMES, Capture, VisitEvidence
from crawlers.site import Site, registrable_domain, scope_key

REDIRECTS = frozenset({301, 302, 303, 307, 308})
ENDS = frozenset({"parked", "seized", "suspended"})  # what the host that a redirect leads to can say of the storefront


@dataclass(frozen=True, slots=True)
class Entry:
    """The end of the entry's redirects: its outcome, why, its capture (None without an answer) and where it leads when it leads away."""

    outcome: str
    reason: str
    capture: Capture | None = None
    moved_to: str | None = None
    shown: Capture | None = None  # what of it was analysed: the rendered document where there is one


def states(evidence: VisitEvidence, rules: Rules) -> dict[str, PageState]:
    """capture_id → page state under these rules, for every page and redirect of the visit."""
    return {
        capture.capture_id: page_state(capture.status, capture.headers, evidence.bodies.get(capture.capture_id, b""), capture.url, rules)
        for capture in evidence.captures
        if capture.role in ("page", "dom", "redirect")
    }


def entry_of(evidence: VisitEvidence, site: Site, judged: Mapping[str, PageState]) -> Entry:
    """The outcome of the first seed: its last attempt's last hop, else what stopped the visit."""
    asked = canonical(site.seeds[0])
    chain = [capture for capture in evidence.captures if capture.asked_url == asked and capture.role in ("page", "redirect")]
    if not chain:
        return unanswered(evidence, site)
    last = max(chain, key=lambda capture: (capture.attempt, capture.hop))
    target = redirect_target(last)
    if target is None:
        shown = rendered(evidence).get((last.asked_url, last.attempt), last)
        state = judged[shown.capture_id]
        return Entry(state.outcome, state.reason, last, shown=shown)
    state = judged[last.capture_id]
    moved_to = key_of_target(site, target)
    if state.outcome in ENDS:
        return Entry(state.outcome, state.reason, last, moved_to)
    if moved_to == scope_key(site, site.seeds[0]):
        return replace(unanswered(evidence, site), capture=last)  # the next hop was never answered
    return Entry("moved", f"redirects to {target}", last, moved_to)


def rendered(evidence: VisitEvidence) -> dict[tuple[str, int], Capture]:
    """(URL first asked, attempt) → the document that the browser showed of that page first, for every rendered page of the visit."""
    doms = sorted((capture for capture in evidence.captures if capture.role == "dom"), key=lambda dom: -dom.hop)
    return {(dom.asked_url, dom.attempt): dom for dom in doms}


def redirect_target(capture: Capture) -> str | None:
    """The address a redirect leads to, or None for any other answer."""
    location = capture.header("Location")
    return as_asked(location, capture.url) if capture.status in REDIRECTS and location else None


def key_of_target(site: Site, target: str) -> str:
    """The storefront key of an address a redirect leads to; the site file's tenant rule holds on the site's own domain only."""
    host, own = urlsplit(target).hostname or "", urlsplit(site.seeds[0]).hostname or ""
    if registrable_domain(host) == registrable_domain(own):
        return scope_key(site, target)
    return scope_key(Site(name="target", seeds=(target,)), target)


def unanswered(evidence: VisitEvidence, site: Site) -> Entry:
    """The outcome of a visit whose entry page never came: the host's failure, a refusal by robots, else the visit's own stop word."""
    host = urlsplit(canonical(site.seeds[0]) or "").hostname
    facts = [fact for fact in evidence.hosts if fact.host == host]
    failed = next((fact for fact in facts if fact.failure), None)
    if failed is not None and failed.failure is not None:
        return Entry(failed.failure, failed.detail or f"{failed.host}: {failed.failure}")
    if any(fact.robots == "denied" for fact in facts):
        return Entry("robots_denied", f"{host}: the robots file forbids the entry page")
    if evidence.visit.stop in OUTCOMES:
        return Entry(evidence.visit.stop, f"the visit stopped with {evidence.visit.stop}")
    return Entry("unknown", f"no answer from the entry page; the visit stopped with {evidence.visit.stop}")
