"""What a person sees: tables, progress and JSON Lines. Rich is imported only when something is drawn."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

# Control characters in page text could move the cursor or recolour the terminal of whoever reads it.
CONTROL = {code: "�" for code in (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)) if code not in (9, 10)}


def json_lines(documents: Iterable[object]) -> None:
    """Writes each document as one line of JSON to standard output."""
    import orjson

    for document in documents:
        sys.stdout.buffer.write(orjson.dumps(document) + b"\n")
    sys.stdout.buffer.flush()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Draws a table; cells are plain text, never markup, with control characters replaced."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        title=Text(title), title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    for column in columns:
        drawn.add_column(Text(column), overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(plain(cell)) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    with console.capture() as lines:
        console.print(drawn)
    for line in lines.get().splitlines():
        print(line.rstrip())


def plain(value: object) -> str:
    """A value as people read it: None as an empty cell, no control characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list | tuple):
        return ", ".join(plain(part) for part in value)
    return str(value).translate(CONTROL)


def say(text: str = "") -> None:
    """One line for people on standard output, at once: whoever follows a long run through a pipe or a log sees it as it happens."""
    print(text.translate(CONTROL), flush=True)


def fields(values: Mapping[str, object]) -> None:
    """A block of `name: value` lines, names aligned."""
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        say(f"{name:<{width}}  {plain(value)}")


def say_calibration(documents: Iterable[Mapping[str, object]]) -> None:
    """One line for each thing that the scores of these documents were calibrated on; nothing when none has a score."""
    for words in sorted({str(one.get("calibrated_on") or "not noted") for one in documents if one.get("score") is not None}):
        say(f"scores calibrated on: {words}")


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A moving bar on standard error while something of unknown length goes on."""
    with progress() as bar:
        bar.add_task(what, total=None)
        yield


@contextmanager
def progress() -> Iterator["Progress"]:
    """A progress bar on standard error that vanishes when done; silent when standard error is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        yield bar
