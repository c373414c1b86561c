"""`churnwatch store`: set up, look at, migrate, rebuild and thin out a store."""

from typing import Annotated

import typer

from churnwatch.options import Json, Store

app = typer.Typer(help="Set up, look at, migrate, rebuild and thin out the store.", no_args_is_help=True, rich_markup_mode=None)
ROLES = ("writer", "projector", "migrator", "alerter", "analyst")


@app.command()
def init(
    store: Store = None,
    roles: Annotated[bool, typer.Option("--roles", help="Also write the roles; needs CHURNWATCH_ES_USER and _PASSWORD.")] = False,
    key: Annotated[list[str] | None, typer.Option("--key", help=f"Print a key with this role, may repeat: {', '.join(ROLES)}.")] = None,
    key_days: Annotated[int, typer.Option("--key-days", min=1, max=366, help="Days until the key ends.")] = 90,
    analyst: Annotated[
        str | None, typer.Option("--analyst", help="Make this user of Kibana; password from CHURNWATCH_ES_ANALYST_PASSWORD.")
    ] = None,
    kibana_token: Annotated[bool, typer.Option("--kibana-token", help="Print a new token for Kibana's own server.")] = False,
) -> None:
    """Create tables, templates and indices that are missing; on Elasticsearch roles, keys and a user of Kibana too.

    Example: churnwatch store init --store sqlite:///churnwatch.db
    """
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import say
    from churnwatch.store_setup import Grants, grant

    settings = load_settings()
    asked = Grants(roles, key or [], key_days, analyst, kibana_token)
    made = grant(settings, store, asked) if asked else None
    if made:
        say(made)
        return
    with open_settings_store(settings, store):
        say("the store is ready")


@app.command()
def status(store: Store = None, as_json: Json = False) -> None:
    """Count the documents of each family, and say how the store itself is.

    Example: churnwatch store status --json
    """
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, table

    with open_settings_store(load_settings(), store) as opened:
        counts, details = opened.status(), opened.details()
    if as_json:
        json_lines([{**counts, "store": details}])
        return
    table("Store", ("", ""), [(name.replace("_", " "), value) for name, value in details.items() if value is not None])
    table("Documents", ("family", "documents"), counts.items())


@app.command()
def migrate(
    store: Store = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the indices of the version before.")] = False,
    lose: Annotated[bool, typer.Option("--lose", help="With --rollback: what was written since may be lost.")] = False,
    finish: Annotated[bool, typer.Option("--finish", help="Delete the old indices that the last migration left.")] = False,
    as_json: Json = False,
) -> None:
    """Bring a store that an older churnwatch made to this version, while its writers go on; compares before it switches over.

    Example: churnwatch store migrate
    """
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say
    from churnwatch.store_setup import moved
    from crawlers.errors import ConfigError

    if (rollback and finish) or (lose and not rollback):
        raise ConfigError("use one of --rollback and --finish; --lose goes with --rollback", key="--rollback")
    done = moved(load_settings(), store, rollback=rollback, lose=lose, finish=finish)
    if as_json:
        json_lines([done])
        return
    for line in done["said"]:
        say(line)


@app.command()
def rebuild(store: Store = None) -> None:
    """Empty the derived families and compute them anew from the observations.

    Example: churnwatch store rebuild
    """
    from churnwatch.pipeline import judge, open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import say
    from indexer.project import last_moment

    with open_settings_store(load_settings(), store) as opened:
        moment = last_moment(opened)
        opened.rebuild()
        opened.settle()
        judged = judge(opened, moment)
    say(f"rebuilt from observations; {len(judged.leads)} lead(s)")


@app.command()
def retain(
    store: Store = None,
    keep: Annotated[list[str] | None, typer.Option("--keep", help="CLASS=MONTHS (pages, findings, looks), may repeat.")] = None,
    hold: Annotated[str | None, typer.Option("--hold", help="Put a legal hold on site:NAME, storefront:KEY or month:2026-03.")] = None,
    release: Annotated[str | None, typer.Option("--release", help="End a legal hold.")] = None,
    who: Annotated[str, typer.Option("--who", help="Who holds or releases.")] = "",
    why: Annotated[str, typer.Option("--why", help="On what ground.")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="Really delete; without it the months are only listed.")] = False,
    as_json: Json = False,
) -> None:
    """List, and with --apply delete, months of observations that are older than their class is kept. Evidence files stay.

    Example: churnwatch store retain --keep pages=24
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say, table
    from churnwatch.store_setup import months_of
    from indexer.retain import hold as put_hold
    from indexer.retain import holds
    from indexer.retain import retain as drop

    months, now = months_of(keep or []), datetime.now(UTC)
    with open_settings_store(load_settings(), store) as opened:
        for what, ends in ((hold, False), (release, True)):
            if what:
                put_hold(opened, what, who, why, now, release=ends)
        dropped, held = drop(opened, now, months, apply=apply), holds(opened)
    if as_json:
        json_lines([{**asdict(one), "dropped": apply and one.held is None} for one in dropped])
        return
    rows = [(one.family, one.month, one.documents, f"held: {one.held}" if one.held else "deleted" if apply else "") for one in dropped]
    table("Months past their time", ("family", "month", "documents", ""), rows)
    say(f"legal holds: {', '.join(held) or 'none'}")
    if not apply and any(one.held is None for one in dropped):
        say("nothing was deleted; add --apply")
