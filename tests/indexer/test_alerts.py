"""The outbox against a real mail server on loopback with STARTTLS and a password."""

import email
import email.policy
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import ConfigError
from indexer.alert_mail import alert_mail
from indexer.alerts import new_alerts, render, send_alerts, waiting_alerts
from indexer.leads import lead_id, refresh_leads
from indexer.mail import FolderMailer, SmtpMailer
from indexer.sqlite_store import SqliteStore

AT = datetime(2026, 3, 10, 8, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
CLUSTER = lead_id(cluster="green-door.example/1")
LONE = lead_id(storefront="lone-lab.example")


class Inbox:
    """What the server took; `refuse` may answer a mail's DATA with an SMTP code instead."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.refuse: Callable[[bytes], str | None] = lambda content: None
        self.refused_recipients: set[str] = set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        if address in self.refused_recipients:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        refusal = self.refuse(envelope.content)
        if refusal:
            return refusal
        self.mails.append(envelope.content)
        return "250 OK"

    def read(self) -> list[email.message.EmailMessage]:
        return [email.message_from_bytes(content, policy=email.policy.SMTP) for content in self.mails]


class AnyPort(Controller):
    """A server on a port that the system chose; the stock one knocks at port 0 to see that it is up."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A self-signed certificate with its key for localhost, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox, certificate) -> Iterator[Controller]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def authenticate(server, session, envelope, mechanism, data):
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"watch", b"right")
        return AuthResult(success=known, handled=known)

    controller = AnyPort(
        inbox,
        hostname="127.0.0.1",
        port=0,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
        decode_data=False,
    )
    controller.start()
    yield controller
    if controller.loop.is_running():
        controller.stop()


@pytest.fixture
def mailer(server, certificate) -> SmtpMailer:
    return SmtpMailer(
        host="localhost",
        port=server.port,
        sender="watch@agency.example",
        recipients=("ana@agency.example",),
        user="watch",
        password="right",
        ca=certificate,
        timeout_s=5,
    )


@pytest.fixture
def waiting(linked):
    """The linked market with its two alerts in the outbox."""
    refresh(linked)
    assert len(new_alerts(linked.store, AT)) == 2
    return linked


def refresh(market, at=AT) -> None:
    refresh_leads(market.store, at, market.store.next_sequence())


def statuses(market) -> list[str]:
    return [str(alert["status"]) for alert in market.store.scan("alert")]


def test_a_new_high_lead_is_alerted_once_ever(linked):
    refresh(linked)
    created = new_alerts(linked.store, AT)
    assert {alert["lead_id"] for alert in created} == {CLUSTER, LONE}
    assert [alert["status"] for alert in created] == ["pending", "pending"]
    refresh(linked, LATER)
    assert new_alerts(linked.store, LATER) == []
    # Gone and back again: the same lead, so no second alert.
    linked.shop("lone-lab.example", band="low", score=0.1)
    refresh(linked, LATER)
    linked.shop("lone-lab.example")
    refresh(linked, LATER)
    assert new_alerts(linked.store, LATER) == []


def test_a_high_storefront_that_joins_a_known_lead_is_alerted_once(linked):
    refresh(linked)
    new_alerts(linked.store, AT)
    linked.shop("red-door.example", first=9)
    linked.cluster("green-door.example/1", "blue-door.example", "green-door.example", "red-door.example")
    refresh(linked, LATER)
    (alert,) = new_alerts(linked.store, LATER)
    assert (alert["lead_id"], alert["storefronts"], alert["subject"]) == (
        CLUSTER,
        ["red-door.example"],
        "New storefront of a known seller: red-door[.]example",
    )
    assert "New in this known group: red-door[.]example" in alert["text"]
    refresh(linked, LATER)
    assert new_alerts(linked.store, LATER) == []


def test_a_storefront_of_no_high_rating_that_joins_is_no_alert(waiting):
    waiting.shop("mild.example", band="medium", score=0.5)
    waiting.cluster("green-door.example/1", "blue-door.example", "green-door.example", "mild.example")
    refresh(waiting, LATER)
    assert new_alerts(waiting.store, LATER) == []


@pytest.mark.parametrize(("label", "alerts"), [("growing fast, to be reviewed", 1), (None, 2), ("reviewed", 2)])
def test_a_cluster_that_grew_too_fast_is_held(linked, label, alerts):
    linked.cluster("green-door.example/1", "blue-door.example", "green-door.example", label=label)
    refresh(linked)
    assert len(new_alerts(linked.store, AT)) == alerts


def test_the_alert_of_a_held_cluster_leaves_when_the_label_is_gone(linked, mailer, inbox):
    refresh(linked)
    new_alerts(linked.store, AT)
    linked.cluster("green-door.example/1", "blue-door.example", "green-door.example", label="growing fast, to be reviewed")
    refresh(linked, LATER)
    send_alerts(linked.store, mailer, LATER, "a")
    assert [mail["Subject"] for mail in inbox.read()] == [
        "New lead: lone-lab[.]example: promises passage, resending or refund past customs"
    ]
    linked.cluster("green-door.example/1", "blue-door.example", "green-door.example")
    refresh(linked, LATER)
    send_alerts(linked.store, mailer, LATER, "a")
    assert len(inbox.mails) == 2


def test_a_withdrawn_lead_is_not_mailed(waiting, mailer, inbox):
    waiting.shop("lone-lab.example", band="low", score=0.1)
    refresh(waiting, LATER)
    send_alerts(waiting.store, mailer, LATER, "a")
    assert len(inbox.mails) == 1
    assert sorted(statuses(waiting)) == ["pending", "sent"]
    assert waiting_alerts(waiting.store) == []


def test_a_mail_says_what_why_and_how_to_check(waiting, mailer, inbox):
    sent = send_alerts(waiting.store, mailer, AT, "a")
    assert [alert["status"] for alert in sent] == ["sent", "sent"] == statuses(waiting)
    mail = next(one for one in inbox.read() if one["References"] == f"<{CLUSTER}@agency.example>")
    assert (mail["From"], mail["To"], mail["Date"]) == ("watch@agency.example", "ana@agency.example", "Tue, 10 Mar 2026 08:00:00 +0000")
    assert mail["Subject"] == "New lead: 2 linked storefronts offer 1-boc-4-AP, 1 of them closed"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        for words in (
            "green-door[.]example",
            "seized",
            "hxxps://green-door[.]example/",
            "cap_green-door",
            "only these 2 storefronts have it",
            CLUSTER,
            "churnwatch verify",
            "green-door/vis_1.warc.gz at byte 512",
            "very likely (0.98)",
            "greendoor24",
            "TLP:AMBER",
        ):
            assert words in part, words
        assert re.findall(r"\w\.example|https?:", part) == []
    assert "same Telegram name greendoor24" in text and "same network address" not in text  # a hub is no reason
    assert "“we >>1-boc-4-AP<< worldwide”" in text
    assert "we <mark>1-boc-4-AP</mark> worldwide" in html


def test_the_same_alert_and_time_give_the_same_bytes(waiting, tmp_path):
    one, two = FolderMailer(tmp_path / "one"), FolderMailer(tmp_path / "two")
    send_alerts(waiting.store, one, AT, "a")
    for alert in list(waiting.store.scan("alert")):
        waiting.store.put("alert", [alert | {"status": "pending"}])
    send_alerts(waiting.store, two, AT, "b")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(f"{alert['id']}.eml" for alert in waiting.store.scan("alert"))
    assert [(tmp_path / "one" / name).read_bytes() for name in names] == [(tmp_path / "two" / name).read_bytes() for name in names]


def test_two_processes_send_one_mail(waiting, mailer, inbox, tmp_path):
    gate = threading.Barrier(2)
    tried: dict[str, int] = {}

    def work(name: str) -> None:
        store = SqliteStore(tmp_path / "market.db")
        gate.wait()
        tried[name] = len(send_alerts(store, mailer, AT, name))
        store.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(tried.values()) == 2
    assert sorted(mail["References"] for mail in inbox.read()) == sorted(f"<{key}@agency.example>" for key in (CLUSTER, LONE))


def test_a_claim_whose_process_died_is_taken_over_after_it_expired(waiting, mailer, inbox):
    (first, second) = waiting.store.scan("alert")
    assert waiting.store.claim(str(first["id"]), "died", "2026-03-10T08:00:00Z", expired="2026-03-10T07:45:00Z")
    assert [alert["id"] for alert in send_alerts(waiting.store, mailer, AT + timedelta(minutes=14), "b")] == [second["id"]]
    (alert,) = send_alerts(waiting.store, mailer, AT + timedelta(minutes=16), "b")
    assert (alert["id"], alert["status"], alert["claimed_by"]) == (first["id"], "sent", "b")
    assert len(inbox.mails) == 2


def test_a_refused_mail_stays_and_is_tried_again(waiting, mailer, inbox):
    inbox.refuse = lambda content: "452 mailbox full\r\n" if b"lone-lab" in content else None
    results = {alert["lead_id"]: alert for alert in send_alerts(waiting.store, mailer, AT, "a")}
    assert (results[CLUSTER]["status"], results[LONE]["status"], results[LONE]["attempts"]) == ("sent", "pending", 1)
    assert "452 mailbox full" in results[LONE]["error"]
    inbox.refuse = lambda content: None
    (again,) = send_alerts(waiting.store, mailer, LATER, "a")
    assert (again["status"], again["attempts"], again["error"], again["sent_at"]) == ("sent", 2, None, "2026-03-10T09:00:00Z")
    assert len(inbox.mails) == 2


def test_a_server_that_is_away_is_asked_once_and_nothing_is_lost(waiting, mailer, server, inbox):
    server.stop()
    (tried,) = send_alerts(waiting.store, mailer, AT, "a")
    assert tried["status"] == "pending" and "cannot be reached" in tried["error"]
    assert statuses(waiting) == ["pending", "pending"]
    assert inbox.mails == []


def test_no_mail_is_begun_after_the_time_of_one_call(waiting, mailer, inbox):
    ticks = iter([0.0, 1.0, 301.0])
    assert len(send_alerts(waiting.store, mailer, AT, "a", clock=lambda: next(ticks))) == 1
    assert sorted(statuses(waiting)) == ["pending", "sent"]


def test_a_recipient_refused_among_others_is_named_and_the_mail_not_repeated(waiting, server, certificate, inbox):
    inbox.refused_recipients = {"gone@agency.example"}
    mailer = SmtpMailer(
        host="localhost",
        port=server.port,
        sender="watch@agency.example",
        recipients=("ana@agency.example", "gone@agency.example"),
        user="watch",
        password="right",
        ca=certificate,
    )
    first = send_alerts(waiting.store, mailer, AT, "a")[0]
    assert first["status"] == "sent" and "not for gone@agency.example" in first["error"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"password": "wrong"}, "refuses user or password (535)"),
        ({"user": None, "password": None}, "530"),
        ({"ca": None}, "no trusted encryption"),
        ({"starttls": False, "user": None, "password": None}, "530"),
    ],
)
def test_a_wrong_mail_setting_says_what_is_wrong_and_sends_nothing(waiting, mailer, inbox, change, says):
    fields = {name: getattr(mailer, name) for name in ("host", "port", "sender", "recipients", "user", "password", "starttls", "ca")}
    (tried,) = send_alerts(waiting.store, SmtpMailer(**fields | change), AT, "a")
    assert says in tried["error"], tried["error"]
    assert inbox.mails == [] and statuses(waiting) == ["pending", "pending"]


@pytest.mark.parametrize(
    ("sender", "recipients"),
    [
        ("watch@agency.example", ()),
        ("watch@agency.example", ("no address",)),
        ("watch@agency.example", ("ana@agency.example\r\nBcc: spy@bad.example",)),
        ("watch\n@agency.example", ("ana@agency.example",)),
        ("watch@agency.example", ("ana@agency.example, spy@bad.example",)),
        ("", ("ana@agency.example",)),
        ("watch@agency.example", ("anä@agency.example",)),
    ],
)
def test_addresses_that_are_none_are_refused_when_the_mailer_is_made(sender, recipients):
    with pytest.raises(ConfigError):
        SmtpMailer(host="localhost", port=25, sender=sender, recipients=recipients)


def test_a_password_never_leaves_unencrypted():
    with pytest.raises(ConfigError, match="unencrypted"):
        SmtpMailer("mail.agency.example", 25, "a@agency.example", ("b@agency.example",), user="a", password="secret", starttls=False)


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\x00"])
def test_a_page_cannot_write_headers(market, mailer, inbox, break_):
    name = f"shop.example#x{break_}Bcc: spy@bad.example{break_}{break_}--=_body"
    place = {"capture_id": "cap_1", "storefront": name, "in": "text", "quote": f"boundary{break_}--=_alr{break_}Content-Type: text/html"}
    market.shop(name, {"id": "controlled_precursor", "points": 3.0, "places": [place]})
    refresh(market)
    new_alerts(market.store, AT)
    assert [alert["status"] for alert in send_alerts(market.store, mailer, AT, "a")] == ["sent"]
    (mail,) = inbox.read()
    assert mail["Bcc"] is None and mail.defects == []
    assert {name.lower() for name in mail} == {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "references",
        "auto-submitted",
        "mime-version",
        "content-type",
    }
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@given(st.text(max_size=60) | st.text(st.characters(categories=["Cs", "Cf", "Cc", "Zl", "Mn"]), max_size=20))
def test_any_text_makes_a_whole_mail(said):
    place = {"in": said, "quote": said, "before": said, "after": said, "capture_id": said}
    reasons = [place | {"says": said, "points": 1, "storefront": said, "where": place}]
    lead = {
        "id": "lea_1",
        "title": said,
        "tlp": said,
        "score": 0.9,
        "evidence": {"storefronts": [{"storefront": said}], "reasons": reasons},
    }
    alert = {"id": "alr_1", "lead_id": "lea_1", "storefronts": [said]}
    mail = alert_mail(alert, lead, "watch@agency.example", ("ana@agency.example",), AT)
    read = email.message_from_bytes(mail.as_bytes(), policy=email.policy.SMTP)
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    # The standard library may lose a space where it folds a subject in two encoded words.
    assert "".join(read["Subject"].split()) == "".join(mail["Subject"].split())
    assert read.defects == [] and set(map(str.lower, read)) == set(map(str.lower, mail))


def test_a_script_in_a_quote_is_inert_in_the_mail(market, tmp_path):
    place = {"capture_id": "cap_1", "storefront": "a.example", "in": "text", "quote": "<script>alert(1)</script><img src=x onerror=y>"}
    market.shop("a.example", {"id": "controlled_precursor", "points": 3.0, "places": [place]})
    refresh(market)
    new_alerts(market.store, AT)
    send_alerts(market.store, FolderMailer(tmp_path), AT, "a")
    (path,) = tmp_path.glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.SMTP)
    html = mail.get_body(("html",)).get_content()
    assert "<script" not in html and "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_dry_run_claims_and_sends_nothing(waiting, mailer, inbox):
    before = list(waiting.store.scan("alert"))
    shown = send_alerts(waiting.store, mailer, AT, "a", dry_run=True)
    assert len(shown) == 2 and all("HOW TO CHECK" in alert["text"] for alert in shown)
    assert render(waiting.store, shown[0]).startswith("Subject: New lead: ")
    assert list(waiting.store.scan("alert")) == before
    assert inbox.mails == []


def test_a_mail_from_a_simulated_clock_says_invented(market, tmp_path):
    market.simulated = True
    market.shop("made-up.example")
    refresh(market)
    new_alerts(market.store, AT)
    (alert,) = send_alerts(market.store, FolderMailer(tmp_path), AT, "a")
    assert alert["subject"].startswith("INVENTED: ")
    (path,) = tmp_path.glob("*.eml")
    content = path.read_text()
    assert "Subject: INVENTED: " in content and content.count("INVENTED: this mail comes from a demonstration") == 2


def test_a_folder_that_cannot_be_written_keeps_the_alert(waiting, tmp_path):
    (tmp_path / "file").write_text("")
    (tried,) = send_alerts(waiting.store, FolderMailer(tmp_path / "file" / "mail"), AT, "a")
    assert tried["status"] == "pending" and "stays in the outbox" in tried["error"]
