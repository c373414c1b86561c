"""Discovery against breadth-first at equal budget: relevant storefronts found, on invented webs of 600 hosts; mean and deviation over twenty seeds.

The web and its assumptions: `link_graph.py`. Both start from the same five sellers and spend the same looks; ours takes the best of
`indexer.network.discovery.rank`, one look at a time, and learns from what each look says (with its errors). Breadth-first follows links
in the order found; the stronger rivals never look at platforms, or take everything we take (certificates, lists, redirects) in the order found.
"""

import random
import statistics
from collections.abc import Collection, Iterator

from indexer.network.discovery import START, Mention, Tried, rank
from tests.benchmarks.link_graph import Host, make_graph

SEEDS = range(201, 221)  # never looked at while the ranking was written (101 to 124 were)
SIZE, BUDGET, FIRST = 600, 60, 5
SHARED_HOSTING = 20  # names at one address from which passive DNS rows say nothing (churnwatch: the identifier is a hub)
NAMED = ("outlink", "redirect", "certificate", "registration", "passive_dns")


def mentions_of(one: Host, graph: dict[str, Host]) -> Iterator[Mention]:
    """What a watched host points to: its page, its certificate, and lists that know its mailbox or address."""
    if one.moved_to:
        yield _mention(one.moved_to, "redirect", one, one.moved_to)
        return
    for name in one.links:
        yield _mention(name, "outlink", one, name)
    for name in one.names:
        yield _mention(name, "certificate", one, f"tls_san {name}")
    alike = [other for other in graph.values() if other.resolved and other.address == one.address and other is not one]
    for other in alike if len(alike) <= SHARED_HOSTING else ():
        yield _mention(other.name, "passive_dns", one, f"ip {one.address}")
    for other in graph.values():
        if other.listed and other is not one and other.registrant in (one.mailbox, one.registrant if one.listed else None):
            yield _mention(other.name, "registration", one, f"email {other.registrant}")


def _mention(target: str, kind: str, source: Host, value: str) -> Mention:
    return Mention(target, kind, source.name, value, f"look at {source.name}", f"https://{target}/")


def ranked_harvest(graph: dict[str, Host], seeds: list[str], budget: int, without: Collection[str] = (), *, learns: bool = True) -> int:
    """Sellers found by our ranking; `without` leaves kinds of mention out."""
    watched = list(seeds)
    found: dict[str, list[Mention]] = {}
    bands: dict[str, str] = {}
    harvest = 0

    def watch(name: str) -> None:
        one = graph[name]
        bands[name] = "high" if one.looks_risky or name in seeds else "low"
        for mention in mentions_of(one, graph):
            if mention.kind not in without and graph[mention.target].kind != "platform":
                found.setdefault(mention.target, []).append(mention)

    for name in seeds:
        watch(name)
    for _ in range(budget):
        open_ones = [mention for target, about in found.items() if target not in watched for mention in about]
        tried = Tried()
        for target in watched if learns else ():
            tried.note([one for one in found.get(target, ()) if one.source != target], bands, relevant=bands[target] == "high")
        best = rank(open_ones, bands, {}, tried)[:1]
        if not best:
            break
        name = best[0].storefront
        watched.append(name)
        watch(name)
        harvest += graph[name].kind == "seller"
    return harvest


def breadth_first(
    graph: dict[str, Host], seeds: list[str], budget: int, *, platforms: bool = True, kinds: Collection[str] = ("outlink", "redirect")
) -> int:
    """Sellers found by taking what is mentioned in the order found."""
    queue, known = list(seeds), set(seeds)
    harvest = spent = place = 0
    while place < len(queue):
        one = graph[queue[place]]
        if place >= len(seeds):
            if spent == budget:
                break
            spent += 1
            harvest += one.kind == "seller"
        place += 1
        for mention in mentions_of(one, graph):
            fresh = mention.target not in known and mention.kind in kinds
            if fresh and (platforms or graph[mention.target].kind != "platform"):
                known.add(mention.target)
                queue.append(mention.target)
    return harvest


def best_possible(graph: dict[str, Host], seeds: list[str], budget: int) -> int:
    """Sellers found by one who knows the truth of everything mentioned, and looks at a directory only when nothing else is left."""
    watched, found, harvest = set(seeds), {one.target for name in seeds for one in mentions_of(graph[name], graph)}, 0
    for _ in range(budget):
        order = sorted(
            found - watched, key=lambda name: (["seller", "moved", "directory", "ordinary", "platform"].index(graph[name].kind), name)
        )
        if not order:
            break
        watched.add(order[0])
        harvest += graph[order[0]].kind == "seller"
        found |= {one.target for one in mentions_of(graph[order[0]], graph)}
    return harvest


def start_of(graph: dict[str, Host], seed: int) -> list[str]:
    """The first five sellers, each of another operator."""
    rng = random.Random(f"start/{seed}")
    by_operator = {one.operator: one.name for one in graph.values() if one.kind == "seller"}
    return rng.sample(sorted(by_operator.values()), FIRST)


def measure() -> Iterator[str]:
    """Ratios against breadth-first, then each kind of reason off."""
    worlds = [(graph, start_of(graph, seed)) for seed in SEEDS for graph in (make_graph(seed, SIZE),)]
    ours = [ranked_harvest(graph, start, BUDGET) for graph, start in worlds]
    rivals = {
        "breadth-first": [breadth_first(graph, start, BUDGET) for graph, start in worlds],
        "breadth-first without platforms": [breadth_first(graph, start, BUDGET, platforms=False) for graph, start in worlds],
        "everything we use, in the order found": [
            breadth_first(graph, start, BUDGET, platforms=False, kinds=NAMED) for graph, start in worlds
        ],
    }
    sellers = sum(one.kind == "seller" for one in worlds[0][0].values()) - FIRST
    yield f"{SIZE} hosts, {sellers} sellers to find, {BUDGET} looks: found {_spread(ours)}; random order would find {BUDGET * sellers / SIZE:.1f}"
    for name, other in rivals.items():
        ratios = [mine / max(1, theirs) for mine, theirs in zip(ours, other, strict=True)]
        yield f"÷ {name} {_spread(ratios)}, of the sums {sum(ours) / max(1, sum(other)):.2f} (it found {_spread(other)})"
    yield f"one who knows the truth of all that is mentioned would find {_spread([best_possible(graph, start, BUDGET) for graph, start in worlds])}"
    for kind in [kind for kind in START if kind in NAMED]:
        off = [ranked_harvest(graph, start, BUDGET, (kind,)) for graph, start in worlds]
        yield f"without {kind}: found {_spread(off)}"
    yield f"links and redirects alone: found {_spread([ranked_harvest(g, s, BUDGET, ('certificate', 'registration', 'passive_dns')) for g, s in worlds])}"
    yield f"without learning from looks: found {_spread([ranked_harvest(g, s, BUDGET, learns=False) for g, s in worlds])}"


def _spread(values: list[float] | list[int]) -> str:
    return f"{statistics.mean(values):.2f} ± {statistics.stdev(values):.2f}"
