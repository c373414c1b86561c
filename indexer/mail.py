"""How an alert leaves: over SMTP, or as `*.eml` files in a folder (demo)."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from crawlers.errors import ChurnwatchError, ConfigError


class MailError(ChurnwatchError):
    """A mail did not leave. `away` says that the server itself is the trouble, so that the next mail would fare no better."""

    def __init__(self, message: str, *, away: bool) -> None:
        super().__init__(message)
        self.away = away


class Mailer(Protocol):
    """What sends one mail; raises MailError when it did not leave."""

    @property
    def sender(self) -> str: ...

    @property
    def recipients(self) -> tuple[str, ...]: ...

    def send(self, message: EmailMessage) -> str | None:
        """Hands the mail over; returns None when the other side took it for everybody, else who was left out and why."""


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """One SMTP server, one connection a mail. `starttls` refuses to go on in the clear; `ca` is a PEM file trusted instead of the system's.

    A password without STARTTLS is refused unless the server is on loopback. Raises ConfigError for an address that is none.
    """

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    user: str | None = None
    password: str | None = None
    starttls: bool = True
    ca: Path | None = None
    timeout_s: float = 20.0

    def __post_init__(self) -> None:
        """Refuses what would fail at the first mail, or leak a password."""
        check_addresses(self.sender, self.recipients)
        if self.password and not self.starttls and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ConfigError("a password over an unencrypted connection: switch STARTTLS on", key="smtp_starttls")
        if self.ca is not None and not self.ca.is_file():
            raise ConfigError("no such file: name a PEM file with the server's authority", file=self.ca, key="smtp_ca")

    def send(self, message: EmailMessage) -> str | None:
        """Hands the mail to the server; recipients refused while others were taken are named only: a second try would reach those twice."""
        where = f"mail server {self.host}:{self.port}"
        with _named(where):
            # local_hostname keeps smtplib from asking the resolver for this machine's own name.
            server = smtplib.SMTP(self.host, self.port, local_hostname="churnwatch.invalid", timeout=self.timeout_s)
            try:
                if self.starttls:
                    server.starttls(context=ssl.create_default_context(cafile=str(self.ca) if self.ca else None))
                if self.user:
                    server.login(self.user, self.password or "")
                refused = server.send_message(message, self.sender, self.recipients)
            except BaseException:
                server.close()
                raise
            # The server has the mail now: a failing goodbye must not look like a failed mail, or it would be sent again.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()
        return f"{where} took the mail but not for {', '.join(sorted(refused))}: check mail_to" if refused else None


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Writes each mail as `<alert id>.eml`, named by the Message-ID; a second writing of one mail replaces the first."""

    folder: Path
    sender: str = "churnwatch@churnwatch.invalid"
    recipients: tuple[str, ...] = ("analyst@agency.example",)

    def send(self, message: EmailMessage) -> str | None:
        """Writes the mail whole or not at all."""
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / f".{name}.part"
            part.write_bytes(message.as_bytes())
            part.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise MailError(f"mail folder {self.folder}: {error.strerror}; the alert stays in the outbox", away=True) from error
        return None


def check_addresses(sender: str, recipients: tuple[str, ...]) -> None:
    """Raises ConfigError unless there is a recipient and every address is one plain ASCII address without a line break."""
    if not recipients:
        raise ConfigError("no recipient: name at least one address", key="mail_to")
    for key, address in (("mail_from", sender), *(("mail_to", one) for one in recipients)):
        try:
            valid = address.isascii() and bool(Address(addr_spec=address).domain)
        except (ValueError, IndexError, MessageError):
            valid = False
        if not valid:
            raise ConfigError(f"not a mail address: {address!r}", key=key)


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Turns what smtplib raises into a MailError that says where and what next. Order matters: SMTPException is an OSError."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = "; ".join(f"{address}: {code} {_said(reply)}" for address, (code, reply) in sorted(error.recipients.items()))
        raise MailError(f"{where} refuses every recipient ({codes}): check mail_to", away=True) from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailError(f"{where} refuses user or password ({error.smtp_code}): check smtp_user and smtp_password", away=True) from error
    except smtplib.SMTPDataError as error:
        raise MailError(
            f"{where} refuses the mail ({error.smtp_code} {_said(error.smtp_error)}); it stays in the outbox", away=False
        ) from error
    except smtplib.SMTPResponseException as error:
        raise MailError(f"{where} answers {error.smtp_code} {_said(error.smtp_error)}; the alert stays in the outbox", away=True) from error
    except ssl.SSLError as error:
        raise MailError(
            f"{where}: no trusted encryption ({error.reason}): check smtp_ca and the server's certificate", away=True
        ) from error
    except smtplib.SMTPException as error:
        raise MailError(f"{where}: {_said(str(error))}; the alert stays in the outbox", away=True) from error
    except OSError as error:
        raise MailError(f"{where} cannot be reached ({error.strerror or error}); the alert stays in the outbox", away=True) from error


def _said(reply: str | bytes) -> str:
    """A server's words on one line, cut to 200 characters: they end up in the store and on a terminal."""
    words = reply.decode("ascii", "replace") if isinstance(reply, bytes) else reply
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())[:200]
