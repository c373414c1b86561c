"""`churnwatch demo`: an invented market lived through the whole pipeline."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json, Store


def demo(
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="Simulated days.")] = 20,
    seed: Annotated[int, typer.Option("--seed", help="Another seed is another market.")] = 1,
    folder: Annotated[Path, typer.Option("--dir", help="Where evidence, store, mails and report go; must be empty or a demo's.")] = Path(
        "demo-out"
    ),
    store: Store = None,
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="Port of the market on 127.x addresses.")] = 18443,
    scheduled: Annotated[bool, typer.Option("--scheduled", help="Let the site files say which sites are due each day.")] = False,
    as_json: Json = False,
) -> None:
    """Live through an invented market on loopback and print its leads beside the ground truth.

    Example: churnwatch demo --days 3 --dir demo-out
    """
    from churnwatch.demo.outcome import run_demo, show
    from churnwatch.show import json_lines

    outcome = run_demo(days=days, seed=seed, folder=folder, store_url=store, port=port, quiet=as_json, scheduled=scheduled)
    if as_json:
        json_lines([outcome.as_json()])
    else:
        show(outcome)
