"""`churnwatch check`: validates every data file and runs the examples inside them."""

from collections.abc import Iterator
from typing import Annotated

import typer

from churnwatch.options import Sites


def check(
    what: Annotated[str, typer.Argument(help="sites, lexicons or all", metavar="[sites|lexicons]")] = "all",
    sites: Sites = None,
) -> None:
    """Validate site files and lexicons and run their inline examples.

    Example: churnwatch check lexicons
    """
    from churnwatch.show import say
    from crawlers.errors import ConfigError

    if what not in ("all", "sites", "lexicons"):
        raise ConfigError(f"unknown part {what!r}: use sites or lexicons")
    problems = [*(_sites(sites) if what in ("all", "sites") else ()), *(_lexicons() if what in ("all", "lexicons") else ())]
    for problem in problems:
        say(problem)
    if problems:
        raise ConfigError(f"{len(problems)} problem(s) in data files, listed above")
    say("all data files are valid and their examples hold")


def _sites(folder: Sites) -> Iterator[str]:
    from importlib.resources import files
    from pathlib import Path

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


def _lexicons() -> Iterator[str]:
    from crawlers.errors import ConfigError
    from crawlers.page_state import check_rules
    from indexer.network.platforms import load_platforms
    from nlp.extract import check_extractors
    from nlp.lexicon import check_lexicons

    yield from check_lexicons()
    yield from check_rules()
    yield from check_extractors()
    try:
        load_platforms()
    except ConfigError as error:
        yield str(error)
