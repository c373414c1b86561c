"""`churnwatch verify`: is the evidence still what was sealed?"""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json


def verify(
    folder: Annotated[Path, typer.Argument(help="Evidence folder.", metavar="DIR")],
    keys: Annotated[
        list[Path] | None, typer.Option("--key", help="Public key (PEM) that evidence must be signed with; default from settings.")
    ] = None,
    chain: Annotated[Path | None, typer.Option("--tsa-chain", help="Root and chain (PEM) of the time stamp authority.")] = None,
    stamp: Annotated[bool, typer.Option("--stamp", help="First ask the authority of the settings to stamp what has no stamp.")] = False,
    as_json: Json = False,
) -> None:
    """Check every sealed visit, signature and time stamp; works offline and names each fault.

    Example: churnwatch verify evidence
    """
    from churnwatch.anchors import authority_of, signer_of, trust_of
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say
    from crawlers.errors import ConfigError
    from crawlers.evidence import sealed_visits
    from crawlers.evidence import verify as faults_of
    from crawlers.timestamp import stamp_head
    from crawlers.verify_ledger import claims

    if not folder.is_dir():
        raise ConfigError("no such evidence folder", file=folder)
    settings = load_settings()
    trust = trust_of(settings, keys or (), chain)
    if stamp:
        authority = authority_of(settings)
        if authority is None:
            raise ConfigError("--stamp needs an authority; set tsa_url and tsa_chain", key="tsa_url")
        stamp_head(folder, authority, signer_of(settings))
    faults = faults_of(folder, trust)
    if as_json:
        json_lines({"fault": fault} for fault in faults)
    else:
        for fault in faults:
            say(fault)
        say(f"{len(faults)} fault(s) found" if faults else f"{len(sealed_visits(folder))} sealed visit(s) are whole and unchanged")
        for claim in claims(folder, trust):
            say(claim)
    if faults:
        raise typer.Exit(1)
