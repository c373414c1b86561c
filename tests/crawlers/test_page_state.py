"""Page states: a table of hand-written pages, and hostile input."""

import time
from pathlib import Path

import pytest
import yaml

from crawlers.page_state import check_rules, load_rules, page_state
from crawlers.records import OUTCOMES

TABLE = yaml.safe_load((Path(__file__).parent / "pages" / "states.yml").read_text(encoding="utf-8"))


def state(html: str | bytes, status: int = 200, headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)):
    body = html if isinstance(html, bytes) else html.encode()
    return page_state(status, headers, body, "https://shop.example/", load_rules())


@pytest.mark.parametrize("page", TABLE, ids=[page["name"] for page in TABLE])
def test_every_page_of_the_table_has_the_state_a_reader_gave_it(page):
    headers = (("Content-Type", page.get("type", "text/html; charset=utf-8")), *page.get("headers", {}).items())
    found = state(page["html"], page.get("status", 200), headers)
    assert found.outcome == page["expect"], found.reason
