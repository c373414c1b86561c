"""`churnwatch check`: validates every data file and runs the examples inside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from churnwatch.options import Sites


def check(
    what: Annotated[str, typer.Argument(help="sites, lexicons, kibana or all", metavar="[sites|lexicons|kibana]")] = "all",
    sites: Sites = None,
    lexicons: Annotated[Path | None, typer.Option("--lexicons", help="Another folder of lexicons; default: those in force.")] = None,
    accept_figures: Annotated[bool, typer.Option("--accept-figures", help="Commit today's accuracy on our labelled texts.")] = False,
) -> None:
    """Validate site files, lexicons and Kibana assets, run their inline examples, and say how accuracy on our labelled texts changed.

    Example: churnwatch check lexicons
    """
    from churnwatch.show import say
    from crawlers.errors import ConfigError

    parts = {"sites": lambda: _sites(sites), "lexicons": lambda: _lexicons(lexicons), "kibana": _kibana}
    if what not in ("all", *parts):
        raise ConfigError(f"unknown part {what!r}: use {', '.join(parts)} or all")
    problems = [problem for name, part in parts.items() if what in ("all", name) for problem in part()]
    for problem in problems:
        say(problem)
    if problems:
        raise ConfigError(f"{len(problems)} problem(s) in data files, listed above")
    say("all data files are valid and their examples hold")
    if what in ("all", "lexicons"):
        from churnwatch.accuracy import accuracy_lines, baseline_path

        for line in accuracy_lines(baseline_path(), lexicons, accept=accept_figures):
            say(line)


def _sites(folder: Sites) -> Iterator[str]:
    from importlib.resources import files

    from churnwatch.settings import load_settings
    from crawlers.errors import ConfigError
    from crawlers.site import load_site

    chosen = folder or load_settings().sites
    shipped = sorted(Path(str(files("crawlers") / "sites")).glob("*.yml"))
    for path in [*shipped, *sorted(chosen.glob("*.yml"))]:
        try:
            load_site(path)
        except ConfigError as error:
            yield str(error)


def _lexicons(folder: Path | None) -> Iterator[str]:
    from crawlers.errors import ConfigError
    from crawlers.page_state import check_rules
    from indexer.network.platforms import load_platforms
    from nlp.extract import check_extractors
    from nlp.lexicon import check_lexicons, load_lexicons
    from nlp.review import rejected_terms

    loaded = load_lexicons(folder)
    yield from check_lexicons(loaded)
    rejected_terms(folder or Path(str(loaded.folder)))
    yield from check_rules()
    yield from check_extractors()
    try:
        load_platforms()
    except ConfigError as error:
        yield str(error)


def _kibana() -> Iterator[str]:
    from indexer.kibana.check import check_kibana

    yield from check_kibana()
