"""JSON Lines: every document exactly as it is stored, one a line, keys sorted. Nothing is defanged: this is for programs."""

from collections.abc import Iterable
from typing import BinaryIO

import orjson

from indexer.store import Document

FORMAT = "jsonl"
MEDIA_TYPE = "application/jsonl"


def write(documents: Iterable[Document], out: BinaryIO) -> None:
    """Writes one line for each document, UTF-8."""
    out.writelines(orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE) for document in documents)
