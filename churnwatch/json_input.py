"""JSON Lines that people hand to a stage; every fault is a ConfigError with file, line and key."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from crawlers.errors import ConfigError

# A line of JSON longer than this is no text that a shop shows; it would only fill memory.
MAX_LINE_BYTES = 16 << 20
Row = TypeVar("Row", bound=BaseModel)


class TextRow(BaseModel):
    """One text to analyse; `lang` overrides detection, `storefront` says who wrote it."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)
    id: str
    text: str
    lang: str | None = None
    storefront: str | None = None


def read_texts(path: Path) -> Iterator[TextRow]:
    """The rows of a JSON Lines file of `{"id","text","lang"?}` in file order; whole-number ids are read as text."""
    for _, row in read_rows(path, TextRow):
        yield row


def read_rows(path: Path, model: type[Row]) -> Iterator[tuple[int, Row]]:
    """The rows of a JSON Lines file as a pydantic model, each with its line from 1, in file order."""
    for number, line in _lines(path):
        try:
            yield number, model.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            raise ConfigError(first["msg"], file=path, line=number, key=".".join(map(str, first["loc"])) or None) from error


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if len(line) > MAX_LINE_BYTES:
                    raise ConfigError(f"line of {len(line)} bytes; at most {MAX_LINE_BYTES} are read", file=path, line=number)
                if line.strip():
                    yield number, line
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=path) from error


def read_page(path: Path) -> bytes:
    """The bytes of an HTML file, undone when the file is gzip; at most 32 MiB. Raises ConfigError."""
    import gzip

    limit = 32 << 20
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            body = gzip.GzipFile(fileobj=raw).read(limit + 1) if packed else raw.read(limit + 1)
    except (OSError, EOFError) as error:
        raise ConfigError(f"cannot be read: {error}", file=path) from error
    if len(body) > limit:
        raise ConfigError(f"more than {limit} bytes; a page that large is not analysed", file=path)
    return body


def read_urls(path: Path) -> dict[str, str]:
    """File name → URL from a CSV with the columns file,url; raises ConfigError."""
    import csv

    try:
        with path.open(encoding="utf-8-sig", newline="") as table:
            reader = csv.DictReader(table)
            if not {"file", "url"} <= set(reader.fieldnames or ()):
                raise ConfigError("needs the columns file,url", file=path, line=1)
            return {row["file"]: row["url"] for row in reader if row["file"] and row["url"]}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"cannot be read: {error}", file=path) from error
