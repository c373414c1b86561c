"""The outbox: one alert for each new lead and for each new high storefront of a known lead, mailed once.

An alert waits as `pending`, is `claimed` by one process, and ends as `sent`. When a mail fails the alert is `pending` again, with its error
and count of attempts. A process that dies between claim and mail leaves a claim that expires; one that dies after the server took the mail
and before that was noted leaves a second mail with the same Message-ID. Alerts of withdrawn leads, of
leads judged false, and of clusters that the growth alarm labelled, stay in the outbox until the lead stands again or the label is gone.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from crawlers.ids import content_id, instant
from indexer.alert_mail import alert_mail, alert_subject, alert_text, new_lead_alert_id
from indexer.lead_view import is_growing
from indexer.mail import Mailer, MailError
from indexer.store import Document, Store
from indexer.values import number, row, rows, standing, text, texts

# A claim older than this belongs to a process that died: one mail has at most some ten answers of 20 s to wait for (mail.py).
CLAIM_EXPIRES = timedelta(minutes=15)
# No new mail is begun after this many seconds of one call, so that every claim is far younger than CLAIM_EXPIRES while it is at work.
WORK_S = 300.0


def new_alerts(store: Store, at: datetime) -> list[Document]:
    """The alerts that this call put into the outbox, ordered by lead id: one for a new lead, one when a known lead gains high storefronts.

    Each is created once ever; of two processes only the one that created it gets it back.
    """
    before: dict[str, set[str]] = {}
    for alert in store.scan("alert"):
        before.setdefault(text(alert, "lead_id"), set()).update(texts(alert, "storefronts"))
    told = {storefront for storefronts in before.values() for storefront in storefronts}
    created = []
    for lead in store.scan("lead", {"band": "high"}):
        new = [storefront for storefront in _high(lead) if storefront not in told]
        if not _due(lead) or text(lead, "status") == "closed" or (text(lead, "id") in before and not new):
            continue
        alert = _alert(lead, new if text(lead, "id") in before else [], at)
        if store.put("alert", [alert], create=True).written:
            created.append(alert)
    store.settle()
    return created


def waiting_alerts(store: Store) -> list[Document]:
    """The alerts that would be sent now, oldest first: pending or claimed, with a lead that stands and is not held back."""
    found = [alert for alert in store.scan("alert", {"status": ["pending", "claimed"]}) if (lead := _lead(store, alert)) and _due(lead)]
    return sorted(found, key=lambda alert: (text(alert, "created_at"), text(alert, "id")))


def render(store: Store, alert: Document) -> str:
    """The mail as text, subject first, as it would leave now; claims nothing."""
    lead = _lead(store, alert)
    return f"Subject: {alert_subject(alert, lead)}\n\n{alert_text(alert, lead)}" if lead else text(alert, "text")


def send_alerts(
    store: Store,
    mailer: Mailer,
    at: datetime,
    claimant: str,
    dry_run: bool = False,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> list[Document]:
    """The alerts that this call tried, as they are stored now: status `sent`, or `pending` with `error`.

    `claimant` names this process. With `dry_run` nothing is claimed or sent, and the alerts come back with the text they would have.
    Stops early when the mail server is away and after WORK_S seconds of `clock`; what is left waits for the next call.
    """
    if dry_run:
        return [alert | {"text": render(store, alert)} for alert in waiting_alerts(store)]
    started, tried = clock(), []
    for alert in _claimed(store, at, claimant, lambda: clock() - started < WORK_S):
        lead = _lead(store, alert)
        assert lead is not None  # waiting_alerts saw it, and leads are never deleted
        attempts = int(number(alert, "attempts") or 0) + 1
        note, away = None, False
        try:
            note = mailer.send(alert_mail(alert, lead, mailer.sender, mailer.recipients, at))
            done = {"status": "sent", "sent_at": instant(at), "text": alert_text(alert, lead)}
        except MailError as error:
            note, away = str(error), error.away
            done = {"status": "pending"}
        kept = alert | done | {"attempts": attempts, "error": note}
        store.put("alert", [kept])
        tried.append(kept)
        if away:
            break
    store.settle()
    return tried


def _claimed(store: Store, at: datetime, claimant: str, has_time: Callable[[], bool]) -> Iterator[Document]:
    """Waiting alerts one by one as this caller wins them, freshly read: another process may have tried one meanwhile."""
    for waiting in waiting_alerts(store):
        key = text(waiting, "id")
        if not has_time():
            return
        if store.claim(key, claimant, instant(at), expired=instant(at - CLAIM_EXPIRES)) and (alert := store.get("alert", key)):
            yield alert


def _alert(lead: Document, joined: list[str], at: datetime) -> Document:
    """A new alert on a lead; `joined` are the storefronts that a known lead gained, empty for a new lead."""
    about = joined or _high(lead)
    alert: Document = {
        "id": content_id("alr", text(lead, "id"), "joined", *joined) if joined else new_lead_alert_id(text(lead, "id")),
        "kind": "alert",
        "lead_id": lead["id"],
        "storefront": about[0],
        "storefronts": [*about],
        "title": lead.get("title"),
        "status": "pending",
        "created_at": instant(at),
        "attempts": 0,
    }
    return alert | {"subject": alert_subject(alert, lead), "text": alert_text(alert, lead)}


def _lead(store: Store, alert: Document) -> Document | None:
    return store.get("lead", text(alert, "lead_id"))


def _high(lead: Document) -> list[str]:
    return [text(one, "storefront") for one in rows(row(lead, "evidence"), "storefronts") if one.get("band") == "high"]


def _due(lead: Document) -> bool:
    """May a mail about this lead leave: it stands, nobody judged it false, and no growth alarm asks for a look first."""
    return standing(lead) and text(lead, "verdict") != "false" and not is_growing(row(row(lead, "evidence"), "cluster"))
