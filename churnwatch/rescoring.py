"""What `churnwatch rescore` does around the comparison of one visit: replays all, sums up, shows, applies."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from churnwatch.pipeline import Replayed, analyse_visits, judge, replay
from churnwatch.show import say, table
from crawlers.evidence import sealed_visits, unsealed_visits
from crawlers.page_state import load_rules
from indexer.defang import defang
from indexer.project import last_moment
from indexer.rescore import Rescored, earlier_alerts, rescored
from indexer.store import Document, Store, Value
from indexer.values import number, row, rows, text
from nlp.lexicon import Lexicons, load_checked, load_lexicons


@dataclass(frozen=True, slots=True)
class Done:
    """All visits replayed, in the order of the evidence; `paths` are those whose analysis is a new one."""

    visits: tuple[Rescored, ...]
    paths: tuple[Path, ...]
    pages: int
    damaged: tuple[str, ...]


def replayed(folder: Path, store: Store, lexicons: Path | None, jobs: int, told: Callable[[int, int], None]) -> Done:
    """Every sealed visit under today's lexicons, or those of another folder, against what the store says of it."""
    paths = sealed_visits(folder)
    visits: list[Rescored] = []
    anew: list[Path] = []
    damaged: list[str] = []
    pages = 0
    for number_of, (path, one) in enumerate(zip(paths, _replays(paths, lexicons, jobs), strict=True), 1):
        told(number_of, len(paths))
        damaged += one.faults
        if one.read is None:
            continue
        evidence, analysis = one.read
        pages += sum(capture.role in ("page", "dom") for capture in evidence.captures)
        found = rescored(store, evidence, analysis)
        visits.append(found)
        anew += [path] if found.is_new_version else []
    return Done(tuple(visits), tuple(anew), pages, tuple(damaged))


def _replays(paths: list[Path], lexicons: Path | None, jobs: int) -> Iterator[Replayed]:
    if jobs == 1 or len(paths) < 2:
        loaded, rules = _checked(lexicons), load_rules()
        yield from (replay(path, loaded, rules) for path in paths)
        return
    _checked(lexicons)  # a fault in them is said once, here
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(partial(_replay_alone, lexicons=lexicons), paths, chunksize=4)


def _replay_alone(path: Path, lexicons: Path | None) -> Replayed:
    """One visit in a process of its own."""
    return replay(path, _loaded(lexicons), load_rules()).without_bodies()


@cache
def _loaded(lexicons: Path | None) -> Lexicons:
    # of a worker process, which lives for one command
    return _checked(lexicons)


def _checked(lexicons: Path | None) -> Lexicons:
    return load_checked(lexicons) if lexicons else load_lexicons()


def apply_anew(store: Store, done: Done) -> int:
    """Makes the new analyses current and judges links and leads anew as of the newest visit; gives how many visits changed."""
    if not done.paths:
        return 0
    report = analyse_visits(done.paths, store)
    judge(store, last_moment(store))
    return report.analysed


def summary(folder: Path, done: Done) -> Document:
    """Counts over all visits, what could not be read, and storefronts that would have been rated high at another time."""
    counts = {"appeared": 0, "vanished": 0, "changed": 0}
    bands: dict[str, int] = {}
    for one in done.visits:
        for shop in rows(one.row, "storefronts"):
            for name in counts:
                counts[name] += len(rows(row(shop, "flags"), name))
            old, new = (text(row(shop, side), "band") or "none" for side in ("old", "new"))
            if old != new:
                bands[f"{old} → {new}"] = bands.get(f"{old} → {new}", 0) + 1
    unsealed: list[Value] = [f"{path.parent.name}/{path.name}" for path in unsealed_visits(folder)]
    return {
        "visits": len(done.visits),
        "pages": done.pages,
        "new_version": sum(one.is_new_version for one in done.visits),
        "changed": sum(one.is_changed for one in done.visits),
        "never_analysed": sum(one.row["old"] is None for one in done.visits),
        "flags": {**counts},
        "bands": {name: bands[name] for name in sorted(bands)},
        "earlier": [*earlier_alerts(done.visits)],
        "damaged": [*done.damaged],
        "unsealed": unsealed,
    }


def show_rescored(done: Done, whole: Document) -> None:
    """The changed storefronts as a table and the sums, for people."""
    table(
        "Storefronts that read otherwise",
        ("visit", "storefront", "old", "new", "flags new", "gone", "changed", "listings"),
        (
            (
                text(one.row, "planned_at"),
                defang(text(shop, "storefront")),
                _rated(row(shop, "old")),
                _rated(row(shop, "new")),
                *(", ".join(text(flag, "id") for flag in rows(row(shop, "flags"), name)) for name in ("appeared", "vanished", "changed")),
                sum(len(rows(row(shop, "listings"), name)) for name in ("appeared", "vanished", "changed")),
            )
            for one in done.visits
            for shop in rows(one.row, "storefronts")
        ),
    )
    say(
        f"{whole['visits']} visits, {whole['pages']} pages replayed; {whole['new_version']} under another version than stored, "
        f"{whole['changed']} read otherwise, {whole['never_analysed']} were never analysed"
    )
    for one in rows(whole, "earlier"):
        days = number(one, "days_earlier")
        when = "high only now" if one["old"] is None else "no longer high" if one["new"] is None else _when(days or 0.0)
        say(f"{defang(text(one, 'storefront'))}: {when} (old {one['old'] or 'never'}, new {one['new'] or 'never'})")
    for fault in done.damaged:
        say(f"damaged: {fault}")
    for path in whole["unsealed"] if isinstance(whole["unsealed"], list) else ():
        say(f"unsealed, not replayed: {path}")
    say(f"new scores calibrated on: {load_lexicons().risk.calibrated_on}")


def _when(days: float) -> str:
    return f"would have alerted {days:.0f} day(s) earlier" if days >= 0 else f"would have alerted {-days:.0f} day(s) later"


def _rated(risk: Document) -> str:
    score = number(risk, "score")
    return text(risk, "band") + (f" {score:.2f}" if score is not None else "")
