"""One demo from an empty folder to its report, and how it is shown."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from churnwatch.demo.compare import Comparison, compare
from churnwatch.demo.days import day_time
from churnwatch.demo.live import JUDGED_AFTER, Lived, live
from churnwatch.demo.market import FAULTS
from churnwatch.demo.truth import truth, write_truth
from churnwatch.demo.world import make_world
from churnwatch.pipeline import open_settings_store
from churnwatch.settings import load_settings
from churnwatch.show import fields, plain, progress, say, say_calibration, table
from crawlers.errors import ChurnwatchError, ConfigError
from indexer.defang import defang
from indexer.report import report_data, write_report
from indexer.store import Document
from nlp.lexicon import load_lexicons

MARK = ".churnwatch-demo"  # only a folder that holds it is emptied for a new demo
MADE = ("sites", "hosts", "evidence", "mail", "churnwatch.db", "churnwatch.db-wal", "churnwatch.db-shm", "truth.json", "report.html")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a demo gave; `storefronts` and `leads` are counted, `seconds` is wall time."""

    days: int
    folder: Path
    storefronts: int
    leads: tuple[Document, ...]
    comparison: Comparison
    events: int
    lived: Lived
    seconds: float
    report: Path

    def as_json(self) -> dict[str, object]:
        """The object of `demo --json`."""
        return {
            "days": self.days,
            "storefronts": self.storefronts,
            "leads": len(self.leads),
            **self.comparison.as_json(),
            "seconds": round(self.seconds, 1),
            "report": str(self.report),
        }


def run_demo(
    *, days: int, seed: int, folder: Path, store_url: str | None, port: int, quiet: bool = False, scheduled: bool = False
) -> Outcome:
    """Lives the days and compares. Raises ConfigError for a folder with other things in it, ChurnwatchError when the market fails."""
    began = time.monotonic()
    _empty(folder)
    world = make_world(seed, days, port)
    facts = truth(world)
    write_truth(world, folder / "truth.json")
    settings = load_settings()
    with open_settings_store(settings, store_url or f"sqlite:///{folder / 'churnwatch.db'}") as store, progress() as bar:
        task = bar.add_task(f"living {days} simulated day(s)", total=days, visible=not quiet)
        try:
            lived = live(world, folder, store, lambda _: bar.advance(task), scheduled=scheduled)
        except RuntimeError as error:
            raise ChurnwatchError(str(error)) from error
        store.settle()
        comparison = compare(store, facts, load_lexicons())
        at = day_time(days - 1) + JUDGED_AFTER
        data = report_data(store, f"Invented market, {days} simulated days, seed {seed}", at, comparison.as_json())
        write_report(folder / "report.html", data)
        storefronts = sum(1 for one in store.scan("storefront") if not one["withdrawn"])
        events = sum(1 for one in store.scan("event", {"withdrawn": False}))
    return Outcome(days, folder, storefronts, lived.leads, comparison, events, lived, time.monotonic() - began, folder / "report.html")


def show(outcome: Outcome) -> None:
    """The leads, the comparison and where everything lies, for people."""
    table(
        "Leads (every seller here is invented)",
        ("lead", "score", "storefronts", "why"),
        ((lead["title"], lead["score"], defang(plain(lead["storefronts"])), _why(lead)) for lead in outcome.leads),
    )
    say_calibration(outcome.leads)
    say()
    say("Agreement with the invented truth (self-consistency: it says nothing of accuracy on real pages)")
    fields({name.replace("_", " "): f"{value:.3f}" for name, value in outcome.comparison.as_json().items()})
    faults = {name: outcome.lived.counts.get(name, 0) for name in FAULTS}
    say()
    say(
        f"{outcome.lived.visits} visits, {outcome.lived.counts.get('get', 0)} requests, "
        f"all GET and in scope: {'no: ' + str(faults) if any(faults.values()) else 'yes'}; "
        f"{outcome.storefronts} storefronts, {outcome.events} events, {outcome.seconds:.0f} s"
    )
    for loss in outcome.lived.damaged:
        say(f"damaged: {loss}")
    say(f"report  {outcome.report}")
    say(f"mails   {outcome.folder / 'mail'}")
    say(f'next    churnwatch search "" --kind lead --store sqlite:///{outcome.folder / "churnwatch.db"}')


def _why(lead: Document) -> str:
    reasons = lead["reasons"]
    return "; ".join(str(one["id"]).replace("_", " ") for one in reasons[:4] if isinstance(one, dict)) if isinstance(reasons, list) else ""


def _empty(folder: Path) -> None:
    """Takes the last demo's files out of a folder; raises ConfigError when it holds anything that no demo made."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError("is a file; name a folder", file=folder, key="--dir")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise ConfigError("holds files that no demo wrote; name an empty or new folder", file=folder, key="--dir")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("made by churnwatch demo; the next demo here empties it\n", "utf-8")
    for name in MADE:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
