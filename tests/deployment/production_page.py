"""What docs/production.md tells people to type: requests to Elasticsearch, and command lines."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.deployment.compose_file import ROOT

Request = tuple[str, str, dict[str, Any] | None]


def page() -> str:
    """The page."""
    return (ROOT / "docs" / "production.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", page(), re.MULTILINE | re.DOTALL)


def requests() -> Iterator[Request]:
    """The requests in the order of the page: method, path with query, body."""
    for block in blocks("console"):
        for request in re.split(r"\n(?=(?:GET|PUT|POST|DELETE) )", block.strip()):
            line, _, body = request.partition("\n")
            method, path = line.split(" ", 1)
            yield method, path, json.loads(body) if body.strip() else None


def command_lines() -> Iterator[str]:
    """The command lines in the order of the page, without comments."""
    for block in blocks("sh"):
        for line in block.replace("\\\n", " ").splitlines():
            if command := re.sub(r"(^|\s)# .*", "", line).strip():
                yield command
