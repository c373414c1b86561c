"""`churnwatch judge`: what an analyst, or time, says of a lead, a storefront, a listing, a finding or a pair of storefronts."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json, Store


def judge(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Id of a lead, listing or finding, or a storefront key; two: a pair.", metavar="[ID] [ID]")
    ] = None,
    verdict: Annotated[str | None, typer.Option("--verdict", help="One: true, false, seized, taken_down. A pair: same, different.")] = None,
    why: Annotated[str, typer.Option("--why", help="On what ground.")] = "",
    who: Annotated[str | None, typer.Option("--who", help="Who judges; default: the setting `analyst`.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="When, ISO 8601 with zone; default: now.")] = None,
    table_of: Annotated[Path | None, typer.Option("--from", help="CSV of id,other,verdict,who,why,at: many at once, or none.")] = None,
    later: Annotated[bool, typer.Option("--later", help="Only keep it; links and leads follow with the next run.")] = False,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Keep a verdict or an outcome for good, and judge links and leads anew under it. Without --verdict: list what was said.

    Example: churnwatch judge northpier-lab.example --verdict true --who "A. Analyst" --why "promises passage beside a listed precursor"
    """
    from churnwatch.judged import decisions_of, show_judgements
    from churnwatch.pipeline import judge as judge_all
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say
    from indexer.judging import keep_judgements
    from indexer.verdicts import judged_keys, judgements_on, said_of_anything

    settings = load_settings()
    decided = decisions_of(ids or [], verdict, who or settings.analyst, why, at, table_of)
    with open_settings_store(settings, store) as opened:
        if decided:
            kept = keep_judgements(opened, decided)
            if not later:
                judge_all(opened)
        elif ids:
            from indexer.explain import find_document

            kept = judgements_on(opened, [key for one in ids for key in judged_keys(find_document(opened, one))])
        else:
            kept = said_of_anything(opened)
    if as_json:
        json_lines(kept)
        return
    show_judgements(kept)
    if decided and later:
        say("kept; links and leads follow with the next `churnwatch run` or `churnwatch link`")
