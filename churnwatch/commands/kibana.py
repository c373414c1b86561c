"""`churnwatch kibana`: bring the dashboards into a Kibana, write them to a file, try them there."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json

app = typer.Typer(help="Dashboards for a Kibana on the same Elasticsearch.", no_args_is_help=True, rich_markup_mode=None)
Url = Annotated[str | None, typer.Option("--url", help="https://HOST:5601 with base path if any; default from settings.")]
Space = Annotated[str | None, typer.Option("--space", help="Id of the Kibana space; default from settings.")]
Prefix = Annotated[str | None, typer.Option("--prefix", help="Prefix of the indices; default that of the store in the settings.")]
Patience = Annotated[int, typer.Option("--wait", min=0, max=3600, help="Seconds to bear a Kibana that is busy, starting or away.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Ask no Kibana, only say what would be done.")]


@app.command(name="import")
def import_(
    url: Url = None,
    space: Space = None,
    prefix: Prefix = None,
    overwrite: Annotated[bool, typer.Option("--overwrite/--keep", help="Replace what is there, or refuse when anything is.")] = True,
    wait: Patience = 120,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import data views, saved searches and dashboards; doing it again changes nothing.

    Example: churnwatch kibana import --dry-run
    """
    from churnwatch.kibana_access import kibana_of, prefix_of
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say, table
    from indexer.kibana.bundle import bundle
    from indexer.kibana.importing import import_objects

    settings = load_settings()
    objects = bundle(prefix_of(settings, prefix))
    if dry_run:
        rows = [{"type": one.type, "id": one.id, "title": one.attributes.get("title") or one.attributes["name"]} for one in objects]
        json_lines(rows) if as_json else table("Would import", ("type", "title"), [(one["type"], one["title"]) for one in rows])
        return
    kibana = kibana_of(settings, url, space, wait)
    done = import_objects(kibana, objects, overwrite=overwrite)
    if as_json:
        json_lines([{"url": kibana.access.url, "version": done.version, "imported": done.taken, "replaced": done.replaced}])
        return
    say(f"Kibana {done.version} at {kibana.access.address('/app/dashboards')}: {done.taken} objects, {done.replaced} of them replaced")


@app.command()
def export(
    out: Annotated[Path | None, typer.Option("--out", help="File to write; standard output without it.")] = None,
    prefix: Prefix = None,
) -> None:
    """Write the saved objects as NDJSON, for an import by hand in Kibana's own pages.

    Example: churnwatch kibana export --out churnwatch.ndjson
    """
    import json

    from churnwatch.kibana_access import prefix_of
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say
    from crawlers.errors import ConfigError
    from indexer.kibana.bundle import bundle, ndjson

    chosen = prefix_of(load_settings(), prefix)
    if out is None:
        json_lines(json.loads(one.line()) for one in bundle(chosen))  # in the order of the file
        return
    try:
        out.write_bytes(ndjson(chosen))
    except OSError as error:
        raise ConfigError(f"cannot be written ({error.strerror})", file=out, key="--out") from error
    say(f"{out}: {len(bundle(chosen))} objects for the prefix {chosen}")


@app.command()
def smoke(
    url: Url = None,
    space: Space = None,
    prefix: Prefix = None,
    start: Annotated[str, typer.Option("--from", help="Start of the time range, ISO 8601 or Elasticsearch's date math.")] = "now-30d",
    end: Annotated[str, typer.Option("--to", help="Its end.")] = "now",
    wait: Patience = 120,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import into a real Kibana, read every dashboard back, and run each panel's search through it; 1 when anything fails.

    Example: churnwatch kibana smoke --dry-run
    """
    from dataclasses import asdict

    from churnwatch.kibana_access import kibana_of, prefix_of
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, table
    from indexer.kibana.bundle import bundle
    from indexer.kibana.client import KibanaError
    from indexer.kibana.panel_query import Span, searches_of
    from indexer.kibana.smoke import smoke as look

    settings = load_settings()
    objects, span = bundle(prefix_of(settings, prefix)), Span(start, end)
    if dry_run:
        asked = list(searches_of([one.as_json() for one in objects], span))
        json_lines(asdict(one) for one in asked) if as_json else table(
            "Would ask", ("panel", "index"), [(one.panel, one.index) for one in asked]
        )
        return
    found = list(look(kibana_of(settings, url, space, wait), objects, span))
    json_lines(asdict(one) for one in found) if as_json else table(
        "Searches through Kibana", ("panel", "index", "rows", ""), [(one.panel, one.index, one.rows, one.error) for one in found]
    )
    failed = [one for one in found if one.error]
    if failed:
        raise KibanaError(f"{len(failed)} of {len(found)} searches failed, named above; first: {failed[0].panel}: {failed[0].error}")
