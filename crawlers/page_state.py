"""What a response is a look at: the shop itself, or a block, a captcha, a parking page, a seizure banner … Pure; rules are data.

Rules come first, in file order; then the cues of thin pages are added up, whatever their wording; what is left falls to the status
and to traits that do not depend on words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawlers.page_rules import Example, Rule, Rules, load_rules
from crawlers.page_traits import RICH, Traits, traits_of
from crawlers.parking import host_of, is_parking_host

__all__ = ["PageState", "Rules", "check_rules", "load_rules", "page_state"]
# Visible code points below which a page without pictures shows nothing ("ok", "hello", a lone logo text).
_NEAR_EMPTY = 20
_HTML = (("content-type", "text/html; charset=utf-8"),)
_BY_STATUS = {
    401: "login",
    402: "suspended",  # hosted shops whose owner was cut off answer 402
    403: "blocked",
    404: "not_found",
    407: "blocked",
    410: "not_found",
    429: "blocked",
    451: "blocked",
    509: "suspended",  # bandwidth limit, sent by hosting panels
    999: "blocked",
}


@dataclass(frozen=True, slots=True)
class PageState:
    """An outcome word and why, in people's words (rule id and what it saw)."""

    outcome: str
    reason: str


def page_state(status: int, headers: Sequence[tuple[str, str]], body: bytes, url: str, rules: Rules) -> PageState:
    """The state of one response; `body` has its content coding undone, `url` is only named in the reason of a redirect.

    A redirect is `unknown`: whether it is `moved` depends on where it leads, which the caller knows; one to a parking
    service is `parked`. A 4xx or 5xx answer is never
    `live`, whatever it shows.
    """
    if 300 <= status < 400:
        target = next((value for name, value in headers if name.lower() == "location"), "")
        if is_parking_host(host_of(target)):
            return PageState("parked", f"status {status}: a redirect to the parking service at {host_of(target)[:100]}")
        return PageState("unknown", f"status {status}: a redirect away from {url[:200]}, its target decides")
    page = traits_of(status, headers, body)
    if page.body_bytes and page.kind != "other":
        for rule in rules.for_rich_pages if page.size == RICH and page.trades else rules.rules:
            seen = rule.fits(page)
            if seen:
                return PageState(rule.entry.outcome, f"{rule.entry.id}: {seen}")
        cued = rules.cues.judge(page, host_of(url))
        if cued is not None and not (cued[0] == "soft_404" and not 200 <= status < 300):
            return PageState(*cued)
    if status in _BY_STATUS:
        return PageState(_BY_STATUS[status], f"status {status}")
    if status >= 500:
        return PageState("server_error", f"status {status}")
    if not 200 <= status < 300:
        return PageState("unknown", f"status {status}")
    return _shown(page)


def _shown(page: Traits) -> PageState:
    """A 2xx answer that no rule knows."""
    if not page.body_bytes:
        return PageState("empty", f"status {page.status} without a body")
    if page.kind == "other":
        return PageState("live", "not a page: content of another type")
    if page.passwords and page.size <= 1_200 and page.links <= 20 and not (page.trades or page.tells or page.prices):
        return PageState("login", f"a password form and {page.size} characters are the whole page")
    # A few words may be all that a front page of links says (`Enter`, two departments); a link to somewhere else alone is no page.
    if page.size >= _NEAR_EMPTY or page.images or page.trades or (page.links and not any(page.link_hosts)):
        return PageState("live", f"{page.size} characters, {page.links} links, {page.images} pictures")
    if page.app_root and page.scripts:
        return PageState("live", "a script fills this page")
    if page.refresh:
        return PageState("unknown", f"only a refresh: {page.refresh[:100]!r}")
    if page.frames:
        return PageState("unknown", "only a frame with another page in it")
    if page.scripts and ".js" in page.addresses:
        return PageState("unknown", "only scripts; what they show is not known")
    return PageState("empty", f"{page.size} visible characters and no picture")


def check_rules(rules: Rules | None = None) -> list[str]:
    """What the rules' own examples say is wrong, by rule id.

    Every `match` ends in the rule's outcome and at least one by this very rule (else the rule is dead); no `miss` ends in its outcome.
    """
    known = rules or load_rules()
    return [problem for rule in known.rules for problem in _check_rule(rule, known)] + list(_check_cues(known))


def _check_cues(rules: Rules) -> Iterator[str]:
    """Concepts see their examples and not their near misses; an outcome's example pages end in it, its near misses do not."""
    for concept in rules.cues.concepts:
        for wanted, examples in ((True, concept.match), (False, concept.miss)):
            for language, texts in examples.items():
                for text in texts:
                    if bool(rules.cues.patterns[concept.id][language].search(text)) != wanted:
                        yield f"concept {concept.id}: {text!r} in {language} should {'' if wanted else 'not '}be seen"
    for tally in rules.cues.tallies:
        for wanted, examples in ((True, tally.match), (False, tally.miss)):
            for language, pages in examples.items():
                for page in pages:
                    state = page_state(200, _HTML, page.encode(), "https://example.test/", rules)
                    if (state.outcome == tally.outcome) != wanted:
                        kind = "match" if wanted else "near miss"
                        yield f"cues {tally.outcome}: {kind} {page[:80]!r} in {language} gives {state.outcome} ({state.reason})"


def _check_rule(rule: Rule, rules: Rules) -> list[str]:
    entry = rule.entry
    matched = [(example, _state_of(example, rule, rules)) for example in entry.match]
    missed = [(example, _state_of(example, rule, rules)) for example in entry.miss]
    wrong = [(example, state, "match") for example, state in matched if state.outcome != entry.outcome]
    wrong += [(example, state, "near miss") for example, state in missed if state.outcome == entry.outcome]
    problems = [f"rule {entry.id}: {kind} {str(example)[:80]!r} gives {state.outcome} ({state.reason})" for example, state, kind in wrong]
    if not any(state.reason.startswith(f"{entry.id}:") for _, state in matched):
        problems.append(f"rule {entry.id}: decides none of its own matches; an earlier rule takes them all")
    return problems


def _state_of(example: str | Example, rule: Rule, rules: Rules) -> PageState:
    entry = Example(html=example) if isinstance(example, str) else example
    status = entry.status or (rule.entry.status[0] if rule.entry.status else 200)
    headers = {"content-type": "text/html; charset=utf-8"} | entry.headers
    return page_state(status, tuple(headers.items()), entry.html.encode(), "https://example.test/", rules)
