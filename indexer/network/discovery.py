"""Which unwatched storefronts to look at next: what points to each, how often such pointers were right, and an order by that.

A mention is one pointer: a watched storefront links to it, redirects to it, shares a certificate, an identifier or an address with it.
The chance that a mention is right starts from START and is corrected by what is known of the storefronts that such mentions led to, first
by kind of mention and risk of its source, then by the source itself: a page that links to three known sellers is a place to look at the
rest of its links, a list of links that never led anywhere sinks (J. Kleinberg, "Authoritative sources in a hyperlinked environment",
1999: hubs), and by the value: an address of shared hosting says nothing once others there turned out to be nobody's. Links by
different operators and mentions of different kinds add up (noisy or); one value shown by many is one piece of evidence.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# The chance that a candidate turns out relevant when nothing was tried yet, by risk of what mentions it: high, medium, any other.
# Assumptions, in the order of what a stranger can fake or share by accident; four looks at candidates already outweigh half of them.
START: Mapping[str, tuple[float, float, float]] = {
    "redirect": (0.7, 0.3, 0.05),
    "certificate": (0.6, 0.25, 0.05),
    "identifier": (0.6, 0.25, 0.05),
    "registration": (0.5, 0.2, 0.05),
    "passive_dns": (0.25, 0.1, 0.02),
    "outlink": (0.15, 0.05, 0.01),
}
KIND_TRIALS, OWN_TRIALS = 8.0, 4.0  # looks that START counts for, and that the kind's rate counts for against a source's or value's own
SHARED_BY = 10  # a value on this many more candidates says half as much of each


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One pointer to a storefront: `source` is the watched storefront behind it, `value` the link or identifier, `place` the capture or
    the row (`file:line`) that shows it."""

    target: str
    kind: str
    source: str
    value: str
    place: str
    url: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A storefront that may be worth a look; `score` is the estimated chance, mentions best first."""

    storefront: str
    url: str
    score: float
    reasons: tuple[tuple[float, Mention], ...]


@dataclass(slots=True)
class Tried:
    """What became of storefronts that were looked at or rejected: [relevant, all] by kind and risk of the source, by source, by value."""

    counts: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def note(self, mentions: Iterable[Mention], bands: Mapping[str, str], *, relevant: bool) -> None:
        """What one storefront turned out to be, for everything that mentions it."""
        for key in sorted({key for one in mentions for key in _keys(one, bands)}):
            self.counts[key][0] += relevant
            self.counts[key][1] += 1

    def chance(self, one: Mention, bands: Mapping[str, str]) -> float:
        """How likely a mention leads to a relevant storefront."""
        chance, trials = START[one.kind][risk_of(one.source, bands)], KIND_TRIALS
        for key in _keys(one, bands):
            hits, looks = self.counts.get(key, (0, 0))
            chance, trials = (hits + trials * chance) / (looks + trials), OWN_TRIALS
        return chance


def _keys(one: Mention, bands: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """From the widest group that a mention belongs to, to the narrowest."""
    yield one.kind, f"risk {risk_of(one.source, bands)}"
    yield one.kind, f"source {one.source}"
    if one.kind != "outlink":
        yield one.kind, f"value {one.value}"


def risk_of(source: str, bands: Mapping[str, str]) -> int:
    """The column of START: 0 for high risk, 1 for medium, 2 for anything else."""
    return {"high": 0, "medium": 1}.get(bands.get(source, ""), 2)


def rank(mentions: Iterable[Mention], bands: Mapping[str, str], owners: Mapping[str, str], tried: Tried) -> list[Candidate]:
    """The candidates, best first, then by key. `bands` and `owners` (cluster ids) are by watched storefront."""
    by_target: dict[str, list[Mention]] = defaultdict(list)
    shared: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in sorted(set(mentions)):
        by_target[one.target].append(one)
        if one.kind != "outlink":
            shared[one.kind, one.value].add(one.target)
    found = []
    for target, about in by_target.items():
        rated = []
        for one in about:
            others = len(shared[one.kind, one.value]) - 1 if one.kind != "outlink" else 0
            rated.append((tried.chance(one, bands) / (1 + others / SHARED_BY), one))
        rated.sort(key=lambda pair: (-pair[0], pair[1]))
        found.append(Candidate(target, rated[0][1].url, round(_together(rated, owners), 6), tuple(rated)))
    return sorted(found, key=lambda one: (-one.score, one.storefront))


def _together(rated: list[tuple[float, Mention]], owners: Mapping[str, str]) -> float:
    """Noisy or over the best mention of each kind by each operator; links count by the share of them that says anything: what all the
    world links to is linked by sellers too."""
    best: dict[tuple[str, str], float] = {}
    for chance, one in rated:
        key = (one.kind, owners.get(one.source, one.source) if one.kind == "outlink" else "")
        best[key] = max(chance, best.get(key, 0.0))
    links = [chance for (kind, _), chance in best.items() if kind == "outlink"]
    share = (sum(chance >= START["outlink"][1] for chance in links) + 1) / (len(links) + 1)
    missed = 1.0
    for (kind, _), chance in sorted(best.items()):
        missed *= 1 - chance * (share if kind == "outlink" else 1.0)
    return 1 - missed
