"""Does our command line take these words; nothing is run."""

from collections.abc import Sequence

import typer

from churnwatch.cli import build_app


def parses(words: Sequence[str]) -> str | None:
    """None when they parse, else what the command line says against them."""
    from typer._click.exceptions import ClickException

    command = typer.main.get_command(build_app())
    rest = list(words)
    context = None
    try:
        while True:
            context = command.make_context(str(rest[0] if rest else "churnwatch"), rest, parent=context)
            if not hasattr(command, "commands"):
                return None
            _, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
    except ClickException as error:
        return error.format_message()
