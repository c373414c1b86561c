"""`churnwatch search`: full text and filters over either store."""

from typing import Annotated

import typer

from churnwatch.options import Json, Store

KINDS = ("listing", "storefront", "capture", "finding", "event", "lead", "alert", "cluster", "visit", "judgement")
# What a person reads first of each kind; --json has everything.
COLUMNS = {
    "listing": ("title", "price", "currency", "availability", "storefront", "band", "url"),
    "storefront": ("storefront", "state", "band", "score", "verdict", "cluster", "listings", "first_seen", "last_seen"),
    "capture": ("title", "url", "status_code", "fetched_at"),
    "finding": ("finding_kind", "value", "term", "storefront", "seen_at"),
    "event": ("event", "storefront", "after", "by", "successor_of", "old", "new"),
    "lead": ("title", "band", "score", "verdict", "status", "storefronts"),
    "alert": ("subject", "status", "storefront", "created_at", "sent_at"),
    "cluster": ("id", "size", "members", "label"),
    "judgement": ("verdict", "left", "right", "who", "at", "why"),
    "visit": ("site", "planned_at", "stop", "pages_got", "canary"),
}


def search(
    text: Annotated[str, typer.Argument(help='Words that must stand together; "" lists all.', metavar='"TEXT"')],
    kind: Annotated[str, typer.Option("--kind", help=", ".join(KINDS))] = "listing",
    where: Annotated[list[str] | None, typer.Option("--where", help="field=value, may repeat.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000)] = 1000,
    facet: Annotated[list[str] | None, typer.Option("--facet", help="Count the values of this field instead, may repeat.")] = None,
    like: Annotated[str | None, typer.Option("--like", help="Listings worded like this one (its id), nearest first.")] = None,
    highlight: Annotated[bool, typer.Option("--highlight", help="Say where in each document the words stand.")] = False,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Search listings, storefronts, captures, findings, events, leads, alerts, clusters, visits or judgements.

    Example: churnwatch search "1-boc-4-piperidone" --kind listing --where currency=USD
    """
    from churnwatch.filters import parse_where
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say, say_calibration, table
    from crawlers.errors import ConfigError
    from indexer.defang import defang
    from indexer.found import answer, with_highlights

    if kind not in KINDS:
        raise ConfigError(f"unknown kind {kind!r}: one of {', '.join(KINDS)}", key="--kind")
    asked = parse_where(kind, where or [])
    with open_settings_store(load_settings(), store) as opened:
        if facet:
            counted = opened.facets(kind, text, facet, asked, limit)
            rows = [(name, value, count) for name, values in counted.items() for value, count in values]
            if as_json:
                json_lines(dict(zip(("field", "value", "count"), row, strict=True)) for row in rows)
                return
            table(f"{kind} by {', '.join(facet)}", ("field", "value", "count"), rows)
            return
        found = answer(opened, kind, text, asked, limit, like)
    columns: tuple[str, ...] = COLUMNS[kind]
    if highlight:
        found = [with_highlights(kind, one, text) for one in found]
        columns = (*columns, "found")
    if as_json:
        json_lines({name: value for name, value in one.items() if name not in {"vector", "found"}} for one in found)
        return
    table(
        f"{len(found)} {kind}(s)",
        columns,
        ([defang(str(one[name])) if name == "url" and one.get(name) else one.get(name) for name in columns] for one in found),
    )
    if "score" in columns or "band" in columns:
        say_calibration(found)
    if len(found) == limit:
        say(f"only the first {limit} are shown; narrow with --where or raise --limit")
