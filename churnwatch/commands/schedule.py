"""`churnwatch schedule`: daily work; the site files are the schedule."""

from typing import Annotated

import typer

from churnwatch.options import Evidence, Hosts, Json, Now, Sites, Store


def schedule(
    sites: Sites = None,
    evidence: Evidence = None,
    store: Store = None,
    hosts: Hosts = None,
    once: Annotated[bool, typer.Option("--once", help="Run what is due now and stop.")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Only say when each site is due next and why; visits nothing.")] = False,
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Visit every site when its file, its changes, its risk and takedowns nearby ask for it; catch up on what was missed; until stopped.

    Example: churnwatch schedule --once --hosts hosts
    """
    from churnwatch.capture import crawl_options, when
    from churnwatch.daily import Daily
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say, table

    settings = load_settings()
    options = crawl_options(settings, evidence=evidence, hosts=hosts, now=now)
    daily = Daily(settings, sites or settings.sites, options, store, clock=when(now, "--now"), announce=None if as_json else say)
    if plan:
        upcoming = daily.upcoming()
        if as_json:
            json_lines(upcoming)
        else:
            table(
                "Next visits",
                ("site", "last", "next", "why"),
                ([row[name] for name in ("site", "last", "next", "why")] for row in upcoming),
            )
        return
    rows = daily.run_due() if once else daily.run_forever()
    if as_json:
        json_lines(rows)
    elif once:
        say(f"{len(rows)} visit(s) were due")
