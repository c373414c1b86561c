"""The proposals file: one storefront a line that may be worth watching, why, and what an operator decided.

JSON Lines in `proposals.jsonl` beside the site files, ordered by status (proposed first), score and storefront; the same store, lists and
decisions give the same bytes. A decision stands: what was rejected is not proposed again.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crawlers.errors import ConfigError
from indexer.network.discovery import START, Candidate, Mention, Tried
from indexer.store import Document
from indexer.values import rows, text

FILE = "proposals.jsonl"
STATUSES = ("proposed", "accepted", "rejected")
MAX_REASONS = 20  # shown and kept of one storefront, best first
RELEVANT = ("high", "medium")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line of the file."""

    storefront: str
    url: str
    score: float
    reasons: tuple[Mention, ...]
    status: str = "proposed"
    site: str = ""  # name of the site file once accepted
    why: str = ""
    at: str = ""  # when it was decided

    def as_json(self) -> Document:
        """The line, keys in order."""
        return {
            "storefront": self.storefront,
            "status": self.status,
            "score": self.score,
            "url": self.url,
            "site": self.site or None,
            "why": self.why or None,
            "at": self.at or None,
            "reasons": [
                {"kind": one.kind, "source": one.source, "value": one.value, "place": one.place, "url": one.url} for one in self.reasons
            ],
        }


def read_proposals(folder: Path) -> dict[str, Proposal]:
    """Storefront → its line, empty without a file; raises ConfigError (file, line) for a line that is none."""
    path = folder / FILE
    if not path.exists():
        return {}
    found: dict[str, Proposal] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            one = _proposal(line, path, number)
            if one.storefront in found:
                raise ConfigError(f"{one.storefront} stands twice; keep one", file=path, line=number, key="storefront")
            found[one.storefront] = one
    return found


def write_proposals(folder: Path, proposals: Iterable[Proposal]) -> Path:
    """Writes the file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    ordered = sorted(proposals, key=lambda one: (STATUSES.index(one.status), -one.score, one.storefront))
    lines = [json.dumps(one.as_json(), ensure_ascii=False) for one in ordered]
    beside = path.with_suffix(".part")
    beside.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    os.replace(beside, path)  # noqa: PTH105 - Path.replace is the same call; this one reads as what it is
    return path


def refreshed(standing: Mapping[str, Proposal], candidates: Iterable[Candidate]) -> list[Proposal]:
    """The file after a new ranking: lines that are decided, or that somebody wrote without reasons, as they are; the others ranked anew."""
    kept = {key: one for key, one in standing.items() if one.status != "proposed" or not one.reasons}
    for one in candidates:
        if one.storefront not in kept or kept[one.storefront].status == "proposed":
            reasons = tuple(mention for _, mention in one.reasons[:MAX_REASONS])
            kept[one.storefront] = Proposal(one.storefront, one.url, one.score, reasons)
    return list(kept.values())


def decided(one: Proposal, status: str, *, at: str, why: str, site: str = "") -> Proposal:
    """The line with a decision; raises ConfigError when it has another one already."""
    if one.status not in ("proposed", status):
        raise ConfigError(f"{one.storefront} was {one.status} already ({one.why or 'no reason given'})", key="STOREFRONT")
    return replace(one, status=status, at=at, why=why, site=site)


def tried(standing: Iterable[Proposal], watched: Iterable[Mention], bands: Mapping[str, str]) -> Tried:
    """What became of earlier mentions: right when their target is watched and of high or medium risk; wrong when it is watched and is not,
    or was rejected; nothing while it was not analysed. `watched` are the mentions of watched storefronts, whoever chose these."""
    about: dict[str, set[Mention]] = defaultdict(set)
    for one in watched:
        about[one.target].add(one)
    rejected = set()
    for proposal in standing:
        if proposal.status != "proposed":
            about[proposal.storefront].update(one for one in proposal.reasons if one.kind in START)
        if proposal.status == "rejected":
            rejected.add(proposal.storefront)
    found = Tried()
    for target, found_there in sorted(about.items()):
        if target in rejected or target in bands:
            found.note(found_there, bands, relevant=target not in rejected and bands[target] in RELEVANT)
    return found


def _proposal(line: str, path: Path, number: int) -> Proposal:
    try:
        document = json.loads(line)
    except ValueError as error:
        raise ConfigError(f"not JSON: {error}", file=path, line=number) from error
    if not isinstance(document, dict) or not text(document, "storefront") or text(document, "status") not in STATUSES:
        raise ConfigError(f"needs a storefront and a status ({', '.join(STATUSES)})", file=path, line=number)
    key = text(document, "storefront")
    reasons = tuple(
        Mention(key, *(text(one, name) for name in ("kind", "source", "value", "place", "url"))) for one in rows(document, "reasons")
    )
    score = document.get("score")
    return Proposal(
        key,
        text(document, "url") or f"https://{key}/",
        float(score) if isinstance(score, int | float) else 0.0,
        reasons,
        *(text(document, name) for name in ("status", "site", "why", "at")),
    )
