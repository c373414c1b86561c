"""`churnwatch alert`: mails what waits in the outbox."""

from typing import Annotated

import typer

from churnwatch.options import Json, Store


def alert(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the mails; claim and send nothing.")] = False,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Mail the alerts that wait in the outbox, each once.

    Example: churnwatch alert --dry-run
    """
    from datetime import UTC, datetime

    from churnwatch.pipeline import open_settings_store
    from churnwatch.sending import claimant, mailer_of
    from churnwatch.settings import load_settings
    from churnwatch.show import json_lines, say, table
    from crawlers.errors import ConfigError
    from indexer.alerts import render, send_alerts, waiting_alerts

    settings = load_settings()
    with open_settings_store(settings, store) as opened:
        if dry_run:
            waiting = waiting_alerts(opened)
            if as_json:
                json_lines(waiting)
                return
            for one in waiting:
                say(render(opened, one))
                say()
            say(f"{len(waiting)} alert(s) wait; nothing was sent")
            return
        mailer = mailer_of(settings)
        if mailer is None:
            raise ConfigError("no mail server: set CHURNWATCH_SMTP_HOST and CHURNWATCH_MAIL_TO, or look with --dry-run", key="smtp_host")
        sent = send_alerts(opened, mailer, datetime.now(UTC), claimant())
    if as_json:
        json_lines(sent)
        return
    table("Alerts", ("subject", "status", "error"), ((one["subject"], one["status"], one.get("error")) for one in sent))
    if any(one["status"] != "sent" for one in sent):
        raise typer.Exit(1)
