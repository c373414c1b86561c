"""`churnwatch pivot`: who else uses this value?"""

from typing import Annotated, cast

import typer

from churnwatch.options import Json, Store


def pivot(
    kind: Annotated[str, typer.Argument(help="Identifier type, like telegram, phone, wallet, favicon_mmh3.", metavar="KIND")],
    value: Annotated[str, typer.Argument(help="Canonical value; a wallet as bitcoin:ADDRESS.", metavar="VALUE")],
    store: Store = None,
    as_json: Json = False,
) -> None:
    """List every storefront seen with an identifier: dates, captures, and whether it is a hub that proves nothing.

    Example: churnwatch pivot telegram greendoor_demo
    """
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say, table
    from indexer.pivot import pivot_rows
    from indexer.store import Value

    with open_settings_store(load_settings(), store) as opened:
        rows = pivot_rows(opened, kind, value)
    if as_json:
        json_lines(rows)
        return
    shown = [(row["storefront"], row["first_seen"], row["last_seen"], len(cast("list[Value]", row["captures"]))) for row in rows]
    table(f"{kind} {value}", ("storefront", "first seen", "last seen", "captures"), shown)
    if rows:
        say(f"hub: {rows[0]['why']}" if rows[0]["hub"] else f"may link: {rows[0]['why']}")
    else:
        say("nobody was seen with it")
