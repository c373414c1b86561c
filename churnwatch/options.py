"""Options that several verbs share, each defined once."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Exact JSON, one document a line.")]
Store = Annotated[str | None, typer.Option("--store", help="sqlite:///FILE or http(s)://HOST:PORT/PREFIX; default from settings.")]
Evidence = Annotated[Path | None, typer.Option("--evidence", help="Evidence folder; default from settings.")]
Sites = Annotated[Path | None, typer.Option("--sites", help="Folder of site files; default from settings.")]
Hosts = Annotated[Path | None, typer.Option("--hosts", help="File of ADDRESS NAME lines; with it no resolver is asked.")]
PlannedAt = Annotated[str | None, typer.Option("--planned-at", help="Planned time of the visit, ISO 8601 with zone; the visit's identity.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Plan a new visit even when an unfinished one could be resumed.")]
Now = Annotated[str | None, typer.Option("--now", help="Simulated clock; only when every host is pinned to loopback.")]
SiteNames = Annotated[list[str], typer.Argument(help="Names of site files in --sites, or paths of .yml files.", metavar="SITE…")]
