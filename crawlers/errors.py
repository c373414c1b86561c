"""What can go wrong, drawn once:

ChurnwatchError
├── ConfigError    a file an operator wrote is wrong (exit 2)
├── CaptureError   a look at a target failed; carries its outcome word
├── EvidenceError  an archive is damaged or contradicts its manifest
│   └── DiskError  evidence cannot be written any more; the run stops (exit 1)
└── indexer.store.StoreError  a store is away or refuses (exit 1)
"""

from pathlib import Path


class ChurnwatchError(Exception):
    """Base of every error that this project raises on purpose; its text is meant for people."""


class ConfigError(ChurnwatchError):
    """A site file, lexicon, setting or table is wrong: says the file, the line (from 1) and the key where known."""

    def __init__(self, message: str, *, file: Path | str | None = None, line: int | None = None, key: str | None = None) -> None:
        place = ":".join(str(part) for part in (file, line) if part is not None)
        named = f" ({key})" if key else ""
        super().__init__(f"{place}{named}: {message}" if place else f"{message}{named}")
        self.message, self.file, self.line, self.key = message, file, line, key


class CaptureError(ChurnwatchError):
    """A request to a target did not give a page; `outcome` is one of the words in `crawlers.records.OUTCOMES`."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome, self.detail = outcome, detail


class EvidenceError(ChurnwatchError):
    """An archive cannot be read whole or contradicts its manifest; the text names file and record."""


class DiskError(EvidenceError):
    """The disk takes no more evidence: what was written stays whole and resumable, and going on would lose what is seen."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path}: cannot be written ({error.strerror}); free some space and run it again: what is there is kept and resumed"
        )
