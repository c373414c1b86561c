"""The console script: one verb a file in `churnwatch/commands/`; a group of verbs is a module with `app`.

Exit codes: 0 done, 1 failed, 2 bad input. Heavy imports live inside the command functions, so that `--help` stays fast.
"""

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

import typer

from churnwatch import commands
from crawlers.errors import ChurnwatchError, ConfigError


def build_app() -> typer.Typer:
    """The whole command line: every module in `churnwatch.commands` gives the verb of its name."""
    app = typer.Typer(
        name="churnwatch",
        help="Watches storefronts of fentanyl precursor suppliers: evidence, coded language, operator links, churn, leads.",
        rich_markup_mode=None,  # rich help costs 0.1 s of CPU (measured 2026-11-24)
        add_completion=False,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
    )
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda found: found.name):
        verb = importlib.import_module(f"churnwatch.commands.{module.name}")
        if hasattr(verb, "app"):
            app.add_typer(verb.app, name=module.name)
        else:
            app.command(name=module.name)(getattr(verb, module.name))
    return app


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code; errors go to standard error as one readable line."""
    from typer._click.exceptions import ClickException  # typer 0.29 carries its own click; its minor is pinned

    command = typer.main.get_command(build_app())
    try:
        outcome = command.main(args=list(arguments), prog_name="churnwatch", standalone_mode=False)
    except ClickException as error:
        error.show()
        return 2
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        print("stopped; evidence written so far is kept, the same command goes on from there", file=sys.stderr)
        return 1
    except ConfigError as error:
        print(f"churnwatch: bad input: {error}", file=sys.stderr)
        return 2
    except ChurnwatchError as error:
        print(f"churnwatch: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return outcome if isinstance(outcome, int) else 0


def main() -> None:
    """Entry point of the console script."""
    # Scrapy's tldextract would otherwise look for a newer suffix list on the network; it is read before any import of scrapy.
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""
    sys.exit(run(sys.argv[1:]))
