"""One alert as a mail: subject, text and HTML from the lead as it stands; the same alert and time give the same bytes."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from crawlers.ids import content_id
from indexer.lead_view import LeadView, lead_view
from indexer.plain_text import shown
from indexer.store import Document
from indexer.templating import page
from indexer.values import text, texts

SUBJECT_MAX = 120
INVENTED = "INVENTED"


def alert_subject(alert: Document, lead: Document) -> str:
    """One short line; `INVENTED:` first when the lead comes from a simulated clock."""
    about = texts(alert, "storefronts")
    names = ", ".join(about[:2]) + (" …" if len(about) > 2 else "")
    words = f"New storefront of a known seller: {names}" if _is_joined(alert) else f"New lead: {text(lead, 'title')}"
    return shown(f"{INVENTED}: {words}" if lead.get("simulated") else words, SUBJECT_MAX)


def alert_text(alert: Document, lead: Document) -> str:
    """The mail for plain readers: why, which storefronts, what links them, how to check."""
    return page("alert.txt", lead=lead_view(lead), joined=_joined(alert))


def alert_mail(alert: Document, lead: Document, sender: str, recipients: tuple[str, ...], at: datetime) -> EmailMessage:
    """The whole mail. Message-ID and part boundary come from the alert id, Date is `at`, mails of one lead form a thread."""
    view: LeadView = lead_view(lead)
    key = text(alert, "id")
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Subject"] = alert_subject(alert, lead)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{key}@{domain}>"
    mail["References"] = f"<{view.id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    joined = _joined(alert)
    # Quoted-printable writes "=" as "=3D", so a boundary with "=_" cannot stand in what a page made us quote (RFC 2045, 6.7).
    mail.set_content(page("alert.txt", lead=view, joined=joined), cte="quoted-printable")
    mail.add_alternative(page("alert.html", lead=view, joined=joined), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{key}")
    return mail


def new_lead_alert_id(lead_id: str) -> str:
    """The id of the alert that first tells of a lead; every other alert on it tells of storefronts that it gained."""
    return content_id("alr", lead_id, "new")


def _is_joined(alert: Document) -> bool:
    return text(alert, "id") != new_lead_alert_id(text(alert, "lead_id"))


def _joined(alert: Document) -> tuple[str, ...]:
    return tuple(shown(one) for one in texts(alert, "storefronts")) if _is_joined(alert) else ()
