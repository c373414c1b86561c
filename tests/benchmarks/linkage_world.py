"""A seeded world of storefronts with known operators: identifiers partly shown, page traits, hubs, stolen text, planted contacts.

Its parameters are invented and drawn anew per seed, so it ranks algorithms and says nothing of accuracy in the field
(reference/linkage.md section 5). Figures: `python -m tests.benchmarks linkage_world`.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.network.agreement import b_cubed, pairs
from indexer.network.cluster import clusters
from indexer.network.identifiers import Identifier
from indexer.network.link import link

# type, how many an operator owns at most, how likely a storefront shows one of them
OWNED = (
    ("google_analytics", 3, 0.45),
    ("email", 4, 0.4),
    ("telegram", 3, 0.45),
    ("phone", 3, 0.3),
    ("wechat", 2, 0.15),
    ("wallet", 4, 0.3),
    ("tls_spki", 3, 0.12),
    ("chat_widget", 2, 0.1),
)


@dataclass(frozen=True, slots=True)
class Mix:
    """What a world is made of; shares are of storefronts."""

    name: str
    mean_shops: float  # storefronts an operator runs on average; heavy-tailed
    frugal: float  # factor on how much of its own a storefront shows
    hubs: float  # share of storefronts behind one of the hubs, per hub kind
    planted: float
    stolen: float


MIXES = (
    Mix("plain", 3.0, 1.0, 0.3, 0.005, 0.02),
    Mix("crowded", 2.0, 0.8, 0.6, 0.01, 0.06),
    Mix("hidden", 5.0, 0.6, 0.4, 0.01, 0.05),
)


@dataclass(frozen=True, slots=True)
class World:
    """The identifier table and the true operator of every storefront."""

    identifiers: tuple[Identifier, ...]
    truth: dict[str, str]


def make_world(size: int, seed: int, mix: Mix) -> World:
    """A world of `size` storefronts; equal arguments give an equal world."""
    rng = random.Random(f"{seed}/{mix.name}/{size}")
    shops: dict[str, set[tuple[str, str]]] = {}
    truth: dict[str, str] = {}
    while len(shops) < size:
        _open_shops(rng, mix, f"op{len(truth)}", size - len(shops), shops, truth)
    names = list(shops)
    _add_hubs(rng, mix, names, shops)
    for name in rng.sample(names, int(len(names) * mix.planted)):
        theirs = sorted(key for key in shops[rng.choice(names)] if key[0] in ("email", "telegram", "phone") and key[1].startswith("op"))
        shops[name].update(rng.sample(theirs, min(1, len(theirs))))
    for name in rng.sample(names, int(len(names) * mix.stolen)):
        shops[name].update(key for key in sorted(shops[rng.choice(names)]) if key[0] in ("text_hash", "image_hash"))
    rows = [Identifier(name, kind, value) for name, shown in shops.items() for kind, value in shown]
    rng.shuffle(rows)
    return World(tuple(rows), truth)


def _open_shops(
    rng: random.Random, mix: Mix, operator: str, room: int, shops: dict[str, set[tuple[str, str]]], truth: dict[str, str]
) -> None:
    count = min(room, 60, max(1, int((mix.mean_shops * 0.45) * rng.paretovariate(1.5))))
    pool = {kind: [f"{operator}-{kind}-{n}" for n in range(rng.randint(1, most))] for kind, most, _ in OWNED}
    theme, address = f"{operator}-theme", f"{operator}-ip"
    for _ in range(count):
        name = f"shop{len(shops):06d}.example"
        shown = {(kind, rng.choice(pool[kind])) for kind, _, shows in OWNED if rng.random() < shows * mix.frugal}
        if rng.random() < 0.5:
            shown.add(("email", f"sales@{name}"))
        if rng.random() < 0.4:
            shown.add(("site_verification", f"{name}-token"))
        own_theme = rng.random() < 0.3
        shown.add(("favicon_mmh3", theme if own_theme and rng.random() < 0.6 else f"icon{rng.randint(0, 40)}"))
        shown.add(("dom_hash", theme if own_theme else f"theme{rng.randint(0, 60)}"))
        shown.add(("text_hash", f"{operator}-text{rng.randint(0, 3)}" if rng.random() < 0.25 else f"{name}-text"))
        shown.add(("image_hash", f"{operator}-image{rng.randint(0, 3)}" if rng.random() < 0.25 else f"stock{rng.randint(0, 300)}"))
        shown.add(("ip", address if rng.random() < 0.2 else f"host{rng.randint(0, 1500)}"))
        shown.add(("ns", f"ns{rng.randint(0, 30)}"))
        shops[name], truth[name] = shown, operator


def _add_hubs(rng: random.Random, mix: Mix, names: list[str], shops: dict[str, set[tuple[str, str]]]) -> None:
    """Template vendors' analytics ids and support mailboxes, marketplaces' support handles, CDN keys and addresses: sizes heavy-tailed."""
    for kind, label in (
        ("google_analytics", "vendor"),
        ("email", "vendormail"),
        ("telegram", "support"),
        ("tls_spki", "cdn"),
        ("ip", "cdnip"),
    ):
        left, number = int(len(names) * mix.hubs * 0.3), 0
        while left >= 5 or not number:
            holders = min(max(left, 5), max(5, int(8 * rng.paretovariate(1.0))), len(names) // 4 + 1)
            for name in rng.sample(names, holders):
                shops[name].add((kind, f"{label}{number}"))
            left, number = left - holders, number + 1


def figures_of(world: World) -> dict[str, float]:
    """B-cubed F1, pair precision and recall, largest cluster against largest operator, seconds."""
    start = time.process_time()
    linkage = link(world.identifiers)
    partition = clusters(linkage)
    seconds = time.process_time() - start
    found = {name: part[0] for part in partition for name in part}
    pair, cubed = pairs(world.truth, found), b_cubed(world.truth, found)
    largest = max(Counter(world.truth.values()).values())
    return {
        "b3": cubed.f1,
        "precision": pair.precision,
        "recall": pair.recall,
        "largest": max(map(len, partition)) / largest,  # against the largest true operator
        "seconds": seconds,
    }


def measure() -> Iterator[str]:
    """The figures of two sizes, every mix and three seeds, a line each."""
    for size in (300, 5000):
        for mix in MIXES:
            for seed in (1, 2, 3):
                figures = figures_of(make_world(size, seed, mix))
                yield (f"{size:6d} {mix.name:8s} seed {seed}  " + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
