"""Churn: what happened to each storefront, from all looks. Pure, whatever the order of the looks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from indexer.network.identifiers import Identifier
from indexer.network.life import Event, Life
from indexer.network.looks import Observation, in_order
from indexer.network.outage import Outage, runs
from indexer.network.tenancy import Tenancy, tenancies
from indexer.network.tenancy import of_current_tenancy as _of_tenancy

__all__ = ["Churn", "Event", "Observation", "State", "churn", "of_current_tenancy"]


@dataclass(frozen=True, slots=True)
class State:
    """Where a storefront stands after its last look: `live|blocked|parked|seized|suspended|moved|vanished|unknown`.

    `opened_at` is the first look of the current or last life, `ended_at` the first look that saw its end (None while open).
    """

    state: str
    opened_at: datetime | None
    ended_at: datetime | None
    tenancies: tuple[Tenancy, ...] = ()


@dataclass(frozen=True, slots=True)
class Churn:
    """Events in order of time, storefront and word; the state of every storefront looked at; the time of the first look."""

    events: tuple[Event, ...]
    states: Mapping[str, State]
    first_look: datetime | None = None


def churn(observations: Iterable[Observation]) -> Churn:
    """The events and states that the looks tell."""
    looks = in_order(observations)
    lives = {name: Life(name) for name in sorted({look.storefront for look in looks})}
    outage = Outage()
    for run in runs(looks):
        were_up = frozenset(look.storefront for look in run if lives[look.storefront].is_up)
        for look in outage.admit(run, were_up):
            lives[look.storefront].see(look)
    events = sorted((event for life in lives.values() for event in life.events), key=lambda e: (e.by, e.storefront, e.event))
    return Churn(tuple(events), {name: _state(life) for name, life in lives.items()}, looks[0].at if looks else None)


def of_current_tenancy(identifiers: Iterable[Identifier], states: Mapping[str, State]) -> list[Identifier]:
    """The identifiers without those last seen before their storefront's current tenancy: a re-registered name links nobody."""
    return _of_tenancy(identifiers, {name: state.tenancies for name, state in states.items()})


def _state(life: Life) -> State:
    last = life.spans[-1] if life.spans else None
    return State(life.state, last.since if last else None, last.until if last else None, tenancies(life.spans))
