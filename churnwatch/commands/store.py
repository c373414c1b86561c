"""`churnwatch store`: set up, look at and rebuild a store."""

import typer

from churnwatch.options import Json, Store

app = typer.Typer(help="Set up, look at and rebuild the store.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def init(store: Store = None) -> None:
    """Create tables, templates and indices that are missing.

    Example: churnwatch store init --store sqlite:///churnwatch.db
    """
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import say

    with open_settings_store(load_settings(), store):
        say("the store is ready")


@app.command()
def status(store: Store = None, as_json: Json = False) -> None:
    """Count the documents of each family.

    Example: churnwatch store status --json
    """
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, table

    with open_settings_store(load_settings(), store) as opened:
        counts = opened.status()
    if as_json:
        json_lines([counts])
        return
    table("Store", ("family", "documents"), counts.items())


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
