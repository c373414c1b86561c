"""The life of one storefront: a state machine over its looks, in time order.

Up looks open and keep a life. A named end needs a second agreeing look, a run of dead looks three over two days. Everything
else (blocks, time-outs, our own failures) neither counts nor resets.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from indexer.network.looks import BLOCKS, DEAD, NAMED_ENDS, UP, Observation
from indexer.network.postings import Key

AGREES_AFTER = timedelta(hours=6)  # a named end is certain when a look this much later says the same
DEAD_LOOKS = 3
DEAD_FOR = timedelta(hours=48)
SHUT_FOR = timedelta(days=7)  # instead of DEAD_FOR when every dead look was only refused or tls: the host may be down for repairs
SHUT = frozenset({"refused", "tls"})
ENDS = NAMED_ENDS | {"vanished"}


@dataclass(frozen=True, slots=True)
class Event:
    """A change in (after, by]: `after` is the last look that still saw the old state, `by` the first look that saw the new one.

    `confirmed_at` is the look that made it certain; `looks` are all of these as they came.
    """

    storefront: str
    event: str
    after: datetime | None
    by: datetime
    confirmed_at: datetime
    looks: tuple[Observation, ...] = ()


@dataclass(slots=True)
class Span:
    """One life: when its first and last up looks were, when it ended (the first look that saw the end), and what it showed while live."""

    since: datetime
    until: datetime | None = None
    identifiers: set[Key] = field(default_factory=set)
    contents: set[str] = field(default_factory=set)


class Life:
    """Feed it the looks of one storefront in time order; `events`, `spans` and `state` tell what they say."""

    def __init__(self, storefront: str) -> None:
        self.storefront = storefront
        self.events: list[Event] = []
        self.spans: list[Span] = []
        self.state = "unknown"
        self.is_open = False
        self._up: Observation | None = None  # last up look
        self._content: Observation | None = None  # last up look whose content is known
        self._closed: Observation | None = None  # last look that saw it closed
        self._block: Observation | None = None  # last look that was refused while the life was up
        self._named: dict[str, Observation] = {}  # first look of each named end since the last up look
        self._dead: list[Observation] = []  # the run of dead looks

    @property
    def is_up(self) -> bool:
        """Was the last look that reached a verdict an up look."""
        return self.is_open and not self._named and not self._dead

    def see(self, look: Observation) -> None:
        """Takes one look. A look from a run whose canaries failed keeps an open life and counts for nothing else."""
        if look.canary is False:
            if look.outcome in UP and self.is_open:
                self._keep(look)
        elif look.outcome in UP:
            self._see_up(look)
        elif look.outcome in NAMED_ENDS:
            self._see_named(look)
        elif look.outcome in DEAD:
            self._see_dead(look)
        elif look.outcome in BLOCKS:
            self._see_block(look)

    def _see_up(self, look: Observation) -> None:
        if not self.is_open:
            if look.outcome == "empty":
                return
            self._emit("returned" if self.spans else "appeared", self._closed, look, look)
            self.spans.append(Span(look.at))
            self.is_open, self.state = True, "live"
            self._content = look if look.content else None
        if self._block is not None:
            self._emit("unblocked", self._block, look, look)
            self._block, self.state = None, "live"
        if look.outcome == "live":
            self._read(look)
        self._keep(look)

    def _read(self, look: Observation) -> None:
        """Takes in what a live page shows; other content than last time is a change."""
        span = self.spans[-1]
        span.identifiers.update(look.identifiers)
        if not look.content:
            return
        if self._content is not None and self._content.content != look.content:
            self._emit("changed", self._content, look, look)
        self._content = look
        span.contents.add(look.content)

    def _keep(self, look: Observation) -> None:
        self._up = look
        self._named, self._dead = {}, []

    def _see_named(self, look: Observation) -> None:
        self._closed = look
        if self.is_open:
            # Where a shop moved to is its owner's word; once the life is over, the name may be somebody else's.
            self.spans[-1].identifiers.update(key for key in look.identifiers if key[0] == "redirect")
        first = self._named.setdefault(look.outcome, look)
        if look.at - first.at >= AGREES_AFTER:
            self._end(look.outcome, first, look)
            self._named, self._dead = {look.outcome: first}, []

    def _see_dead(self, look: Observation) -> None:
        self._closed = look
        self._dead.append(look)
        first = self._dead[0]
        needed = SHUT_FOR if all(dead.outcome in SHUT for dead in self._dead) else DEAD_FOR
        if len(self._dead) >= DEAD_LOOKS and look.at - first.at >= needed:
            self._end("vanished", first, look)
            self._named = {}

    def _see_block(self, look: Observation) -> None:
        if self.is_open:
            if self._block is None:
                self._emit("blocked", self._up, look, look)
                self.state = "blocked"
            self._block = look
        elif self.state == "unknown":
            self.state = "blocked"

    def _end(self, word: str, first: Observation, confirmed: Observation) -> None:
        """The end of the life, once; later ends only change the state. Before a first opening nothing can end."""
        if self.is_open:
            self._emit(word, self._up, first, confirmed)
            self.spans[-1].until = first.at
            self.is_open, self._block = False, None
        elif not self.spans and word == "vanished":
            return
        self.state = word

    def _emit(self, word: str, after: Observation | None, by: Observation, confirmed: Observation) -> None:
        looks = tuple(dict.fromkeys(look for look in (after, by, confirmed) if look is not None))
        self.events.append(Event(self.storefront, word, after.at if after else None, by.at, confirmed.at, looks))
