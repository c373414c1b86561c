"""Adaptive revisit against a fixed interval at equal budget: true changes seen, on simulated storefronts; mean and deviation over seeds.

World: storefronts change by chance (Poisson), each at its own rate. `web`: 45 % once in 400 days, 20 % about 1.5 times a day, the rest
around once in two weeks, after what was measured on the web (Ntoulas, Cho, Olston, "What's new on the Web?", 2004: about half of the
pages that stay do not change in a year; Cho, Garcia-Molina, "The evolution of the Web", 2000: a fifth changed at every daily visit);
`wide` and `narrow` are log-normal with median one change in seven days and sigma 1.5 and 1.0, `alike` gives all that rate: invented.
A rate is drawn anew half-way for 30 %. A fifth of the operators is high risk with all they run. Each runs one to six storefronts of a mean
life of 150 days (design point: .4 to 2 % births and deaths a day), and half of the ends are followed by another 2 to 20 days later,
which both policies know from its first day. A change is seen when a visit comes before the next one hides it. `fixed` visits all alike,
as often as the same number of visits allows; `fixed, high risk daily` keeps the rule of 24 hours and spreads the rest evenly.
"""

import math
import random
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush

from churnwatch.schedule import next_visit
from indexer.network.change_rate import Gap
from indexer.revisit import REMEMBERED, Habit, Takedown

SEEDS = range(1, 6)
SHOPS, DAYS = 120, 120
SIGMAS = {"wide": 1.5, "narrow": 1.0, "alike": 0.0}
RUNS = (("web", "12h-14d"), ("web", "6h-30d"), ("wide", "12h-14d"), ("narrow", "12h-14d"), ("alike", "12h-14d"))
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """A storefront's truth: life in days from the start, times of its changes (its end is the last), operator."""

    operator: int
    born: float
    ended: float
    changes: tuple[float, ...]
    high: bool


@dataclass(slots=True)
class Seen:
    """What a policy spent and saw: visits, changes seen, those of high risk, hours from an end to the visit that saw it."""

    visits: int = 0
    changes: int = 0
    high: int = 0
    late_h: list[float] | None = None


def make_world(seed: int, mix: str) -> list[Shop]:
    """The storefronts of a seed."""
    rng = random.Random(f"revisit/{seed}/{mix}")
    shops: list[Shop] = []
    operator = 0
    while len(shops) < SHOPS:
        operator += 1
        high = rng.random() < 0.2
        for _ in range(min(6, 1 + int(rng.expovariate(0.7)))):
            born = 0.0
            while born < DAYS:
                shops.append(_shop(rng, operator, born, mix, high))
                if rng.random() < 0.5:
                    break
                born = shops[-1].ended + rng.uniform(2, 20)
    return shops


def _rate(rng: random.Random, mix: str) -> float:
    """Changes a day."""
    if mix != "web":
        return rng.lognormvariate(math.log(1 / 7), SIGMAS[mix])
    kind = rng.random()
    if kind < 0.45:
        return 1 / 400
    return rng.lognormvariate(math.log(1.5), 0.5) if kind < 0.65 else rng.lognormvariate(math.log(1 / 14), 1.0)


def _shop(rng: random.Random, operator: int, born: float, mix: str, high: bool) -> Shop:
    ended = born + rng.expovariate(1 / 150)
    rate, other = _rate(rng, mix), _rate(rng, mix)
    turns = rng.random() < 0.3
    changes, at = [], born
    while True:
        at += rng.expovariate(other if turns and at > DAYS / 2 else rate)
        if at >= min(ended, DAYS):
            break
        changes.append(at)
    return Shop(operator, born, ended, (*changes, ended) if ended < DAYS else tuple(changes), high)


def adaptive(world: list[Shop], every: str) -> Seen:
    """Visits by `churnwatch.schedule.next_visit`, which knows only what the visits before saw."""
    seen = Seen(late_h=[])
    mates: dict[int, list[int]] = {}
    for place, shop in enumerate(world):
        mates.setdefault(shop.operator, []).append(place)
    habits = [Habit(str(place), band="high" if shop.high else "low") for place, shop in enumerate(world)]
    last: list[float | None] = [None] * len(world)
    queue = [(shop.born, place) for place, shop in enumerate(world)]
    heapify(queue)
    while queue:
        at, place = heappop(queue)
        shop, before = world[place], last[place]
        if at >= DAYS or (before is not None and at <= before):
            continue
        changed = _see(seen, shop, before, at)
        if before is not None:
            gaps = (*habits[place].gaps, Gap(at - before, changed))
            habits[place] = replace(habits[place], gaps=gaps[-REMEMBERED:])
        last[place] = at
        touched = [place]
        if changed and at >= shop.ended:
            habits[place] = replace(habits[place], band="abstain")
            taken = Takedown(_time(at), _time(at), str(place), "vanished")
            touched += [mate for mate in mates[shop.operator] if shop.high and last[mate] is not None and mate != place]
            for mate in touched if shop.high else ():
                habits[mate] = replace(habits[mate], takedowns=(*habits[mate].takedowns, taken))
        for mate in dict.fromkeys(touched):
            due = next_visit(every, habits[mate], _time(last[mate] or 0.0)).at
            heappush(queue, (max((due - START) / timedelta(days=1), at + 1e-6), mate))
    return seen


def fixed(world: list[Shop], visits: int, high_gap: float | None = None) -> Seen:
    """The same number of visits at one gap for all, first looks at birth; with `high_gap` (days) high risk has that one while it lives."""
    daily = [shop for shop in world if high_gap and shop.high]
    spent = sum(1 + (min(shop.ended, DAYS) - shop.born) / high_gap for shop in daily) if high_gap else 0.0
    rest = [shop for shop in world if not (high_gap and shop.high)]
    gap = sum(DAYS - shop.born for shop in rest) / max(1.0, visits - spent - len(rest) / 2)
    seen = Seen(late_h=[])
    for shop in world:
        own = high_gap if high_gap and shop.high else gap
        before, at = None, shop.born
        while at < DAYS:
            _see(seen, shop, before, at)
            before, at = at, at + own
    return seen


def _see(seen: Seen, shop: Shop, before: float | None, at: float) -> bool:
    seen.visits += 1
    if before is None:
        return False
    fresh = bisect_right(shop.changes, at) > bisect_right(shop.changes, before)
    seen.changes += fresh
    seen.high += fresh and shop.high
    if fresh and shop.ended <= at and seen.late_h is not None:
        seen.late_h.append((at - shop.ended) * 24)
    return fresh


def _time(days: float) -> datetime:
    return START + timedelta(days=days)


def measure() -> Iterator[str]:
    """One line a mix and range: changes seen by the adaptive policy against each fixed one."""
    for mix, every in RUNS:
        yield from _compared(mix, every)


def _compared(mix: str, every: str) -> Iterator[str]:
    ratios: dict[str, list[float]] = {}
    spent, share, late = [], [], []
    for seed in SEEDS:
        world = make_world(seed, mix)
        ours = adaptive(world, every)
        total = sum(bisect_left(shop.changes, DAYS) for shop in world)
        rivals: dict[str, Callable[[], Seen]] = {
            "fixed": lambda world=world, ours=ours: fixed(world, ours.visits),
            "fixed, high risk daily": lambda world=world, ours=ours: fixed(world, ours.visits, 1.0),
        }
        for name, run in rivals.items():
            other = run()
            ratios.setdefault(name, []).append(ours.changes / other.changes * other.visits / ours.visits)
            ratios.setdefault(f"visits ÷ those of {name}", []).append(ours.visits / other.visits)
            if name == "fixed":
                late.append(statistics.median(ours.late_h or [0]) / statistics.median(other.late_h or [1]))
        spent.append(ours.visits / sum(DAYS - shop.born for shop in world))
        share.append(ours.changes / total)
    yield (
        f"{mix}, every {every}: changes seen ÷ fixed {_spread(ratios['fixed'])}, ÷ fixed with high risk daily "
        f"{_spread(ratios['fixed, high risk daily'])}; {_spread(share)} of all changes at {statistics.mean(spent):.2f} visits a day and shop; "
        f"visits ÷ fixed {statistics.mean(ratios['visits ÷ those of fixed']):.3f}; time to see an end ÷ fixed {_spread(late)}"
    )


def _spread(values: list[float]) -> str:
    return f"{statistics.mean(values):.2f} ± {statistics.stdev(values):.2f}"
