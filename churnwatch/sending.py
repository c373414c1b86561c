"""Alerts on their way out: by SMTP when the settings name a server, else said on the terminal and left in the outbox."""

import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from churnwatch.settings import Settings
from indexer.store import Document, Store

if TYPE_CHECKING:
    from indexer.mail import SmtpMailer


def mailer_of(settings: Settings) -> "SmtpMailer | None":
    """The SMTP mailer that the settings describe, or None when they name no server."""
    from indexer.mail import SmtpMailer

    if settings.smtp_host is None or not settings.mail_to:
        return None
    return SmtpMailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        recipients=settings.mail_to,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        starttls=settings.smtp_starttls,
        ca=settings.smtp_ca,
    )


def claimant() -> str:
    """Who claims an alert: host name and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def send_or_say(settings: Settings, store: Store, at: datetime | None, *, quiet: bool = False) -> list[Document]:
    """Sends the waiting alerts and returns them; without an SMTP server they stay in the outbox and are printed."""
    from churnwatch.show import say
    from indexer.alerts import send_alerts, waiting_alerts

    mailer = mailer_of(settings)
    if mailer is not None:
        return send_alerts(store, mailer, at or datetime.now(UTC), claimant())
    waiting = waiting_alerts(store)
    for alert in waiting:
        if not quiet:
            say(f"alert (kept in the outbox; set CHURNWATCH_SMTP_HOST and CHURNWATCH_MAIL_TO to mail it): {alert['subject']}")
    return waiting
