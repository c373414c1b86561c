"""Links between storefronts: the best value of each evidence family, added up, with its reasons. Pure, whatever the order of the rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from indexer.network.identifiers import MIDDLE, STRONG, WEAK, Identifier, identifier_type
from indexer.network.judgements import Judgement, settled
from indexer.network.known_hubs import KnownHubs, load_known_hubs
from indexer.network.postings import Key, Postings, postings
from indexer.network.similar import pairs, same_values
from indexer.network.weights import Weight, prior_bits, weigh
from indexer.store import Document

LINKED_AT, POSSIBLE_AT = 0.9, 0.5
UNPROVEN = 0.89  # the most that evidence without a strong value or two independent middle families can say
# Above this many holders a value that is no hub lists each holder with its next NEIGHBOURS only: no value costs the square of its holders.
PAIRED_MAX = 300
NEIGHBOURS = 12
CONTRADICTION_BITS = -4.0  # two different business licences


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value that two storefronts share (or, with negative bits, contradict each other in); `bits` is what it adds to the sum."""

    family: str
    type: str
    value: str
    df: int
    bits: float
    hub: bool
    why: str

    def as_json(self) -> Document:
        """The evidence row of the command-line contract."""
        return {name: getattr(self, name) for name in ("family", "type", "value", "df", "bits", "hub", "why")}


@dataclass(frozen=True, slots=True)
class Link:
    """Two storefronts (a < b) and how likely one operator runs both; `bits` counts from the prior, `linked` means they may be merged."""

    a: str
    b: str
    probability: float
    linked: bool
    bits: float
    evidence: tuple[Evidence, ...]
    verdict: str | None = None  # an analyst's `same` or `different`

    @property
    def families(self) -> frozenset[str]:
        """Families with a strong or middle value that counts."""
        return frozenset(e.family for e in self.evidence if e.bits > 0 and e.type != "judgement" and identifier_type(e.type).tier <= MIDDLE)


@dataclass(frozen=True, slots=True)
class Linkage:
    """Links at p >= .5 and judged pairs in order of (a, b), every hub with its reason, and the table they were read from."""

    links: tuple[Link, ...]
    hubs: Mapping[Key, str]
    storefronts: tuple[str, ...]
    shown: Mapping[str, frozenset[Key]]
    holders: Mapping[Key, tuple[str, ...]]
    weights: Mapping[Key, Weight]
    prior: float
    renamed: Mapping[Key, Key] = field(default_factory=dict)  # value as seen → the near value that stands for it in evidence
    different: frozenset[tuple[str, str]] = frozenset()


def link(
    identifiers: Iterable[Identifier],
    judgements: Iterable[Judgement] = (),
    *,
    storefronts: Iterable[str] = (),
    known: KnownHubs | None = None,
) -> Linkage:
    """The links of an identifier table. `storefronts` adds some without identifiers; judgements override the evidence."""
    rows = list(identifiers)
    named = same_values(rows)
    table = postings(named, storefronts)
    weights = weigh(table, known or load_known_hubs())
    prior = prior_bits(len(table.storefronts))
    verdicts = {pair: judgement for pair, judgement in settled(judgements).items() if pair[0] in table.shown and pair[1] in table.shown}
    links = {}
    for a, b in sorted(_pairs(table, weights)):
        found = score(a, b, table.shown, weights, prior)
        if found.probability >= POSSIBLE_AT:
            links[a, b] = found
    links = _without_planted(links, table)
    for (a, b), judgement in verdicts.items():
        links[a, b] = judged(links.get((a, b)) or score(a, b, table.shown, weights, prior), judgement)
    return Linkage(
        links=tuple(links[pair] for pair in sorted(links)),
        hubs={key: weight.why for key, weight in weights.items() if weight.hub},
        storefronts=table.storefronts,
        shown=table.shown,
        holders=table.holders,
        weights=weights,
        prior=prior,
        renamed=dict(pairs(rows, named)),
        different=frozenset(pair for pair, judgement in verdicts.items() if judgement.verdict == "different"),
    )


def score(a: str, b: str, shown: Mapping[str, frozenset[Key]], weights: Mapping[Key, Weight], prior: float) -> Link:
    """What the evidence alone says of two storefronts, with every shared value as a row, weightless ones included."""
    a, b = sorted((a, b))
    rows = [_evidence(key, weights[key]) for key in sorted(shown[a] & shown[b]) if key in weights]
    rows += _contradictions(shown[a], shown[b])
    rows.sort(key=lambda row: (-row.bits, row.family, row.type, row.value))
    best: dict[str, Evidence] = {}
    for place, row in enumerate(rows):
        if row.bits > 0 and best.setdefault(row.family, row) is not row:
            rows[place] = replace(row, bits=0.0, why=f"counted once per family: {best[row.family].type} weighs more")
    bits = round(sum(row.bits for row in rows), 3)
    probability = 1 / (1 + 2 ** -(prior + bits))
    proven = _is_proven(best.values())
    if not proven:
        probability = min(probability, UNPROVEN)
    probability = round(probability, 4)
    return Link(a, b, probability, proven and probability >= LINKED_AT, bits, tuple(rows))


def judged(found: Link, judgement: Judgement) -> Link:
    """The link as an analyst judged it: probability 1 or 0, the judgement as first row of its evidence."""
    same = judgement.verdict == "same"
    who = " ".join(part for part in (judgement.who and f"by {judgement.who}", judgement.why and f"({judgement.why})") if part)
    row = Evidence("judgement", "judgement", judgement.verdict, 2, 0.0, False, f"judged {judgement.verdict} {who}".rstrip())
    return replace(found, probability=1.0 if same else 0.0, linked=same, evidence=(row, *found.evidence), verdict=judgement.verdict)


def _pairs(table: Postings, weights: Mapping[Key, Weight]) -> set[tuple[str, str]]:
    """Pairs worth scoring: those sharing a strong or middle value that is no hub. Weak values alone never link."""
    pairs: set[tuple[str, str]] = set()
    for key, names in table.holders.items():
        if not weights[key].hub and identifier_type(key[0]).tier < WEAK:
            pairs.update(_listed(names))
    return pairs


def _listed(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    reach = len(names) if len(names) <= PAIRED_MAX else NEIGHBOURS
    for place, a in enumerate(names):
        for b in names[place + 1 : place + 1 + reach]:
            yield a, b


def _evidence(key: Key, weight: Weight) -> Evidence:
    return Evidence(identifier_type(key[0]).family, *key, weight.df, weight.bits, weight.hub, weight.why)


def _contradictions(one: frozenset[Key], other: frozenset[Key]) -> list[Evidence]:
    first, second = (sorted(value for kind, value in shown if kind == "licence_number") for shown in (one, other))
    if not first or not second or set(first) & set(second):
        return []
    why = f"different business licences: {first[0]} and {second[0]}"
    return [Evidence("name", "licence_number", first[0], 1, CONTRADICTION_BITS, False, why)]


def _is_proven(best: Iterable[Evidence]) -> bool:
    kinds = [identifier_type(row.type) for row in best]
    return any(kind.tier == STRONG for kind in kinds) or len({kind.parcel for kind in kinds if kind.tier == MIDDLE}) > 1


def _without_planted(links: dict[tuple[str, str], Link], table: Postings) -> dict[tuple[str, str], Link]:
    """Takes back links that hang on one family when its carrier's own mates lack it: an outsider could have planted it.

    A mate of an end is a third storefront linked with it by two or more families and by more bits. The link falls when two mates lack
    what it stands on, or when one does and the other end has a mate of its own.
    """
    mates: dict[str, list[Link]] = {}
    for found in links.values():
        if found.linked and len(found.families) > 1:
            mates.setdefault(found.a, []).append(found)
            mates.setdefault(found.b, []).append(found)
    return {pair: _doubted(found, mates, table) for pair, found in links.items()}


def _doubted(found: Link, mates: Mapping[str, list[Link]], table: Postings) -> Link:
    if not found.linked or len(found.families) != 1:
        return found
    shared = {(row.type, row.value) for row in found.evidence if row.bits > 0}
    better: dict[str, set[str]] = {found.a: set(), found.b: set()}
    for end, thirds in better.items():
        for mate in mates.get(end, ()):
            if mate.bits > found.bits:
                thirds.add(mate.b if mate.a == end else mate.a)
    if better[found.a] & better[found.b]:
        return found  # a third storefront knows both ends
    lacking = sorted((third, end) for end, thirds in better.items() for third in thirds if not shared & table.shown[third])
    if not lacking or (len(lacking) == 1 and not all(better.values())):
        return found
    third, end = lacking[0]
    why = f"may be planted: {end} shares more with {third}, which lacks it"
    rows = tuple(replace(row, why=why) if row.bits > 0 else row for row in found.evidence)
    return replace(found, probability=min(found.probability, UNPROVEN), linked=False, evidence=rows)
