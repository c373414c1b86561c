"""`churnwatch rescore`: archived evidence under today's lexicons and rules, old → new."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Evidence, Json, Store


def rescore(
    evidence: Evidence = None,
    store: Store = None,
    lexicons: Annotated[Path | None, typer.Option("--lexicons", help="Another folder of lexicons, to see what they would change.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Make the new analyses current; the old ones are kept, superseded.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help="Processes to replay with.")] = 1,
    as_json: Json = False,
) -> None:
    """Replay archived evidence with today's lexicons and rules, and say what they would have said otherwise. Reports; changes nothing.

    Example: churnwatch rescore --evidence evidence --json
    """
    from churnwatch.pipeline import open_settings_store
    from churnwatch.rescoring import apply_anew, replayed, show_rescored, summary
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, progress, say
    from crawlers.errors import ConfigError

    if apply and lexicons:
        raise ConfigError("--apply takes the lexicons in force; --lexicons only reports", key="--lexicons")
    settings = load_settings()
    folder = evidence or settings.evidence
    with open_settings_store(settings, store) as opened, progress() as bar:
        task = bar.add_task("replaying visits", total=None)
        done = replayed(folder, opened, lexicons, jobs, lambda at, total: bar.update(task, completed=at, total=total))
        applied = apply_anew(opened, done) if apply else 0
    whole = summary(folder, done)
    if as_json:
        json_lines([*(one.row for one in done.visits), {"summary": whole}])
        return
    show_rescored(done, whole)
    if apply:
        say(f"{applied} visit(s) have a new current analysis; the old ones are kept")
    elif whole["new_version"]:
        say("nothing was changed; --apply makes the new analyses current")
