"""From an exchange to a capture in the evidence, and back again when a visit is resumed."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawlers.canonical import as_asked
from crawlers.client import Exchange
from crawlers.content_coding import undo_coding
from crawlers.page_state import Rules, page_state
from crawlers.records import Capture, HostFacts, capture_id
from crawlers.visit_writer import VisitWriter

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_JUDGED = frozenset({"page", "redirect", "robots"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A capture with its body, content coding undone."""

    capture: Capture
    body: bytes

    @property
    def leads_to(self) -> str | None:
        """The URL that a redirect points to, or None when it points nowhere on the web."""
        return as_asked(_as_text(self.capture.header("Location") or ""), self.capture.url)


class Recorder:
    """Writes what one visit sees, once. With `now` the clock is simulated: the n-th capture is fetched at now + n ticks."""

    def __init__(self, writer: VisitWriter, rules: Rules, now: datetime | None = None, tick_s: int = 1) -> None:
        self._writer, self._rules, self._now, self._tick = writer, rules, now, timedelta(seconds=tick_s)
        self._count = self._found = len(writer.seen())
        self._hosts = {(facts.host, facts.port): facts for facts in writer.hosts()}
        self.visit_id = writer.visit_id

    def time(self) -> datetime:
        """The time by this visit's clock: the last capture's when it is simulated."""
        return self._now + self._tick * self._count if self._now is not None else datetime.now(UTC)

    def began(self) -> datetime | None:
        """When the first capture of a resumed visit was fetched, None for a new one."""
        return self._writer.began

    def recall(self, role: str, asked_url: str, hop: int, attempt: int) -> Answer | None:
        """The answer that the evidence of an interrupted visit already holds for this exchange, or None."""
        if not self._found:  # a new visit: nothing is asked for twice under one id
            return None
        for kept_as in (role, "redirect"):
            found = self._writer.find(capture_id(self.visit_id, kept_as, "http", asked_url, hop, attempt))
            if found is not None:
                return Answer(found[0], undo_coding(found[0].headers, found[1])[0])
        return None

    def keep(self, exchange: Exchange, role: str, asked_url: str, hop: int, attempt: int) -> Answer:
        """The exchange as a capture in the evidence; one that is there already stays as it is."""
        headers = exchange.headers
        if exchange.status in REDIRECTS and any(name.lower() == "location" for name, _ in headers):
            role = "redirect"
        named = capture_id(self.visit_id, role, "http", asked_url, hop, attempt)
        body = undo_coding(headers, exchange.body)[0]
        if (known := self._writer.find(named)) is not None:
            return Answer(known[0], body)
        state = page_state(exchange.status, headers, body, exchange.url, self._rules).outcome if role in _JUDGED else "unknown"
        capture = Capture(
            capture_id=named,
            visit_id=self.visit_id,
            role=role,
            url=exchange.url,
            asked_url=asked_url,
            hop=hop,
            attempt=attempt,
            status=exchange.status,
            headers=headers,
            body_sha256=hashlib.sha256(exchange.body).hexdigest(),
            body_bytes=len(exchange.body),
            fetched_at=self.time() + (self._tick if self._now is not None else timedelta()),
            ip=exchange.ip,
            protocol=exchange.protocol,
            seen_as=state,
            rules=self._rules.digest if role in _JUDGED else "",
        )
        self._count += 1
        return Answer(self._writer.add(capture, exchange.request, exchange.response_head, exchange.body), body)

    def recall_rendered(self, of: Answer, role: str, render: str = "browser", hop: int = 0) -> Answer | None:
        """What the evidence of an interrupted visit holds of the page as the browser showed it, or None."""
        page = of.capture
        found = self._writer.find(capture_id(self.visit_id, role, render, page.asked_url, hop, page.attempt))
        return None if found is None else Answer(*found)

    def keep_rendered(
        self, of: Answer, role: str, content_type: str, body: bytes, *, url: str, render: str = "browser", hop: int = 0
    ) -> Answer:
        """A capture of the page as the browser showed it, in the evidence: document, text, picture or list of what it loaded."""
        page = of.capture
        named = capture_id(self.visit_id, role, render, page.asked_url, hop, page.attempt)
        if (known := self._writer.find(named)) is not None:
            return Answer(*known)
        headers = (("Content-Type", content_type),)
        capture = replace(
            page,
            capture_id=named,
            role=role,
            url=url,
            hop=hop,
            headers=headers,
            body_sha256=hashlib.sha256(body).hexdigest(),
            body_bytes=len(body),
            fetched_at=self.time() + (self._tick if self._now is not None else timedelta()),
            render=render,
            seen_as="unknown",
            rules="",
        )
        if role == "dom":
            state = page_state(page.status, headers, body, url, self._rules)
            capture = replace(capture, seen_as=state.outcome, rules=self._rules.digest)
        self._count += 1
        return Answer(self._writer.add_resource(capture, body, content_type), body)

    def known_host(self, host: str, port: int) -> HostFacts | None:
        """The facts that the evidence holds of a host, or None."""
        return self._hosts.get((host, port))

    def keep_host(self, facts: HostFacts) -> None:
        """Write what was learned of a host; later facts stand for it."""
        self._hosts[facts.host, facts.port] = facts
        self._writer.add_host(facts)


def _as_text(header: str) -> str:
    """A header value as its sender meant it: UTF-8 when its bytes are that, else latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header
