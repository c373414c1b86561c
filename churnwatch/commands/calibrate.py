"""`churnwatch calibrate`: fits the risk weights to verdicts and says how far scores can be believed."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json, Store


def calibrate(
    judgements: Annotated[
        Path | None, typer.Option("--judgements", help="JSON Lines of {storefront, cluster?, verdict, reasons}, in place of the store.")
    ] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Write the reliability plot here, one HTML file.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the new risk.yml here.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write the new weights over the risk.yml in force.")] = False,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Fit the risk weights to what was judged, measured on operators the fit did not see; weights that are no better are refused (exit 1).

    Example: churnwatch calibrate --judgements judged.jsonl --plot reliability.html --out risk.yml
    """
    from datetime import UTC, datetime

    from churnwatch.calibrating import as_json as figures
    from churnwatch.calibrating import read_judged, shipped_weights, show, write_plot, write_whole
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say
    from crawlers.errors import ConfigError
    from indexer.judged_rows import are_invented, judged_rows
    from nlp.lexicon import load_lexicons
    from nlp.new_weights import calibrated, new_weights, provenance, refuse_worse

    if apply and out:
        raise ConfigError("use one of --out and --apply", key="--out")
    model, today, invented = load_lexicons().risk, datetime.now(UTC).date(), False
    if judgements is not None:
        rows = read_judged(judgements)
    else:
        with open_settings_store(load_settings(), store) as opened:
            rows = judged_rows(opened, model.calibrated_on)
            invented = are_invented(opened, rows)
    found = calibrated(rows, model)
    if as_json:
        json_lines([figures(found)])
    else:
        show(found)
    if plot:
        write_plot(plot, found, model, provenance(found, today, invented=invented))
    refuse_worse(found)
    if target := shipped_weights() if apply else out:
        write_whole(target, new_weights(shipped_weights().read_text("utf-8"), found, today, invented=invented))
    if not as_json:
        say(
            f"new weights written to {target}; `churnwatch rescore` says what they change"
            if target
            else "nothing written: add --out FILE or --apply"
        )
