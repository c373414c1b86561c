"""Turns the pages of a list that has no link to its next page: by the control a reader would use, by scrolling where there is none."""

import asyncio
import time

from crawlers.page_view import Facts, PageView
from crawlers.render import links_on

MAX_TURNS = 60  # of one list; page budgets end sooner
_KEPT = 0.9  # of a state's lines that stand in the next one: the list grew, its earlier state need not be kept
PATIENCE_S = 0.4
SCROLLED = "(scrolled)"


async def turn_pages(view: PageView, first: Facts, *, turns: int, pause_s: float, until: float) -> tuple[list[Facts], list[str]]:
    """The states of a page whose list was turned to its end, and what was used for each turn; only the first when it links on.

    A list that grows is one state, the last. `pause_s` lies before each turn, `until` is a `time.monotonic()`. Ends at a turn that
    shows nothing new. Raises CaptureError when the page hangs.
    """
    states, used, seen = [first], list[str](), {first.lines}
    if not first.scripts or links_on(first.html.encode("utf-8", "replace"), "text/html; charset=utf-8", first.url):
        return states, used
    while len(used) < min(turns, MAX_TURNS) and time.monotonic() < until:
        said = await _next(view, pause_s, again=bool(used))
        if said is None:
            break
        facts = await _after(view, seen, patient=said != SCROLLED)
        if facts.lines in seen or (said == SCROLLED and facts.elements <= states[-1].elements):
            break
        seen.add(facts.lines)
        used.append(said)
        if len(states[-1].lines & facts.lines) >= _KEPT * len(states[-1].lines):
            states[-1] = facts
        else:
            states.append(facts)
    return states, used


async def _after(view: PageView, seen: set[frozenset[str]], *, patient: bool) -> Facts:
    """What the page shows after a turn; a click that seems to have done nothing gets a little longer, for a slow script."""
    await view.settle()
    facts = await view.facts()
    if patient and facts.lines in seen:
        await asyncio.sleep(PATIENCE_S)
        await view.settle()
        facts = await view.facts()
    return facts


async def _next(view: PageView, pause_s: float, *, again: bool) -> str | None:
    if await view.turn(use=False) is not None:
        await asyncio.sleep(pause_s)
        return await view.turn(use=True)
    if again:
        await asyncio.sleep(pause_s)
    return SCROLLED if await view.scroll() else None
