"""`churnwatch explain`: where a finding stands, or why two storefronts are linked."""

from typing import Annotated

import typer

from churnwatch.options import Evidence, Json, Store


def explain(
    first: Annotated[str, typer.Argument(help="Id of a finding, listing, event, lead, …, a storefront key or a cluster id.", metavar="ID")],
    second: Annotated[str | None, typer.Argument(help="A second storefront: why linked or not.", metavar="[ID]")] = None,
    evidence: Evidence = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Show a finding, listing, lead or storefront with every place it rests on, or why two storefronts are linked.

    Example: churnwatch explain green-door.example copper-leaf.example
    """
    from churnwatch.explained import anchored, show_document, show_pair
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines
    from indexer.explain import explain_pair_of, find_document
    from indexer.verdicts import judged_keys, judgements_on
    from indexer.wording import LINKS_CALIBRATED_ON

    settings = load_settings()
    with open_settings_store(settings, store) as opened:
        if second is not None:
            pair = explain_pair_of(opened, first, second)
            said = [one for one in judgements_on(opened, (first, second)) if {one["left"], one["right"]} == {first, second}]
            json_lines([{**pair, "calibrated_on": LINKS_CALIBRATED_ON, "judgements": said}]) if as_json else show_pair(pair)
            return
        document = find_document(opened, first)
        said = judgements_on(opened, judged_keys(document))
        rows = anchored(opened, evidence or settings.evidence, document)
    if as_json:
        json_lines([document | {"places": rows, "judgements": said}])
    else:
        show_document(document, rows, said)
