"""`churnwatch churn`: life-cycle events and successors."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json, Store


def churn(
    visits: Annotated[
        Path | None, typer.Option("--visits", help="JSON Lines of looks: storefront, at, outcome, identifiers?, content?, canary?.")
    ] = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Say who appeared, was blocked, parked, seized or suspended, moved, vanished or returned, and who followed whom.

    Example: churnwatch churn --visits looks.jsonl --json
    """
    from churnwatch.show import json_lines, table
    from indexer.wording import LINKS_CALIBRATED_ON

    if visits is not None:
        from indexer.network.rows import churn_rows

        rows = list(churn_rows(visits))
    else:
        from churnwatch.pipeline import judge, open_settings_store
        from churnwatch.settings import load_settings
        from indexer.explain import event_rows

        with open_settings_store(load_settings(), store) as opened:
            judge(opened)
            rows = event_rows(opened)
    if as_json:
        json_lines({**row, "calibrated_on": LINKS_CALIBRATED_ON} if "probability" in row else row for row in rows)
        return
    table(
        f"{len(rows)} event(s)",
        ("storefront", "event", "after", "by", "successor of"),
        ((r["storefront"], r["event"], r["after"], r["by"], r.get("successor_of")) for r in rows),
    )
