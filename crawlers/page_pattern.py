"""Patterns of the page-state files: linear in the text by construction, since page text is hostile."""

import re
from pathlib import Path

from crawlers.errors import ConfigError

_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\}|\)\{")


def compiled_pattern(pattern: str, file: Path | str, line: int | None, key: str) -> re.Pattern[str]:
    """The pattern compiled; raises ConfigError for repeats without a bound and repeated groups, which could cost more than linear time."""
    if _UNBOUNDED.search(_CLASS.sub("x", pattern)):
        raise ConfigError(
            f"pattern {pattern!r} repeats without a bound; write {{0,40}}, and no repeat of a group", file=file, line=line, key=key
        )
    try:
        return re.compile(pattern, re.MULTILINE)
    except re.error as error:
        raise ConfigError(f"pattern {pattern!r}: {error}", file=file, line=line, key=key) from error
