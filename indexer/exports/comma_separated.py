"""CSV for people with a spreadsheet (RFC 4180, UTF-8 with a byte-order mark, which Excel needs to show Chinese).

A page's words must not run: a cell that a spreadsheet would read as a formula gets an apostrophe in front (OWASP, "CSV Injection"),
and links are defanged. JSON fields are written as words; who needs them exact takes JSON Lines.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import BinaryIO

from indexer.fields import FAMILIES
from indexer.plain_text import shown, shown_quote
from indexer.store import Document, Value
from indexer.values import row, rows, text

FORMAT = "csv"
MEDIA_TYPE = "text/csv; charset=utf-8"
# First characters that a spreadsheet reads as the start of a formula, full-width forms included (LibreOffice takes them too).
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CELL_MAX = 32_000  # Excel cuts a cell at 32,767 characters, silently
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def write(documents: Iterable[Document], out: BinaryIO) -> None:
    """Writes a header and one row for each document; columns are `notice` and the fields of the first document's kind."""
    out.write(BYTE_ORDER_MARK)
    wrapped = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        rows_out = csv.writer(wrapped, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        columns: list[str] = []
        for document in documents:
            if not columns:
                columns = ["notice", *(field.name for field in FAMILIES[text(document, "kind")])]
                rows_out.writerow(columns)
            rows_out.writerow([cell(document.get(name), name) for name in columns])
    finally:
        wrapped.detach()


def cell(value: Value, name: str = "") -> str | int | float:
    """One value as a cell: numbers stay numbers, all else is words that no spreadsheet runs."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    words = _words(value, name)
    return f"'{words}" if words.startswith(FORMULA) else words


def _words(value: Value, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return shown(value, CELL_MAX)
    if isinstance(value, list):
        parts = [_reason(one) if isinstance(one, dict) and "places" in one else _words(one, name) for one in value]
        return shown("; ".join(part for part in parts if part), CELL_MAX)
    if isinstance(value, dict):
        return _evidence(value) if "reasons" in value else _place(value) if "in" in value else shown(_pairs(value), CELL_MAX)
    return str(value)


def _evidence(evidence: Mapping[str, Value]) -> str:
    """A lead's evidence in words: each reason's quote with its capture, then each link with its why."""
    parts = []
    for reason in rows(evidence, "reasons"):
        quote = "".join(shown_quote("", text(reason, "quote"), ""))
        parts.append(f"{text(reason, 'says')}: “{quote}” (capture {text(reason, 'capture_id')}, {text(reason, 'first_seen')})")
    for link in rows(evidence, "links"):
        shared = ", ".join(f"{text(item, 'type')} {text(item, 'value')}" for item in rows(link, "evidence") if item.get("hub") is not True)
        parts.append(f"{text(link, 'a')} and {text(link, 'b')} share {shared}")
    return shown("; ".join(parts), CELL_MAX)


def _reason(reason: Mapping[str, Value]) -> str:
    quotes = ", ".join(f"“{text(place, 'quote')}”" for place in rows(reason, "places")[:3] if place.get("quote"))
    return f"{text(reason, 'id')} ({text(reason, 'points')}){': ' if quotes else ''}{quotes}"


def _place(place: Mapping[str, Value]) -> str:
    span = f" {text(place, 'start')}-{text(place, 'end')}" if place.get("start") is not None else ""
    return shown(f"{text(place, 'in')}{span}: “{text(place, 'quote')}”", CELL_MAX)


def _pairs(value: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} {text(value, name) or _pairs(row(value, name))}" for name in value)
