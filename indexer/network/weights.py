"""What a value is worth, and which values are hubs.

A weight is log2(m/u) in bits. The prior falls with the number of storefronts N and u falls with it too, so the odds that two
holders of a value are one owner's depend on the value, not on N: `odds` here, bits = odds - prior(N). Strong kinds lose odds
only for owners that the rest of the evidence calls unrelated (breadth), never for being frequent. Middle and weak kinds also
lose by frequency.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from indexer.network.breadth import Breadth, breadth, witnesses
from indexer.network.identifiers import STRONG, IdentifierType, identifier_type
from indexer.network.known_hubs import KnownHubs
from indexer.network.postings import NAMES_A_STOREFRONT, Key, Postings

REFERENCE = 512  # storefronts; the start weights of the table hold there
MATES = 1.5  # other storefronts of the same operator that a storefront has on average
# Log-odds in bits per witness outside and inside the largest owner: log2(.6/.25) and log2(.75/.4), with a quarter of an operator's shops
# showing nothing else in common, and six tenths of a hub's holders lying outside its largest owner.
STRAY_BITS, JOINED_BITS = 1.26, 0.9
HUB_ODDS = 2.5  # bits; a strong value below it (p < .85) with HUB_STRAYS strays is a hub
HUB_STRAYS = 3
WEAK_HUB_STRAYS = 2
FREQUENCY_CAP = 20  # storefronts, for middle and weak kinds (reference/linkage.md section 6)
FREQUENCY_SHARE = 5  # in small worlds the cap is N / 5, and at least 4
ROUNDS = 4  # hubs found in one round stop vouching for each other in the next


@dataclass(frozen=True, slots=True)
class Weight:
    """What one value is worth between two of its holders; `why` says so in words, `df` counts its holders."""

    df: int
    bits: float
    hub: bool
    why: str


def prior_bits(storefronts: int) -> float:
    """Log2 odds that two storefronts drawn blindly are one operator's."""
    return math.log2(MATES / (max(storefronts, 5) - 1))


def start_odds(kind: IdentifierType) -> float:
    """Log2 odds that two holders of a value of this kind are one operator's, before the value itself is looked at."""
    return kind.bits + prior_bits(REFERENCE)


def weigh(table: Postings, known: KnownHubs) -> dict[Key, Weight]:
    """The weight of every value on two or more storefronts."""
    hubs = {key: f"known hub: {why}" for key in table.holders if (why := known.why(*key))}
    # Shops that end at one parking service or search engine are not one owner's: only a redirect to a watched storefront counts.
    hubs |= {key: "its target is no storefront of the table" for key in table.holders if _leads_outside(key, table)}
    cap = max(4, min(FREQUENCY_CAP, len(table.storefronts) // FREQUENCY_SHARE))
    breadths: dict[Key, Breadth] = {}
    for _ in range(ROUNDS):
        strong = witnesses(table, hubs.keys())
        breadths = {key: breadth(key, strong, table) for key in table.holders if key not in hubs}
        found = {key: why for key, spread in breadths.items() if (why := _hub(key, len(table.holders[key]), spread, cap))}
        hubs |= found
        if not any(identifier_type(kind).is_strong for kind, _ in found):
            break
    measured = _measured(breadths, hubs)
    prior = prior_bits(len(table.storefronts))
    weights = {}
    for key, names in table.holders.items():
        if key in hubs:
            weights[key] = Weight(len(names), 0.0, True, hubs[key])
        else:
            odds = _odds(identifier_type(key[0]), len(names), breadths[key]) + measured.get(key[0], 0.0)
            weights[key] = Weight(len(names), round(max(odds - prior, 0.1), 3), False, _why(len(names), breadths[key]))
    return weights


def _leads_outside(key: Key, table: Postings) -> bool:
    return key[0] in NAMES_A_STOREFRONT and key[1] not in table.shown


def _odds(kind: IdentifierType, df: int, spread: Breadth) -> float:
    start = start_odds(kind)
    odds = start - STRAY_BITS * spread.strays
    if spread.is_dominated:
        odds += JOINED_BITS * (spread.largest - 1)
    if kind.tier != STRONG:
        odds -= math.log2(df - 1)
    return min(odds, start + 1)


def _hub(key: Key, df: int, spread: Breadth, cap: int) -> str | None:
    kind = identifier_type(key[0])
    broad = f"shared by {spread.owners} otherwise unrelated owners ({df} storefronts)"
    if kind.tier == STRONG:
        return broad if spread.strays >= HUB_STRAYS and _odds(kind, df, spread) < HUB_ODDS else None
    if df > cap:
        return f"on {df} storefronts: too common for a {kind.name} (cap {cap})"
    return broad if spread.strays >= WEAK_HUB_STRAYS and not spread.is_dominated else None


def _why(df: int, spread: Breadth) -> str:
    if spread.owners > 1:
        return f"on {df} storefronts of {spread.owners} owners by the rest of the evidence"
    return f"on {df} storefronts" + (", which the rest of the evidence joins too" if spread.largest > 1 else "")


MEASURED_FROM = 200  # witnesses; fewer say too little of a kind
TRUST = 40  # witnesses that the start weight counts for


def _measured(breadths: Mapping[Key, Breadth], hubs: Mapping[Key, str]) -> dict[str, float]:
    """Correction in bits per kind: how often the rest of the evidence calls its holders unrelated, against the best kind seen.

    The best kind shows how much of an operator's own sharing the rest can confirm; what a kind falls short of that is chance sharing.
    """
    joined: dict[str, list[int]] = {}
    for key, spread in breadths.items():
        if key not in hubs and spread.witnesses > 1:
            counts = joined.setdefault(key[0], [0, 0])
            counts[0] += spread.witnesses - spread.owners
            counts[1] += spread.witnesses - 1
    shares = {kind: joins / trials for kind, (joins, trials) in sorted(joined.items()) if trials >= MEASURED_FROM}
    best = max((share for kind, share in shares.items() if identifier_type(kind).is_strong), default=0.0)
    if best == 0.0:
        return {}
    corrections = {}
    for kind in shares:
        joins, trials = joined[kind]
        start = start_odds(identifier_type(kind))
        expected = 1 / (1 + 2**-start)
        share = (joins / best + expected * TRUST) / (trials + TRUST)
        share = min(max(share, 0.01), 0.99)
        corrections[kind] = min(max(math.log2(share / (1 - share)) - start, -4.0), 0.0 if start > 0 else 2.0)
    return corrections
