"""Which unwatched storefronts to look at next: what points to each, how often such pointers were right, and an order by that.

A mention is one pointer: a watched storefront links to it, redirects to it, shares a certificate, an identifier or an address with it.
The chance that a mention is right starts from START and is corrected by what became of earlier candidates, first by kind of mention and
risk of its source, then by the source itself: a list of links that never led anywhere sinks, whatever it is. Mentions by one operator
count once for each kind; independent ones add up (noisy or).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
KIND_TRIALS, SOURCE_TRIALS = 8.0, 4.0  # looks that START counts for, and that the kind's rate counts for against a source's own
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
    """What became of candidates that were looked at or rejected: [relevant, all] by (kind, risk of the source) and by (kind, source)."""

    kinds: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    sources: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def note(self, mentions: Iterable[Mention], bands: Mapping[str, str], *, relevant: bool) -> None:
        """One candidate's fate, for each of its mentions."""
        for kind, source in sorted({(one.kind, one.source) for one in mentions}):
            for counts in (self.kinds[kind, risk_of(source, bands)], self.sources[kind, source]):
                counts[0] += relevant
                counts[1] += 1

    def chance(self, kind: str, source: str, bands: Mapping[str, str]) -> float:
        """How likely a mention of this kind by this source leads to a relevant storefront."""
        risk = risk_of(source, bands)
        hits, looks = self.kinds.get((kind, risk), (0, 0))
        chance = (hits + KIND_TRIALS * START[kind][risk]) / (looks + KIND_TRIALS)
        hits, looks = self.sources.get((kind, source), (0, 0))
        return (hits + SOURCE_TRIALS * chance) / (looks + SOURCE_TRIALS)


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
            rated.append((tried.chance(one.kind, one.source, bands) / (1 + others / SHARED_BY), one))
        rated.sort(key=lambda pair: (-pair[0], pair[1]))
        found.append(Candidate(target, rated[0][1].url, round(_together(rated, bands, owners), 6), tuple(rated)))
    return sorted(found, key=lambda one: (-one.score, one.storefront))


def _together(rated: list[tuple[float, Mention]], bands: Mapping[str, str], owners: Mapping[str, str]) -> float:
    """Noisy or over the best mention of each kind by each operator; links that everybody sets count by the share that risky ones have."""
    best: dict[tuple[str, str], float] = {}
    for chance, one in rated:
        key = (one.kind, owners.get(one.source, one.source))
        best[key] = max(chance, best.get(key, 0.0))
    linking = {one.source for _, one in rated if one.kind == "outlink"}
    risky = sum(risk_of(source, bands) < 2 for source in linking)
    purity = (risky + 1) / (len(linking) + 1)
    missed = 1.0
    for (kind, _), chance in sorted(best.items()):
        missed *= 1 - chance * (purity if kind == "outlink" else 1.0)
    return 1 - missed
