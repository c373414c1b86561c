"""The robots gate of one host, and the facts that the first contact with it gives."""

from dataclasses import dataclass

from crawlers.canonical import host_and_port
from crawlers.certificate import read_certificate
from crawlers.client import Client
from crawlers.errors import CaptureError
from crawlers.recorder import Answer, Recorder
from crawlers.records import HostFacts
from crawlers.robots import RobotsFile, read_robots


@dataclass(frozen=True, slots=True)
class Gate:
    """What one host's robots file lets through; `failure` when it could not be read and nothing may be asked."""

    file: RobotsFile | None
    failure: CaptureError | None = None

    def check(self, url: str) -> None:
        """Raises CaptureError: the failure's own word, or `robots_denied` when the file forbids the URL."""
        if self.failure is not None:
            raise CaptureError(self.failure.outcome, self.failure.detail)
        if self.file is not None and not self.file.allows(url):
            raise CaptureError("robots_denied", f"{url}: the host's robots file forbids it")


def judge_robots(answer: Answer) -> Gate:
    """The gate that the last answer for /robots.txt opens: RFC 9309, and a barrier in place of the file is a failure to read it."""
    status, state = answer.capture.status, answer.capture.seen_as
    if state == "captcha" or (state == "blocked" and not 400 <= status < 500):
        return Gate(None, CaptureError(state, f"{answer.capture.url}: a barrier instead of a robots file"))
    file = read_robots(status, answer.body)
    return Gate(file, None if file else CaptureError("server_error", f"{answer.capture.url}: status {status}"))


def host_facts(recorder: Recorder, client: Client, robots_url: str, gate: Gate, answer: Answer | None, verdict: str) -> HostFacts:
    """What the first contact with a host showed: DNS answers, certificate chain, robots verdict, or the failure."""
    host, port = host_and_port(robots_url)
    chain = (read_certificate(der) for der in client.chains.get((host, port), ()))
    return HostFacts(
        visit_id=recorder.visit_id,
        host=host,
        port=port,
        seen_at=recorder.time(),
        dns=client.answers.get(host, ()),
        certificates=tuple(certificate for certificate in chain if certificate is not None),
        robots=verdict,
        robots_capture_id=answer.capture.capture_id if answer else None,
        failure=gate.failure.outcome if gate.failure else None,
        detail=gate.failure.detail if gate.failure else "",
    )


def robots_verdict(gate: Gate, urls: list[str], *, obeyed: bool) -> str:
    """The word for HostFacts about `urls` together: `failed`, `absent`, `allowed`, `denied`, or `recorded` for a denial not obeyed."""
    if gate.file is None:
        return "failed"
    if gate.file.parsed is None:
        return "absent"
    if all(gate.file.allows(url) for url in urls):
        return "allowed"
    return "denied" if obeyed else "recorded"
