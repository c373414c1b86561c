"""The size brake: two groups of three or more storefronts never hang together by a single storefront that shows a single value.

A cluster is seen as a graph of storefronts and the values that link them. An edge (storefront, value) that alone holds two parts of
BRAKE_FROM storefronts together may be a planted contact, so it is cut, the most even cut first.
"""

from collections.abc import Iterable, Iterator, Mapping

from indexer.network.identifiers import MIDDLE, identifier_type
from indexer.network.link import Link

BRAKE_FROM = 3  # storefronts on both sides (reference/linkage.md section 5)
# A node is (0, storefront) or (1, type, value); judged pairs count as two values, so that no cut parts them.
Node = tuple[int, str, str]
Graph = dict[Node, set[Node]]


def braked(members: Iterable[str], links: Iterable[Link]) -> Iterator[tuple[str, ...]]:
    """The parts that a cluster falls into, each sorted, in order of their smallest members; `links` are those between its members."""
    graph = _graph(members, links)
    whole = [sorted(graph)]
    parts = []
    while whole:
        nodes = whole.pop()
        cut = _cut(nodes, graph)
        if cut is None:
            parts.append(tuple(sorted(node[1] for node in nodes if node[0] == 0)))
            continue
        one, other = cut
        graph[one].discard(other)
        graph[other].discard(one)
        whole += [sorted(_reached(one, graph)), sorted(_reached(other, graph))]
    yield from sorted(parts)


def _graph(members: Iterable[str], links: Iterable[Link]) -> Graph:
    graph: Graph = {(0, name, ""): set() for name in members}
    for found in links:
        rows = (row for row in found.evidence if row.bits > 0 and identifier_type(row.type).tier <= MIDDLE)
        values: list[Node] = [(1, row.type, row.value) for row in rows]
        if found.verdict == "same":
            values += [(1, "judgement", f"{found.a} {found.b} {n}") for n in (1, 2)]
        for value in values:
            for name in (found.a, found.b):
                graph[0, name, ""].add(value)
                graph.setdefault(value, set()).add((0, name, ""))
    return graph


def _reached(start: Node, graph: Mapping[Node, set[Node]]) -> set[Node]:
    reached, waiting = {start}, [start]
    while waiting:
        for node in graph[waiting.pop()]:
            if node not in reached:
                reached.add(node)
                waiting.append(node)
    return reached


def _cut(nodes: list[Node], graph: Mapping[Node, set[Node]]) -> tuple[Node, Node] | None:
    """The bridge with BRAKE_FROM storefronts on both sides that parts the nodes most evenly, None when there is none.

    Tarjan's bridges by depth-first search without recursion: an edge to a child is a bridge when nothing below it reaches higher than it.
    """
    total = sum(node[0] == 0 for node in nodes)
    if total < 2 * BRAKE_FROM:
        return None
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    below: dict[Node, int] = {}
    best: tuple[int, Node, Node] | None = None
    stack: list[tuple[Node, Node | None, Iterator[Node]]] = []

    def enter(node: Node, parent: Node | None) -> None:
        order[node] = low[node] = len(order)
        below[node] = 1 - node[0]
        stack.append((node, parent, iter(sorted(graph[node]))))

    enter(nodes[0], None)
    while stack:
        node, parent, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            stack.pop()
            if parent is not None:
                low[parent] = min(low[parent], low[node])
                below[parent] += below[node]
                smaller = min(below[node], total - below[node])
                if low[node] > order[parent] and smaller >= BRAKE_FROM:
                    best = min(best or (0, node, parent), (-smaller, min(node, parent), max(node, parent)))
        elif following not in order:
            enter(following, node)
        elif following != parent:
            low[node] = min(low[node], order[following])
    return None if best is None else (best[1], best[2])
