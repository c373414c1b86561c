"""Judgements as typed or as a table, read whole before any is kept; and judgements as people see them."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from churnwatch.capture import when
from churnwatch.show import table
from crawlers.errors import ConfigError
from indexer.defang import defang
from indexer.judging import Decision
from indexer.store import Document

COLUMNS = ("id", "verdict")


def decisions_of(ids: Sequence[str], verdict: str | None, who: str, why: str, at: str | None, table_of: Path | None) -> list[Decision]:
    """The decisions that a command line names; none when it only asks. Raises ConfigError for what does not fit together."""
    now = datetime.now(UTC).replace(microsecond=0)
    if table_of is not None:
        if ids or verdict:
            raise ConfigError("--from names everything; give no ID and no --verdict beside it", key="--from")
        return read_decisions(table_of, who, now)
    if verdict is None:
        if why or at:
            raise ConfigError("--why and --at belong to a --verdict: true, false, seized, taken_down, same, different", key="--verdict")
        return []
    if not 1 <= len(ids) <= 2:
        raise ConfigError("name one lead, storefront, listing or finding, or two storefronts", key="ID")
    return [Decision(ids[0], verdict, who, why, when(at, "--at") or now, ids[1] if len(ids) == 2 else None)]


def read_decisions(path: Path, who: str, now: datetime) -> list[Decision]:
    """The rows of a CSV with the columns id, verdict and, when there, other, who, why, at. Raises ConfigError with file and line."""
    found = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise ConfigError(
                    f"needs the columns id,verdict and may have other,who,why,at; missing: {', '.join(missing)}", file=path, line=1
                )
            for row in reader:
                cells = {
                    name: (value or "").strip() for name, value in row.items() if isinstance(name, str) and not isinstance(value, list)
                }
                try:
                    at = when(cells.get("at") or None, "at") or now
                except ConfigError as error:
                    raise ConfigError(error.message, file=path, line=reader.line_num, key="at") from error
                found.append(
                    Decision(cells["id"], cells["verdict"], cells.get("who") or who, cells.get("why", ""), at, cells.get("other") or None)
                )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"cannot be read: {error}", file=path) from error
    return found


def show_judgements(judgements: Sequence[Document]) -> None:
    """Judgements as a table, addresses defanged."""
    table(
        f"{len(judgements)} judgement(s)",
        ("verdict", "on", "and", "who", "at", "why", "score then"),
        (
            [*(defang(str(one.get(name) or "")) for name in ("verdict", "left", "right", "who", "at", "why")), one.get("score")]
            for one in judgements
        ),
    )
