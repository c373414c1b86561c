"""`churnwatch export`: leads and other documents as files for other people's tools."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json, Store


def export(
    out: Annotated[Path, typer.Option("--out", help="File to write; replaced only when the new one is whole.")],
    form: Annotated[str, typer.Option("--format", help="csv or jsonl.")] = "jsonl",
    kind: Annotated[str, typer.Option("--kind", help="lead, storefront, listing or finding.")] = "lead",
    ids: Annotated[list[str] | None, typer.Option("--id", help="Only these ids; may repeat.")] = None,
    allow_simulated: Annotated[
        bool, typer.Option("--allow-simulated", help="Also leads from a simulated clock, each marked INVENTED.")
    ] = False,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Write leads, storefronts, listings or findings to a file.

    Example: churnwatch export --kind lead --format csv --out leads.csv --allow-simulated
    """
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say
    from indexer.export import export_documents

    with open_settings_store(load_settings(), store) as opened:
        written = export_documents(opened, kind=kind, form=form, out=out, ids=tuple(ids or ()), allow_simulated=allow_simulated)
    if as_json:
        json_lines([{"kind": kind, "format": form, "out": str(out), "documents": written}])
        return
    say(f"{written} {kind}(s) written to {out}")
