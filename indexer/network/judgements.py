"""Analysts' verdicts on pairs of storefronts, which override the evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

VERDICTS = ("same", "different")
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judgement:
    """`left` and `right` are run by the `same` operator or by `different` ones; who says so, when and why."""

    left: str
    right: str
    verdict: str
    at: datetime | None = None
    who: str = ""
    why: str = ""


def settled(judgements: Iterable[Judgement]) -> dict[tuple[str, str], Judgement]:
    """The judgement that stands for each pair (a < b): the latest; of two at one time, `different`.

    Raises ValueError for a word that is neither verdict.
    """
    standing: dict[tuple[str, str], Judgement] = {}
    for judgement in judgements:
        if judgement.verdict not in VERDICTS:
            raise ValueError(
                f"verdict {judgement.verdict!r} on {judgement.left} and {judgement.right}: must be one of {', '.join(VERDICTS)}"
            )
        pair = (min(judgement.left, judgement.right), max(judgement.left, judgement.right))
        if pair[0] != pair[1] and (pair not in standing or _rank(judgement) > _rank(standing[pair])):
            standing[pair] = judgement
    return dict(sorted(standing.items()))


def _rank(judgement: Judgement) -> tuple[datetime, bool, str, str]:
    return judgement.at or _NEVER, judgement.verdict == "different", judgement.who, judgement.why
