"""`churnwatch verify`: is the evidence still what was sealed?"""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json


def verify(
    folder: Annotated[Path, typer.Argument(help="Evidence folder.", metavar="DIR")],
    as_json: Json = False,
) -> None:
    """Check every sealed visit against its manifest and the ledger; works offline and names each fault.

    Example: churnwatch verify evidence
    """
    from churnwatch.show import json_lines, say
    from crawlers.errors import ConfigError
    from crawlers.evidence import sealed_visits
    from crawlers.evidence import verify as faults_of

    if not folder.is_dir():
        raise ConfigError("no such evidence folder", file=folder)
    faults = faults_of(folder)
    if as_json:
        json_lines({"fault": fault} for fault in faults)
    else:
        for fault in faults:
            say(fault)
        say(f"{len(faults)} fault(s) found" if faults else f"{len(sealed_visits(folder))} sealed visit(s) are whole and unchanged")
    if faults:
        raise typer.Exit(1)
