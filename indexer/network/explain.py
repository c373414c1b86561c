"""Why two storefronts are linked or not: their shared values and the strongest path between them."""

import heapq
import math
from collections.abc import Iterator

from indexer.network.link import Link, Linkage, score
from indexer.store import Document


def pair_link(linkage: Linkage, a: str, b: str) -> Link:
    """The link of two storefronts, also when it is too weak to be listed. Raises KeyError for a storefront that the table lacks."""
    a, b = sorted((a, b))
    for name in (a, b):
        if name not in linkage.shown:
            raise KeyError(name)
    listed = (found for found in linkage.links if (found.a, found.b) == (a, b))
    return next(listed, None) or score(a, b, linkage.shown, linkage.weights, linkage.prior)


def explain_pair(linkage: Linkage, a: str, b: str) -> Document:
    """The JSON object of `link --explain A B`; raises KeyError for a storefront that the table lacks."""
    found = pair_link(linkage, a, b)
    return {
        "a": a,
        "b": b,
        "probability": found.probability,
        "linked": found.linked,
        "evidence": [row.as_json() for row in found.evidence],
        "path": list(strongest_path(linkage, a, b)),
        "prior_bits": round(linkage.prior, 3),
        "bits": found.bits,
    }


def strongest_path(linkage: Linkage, a: str, b: str) -> tuple[str, ...]:
    """The storefronts from a to b along links with the highest product of probabilities, both ends included; empty when none joins them."""
    steps: dict[str, list[tuple[float, str]]] = {}
    for name, other, cost in _steps(linkage):
        steps.setdefault(name, []).append((cost, other))
    queue: list[tuple[float, tuple[str, ...]]] = [(0.0, (a,))]
    done: set[str] = set()
    while queue:
        cost, path = heapq.heappop(queue)
        name = path[-1]
        if name == b:
            return path
        if name in done:
            continue
        done.add(name)
        for step, other in steps.get(name, ()):
            if other not in done:
                heapq.heappush(queue, (round(cost + step, 9), (*path, other)))
    return ()


def _steps(linkage: Linkage) -> Iterator[tuple[str, str, float]]:
    for found in linkage.links:
        if found.linked:
            # A small toll per step, so that of two equal products the shorter path is taken.
            cost = 1e-6 - math.log(found.probability)
            yield found.a, found.b, cost
            yield found.b, found.a, cost
