"""`churnwatch diff`: what a second capture says otherwise than a first."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Evidence, Json, Store


def diff(
    before: Annotated[
        str,
        typer.Argument(
            help="Id of a capture, or SITE, SITE~N: the entry page of its newest visit with a page, N before it.", metavar="CAPTURE"
        ),
    ],
    after: Annotated[
        str,
        typer.Argument(
            help="Id of a capture, or SITE, SITE~N: the entry page of its newest visit with a page, N before it.", metavar="CAPTURE"
        ),
    ],
    evidence: Evidence = None,
    store: Store = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write both side by side into this HTML file.")] = None,
    as_json: Json = False,
) -> None:
    """Compare two captures: text, listings, contacts, fingerprints.

    Example: churnwatch diff green-door~1 green-door --evidence evidence
    """
    from churnwatch.compared import compared, show_comparison
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say
    from nlp.compare import comparison_json

    settings = load_settings()
    found, provenance = compared(before, after, evidence or settings.evidence, settings, store)
    if out is not None:
        from indexer.diff_page import write_diff

        write_diff(out, found, provenance)
    if as_json:
        json_lines([provenance | comparison_json(found)])
        return
    show_comparison(found, provenance)
    if out is not None:
        say(f"side by side: {out}")
