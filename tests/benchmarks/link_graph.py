"""An invented web of hosts for discovery: sellers of several operators, ordinary sites, directories, platforms, and what ties them.

Numbers are assumptions, written down before the first run and the same for all seeds: one host in ten is a seller; operators run one to
eight. A seller links to four to ten platforms, two to eight ordinary sites (theme, news, friends), each sibling with .25, .5 strangers who
sell too, and .3 directories. Ordinary sites link among themselves and to platforms; one in fifty to a seller. A directory lists 20 to 40
hosts, a quarter of them sellers. Siblings share a certificate with .2, an address of their own with .3 (else one of forty of shared
hosting), and show the operator's mailbox with .5. Registration lists know 40 % of the hosts, passive DNS 60 %. A look tells a seller from
others with .85, and takes an ordinary site for one with .02. Old addresses redirect to a seller, one for every eight.
"""

import random
from dataclasses import dataclass, field

SELLERS, DIRECTORIES, PLATFORMS, MOVED = 0.1, 0.04, 0.05, 0.0125


@dataclass(slots=True)
class Host:
    """One host; `looks_risky` is what a look at it would say, `listed` and `resolved` whether lists know its registrant and address."""

    name: str
    kind: str  # seller | ordinary | directory | platform | moved
    operator: int | None = None
    links: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # on its certificate, besides its own
    moved_to: str | None = None
    mailbox: str | None = None  # shown on its page
    registrant: str | None = None
    address: str = ""
    listed: bool = False
    resolved: bool = False
    looks_risky: bool = False


def make_graph(seed: int, size: int) -> dict[str, Host]:
    """The hosts by name; equal arguments give an equal graph."""
    rng = random.Random(f"links/{seed}/{size}")
    hosts: dict[str, Host] = {}

    def some(kind: str, share: float) -> list[Host]:
        made = [Host(f"{kind}-{rng.getrandbits(32):08x}.example", kind) for _ in range(round(size * share))]
        hosts.update((one.name, one) for one in made)
        return made

    sellers, directories, platforms = some("seller", SELLERS), some("directory", DIRECTORIES), some("platform", PLATFORMS)
    moved = some("moved", MOVED)
    ordinary = some("ordinary", 1 - SELLERS - DIRECTORIES - PLATFORMS - MOVED)
    families = _operators(rng, sellers)
    for one in hosts.values():
        one.looks_risky = rng.random() < (0.85 if one.kind == "seller" else 0.02)
        one.listed, one.resolved = rng.random() < 0.4, rng.random() < 0.6
        one.address = one.address or f"198.51.100.{rng.randrange(40)}"
        one.registrant = one.registrant or f"desk@{one.name}"
    named = [one.name for one in ordinary]
    for one in [*sellers, *ordinary]:
        one.links += rng.sample([p.name for p in platforms], min(len(platforms), rng.randint(4, 10)))
        one.links += rng.sample(named, min(len(named), rng.randint(2, 8)))
    for one in sellers:
        one.links += [mate.name for mate in families[one.operator or 0] if mate is not one and rng.random() < 0.25]
        one.links += [other.name for other in sellers if rng.random() < 0.5 / len(sellers) and other is not one]
        one.links += [place.name for place in directories if rng.random() < 0.3 / len(directories)]
    for one in ordinary:
        one.links += [rng.choice(sellers).name] if rng.random() < 0.02 else []
        one.links += [rng.choice(directories).name] if rng.random() < 0.1 else []
    for one in directories:
        count = rng.randint(20, 40)
        one.links += [rng.choice(sellers).name for _ in range(count // 4)] + rng.sample(named, min(len(named), count - count // 4))
    for one in moved:
        one.moved_to = rng.choice(sellers).name
        rng.choice(sellers).links.append(one.name)
    for one in hosts.values():
        one.links = list(dict.fromkeys(one.links))
        rng.shuffle(one.links)
    return hosts


def _operators(rng: random.Random, sellers: list[Host]) -> list[list[Host]]:
    families: list[list[Host]] = []
    left = [*sellers]
    while left:
        count = min(len(left), 1 + min(7, int(rng.expovariate(0.45))))
        family = [left.pop() for _ in range(count)]
        number = len(families)
        for one in family:
            one.operator = number
            one.mailbox = f"desk{number}@box.example" if rng.random() < 0.5 else None
            one.registrant = f"desk{number}@box.example" if rng.random() < 0.5 else None
            one.address = f"203.0.113.{number % 250}" if rng.random() < 0.3 else ""
            one.names = [mate.name for mate in family if mate is not one] if rng.random() < 0.2 else []
        families.append(family)
    return families
