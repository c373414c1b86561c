"""`churnwatch normalise`: shows what matching sees."""

from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Json


def normalise(
    text: Annotated[Path, typer.Option("--text", help="JSON Lines of {id, text}.")],
    as_json: Json = False,
) -> None:
    """Show how texts read once look-alikes, odd digits, spacing and leet are undone, with every offset into the original.

    Example: churnwatch normalise --text texts.jsonl --json
    """
    from churnwatch.json_input import read_texts
    from churnwatch.show import json_lines, table
    from nlp.lexicon import load_lexicons
    from nlp.normalize import normalise as normal

    lexicons = load_lexicons()
    rows = [(row, normal(row.text, lexicons)) for row in read_texts(text)]
    if as_json:
        json_lines(
            {"id": row.id, "text": row.text, "skeleton": seen.skeleton, "origin": list(seen.origin), "origin_end": list(seen.origin_end)}
            for row, seen in rows
        )
        return
    table("What matching sees", ("id", "text", "skeleton"), ((row.id, row.text, seen.skeleton) for row, seen in rows))
