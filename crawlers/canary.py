"""Canaries: pages of our own choosing whose answer tells a target's end from a fault of our own network."""

from collections.abc import Sequence
from dataclasses import dataclass

from w3lib.encoding import html_to_unicode

from crawlers.client import Client
from crawlers.content_coding import undo_coding
from crawlers.errors import CaptureError


@dataclass(frozen=True, slots=True)
class Canary:
    """A page that is always up, and words that it must hold: a portal page that answers for everybody does not hold them."""

    url: str
    phrase: str


async def canaries_answer(canaries: Sequence[Canary], client: Client) -> bool | None:
    """Whether every canary answered one GET with its phrase; None when there are none."""
    if not canaries:
        return None
    return all([await _answers(canary, client) for canary in canaries])


async def _answers(canary: Canary, client: Client) -> bool:
    try:
        exchange = await client.fetch(canary.url)
    except CaptureError:
        return False
    body, _ = undo_coding(exchange.headers, exchange.body)
    content_type = next((value for name, value in exchange.headers if name.lower() == "content-type"), None)
    _, text = html_to_unicode(content_type, body, default_encoding="utf-8")
    return exchange.status == 200 and canary.phrase in text
